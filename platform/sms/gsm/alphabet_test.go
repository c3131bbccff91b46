package gsm

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"testing"

	"intikhab/test/need"
)

// shared reads a file of the shared test data.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(need.Shared(t, "data", "sms", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestTables compares every position with another implementation's tables.
func TestTables(t *testing.T) {
	var d struct{ Default, Extension map[string]string }
	var u struct {
		Locking map[string]string `json:"locking_shift"`
		Single  map[string]string `json:"single_shift"`
	}
	for name, into := range map[string]any{"gsm7_default_table.json": &d, "gsm7_urdu_tables.json": &u} {
		if err := json.Unmarshal(shared(t, name), into); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name   string
		theirs map[string]string
		tables int
		shift  byte
		size   int
	}{
		{"default", d.Default, 0, 0, 128},
		{"extension", d.Extension, 0, 0x80, len(extension)},
		{"urdu locking", u.Locking, urduLock, 0, 128},
		{"urdu single", u.Single, urduShift, 0x80, len(urduSingle)},
	} {
		seen := 0
		for code := range 128 {
			theirs, ok := tt.theirs[fmt.Sprintf("%02X", code)]
			if !ok {
				continue
			}
			want, err := strconv.ParseInt(theirs[2:], 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			if tt.shift != 0 && (code == 0x0D || code == escape) {
				continue // controls in the standard, of which the other implementation makes characters
			}
			seen++
			if got := decoders[tt.tables][byte(code)|tt.shift]; got != rune(want) {
				t.Errorf("%s 0x%02X: %U, they have %U", tt.name, code, got, want)
			}
		}
		if seen != tt.size {
			t.Errorf("%s: %d positions compared, want %d", tt.name, seen, tt.size)
		}
	}
}

// TestEncodersInvertDecoders, for every character of every pair of tables.
func TestEncodersInvertDecoders(t *testing.T) {
	for tables := range encoders {
		n := 0
		for r := rune(0); r < 0x10000; r++ {
			code := encoders[tables].of(r)
			if code == absent {
				continue
			}
			n++
			at := byte(code)
			if code >= escaped {
				at |= 0x80
			}
			if got := decoders[tables][at]; got != r {
				t.Errorf("tables %d: %U goes out as 0x%03X, which reads %U", tables, r, code, got)
			}
		}
		// 127 of a locking table, and what a single shift table adds to it.
		if want := [...]int{127 + 10, 127 + 10, 127 + 42, 127 + 88}[tables]; n != want {
			t.Errorf("tables %d: %d characters, want %d", tables, n, want)
		}
	}
}

// TestFiguresKeepTheirPlace in all tables, which is why a CNIC is read under any
// national language.
func TestFiguresKeepTheirPlace(t *testing.T) {
	for tables := range decoders {
		for c := byte('0'); c <= '9'; c++ {
			if decoders[tables][c] != rune(c) {
				t.Errorf("tables %d: 0x%02X reads %U", tables, c, decoders[tables][c])
			}
		}
	}
}
