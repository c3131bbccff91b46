package database

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite", pure Go
)

// busyTimeout is how long a writer waits for a writer of another process before it
// is told "database is locked" and tries again.
const busyTimeout = 5 * time.Second

// writeCache is how many KiB of the file the writer keeps in memory at most; it takes
// them as it reads and writes, so that a small file costs no more than its size. With
// SQLite's own 2,000 a transaction of 50,000 rows, whose blind index has its rows in no
// order, writes and reads the same pages again and again: that took twice the
// time in the system and a quarter more in the program. A longer write-ahead log
// before it is folded in (wal_autocheckpoint) saved a twelfth of what is written and no
// time, and would make the first start after a crash longer, so it stays as SQLite
// has it; so do page_size, which old files could not follow, and mmap_size, with which
// a fault of the disk is no error but ends the program.
const writeCache = 32 << 10

// openSQLite opens a file so that readers never wait (write-ahead log), writers
// wait for each other in turn (one connection, BEGIN IMMEDIATE), and what was
// committed is on the disk (synchronous FULL).
func (db *DB) openSQLite(ctx context.Context, path string) (err error) {
	db.where = path
	if db.path, err = filepath.Abs(path); err != nil {
		return err
	}
	db.where = db.path
	// SQLite would make the file with the process's umask, and gives its
	// companions (-wal, -shm) the mode of the file itself.
	f, err := os.OpenFile(db.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	f.Close()
	if db.write, err = pool(db.path, 1, "_txlock", "immediate", "_pragma", "cache_size(-"+strconv.Itoa(writeCache)+")"); err != nil {
		return err
	}
	if db.read, err = pool(db.path, readers, "_query_only", "1"); err != nil {
		return err
	}
	return db.checkSQLite(ctx)
}

func pool(path string, connections int, extra ...string) (*sql.DB, error) {
	q := url.Values{}
	q.Set("_busy_timeout", strconv.FormatInt(busyTimeout.Milliseconds(), 10))
	q.Set("_journal_mode", "WAL")
	q.Set("_synchronous", "FULL")
	q.Set("_foreign_keys", "on")
	q.Set("_pragma", "case_sensitive_like(1)") // as PostgreSQL's LIKE
	for i := 0; i+1 < len(extra); i += 2 {
		q.Add(extra[i], extra[i+1])
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	p, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	p.SetMaxOpenConns(connections)
	p.SetMaxIdleConns(connections)
	return p, nil
}

// checkSQLite finds out at the start what would otherwise be found out at the first
// record: that the file is a database, may be written, and has a write-ahead log (a
// network file system may refuse one).
func (db *DB) checkSQLite(ctx context.Context) error {
	var mode string
	if err := db.write.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("journal mode is %q, not wal: put the file on a local file system", mode)
	}
	return db.Update(ctx, func(*Tx) error { return nil })
}
