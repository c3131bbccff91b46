package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A Tx is a transaction under way. Its statements have ? for each argument on
// both databases. Rows are to be closed before the next statement: PostgreSQL
// carries one at a time.
//
// Arguments are what both databases have: text, whole numbers, floating-point
// numbers, bytes, NULL. A bool goes in as 0 or 1 and a time as [Time] has it. Text
// that is not UTF-8, or has a zero byte in it, is refused on both, since PostgreSQL
// cannot keep it.
type Tx struct {
	ctx    context.Context
	tx     *sql.Tx
	conn   *sql.Conn // on which tx is
	kind   Kind
	failed error // the first error of a statement
	busy   bool  // in the middle of the rows of Bulk or Scan
}

// Kind is which of the two databases it is.
func (tx *Tx) Kind() Kind { return tx.kind }

// Context is the context that the transaction was begun with. It ends with the
// transaction.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Exec runs a statement that gives no rows.
func (tx *Tx) Exec(query string, args ...any) (sql.Result, error) {
	r, err := tx.tx.ExecContext(tx.run(), tx.rewrite(query), plain(args)...)
	return r, tx.note(err)
}

// Query runs a statement that gives rows.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	rows, err := tx.tx.QueryContext(tx.run(), tx.rewrite(query), plain(args)...)
	return rows, tx.note(err)
}

// QueryRow runs a statement that gives at most one row; without one, Scan gives
// sql.ErrNoRows.
func (tx *Tx) QueryRow(query string, args ...any) *sql.Row {
	row := tx.tx.QueryRowContext(tx.run(), tx.rewrite(query), plain(args)...)
	tx.note(row.Err())
	return row
}

// Prepare makes a statement that is run many times in this transaction.
func (tx *Tx) Prepare(query string) (*Stmt, error) {
	s, err := tx.tx.PrepareContext(tx.run(), tx.rewrite(query))
	if err != nil {
		return nil, tx.note(err)
	}
	return &Stmt{tx, s}, nil
}

// note keeps the first error, so that work that failed for a conflict is done again
// even if the caller gave an error of its own.
func (tx *Tx) note(err error) error {
	if tx.failed == nil && !errors.Is(err, sql.ErrNoRows) {
		tx.failed = err
	}
	return err
}

// fail is note of an error that is none of a statement and ends the transaction too.
func (tx *Tx) fail(err error) error {
	if tx.failed == nil {
		tx.failed = err
	}
	return err
}

func (tx *Tx) rewrite(query string) string {
	if tx.kind == SQLite {
		return query
	}
	return numbered(query)
}

// CreateIndex runs a CREATE INDEX of a table of millions of rows. PostgreSQL sorts them in
// half a GiB of memory: with what a server has for each of its many connections they
// would be sorted on the disk. SQLite sorts in pieces as large as the writer's cache; a
// larger cache fills with the table's pages first, which took more time than it saved.
func (tx *Tx) CreateIndex(statement string) error {
	queries := []string{statement}
	if tx.kind == PostgreSQL {
		queries = []string{`SET LOCAL maintenance_work_mem = '512MB'`, statement, `SET LOCAL maintenance_work_mem TO DEFAULT`}
	}
	for _, query := range queries {
		if _, err := tx.Exec(query); err != nil {
			return err
		}
	}
	return nil
}

// A Stmt is a prepared statement of a transaction.
type Stmt struct {
	tx   *Tx
	stmt *sql.Stmt
}

// Exec runs the statement, which gives no rows.
func (s *Stmt) Exec(args ...any) (sql.Result, error) {
	r, err := s.stmt.ExecContext(s.tx.run(), plain(args)...)
	return r, s.tx.note(err)
}

// ExecContext is Exec that ends with ctx too.
func (s *Stmt) ExecContext(ctx context.Context, args ...any) (sql.Result, error) {
	if s.tx.busy {
		ctx = s.tx.run()
	}
	r, err := s.stmt.ExecContext(ctx, plain(args)...)
	return r, s.tx.note(err)
}

// Query runs the statement, which gives rows.
func (s *Stmt) Query(args ...any) (*sql.Rows, error) {
	rows, err := s.stmt.QueryContext(s.tx.run(), plain(args)...)
	return rows, s.tx.note(err)
}

// QueryRow runs the statement, which gives at most one row.
func (s *Stmt) QueryRow(args ...any) *sql.Row {
	row := s.stmt.QueryRowContext(s.tx.run(), plain(args)...)
	s.tx.note(row.Err())
	return row
}

// Close ends the statement; the transaction's end does so too.
func (s *Stmt) Close() error { return s.stmt.Close() }

// plain gives arguments as both databases take them.
func plain(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		v, err := plainValue(arg)
		if err != nil {
			v = refused{fmt.Errorf("argument %d: %w", i+1, err)}
		}
		out[i] = v
	}
	return out
}

func plainValue(arg any) (driver.Value, error) {
	if n, ok := arg.(sql.NamedArg); ok {
		return nil, fmt.Errorf("%s is named, not numbered: use ?", n.Name)
	}
	v, err := driver.DefaultParameterConverter.ConvertValue(arg)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case time.Time:
		return Time{v}.Value()
	case string:
		if strings.IndexByte(v, 0) >= 0 || !utf8.ValidString(v) {
			return nil, errors.New("the text is not UTF-8 or has a zero byte in it: keep it as bytes")
		}
	}
	return v, nil
}

// refused is an argument whose error the statement gives, where QueryRow could give
// none.
type refused struct{ err error }

func (r refused) Value() (driver.Value, error) { return nil, r.err }
