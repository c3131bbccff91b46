package backup

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"intikhab/platform/database"
)

// WriteStream and Text are for the tests outside.
func WriteStream(tx *database.Tx, m database.Migrations) error {
	_, err := writeStream(tx, &bytes.Buffer{}, m, nil)
	return err
}

func Text(key any) string { return fmt.Sprint(key) }

// stream gives a small backup before compression.
func stream(t testing.TB) []byte {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	files := fstest.MapFS{"0001_one.sql": {Data: []byte(`CREATE TABLE a (n BIGINT, s TEXT, b BLOB, x REAL); CREATE TABLE z (n BIGINT);
		INSERT INTO a VALUES (1, 'x', x'0001', 1.5), (NULL, NULL, NULL, NULL), (-1, '', x'', 0); INSERT INTO z VALUES (7)`)}}
	if err := db.Migrate(t.Context(), "x", files); err != nil {
		t.Fatal(err)
	}
	known, err := database.Of("x", files)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = db.View(t.Context(), func(tx *database.Tx) error {
		out.Reset()
		_, err := writeStream(tx, &out, known, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var update = flag.Bool("update", false, "write testdata/stream anew, where the format has changed on purpose")

// TestFormat: a backup that was made by the first program that made any is read for
// ever, and what is written now is the same but for its dates.
func TestFormat(t *testing.T) {
	golden := filepath.Join("testdata", "stream")
	now := stream(t)
	if *update {
		if err := os.WriteFile(golden, now, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	then, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	a, err := readStream(bytes.NewReader(then), visitor{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := readStream(bytes.NewReader(now), visitor{})
	if err != nil || !reflect.DeepEqual(a.Tables, b.Tables) || a.Rows != b.Rows || a.Bytes != b.Bytes {
		t.Errorf("was %v, is %v, %v", a, b, err)
	}
}

// TestStreamDamaged: the checksums inside alone find every change, whatever carries
// the records.
func TestStreamDamaged(t *testing.T) {
	good := stream(t)
	if s, err := readStream(bytes.NewReader(good), visitor{}); err != nil || s.Rows != 4 || s.Bytes == 0 {
		t.Fatalf("%v %v", s, err)
	}
	for i := range good {
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << bit
			if _, err := readStream(bytes.NewReader(bad), visitor{}); err == nil {
				t.Errorf("byte %d (%q), bit %d changed unseen", i, good[i], bit)
			}
		}
		if _, err := readStream(bytes.NewReader(good[:i]), visitor{}); err == nil {
			t.Errorf("cut to %d bytes unseen", i)
		}
	}
	if _, err := readStream(bytes.NewReader(append(good, 0)), visitor{}); err == nil {
		t.Error("a byte behind the end is unseen")
	}
}

func TestValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := map[string]any{
			"BIGINT": rapid.Int64().Draw(t, "int"), "REAL": rapid.Float64().Draw(t, "float"),
			"TEXT": rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return r != 0 })).Draw(t, "text"),
			"BLOB": rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"),
		}
		typ := rapid.SampledFrom([]string{"BIGINT", "REAL", "TEXT", "BLOB"}).Draw(t, "type")
		in := values[typ]
		if rapid.Bool().Draw(t, "null") {
			in = nil
		}
		out, err := appendValue(nil, typ, in)
		if err != nil {
			t.Fatal(err)
		}
		got, rest, err := takeValue(typ, out)
		if err != nil || len(rest) > 0 || fmt.Sprintf("%T %v", got, got) != fmt.Sprintf("%T %v", in, in) {
			t.Fatalf("%T %v became %T %v, %v", in, in, got, got, err)
		}
		for i := range out {
			if _, _, err := takeValue(typ, out[:i]); err == nil {
				t.Fatalf("%x cut to %d bytes is a value", out, i)
			}
		}
	})
	for _, c := range []struct {
		typ string
		v   any
	}{{"BIGINT", "1"}, {"BIGINT", 1.0}, {"TEXT", "\xff"}, {"TEXT", []byte{0}}, {"REAL", math.NaN()}, {"BLOB", int64(1)}, {"OTHER", "x"}} {
		if _, err := appendValue(nil, c.typ, c.v); err == nil {
			t.Errorf("%v was taken as %s", c.v, c.typ)
		}
	}
}

func FuzzReadStream(f *testing.F) {
	good, err := os.ReadFile(filepath.Join("testdata", "stream"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:len(good)-20])
	f.Add([]byte(magic))
	f.Add(append([]byte(magic), 'H', 0xff, 0xff, 0xff, 0xff))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows := int64(0)
		s, err := readStream(bytes.NewReader(b), visitor{row: func(values []any) error { rows++; return nil }})
		if err == nil && (s.Rows != rows || s.Bytes > int64(len(b))) {
			t.Errorf("%d rows seen, %d told, %d bytes of %d", rows, s.Rows, s.Bytes, len(b))
		}
	})
}

// FuzzRows: the content of a frame of rows, without a checksum in the way.
func FuzzRows(f *testing.F) {
	f.Add([]byte{valueInt, 2, valueText, 1, 'x', valueBytes, 0, valueFloat, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{valueNull, valueNull, valueNull, valueNull})
	f.Add([]byte{valueText, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	columns := []database.Column{{Name: "n", Type: "BIGINT"}, {Name: "s", Type: "TEXT"}, {Name: "b", Type: "BLOB"}, {Name: "x", Type: "REAL"}}
	f.Fuzz(func(t *testing.T, content []byte) {
		table := TableSummary{Columns: columns}
		var out []byte
		err := table.readRows(content, func(values []any) (err error) {
			for i, v := range values {
				if out, err = appendValue(out, columns[i].Type, v); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return
		}
		again := TableSummary{Columns: columns}
		if err := again.readRows(out, nil); err != nil || again.Rows != table.Rows {
			t.Errorf("%d rows, written again %d, %v", table.Rows, again.Rows, err)
		}
	})
}
