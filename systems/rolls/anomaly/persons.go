package anomaly

import (
	"strconv"

	"intikhab/platform/database"
	"intikhab/systems/rolls"
)

// Persons gives the voters whom an anomaly is about, by list and serial: of a household or
// an address all who have it in common with its first voter now. What they hold is
// personal: whoever shows it writes that down in the same transaction.
func (s *Store) Persons(tx *database.Tx, k *Kept) (all []rolls.Entry, err error) {
	if !k.Kind.Persons() {
		return nil, nil
	}
	id, err := strconv.ParseInt(k.ID, 10, 64)
	if err != nil {
		return nil, ErrMissing
	}
	first, err := s.cfg.Roll.Get(tx, rolls.VoterID(id))
	if err != nil {
		return nil, err
	}
	if k.Kind != Households && k.Kind != Address || first.Standing != rolls.OnRoll {
		return []rolls.Entry{first}, nil
	}
	place := placeHash(&first)
	err = s.cfg.Roll.Of(tx, first.Block, func(e rolls.Entry) error {
		if k.Kind == Households && e.Household == first.Household || k.Kind == Address && placeHash(&e) == place {
			all = append(all, e)
		}
		return nil
	})
	return all, err
}

func placeHash(e *rolls.Entry) uint64 { return addressHash(addressText(e)) }

// addressText is a voter's address as it is compared: in Urdu where there is such.
func addressText(e *rolls.Entry) string {
	a := e.Address()
	if a.Ur != "" {
		return a.Ur
	}
	return a.En
}
