package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Tries is how often Update runs its function before it gives up for conflicts. The
// waits between are random and add up to about two seconds.
const Tries = 12

// commitTimeout is how long a COMMIT may take. It is not cut short with the
// caller's context, since it would then not be known whether it was done.
const commitTimeout = 30 * time.Second

var (
	// ErrOutcomeUnknown says that the connection was lost, or the disk failed,
	// while the transaction was being committed. It is never run again by itself.
	ErrOutcomeUnknown = errors.New("it is not known whether this was recorded: look whether it is there before doing it again")

	// ErrConflict says that others wrote the same records each of the Tries times.
	// Nothing was recorded.
	ErrConflict = errors.New("nothing was recorded, since others are writing the same records: try again later")
)

// Update runs f in a transaction that may write, as if no other were running. When
// it returns nil, what f wrote is on the disk; after any other error than
// [ErrOutcomeUnknown] nothing of it is.
//
// Writers of one process take turns, and so f must not wait for another Update. The
// one rule of trying again: where the database refuses f's work because of a writer
// in another process (SQLSTATE 40001 and 40P01, SQLITE_BUSY), or the connection is
// lost before COMMIT was sent, nothing is there and f is run again from its start,
// up to [Tries] times in all. So f has no effects outside its transaction, and sets
// what it gives back anew each time. A statement that fails makes the whole fail, even
// if f does not mind it.
func (db *DB) Update(ctx context.Context, f func(*Tx) error) error {
	return db.update(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable}, f)
}

func (db *DB) update(ctx context.Context, opts *sql.TxOptions, f func(*Tx) error) error {
	select {
	case db.turn <- struct{}{}:
		defer func() { <-db.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	// The turn is kept while waiting, so that two conflicting machines are two
	// conflicting transactions and not as many as they have requests.
	return db.again(ctx, db.write, opts, f)
}

// View runs f on one unchanging state of the database, while others write. It can't
// write. On PostgreSQL it may be run again as Update's may.
func (db *DB) View(ctx context.Context, f func(*Tx) error) error {
	return db.again(ctx, db.read, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, f)
}

func (db *DB) again(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, f func(*Tx) error) error {
	if db.kind == SQLite { // its transactions are serializable; the driver knows no other word
		opts = &sql.TxOptions{ReadOnly: opts.ReadOnly}
	}
	for try := 0; ; try++ {
		passing, err := db.transact(ctx, pool, opts, f)
		if err == nil || !passing || ctx.Err() != nil {
			return err
		}
		if try+1 == Tries {
			return fmt.Errorf("%w (%d tries; the last: %w)", ErrConflict, Tries, err)
		}
		if err := db.wait(ctx, try); err != nil {
			return err
		}
	}
}

// transact runs f once. passing tells that nothing was done for a reason that may
// be gone the next time.
func (db *DB) transact(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, f func(*Tx) error) (passing bool, err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return isPassing(err), err
	}
	defer conn.Close()
	// What f does ends with ctx, COMMIT does not.
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	still := context.AfterFunc(ctx, cancel)
	defer still()
	begun, err := conn.BeginTx(inner, opts)
	if err != nil {
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		return isPassing(err) || isLost(conn), err
	}
	defer begun.Rollback() // does nothing after Commit
	tx := &Tx{ctx: inner, tx: begun, conn: conn, kind: db.kind}
	err = f(tx)
	if err == nil && tx.failed != nil { // PostgreSQL keeps nothing then, and so SQLite may not
		err = fmt.Errorf("nothing was recorded, since a statement had failed: %w", tx.failed)
	}
	if err != nil {
		if !opts.ReadOnly && isDemoted(tx.failed) {
			begun.Rollback()
			conn.Raw(func(any) error { return driver.ErrBadConn }) // a new one finds the new primary
			return true, err
		}
		return isPassing(err) || isPassing(tx.failed) || isLost(conn), err
	}
	if !still() {
		return false, ctx.Err()
	}
	if db.kind == PostgreSQL {
		defer time.AfterFunc(commitTimeout, cancel).Stop()
	}
	err = begun.Commit()
	if err != nil && !opts.ReadOnly && isUnknown(err) {
		return false, fmt.Errorf("%w (%w)", ErrOutcomeUnknown, err)
	}
	return isPassing(err), err
}

// isPassing tells whether the same work may succeed when done again from its start.
func isPassing(err error) bool {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	switch {
	case errors.As(err, &pg):
		switch pg.Code {
		case "40001", "40P01": // serialization_failure, deadlock_detected
			return true
		case "0A000": // a statement was prepared before another process migrated its table
			return pg.Routine == "RevalidateCachedQuery"
		}
	case errors.As(err, &lite):
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY
	}
	return errors.Is(err, driver.ErrBadConn)
}

// isDemoted tells of an error of a statement whether the server has become a standby
// since the connection was made (read_only_sql_transaction).
func isDemoted(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "25006"
}

// isLost tells whether the connection of an unfinished transaction is gone, and the
// transaction with it.
func isLost(conn *sql.Conn) (lost bool) {
	err := conn.Raw(func(c any) error {
		pg, ok := c.(*stdlib.Conn)
		lost = ok && pg.Conn().IsClosed()
		return nil
	})
	return lost || err != nil
}

// isUnknown tells of an error of COMMIT whether the transaction may be there all the
// same. A server that answers with an ERROR has rolled it back; one that answers
// with FATAL may have kept it and only not told its replicas; one that does not
// answer may have done anything. SQLite may find a commit in its log that it could
// not bring to the disk. (pgconn.SafeToRetry is of no use here: it says yes of a
// connection that was lost after COMMIT was sent.)
func isUnknown(err error) bool {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	switch {
	case errors.As(err, &pg):
		return pg.SeverityUnlocalized != "ERROR" && pg.Severity != "ERROR" ||
			pg.Code == "40003" || strings.HasPrefix(pg.Code, "08")
	case errors.As(err, &lite):
		return lite.Code()&0xff == sqlite3.SQLITE_IOERR
	}
	return !errors.Is(err, pgx.ErrTxCommitRollback) && !errors.Is(err, sql.ErrTxDone)
}
