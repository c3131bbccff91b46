package doubles

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// A pass puts together who may be one person: all who share one of the pass's keys.
// What one pass misses, since a key is misspelt in one of the entries, another finds.
type pass struct {
	// keys gives the keys of a person; narrower those by which persons who share a key
	// are told apart once more where too many share it.
	keys, narrower func(c *candidate, yield func(uint32))
}

// candidate is a person with the keys of his names.
type candidate struct {
	*person
	index     uint32
	own, kins keySet
	words     *dictionary
}

// crowd is how many persons may share a key before it is made narrower, and after that
// before they are passed over. Figures.Passed counts those.
const crowd = 400

var passes = []pass{
	// Born the same day, and one part of the name: for misspelt names, husbands, moves.
	{func(c *candidate, yield func(uint32)) {
		if c.born&0x1FF == 0 {
			return // of a year alone too many are born
		}
		for _, k := range c.own.all() {
			yield(mix2(k, c.born))
		}
	}, func(c *candidate, yield func(uint32)) {
		for _, k := range c.kins.all() {
			yield(k)
		}
		yield(c.block / 1e4)
	}},
	// One part of the name, one of the parent's, day and month in whatever order: for
	// wrong years and swapped dates.
	{func(c *candidate, yield func(uint32)) {
		_, month, day := unpackDate(c.born)
		if month == 0 || day == 0 {
			return
		}
		birthday := min(month, day)<<5 | max(month, day)
		for _, k := range c.own.all() {
			for _, l := range c.kins.all() {
				yield(mix2(mix2(k, l), birthday))
			}
		}
	}, func(c *candidate, yield func(uint32)) { yield(c.block / 1e4) }},
	// The block and one part of the name: for a parent misspelt and a date partly wrong.
	{func(c *candidate, yield func(uint32)) {
		for _, k := range c.own.all() {
			yield(mix2(k, c.block))
		}
	}, func(c *candidate, yield func(uint32)) { yield(c.born >> 9) }},
	// The whole name and the parent's: for dates that are partly wrong, wherever.
	{func(c *candidate, yield func(uint32)) {
		last := uint32(0)
		for s := range c.name {
			k, l := c.words.whole(&c.name[s]), c.words.whole(&c.parent[s])
			if k == 0 || l == 0 {
				continue
			}
			if both := mix2(k, l); both != last {
				yield(both)
				last = both
			}
		}
	}, func(c *candidate, yield func(uint32)) { yield(c.born >> 9) }},
}

func (f *Finder) candidate(i uint32) candidate {
	p := f.person(i)
	return candidate{p, i, f.words.keysOf(&p.name), f.words.keysOf(&p.parent), f.words}
}

// buckets is into how many heaps the keys of a pass are laid before each is sorted, so
// that a heap stays in a processor's cache.
const buckets = 256

// run makes a pass on all processors.
func (f *Finder) run(ctx context.Context, p pass) ([]found, error) {
	entries, end := f.lay(p)
	workers := runtime.GOMAXPROCS(0)
	results := make([][]found, workers)
	var next atomic.Int64
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for ctx.Err() == nil {
				b := int(next.Add(1)) - 1
				if b >= buckets {
					return
				}
				start := 0
				if b > 0 {
					start = end[b-1]
				}
				results[w] = f.groups(entries[start:end[b]], p, results[w])
			}
		})
	}
	all.Wait()
	return slices.Concat(results...), ctx.Err()
}

// lay gives the keys of all persons, each with the person's place behind it, in heaps
// by their first eight bits, and where each heap ends.
func (f *Finder) lay(p pass) (entries []uint64, end [buckets]int) {
	workers := runtime.GOMAXPROCS(0)
	counts := make([][buckets]int, workers)
	each := func(do func(w int, key uint32, i uint32)) {
		var all sync.WaitGroup
		for w := range workers {
			all.Go(func() {
				for i := w * f.n / workers; i < (w+1)*f.n/workers; i++ {
					c := f.candidate(uint32(i))
					p.keys(&c, func(key uint32) { do(w, key, c.index) })
				}
			})
		}
		all.Wait()
	}
	each(func(w int, key, _ uint32) { counts[w][key>>24]++ })
	at, total := make([][buckets]int, workers), 0
	for b := range buckets {
		for w := range workers {
			at[w][b] = total
			total += counts[w][b]
		}
		end[b] = total
	}
	entries = make([]uint64, total)
	each(func(w int, key, i uint32) {
		entries[at[w][key>>24]] = uint64(key)<<32 | uint64(i)
		at[w][key>>24]++
	})
	return entries, end
}

// groups compares within each group of one key.
func (f *Finder) groups(entries []uint64, p pass, to []found) []found {
	slices.Sort(entries)
	var group []candidate
	for start := 0; start < len(entries); {
		end := start + 1
		for end < len(entries) && entries[end]>>32 == entries[start]>>32 {
			end++
		}
		if end-start > 1 {
			group = group[:0]
			for _, e := range entries[start:end] {
				if i := uint32(e); len(group) == 0 || group[len(group)-1].index != i {
					group = append(group, f.candidate(i))
				}
			}
			to = f.group(group, p.narrower, to)
		}
		start = end
	}
	return to
}

func (f *Finder) group(group []candidate, narrower func(*candidate, func(uint32)), to []found) []found {
	if len(group) <= crowd {
		return f.compare(group, to)
	}
	if narrower == nil {
		f.passed.Add(int64(len(group)) * int64(len(group)-1) / 2)
		return to
	}
	var entries []uint64
	for i := range group {
		narrower(&group[i], func(key uint32) { entries = append(entries, uint64(key)<<32|uint64(i)) })
	}
	slices.Sort(entries)
	var part []candidate
	for start := 0; start < len(entries); {
		end := start + 1
		for end < len(entries) && entries[end]>>32 == entries[start]>>32 {
			end++
		}
		part = part[:0]
		for _, e := range entries[start:end] {
			part = append(part, group[uint32(e)])
		}
		to = f.group(part, nil, to)
		start = end
	}
	return to
}

// compare weighs each pair of a group that could reach the threshold.
func (f *Finder) compare(group []candidate, to []found) []found {
	compared := int64(0)
	for i := range group {
		for j := i + 1; j < len(group); j++ {
			a, b := &group[i], &group[j]
			if a.index == b.index || f.most(a, b) < f.settings.Threshold {
				continue
			}
			compared++
			if w := f.weigh(a.person, b.person); w.score >= f.settings.Threshold {
				to = append(to, found{min(a.index, b.index), max(a.index, b.index), float32(w.score)})
			}
		}
	}
	f.compared.Add(compared)
	return to
}

// most is more than the score of two persons can be, found without comparing letters.
func (f *Finder) most(a, b *candidate) float64 {
	born := bornLevel(a.born, b.born)
	if born == different {
		return math.Inf(-1)
	}
	score := f.prior + 4 + bornWeight(born, f.bornBits(a.person, b.person))
	if a.list() != b.list() {
		score -= 8
	}
	place := placeLevel(a.block, b.block)
	score += placeWeight(place, f.placeBits(place, a.block))
	score += float64(min(a.nameBits, b.nameBits)) / 8
	if a.kins.share(&b.kins) > 0 {
		return score + float64(min(a.parentBits, b.parentBits))/8
	}
	if a.relation() != b.relation() {
		return score
	}
	return score + max(0, float64(min(a.parentBits, b.parentBits))/8-4.5)
}
