package people

import (
	"fmt"
	"sort"

	"intikhab/domain/geography"
)

// Peculiar says how many people and blocks there are of the kinds that the pages of
// anomalies and likely doubles look for. They are among Config.Voters; Known names them.
type Peculiar struct {
	Doubles       int // people who have a second card, with differences
	TooOld        int // people of 111 to 140
	TooYoung      int // people of 8 to 17
	Dead          int // people whose death was notified
	BigHouseholds int // families of BigHousehold voters
	OneAddress    int // addresses with AtOneAddress cards of as many families
	Growing       int // blocks half of whose voters came in the 300 days before Config.On
	NoStation     int // blocks without polling station
}

// How many live together in the households that nobody believes.
const (
	BigHousehold = 40
	AtOneAddress = 60
	mostPeople   = AtOneAddress
)

// Known is what is peculiar, for tests to hold what was found against: numbers of
// persons, for households of the first of them.
type Known struct {
	Doubles                   []Double
	TooOld, TooYoung, Dead    []int
	BigHouseholds, OneAddress []int
	FewWomen                  []geography.BlockCode // there without being asked for
	Growing, NoStation        []geography.BlockCode
}

// extraKind is why somebody stands at the end of a block.
type extraKind uint8

const (
	double extraKind = iota
	tooOld
	tooYoung
	dead
	bigHousehold
	oneAddress
	extraKinds
)

func (k extraKind) people() int {
	switch k {
	case bigHousehold:
		return BigHousehold
	case oneAddress:
		return AtOneAddress
	}
	return 1
}

// age is the age that the kind asks for.
func (k extraKind) age(usual int, r *random) int {
	switch k {
	case tooOld:
		return 111 + r.below(30)
	case tooYoung:
		return 8 + r.below(10)
	case dead:
		return 60 + r.below(36)
	}
	return usual
}

// extra is a household of a kind, the k-th.
type extra struct {
	kind  extraKind
	area  int32
	k     int32
	first int // the number of its first person
}

func (p *Population) placePeculiar() error {
	c := p.cfg.Peculiar
	n := len(p.areas)
	for _, f := range []struct {
		what    string
		n, turn int
		set     func(*area)
	}{
		{"growing blocks", c.Growing, 3, func(a *area) { a.growing = true }},
		{"blocks without station", c.NoStation, 5, func(a *area) { a.noStation, a.Station = true, [geography.Genders]geography.StationID{} }},
	} {
		if f.n < 0 || f.n > n {
			return fmt.Errorf("people: %d %s: there are %d blocks", f.n, f.what, n)
		}
		for k := range f.n {
			f.set(&p.areas[spread(k, f.n, n, f.turn)])
		}
	}
	for kind, count := range [extraKinds]int{c.Doubles, c.TooOld, c.TooYoung, c.Dead, c.BigHouseholds, c.OneAddress} {
		for k := range count {
			p.extras = append(p.extras, extra{kind: extraKind(kind), area: int32(spread(k, count, n, kind*7)), k: int32(k)})
		}
	}
	sort.SliceStable(p.extras, func(i, j int) bool { return p.extras[i].area < p.extras[j].area })
	for i := range p.extras {
		a := &p.areas[p.extras[i].area]
		if a.extraSize == 0 {
			a.extras[0] = int32(i)
		}
		a.extras[1] = int32(i + 1)
		a.extraSize += p.extras[i].kind.people()
		if a.extraSize > a.voters/2 {
			return fmt.Errorf("people: %d voters are too few for so many who are peculiar: block %s would have %d of them among %d",
				p.cfg.Voters, a.Code, a.extraSize, a.voters)
		}
	}
	for i := range p.areas {
		a := &p.areas[i]
		next := a.first + a.regular()
		for k := a.extras[0]; k < a.extras[1]; k++ {
			p.extras[k].first = next
			next += p.extras[k].kind.people()
		}
	}
	p.placeDoubles()
	return nil
}

// Known names who and what is peculiar.
func (p *Population) Known() Known {
	k := Known{Doubles: p.doubles}
	to := [extraKinds]*[]int{nil, &k.TooOld, &k.TooYoung, &k.Dead, &k.BigHouseholds, &k.OneAddress}
	for i := range p.extras {
		if x := &p.extras[i]; x.kind != double {
			*to[x.kind] = append(*to[x.kind], x.first)
		}
	}
	for i := range p.areas {
		a := &p.areas[i]
		for _, f := range []struct {
			is bool
			to *[]geography.BlockCode
		}{{a.fewWomen, &k.FewWomen}, {a.growing, &k.Growing}, {a.noStation, &k.NoStation}} {
			if f.is {
				*f.to = append(*f.to, a.Code)
			}
		}
	}
	return k
}
