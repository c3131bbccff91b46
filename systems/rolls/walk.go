package rolls

import (
	"context"
	"runtime"
	"strings"
	"sync"

	"intikhab/domain/geography"
	"intikhab/platform/database"
)

// Workers is how many goroutines Walk calls its function from.
func Workers() int { return runtime.GOMAXPROCS(0) }

// Walk passes once through all blocks of a scope, as one unchanging state of the
// database has them, and gives each with what stands in it, by list and serial. f is called on
// several goroutines; worker is below Workers(), and calls of one worker do not overlap.
// Blocks come in no order. The entries are f's to keep.
//
// Statistics, prints, anomalies and the frozen roll are all made by it, from the same
// entries in the same way.
func (s *Store) Walk(ctx context.Context, db *database.DB, c Scope, f func(worker int, b Block, entries []Entry) error) error {
	return db.View(ctx, func(tx *database.Tx) error { return s.WalkIn(ctx, tx, c, f) })
}

// WalkIn is Walk in a transaction that there is already.
func (s *Store) WalkIn(ctx context.Context, tx *database.Tx, c Scope, f func(worker int, b Block, entries []Entry) error) error {
	blocks, err := s.Blocks(tx, c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	type part struct {
		block Block
		rows  []row
	}
	work := make(chan part, 2*Workers())
	var workers sync.WaitGroup
	for w := range Workers() {
		workers.Go(func() {
			for p := range work {
				if ctx.Err() != nil {
					continue
				}
				entries, err := s.openAll(p.rows)
				if err == nil {
					err = f(w, p.block, entries)
				}
				if err != nil {
					cancel(err)
				}
			}
		})
	}
	err = readBlocks(tx, blocks, func(b Block, rows []row) error {
		select {
		case work <- part{b, rows}:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	close(work)
	workers.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

func (s *Store) openAll(rows []row) (all []Entry, err error) {
	all = make([]Entry, len(rows))
	for i, r := range rows {
		if all[i], err = s.open(r); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// several is how many blocks one query reads: PostgreSQL sorts what it reads, and does so in
// memory (work_mem, 4 MiB as it comes) as long as that is not more than some thousand voters.
const several = 6

// readBlocks gives the rows of each block to f, the empty ones' too.
func readBlocks(tx *database.Tx, blocks []Block, f func(Block, []row) error) error {
	for some := range chunks(blocks, several) {
		if err := readSome(tx, some, f); err != nil {
			return err
		}
	}
	return nil
}

func readSome(tx *database.Tx, some []Block, f func(Block, []row) error) error {
	args := make([]any, len(some))
	for i, b := range some {
		args[i] = int64(b.Code)
	}
	var part []row
	flush := func(until geography.BlockCode) error { // all blocks below until are complete
		for len(some) > 0 && some[0].Code < until {
			if err := f(some[0], part); err != nil {
				return err
			}
			some, part = some[1:], nil
		}
		return nil
	}
	err := tx.Scan(`SELECT `+voterColumns+` FROM rolls_voter WHERE block IN (?`+strings.Repeat(`, ?`, len(some)-1)+`) AND standing = 1
		ORDER BY block, list, serial`, args, func(values *database.Row) error {
		r := fastRow(values)
		if err := flush(r.Block); err != nil {
			return err
		}
		part = append(part, r)
		return nil
	})
	if err != nil {
		return err
	}
	return flush(geography.BlockCodeLimit)
}
