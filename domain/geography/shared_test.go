package geography

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"intikhab/test/need"
)

// TestDeclaredVoters holds the table against the figures that it was made from,
// where they are at hand.
func TestDeclaredVoters(t *testing.T) {
	f, err := os.Open(need.Shared(t, "data", "results-pk", "na_2024_constituencies_wikipedia.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, r := range rows[1:] {
		s, ok := SeatOf(Constituency(r[0]))
		if !ok {
			t.Errorf("%s is no seat", r[0])
			continue
		}
		n, err := strconv.Atoi(r[1])
		if err != nil {
			continue // the source has no figure
		}
		if s.Voters != n || s.Basis != Declared {
			t.Errorf("%s: %d voters (%s), %d were declared", s.Code, s.Voters, s.Basis, n)
		}
		checked++
	}
	if checked != 177 {
		t.Errorf("%d seats checked", checked)
	}
}
