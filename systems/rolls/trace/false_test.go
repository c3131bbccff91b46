package trace

import (
	"errors"
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"intikhab/platform/document"
)

var blanks = flag.Int("blanks", 6, "how many pages TestNoFalseMark reads")

// tallies are all that Read would look at.
func tallies(page *grey) (all []*tally) {
	for v := range votes(page.picture()) {
		all = append(all, v)
	}
	return all
}

func randomKey(chance *rand.Rand) []byte {
	key := make([]byte, 32)
	for i := range key {
		key[i] = byte(chance.Uint32())
	}
	return key
}

// TestNoFalseMark: pages without a mark, and pages with another key's, are never read
// and point at nobody, whatever the key.
func TestNoFalseMark(t *testing.T) {
	chance := rand.New(rand.NewPCG(5, 5))
	other, err := Mark([]byte("quite another authority's key"), 9)
	if err != nil {
		t.Fatal(err)
	}
	keys, looks := min(5, (*blanks+2)/3), 0
	for _, o := range []document.Options{{}, {Mark: "نقل 9"}, {Dots: other}} {
		n := (*blanks + 2) / 3
		for i, page := range printed(t, roll(t, o, n, uint64(n)), "-r", "300", "-mono") {
			if i%2 == 1 {
				page = usual(200).scan(t, page, 300, chance)
			}
			if _, err := Read(page.picture(), theKey); !errors.Is(err, ErrNoMark) {
				t.Errorf("options %+v: read, %v", o, err)
			}
			all := tallies(page)
			for range keys {
				c, err := newCode(randomKey(chance))
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range all {
					looks++
					if r, ok := c.read(v); ok {
						t.Errorf("a key by chance reads %+v", r)
					}
					for _, p := range c.placings(v) {
						for n := range uint32(200) {
							signs := c.signs(n)
							if r := p.reading(n, &signs, 200*float64(looked)); r.Chance < mostChance {
								t.Errorf("a key by chance points at %+v", r)
							}
						}
					}
				}
			}
		}
	}
	t.Logf("%d pages, %d lattices looked at with keys by chance", 3*((*blanks+2)/3), looks)
}

// TestChanceIsBounded: Hoeffding's bound, on which Chance rests, holds for what pages
// really say, without a mark and with another copy's.
func TestChanceIsBounded(t *testing.T) {
	chance := rand.New(rand.NewPCG(6, 6))
	blank := tallies(printed(t, roll(t, document.Options{}, 1, 3), "-r", "200", "-gray")[0])
	full := tallies(printed(t, roll(t, marked(t, 17), 1, 3), "-r", "200", "-gray")[0])[:1]
	for name, all := range map[string][]*tally{"no mark": blank, "another copy's": full} {
		const levels = 4
		var over [levels]int // z beyond 1, 2, 3, 4
		n := 0
		for range 30 {
			key := randomKey(chance)
			if name != "no mark" {
				key = theKey
			}
			c, err := newCode(key)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range all {
				p := c.placings(v)[0]
				for range 200 {
					other := 18 + chance.Uint32N(1<<31)
					n++
					signs := c.signs(other)
					r := p.reading(other, &signs, 1)
					for k := range levels {
						if r.Chance < math.Exp(-float64((k+1)*(k+1))/2) {
							over[k]++
						}
					}
				}
			}
		}
		for k, times := range over {
			bound := math.Exp(-float64((k+1)*(k+1)) / 2)
			t.Logf("%s: chance under %.5f: %.5f of %d", name, bound, float64(times)/float64(n), n)
			if float64(times) > bound*float64(n) {
				t.Errorf("%s: %d of %d are under %v", name, times, n, bound)
			}
		}
	}
}
