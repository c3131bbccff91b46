package people

import (
	"slices"
	"testing"

	"intikhab/domain/geography"
)

// Ensure that as many are peculiar as were asked for, that Known names them all, and
// that nobody else is.
func TestPeculiar(t *testing.T) {
	p := some(t, 120_000)
	k := p.Known()
	all := everybody(t, p)
	var old, young, died []int
	homes, at := map[string][]int{}, map[Address]map[string]int{}
	recent := map[geography.BlockCode]int{}
	for i, q := range all {
		switch age := q.Born.Age(p.cfg.On); {
		case age > 110:
			old = append(old, i)
		case age < 18:
			young = append(young, i)
		}
		if q.Died != (Date{}) {
			died = append(died, i)
		}
		homes[q.Family] = append(homes[q.Family], i)
		if at[q.Permanent] == nil {
			at[q.Permanent] = map[string]int{}
		}
		at[q.Permanent][q.Family] = i
		if p.on-q.Since.number() <= recentDays {
			recent[q.Block]++
		}
	}
	var big, crowded []int
	for _, home := range homes {
		if len(home) >= 30 {
			big = append(big, home[0])
			if len(home) != BigHousehold {
				t.Errorf("a household has %d voters", len(home))
			}
		}
	}
	for a, families := range at {
		if len(families) < 10 {
			continue
		}
		first := p.Len()
		for _, i := range families {
			first = min(first, i)
		}
		crowded = append(crowded, first)
		if len(families) != AtOneAddress {
			t.Errorf("%d families have cards at %s", len(families), a.En)
		}
	}
	slices.Sort(big)
	for _, c := range []struct {
		what        string
		found, said []int
		count       int
	}{{"too old", old, k.TooOld, 7}, {"too young", young, k.TooYoung, 5}, {"dead", died, k.Dead, 11},
		{"big households", big, k.BigHouseholds, 2}, {"at one address", crowded, k.OneAddress, 1}} {
		if !slices.Equal(c.found, c.said) || len(c.said) != c.count {
			t.Errorf("%s: found %v, said %v, asked for %d", c.what, c.found, c.said, c.count)
		}
	}
	var noStation, growing []geography.BlockCode
	for _, b := range p.Blocks() {
		if b.Station[0] == "" {
			noStation = append(noStation, b.Code)
		}
		if share(recent[b.Code], b.Voters) > 0.3 {
			growing = append(growing, b.Code)
		}
	}
	if !slices.Equal(noStation, k.NoStation) || len(noStation) != 1 || !slices.Equal(growing, k.Growing) || len(growing) != 2 {
		t.Errorf("without station %v, said %v; growing %v, said %v", noStation, k.NoStation, growing, k.Growing)
	}
}

// Ensure that a double is the person it is the double of, but for what it says.
func TestDoubles(t *testing.T) {
	p := some(t, 200_000)
	if len(p.Known().Doubles) != 500 {
		t.Fatalf("%d doubles, not 500", len(p.Known().Doubles))
	}
	seen := map[int]bool{}
	met := map[Differences]int{}
	for _, d := range p.Known().Doubles {
		if seen[d.Of] || seen[d.Is] || d.Of == d.Is {
			t.Fatalf("%v: one of them is in another pair too", d)
		}
		seen[d.Of], seen[d.Is] = true, true
		a, b := p.At(d.Of), p.At(d.Is)
		if a.CNIC == b.CNIC || a.Gender != b.Gender || a.Relation != b.Relation {
			t.Errorf("%v: number, gender or relation", d)
		}
		shortened := d.By&NameShortened != 0
		for _, c := range []struct {
			what    string
			differs bool
			by      Differences
		}{
			{"name", a.NameEn != b.NameEn, NameSpelled | NameShortened},
			{"name in Urdu", a.NameUr != b.NameUr, NameSpelledUr | NameShortened},
			{"parent", a.ParentEn != b.ParentEn, ParentSpelled},
			{"parent in Urdu", a.ParentUr != b.ParentUr, 0},
			{"date", a.Born != b.Born, DaySwapped | YearOff},
			{"year", a.Born.Year != b.Born.Year, YearOff},
			{"address", a.Permanent.En != b.Permanent.En, OtherAddress},
			{"length", len([]rune(b.NameUr)) < len([]rune(a.NameUr))-2, NameShortened},
		} {
			if c.differs != (d.By&c.by != 0) && !(c.what == "length" && !shortened) {
				t.Errorf("%v by %b: %s differs: %v", d, d.By, c.what, c.differs)
			}
		}
		if age := b.Born.Age(p.cfg.On); age < 18 {
			t.Errorf("%v: the second is %d", d, age)
		}
		for bit := NameSpelled; bit <= OtherAddress; bit <<= 1 {
			if d.By&bit != 0 {
				met[bit]++
			}
		}
	}
	for bit := NameSpelled; bit <= OtherAddress; bit <<= 1 {
		if met[bit] < 15 {
			t.Errorf("difference %b is met %d times", bit, met[bit])
		}
	}
}
