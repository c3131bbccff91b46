package database

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Bulk puts many rows into one table, some times faster than Exec does one by one:
// by COPY on PostgreSQL, and on SQLite by one statement that is prepared once and run
// past database/sql. Its promises are those of Exec: the rows are part of the
// transaction, and an error, of a row or of rows itself, makes the transaction fail.
// It gives how many rows it has put.
//
// A row has a value for each of the columns, in their order, of the column's type: a
// text for TEXT, a whole number (or bool) for BIGINT, bytes for BLOB, a number for
// REAL, an instant for TEXT as [Time] has it, nil for NULL. What SQLite would keep and
// PostgreSQL refuse, such as a number in TEXT, is refused on both. Bulk keeps nothing
// of a row: the row's slice and the bytes in it may be used again for the next row.
//
// While rows gives them, this transaction takes no other statement; another database,
// or a View of this one, may be asked.
func (tx *Tx) Bulk(table string, columns []string, rows iter.Seq2[[]any, error]) (n int64, err error) {
	types, err := tx.columnTypes(table, columns)
	if err == nil {
		err = tx.alone(func(conn any) error {
			put := putRows
			if tx.kind == PostgreSQL {
				put = copyRows
			}
			n, err = put(tx.ctx, conn, table, types, rows)
			return err
		})
	}
	if err != nil {
		return 0, tx.fail(fmt.Errorf("rows of table %s: %w", table, err))
	}
	return n, nil
}

// IsDuplicate tells of an error of a statement, or of Bulk, whether a row was refused
// because its primary key, or what a UNIQUE index is of, is there already.
func IsDuplicate(err error) bool {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	switch {
	case errors.As(err, &pg):
		return pg.Code == "23505" // unique_violation
	case errors.As(err, &lite):
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}

// columnTypes gives the columns with their types.
func (tx *Tx) columnTypes(table string, columns []string) ([]Column, error) {
	all, err := tx.Columns(table)
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, errors.New("there is no such table")
	case len(columns) == 0:
		return nil, errors.New("no columns are named")
	}
	out := make([]Column, len(columns))
	for i, name := range columns {
		at := slices.IndexFunc(all, func(c Column) bool { return c.Name == name })
		if at < 0 {
			return nil, fmt.Errorf("it has no column %s", name)
		}
		out[i] = all[at]
	}
	return out, nil
}

// kept gives a value as a column of that type keeps it: nil, int64, float64, string
// or []byte.
func (c Column) kept(v any) (any, error) {
	ok := false
	switch v := v.(type) { // what needs no conversion
	case nil:
		return nil, nil
	case int64:
		ok = c.Type == "BIGINT"
	case []byte:
		if v == nil {
			return nil, nil
		}
		ok = c.Type == "BLOB"
	case string:
		ok = c.Type == "TEXT" && utf8.ValidString(v) && strings.IndexByte(v, 0) < 0
	}
	if ok {
		return v, nil
	}
	plain, err := plainValue(v)
	if err != nil {
		return nil, fmt.Errorf("column %s: %w", c.Name, err)
	}
	switch v := plain.(type) {
	case nil:
		ok = true
	case int64:
		if ok = c.Type == "BIGINT"; c.Type == "REAL" {
			return float64(v), nil
		}
	case float64:
		ok = c.Type == "REAL"
	case []byte:
		ok = c.Type == "BLOB"
	case string:
		ok = c.Type == "TEXT"
	}
	if !ok {
		return nil, fmt.Errorf("column %s is %s and takes no %T", c.Name, c.Type, v)
	}
	return plain, nil
}

func wrongLength(row []any, columns []Column) error {
	return fmt.Errorf("it has %d values and not %d", len(row), len(columns))
}

func quoted(columns []Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = Quote(c.Name)
	}
	return strings.Join(names, ", ")
}

// alone gives f the driver's connection, on which the transaction is under way, and
// refuses other statements of the transaction until f returns: they would wait for
// f for ever.
func (tx *Tx) alone(f func(conn any) error) error {
	if err := tx.run().Err(); err != nil {
		return err
	}
	tx.busy = true
	defer func() { tx.busy = false }()
	// The connection is held by a goroutine, since a panic of f inside Raw would wait
	// for ever: Raw closes the connection then, and for that waits for the
	// transaction, which waits for f.
	held, free, ended := make(chan any), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- tx.conn.Raw(func(conn any) error {
			held <- conn
			<-free
			return nil
		})
	}()
	select {
	case err := <-ended:
		return err
	case conn := <-held:
		defer func() {
			close(free)
			<-ended
		}()
		// The end of the context rolls the transaction back, but not while the
		// connection is ours. After that f would write outside any transaction.
		if err := tx.ctx.Err(); err != nil {
			return err
		}
		return f(conn)
	}
}

// run is the context of a statement.
func (tx *Tx) run() context.Context {
	if tx.busy {
		return busy{tx.ctx}
	}
	return tx.ctx
}

// errBusy is of a statement in the middle of another one's rows.
var errBusy = errors.New("a statement while Bulk or Scan of the same transaction is under way: read before, or from another transaction")

// busy is a context that has ended with errBusy: database/sql gives its error before
// it waits for the connection.
type busy struct{ context.Context }

var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func (busy) Done() <-chan struct{}       { return closed }
func (busy) Err() error                  { return errBusy }
func (busy) Deadline() (time.Time, bool) { return time.Time{}, false }
