package rollindex

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"intikhab/systems/voterinfo/rollindex/format"
)

// ReadHeader reads an index's header alone, which needs no key. What it says is
// checked against its own digest and the file's length, not against the
// sections.
func ReadHeader(path string) (*format.Header, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := mapFile(f)
	if err == nil {
		var h *format.Header
		h, err = format.ParseHeader(b, uint64(len(b)))
		unmap(b)
		if err == nil {
			return h, nil
		}
	}
	return nil, fmt.Errorf("roll %s: %w", path, err)
}

// Verify checks what Open does not: that every record of the index stands where
// its number belongs, that no two voters share a place, and that each of them
// is found by the look-up that answers questions, at the place the record says.
// It reads the whole index.
func (r *Roll) Verify(ctx context.Context, progress func(done, total uint64)) error {
	taken := make([]uint64, (r.geo.Places+63)/64)
	s := &scratch{}
	done := uint64(0)
	for group := range r.geo.Groups {
		if group%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if progress != nil {
				progress(done, r.geo.Voters)
			}
		}
		p := probe{permuted: group * format.GroupBuckets * r.geo.Width}
		if p.permuted >= format.Space {
			continue
		}
		r.seekGroup(&p)
		for bucket := range uint64(format.GroupBuckets) {
			first, count := r.geo.Run(r.voters, p.start, p.inGroup, bucket)
			last := uint64(0)
			for i := range count {
				record := r.geo.Record(r.voters, first, i)
				permuted := (group*format.GroupBuckets+bucket)*r.geo.Width + record/r.geo.Places
				if permuted >= format.Space || i > 0 && record <= last {
					return fmt.Errorf("group %d, bucket %d: record %d is out of order", group, bucket, i)
				}
				last = record
				q := probe{permuted: permuted}
				r.seekGroup(&q)
				r.seekRun(&q)
				if !r.seekPlace(&q, &s.block) {
					return fmt.Errorf("group %d, bucket %d: record %d is not found again", group, bucket, i)
				}
				if taken[q.place/64]>>(q.place%64)&1 == 1 {
					return fmt.Errorf("two voters stand at place %d of the roll", q.place)
				}
				taken[q.place/64] |= 1 << (q.place % 64)
				q.chunk = r.chunkStart(q.place)
				r.seekList(&q)
				if e := r.entry(&q, s); e.Serial == 0 {
					return fmt.Errorf("the voter at place %d of the roll has no serial", q.place)
				}
				done++
			}
		}
	}
	runtime.KeepAlive(r)
	if done != r.geo.Voters {
		return fmt.Errorf("the index holds %d voters, its header promises %d", done, r.geo.Voters)
	}
	return nil
}
