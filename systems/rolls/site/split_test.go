package site

import (
	"slices"
	"testing"

	"intikhab/domain/geography"
)

// FuzzShares: whatever is typed, what is taken begins at 1, rises, ends within the list,
// names known stations, and is read again as it is written.
func FuzzShares(f *testing.F) {
	for _, seed := range []string{"", "1 NA-131-0007", "NA-131-0007\nNA-131-0008", "1,NA-131-0007\r\n601;NA-131-0008", "0 NA-131-0007", "1 NA-131-0007\n1 NA-131-0008", "4294967297 NA-131-0007", "-1 x"} {
		f.Add(seed, uint32(900))
	}
	known := map[geography.StationID]bool{"NA-131-0007": true, "NA-131-0008": true}
	f.Fuzz(func(t *testing.T, text string, last uint32) {
		shares, problem := readShares(text, last, known)
		if !problem.IsZero() {
			if len(shares) > 0 {
				t.Fatalf("%q gives shares and a problem", text)
			}
			return
		}
		for i, s := range shares {
			if i == 0 && s.From != 1 || i > 0 && s.From <= shares[i-1].From || s.From > last || !known[s.Station] {
				t.Fatalf("%q of %d gives %v", text, last, shares)
			}
		}
		again, problem := readShares(writeShares(shares), last, known)
		if !problem.IsZero() || !slices.Equal(again, shares) {
			t.Fatalf("%v is read as %v: %v", shares, again, problem)
		}
	})
}

// FuzzPair: what is read as a pair is written again so that it is read as the same.
func FuzzPair(f *testing.F) {
	for _, seed := range []string{"12-98", "12", "-1-2", "1--2", "99999999999999999999-1", "+1-2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, b, ok := parsePair(text)
		if !ok {
			return
		}
		if x, y, ok := parsePair(pairText(a, b)); !ok || x != a || y != b || a <= 0 || b <= 0 {
			t.Fatalf("%q is %v and %v", text, a, b)
		}
	})
}
