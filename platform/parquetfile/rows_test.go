package parquetfile

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

type line struct {
	Number int64   `parquet:"number"`
	Day    int32   `parquet:"day,date"`
	Small  uint32  `parquet:"small"`
	Name   *string `parquet:"name,optional,dict"`
}

func table(t testing.TB, rows []line, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := parquet.Write(&b, rows, options...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(path string) (lines []string, err error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var want []Column
	for i, name := range f.Names() {
		c := Column{At: i}
		if name == "number" {
			c.Digits = 13
		}
		want = append(want, c)
	}
	err = f.Rows(context.Background(), append(want, Column{At: -1}), func(row int64, fields [][]byte) error {
		lines = append(lines, fmt.Sprintf("%d:%s", row, bytes.Join(fields, []byte(","))))
		return nil
	})
	return lines, err
}

func TestRows(t *testing.T) {
	name := "Safdar"
	day := int32(time.Date(1984, 7, 23, 0, 0, 0, 0, time.UTC).Unix() / 86400)
	path := filepath.Join(t.TempDir(), "t.parquet")
	b := table(t, []line{{42, day, 1<<32 - 1, &name}, {4230149640001, -1, 0, nil}}, parquet.MaxRowsPerRowGroup(1))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if is, err := Is(path); !is || err != nil {
		t.Error(is, err)
	}
	got, err := read(path)
	want := "1:0000000000042,1984-07-23,4294967295,Safdar,|2:4230149640001,1969-12-31,0,,"
	if err != nil || strings.Join(got, "|") != want {
		t.Errorf("%v %v, want %s", got, err, want)
	}
}

// FuzzRows: whatever the bytes, rows or an error.
func FuzzRows(f *testing.F) {
	rows := make([]line, 50)
	f.Add(table(f, rows))
	f.Add(table(f, rows[:2], parquet.Compression(&parquet.Gzip), parquet.DataPageVersion(1)))
	f.Add(table(f, rows[:1], parquet.Compression(&parquet.Zstd)))
	path := filepath.Join(f.TempDir(), "t.parquet")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := read(path); err != nil && !strings.HasPrefix(err.Error(), "t.parquet") {
			t.Errorf("the error does not name the file: %v", err)
		}
	})
}
