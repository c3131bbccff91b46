package freeze

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sort"

	"intikhab/domain/geography"
	"intikhab/systems/voterinfo/rollindex/rollfile"
)

// A row by block: number (44 bits), block within its partition (18) and gender
// (2) in eight bytes, then serial, household and line in four each.
const blockRowBytes = 20

// firstBlock returns the first block of a partition.
func (f *freezer) firstBlock(partition int) int {
	return (partition*len(f.areas) + partitions - 1) / partitions
}

// read sorts the voters' rows into the partitions of their blocks.
func (f *freezer) read(into *spill) error {
	writers := make([]*writer, f.workers)
	codes := make([]geography.BlockCode, len(f.areas))
	for i, a := range f.areas {
		codes[i] = a.Block
	}
	if f.firstBlock(1) >= 1<<18 {
		return fmt.Errorf("%d areas are more than an index can hold", len(f.areas))
	}
	find := newBlockFinder(codes)
	r := rollfile.VotersReader{Path: f.Voters, Columns: f.Columns}
	for w := range f.workers {
		writers[w] = into.writer()
	}
	problem := func(p rollfile.Problem) error {
		f.rejected++
		return f.rejects.add(p)
	}
	// Workers find unknown blocks side by side; one goroutine writes them down.
	var written error
	done := make(chan struct{})
	problems := make(chan rollfile.Problem, 64)
	go func() {
		defer close(done)
		for p := range problems {
			if written == nil {
				written = problem(p)
			}
		}
	}()
	r.Problem = func(p rollfile.Problem) error { problems <- p; return nil }
	r.Progress = func(n, total int64) { f.progress(Reading, uint64(n), uint64(total)) }
	r.Rows = func(worker int, rows []rollfile.Voter) error {
		for i := range rows {
			v := &rows[i]
			block, ok := find.find(v.Block)
			if !ok {
				problems <- rollfile.Problem{
					File: filepath.Base(f.Voters), Line: v.Line, Code: "unknown_block",
					Reason: fmt.Sprintf("block %v is not in the areas file", v.Block), Row: rowText(v),
				}
				continue
			}
			if v.Line >= 1<<32 {
				return fmt.Errorf("%s has more than %d lines", filepath.Base(f.Voters), uint64(1)<<32)
			}
			partition := block * partitions / len(f.areas)
			b, err := writers[worker].row(uint64(partition))
			if err != nil {
				return err
			}
			within := uint64(block - f.firstBlock(partition))
			binary.LittleEndian.PutUint64(b, v.CNIC.RevealUint64()<<20|within<<2|uint64(v.Gender))
			binary.LittleEndian.PutUint32(b[8:], v.Serial)
			binary.LittleEndian.PutUint32(b[12:], v.Household)
			binary.LittleEndian.PutUint32(b[16:], uint32(v.Line))
		}
		return nil
	}
	err := r.Read(f.ctx)
	close(problems)
	<-done
	if err == nil {
		err = written
	}
	for _, w := range writers {
		if err == nil {
			err = w.finish()
		}
	}
	return err
}

// rowText is a voter's row as the voters file would have it: it goes to the
// rejects file, which is for the eyes of those who gave the roll.
func rowText(v *rollfile.Voter) string {
	return fmt.Sprintf("%s,%v,%v,%d,%d", v.CNIC.Reveal(), v.Block, v.Gender, v.Serial, v.Household)
}

// blockFinder finds a block's row among the areas. Rows of one block mostly
// come together, so a table over the codes' first digits leaves a short search.
type blockFinder struct {
	codes []geography.BlockCode
	heads []int32 // by code / headWidth: the first row at or above it
}

const headWidth = 1000

func newBlockFinder(codes []geography.BlockCode) *blockFinder {
	b := &blockFinder{codes: codes, heads: make([]int32, int(geography.BlockCodeLimit)/headWidth+2)}
	for i := range b.heads {
		at := geography.BlockCode(min(i*headWidth, int(geography.BlockCodeLimit)))
		b.heads[i] = int32(sort.Search(len(codes), func(j int) bool { return codes[j] >= at }))
	}
	return b
}

func (b *blockFinder) find(code geography.BlockCode) (int, bool) {
	lo, hi := b.heads[code/headWidth], b.heads[code/headWidth+1]
	for lo < hi {
		mid := (lo + hi) / 2
		if b.codes[mid] < code {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return int(lo), int(lo) < len(b.codes) && b.codes[lo] == code
}
