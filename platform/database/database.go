// Package database is the file in which a system keeps its records: SQLite,
// opened so that readers never wait (write-ahead log), writers wait for each
// other in turn (one connection, BEGIN IMMEDIATE), and what was committed
// survives a power cut (synchronous FULL). TestCommittedSurvives shows the last
// but for the power cut itself.
//
// A system brings its tables as numbered migrations; see [DB.Migrate].
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite", pure Go
)

// busyTimeout is how long a writer waits for a writer of another process, such
// as a backup, before it gives up with "database is locked".
const busyTimeout = 5 * time.Second

// readers is how many queries run side by side. They are pages and reports; no
// voter's question waits for one.
const readers = 4

// DB is an open database file. Its methods may be called at the same time.
type DB struct {
	path  string
	write *sql.DB // exactly one connection
	read  *sql.DB // query_only
}

// Open opens the database file at path, which it makes, readable by its owner
// only, if there is none. The directory must exist.
func Open(ctx context.Context, path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	// SQLite would make the file with the process's umask, and gives its
	// companions (-wal, -shm) the mode of the file itself.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	f.Close()

	db := &DB{path: path}
	if db.write, err = pool(path, 1, "_txlock", "immediate"); err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	if db.read, err = pool(path, readers, "_query_only", "1"); err != nil {
		db.write.Close()
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	if err := db.check(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	return db, nil
}

func pool(path string, connections int, extra ...string) (*sql.DB, error) {
	q := url.Values{}
	q.Set("_busy_timeout", strconv.FormatInt(busyTimeout.Milliseconds(), 10))
	q.Set("_journal_mode", "WAL")
	q.Set("_synchronous", "FULL")
	q.Set("_foreign_keys", "on")
	for i := 0; i+1 < len(extra); i += 2 {
		q.Set(extra[i], extra[i+1])
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

// check finds out at the start what would otherwise be found out at the first
// record: that the file is a database, may be written, and has a write-ahead
// log (a network file system may refuse one).
func (db *DB) check(ctx context.Context) error {
	var mode string
	if err := db.write.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("journal mode is %q, not wal: put the file on a local file system", mode)
	}
	return db.Update(ctx, func(*Tx) error { return nil })
}

// Path is the absolute path of the file.
func (db *DB) Path() string { return db.path }

// Update runs f in the one writing transaction there is at a time. When it
// returns nil, what f wrote is on the disk; otherwise nothing of it is.
func (db *DB) Update(ctx context.Context, f func(*Tx) error) error {
	return transact(ctx, db.write, f)
}

// View runs f on one unchanging state of the database, while others write.
func (db *DB) View(ctx context.Context, f func(*Tx) error) error {
	return transact(ctx, db.read, f)
}

func transact(ctx context.Context, p *sql.DB, f func(*Tx) error) error {
	tx, err := p.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := f(&Tx{ctx: ctx, tx: tx}); err != nil {
		return err
	}
	return tx.Commit()
}

// Close waits for what is running and closes the file. The write-ahead log is
// then folded into the file, so that the file alone is a whole copy.
func (db *DB) Close() error {
	err := db.read.Close()
	return errors.Join(err, db.write.Close())
}
