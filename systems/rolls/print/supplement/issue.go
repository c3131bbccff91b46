package supplement

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/systems/rolls"
)

//go:embed migrations
var migrations embed.FS

// Migrate makes the table.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "supplement", dir)
}

var (
	// ErrNothing says that nothing has changed since the last print or supplement.
	ErrNothing = errors.New("nothing has changed since the last print or supplement: there is nothing to issue")
	// ErrUnprinted says that there is no print yet that a supplement could belong to.
	ErrUnprinted = errors.New("this block was never consolidated for a print, and so has no supplements")
)

// Issue issues the next supplement of a block, with all that changed since the last one,
// and gives it. After the transaction its number and its content stay.
func Issue(tx *database.Tx, store *rolls.Store, code geography.BlockCode, officer string) (Supplement, error) {
	b, err := store.Block(tx, code)
	if err != nil {
		return Supplement{}, err
	}
	if b.Edition == 0 {
		return Supplement{}, fmt.Errorf("block %v: %w", code, ErrUnprinted)
	}
	entries, err := store.All(tx, code)
	if err != nil {
		return Supplement{}, err
	}
	all, err := Read(tx, store, &b, entries)
	if err != nil {
		return Supplement{}, err
	}
	next := all[len(all)-1]
	if next.Empty() {
		return next, fmt.Errorf("block %v: %w", code, ErrNothing)
	}
	next.Number = int64(len(all))
	_, err = tx.Exec(`INSERT INTO supplement_issued (id, block, edition, number, until, officer) VALUES (?, ?, ?, ?, ?, ?)`,
		fmt.Sprintf("%v-%d-%d", code, b.Edition, next.Number), int64(code), b.Edition, next.Number, database.Time{Time: next.Until}, officer)
	return next, err
}

// Read gives the supplements of a block's edition that were issued, by number, and
// behind them, with number 0, what has changed since. entries are those that stand in
// the block. A block that was never consolidated has no print that anything could be a
// supplement to.
func Read(tx *database.Tx, store *rolls.Store, b *rolls.Block, entries []rolls.Entry) ([]Supplement, error) {
	ends, err := issued(tx, b)
	if err != nil {
		return nil, err
	}
	changes, err := store.Changes(tx, b.Code)
	if err != nil {
		return nil, err
	}
	if changes, err = returned(tx, store, b, entries, changes); err != nil {
		return nil, err
	}
	var all []Supplement
	now := store.Now().UTC().Truncate(time.Microsecond)
	from := b.Consolidated
	if b.Edition == 0 {
		from = now
	}
	for i, until := range append(ends, now) {
		s := Between(entries, changes, from, until)
		s.Block, s.Edition, s.Number = b.Code, b.Edition, int64(i+1)
		all, from = append(all, s), until
	}
	all[len(all)-1].Number = 0
	return all, nil
}

func issued(tx *database.Tx, b *rolls.Block) (ends []time.Time, err error) {
	rows, err := tx.Query(`SELECT until FROM supplement_issued WHERE block = ? AND edition = ? ORDER BY number`, int64(b.Code), b.Edition)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var until database.Time
		if err := rows.Scan(&until); err != nil {
			return nil, err
		}
		ends = append(ends, until.Time)
	}
	return ends, rows.Err()
}

// returned adds what a block's own changes do not tell: that somebody who had moved away
// was put back into the old place, since that is a change of the other list.
func returned(tx *database.Tx, store *rolls.Store, b *rolls.Block, entries []rolls.Entry, changes []rolls.Change) ([]rolls.Change, error) {
	own := len(changes)
	for _, one := range stays(entries, changes[:own:own]) {
		if n := len(one.changes); one.now == nil && n < 2 || n == 0 {
			continue
		}
		for i, c := range one.changes {
			next := i+1 == len(one.changes)
			if c.Kind != rolls.Deletion || next && one.now == nil || !next && one.changes[i+1].Before.Standing == rolls.Off {
				continue
			}
			history, err := store.History(tx, c.Before.ID)
			if err != nil {
				return nil, err
			}
			k := slices.IndexFunc(history, func(h rolls.Change) bool {
				return h.ID > c.ID && h.Why == rolls.Restored && (h.Before.Block != b.Code || h.Before.List != c.Before.List || h.Before.Serial != c.Before.Serial)
			})
			if k < 0 {
				return nil, fmt.Errorf("block %v, serial %d: the entry left and is there, and nothing says when it came back", b.Code, c.Before.Serial)
			}
			came := c.Before
			came.Standing = rolls.Off
			changes = append(changes, rolls.Change{ID: history[k].ID, Kind: rolls.Correction, Why: rolls.Restored, Edition: c.Edition, At: history[k].At, Before: came})
		}
	}
	return changes, nil
}
