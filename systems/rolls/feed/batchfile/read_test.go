package batchfile

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
)

func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t testing.TB, path string, m *Mapping) (rows []Row, problems []Problem, err error) {
	t.Helper()
	r := Reader{Path: path, Mapping: m, Bytes: 700, Take: func(p *Part) error {
		rows, problems = append(rows, p.Rows...), append(problems, p.Problems...)
		return nil
	}}
	err = r.Read(context.Background())
	return rows, problems, err
}

var head = strings.Join(columns, ",") + "\n"

const line1 = "new,2026-02-01,4230149640001,cnic,M,Safdar Ali,صفدر علی,Ghulam,غلام,father,1984-07-23,F1,440160404,House 1,مکان ۱,,,,,,,permanent,,SD\n"
const line2 = "death,,42301-4964000-2,,,,,,,,,,,,,,,,,,,,,\n"

func compressed(t testing.TB, how string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	switch how {
	case "gzip":
		z := gzip.NewWriter(&out)
		z.Write(b)
		z.Close()
	case "zstd":
		z, err := zstd.NewWriter(&out)
		if err != nil {
			t.Fatal(err)
		}
		z.Write(b)
		z.Close()
	default:
		return b
	}
	return out.Bytes()
}

func TestShapes(t *testing.T) {
	all := strings.ReplaceAll
	plain := head + line1 + line2
	for name, text := range map[string]string{
		"plain": plain, "CRLF": all(plain, "\n", "\r\n"), "mark": "\ufeff" + plain, "no last line end": strings.TrimSuffix(plain, "\n"),
		"tabs": all(plain, ",", "\t"), "semicolons": all(plain, ",", ";"), "blanks": all(plain, ",", " , "),
		"quoted": `"` + all(all(strings.TrimSpace(plain), ",", `","`), "\n", "\"\n\"") + `"`, "capitals": strings.ToUpper(head) + line1 + line2,
	} {
		for _, how := range []string{"", "gzip", "zstd"} {
			rows, problems, err := read(t, write(t, "b", compressed(t, how, []byte(text))), nil)
			if err != nil || len(problems) > 0 || len(rows) != 2 {
				t.Fatalf("%s %s: %v %v %v", name, how, err, problems, rows)
			}
			r := rows[0]
			want := rolls.Particulars{CNIC: r.CNIC, NameEn: "Safdar Ali", NameUr: "صفدر علی", ParentEn: "Ghulam", ParentUr: "غلام", Born: rolls.Date{Year: 1984, Month: 7, Day: 23},
				Family: "F1", Permanent: rolls.Address{Block: 440160404, En: "House 1", Ur: "مکان ۱"}}
			if r.Particulars != want || r.CNIC.Reveal() != "4230149640001" || r.List != geography.Male || !r.SexGiven || !r.VoteAt || !r.Valid || r.Province != "SD" || r.Line != 2 || r.AsOf.Day != 1 {
				t.Errorf("%s %s: %+v", name, how, r.Card)
			}
			if d := rows[1]; d.Action != Death || d.Valid || d.SexGiven || d.Line != 3 {
				t.Errorf("%s: the death is %+v", name, d.Card)
			}
		}
	}
}

