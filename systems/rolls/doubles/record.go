package doubles

import (
	"math/bits"
	"slices"
	"sync"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/likeness"
)

// Record is what is looked at of one voter.
type Record struct {
	ID                                 rolls.VoterID
	Block                              geography.BlockCode
	List                               rolls.List
	Relation                           rolls.Relation
	Born                               rolls.Date
	NameEn, NameUr, ParentEn, ParentUr string
	Address                            string // words of the place, in Urdu where there are such
}

// Of takes from an entry of the roll what is looked at.
func Of(e *rolls.Entry) Record {
	a := e.Address()
	words := a.Ur
	if words == "" {
		words = a.En
	}
	return Record{e.ID, e.Block, e.List, e.Relation, e.Born, e.NameEn, e.NameUr, e.ParentEn, e.ParentUr, words}
}

// person is a record in 88 bytes: ten million of them and the work on them have to fit
// beside a database. Names are numbers of a dictionary of their parts.
type person struct {
	block        uint32
	born         uint32 // year, month and day in 12, 4 and 5 bits
	kind         uint8  // list and relation
	name, parent fullName
	address      [6]uint16 // hashes of its words, in rising order; 0: no more
	// How rare the name and the parent's name are among all, in eighths of a bit.
	nameBits, parentBits uint8
}

// fullName is a name in both scripts, Urdu first, by numbers of parts; 0: no more.
type fullName [2][4]uint32

func (p *person) list() uint8     { return p.kind & 3 }
func (p *person) relation() uint8 { return p.kind >> 2 }

func packDate(d rolls.Date) uint32 {
	return uint32(d.Year&0xFFF)<<9 | uint32(d.Month&15)<<5 | uint32(d.Day&31)
}

func unpackDate(b uint32) (year, month, day uint32) { return b >> 9, b >> 5 & 15, b & 31 }

// dictionary numbers the parts of all names, from 1. Roman and Urdu forms of one part
// are two parts with, mostly, one key.
type dictionary struct {
	mu     sync.Mutex
	number map[likeness.Part]uint32
	parts  []likeness.Part
	keys   []uint32 // of each part, mixed; of a weak one with the lowest bit set
}

func newDictionary() *dictionary {
	return &dictionary{number: map[likeness.Part]uint32{}, parts: make([]likeness.Part, 1), keys: make([]uint32, 1)}
}

func (d *dictionary) of(p likeness.Part) uint32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, ok := d.number[p]
	if !ok {
		n = uint32(len(d.parts))
		d.number[p] = n
		d.parts = append(d.parts, p)
		key := mix(uint64(p.Key()))&^1 | 2
		if p.Key() == 0 {
			key = 0
		} else if !p.Tells() {
			key |= 1
		}
		d.keys = append(d.keys, key)
	}
	return n
}

// reader packs records for one goroutine; it remembers numbers, to ask the dictionary
// seldom.
type reader struct {
	words *dictionary
	known map[likeness.Part]uint32
}

func (r *reader) pack(rec *Record) person {
	p := person{
		block: uint32(rec.Block), born: packDate(rec.Born), kind: uint8(rec.List)&3 | uint8(rec.Relation)<<2,
		name:   fullName{r.name(rec.NameUr), r.name(rec.NameEn)},
		parent: fullName{r.name(rec.ParentUr), r.name(rec.ParentEn)},
	}
	p.address = addressWords(rec.Address)
	return p
}

// name gives the numbers of a name's parts; of more than four, titles and then the
// last are left out.
func (r *reader) name(text string) (numbers [4]uint32) {
	if text == "" {
		return numbers
	}
	n := likeness.Read(text)
	parts := n.Parts()
	bare := slices.ContainsFunc(parts, func(p likeness.Part) bool { return !p.IsTitle() })
	n0 := 0
	for i := range parts {
		if parts[i].IsTitle() && bare || n0 == len(numbers) {
			continue
		}
		number, ok := r.known[parts[i]]
		if !ok {
			number = r.words.of(parts[i])
			r.known[parts[i]] = number
		}
		numbers[n0] = number
		n0++
	}
	return numbers
}

