package batchfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/ledger/checkpoint"
)

// FuzzRead: whatever the bytes, each line after the header becomes a row, a problem or
// an empty line, or the file is refused.
func FuzzRead(f *testing.F) {
	for _, how := range []string{"", "gzip", "zstd"} {
		f.Add(compressed(f, how, []byte(head+line1+line2)))
	}
	f.Add([]byte("\ufeffaction;cnic\r\n\"death\";\"3520112345671\"\r\n\r\n\"x;y"))
	records := []record{{"new", 1, 2, 3, "M", "x"}, {"death", 2, 3, 4, "F", "y"}}
	f.Add(parquetBytes(f, records))
	path := filepath.Join(f.TempDir(), "b")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, m := range []*Mapping{nil, {Encoding: "latin-1", Columns: map[string]any{"cnic": "nic_no"}, Fixed: map[string]string{"action": "new"}}} {
			rows, problems, _ := read(t, path, m)
			lines := map[int64]bool{}
			for i := range rows {
				r := &rows[i]
				if lines[r.Line] || r.Line < 2 || int(r.Action) >= len(Actions) || r.CNIC.RevealUint64() >= 1e13 || len(r.NameEn) > longest {
					t.Errorf("line %d: %+v", r.Line, r)
				}
				lines[r.Line] = true
			}
			for _, p := range problems {
				if lines[p.Line] || p.Code == "" || p.Reason == "" {
					t.Errorf("line %d twice, or without a reason: %+v", p.Line, p)
				}
				lines[p.Line] = true
			}
		}
	})
}

// FuzzMapping: whatever the text, a mapping that is taken can be read by.
func FuzzMapping(f *testing.F) {
	text, err := os.ReadFile("testdata/north-carolina.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("dates = \"DD.MM.YYYY\"\n[fixed]\naction = \"new\"\n[values.sex]\n\"*\" = \"X\"\n"))
	path := filepath.Join(f.TempDir(), "b")
	if err := os.WriteFile(path, []byte(head+line1+line2), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParseMapping(text)
		if err != nil {
			return
		}
		rows, problems, err := read(t, path, m)
		if err == nil && len(rows)+len(problems) != 2 {
			t.Errorf("%d rows and %d problems of two", len(rows), len(problems))
		}
	})
}

// FuzzManifest: whatever the note, it is refused or its counts add up.
func FuzzManifest(f *testing.F) {
	key, err := checkpoint.GenerateKey("authority.example")
	if err != nil {
		f.Fatal(err)
	}
	v, err := note.NewVerifier(key.Verifier())
	if err != nil {
		f.Fatal(err)
	}
	m := Manifest{Authority: "a", Batch: "1", Sequence: 1, SHA256: strings.Repeat("0a", 32), Made: time.Unix(0, 0).UTC(), Rows: 3, Counts: Counts{{"PB", "F", "new"}: 2, {"", "", "death"}: 1}}
	signed, err := m.Sign(key.Signer())
	if err != nil {
		f.Fatal(err)
	}
	if _, err := OpenManifest(signed, v); err != nil {
		f.Fatal(err)
	}
	text, _, _ := strings.Cut(string(signed), "\n\n")
	f.Add(text)
	f.Add(strings.Replace(text, `"rows":2`, `"rows":-2`, 1))
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := OpenManifest([]byte(text), v); err == nil {
			t.Error("an unsigned manifest is taken")
		}
		signed, err := note.Sign(&note.Note{Text: text + "\n"}, key.Signer())
		if err != nil {
			return
		}
		m, err := OpenManifest(signed, v)
		if err != nil {
			return
		}
		total := int64(0)
		for _, n := range m.Counts {
			total += n
		}
		if total != m.Rows || m.Sequence < 1 {
			t.Errorf("%+v", m)
		}
		if again, err := m.Sign(key.Signer()); err != nil {
			t.Errorf("it can be read and not written: %v", err)
		} else if _, err := OpenManifest(again, v); err != nil {
			t.Errorf("what is written again is refused: %v", err)
		}
	})
}
