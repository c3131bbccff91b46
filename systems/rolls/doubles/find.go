// Package doubles finds likely doubles in an electoral roll: two entries that may be
// one person, though every CNIC stands there once (section 26 of the Elections Act
// 2017 allows one vote; the section's number is recalled). It compares names in both scripts
// (package likeness), parent's name, date of birth, place and address, weighs how they
// agree (Fellegi and Sunter 1969) and reports pairs with their reasons, for an officer
// to look at. It never removes anybody, and nothing that it says is a decision.
//
// docs/doubles.md gives the method, the weights and what they reach; TestRecall
// measures it on pairs that are known.
package doubles

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/likeness"
)

// Settings of a search.
type Settings struct {
	// Threshold is the least odds of a pair to be reported, in bits: 0 is one to one.
	Threshold float64
	// Most is how many pairs are reported at most, the likeliest. 0: no limit.
	Most int
}

// Standard are the settings that docs/doubles.md measures.
func Standard() Settings { return Settings{Threshold: -3, Most: 500_000} }

// Pair is two entries that may be one person. A is the lower number.
type Pair struct {
	A, B    rolls.VoterID
	Blocks  [2]geography.BlockCode // where A and B stand
	Score   float64                // odds in bits that it is one person: 3 is eight to one
	Reasons []Reason
}

// Reason is how the two agree in one field.
type Reason struct {
	Field string  // name, parent, born, place, address, list
	How   string  // same, near, like, shortened, somewhat, different, swapped, year off, partly, circle, charge, district, other relation, missing
	Bits  float64 // what it weighs
}

// Figures tell how a search went.
type Figures struct {
	Voters   int
	Compared int64 // pairs that were weighed
	Passed   int64 // pairs that had a key in common and were passed over, since too many had it
	Found    int   // pairs at or above the threshold, reported or not
}

// persons lie together in chunks of one size, so that nothing is moved while they come.
type persons struct {
	person [chunk]person
	id     [chunk]rolls.VoterID
}

const chunk = 1 << 14

// Finder collects records, then finds pairs among them, once. At ten million records
// it takes some 2 GiB.
type Finder struct {
	settings Settings
	words    *dictionary
	chunks   []*persons
	n        int

	mu      sync.Mutex
	readers map[int]*adder

	dates             []float32             // bits of a packed date
	places            [4]map[uint32]float64 // bits of a block, circle, charge, district
	compared, passed  atomic.Int64
	prior, priorOfKin float64
}

type adder struct {
	reader
	people *persons
	n      int
}

// New begins a search.
func New(s Settings) *Finder {
	return &Finder{settings: s, words: newDictionary(), readers: map[int]*adder{}}
}

// Add takes a record. Several goroutines may add, each with a number of its own, as
// rolls.Store.Walk gives them.
func (f *Finder) Add(worker int, r *Record) {
	f.mu.Lock()
	a := f.readers[worker]
	if a == nil {
		a = &adder{reader: reader{f.words, map[likeness.Part]uint32{}}, people: new(persons)}
		f.readers[worker] = a
	}
	f.mu.Unlock()
	a.people.person[a.n], a.people.id[a.n] = a.pack(r), r.ID
	if a.n++; a.n == chunk {
		f.mu.Lock()
		f.chunks = append(f.chunks, a.people)
		f.mu.Unlock()
		a.people, a.n = new(persons), 0
	}
}

// gather puts the chunks that are not full together.
func (f *Finder) gather() {
	f.n = len(f.chunks) * chunk
	for _, a := range f.readers {
		for i := range a.n {
			if f.n%chunk == 0 {
				f.chunks = append(f.chunks, new(persons))
			}
			to := f.chunks[len(f.chunks)-1]
			to.person[f.n%chunk], to.id[f.n%chunk] = a.people.person[i], a.people.id[i]
			f.n++
		}
	}
	f.readers, f.words.number = nil, nil
}

func (f *Finder) person(i uint32) *person { return &f.chunks[i/chunk].person[i%chunk] }

func (f *Finder) id(i uint32) rolls.VoterID { return f.chunks[i/chunk].id[i%chunk] }

// each gives every person to do.
func (f *Finder) each(do func(*person)) {
	for i := range uint32(f.n) {
		do(f.person(i))
	}
}

