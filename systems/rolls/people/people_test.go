package people

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
)

// some is a population with peculiarities.
func some(t testing.TB, voters int, districts ...string) *Population {
	t.Helper()
	p, err := New(Config{Voters: voters, Seed: 1, Districts: districts, Peculiar: Peculiar{
		Doubles: voters / 400, TooOld: 7, TooYoung: 5, Dead: 11, BigHouseholds: 2, OneAddress: 1, Growing: 2, NoStation: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// everybody makes all people of a population.
func everybody(t testing.TB, p *Population) []Person {
	t.Helper()
	all := make([]Person, 0, p.Len())
	if err := p.Each(func(i int, q Person) error {
		if i != len(all) {
			t.Fatalf("person %d came after %d", i, len(all)-1)
		}
		all = append(all, q)
		return nil
	}); err != nil || len(all) != p.Len() {
		t.Fatalf("%d of %d people: %v", len(all), p.Len(), err)
	}
	return all
}

func fields(p *Person) string {
	q := *p
	return fmt.Sprint(p.CNIC.Reveal(), q.NameEn, q.NameUr, q.ParentEn, q.ParentUr, q.Relation, q.Gender, q.Born, q.Family, q.Household,
		q.Permanent, q.Temporary, q.Posting, q.Chosen, q.Service, q.Block, q.Since, q.Died)
}

// Ensure that the same seed gives the same people on every machine: the hash was taken
// on one.
func TestTheSameEverywhere(t *testing.T) {
	h := sha256.New()
	for _, q := range everybody(t, some(t, 20_000)) {
		fmt.Fprintln(h, fields(&q))
	}
	const want = "16772021cfa1b065"
	if got := hex.EncodeToString(h.Sum(nil)[:8]); got != want {
		t.Errorf("the people have the hash %s, not %s: if they were meant to change, write the new one here", got, want)
	}
}

// Ensure that anybody can be made again alone, and any part of the whole.
func TestAtAndRange(t *testing.T) {
	p := some(t, 20_000, "Quetta")
	all := everybody(t, p)
	for i := 0; i < len(all); i += 31 {
		if q := p.At(i); q != all[i] {
			t.Fatalf("person %d is %s alone and %s in order", i, fields(&q), fields(&all[i]))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, len(all)).Draw(t, "from")
		to := rapid.IntRange(from, min(from+50, len(all))).Draw(t, "to")
		next := from
		err := p.Range(from, to, func(i int, q Person) error {
			if i != next || q != all[i] {
				t.Fatalf("person %d of %d to %d differs", i, from, to)
			}
			next++
			return nil
		})
		if err != nil || next != to {
			t.Fatalf("from %d to %d: came to %d, %v", from, to, next, err)
		}
	})
	stop := errors.New("stop")
	if err := p.Each(func(i int, _ Person) error { return stop }); err != stop {
		t.Errorf("the error of the function came back as %v", err)
	}
}

// Ensure that a tehsil's counter goes through a permutation: it can be undone.
func TestNumbersAreAPermutation(t *testing.T) {
	homes := newHomes(7)
	rapid.Check(t, func(t *rapid.T) {
		h := &homes[rapid.IntRange(0, len(homes)-1).Draw(t, "home")]
		counter := rapid.Int64Range(0, numbers-1).Draw(t, "counter")
		g := geography.Gender(rapid.IntRange(0, 2).Draw(t, "gender"))
		n := h.number(counter, g, rapid.Uint64().Draw(t, "random")).RevealUint64()
		if odd := n%2 == 1; g == geography.Male && !odd || g == geography.Female && odd {
			t.Errorf("%v has a number that ends in %d", g, n%10)
		}
		v := n / 10 % 10_000_000 * lastDigit
		v += n % 10 / 2
		x, y := v/5000, v%5000
		for i := len(h.keys) - 2; i >= 0; i -= 2 {
			y = (y + 5000 - scramble(x, h.keys[i+1])%5000) % 5000
			x = (x + 10_000 - scramble(y, h.keys[i])%10_000) % 10_000
		}
		if back := int64(x*5000 + y); back != counter || n/100_000_000 != h.prefix {
			t.Errorf("counter %d of %d came back as %d", counter, h.prefix, back)
		}
	})
	prefixes := map[uint64]bool{}
	for _, h := range homes {
		if prefixes[h.prefix] {
			t.Errorf("two tehsils have the prefix %d", h.prefix)
		}
		prefixes[h.prefix] = true
	}
}

// Ensure that no two people have one number, that families have one household, and that
// every card is enrolled where the person stands.
func TestOneNumberOneFamilyOnePlace(t *testing.T) {
	p := some(t, 300_000)
	blocks := map[geography.BlockCode]int{}
	for _, b := range p.Blocks() {
		if _, twice := blocks[b.Code]; twice {
			t.Errorf("block %v is there twice", b.Code)
		}
		blocks[b.Code] = b.Voters
	}
	known := func(b geography.BlockCode) bool { return blocks[b] > 0 }
	numbers := map[uint64]bool{}
	families := map[string]int{}
	on := rolls.Date(p.cfg.On)
	young, movers := 0, 0
	count := map[geography.BlockCode]int{}
	for i, q := range everybody(t, p) {
		n := q.CNIC.RevealUint64()
		if numbers[n] {
			t.Fatalf("person %d has a number that another has", i)
		}
		numbers[n] = true
		place := int(q.Block)<<householdBits | q.Household
		if was, ok := families[q.Family]; ok && was != place && !isDouble(p, i) {
			t.Fatalf("family %s is in two households", q.Family)
		}
		families[q.Family] = place
		count[q.Block]++
		card := q.Card()
		if e, err := rolls.Enrol(&card, on, known); err != nil && q.Born.Age(p.cfg.On) < 18 {
			young++
		} else if err != nil || e.Block != q.Block || e.List != q.Gender {
			t.Errorf("person %d of block %v: enrolled in %v, %v", i, q.Block, e, err)
		}
		if q.Chosen != PermanentAddress {
			movers++
		}
		if q.Since.number() >= p.on || q.Since.number() < firstRoll {
			t.Errorf("person %d came onto the roll on %v", i, q.Since)
		}
	}
	for code, n := range blocks {
		if count[code] != n {
			t.Errorf("block %v has %d people, not %d", code, count[code], n)
		}
	}
	if young != 5 {
		t.Errorf("%d people are too young, not 5", young)
	}
	if movers < 300_000*3/100 || movers > 300_000*7/100 {
		t.Errorf("%d of 300000 vote at a temporary address or a posting", movers)
	}
}

func isDouble(p *Population, i int) bool {
	return slices.ContainsFunc(p.doubles, func(d Double) bool { return d.Is == i || d.Of == i })
}

// Ensure that days are counted as package time does.
func TestDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300_000).Draw(t, "days")
		at := time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)
		d := Date{at.Year(), int(at.Month()), at.Day()}
		if from := (Date{1700, 1, 1}).number(); d.number() != from+n || dateOf(from+n) != d {
			t.Errorf("%v: day %d after the first, day %d gives %v", d, d.number()-from, n, dateOf(from+n))
		}
	})
	if a := (Date{2007, 1, 2}).Age(Date{2025, 1, 1}); a != 17 {
		t.Errorf("on the day before the birthday: %d", a)
	}
}

