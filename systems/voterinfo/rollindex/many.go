package rollindex

import (
	"runtime"

	"intikhab/domain/cnic"
	"intikhab/platform/prefetch"
	"intikhab/systems/voterinfo/rollindex/ff1"
	"intikhab/systems/voterinfo/rollindex/format"
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
// next, and asks at each step for the memory of the one after it.
func (r *Roll) lookupBatch(s *scratch, numbers []cnic.Number, entries []Entry, found []bool) {
	permuted := s.permuted[:len(numbers)]
	for i, n := range numbers {
		permuted[i] = n.RevealUint64()
	}
	r.masks.Permute.EncryptBatch(&s.ff1, permuted)
	batch := s.batch[:len(numbers)]
	for i := range batch {
		p := &batch[i]
		*p = probe{permuted: permuted[i]}
		group, _, _ := r.geo.Locate(p.permuted)
		prefetch.Line(&r.groups[4*group])
	}
	for i := range batch {
		p := &batch[i]
		r.seekGroup(p)
		// The group's ones and zeros lie in one line or two; where in it the
		// bucket stands is known to half a line.
		prefetch.Line(&r.voters[p.start/8])
		prefetch.Line(&r.voters[(p.start+p.inGroup+format.GroupBuckets)/8])
	}
	for i := range batch {
		p := &batch[i]
		r.seekRun(p)
		prefetch.Line(&r.voters[p.first/8])
	}
	for i := range batch {
		if p := &batch[i]; r.seekPlace(p, &s.block) {
			prefetch.Line(&r.hints[p.place/hintPlaces])
			prefetch.Line(&r.chunks[format.ChunkEntry(p.place)])
		}
	}
	for i := range batch {
		if p := &batch[i]; p.found {
			prefetch.Line(&r.lists[4*uint64(r.hints[p.place/hintPlaces])])
			p.chunk = format.ChunkStart(r.chunks, p.place)
			prefetch.Line(&r.houses[p.chunk/8])
		}
	}
	for i := range batch {
		if p := &batch[i]; p.found {
			r.seekList(p)
			prefetch.Line(&r.blocks[p.list/3])
			prefetch.Line(&r.listOf[p.list/3])
		}
	}
	for i := range batch {
		if found[i] = batch[i].found; found[i] {
			entries[i] = r.entry(&batch[i], s)
		} else {
			entries[i] = Entry{}
		}
	}
}
