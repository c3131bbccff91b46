package rolls

import (
	"context"
	"errors"

	"intikhab/platform/database"
)

// ErrFilling says that an empty roll is being filled, and has no index to find anybody by.
var ErrFilling = errors.New("the roll is being filled for the first time: wait until that is done")

// The indexes of migrations/0001_rolls.sql that are made after an empty roll was filled.
var filled = []struct{ name, create string }{
	{"rolls_voter_cnic", `CREATE UNIQUE INDEX rolls_voter_cnic ON rolls_voter (cnic_index)`},
	{"rolls_voter_place", `CREATE INDEX rolls_voter_place ON rolls_voter (block, list, serial)`},
}

// Filling tells whether the roll is being filled.
func (s *Store) Filling(tx *database.Tx) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT COUNT(*) FROM rolls_counter WHERE name = 'filling'`).Scan(&n)
	return n > 0, err
}

// settled is ErrFilling while the roll is being filled.
func (s *Store) settled(tx *database.Tx) error {
	filling, err := s.Filling(tx)
	if err == nil && filling {
		err = ErrFilling
	}
	return err
}

// Empty tells whether nobody has ever stood in the roll.
func (s *Store) Empty(tx *database.Tx) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT COUNT(*) FROM (SELECT 1 FROM rolls_voter LIMIT 1) AS one`).Scan(&n)
	return n == 0, err
}

// Unindexed tells whether the roll was filled and its indexers have not seen it yet.
func (s *Store) Unindexed(tx *database.Tx) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT COUNT(*) FROM rolls_counter WHERE name = 'unindexed'`).Scan(&n)
	return n > 0, err
}

// Reindex has the indexers see a roll that was filled, once; of another it does nothing.
// It may be stopped at any instant and called again.
func (s *Store) Reindex(ctx context.Context, db *database.DB) error {
	due := false
	err := db.View(ctx, func(tx *database.Tx) error {
		filling, err := s.Filling(tx)
		if err != nil || filling {
			return err
		}
		due, err = s.Unindexed(tx)
		return err
	})
	if err != nil || !due {
		return err
	}
	for _, one := range s.indexes {
		if err := one.Rebuild(ctx, db); err != nil {
			return err
		}
	}
	return db.Update(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(`DELETE FROM rolls_counter WHERE name = 'unindexed'`)
		return err
	})
}

// Fill takes the indexes off an empty roll, since millions of rows go in many times as
// fast without them. Until Filled, everything that looks for somebody is slow, and
// nothing keeps a person single: only a Loader whose caller holds every CNIC once may
// write, and all else that changes an entry or a number is ErrFilling. It survives a crash: the roll is filling until Filled.
func (s *Store) Fill(tx *database.Tx) error {
	empty, err := s.Empty(tx)
	if err != nil {
		return err
	}
	if !empty {
		return errors.New("only an empty roll can be filled: this one has voters")
	}
	for _, index := range filled {
		if _, err := tx.Exec(`DROP INDEX IF EXISTS ` + index.name); err != nil {
			return err
		}
	}
	_, err = tx.Exec(`INSERT INTO rolls_counter (name, next) VALUES ('filling', 1), ('unindexed', 1) ON CONFLICT (name) DO NOTHING`)
	return err
}

// Filled makes the indexes; Reindex is due then. It fails, and the roll stays filling, if a person is in it
// twice.
func (s *Store) Filled(tx *database.Tx) error {
	for _, index := range filled {
		if _, err := tx.Exec(`DROP INDEX IF EXISTS ` + index.name); err != nil {
			return err
		}
		if err := tx.CreateIndex(index.create); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`DELETE FROM rolls_counter WHERE name = 'filling'`)
	return err
}
