package figures

import (
	"cmp"
	"slices"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office/area"
)

// Level is what kind of area figures are of.
type Level string

// The levels.
const (
	Whole    Level = "roll"
	Province Level = "province"
	District Level = "district"
	NA       Level = "na"
	PA       Level = "pa"
)

// Levels are all levels, the largest first.
func Levels() []Level { return []Level{Whole, Province, District, NA, PA} }

var levelWeight = map[Level]int64{Whole: 5000, Province: 600, District: 60, NA: 30, PA: 20}

// Number is a count as it is published.
type Number struct {
	N      int64
	Hidden bool // N is 0 then
}

// Area are the published figures of one area. The first number of each list is of all ages, the
// others by age band.
type Area struct {
	Level Level
	Key   string // of package area; "" of what the tables do not place
	Part  bool   // the roll has only a part of it, or it is not known to have the whole
	// Women, and whoever is not on the women's list. The list of X is small nearly
	// everywhere; where it can be told, Men and X say how the others divide.
	Women, Others, All [1 + bands]Number
	Men, X             [1 + bands]Number
	Told               int // how many numbers of Men and X there are: none, 1, or all
}

// Gap is by how many of a thousand voters the others are more than the women; ok is false
// where a number of it is hidden.
func (a *Area) Gap() (perMille int64, ok bool) {
	all := a.All[0]
	if all.Hidden || a.Women[0].Hidden || a.Others[0].Hidden || all.N == 0 {
		return 0, false
	}
	return (a.Others[0].N - a.Women[0].N) * 1000 / all.N, true
}

// Figures are what is published of one roll.
type Figures struct {
	Roll
	Areas  []Area // by level, then key
	Hidden int    // numbers that are not shown
}

// Get gives the figures of a roll, or ErrNoRoll. They may be kept and not be changed.
func (s *Store) Get(tx *database.Tx, id string) (*Figures, error) {
	s.mu.Lock()
	f := s.made[id]
	s.mu.Unlock()
	if f != nil {
		return f, nil
	}
	r, err := s.Roll(tx, id)
	if err != nil {
		return nil, err
	}
	counts, err := cells(tx, id)
	if err != nil {
		return nil, err
	}
	f = publish(r, counts)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.made) >= 8 {
		clear(s.made)
	}
	s.made[id] = f
	return f, nil
}

// sheet is the areas of a roll with their places.
type sheet struct {
	hide
	places []Place
	areas  []Area
}

// newSheet lays out the places of a roll and the areas that they are in. The first area is
// the roll.
func newSheet(r *Roll, places []Place, columns int) *sheet {
	s := &sheet{places: places, areas: []Area{{Level: Whole, Key: r.Scope}}}
	s.columns = columns
	scope, _ := area.Parse(r.Scope)
	index := map[Area]int{}
	keyed := func(level Level, key string) int {
		k := Area{Level: level, Key: key}
		i, ok := index[k]
		if !ok {
			i = len(s.areas)
			index[k] = i
			if a, err := area.Parse(key); key == "" || err != nil || !area.Within(a, scope) {
				k.Part = true
			}
			s.areas = append(s.areas, k)
		}
		return i
	}
	for _, p := range places {
		in := []int{0}
		if r.Scope == area.Country.String() {
			in = append(in, keyed(Province, p.province()))
		}
		if r.Scope != p.District || p.District == "" {
			in = append(in, keyed(District, p.District))
		}
		for level, seat := range map[Level]geography.Constituency{NA: p.NA, PA: p.PA} {
			if seat != "" && r.Scope != area.OfConstituency(seat).String() {
				in = append(in, keyed(level, area.OfConstituency(seat).String()))
			}
		}
		slices.Sort(in)
		s.areasOf = append(s.areasOf, in)
	}
	s.sort()
	return s
}

