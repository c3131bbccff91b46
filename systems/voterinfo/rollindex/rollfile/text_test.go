package rollfile

import (
	"bytes"
	"cmp"
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
	"pgregory.net/rapid"
)

const voterHead = "cnic,block_code,gender,serial,household\n"

func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readVoters reads a file and returns what came of it in the order of lines.
func readVoters(t testing.TB, path string, columns Columns) (rows []Voter, problems []Problem, err error) {
	t.Helper()
	r := VotersReader{Path: path, Columns: columns}
	perWorker := make([][]Voter, r.Workers())
	r.Rows = func(w int, v []Voter) error {
		perWorker[w] = append(perWorker[w], v...)
		return nil
	}
	r.Problem = func(p Problem) error {
		problems = append(problems, p)
		return nil
	}
	err = r.Read(context.Background())
	rows = slices.Concat(perWorker...)
	slices.SortFunc(rows, func(a, b Voter) int { return cmp.Compare(a.Line, b.Line) })
	slices.SortFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return rows, problems, err
}

func show(rows []Voter) string {
	var b strings.Builder
	for _, v := range rows {
		fmt.Fprintf(&b, "%d: %s %v %v %d %d\n", v.Line, v.CNIC.Reveal(), v.Block, v.Gender, v.Serial, v.Household)
	}
	return b.String()
}

const (
	plainFile = voterHead +
		"3520112345671,440160404,M,1,1\n" +
		"42301-4964000-1,440160404,f,226,158\n" +
		"3520112345673,440160405,X,4294967295,0\n"
	plainRows = "2: 3520112345671 440160404 M 1 1\n" +
		"3: 4230149640001 440160404 F 226 158\n" +
		"4: 3520112345673 440160405 X 4294967295 0\n"
)

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

func TestVotersFileShapes(t *testing.T) {
	comma := strings.ReplaceAll
	for name, c := range map[string]struct {
		text    string
		columns Columns
	}{
		"plain":              {plainFile, nil},
		"CRLF":               {comma(plainFile, "\n", "\r\n"), nil},
		"BOM":                {"\ufeff" + plainFile, nil},
		"no final newline":   {strings.TrimSuffix(plainFile, "\n"), nil},
		"tabs":               {comma(plainFile, ",", "\t"), nil},
		"semicolons":         {comma(plainFile, ",", ";"), nil},
		"quoted":             {`"` + comma(comma(strings.TrimSpace(plainFile), ",", `","`), "\n", "\"\n\"") + `"`, nil},
		"blanks round":       {comma(plainFile, ",", " , "), nil},
		"header in capitals": {comma(plainFile, "cnic,block_code", "CNIC, Block_Code "), nil},
		"renamed columns": {comma(plainFile, "cnic,block_code", "nic_no,stat block"),
			Columns{"cnic": "nic_no", "block_code": "stat block"}},
		"further columns, other order": {"name,serial,household,gender,cnic,x,block_code,y\n" +
			"\"a, b\",1,1,M,3520112345671,,440160404,\n" +
			"\"the \"\"second\"\"\",226,158,f,42301-4964000-1,z,440160404,\n" +
			"c,4294967295,0,X,3520112345673,\"\",440160405\n", nil},
	} {
		for _, how := range []string{"", "gzip", "zstd"} {
			t.Run(name+" "+how, func(t *testing.T) {
				rows, problems, err := readVoters(t, write(t, "voters", compressed(t, how, []byte(c.text))), c.columns)
				if err != nil || len(problems) > 0 {
					t.Fatalf("%v, %+v", err, problems)
				}
				if got := show(rows); got != plainRows {
					t.Errorf("got\n%swant\n%s", got, plainRows)
				}
			})
		}
	}
}

