package figures

import (
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/frozen"
)

// What happened between two rolls.
const (
	added     = "added"
	deleted   = "deleted"
	corrected = "corrected"
)

type changed struct {
	what, why string
	Place
	list geography.Gender
}

// changes counts what came and went since another roll. An addition is an entry that came
// into its block after that roll, a deletion one that stood in it and does not stand there
// any more, or came back: so a move is a deletion in one block and an addition in another,
// and voters then, additions and deletions make the voters now. Entries that a batch had
// brought and its reversal took out as if they had never been are in none of them.
func (p *pass) changes(tx *database.Tx, r, before *Roll, scope frozen.Scope, all map[Place]*counts) error {
	within, err := scope.Rolls()
	if err != nil {
		return err
	}
	blocks, err := p.store.roll.Blocks(tx, within)
	if err != nil {
		return err
	}
	places := make(map[geography.BlockCode]Place, len(blocks))
	for i := range blocks {
		places[blocks[i].Code] = placeOf(&blocks[i])
	}
	sums := map[changed]int64{}
	for place, c := range all {
		for list := range c.entered {
			for i, n := range c.entered[list] {
				if i > 0 && !p.earlier[i-1].Before(before.Made) {
					sums[changed{added, "", place, geography.Gender(list)}] += n
				}
			}
		}
	}
	since, then := before.changes, database.Time{Time: before.Made}
	first := ` FROM rolls_change c JOIN rolls_voter v ON v.id = c.voter WHERE c.id > ? AND c.id = (SELECT MIN(f.id) FROM rolls_change f WHERE f.voter = c.voter AND f.id > ?) AND `
	for _, q := range []struct {
		what, query string
		args        []any
	}{
		{deleted, `SELECT block, list, why, COUNT(*) FROM (SELECT c.block AS block, c.list AS list,
			COALESCE((SELECT d.why FROM rolls_change d WHERE d.voter = c.voter AND d.kind = '` + string(rolls.Deletion) + `' AND d.id > ? ORDER BY d.id DESC LIMIT 1), '') AS why` +
			first + `c.standing = 1 AND c.entered <= ? AND (v.standing = 0 OR v.block <> c.block OR v.list <> c.list OR v.entered > ?)) gone GROUP BY block, list, why`,
			[]any{since, since, since, then, then}},
		// Who was put back to where he was before an earlier roll came without a new day.
		{added, `SELECT v.block, v.list, '', COUNT(*)` + first + `v.standing = 1 AND v.entered <= ? AND (c.standing = 0 OR v.block <> c.block OR v.list <> c.list) AND c.entered <= ?
			GROUP BY v.block, v.list`, []any{since, since, then, then}},
		{corrected, `SELECT c.block, c.list, '', COUNT(DISTINCT c.voter) FROM rolls_change c WHERE c.id > ? AND c.standing = 1 AND c.kind = '` + string(rolls.Correction) + `' GROUP BY c.block, c.list`, []any{since}},
	} {
		err := tx.Scan(q.query, q.args, func(row *database.Row) error {
			if place, ok := places[geography.BlockCode(row.Int64(0))]; ok {
				sums[changed{q.what, row.Text(2), place, geography.Gender(row.Int64(1))}] += row.Int64(3)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	_, err = tx.Bulk("figures_change", []string{"roll", "what", "why", "district", "na", "pa", "list", "n"}, func(yield func([]any, error) bool) {
		for k, n := range sums {
			if n > 0 && !yield([]any{r.ID, k.what, k.why, k.District, string(k.NA), string(k.PA), int64(k.list), n}, nil) {
				return
			}
		}
	})
	return err
}
