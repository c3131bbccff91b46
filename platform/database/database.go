// Package database is the place in which a system keeps its records: SQLite in one
// file, with nothing to install, or PostgreSQL by its URL for an office with more
// than one machine. Both take the same queries and the same migrations, and promise
// the same: what was committed survives a power cut, a transaction is there whole
// or not at all, and transactions behave as if they had run one after the other
// (ISO/IEC 9075: SERIALIZABLE). docs/database.md says what is promised;
// TestNoIncrementIsLost and TestCommittedSurvives show it on both, but for the
// power cut itself.
//
// A system brings its tables as numbered migrations; see [DB.Migrate].
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// readers is how many queries run side by side. They are pages and reports; no
// voter's question waits for one.
const readers = 4

// A Kind is which of the two databases it is.
type Kind uint8

// The two databases.
const (
	SQLite Kind = iota
	PostgreSQL
)

func (k Kind) String() string { return [...]string{"SQLite", "PostgreSQL"}[k] }

// DB is an open database. Its methods may be called at the same time.
type DB struct {
	kind  Kind
	where string        // as a person may read it: without a password
	path  string        // SQLite: the file
	write *sql.DB       // exactly one connection
	read  *sql.DB       // cannot write
	turn  chan struct{} // held by the process's one writer
	wait  func(ctx context.Context, try int) error

	gathered Migrations // of Gather; else nil
}

// Open opens the database at where: the path of a file, which is made, readable by
// its owner only, if there is none (its folder must exist); or the URL of a
// PostgreSQL database, postgres://user@host/name, with the parameters that libpq
// and pgx know. A password is better left out of it: PGPASSFILE names a file.
func Open(ctx context.Context, where string) (*DB, error) {
	db := &DB{turn: make(chan struct{}, 1), wait: backOff}
	open := db.openSQLite
	if IsURL(where) {
		open = db.openPostgres
	}
	if err := open(ctx, where); err != nil {
		if db.write != nil {
			db.Close()
		}
		return nil, fmt.Errorf("database %s: %w", db.where, err)
	}
	return db, nil
}

// IsURL tells whether where names a PostgreSQL database rather than a file.
func IsURL(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// Kind is which of the two databases it is.
func (db *DB) Kind() Kind { return db.kind }

// Where is the file's absolute path or the URL without a password, for logs.
func (db *DB) Where() string { return db.where }

// Path is the absolute path of the file, "" for PostgreSQL.
func (db *DB) Path() string { return db.path }

// Close waits for what is running and closes the database. SQLite's write-ahead
// log is then folded into the file, so that the file alone is a whole copy.
func (db *DB) Close() error {
	var err error
	if db.read != nil {
		err = db.read.Close()
	}
	return errors.Join(err, db.write.Close())
}

// backOff waits before the next try: a random time, up to twice as long each time,
// so that two machines that met once do not meet again.
func backOff(ctx context.Context, try int) error {
	most := min(2*time.Millisecond<<try, 500*time.Millisecond)
	t := time.NewTimer(rand.N(most))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