// addressWords hashes the words that tell addresses apart: the six lowest hashes, so
// that two spellings of an address that share most words share most hashes.
func addressWords(text string) (words [6]uint16) {
	if text == "" {
		return words
	}
	var all [24]uint16
	n := 0
	folded := likeness.Fold(text)
	for start := 0; start < len(folded) && n < len(all); {
		end := start
		for end < len(folded) && folded[end] != ' ' {
			end++
		}
		if h := uint16(hash(folded[start:end])); h != 0 && !slices.Contains(all[:n], h) {
			all[n] = h
			n++
		}
		start = end + 1
	}
	slices.Sort(all[:n])
	copy(words[:], all[:n])
	return words
}

// hash is FNV-1a, mixed: the same in every run, so that two runs over one roll say one thing.
func hash(word string) uint32 {
	h := uint64(14695981039346656037)
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 1099511628211
	}
	return mix(h)
}

// mix makes 32 well-mixed bits of 64 (the finalizer of SplitMix64, Steele 2014).
func mix(x uint64) uint32 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return uint32((x ^ x>>31) >> 32)
}

func mix2(a, b uint32) uint32 { return mix(uint64(a)<<32 | uint64(bits.RotateLeft32(b, 7))) }

// keySet is the keys of a name: of its telling parts in both scripts, or of the others
// where none tells. A part whose two spellings have one key counts once.
type keySet struct {
	key [4]uint32
	n   int
}

func (k *keySet) all() []uint32 { return k.key[:k.n] }

func (d *dictionary) keysOf(name *fullName) (k keySet) {
	for _, weak := range [...]uint32{0, 1} {
		for script := range name {
			for _, number := range name[script] {
				if number == 0 {
					break
				}
				key := d.keys[number]
				if key == 0 || key&1 != weak || k.n == len(k.key) || slices.Contains(k.key[:k.n], key) {
					continue
				}
				k.key[k.n] = key
				k.n++
			}
		}
		if k.n > 0 {
			return k
		}
	}
	return k
}

// whole is one key of a whole name in one script, whatever the order of its parts: 0
// of a name without any.
func (d *dictionary) whole(numbers *[4]uint32) (key uint32) {
	for _, weak := range [...]uint32{0, 1} {
		for _, number := range numbers {
			if k := d.keys[number]; k != 0 && k&1 == weak {
				key += mix(uint64(k))
			}
		}
		if key != 0 {
			return key
		}
	}
	return 0
}

func (a *keySet) share(b *keySet) (n int) {
	for _, k := range a.all() {
		if slices.Contains(b.all(), k) {
			n++
		}
	}
	return n
}

// name puts a name of one script together again.
func (d *dictionary) name(numbers *[4]uint32) likeness.Name {
	var parts [4]likeness.Part
	n := 0
	for n < len(parts) && numbers[n] != 0 {
		parts[n] = d.parts[numbers[n]]
		n++
	}
	return likeness.Of(parts[:n]...)
}

// slip is how like names are at least that are alike in one script and not quite
// otherwise in the other.
const slip = 0.93

// like is how like two names are. Of two scripts that both have, the one in which they
// are liker counts for seven tenths: a slip of the hand is in one script, another name
// mostly in both; what one script hides (Amir is امیر and عامر) the other shows. -1: there
// is nothing to compare.
func (d *dictionary) like(a, b *fullName) float64 {
	least, best, scripts := 1.0, 0.0, 0
	for s := range a {
		if a[s][0] == 0 || b[s][0] == 0 {
			continue
		}
		scripts++
		like := 1.0
		if a[s] != b[s] {
			x, y := d.name(&a[s]), d.name(&b[s])
			like = x.Like(&y)
		}
		least, best = min(least, like), max(best, like)
	}
	switch {
	case scripts > 0 && best > 0.985 && least >= 0.6:
		return max(slip, 0.7*best+0.3*least)
	case scripts > 0:
		return 0.7*best + 0.3*least
	}
	for s := range a { // one has Urdu only, the other Roman only
		if a[s][0] != 0 && b[1-s][0] != 0 {
			x, y := d.name(&a[s]), d.name(&b[1-s])
			return x.Like(&y)
		}
	}
	return -1
}

// level compares two names.
func (d *dictionary) level(a, b *fullName) uint8 {
	level := levelOf(d.like(a, b))
	if level == some {
		x, y := d.keysOf(a), d.keysOf(b)
		if n := x.share(&y); n > 0 && n == min(x.n, y.n) {
			return shortened
		}
	}
	return level
}
