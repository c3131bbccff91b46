package database

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"time"
)

// schemaTable holds which migrations of which system have been applied.
const schemaTable = `CREATE TABLE IF NOT EXISTS schema_migration (
	system  TEXT   NOT NULL,
	version BIGINT NOT NULL,
	name    TEXT   NOT NULL,
	sha256  TEXT   NOT NULL,
	applied TEXT   NOT NULL,
	PRIMARY KEY (system, version)
)`

// migrationLock is the key of PostgreSQL's advisory lock that processes hold which
// migrate at the same time.
const migrationLock = 0x696e746b // "intk"

var migrationName = regexp.MustCompile(`^(\d{4})_[a-z0-9_]+\.sql$`)

type migration struct {
	version int
	name    string
	text    string
	sum     string
}

// Migrate brings the tables of a system to the newest of its migrations: the
// files 0001_what_it_does.sql, 0002_… of dir, usually embedded in the system's
// own package. Each runs once, in order, in a transaction of its own; of processes
// that do it at the same time one does it, and the others wait. A file
// that was changed or removed after it ran, and a database that a newer program
// has migrated further, are refused with nothing done.
//
// Migrations are written in the SQL that both databases have, with the types TEXT,
// BIGINT, REAL and BLOB; see docs/database.md.
func (db *DB) Migrate(ctx context.Context, system string, dir fs.FS) error {
	wanted, err := readMigrations(dir)
	if err != nil {
		return fmt.Errorf("migrations of %s: %w", system, err)
	}
	if db.gathered != nil {
		db.gathered[system] = wanted
	}
	err = db.migration(ctx, func(tx *Tx) error {
		_, err := tx.Exec(schemaTable)
		return err
	})
	if err != nil {
		return fmt.Errorf("database %s: %w", db.where, err)
	}
	for {
		var done bool
		err := db.migration(ctx, func(tx *Tx) error {
			applied, err := appliedCount(tx, system, wanted)
			if done = err == nil && applied == len(wanted); err != nil || done {
				return err
			}
			return wanted[applied].apply(tx, system)
		})
		if err != nil {
			return fmt.Errorf("database %s, tables of %s: %w", db.where, system, err)
		}
		if done {
			return nil
		}
	}
}

// migration runs f while no other process is in such a transaction. On PostgreSQL
// its isolation is READ COMMITTED, so that it sees what was done while it waited
// for the lock; SQLite's lock is that of every writer.
func (db *DB) migration(ctx context.Context, f func(*Tx) error) error {
	return db.update(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted}, func(tx *Tx) error {
		if tx.kind == PostgreSQL {
			if _, err := tx.Exec(`SELECT pg_advisory_xact_lock(?)`, migrationLock); err != nil {
				return err
			}
		}
		return f(tx)
	})
}

func readMigrations(dir fs.FS) ([]migration, error) {
	names, err := fs.Glob(dir, "*.sql")
	if err != nil {
		return nil, err
	}
	var all []migration
	for i, name := range names { // Glob gives them in order
		m := migrationName.FindStringSubmatch(path.Base(name))
		if m == nil {
			return nil, fmt.Errorf("%s: the name must be like 0001_what_it_does.sql", name)
		}
		version, _ := strconv.Atoi(m[1])
		if version != i+1 {
			return nil, fmt.Errorf("%s: number %04d is missing or stands twice", name, i+1)
		}
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		all = append(all, migration{version, name, string(text), hex.EncodeToString(sum[:])})
	}
	if len(all) == 0 {
		return nil, errors.New("no file like 0001_what_it_does.sql")
	}
	return all, nil
}

// appliedCount tells how many of the wanted migrations the database has had, and
// that they are the same ones.
func appliedCount(tx *Tx, system string, wanted []migration) (int, error) {
	rows, err := tx.Query(`SELECT version, name, sha256 FROM schema_migration WHERE system = ? ORDER BY version`, system)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var had migration
		if err := rows.Scan(&had.version, &had.name, &had.sum); err != nil {
			return 0, err
		}
		if n == len(wanted) {
			return 0, fmt.Errorf("migration %s is unknown to this program, which is older than the database: run the newer program", had.name)
		}
		if had.version != wanted[n].version || had.sum != wanted[n].sum {
			return 0, fmt.Errorf("migration %s is not the %s that was applied: migrations are never edited, add a new one", wanted[n].name, had.name)
		}
		n++
	}
	return n, rows.Err()
}

func (m migration) apply(tx *Tx, system string) error {
	if err := m.run(tx); err != nil {
		return err
	}
	at, _ := Time{time.Now()}.Value() // only the zero time has none
	return Applied{system, int64(m.version), m.name, m.sum, at.(string)}.note(tx)
}

// run runs the statements of a migration.
func (m migration) run(tx *Tx) error {
	text := m.text
	if tx.kind == PostgreSQL {
		text = translated(text)
	}
	// Not Exec: several statements are sent at once, in which no ? is an argument.
	if _, err := tx.tx.ExecContext(tx.ctx, text); err != nil {
		return fmt.Errorf("migration %s: %w", m.name, tx.note(err))
	}
	return nil
}
