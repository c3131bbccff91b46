package likeness

import (
	"encoding/csv"
	"hash/fnv"
	"os"
	"testing"

	"intikhab/test/need"
)

type pair struct{ roman, urdu string }

func pairs(t testing.TB) (first, second []pair) {
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
		h := fnv.New32a()
		h.Write([]byte(row[1]))
		if h.Sum32()%2 == 0 {
			first = append(first, pair{row[0], row[1]})
		} else {
			second = append(second, pair{row[0], row[1]})
		}
	}
	return first, second
}

func TestPairs(t *testing.T) {
	first, second := pairs(t)
	for half, ps := range [][]pair{first, second} {
		key, like := 0, 0
		for _, p := range ps {
			k := Keys(p.roman)
			u := Keys(p.urdu)
			same := len(k) == 1 && len(u) == 1 && k[0] == u[0]
			if same {
				key++
			}
			l := Likeness(p.roman, p.urdu)
			if l >= 0.85 {
				like++
			}
			if half == 0 && (!same || l < 0.85) {
				t.Log(p, k, u, l)
			}
		}
		t.Logf("half %d: %d pairs, keys %d, like %d", half, len(ps), key, like)
	}
}
