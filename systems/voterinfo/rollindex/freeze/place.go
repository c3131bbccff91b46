package freeze

import (
	"cmp"
	"encoding/binary"
	"slices"

	"intikhab/systems/voterinfo/rollindex/ff1"
	"intikhab/systems/voterinfo/rollindex/format"
)

// A row by number: permuted number (8 bytes), place and line (4 each).
const numberRowBytes = 16

// placed is a voter's row in memory, in a partition of blocks.
type placed struct {
	list      uint64 // block within the partition·4 + gender, then the serial
	household uint32
	line      uint32
	number    uint64
}

// trainPartitions is how many partitions' lists make the code of a large roll.
const trainPartitions = 16

// place sorts each partition's lists, which gives every voter a place; writes
// the lists; and sorts the voters by permuted number into the other spill.
func (f *freezer) place(from, into *spill) error {
	if err := f.train(from); err != nil {
		return err
	}
	var before [partitions + 1]uint64
	for p, n := range from.rows {
		before[p+1] = before[p] + n
	}
	type worker struct {
		raw     []byte
		writer  *writer
		scratch ff1.Scratch
	}
	workers := make([]worker, f.workers)
	for i := range workers {
		workers[i].writer = into.writer()
	}
	lists := format.ListWriter{Code: f.code}
	f.lists = make([]uint32, 1, 3*len(f.areas)+1)
	list := []format.Voter{}
	err := inOrder(partitions, f.workers, func(w, p int) ([]placed, error) {
		rows, err := f.sorted(from, p, &workers[w].raw)
		if err != nil {
			return nil, err
		}
		return rows, f.emit(rows, before[p], &workers[w].scratch, workers[w].writer)
	}, func(p int, rows []placed) error {
		f.progress(Placing, before[p], f.places)
		if err := f.ctx.Err(); err != nil {
			return err
		}
		for block := range uint64(f.firstBlock(p+1) - f.firstBlock(p)) {
			for gender := range uint64(3) {
				list = list[:0]
				for len(rows) > 0 && rows[0].list>>32 == block<<2|gender {
					list = append(list, format.Voter{Serial: uint32(rows[0].list), Household: rows[0].household})
					rows = rows[1:]
				}
				if err := lists.Write(list); err != nil {
					return err
				}
				f.lists = append(f.lists, f.lists[len(f.lists)-1]+uint32(len(list)))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range workers {
		if err := workers[i].writer.finish(); err != nil {
			return err
		}
	}
	lists.Houses.Flush()
	f.houses, f.chunks = lists.Houses.Bytes, lists.Chunks
	return f.writeLists()
}

// sorted reads a partition and puts it into the roll's order.
func (f *freezer) sorted(from *spill, p int, raw *[]byte) (rows []placed, err error) {
	if *raw, err = from.read(p, (*raw)[:0]); err != nil {
		return nil, err
	}
	rows = make([]placed, 0, len(*raw)/blockRowBytes)
	for b := *raw; len(b) > 0; b = b[blockRowBytes:] {
		head := binary.LittleEndian.Uint64(b)
		rows = append(rows, placed{
			list:      head&(1<<20-1)<<32 | uint64(binary.LittleEndian.Uint32(b[8:])),
			household: binary.LittleEndian.Uint32(b[12:]),
			line:      binary.LittleEndian.Uint32(b[16:]),
			number:    head >> 20,
		})
	}
	slices.SortFunc(rows, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.list, b.list), cmp.Compare(a.household, b.household), cmp.Compare(a.number, b.number), cmp.Compare(a.line, b.line))
	})
	return rows, nil
}

// train makes the lists' code from the lists of some partitions, of all where
// the roll is small.
func (f *freezer) train(from *spill) error {
	step := partitions / trainPartitions
	if f.places < 2_000_000 {
		step = 1
	}
	trainer := format.NewTrainer()
	var raw []byte
	list := []format.Voter{}
	for p := 0; p < partitions; p += step {
		rows, err := f.sorted(from, p, &raw)
		if err != nil {
			return err
		}
		for len(rows) > 0 {
			list = list[:0]
			at := rows[0].list >> 32
			for len(rows) > 0 && rows[0].list>>32 == at {
				list = append(list, format.Voter{Serial: uint32(rows[0].list), Household: rows[0].household})
				rows = rows[1:]
			}
			trainer.See(list)
		}
	}
	var err error
	f.code, err = trainer.Code()
	return err
}

// emit sends a sorted partition's voters on under their permuted numbers.
func (f *freezer) emit(rows []placed, first uint64, s *ff1.Scratch, w *writer) error {
	var permuted [ff1.BatchSize]uint64
	for i := 0; i < len(rows); i += ff1.BatchSize {
		batch := rows[i:min(i+ff1.BatchSize, len(rows))]
		for j := range batch {
			permuted[j] = batch[j].number
		}
		f.masks.Permute.EncryptBatch(s, permuted[:len(batch)])
		for j := range batch {
			group, _, _ := f.geo.Locate(permuted[j])
			b, err := w.row(group * partitions / f.geo.Groups)
			if err != nil {
				return err
			}
			binary.LittleEndian.PutUint64(b, permuted[j])
			binary.LittleEndian.PutUint32(b[8:], uint32(first)+uint32(i+j))
			binary.LittleEndian.PutUint32(b[12:], batch[j].line)
		}
	}
	return nil
}

// writeLists writes the sections that stand in the order of places. The code
// words are kept, unmasked, to name repeated rows in full.
func (f *freezer) writeLists() error {
	for len(f.houses)%16 != 0 || len(f.houses) == 0 {
		f.houses = append(f.houses, 0)
	}
	masked := make([]byte, len(f.houses))
	var block [16]byte
	f.masks.Houses.XOR(&block, masked, f.houses, 0)
	f.houses = append(f.houses, make([]byte, format.Padding)...)
	chunks := make([]byte, len(f.chunks))
	f.masks.Chunks.XOR(&block, chunks, f.chunks, 0)
	lists := make([]byte, 0, 4*len(f.lists))
	for _, n := range f.lists {
		lists = binary.LittleEndian.AppendUint32(lists, n)
	}
	f.masks.Lists.XOR(&block, lists, lists, 0)
	for _, s := range []struct {
		name string
		b    []byte
	}{{"code", f.code.Append(nil)}, {"lists", lists}, {"chunks", chunks}, {"houses", masked}} {
		if err := f.out.section(s.name, s.b); err != nil {
			return err
		}
	}
	return nil
}
