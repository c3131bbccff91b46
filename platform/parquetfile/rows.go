package parquetfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// A Column is a column that is wanted: where it stands in Names, -1 for one that is not
// there and always empty, and with how many digits a whole number is written at least:
// numbers only in looks have lost their leading zeros.
type Column struct{ At, Digits int }

// Rows calls each with the wanted columns of every row; the first row is row 1. The
// fields are valid during the call.
func (t *File) Rows(ctx context.Context, columns []Column, each func(row int64, fields [][]byte) error) (err error) {
	defer asError(t.name, &err)
	for _, c := range columns {
		if c.At < 0 {
			continue
		}
		if err := t.check(c.At); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	row := int64(0)
	for _, group := range t.p.RowGroups() {
		if row, err = t.group(ctx, group, columns, row, each); err != nil {
			return err
		}
	}
	if row != t.p.NumRows() {
		return fmt.Errorf("%s: damaged Parquet: it holds %d rows and promises %d", t.name, row, t.p.NumRows())
	}
	return nil
}

// group reads a row group; row is the number of the row before it.
func (t *File) group(ctx context.Context, group parquet.RowGroup, columns []Column, row int64, each func(int64, [][]byte) error) (int64, error) {
	chunks := group.ColumnChunks()
	readers := make([]*column, len(columns))
	for i, c := range columns {
		if c.At < 0 {
			continue
		}
		readers[i] = &column{pages: chunks[c.At].Pages(), width: c.Digits, unsigned: unsigned(chunks[c.At]), date: isDate(chunks[c.At])}
		defer readers[i].pages.Close()
	}
	fields := make([][]byte, len(columns))
	for range group.NumRows() {
		if row++; row%4096 == 0 && ctx.Err() != nil {
			return row, context.Cause(ctx)
		}
		for i, c := range readers {
			fields[i] = fields[i][:0]
			if c == nil {
				continue
			}
			v, err := c.next()
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			if err != nil {
				return row, fmt.Errorf("%s, row %d, column %s: %w", t.name, row, t.Names()[columns[i].At], err)
			}
			fields[i] = c.append(fields[i], v)
		}
		if err := each(row, fields); err != nil {
			return row, err
		}
	}
	for i, c := range readers {
		if c == nil {
			continue
		}
		if _, err := c.next(); !errors.Is(err, io.EOF) {
			return row, fmt.Errorf("%s, after row %d, column %s: damaged Parquet: it goes on where the row group ends", t.name, row, t.Names()[columns[i].At])
		}
	}
	return row, nil
}

// column reads one column of a row group value by value.
type column struct {
	pages    parquet.Pages
	values   parquet.ValueReader
	buffer   [1024]parquet.Value
	at, n    int
	unsigned bool
	date     bool
	width    int
}

func isDate(c parquet.ColumnChunk) bool {
	l := c.Type().LogicalType()
	if l == nil {
		return false
	}
	_, ok := l.Value.(*format.DateType)
	return ok
}

func (c *column) next() (parquet.Value, error) {
	for c.at == c.n {
		if c.values == nil {
			page, err := c.pages.ReadPage()
			if err != nil {
				return parquet.Value{}, err
			}
			c.values = page.Values()
		}
		n, err := c.values.ReadValues(c.buffer[:])
		if err == io.EOF || err == nil && n == 0 {
			c.values, err = nil, nil
		}
		if err != nil {
			return parquet.Value{}, err
		}
		c.at, c.n = 0, n
	}
	v := c.buffer[c.at]
	c.at++
	return v, nil
}

// append writes a value as a CSV file would hold it; null is empty, a DATE 1984-07-23.
func (c *column) append(b []byte, v parquet.Value) []byte {
	switch v.Kind() {
	case parquet.Int32, parquet.Int64:
		if c.date && v.Kind() == parquet.Int32 {
			return time.Unix(int64(v.Int32())*24*60*60, 0).UTC().AppendFormat(b, time.DateOnly)
		}
		n := v.Uint64()
		if v.Kind() == parquet.Int32 {
			n = uint64(int64(v.Int32()))
			if c.unsigned {
				n = uint64(v.Uint32())
			}
		}
		if !c.unsigned && int64(n) < 0 {
			return strconv.AppendInt(b, int64(n), 10)
		}
		var d [20]byte
		digits := strconv.AppendUint(d[:0], n, 10)
		for i := len(digits); i < c.width; i++ {
			b = append(b, '0')
		}
		return append(b, digits...)
	case parquet.Float:
		return strconv.AppendFloat(b, float64(v.Float()), 'f', -1, 32)
	case parquet.Double:
		return strconv.AppendFloat(b, v.Double(), 'f', -1, 64)
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return append(b, v.ByteArray()...)
	case parquet.Boolean:
		return strconv.AppendBool(b, v.Boolean())
	}
	return b
}