// Find gives the pairs, the likeliest first. Nothing may be added any more.
func (f *Finder) Find(ctx context.Context) ([]Pair, Figures, error) {
	f.gather()
	n := f.n
	figures := Figures{Voters: n}
	if n < 2 {
		return nil, figures, ctx.Err()
	}
	f.prior, f.priorOfKin = math.Log2(2*share/float64(n)), math.Log2(share/kin)
	f.count()
	var all []found
	for _, p := range passes {
		some, err := f.run(ctx, p)
		if err != nil {
			return nil, figures, err
		}
		all = unique(append(all, some...))
	}
	figures.Compared, figures.Passed, figures.Found = f.compared.Load(), f.passed.Load(), len(all)
	pairs := make([]Pair, len(all))
	for i, x := range all {
		pairs[i] = f.pair(x)
	}
	slices.SortFunc(pairs, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	if f.settings.Most > 0 && len(pairs) > f.settings.Most {
		pairs = pairs[:f.settings.Most]
	}
	return pairs, figures, nil
}

// found is a pair by places in the list of people, the lower first.
type found struct {
	a, b  uint32
	score float32
}

func unique(all []found) []found {
	slices.SortFunc(all, func(x, y found) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return slices.CompactFunc(all, func(x, y found) bool { return x.a == y.a && x.b == y.b })
}

func (f *Finder) pair(x found) Pair {
	a, b := f.person(x.a), f.person(x.b)
	ids := [2]rolls.VoterID{f.id(x.a), f.id(x.b)}
	if ids[0] > ids[1] {
		a, b, ids[0], ids[1] = b, a, ids[1], ids[0]
	}
	w := f.weigh(a, b)
	p := Pair{A: ids[0], B: ids[1], Blocks: [2]geography.BlockCode{geography.BlockCode(a.block), geography.BlockCode(b.block)}, Score: w.score}
	for field, level := range w.level {
		p.Reasons = append(p.Reasons, Reason{fieldNames[field], levelNames[level], math.Round(w.bits[field]*10) / 10})
	}
	return p
}

// count counts how rare names, dates and places are.
func (f *Finder) count() {
	n := float64(f.n)
	rarity := func(count map[uint32]int32) map[uint32]float64 {
		rare := make(map[uint32]float64, len(count))
		for k, c := range count {
			rare[k] = math.Log2(n / float64(c))
		}
		return rare
	}
	dates := make([]int32, 1<<21)
	var places [4]map[uint32]int32
	for i := range places {
		places[i] = map[uint32]int32{}
	}
	f.each(func(p *person) {
		dates[p.born]++
		places[0][p.block]++
	})
	for block, c := range places[0] {
		places[1][block/100] += c
		places[2][block/1e4] += c
		places[3][block/1e6] += c
	}
	f.dates = make([]float32, len(dates))
	for born, c := range dates {
		if c > 0 {
			f.dates[born] = float32(math.Log2(n / float64(c)))
		}
	}
	for i := range places {
		f.places[i] = rarity(places[i])
	}
	var both sync.WaitGroup
	both.Go(func() { f.countNames(func(p *person) (*fullName, *uint8) { return &p.name, &p.nameBits }) })
	both.Go(func() { f.countNames(func(p *person) (*fullName, *uint8) { return &p.parent, &p.parentBits }) })
	both.Wait()
}

// countNames writes to each person how rare a name of his is: of all whose name has the
// same keys. A table of one to two places a voter takes the counts, 16 million at most; names
// that fall on one place by chance count as commoner than they are.
func (f *Finder) countNames(of func(*person) (*fullName, *uint8)) {
	places := uint32(1) << min(24, bits.Len(uint(f.n)))
	counts := make([]uint32, places)
	place := func(name *fullName) uint32 {
		key := f.words.whole(&name[0])
		if key == 0 {
			key = f.words.whole(&name[1])
		}
		return mix(uint64(key)) % places
	}
	f.each(func(p *person) {
		name, _ := of(p)
		counts[place(name)]++
	})
	n := float64(f.n)
	f.each(func(p *person) {
		name, bits := of(p)
		*bits = uint8(min(255, 8*math.Log2(n/float64(counts[place(name)]))))
	})
}

// weighed is a comparison of two persons.
type weighed struct {
	score float64
	level [fields]uint8
	bits  [fields]float64 // against strangers
}

// weigh compares two persons. Where their names are not like, or their dates, nothing
// else makes up for it, and the rest is not looked at.
func (f *Finder) weigh(a, b *person) (w weighed) {
	w.score = math.Inf(-1)
	w.level[nameField] = f.words.level(&a.name, &b.name)
	w.level[bornField] = bornLevel(a.born, b.born)
	if w.level[nameField] == different || w.level[bornField] == different {
		return w
	}
	w.level[placeField] = placeLevel(a.block, b.block)
	w.level[parentField] = f.words.level(&a.parent, &b.parent)
	if a.relation() != b.relation() && w.level[parentField] >= some {
		w.level[parentField] = husband
	}
	if l := w.level[placeField]; l == same || l == circle {
		w.level[addressField] = addressLevel(&a.address, &b.address)
	}
	w.level[listField] = same
	if a.list() != b.list() {
		w.level[listField] = different
	}
	w.bits = [fields]float64{
		nameField:    nameWeight(w.level[nameField], float64(min(a.nameBits, b.nameBits))/8),
		parentField:  parentWeight(w.level[parentField], float64(min(a.parentBits, b.parentBits))/8),
		bornField:    bornWeight(w.level[bornField], f.bornBits(a, b)),
		placeField:   placeWeight(w.level[placeField], f.placeBits(w.level[placeField], a.block)),
		addressField: addressWeight(w.level[addressField]),
		listField:    listWeight(w.level[listField]),
	}
	strangers, relatives := f.prior, math.Inf(1)
	for _, bits := range w.bits {
		strangers += bits
	}
	if l := w.level[parentField]; l >= same && l <= some {
		relatives = f.priorOfKin + kinName(w.level[nameField]) + kinBorn(w.level[bornField], a.born&0x1FF == newYear) + w.bits[listField]
	}
	w.score = odds(strangers, relatives)
	return w
}

// bornBits is how rare the commoner of two dates is.
func (f *Finder) bornBits(a, b *person) float64 {
	return float64(min(f.dates[a.born], f.dates[b.born]))
}

const newYear = 1<<5 | 1 // 1 January

func (f *Finder) placeBits(level uint8, block uint32) float64 {
	switch level {
	case same:
		return f.places[0][block]
	case circle:
		return f.places[1][block/100]
	case charge:
		return f.places[2][block/1e4]
	case district:
		return f.places[3][block/1e6]
	}
	return 0
}
