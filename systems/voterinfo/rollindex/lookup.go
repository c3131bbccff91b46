package rollindex

import (
	"crypto/aes"
	"encoding/binary"
	"runtime"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/prefetch"
	"intikhab/systems/voterinfo/rollindex/ff1"
	"intikhab/systems/voterinfo/rollindex/format"
)

// scratch is one caller's working memory, kept from call to call.
type scratch struct {
	ff1    ff1.Scratch
	block  [aes.BlockSize]byte
	houses unmasked
	batch  [ff1.BatchSize]probe

	permuted [ff1.BatchSize]uint64
}

// Lookup returns where the holder of a number stands in the roll, and false if
// he or she is not on it.
func (r *Roll) Lookup(n cnic.Number) (Entry, bool) {
	s := r.scratch.Get().(*scratch)
	e, ok := r.lookup(s, n)
	r.scratch.Put(s)
	runtime.KeepAlive(r)
	return e, ok
}

func (r *Roll) lookup(s *scratch, n cnic.Number) (Entry, bool) {
	p := probe{permuted: r.masks.Permute.Encrypt(&s.ff1, n.RevealUint64())}
	r.seekGroup(&p)
	// Numbers are spread evenly, so the record is near where its bucket's share of
	// the group ends: on its way while the bits before it are counted.
	guess := p.start + p.inGroup + format.GroupBuckets + p.inGroup*p.bucket/format.GroupBuckets*uint64(r.geo.RecordBits)
	prefetch.Line(&r.voters[guess/8])
	r.seekRun(&p)
	if !r.seekPlace(&p, &s.block) {
		return Entry{}, false
	}
	p.chunk = r.chunkStart(p.place)
	prefetch.Line(&r.houses[p.chunk/8])
	r.seekList(&p)
	return r.entry(&p, s), true
}

// probe is a look-up under way; each seek fills in what the next one needs.
type probe struct {
	permuted uint64

	start, inGroup uint64 // seekGroup: first bit of the group, its voters
	bucket, rest   uint64 // and the number's bucket, its place there

	first, count uint64 // seekRun: first bit and number of the bucket's records

	place uint64 // seekPlace

	chunk uint64 // bit at which the place's chunk begins

	list, listStart uint64 // seekList
	found           bool
}

func (r *Roll) seekGroup(p *probe) {
	var group uint64
	group, p.bucket, p.rest = r.geo.Locate(p.permuted)
	bounds := binary.LittleEndian.Uint64(r.groups[4*group:])
	before := bounds & (1<<32 - 1)
	p.inGroup = bounds>>32 - before
	p.start = r.geo.GroupStart(group, before)
}

func (r *Roll) seekRun(p *probe) {
	p.first, p.count = r.geo.Run(r.voters, p.start, p.inGroup, p.bucket)
}

func (r *Roll) seekPlace(p *probe, b *[aes.BlockSize]byte) bool {
	low := p.rest * r.geo.Places
	for i := range p.count {
		masked := r.geo.Record(r.voters, p.first, i) - low
		if masked < r.geo.Places { // below low it wraps to a huge number
			mask := r.masks.Place(b, p.permuted) % r.geo.Places
			if p.place = masked + r.geo.Places - mask; p.place >= r.geo.Places {
				p.place -= r.geo.Places
			}
			p.found = true
			return true
		}
	}
	return false
}

func (r *Roll) seekList(p *probe) {
	p.list = uint64(r.hints[p.place/hintPlaces])
	for r.listStart(p.list+1) <= p.place {
		p.list++
	}
	p.listStart = r.listStart(p.list)
}

func (r *Roll) entry(p *probe, s *scratch) Entry {
	s.houses.begin(r, p.chunk)
	excess, household := r.code.Read(&s.houses, p.chunk, r.chunkOffset(p.place))
	area, gender := p.list/3, geography.Gender(p.list%3)
	serial := uint32(excess + 1 + int64(p.place-p.listStart))
	return Entry{
		Block: r.blocks[area], Gender: gender,
		Serial: serial, Household: household,
		Area: &r.areas[area], Station: r.station(p.list, serial),
	}
}
