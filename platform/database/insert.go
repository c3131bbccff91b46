package database

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"strconv"
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
	head    string              // before the rows
	args    []driver.NamedValue // of the statement that is run
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
	whole := make(map[uint64]driver.Stmt) // of full batches, by which columns are the same in all rows
	defer func() {
		for _, stmt := range whole {
			stmt.Close()
		}
	}()
	broken := false
	for b := range s.full {
		if broken {
			continue
		}
		if err := s.one(ctx, whole, b); err != nil {
			broken = true
			s.failed <- err
			continue
		}
		b.n, b.bytes = 0, b.bytes[:0]
		s.free <- b
	}
}

// sameStatements is how many statements for full batches there may be at once, besides the
// one of which no column is the same.
const sameStatements = 16

// one runs the statement of one batch.
func (s *insertion) one(ctx context.Context, whole map[uint64]driver.Stmt, b *insertBatch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	same := s.same(b)
	if len(whole) >= sameStatements && whole[same] == nil {
		same = 0 // for which there is always room
	}
	if b.n < len(b.args) {
		last, err := s.prepare(ctx, b.n/len(s.columns), 0)
		if err != nil {
			return err
		}
		defer last.Close()
		return s.exec(last, b, b.args[:b.n])
	}
	stmt := whole[same]
	if stmt == nil {
		var err error
		if stmt, err = s.prepare(ctx, b.n/len(s.columns), same); err != nil {
			return err
		}
		whole[same] = stmt
	}
	return s.exec(stmt, b, s.once(b, same))
}

// same tells which columns have one value in all rows of a batch, as bits: a value that is
// bound once need not be copied for each row, and many rows come from one place or cause.
func (s *insertion) same(b *insertBatch) (columns uint64) {
	for c := range min(len(s.columns), 64) {
		if _, bytes := b.args[c].Value.([]byte); bytes {
			continue
		}
		one := true
		for at := c + len(s.columns); at < b.n && one; at += len(s.columns) {
			_, bytes := b.args[at].Value.([]byte)
			one = !bytes && b.args[at].Value == b.args[c].Value
		}
		if one {
			columns |= 1 << c
		}
	}
	return columns
}

// once gives the values of a batch, those of the same columns from the first row alone.
func (s *insertion) once(b *insertBatch, same uint64) []driver.NamedValue {
	if same == 0 {
		return b.args[:b.n]
	}
	s.args = append(s.args[:0], b.args[:len(s.columns)]...)
	for from := len(s.columns); from < b.n; from += len(s.columns) {
		for c := range s.columns {
			if c >= 64 || same>>c&1 == 0 {
				s.args = append(s.args, driver.NamedValue{Ordinal: len(s.args) + 1, Value: b.args[from+c].Value})
			}
		}
	}
	return s.args
}

func (s *insertion) prepare(ctx context.Context, rows int, same uint64) (driver.Stmt, error) {
	var row strings.Builder // every row but the first
	for c := range s.columns {
		row.WriteString([]string{", (", ", "}[min(c, 1)] + "?")
		if c < 64 && same>>c&1 == 1 {
			row.WriteString(strconv.Itoa(c + 1))
		}
	}
	row.WriteString(")")
	return s.conn.PrepareContext(ctx, s.head+`(?`+strings.Repeat(`, ?`, len(s.columns)-1)+`)`+strings.Repeat(row.String(), rows-1))
}

// exec has no context that ends: nothing can make the statement wait, since the
// transaction holds its lock, and run looks between two.
func (s *insertion) exec(stmt driver.Stmt, b *insertBatch, args []driver.NamedValue) error {
	_, err := stmt.(driver.StmtExecContext).ExecContext(context.Background(), args)
	if err != nil {
		return fmt.Errorf("rows %d to %d: %w", b.first+1, b.first+int64(b.n/len(s.columns)), err)
	}
	return nil
}
