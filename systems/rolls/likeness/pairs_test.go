package likeness

import (
	"encoding/csv"
	"hash/fnv"
	"os"
	"strconv"
	"testing"

	"intikhab/test/need"
)

type pair struct {
	roman, urdu string
	count       int
}

// pairs gives real parts of names in both scripts, in two halves by their Urdu form.
// The rules were written while looking at the first; the second was only counted.
func pairs(t testing.TB) (seen, unseen []pair) {
	f, err := os.Open(need.Shared(t, "data", "names-pk", "name_token_pairs_roman_urdu.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		count, err := strconv.Atoi(row[2])
		if err != nil {
			t.Fatal(err)
		}
		h := fnv.New32a()
		h.Write([]byte(row[1]))
		if h.Sum32()%2 == 0 {
			seen = append(seen, pair{row[0], row[1], count})
		} else {
			unseen = append(unseen, pair{row[0], row[1], count})
		}
	}
	return seen, unseen
}

// TestPairs: of the real pairs of a Roman and an Urdu form of one part of a name,
// how many have one key, and how many are like; and how many parts of different
// names are taken for like. A few of the pairs themselves are wrong (see the data's
// README), and some of the "different" ones are misspellings of one name.
func TestPairs(t *testing.T) {
	seen, unseen := pairs(t)
	for half, ps := range map[string][]pair{"seen": seen, "unseen": unseen} {
		keys, like, all := 0, 0, 0
		for _, p := range ps {
			all += p.count
			if shared(Keys(p.roman), Keys(p.urdu)) {
				keys++
			}
			if Likeness(p.roman, p.urdu) >= 0.85 {
				like++
			}
		}
		wrong, different := 0, 0
		for i, p := range ps {
			for _, q := range ps[i+1:] {
				if Fold(p.urdu) == Fold(q.urdu) || p.roman == q.roman {
					continue
				}
				different++
				if Likeness(p.roman, q.urdu) >= 0.85 {
					wrong++
				}
			}
		}
		n := float64(len(ps))
		t.Logf("%s: %d pairs: one key %.1f %%, like %.1f %%; of %d of different names like %.3f %%",
			half, len(ps), 100*float64(keys)/n, 100*float64(like)/n, different, 100*float64(wrong)/float64(different))
		if float64(keys)/n < 0.98 || float64(like)/n < 0.965 || float64(wrong)/float64(different) > 0.001 {
			t.Errorf("%s: below what docs/doubles.md says", half)
		}
	}
}
