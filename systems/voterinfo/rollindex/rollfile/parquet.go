package rollfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// openParquet opens the file and finds its columns. A damaged file makes the
// library panic in places; the caller recovers with asError.
func openParquet(path string, columns Columns, wanted, optional []string) (*os.File, *parquet.File, []int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, nil, err
	}
	p, at, err := findParquetColumns(f, columns, wanted, optional)
	if err != nil {
		f.Close()
		return nil, nil, nil, fmt.Errorf("%s: %w", base(path), err)
	}
	return f, p, at, nil
}

func findParquetColumns(f *os.File, columns Columns, wanted, optional []string) (*parquet.File, []int, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if err := checkFooter(f, info.Size()); err != nil {
		return nil, nil, err
	}
	p, err := parquet.OpenFile(f, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, nil, err
	}
	var header []string
	paths := p.Schema().Columns()
	for _, c := range paths {
		header = append(header, strings.Join(c, "."))
	}
	at, err := columns.find(base(f.Name()), header, wanted, optional)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range at {
		if a < 0 {
			continue
		}
		if leaf, ok := p.Schema().Lookup(paths[a]...); !ok || leaf.MaxRepetitionLevel > 0 {
			return nil, nil, fmt.Errorf("column %s holds lists: a row of the roll has one value", header[a])
		}
		for _, g := range p.Metadata().RowGroups {
			if a >= len(g.Columns) {
				return nil, nil, errors.New("damaged Parquet: a row group lacks a column")
			}
			if err := checkPages(f, info.Size(), &g.Columns[a].MetaData); err != nil {
				return nil, nil, fmt.Errorf("damaged Parquet: column %s: %w", header[a], err)
			}
		}
	}
	return p, at, nil
}

func asError(path string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%s: damaged Parquet: %v", base(path), p)
	}
}

// column reads one column of a row group value by value.
type column struct {
	pages  parquet.Pages
	values parquet.ValueReader
	buffer [1024]parquet.Value
	at, n  int
	// unsigned tells whether whole numbers are without a sign.
	unsigned bool
	width    int // they are written with, see digits
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

// digits is the fixed length of the columns that are numbers only in looks: as
// integers they have lost their leading zeros.
var digits = map[string]int{"cnic": 13, "block_code": 9}

// append writes a value as a CSV file would hold it; null is empty.
func (c *column) append(b []byte, v parquet.Value) []byte {
	switch v.Kind() {
	case parquet.Int32, parquet.Int64:
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

// parquetRows calls each with the wanted columns of every row; an optional
// column that is missing is empty. The fields are valid during the call.
func parquetRows(ctx context.Context, path string, columns Columns, wanted, optional []string, each func(row, rows int64, fields [][]byte) error) (err error) {
	defer asError(path, &err)
	f, p, at, err := openParquet(path, columns, wanted, optional)
	if err != nil {
		return err
	}
	defer f.Close()
	row := int64(1) // the first row counts as line 2, as in a text file
	fields := make([][]byte, len(at))
	names := slices.Concat(wanted, optional)
	for _, group := range p.RowGroups() {
		chunks := group.ColumnChunks()
		readers := make([]*column, len(at))
		for i, a := range at {
			if a >= 0 {
				readers[i] = &column{pages: chunks[a].Pages(), width: digits[names[i]]}
				if l := chunks[a].Type().LogicalType(); l != nil {
					if n, ok := l.Value.(*format.IntType); ok {
						readers[i].unsigned = !n.IsSigned
					}
				}
				defer readers[i].pages.Close()
			}
		}
		for range group.NumRows() {
			if row++; row%4096 == 0 && ctx.Err() != nil {
				return context.Cause(ctx)
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
					return fmt.Errorf("%s, row %d, column %s: %w", base(path), row, names[i], err)
				}
				fields[i] = c.append(fields[i], v)
			}
			if err := each(row, p.NumRows(), fields); err != nil {
				return err
			}
		}
		for i, c := range readers {
			if c == nil {
				continue
			}
			if _, err := c.next(); !errors.Is(err, io.EOF) {
				return fmt.Errorf("%s, after row %d, column %s: damaged Parquet: it goes on where the row group ends", base(path), row, names[i])
			}
		}
	}
	if row-1 != p.NumRows() {
		return fmt.Errorf("%s: damaged Parquet: it holds %d rows and promises %d", base(path), row-1, p.NumRows())
	}
	return nil
}

func (r *VotersReader) readParquet(ctx context.Context) error {
	const batch = 8192
	rows := make([]Voter, 0, batch)
	flush := func() error {
		err := r.Rows(0, rows)
		rows = rows[:0]
		return err
	}
	err := parquetRows(ctx, r.Path, r.Columns, voterColumns, nil, func(n, total int64, f [][]byte) error {
		v, code, reason := parseVoter([5][]byte(f))
		if code != "" {
			return r.Problem(Problem{File: base(r.Path), Line: n, Code: code, Reason: reason, Row: joinFields(f)})
		}
		v.Line = n
		if rows = append(rows, v); len(rows) < batch {
			return nil
		}
		if r.Progress != nil {
			r.Progress(n-1, total)
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

func joinFields(f [][]byte) string {
	parts := make([]string, len(f))
	for i := range f {
		parts[i] = string(f[i])
	}
	return strings.Join(parts, ",")
}

func readParquetTable(path string, columns Columns, wanted, optional []string, each func(r row, code, reason string) error) error {
	return parquetRows(context.Background(), path, columns, wanted, optional, func(n, _ int64, f [][]byte) error {
		r := row{fields: make([]string, len(f)), line: n, raw: joinFields(f)}
		for i := range f {
			r.fields[i] = string(f[i])
		}
		return each(r, "", "")
	})
}
