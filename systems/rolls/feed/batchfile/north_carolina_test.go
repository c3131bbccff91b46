package batchfile

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
	"intikhab/test/need"
)

// TestForeignFile reads 1,000 rows of another country's voter file through the mapping
// that docs/feed.md shows: tabs, every field quoted, CRLF, Latin-1, padded blanks, words
// where addresses should be, statuses for actions, and no card's number.
func TestForeignFile(t *testing.T) {
	path := need.Shared(t, "data/voter-file-us/ncvoter_sample_pseudonymised.txt.gz")
	text, err := os.ReadFile("testdata/north-carolina.toml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseMapping(text)
	if err != nil {
		t.Fatal(err)
	}
	rows, problems, err := read(t, path, m)
	if err != nil {
		t.Fatal(err)
	}
	actions, codes, bars := map[string]int{}, map[string]int{}, map[rolls.Bar]int{}
	numbers := map[uint64]bool{}
	for i := range rows {
		r := &rows[i]
		actions[r.Action.String()]++
		numbers[r.CNIC.RevealUint64()] = true
		if r.Action == New {
			_, err := rolls.Enrol(&r.Card, rolls.Date{Year: 2024, Month: 11, Day: 5}, func(geography.BlockCode) bool { return true })
			if err != nil {
				bars[err.(*rolls.BarError).Bar]++
			}
		}
		if strings.HasPrefix(r.NameEn, " ") || strings.Contains(r.NameEn, "  ") || r.NameEn == "" || strings.Contains(r.Permanent.En, "REMOVED") {
			t.Errorf("line %d: blanks or a status stand in a name or an address", r.Line)
		}
	}
	for _, p := range problems {
		codes[p.Code]++
	}
	show := func(v any) string { return fmt.Sprint(v) }
	t.Logf("actions %v, rejected %v, barred by the rule of enrolment %v", actions, codes, bars)
	if show(actions) != "map[cancel:34 death:46 new:899]" || show(codes) != "map[action:21]" || len(numbers) != len(rows) {
		t.Errorf("actions %v, codes %v, %d numbers; bars %v", actions, codes, len(numbers), bars)
	}
	if len(slices.Collect(maps.Keys(bars))) > 2 {
		t.Errorf("bars %v", bars)
	}
}
