package rolls

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"intikhab/domain/geography"
	"intikhab/platform/database"
)

// An Addition is one person who is put on a list, by the thousand.
type Addition struct {
	Block geography.BlockCode
	List  List
	Particulars
}

// A Loader adds many persons who have never stood in the roll: whoever uses it has looked
// for each CNIC. Prepare numbers and seals a part while the part before is being written.
// Its caches hold only as long as nobody else adds to the same blocks; when Write fails
// with ErrChanged, begin a new loader with the part that failed.
type Loader struct {
	s       *Store
	db      *database.DB
	cause   Cause
	homes   households
	blocks  map[geography.BlockCode]*loading
	found   map[int64]uint32 // households by hash
	next    int64            // voters' numbers that are reserved
	end     int64
	filling bool // the indexers see the whole roll afterwards
}

// Refresh forgets what the loader knows of blocks and households, so that what others
// have added to them meanwhile counts. No part may be under way.
func (l *Loader) Refresh() { clear(l.blocks); clear(l.found) }

type loading struct {
	Block
	written int64 // version in the database after the parts that were prepared
	fresh   bool  // had no household before this loader
}

// reserved is how many voters' numbers a loader takes at once. Those that it does not
// use stay unused.
const reserved = 1_000_000

// Loader begins to load for a cause.
func (s *Store) Loader(ctx context.Context, db *database.DB, cause Cause) (*Loader, error) {
	l := &Loader{s: s, db: db, cause: cause, blocks: make(map[geography.BlockCode]*loading), found: make(map[int64]uint32)}
	err := db.Update(ctx, func(tx *database.Tx) (err error) {
		if l.homes, err = s.households(tx); err != nil {
			return err
		}
		l.filling, err = s.Filling(tx)
		return err
	})
	return l, err
}

// A Part is additions that are ready to be written.
type Part struct {
	entries []Entry
	sealed  [][]byte
	indexes [][]byte
	blocks  []loaded
	homes   []home
}

type loaded struct {
	Block
	was int64
}

type home struct {
	hash   int64
	number uint32
}

// Len is how many persons are in the part.
func (p *Part) Len() int { return len(p.entries) }

// Prepare numbers and seals additions, in their order. Parts are to be written in the
// order in which they were prepared, each once.
func (l *Loader) Prepare(ctx context.Context, additions []Addition) (*Part, error) {
	if err := l.read(ctx, additions); err != nil {
		return nil, err
	}
	p := &Part{entries: make([]Entry, len(additions)), sealed: make([][]byte, len(additions)), indexes: make([][]byte, len(additions))}
	at := database.Time{Time: l.s.now()}.UTC()
	touched := make(map[geography.BlockCode]int64)
	for i, a := range additions {
		b := l.blocks[a.Block]
		if b == nil {
			return nil, fmt.Errorf("%v: %w", a.Block, ErrNoBlock)
		}
		if a.List > geography.X {
			return nil, fmt.Errorf("there is no list %v", a.List)
		}
		if _, ok := touched[a.Block]; !ok {
			touched[a.Block] = b.written
		}
		if l.next == l.end {
			return nil, fmt.Errorf("more than %d persons in a part", reserved)
		}
		e := Entry{ID: VoterID(l.next), Block: a.Block, List: a.List, Serial: b.Next[a.List], Standing: OnRoll, Entered: at, Cause: l.cause, Version: 1, Particulars: a.Particulars}
		l.next++
		b.Next[a.List]++
		hash, shares := l.homes.hash(a.Block, &a.Particulars)
		if shares {
			e.Household = l.found[hash]
		}
		if e.Household == 0 {
			e.Household = b.NextHousehold
			b.NextHousehold++
			if shares {
				l.found[hash] = e.Household
				p.homes = append(p.homes, home{hash, e.Household})
			}
		}
		p.entries[i] = e
	}
	for code, was := range touched {
		b := l.blocks[code]
		p.blocks = append(p.blocks, loaded{b.Block, was})
		b.written++
	}
	l.seal(p)
	return p, nil
}

