package rollindex

import (
	"runtime"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/rollindex/ff1"
)

// LookupMany looks up numbers together: entries[i] and found[i] answer
// numbers[i]; both are at least as long as numbers. A look-up waits for memory
// four times, one after the other; here the waits of a batch overlap, which
// makes it several times faster than as many calls of Lookup.
func (r *Roll) LookupMany(numbers []cnic.Number, entries []Entry, found []bool) {
	s := r.scratch.Get().(*scratch)
	for len(numbers) > 0 {
		n := min(len(numbers), ff1.BatchSize)
		r.lookupBatch(s, numbers[:n], entries[:n], found[:n])
		numbers, entries, found = numbers[n:], entries[n:], found[n:]
	}
	r.scratch.Put(s)
	runtime.KeepAlive(r)
}

// lookupBatch takes every probe one seek further before any goes on to the
// next. A byte that the next seek will need is loaded here and only added up:
// nothing waits for it, and it is on its way when it is needed.
func (r *Roll) lookupBatch(s *scratch, numbers []cnic.Number, entries []Entry, found []bool) {
	var permuted [ff1.BatchSize]uint64
	for i, n := range numbers {
		permuted[i] = n.RevealUint64()
	}
	r.masks.Permute.EncryptBatch(&s.ff1, permuted[:len(numbers)])
	batch := s.batch[:len(numbers)]
	ahead := uint8(0)
	for i := range batch {
		p := &batch[i]
		*p = probe{permuted: permuted[i]}
		group, _, _ := r.geo.Locate(p.permuted)
		ahead += r.groups[4*group]
	}
	for i := range batch {
		p := &batch[i]
		r.seekGroup(p)
		ahead += r.voters[p.start/8] + r.voters[(p.start+p.inGroup+256)/8]
	}
	for i := range batch {
		p := &batch[i]
		r.seekRun(p)
		ahead += r.voters[p.first/8]
	}
	for i := range batch {
		p := &batch[i]
		if r.seekPlace(p, &s.block) {
			ahead += uint8(r.hints[p.place/hintPlaces]) + uint8(r.chunkStart(p.place))
		}
	}
	for i := range batch {
		if p := &batch[i]; p.found {
			r.seekList(p)
			ahead += r.houses[p.chunk/8] + uint8(r.blocks[p.list/3])
			if r.listOf[p.list/3][0] != nil {
				ahead++
			}
		}
	}
	for i := range batch {
		if found[i] = batch[i].found; found[i] {
			entries[i] = r.entry(&batch[i], s)
		} else {
			entries[i] = Entry{}
		}
	}
	s.block[0] = ahead // keeps the loads
}