// Ensure that what cannot be made is refused in words.
func TestRefused(t *testing.T) {
	for want, c := range map[string]Config{
		"0 voters":                {},
		"no table of geography":   {Voters: 10, Districts: []string{"Atlantis"}},
		"is in no table":          {Voters: 10, Blocks: []Block{{DistrictEn: "Quetta", TehsilEn: "Atlantis"}}},
		"too few for so many":     {Voters: 100, Peculiar: Peculiar{OneAddress: 1}},
		"3 growing blocks":        {Voters: 100, Peculiar: Peculiar{Growing: 3}},
		"or for more districts":   {Voters: 100_000_000, Districts: []string{"Quetta"}},
		"none of 1 blocks":        {Voters: 10, Districts: []string{"Quetta"}, Blocks: []Block{{DistrictEn: "Lahore"}}},
		"from 1 to 150000000 can": {Voters: MaxVoters + 1},
	} {
		if _, err := New(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// Ensure that people can live in blocks that are there already.
func TestBlocksOfOthers(t *testing.T) {
	first := some(t, 30_000, "Quetta", "Pishin")
	areas := first.Areas()
	p, err := New(Config{Voters: 5000, Seed: 9, Blocks: Within(areas), Districts: []string{"Pishin"}})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[geography.BlockCode]bool{}
	for _, q := range everybody(t, p) {
		seen[q.Block] = true
	}
	n := 0
	for _, a := range areas {
		if a.Place(); a.DistrictEn == "Pishin" {
			n++
			if !seen[a.Code] {
				t.Errorf("nobody lives in %v", a.Code)
			}
		}
		if a.Tehsil.IsZero() || a.NA == "" {
			t.Errorf("block %v has tehsil %v, constituency %q", a.Code, a.Tehsil, a.NA)
		}
	}
	if n == 0 || n != len(seen) || p.Stations() != nil {
		t.Errorf("people live in %d blocks of %d", len(seen), n)
	}
	stations := map[geography.StationID]bool{"": true}
	for _, s := range first.Stations() {
		stations[s.ID] = true
	}
	for _, b := range first.Blocks() {
		for _, s := range b.Station {
			if !stations[s] {
				t.Errorf("block %v: station %q is not among the stations", b.Code, s)
			}
		}
	}
}

func BenchmarkEach(b *testing.B) {
	p, err := New(Config{Voters: 1_000_000, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	const n = 300_000
	length := 0
	for b.Loop() {
		p.Range(0, n, func(_ int, q Person) error { length += len(q.NameUr); return nil })
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "persons/s")
}

func BenchmarkAt(b *testing.B) {
	p := some(b, 1_000_000)
	for i := 0; b.Loop(); i++ {
		p.At(i * 7919 % p.Len())
	}
}
