// Package parquetfile is a table in Apache Parquet as somebody else wrote it: its
// columns are found by name, and its rows come one by one as the text that CSV would
// have. Whatever the bytes are, reading gives rows or an error: every length that a
// file promises is held against the bytes that it has before the library (parquet-go)
// makes room for it, and a page that would take too much memory is refused. FuzzRows,
// and FuzzParquet of each importer, show it.
package parquetfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// Is tells whether the file is Parquet, by its first bytes.
func Is(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	var b [4]byte
	_, err = io.ReadFull(f, b[:])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	return string(b[:]) == "PAR1", err
}

// A File is an open table.
type File struct {
	name string
	size int64
	f    *os.File
	p    *parquet.File
}

// Open opens a table.
func Open(path string) (t *File, err error) {
	t = &File{name: filepath.Base(path)}
	defer asError(t.name, &err)
	if t.f, err = os.Open(path); err != nil {
		return nil, err
	}
	if err = t.open(); err != nil {
		t.f.Close()
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	return t, nil
}

func (t *File) open() error {
	info, err := t.f.Stat()
	if err != nil {
		return err
	}
	t.size = info.Size()
	if err := checkFooter(t.f, t.size); err != nil {
		return err
	}
	t.p, err = parquet.OpenFile(t.f, t.size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	return err
}

// Close closes the file.
func (t *File) Close() error { return t.f.Close() }

// NumRows is how many rows the file promises.
func (t *File) NumRows() int64 { return t.p.NumRows() }

// Names are the columns' names; of one within another, with a dot between.
func (t *File) Names() (names []string) {
	for _, c := range t.p.Schema().Columns() {
		names = append(names, strings.Join(c, "."))
	}
	return names
}

// check refuses a column that is no plain column, or whose pages are not there.
func (t *File) check(at int) error {
	path := t.p.Schema().Columns()[at]
	name := strings.Join(path, ".")
	if leaf, ok := t.p.Schema().Lookup(path...); !ok || leaf.MaxRepetitionLevel > 0 {
		return fmt.Errorf("column %s holds lists: a row has one value", name)
	}
	for _, g := range t.p.Metadata().RowGroups {
		if at >= len(g.Columns) {
			return errors.New("damaged Parquet: a row group lacks a column")
		}
		if err := checkPages(t.f, t.size, &g.Columns[at].MetaData); err != nil {
			return fmt.Errorf("damaged Parquet: column %s: %w", name, err)
		}
	}
	return nil
}

// asError makes an error of the library's panic: a damaged file makes it panic in places.
func asError(name string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%s: damaged Parquet: %v", name, p)
	}
}

// unsigned tells whether a column's whole numbers are without a sign.
func unsigned(c parquet.ColumnChunk) bool {
	l := c.Type().LogicalType()
	if l == nil {
		return false
	}
	n, ok := l.Value.(*format.IntType)
	return ok && !n.IsSigned
}
