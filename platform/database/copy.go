package database

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// copyChunk is how many bytes of rows are handed to the connection at once: not more
// than one message of pgconn holds (65,536 with its head), so that none is cut in two.
const copyChunk = 65531

// copyRows is Bulk on PostgreSQL: COPY in its binary form (PostgreSQL's manual, SQL
// commands, COPY). pgx has one too, whose rows come from a goroutine of its own; here
// they come from the caller's, while another sends the rows before.
func copyRows(ctx context.Context, conn any, table string, columns []Column, rows iter.Seq2[[]any, error]) (n int64, err error) {
	pg := conn.(*stdlib.Conn).Conn().PgConn()
	from, to := io.Pipe()
	type outcome struct {
		tag pgconn.CommandTag
		err error
	}
	sent := make(chan outcome, 1)
	go func() {
		tag, err := pg.CopyFrom(ctx, from, `COPY `+Quote(table)+` (`+quoted(columns)+`) FROM STDIN (FORMAT binary)`)
		from.CloseWithError(errStopped)
		sent <- outcome{tag, err}
	}()
	// Also after a panic of the caller's the connection is at rest before it goes
	// back, and what was under way has failed.
	done := false
	defer func() {
		if !done {
			to.CloseWithError(errRow)
			<-sent
		}
	}()
	n, err = encodeRows(to, columns, rows)
	if err == nil {
		to.Close()
	} else {
		to.CloseWithError(errRow)
	}
	end := <-sent
	done = true
	switch {
	case ctx.Err() != nil: // what pgconn says is that the connection was closed
		return n, ctx.Err()
	case err != nil && !errors.Is(err, errStopped):
		return n, err
	case end.err != nil:
		return n, end.err
	case end.tag.RowsAffected() != n:
		return n, fmt.Errorf("the server has put %d rows of %d", end.tag.RowsAffected(), n)
	}
	return n, nil
}

var (
	errStopped = errors.New("the server takes no more rows")
	// errRow goes to the server's log, to which the caller's own error, with a
	// person's data perhaps, must not.
	errRow = errors.New("the program has stopped for an error of its own")
)

func encodeRows(to io.Writer, columns []Column, rows iter.Seq2[[]any, error]) (n int64, err error) {
	out := make([]byte, 0, copyChunk)
	out = append(out, "PGCOPY\n\xff\r\n\x00"...)
	out = append(out, 0, 0, 0, 0, 0, 0, 0, 0) // flags, length of what follows the head
	for row, err := range rows {
		if err == nil && len(row) != len(columns) {
			err = wrongLength(row, columns)
		}
		from := len(out)
		if err == nil {
			out, err = appendRow(out, columns, row)
		}
		if err != nil {
			return n, fmt.Errorf("row %d: %w", n+1, err)
		}
		n++
		if len(out) < copyChunk {
			continue
		}
		if from == 0 { // the row alone is longer
			from = len(out)
		}
		if _, err := to.Write(out[:from]); err != nil {
			return n, err
		}
		out = append(out[:0], out[from:]...)
	}
	_, err = to.Write(append(out, 0xff, 0xff))
	return n, err
}

func appendRow(out []byte, columns []Column, row []any) ([]byte, error) {
	out = binary.BigEndian.AppendUint16(out, uint16(len(row)))
	for i, c := range columns {
		v, err := c.kept(row[i])
		if err != nil {
			return out, err
		}
		switch v := v.(type) {
		case nil:
			out = binary.BigEndian.AppendUint32(out, math.MaxUint32)
		case int64:
			out = binary.BigEndian.AppendUint32(out, 8)
			out = binary.BigEndian.AppendUint64(out, uint64(v))
		case float64:
			out = binary.BigEndian.AppendUint32(out, 8)
			out = binary.BigEndian.AppendUint64(out, math.Float64bits(v))
		case string:
			out = binary.BigEndian.AppendUint32(out, uint32(len(v)))
			out = append(out, v...)
		case []byte:
			out = binary.BigEndian.AppendUint32(out, uint32(len(v)))
			out = append(out, v...)
		}
	}
	return out, nil
}