// seal does the ciphers' work on all cores.
func (l *Loader) seal(p *Part) {
	var workers sync.WaitGroup
	n, of := len(p.entries), Workers()
	for w := range of {
		workers.Go(func() {
			var plain []byte
			for i := n * w / of; i < n*(w+1)/of; i++ {
				e := &p.entries[i]
				plain = e.Encode(plain[:0])
				p.sealed[i] = l.s.keys.Seal(voterTable, voterSealed, e.ID.String(), plain)
				p.indexes[i] = l.s.keys.Index(cnicIndex, e.CNIC.Reveal())
			}
		})
	}
	workers.Wait()
}

// read reads the blocks that a part is the first to need, the households that it may
// belong to, and takes numbers for its voters.
func (l *Loader) read(ctx context.Context, additions []Addition) error {
	if int64(len(additions)) > l.end-l.next {
		err := l.db.Update(ctx, func(tx *database.Tx) error {
			first, err := reserve(tx, "voter", max(reserved, len(additions)))
			l.next, l.end = first, first+int64(max(reserved, len(additions)))
			return err
		})
		if err != nil {
			return err
		}
	}
	return l.db.View(ctx, func(tx *database.Tx) error {
		if err := l.readBlocks(tx, additions); err != nil {
			return err
		}
		return l.readHouseholds(tx, additions)
	})
}

// readBlocks reads the blocks that are not known yet.
func (l *Loader) readBlocks(tx *database.Tx, additions []Addition) error {
	missing := make(map[geography.BlockCode]bool)
	for i := range additions {
		if code := additions[i].Block; l.blocks[code] == nil {
			missing[code] = true
		}
	}
	if len(missing) == 0 {
		return nil
	}
	blocks, err := l.s.Blocks(tx, Scope{Blocks: slices.Sorted(maps.Keys(missing))})
	if err != nil {
		return err
	}
	for _, b := range blocks {
		l.blocks[b.Code] = &loading{Block: b, written: b.version, fresh: b.NextHousehold == 1}
	}
	return nil
}

// readHouseholds reads the numbers that households of these persons have already.
func (l *Loader) readHouseholds(tx *database.Tx, additions []Addition) error {
	seen := make(map[int64]bool)
	var unknown []any
	for i := range additions {
		a := &additions[i]
		if b := l.blocks[a.Block]; b == nil || b.fresh {
			continue
		}
		hash, shares := l.homes.hash(a.Block, &a.Particulars)
		if _, known := l.found[hash]; shares && !known && !seen[hash] {
			seen[hash] = true
			unknown = append(unknown, hash)
		}
	}
	for some := range chunks(unknown, inOne) {
		err := tx.Scan(`SELECT hash, number FROM rolls_household WHERE hash IN (?`+strings.Repeat(`, ?`, len(some)-1)+`)`, some, func(r *database.Row) error {
			l.found[r.Int64(0)] = uint32(r.Int64(1))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Write writes a part. After the transaction it is all there; it fails with ErrChanged
// if somebody else has added to one of the blocks meanwhile.
func (l *Loader) Write(tx *database.Tx, p *Part) error {
	for _, b := range p.blocks {
		b.version = b.was
		if err := l.s.putNumbers(tx, &b.Block); err != nil {
			return err
		}
	}
	_, err := tx.Bulk("rolls_household", []string{"hash", "number"}, func(yield func([]any, error) bool) {
		for _, h := range p.homes {
			if !yield([]any{h.hash, int64(h.number)}, nil) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	columns := []string{"id", "cnic_index", "block", "list", "serial", "household", "standing", "entered", "cause", "version", "particulars"}
	line := make([]any, len(columns))
	_, err = tx.Bulk(voterTable, columns, func(yield func([]any, error) bool) {
		for i := range p.entries {
			e := &p.entries[i]
			line[0], line[1], line[2], line[3], line[4], line[5] = int64(e.ID), p.indexes[i], int64(e.Block), int64(e.List), int64(e.Serial), int64(e.Household)
			line[6], line[7], line[8], line[9], line[10] = int64(e.Standing), database.Time{Time: e.Entered}, string(e.Cause), e.Version, p.sealed[i]
			if !yield(line, nil) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	if l.filling {
		return l.s.touch(tx)
	}
	return l.s.index(tx, p.entries...)
}
