package rollfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// fuzzFile is a file that one fuzzing process writes again and again.
func fuzzFile(f *testing.F) (path string, put func(t *testing.T, b []byte)) {
	path = filepath.Join(f.TempDir(), "file")
	return path, func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzVoters: whatever the bytes, each line after the header becomes a row, a
// problem or an empty line.
func FuzzVoters(f *testing.F) {
	for _, how := range []string{"", "gzip", "zstd"} {
		f.Add(compressed(f, how, []byte(plainFile)))
	}
	f.Add([]byte("\ufeffcnic;block_code;gender;serial;household\r\n\"3520112345671\";440160404;M;1;1\r\n\r\n\"x;y"))
	path, put := fuzzFile(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		put(t, b)
		rows, problems, err := readVoters(t, path, nil)
		lines := map[int64]bool{}
		for _, v := range rows {
			lines[v.Line] = true
			if v.Serial == 0 || v.CNIC.RevealUint64() >= 1e13 || v.Gender > 2 || v.Block > 999_999_999 {
				t.Errorf("line %d became %v", v.Line, show([]Voter{v}))
			}
		}
		for _, p := range problems {
			if lines[p.Line] || p.Code == "" || p.Reason == "" {
				t.Errorf("line %d twice, or with no reason: %+v", p.Line, p)
			}
			lines[p.Line] = true
		}
		if err == nil && len(lines) != len(rows)+len(problems) {
			t.Error("two rows on one line")
		}
	})
}

func FuzzAreas(f *testing.F) {
	f.Add([]byte(areaHead + "440160404,A,ا,T,ت,D,د,NA-245,PS-110,M1,F1\n440160404,\"a \"\"b\"\"\",,,,,,,,,\n"))
	f.Add([]byte("block_code\tname_en\n1"))
	f.Add([]byte(stationHead + "M1,male,School,سکول,24.5,67.25\nM1,male,,,x,\n"))
	path, put := fuzzFile(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		put(t, b)
		problem := func(p Problem) error {
			if p.Code == "" || p.Reason == "" || p.Line < 2 {
				t.Errorf("%+v", p)
			}
			return nil
		}
		areas, _ := ReadAreas(path, nil, problem)
		seen := map[string]bool{}
		for _, a := range areas {
			if code := a.Block.String(); len(code) != 9 || seen[code] {
				t.Errorf("block %s is no code or came twice", code)
			} else {
				seen[code] = true
			}
		}
		stations, _ := ReadStations(path, nil, problem)
		for _, s := range stations {
			if s.ID == "" || !(s.Lat >= -90 && s.Lat <= 90 && s.Lon >= -180 && s.Lon <= 180) {
				t.Errorf("%+v", s)
			}
		}
	})
}

// FuzzParquet: whatever the bytes, rows or an error.
func FuzzParquet(f *testing.F) {
	rows := make([]numbers, 50)
	text := make([]texts, 50)
	for i := range rows {
		rows[i] = numbers{"a", ptr(int32(i)), 3520112345671 + int64(i), 440160404, ptr("M"), uint32(i + 1)}
		text[i] = texts{fmt.Sprint(3520112345671 + i), "440160404", "F", "1", "1"}
	}
	f.Add(parquetFile(f, rows))
	f.Add(parquetFile(f, rows[:2], parquet.Compression(&parquet.Gzip), parquet.DataPageVersion(1)))
	f.Add(parquetFile(f, text))
	f.Add(parquetFile(f, text[:1], parquet.Compression(&parquet.Snappy)))
	path, put := fuzzFile(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		// Only what is taken for Parquet comes to the library.
		if len(b) < 4 || string(b[:4]) != "PAR1" {
			return
		}
		put(t, b)
		for _, columns := range []Columns{nil, {"cnic": "nic_no"}} {
			rows, _, err := readVoters(t, path, columns)
			if err == nil && len(rows) > 0 && rows[0].Serial == 0 {
				t.Errorf("%+v", rows[0])
			}
		}
		ignore := func(Problem) error { return nil }
		if _, err := ReadAreas(path, nil, ignore); err != nil && errors.Is(err, os.ErrNotExist) {
			t.Error(err)
		}
	})
}
