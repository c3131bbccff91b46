package freeze

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"sort"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/systems/voterinfo/rollindex/ff1"
	"intikhab/systems/voterinfo/rollindex/format"
	"intikhab/systems/voterinfo/rollindex/rollfile"
)

// numbered is a voter's row in a partition of permuted numbers.
type numbered struct {
	permuted    uint64
	place, line uint32
}

// write sorts each partition of numbers, drops repeated ones and writes the
// sections voters and groups.
func (f *freezer) write(from *spill) error {
	if err := f.out.begin("voters"); err != nil {
		return err
	}
	raw := make([][]byte, f.workers)
	e := groupEncoder{freezer: f, groups: make([]byte, 0, 4*(f.geo.Groups+1))}
	done := uint64(0)
	err := inOrder(partitions, f.workers, func(w, p int) (rows []numbered, err error) {
		if raw[w], err = from.read(p, raw[w][:0]); err != nil {
			return nil, err
		}
		rows = make([]numbered, 0, len(raw[w])/numberRowBytes)
		for b := raw[w]; len(b) > 0; b = b[numberRowBytes:] {
			rows = append(rows, numbered{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:])})
		}
		slices.SortFunc(rows, func(a, b numbered) int {
			return cmp.Or(cmp.Compare(a.permuted, b.permuted), cmp.Compare(a.line, b.line))
		})
		return rows, nil
	}, func(p int, rows []numbered) error {
		f.progress(Writing, done, f.places)
		done += uint64(len(rows))
		if err := f.ctx.Err(); err != nil {
			return err
		}
		kept, err := f.unique(rows)
		if err != nil {
			return err
		}
		// The partition's groups: those whose number·partitions/Groups is p.
		first := (uint64(p)*f.geo.Groups + partitions - 1) / partitions
		end := (uint64(p+1)*f.geo.Groups + partitions - 1) / partitions
		return e.encode(first, end, kept)
	})
	if err != nil {
		return err
	}
	e.groups = binary.LittleEndian.AppendUint32(e.groups, uint32(f.voters))
	e.bits.Flush()
	e.bits.Bytes = append(e.bits.Bytes, make([]byte, format.Padding)...)
	if _, err := f.out.Write(e.bits.Bytes); err != nil {
		return err
	}
	f.out.end()
	f.progress(Writing, f.places, f.places)
	return f.out.section("groups", e.groups)
}

// groupEncoder writes groups in their order.
type groupEncoder struct {
	*freezer
	bits             format.BitWriter
	groups           []byte
	permuted, masked []uint64
	block            [16]byte
}

func (e *groupEncoder) encode(first, end uint64, rows []numbered) error {
	for group := first; group < end; group++ {
		e.groups = binary.LittleEndian.AppendUint32(e.groups, uint32(e.voters))
		e.permuted, e.masked = e.permuted[:0], e.masked[:0]
		limit := (group + 1) * format.GroupBuckets * e.geo.Width
		for len(rows) > 0 && rows[0].permuted < limit {
			mask := e.masks.Place(&e.block, rows[0].permuted) % e.geo.Places
			e.permuted = append(e.permuted, rows[0].permuted)
			e.masked = append(e.masked, (uint64(rows[0].place)+mask)%e.geo.Places)
			rows = rows[1:]
		}
		if err := e.geo.AppendGroup(&e.bits, group, e.permuted, e.masked); err != nil {
			return err
		}
		e.voters += uint64(len(e.permuted))
		if len(e.bits.Bytes) > 1<<20 {
			if _, err := e.out.Write(e.bits.Bytes); err != nil {
				return err
			}
			e.bits.Bytes = e.bits.Bytes[:0]
		}
	}
	if len(rows) > 0 {
		return fmt.Errorf("number %d of a partition is outside of it", len(rows))
	}
	return nil
}

// unique keeps, of each number, the row that stands first in the file, and
// reports the others beside it.
func (f *freezer) unique(rows []numbered) ([]numbered, error) {
	kept := rows[:0]
	for i, r := range rows {
		if i == 0 || r.permuted != kept[len(kept)-1].permuted {
			kept = append(kept, r)
			continue
		}
		first := kept[len(kept)-1]
		f.rejected++
		err := f.rejects.add(rollfile.Problem{
			File: filepath.Base(f.Voters), Line: int64(r.line), Code: "cnic_twice", Row: f.row(r),
			Reason: fmt.Sprintf("the same number stands on line %d, which is in the index; this row is not", first.line),
			Other:  fmt.Sprintf("line %d: %s", first.line, f.row(first)),
		})
		if err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// row is a row of the voters file, put together again from where it has gone.
func (f *freezer) row(r numbered) string {
	list := sort.Search(len(f.lists)-1, func(i int) bool { return f.lists[i+1] > r.place })
	excess, household := f.code.Read(plain(f.houses), format.ChunkStart(f.chunks, uint64(r.place)), uint64(r.place)%format.ChunkPlaces)
	var s ff1.Scratch
	number, err := cnic.FromUint64(f.masks.Permute.Decrypt(&s, r.permuted))
	if err != nil {
		return err.Error() // not for a number that was read as one
	}
	return rowText(&rollfile.Voter{
		CNIC: number, Block: f.areas[list/3].Block, Gender: geography.Gender(list % 3),
		Serial: uint32(excess + 1 + int64(r.place-f.lists[list])), Household: household,
	})
}

// plain is the houses section before it is masked.
type plain []byte

// Load57 implements format.Stream.
func (p plain) Load57(pos uint64) uint64 { return format.Load57(p, min(pos, uint64(len(p)-8)*8)) }
