package database

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"strings"
)

const (
	// insertArguments is how many ? a statement of many rows has at most. Of 4, 32
	// and 128 rows of 9 columns each is faster than the one before; later ones are
	// not.
	insertArguments = 1024
	// insertBytes is how many bytes of a statement's rows are copied to one place.
	insertBytes = 64 << 10
)

// An insertion is Bulk on SQLite: statements of many rows each, run past
// database/sql. One is run while the caller gives the rows of the next.
type insertion struct {
	conn    driver.ConnPrepareContext
	head    string // before the rows
	row     string
	columns []Column

	full   chan *insertBatch
	free   chan *insertBatch
	failed chan error // holds the first error, for good
}

// An insertBatch is the rows of one statement.
type insertBatch struct {
	args  []driver.NamedValue
	n     int    // how many of args are set
	first int64  // number of the first row, from 0
	bytes []byte // copies of the rows' bytes
}

func putRows(ctx context.Context, conn any, table string, columns []Column, rows iter.Seq2[[]any, error]) (n int64, err error) {
	s := &insertion{
		conn: conn.(driver.ConnPrepareContext),
		// An error ends the transaction, so that a statement need not be taken back by itself: without
		// OR FAIL SQLite copies each page, before the first row changes it, into a file of its own.
		head:    `INSERT OR FAIL INTO ` + Quote(table) + ` (` + quoted(columns) + `) VALUES `,
		row:     `(?` + strings.Repeat(`, ?`, len(columns)-1) + `)`,
		columns: columns,
		full:    make(chan *insertBatch), free: make(chan *insertBatch, 2), failed: make(chan error, 1),
	}
	for range cap(s.free) {
		args := make([]driver.NamedValue, max(1, insertArguments/len(columns))*len(columns))
		for i := range args {
			args[i].Ordinal = i + 1
		}
		s.free <- &insertBatch{args: args, bytes: make([]byte, 0, insertBytes)}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.run(ctx)
	}()
	defer func() { // after a panic of the caller's too the connection is at rest
		close(s.full)
		<-done
		if err == nil {
			select {
			case err = <-s.failed:
			default:
			}
		}
	}()
	return s.give(rows)
}

// give hands the rows over in batches.
func (s *insertion) give(rows iter.Seq2[[]any, error]) (n int64, err error) {
	b := <-s.free
	for row, err := range rows {
		if err == nil && len(row) != len(s.columns) {
			err = wrongLength(row, s.columns)
		}
		if err == nil {
			err = b.add(s.columns, row)
		}
		if err != nil {
			return n, fmt.Errorf("row %d: %w", n+1, err)
		}
		if n++; b.n < len(b.args) {
			continue
		}
		if b, err = s.pass(b); err != nil {
			return n, err
		}
		b.first = n
	}
	if b.n > 0 {
		_, err = s.pass(b)
	}
	return n, err
}

// pass gives an empty batch for a full one.
func (s *insertion) pass(b *insertBatch) (*insertBatch, error) {
	s.full <- b
	select {
	case err := <-s.failed:
		return nil, err
	case b = <-s.free:
		return b, nil
	}
}

func (b *insertBatch) add(columns []Column, row []any) error {
	for i, c := range columns {
		v, err := c.kept(row[i])
		if err != nil {
			return err
		}
		if bytes, ok := v.([]byte); ok {
			if len(b.bytes)+len(bytes) > cap(b.bytes) { // the place before stays with its values
				b.bytes = make([]byte, 0, max(insertBytes, len(bytes)))
			}
			from := len(b.bytes)
			b.bytes = append(b.bytes, bytes...)
			v = b.bytes[from:len(b.bytes):len(b.bytes)]
		}
		b.args[b.n+i].Value = v
	}
	b.n += len(row)
	return nil
}

// run runs the statements of the batches, up to the first error, and takes the
// others without a look.
func (s *insertion) run(ctx context.Context) {
	var whole driver.Stmt // of a full batch
	defer func() {
		if whole != nil {
			whole.Close()
		}
	}()
	broken := false
	for b := range s.full {
		if broken {
			continue
		}
		err := ctx.Err()
		if err == nil && b.n < len(b.args) {
			var last driver.Stmt
			if last, err = s.prepare(ctx, b.n); err == nil {
				err = s.exec(last, b)
				last.Close()
			}
		} else if err == nil {
			if whole == nil {
				whole, err = s.prepare(ctx, b.n)
			}
			if err == nil {
				err = s.exec(whole, b)
			}
		}
		if err != nil {
			broken = true
			s.failed <- err
			continue
		}
		b.n, b.bytes = 0, b.bytes[:0]
		s.free <- b
	}
}

func (s *insertion) prepare(ctx context.Context, args int) (driver.Stmt, error) {
	return s.conn.PrepareContext(ctx, s.head+s.row+strings.Repeat(", "+s.row, args/len(s.columns)-1))
}

// exec has no context that ends: nothing can make the statement wait, since the
// transaction holds its lock, and run looks between two.
func (s *insertion) exec(stmt driver.Stmt, b *insertBatch) error {
	_, err := stmt.(driver.StmtExecContext).ExecContext(context.Background(), b.args[:b.n])
	if err != nil {
		return fmt.Errorf("rows %d to %d: %w", b.first+1, b.first+int64(b.n/len(s.columns)), err)
	}
	return nil
}