// TestEveryLineIsAccountedFor: each bad value is told with its line, a code, a reason
// that names nobody, and the row; the lines around it are read.
func TestEveryLineIsAccountedFor(t *testing.T) {
	set := func(column, value string) string {
		fields := strings.Split(strings.TrimSpace(line1), ",")
		fields[slices.Index(columns, column)] = value
		return strings.Join(fields, ",")
	}
	for _, c := range []struct{ row, code string }{
		{set("cnic", "423014964000"), "cnic"}, {set("cnic", ""), "cnic"}, {set("action", "born"), "action"}, {set("action", ""), "action"}, {set("action", "New"), "action"},
		{set("as_of", "2026-02-30"), "as_of"}, {set("born", "23/07/1984"), "born"}, {set("sex", "W"), "sex"}, {set("kind", "nic"), "kind"}, {set("relation", "uncle"), "relation"},
		{set("permanent_block", "44016040"), "block_code"}, {set("temporary_block", "000000000"), "block_code"}, {set("vote_at", "home"), "vote_at"},
		{set("service", "army"), "service"}, {set("province", "ZZ"), "province"}, {set("name_en", strings.Repeat("x", 501)), "too_long"},
		{set("name_en", "\xff"), "not_utf8"}, {set("name_en", "a\x00b"), "not_utf8"}, {`"` + strings.TrimSpace(line1), "quotation"}, {set("name_en", `a"b`), "quotation"},
		{"new,2026", "cnic"},
	} {
		rows, problems, err := read(t, write(t, "b.csv", []byte(head+line1+c.row+"\n\n"+line2)), nil)
		if err != nil || len(rows) != 2 || len(problems) != 1 {
			t.Errorf("%q: %v, %d rows, %+v", c.row, err, len(rows), problems)
			continue
		}
		p := problems[0]
		if p.Line != 3 || p.Code != c.code || p.Reason == "" || strings.Contains(p.Reason, "Safdar") || strings.Contains(p.Reason, "4964000") || rows[1].Line != 5 {
			t.Errorf("%q: %+v", c.row, p)
		}
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	long := append([]byte(head+line1), bytes.Repeat([]byte("9"), maxLine+10)...)
	packed := compressed(t, "gzip", []byte(head+strings.Repeat(line1, 3000)))
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"empty": {nil, "is empty"}, "no columns": {[]byte("a,b\n1,2\n"), "no column action, cnic"}, "zip": {[]byte("PK\x03\x04\xff\xfe\n"), "not CSV"},
		"quotation": {[]byte("\"action,cnic\n"), "line 1"}, "long line": {long, "longer than"}, "cut gzip": {packed[:len(packed)-20], "unexpected EOF"},
	} {
		if _, _, err := read(t, write(t, "b.csv", c.b), nil); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "b.csv") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, _, err := read(t, filepath.Join(t.TempDir(), "none"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	stop := errors.New("no room")
	r := Reader{Path: write(t, "b.csv", []byte(head+strings.Repeat(line1, 3000))), Bytes: 1000, Take: func(*Part) error { return stop }}
	if err := r.Read(t.Context()); !errors.Is(err, stop) {
		t.Errorf("Take fails: %v", err)
	}
	r.Take, r.Make = func(*Part) error { return nil }, func(*Part) error { return stop }
	if err := r.Read(t.Context()); !errors.Is(err, stop) {
		t.Errorf("Make fails: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Read(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

// TestParts: parts come in the order of the file, with their lines.
func TestParts(t *testing.T) {
	var b strings.Builder
	b.WriteString(head)
	const n = 20_000
	for i := range n {
		if i%100 == 99 {
			fmt.Fprintf(&b, "bad %d\n", i+2)
			continue
		}
		fmt.Fprintf(&b, "death,,%013d,,,,,,,,,,,,,,,,,,,,,\n", i+2)
	}
	last, problems := int64(1), 0
	r := Reader{Path: write(t, "b.csv", []byte(b.String())), Bytes: 5000, Take: func(p *Part) error {
		for _, row := range p.Rows {
			if row.Line <= last || row.CNIC.RevealUint64() != uint64(row.Line) {
				t.Fatalf("line %d after %d holds %v", row.Line, last, row.CNIC)
			}
			last = row.Line
		}
		for _, one := range p.Problems {
			problems++
			if one.Row != fmt.Sprintf("bad %d", one.Line) {
				t.Errorf("%+v", one)
			}
		}
		return nil
	}}
	if err := r.Read(t.Context()); err != nil || problems != n/100 || last != n {
		t.Errorf("%v, %d problems, last line %d", err, problems, last)
	}
}

type record struct {
	Action string `parquet:"action"`
	CNIC   int64  `parquet:"nic_no"`
	Born   int32  `parquet:"born,date"`
	Block  int32  `parquet:"permanent_block"`
	Sex    string `parquet:"sex"`
	Name   string `parquet:"name_ur"`
}

func parquetBytes(t testing.TB, rows []record, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := parquet.Write(&b, rows, options...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestParquet(t *testing.T) {
	records := make([]record, 10_000)
	for i := range records {
		records[i] = record{"new", 100 + int64(i), int32(i), 10_000_000 + int32(i), "F", "بی بی"}
	}
	records[50].Sex = "?"
	rows, problems, err := read(t, write(t, "b.parquet", parquetBytes(t, records)), &Mapping{Columns: map[string]any{"cnic": "nic_no"}})
	if err != nil || len(rows) != 9999 || len(problems) != 1 || problems[0].Line != 52 || problems[0].Code != "sex" {
		t.Fatalf("%v: %d rows, %+v", err, len(rows), problems)
	}
	r := rows[9998]
	if r.CNIC.Reveal() != "0000000010099" || r.Permanent.Block != 10_009_999 || r.Born.String() != "1997-05-18" || r.NameUr != "بی بی" || r.Line != 10_001 || r.List != geography.Female {
		t.Errorf("%+v %s", r.Card, r.Born)
	}
}

func TestMapping(t *testing.T) {
	m, err := ParseMapping([]byte("dates = \"DD/MM/YYYY\"\nencoding = \"windows-1252\"\ndelimiter = \";\"\n[columns]\ncnic = \"id\"\nname_en = [\"first\", \"last\"]\nborn=\"dob\"\n[fixed]\naction = \"new\"\nsex=\"F\"\n[values.name_en]\n\"-\" = \"\"\n[digits]\ncnic = \"7\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	rows, problems, err := read(t, write(t, "b.csv", []byte("id;first;last;dob\nZZ12;Ren\xe9;-;05/06/1980\nZZ13;-;Khan;1980\n;x;y;\n")), m)
	if err != nil || len(problems) != 1 || len(rows) != 2 {
		t.Fatal(err, problems, rows)
	}
	if r := rows[0]; r.CNIC.Reveal() != "7000000000012" || r.NameEn != "René" || r.Born.String() != "1980-06-05" || r.List != geography.Female {
		t.Errorf("%s %q %v", r.CNIC.Reveal(), r.NameEn, r.Born)
	}
	if r := rows[1]; r.NameEn != "Khan" || r.Born.String() != "1980" {
		t.Errorf("%q %v", r.NameEn, r.Born)
	}
	for text, want := range map[string]string{
		"x = 1": "line 1", "[columns]\nnic = \"x\"": "no column \"nic\"", "[columns]\ncnic = 5": "a text", "[columns]\ncnic = []": "from one",
		"[digits]\nname_en = \"1\"": "digits", "[digits]\ncnic = \"1234567890123\"": "digits", "encoding = \"utf-16\"": "encoding", "delimiter = \"ab\"": "delimiter",
		"dates = \"D/M/Y\"": "dates", "[fixed]\ncnic = \"1\"": "each row", "a = [": "line 1",
	} {
		if _, err := ParseMapping([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if m, err := ParseColumns(" cnic=nic_no, born=dob,"); err != nil || m.Columns["cnic"] != "nic_no" || len(m.Columns) != 2 {
		t.Error(m, err)
	}
	if _, err := ParseColumns("nic=x"); err == nil {
		t.Error("an unknown column was taken")
	}
}

// TestSplit holds split against encoding/csv on every line.
func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringOfN(rapid.SampledFrom([]rune(`ab",; `)), 1, 20, -1).Draw(t, "line")
		r := csv.NewReader(strings.NewReader(line))
		r.FieldsPerRecord = -1
		want, err := r.Read()
		got, ok := split(nil, line, ',')
		if ok != (err == nil) || ok && !slices.Equal(got, want) {
			t.Fatalf("%q: %q %v, encoding/csv says %q %v", line, got, ok, want, err)
		}
	})
}