func TestEmptyLinesKeepTheCount(t *testing.T) {
	rows, problems, err := readVoters(t, write(t, "v.csv", []byte(voterHead+"\n  \r\n3520112345671,440160404,M,1,1\n\n\nbad\n\n")), nil)
	if err != nil || len(rows) != 1 || rows[0].Line != 4 || len(problems) != 1 || problems[0].Line != 7 {
		t.Fatalf("%v %s %+v", err, show(rows), problems)
	}
	if rows, problems, err := readVoters(t, write(t, "v.csv", []byte(strings.TrimSpace(voterHead))), nil); err != nil || len(rows)+len(problems) > 0 {
		t.Fatalf("a header alone: %v %s %+v", err, show(rows), problems)
	}
}

// Every bad value is told with its line, a stable code, a reason and the row.
func TestBadVoters(t *testing.T) {
	for _, c := range []struct{ row, code, reason string }{
		{"352011234567,440160404,M,1,1", "cnic", "12"},
		{"35201123456712,440160404,M,1,1", "cnic", "14"},
		{"3520112345x71,440160404,M,1,1", "cnic", "letters"},
		{",440160404,M,1,1", "cnic", "no number"},
		{"3520112345671,44016040,M,1,1", "block_code", "44016040"},
		{"3520112345671,4401604040,M,1,1", "block_code", "4401604040"},
		{"3520112345671,44016040A,M,1,1", "block_code", "44016040A"},
		{"3520112345671,440160404,W,1,1", "gender", "W"},
		{"3520112345671,440160404,,1,1", "gender", ""},
		{"3520112345671,440160404,M,0,1", "serial", "from 1"},
		{"3520112345671,440160404,M,-1,1", "serial", "from 1"},
		{"3520112345671,440160404,M,1.0,1", "serial", "from 1"},
		{"3520112345671,440160404,M,4294967296,1", "serial", "from 1"},
		{"3520112345671,440160404,M,99999999999,1", "serial", "from 1"},
		{"3520112345671,440160404,M,1,", "household", "from 0"},
		{"3520112345671,440160404,M,1,4294967296", "household", "from 0"},
		{"3520112345671,440160404,M,1", "too_few_fields", "4 fields; household should be field 5"},
		{"3520112345671", "too_few_fields", "1 fields; block_code should be field 2"},
		{`"3520112345671,440160404,M,1,1`, "quotation", "pair up"},
		{`3520112345671,440160404,M,1,"1"x`, "quotation", "pair up"},
		{`3520112345671,440160404,M,1,1"`, "quotation", "pair up"},
		{"\x00\xff,\xfe,,,", "cnic", ""},
	} {
		good := "3520112345671,440160404,M,1,1\n"
		rows, problems, err := readVoters(t, write(t, "voters.csv", []byte(voterHead+good+c.row+"\n"+good)), nil)
		if err != nil || len(rows) != 2 || len(problems) != 1 {
			t.Errorf("%s: %v, rows %d, %+v", c.row, err, len(rows), problems)
			continue
		}
		p := problems[0]
		if p.File != "voters.csv" || p.Line != 3 || p.Code != c.code || p.Row != c.row || !strings.Contains(p.Reason, c.reason) || p.Reason == "" {
			t.Errorf("%s: %+v", c.row, p)
		}
	}
}

