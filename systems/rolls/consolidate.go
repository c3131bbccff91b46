package rolls

import (
	"cmp"
	"slices"

	"intikhab/domain/geography"
	"intikhab/platform/database"
)

// Consolidate numbers a block anew, for a print that takes the place of the last one and
// its supplements: households from 1 in the order that they have, without gaps; on each
// list serials from 1, household by household and in each the eldest first (the order is
// a recollection of printed rolls, not read in a rule). What was changed before is history
// of the edition before. It gives the block as it is then.
//
// Serials that are frozen, printed or told to voters are not changed by anybody else.
// Whoever calls it asks the phase of the block first.
func (s *Store) Consolidate(tx *database.Tx, code geography.BlockCode) (Block, error) {
	if err := s.settled(tx); err != nil {
		return Block{}, err
	}
	b, err := s.Block(tx, code)
	if err != nil {
		return b, err
	}
	all, err := s.All(tx, code)
	if err != nil {
		return b, err
	}
	h, err := s.households(tx)
	if err != nil {
		return b, err
	}
	slices.SortFunc(all, inPrint)
	b.Next, b.NextHousehold = [geography.Genders]uint32{1, 1, 1}, 1
	last := uint32(0)
	for i := range all {
		e := &all[i]
		household, serial := e.Household, e.Serial
		if household != last {
			last = household
			b.NextHousehold++
		}
		e.Household, e.Serial = b.NextHousehold-1, b.Next[e.List]
		b.Next[e.List]++
		if e.Household == household && e.Serial == serial {
			continue
		}
		if _, err := tx.Exec(`UPDATE rolls_voter SET serial = ?, household = ? WHERE id = ?`, int64(e.Serial), int64(e.Household), int64(e.ID)); err != nil {
			return b, err
		}
		if hash, shares := h.hash(code, &e.Particulars); shares && e.Household != household {
			if _, err := tx.Exec(`UPDATE rolls_household SET number = ? WHERE hash = ?`, int64(e.Household), hash); err != nil {
				return b, err
			}
		}
	}
	b.Edition, b.Consolidated = b.Edition+1, s.now().UTC()
	_, err = tx.Exec(`UPDATE rolls_block SET edition = ?, consolidated = ? WHERE code = ?`, b.Edition, database.Time{Time: b.Consolidated}, int64(code))
	if err != nil {
		return b, err
	}
	if _, err := tx.Exec(`DELETE FROM rolls_split WHERE block = ?`, int64(code)); err != nil { // its serials are no more
		return b, err
	}
	if err := s.touch(tx); err != nil {
		return b, err
	}
	return b, s.putNumbers(tx, &b)
}

// inPrint is the order of a consolidated roll.
func inPrint(a, b Entry) int {
	return cmp.Or(cmp.Compare(a.Household, b.Household), cmp.Compare(a.Born.Year, b.Born.Year), cmp.Compare(a.Born.Month, b.Born.Month),
		cmp.Compare(a.Born.Day, b.Born.Day), cmp.Compare(a.ID, b.ID))
}