// sort puts areas into the order in which they are shown, whatever order they were found in.
func (s *sheet) sort() {
	order := make([]int, len(s.areas))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(slices.Index(Levels(), s.areas[a].Level), slices.Index(Levels(), s.areas[b].Level)), compareKeys(s.areas[a].Key, s.areas[b].Key))
	})
	to, sorted := make([]int, len(order)), make([]Area, len(order))
	for i, was := range order {
		to[was], sorted[i] = i, s.areas[was]
	}
	s.areas, s.placeOf = sorted, make([][]int, len(sorted))
	for p := range s.areasOf {
		for i, a := range s.areasOf[p] {
			s.areasOf[p][i] = to[a]
			s.placeOf[to[a]] = append(s.placeOf[to[a]], p)
		}
		slices.Sort(s.areasOf[p])
	}
}

// compareKeys puts NA-9 before NA-118.
func compareKeys(a, b string) int {
	x, errX := area.Parse(a)
	y, errY := area.Parse(b)
	if errX == nil && errY == nil && x.Seat() != "" && y.Seat() != "" {
		return cmp.Or(cmp.Compare(x.Seat().Assembly(), y.Seat().Assembly()), cmp.Compare(x.Seat().Number(), y.Seat().Number()))
	}
	return cmp.Compare(a, b)
}

// placesOf are the places of counts, in order.
func placesOf[V any](all map[Place]V) []Place {
	places := make([]Place, 0, len(all))
	for p := range all {
		places = append(places, p)
	}
	slices.SortFunc(places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.District, b.District), cmp.Compare(a.NA, b.NA), cmp.Compare(a.PA, b.PA))
	})
	return places
}

// lists are the columns of a list, of all ages and of each band.
func columnsOf(band int, lists ...geography.Gender) (set uint32) {
	for _, list := range lists {
		if band == 0 {
			set |= (1<<bands - 1) << (int(list) * bands)
		} else {
			set |= 1 << column(list, band-1)
		}
	}
	return set
}

// add puts a form in, and where its number goes.
func (s *sheet) add(a int, columns uint32, weight int64) {
	s.forms = append(s.forms, form{a, columns, weight * levelWeight[s.areas[a].Level]})
}

// publish makes the figures that are shown of a roll's counts.
func publish(r Roll, counts map[Place]*[geography.Genders * bands]int64) *Figures {
	s := newSheet(&r, placesOf(counts), geography.Genders*bands)
	layer := make([]int64, 0, len(s.places)*s.columns)
	for _, p := range s.places {
		layer = append(layer, counts[p][:]...)
	}
	s.layers = [][]int64{layer}
	type slot struct {
		area int
		to   func(*Area) *Number
	}
	var slots []slot
	put := func(a int, columns uint32, weight int64, to func(*Area) *Number) {
		s.add(a, columns, weight)
		slots = append(slots, slot{a, to})
	}
	const m, f, x = geography.Male, geography.Female, geography.X
	for a := range s.areas {
		for band := range 1 + bands {
			total := int64(1)
			if band == 0 {
				total = 12
			}
			put(a, columnsOf(band, m, f, x), 4*total, func(a *Area) *Number { return &a.All[band] })
			put(a, columnsOf(band, f), 2*total, func(a *Area) *Number { return &a.Women[band] })
			put(a, columnsOf(band, m, x), 2*total, func(a *Area) *Number { return &a.Others[band] })
			switch s.areas[a].Level {
			case Whole:
				s.areas[a].Told = 1 + bands
			case Province, District:
				s.areas[a].Told = 1
			}
			if band < s.areas[a].Told {
				put(a, columnsOf(band, m), total, func(a *Area) *Number { return &a.Men[band] })
				put(a, columnsOf(band, x), total, func(a *Area) *Number { return &a.X[band] })
			}
		}
	}
	s.fixed = []int{0} // the whole roll's voters: the ledger has their number
	s.run()
	figures := &Figures{Roll: r}
	for i, one := range slots {
		n := Number{N: s.value(0, &s.forms[i])}
		if s.hidden[i] {
			n = Number{Hidden: true}
			figures.Hidden++
		}
		*one.to(&s.areas[one.area]) = n
	}
	figures.Areas = s.areas
	return figures
}

// Names gives the names of an area by its key; a constituency's is its number, and of what
// the tables do not place both are empty.
func Names(key string) (en, ur string) {
	a, err := area.Parse(key)
	if err != nil {
		return "", ""
	}
	return a.Names()
}