func TestVotersFilesThatAreRefused(t *testing.T) {
	packed := compressed(t, "gzip", []byte(voterHead+strings.Repeat("3520112345671,440160404,M,1,1\n", 50_000)))
	zpacked := compressed(t, "zstd", []byte(voterHead+strings.Repeat("3520112345671,440160404,M,1,1\n", 50_000)))
	for name, c := range map[string]struct {
		b      []byte
		reason string
	}{
		"empty":            {nil, "is empty"},
		"missing columns":  {[]byte("cnic,block,gender,serial\n"), "no column block_code, household; its columns are cnic, block, gender, serial"},
		"UTF-16":           {[]byte("\xff\xfec\x00n\x00i\x00c\x00\n\x00"), "not CSV in UTF-8"},
		"zip":              {[]byte("PK\x03\x04\x14\x00\x00\x00\n"), "not CSV in UTF-8"},
		"header quotation": {[]byte("\"cnic,block_code\n"), "line 1"},
		"long first line":  {bytes.Repeat([]byte("x"), chunkBytes+200_000), "first line is longer"},
		"huge line":        {append([]byte(voterHead+"3520112345671,440160404,M,1,1\n"), bytes.Repeat([]byte("9"), 3*chunkBytes)...), "line 3 is longer than 1048576 bytes"},
		"truncated gzip":   {packed[:len(packed)-20], "unexpected EOF"},
		"truncated zstd":   {zpacked[:len(zpacked)-20], "unexpected EOF"},
		"gzip header only": {packed[:5], "gzip"},
		"flipped gzip":     {flip(packed, len(packed)/2), "after line"},
	} {
		_, _, err := readVoters(t, write(t, "voters.csv", c.b), nil)
		if err == nil || !strings.Contains(err.Error(), c.reason) || !strings.Contains(err.Error(), "voters.csv") {
			t.Errorf("%s: %v, want a word of %q", name, err, c.reason)
		}
	}
	if _, _, err := readVoters(t, filepath.Join(t.TempDir(), "none.csv"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0x55
	return b
}

// Rows that lie across the borders of chunks keep their lines.
func TestManyChunks(t *testing.T) {
	var b strings.Builder
	b.WriteString(voterHead)
	const n = 120_000 // some 3.5 chunks
	for i := range n {
		if i%1000 == 999 {
			fmt.Fprintf(&b, "bad %d\n", i+2)
			continue
		}
		fmt.Fprintf(&b, "%013d,440160404,M,%d,%d\n", i, i+2, i/3)
	}
	rows, problems, err := readVoters(t, write(t, "v.csv", []byte(b.String())), nil)
	if err != nil || len(rows) != n-n/1000 || len(problems) != n/1000 {
		t.Fatalf("%v: %d rows, %d problems", err, len(rows), len(problems))
	}
	for _, v := range rows {
		if v.Line != int64(v.Serial) || v.CNIC.RevealUint64() != uint64(v.Serial-2) {
			t.Fatalf("line %d holds the row of line %d", v.Line, v.Serial)
		}
	}
	for _, p := range problems {
		if p.Row != fmt.Sprintf("bad %d", p.Line) {
			t.Fatalf("line %d: %q", p.Line, p.Row)
		}
	}
}

func TestReadingStops(t *testing.T) {
	path := write(t, "v.csv", []byte(voterHead+strings.Repeat("3520112345671,440160404,M,1,1\n", 200_000)))
	broken := errors.New("no room")
	r := VotersReader{Path: path, Rows: func(int, []Voter) error { return broken }, Problem: func(Problem) error { return nil }}
	if err := r.Read(context.Background()); !errors.Is(err, broken) {
		t.Errorf("a callback that fails: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// splitFields agrees with encoding/csv on every line.
func TestSplitFields(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringOfN(rapid.SampledFrom([]rune(`ab",; `)), 1, 20, -1).Draw(t, "line")
		r := csv.NewReader(strings.NewReader(line))
		r.FieldsPerRecord = -1
		want, err := r.Read()
		got, ok := splitFields(nil, []byte(line), ',')
		if ok != (err == nil) {
			t.Fatalf("%q: %q %v, encoding/csv says %v", line, got, ok, err)
		}
		if !ok {
			return
		}
		var texts []string
		for _, f := range got {
			texts = append(texts, string(f))
		}
		if !slices.Equal(texts, want) {
			t.Fatalf("%q: %q, encoding/csv says %q", line, texts, want)
		}
	})
}

func TestColumns(t *testing.T) {
	c, err := ParseColumns(" cnic=nic_no, block_code=blk ,")
	if err != nil || c["cnic"] != "nic_no" || c["block_code"] != "blk" || len(c) != 2 {
		t.Errorf("%v %v", c, err)
	}
	for _, bad := range []string{"cnic", "cnic=", "=x", "nic=x"} {
		if _, err := ParseColumns(bad); err == nil || !strings.Contains(err.Error(), "columns:") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
