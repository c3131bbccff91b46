package freeze

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sort"
	"sync/atomic"

	"intikhab/domain/geography"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/rollfile"
)

// A row by block: number (44 bits), block within its partition (18) and gender
// (2) in eight bytes, then serial, household and line in four each.
const blockRowBytes = 20

// firstBlock returns the first block of a partition.
func (f *freezer) firstBlock(partition int) int {
	return (partition*len(f.areas) + partitions - 1) / partitions
}

// reading is one worker's part of reading the voters.
type reading struct {
	*freezer
	blocks *blockFinder
	out    *writer
	sum    *rollindex.Sum
}

// read sorts the voters' rows into the partitions of their blocks, and makes the
// masks that this roll is given.
func (f *freezer) read(into *spill) error {
	codes := make([]geography.BlockCode, len(f.areas))
	for i, a := range f.areas {
		codes[i] = a.Block
	}
	if f.firstBlock(1) >= 1<<18 {
		return fmt.Errorf("%d areas are more than an index can hold", len(f.areas))
	}
	blocks := newBlockFinder(codes)
	workers := make([]reading, f.workers)
	for w := range workers {
		workers[w] = reading{f, blocks, into.writer(), rollindex.NewSum(f.Key)}
	}
	// Workers find problems side by side; one goroutine writes them down.
	var written error
	done := make(chan struct{})
	problems := make(chan rollfile.Problem, 64)
	go func() {
		defer close(done)
		for p := range problems {
			f.rejected++
			if written == nil {
				written = f.rejects.add(p)
			}
		}
	}()
	add := func(worker int, rows []rollfile.Voter) error {
		for i := range rows {
			p, err := workers[worker].add(&rows[i])
			if err != nil {
				return err
			}
			if p != nil {
				problems <- *p
			}
		}
		return nil
	}
	r := rollfile.VotersReader{Path: f.Voters, Columns: f.Columns,
		Problem:  func(p rollfile.Problem) error { problems <- p; return nil },
		Progress: func(n, total int64) { f.progress(Reading, uint64(n), uint64(total)) },
		Rows:     add,
	}
	var err error
	if f.Source != nil {
		var done atomic.Uint64
		err = f.Source.Voters(f.ctx, func(worker int, rows []rollfile.Voter) error {
			f.progress(Reading, done.Add(uint64(len(rows))), f.Source.Total)
			return add(worker, rows)
		})
	} else {
		err = r.Read(f.ctx)
	}
	close(problems)
	<-done
	if err == nil {
		err = written
	}
	sum := rollindex.NewSum(f.Key)
	for _, w := range workers {
		if err == nil {
			err = w.out.finish()
		}
		sum.Merge(w.sum)
	}
	f.salt = f.Key.NewSalt(f.Name, f.Date, sum)
	f.masks = rollindex.NewMasks(f.Key, f.salt)
	return err
}

// add takes one row, or says why it cannot.
func (r *reading) add(v *rollfile.Voter) (*rollfile.Problem, error) {
	block, ok := r.blocks.find(v.Block)
	if !ok {
		return &rollfile.Problem{
			File: filepath.Base(r.Voters), Line: v.Line, Code: "unknown_block",
			Reason: fmt.Sprintf("block %v is not in the areas file", v.Block), Row: rowText(v),
		}, nil
	}
	if v.Line >= 1<<32 {
		return nil, fmt.Errorf("%s has more than %d lines", filepath.Base(r.Voters), uint64(1)<<32)
	}
	partition := block * partitions / len(r.areas)
	b, err := r.out.row(uint64(partition))
	if err != nil {
		return nil, err
	}
	within := uint64(block - r.firstBlock(partition))
	number := v.CNIC.RevealUint64()
	binary.LittleEndian.PutUint64(b, number<<20|within<<2|uint64(v.Gender))
	binary.LittleEndian.PutUint32(b[8:], v.Serial)
	binary.LittleEndian.PutUint32(b[12:], v.Household)
	binary.LittleEndian.PutUint32(b[16:], uint32(v.Line))
	r.sum.Add(number, uint32(v.Block), uint32(v.Gender), v.Serial, v.Household)
	return nil, nil
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
