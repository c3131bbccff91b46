package database

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"sync"
)

// A Tx is a transaction under way. Its statements have ? for each argument on
// both databases. Rows are to be closed before the next statement: PostgreSQL
// carries one at a time.
type Tx struct {
	ctx      context.Context
	tx       *sql.Tx
	numbered bool // PostgreSQL, where an argument is $1
}

// Exec runs a statement that gives no rows.
func (tx *Tx) Exec(query string, args ...any) (sql.Result, error) {
	return tx.tx.ExecContext(tx.ctx, tx.rewrite(query), args...)
}

// Query runs a statement that gives rows.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	return tx.tx.QueryContext(tx.ctx, tx.rewrite(query), args...)
}

// QueryRow runs a statement that gives at most one row; without one, Scan gives
// sql.ErrNoRows.
func (tx *Tx) QueryRow(query string, args ...any) *sql.Row {
	return tx.tx.QueryRowContext(tx.ctx, tx.rewrite(query), args...)
}

// Prepare makes a statement that is run many times in this transaction.
func (tx *Tx) Prepare(query string) (*sql.Stmt, error) {
	return tx.tx.PrepareContext(tx.ctx, tx.rewrite(query))
}

// Context is the context that the transaction was begun with.
func (tx *Tx) Context() context.Context { return tx.ctx }

func (tx *Tx) rewrite(query string) string {
	if !tx.numbered {
		return query
	}
	if known, ok := numberedQueries.Load(query); ok {
		return known.(string)
	}
	n := number(query)
	numberedQueries.Store(query, n)
	return n
}

var numberedQueries sync.Map // query with ? to query with $1

// number writes $1, $2, … for each ? that stands outside quotes.
func number(query string) string {
	var out strings.Builder
	n := 0
	var quote byte
	for i := 0; i < len(query); i++ {
		c := query[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '?':
			n++
			out.WriteString("$" + strconv.Itoa(n))
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}
