package format

import (
	"fmt"
	"math/bits"
)

// The voters section holds, for each voter, the permuted identity number and
// the masked place in the roll, ordered by the former.
//
// The thirteen-digit space is cut into buckets of Width consecutive values.
// A voter's record is one whole number of RecordBits bits,
//
//	record = (permuted mod Width)·Places + masked place
//
// so that no fraction of a bit is lost to either part, and Geometry chooses
// Width such that records and buckets together take the least. GroupBuckets
// buckets make a group. A group's bits are, for each of its buckets, as many
// ones as it has voters and then a zero; and after them its records. The groups
// section gives the number of voters before each group, and with it the group's
// place in the file: no pointer is needed.

// Space is the number of values an identity number can have.
const Space = 10_000_000_000_000

// GroupBuckets is the number of buckets in a group. 256 of them, at some 0.9
// voters each, lie within a kilobyte or two: one page of memory for a look-up.
const GroupBuckets = 256

// Geometry is how the voters section of one roll is cut. It follows from the
// numbers of voters and places alone.
type Geometry struct {
	Voters     uint64 // records
	Places     uint64 // places in the roll, at least Voters
	RecordBits uint   // bits of a record, at most 57
	Width      uint64 // values in a bucket
	Groups     uint64
}

// NewGeometry chooses the cut that is smallest when every place has its voter.
// Places is at least 1 and below 2^32.
func NewGeometry(voters, places uint64) Geometry {
	best, bestBits := Geometry{}, uint64(0)
	for w := uint(bits.Len64(places - 1)); w <= 57; w++ {
		width := uint64(1) << w / places
		if width == 0 {
			continue
		}
		width = min(width, Space)
		groups := (Space + width*GroupBuckets - 1) / (width * GroupBuckets)
		total := places*uint64(w+1) + groups*GroupBuckets + groups*32
		if bestBits == 0 || total < bestBits {
			best, bestBits = Geometry{voters, places, w, width, groups}, total
		}
	}
	return best
}

// Locate returns the group and bucket of a permuted number, and what remains
// of it within the bucket.
func (g *Geometry) Locate(permuted uint64) (group, bucket, rest uint64) {
	b := permuted / g.Width
	return b / GroupBuckets, b % GroupBuckets, permuted - b*g.Width
}

// GroupStart returns the bit at which a group begins in the voters section,
// given the number of voters before it.
func (g *Geometry) GroupStart(group, before uint64) uint64 {
	return group*GroupBuckets + before*uint64(g.RecordBits+1)
}

// Bytes returns the length of the voters section without its padding.
func (g *Geometry) Bytes() uint64 {
	return (g.GroupStart(g.Groups, g.Voters) + 7) / 8
}

// Run finds a bucket's records: it returns the bit at which the first one
// begins and their number. start is the group's first bit and inGroup its
// number of voters. Of a group that contradicts itself, which no digest can
// refuse when the holder of the key has written it, it returns none or too few
// and reads nothing outside the section.
func (g *Geometry) Run(section []byte, start, inGroup, bucket uint64) (first, count uint64) {
	pos, before := start, uint64(0) // before: voters in the group's earlier buckets
	last := uint64(len(section)-Padding)*8 + 7
	for left := bucket; left > 0; {
		const step = 56
		if pos > last {
			return start, 0
		}
		zeros := ^Load57(section, pos) & (1<<step - 1)
		n := uint64(bits.OnesCount64(zeros))
		if n < left {
			left -= n
			before += step - n
			pos += step
			continue
		}
		at := selectBit(zeros, left-1)
		before += at + 1 - left
		pos += at + 1
		left = 0
	}
	if before > inGroup {
		return start, 0
	}
	first = start + inGroup + GroupBuckets + before*uint64(g.RecordBits)
	for pos <= last {
		n := uint64(bits.TrailingZeros64(^(Load57(section, pos) & (1<<57 - 1))))
		count += n
		if n < 57 {
			return first, min(count, inGroup-before)
		}
		pos += 57
	}
	return first, min(count, inGroup-before)
}

// Record returns the i-th record from the bit where a run begins.
func (g *Geometry) Record(section []byte, first, i uint64) uint64 {
	return Load57(section, first+i*uint64(g.RecordBits)) & (1<<g.RecordBits - 1)
}

// AppendGroup writes one group: for each bucket the ones and the zero, then the
// records. permuted holds the group's numbers in rising order, masked the
// masked place of each.
func (g *Geometry) AppendGroup(w *BitWriter, group uint64, permuted, masked []uint64) error {
	i := 0
	base := group * GroupBuckets
	for b := range uint64(GroupBuckets) {
		for i < len(permuted) && permuted[i]/g.Width == base+b {
			w.Write(1, 1)
			i++
		}
		w.Write(0, 1)
	}
	if i != len(permuted) {
		return fmt.Errorf("group %d: number %d of its %d does not belong to it", group, i, len(permuted))
	}
	for i, p := range permuted {
		w.Write(p%g.Width*g.Places+masked[i], g.RecordBits)
	}
	return nil
}
