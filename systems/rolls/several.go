package rolls

import (
	"database/sql"
	"errors"
	"strings"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
)

// inOne is for how many numbers one query asks.
const inOne = 400

// indexesOf gives the blind indexes of numbers under every key, as a list for IN.
func (s *Store) indexesOf(numbers []cnic.Number) (in string, args []any) {
	for _, n := range numbers {
		for _, index := range s.keys.Indexes(cnicIndex, n.Reveal()) {
			args = append(args, index)
		}
	}
	return `cnic_index IN (?` + strings.Repeat(`, ?`, len(args)-1) + `)`, args
}

// ByCNICs gives the entries of many persons, on the roll or off it; who has none is not
// in the map.
func (s *Store) ByCNICs(tx *database.Tx, numbers []cnic.Number) (map[cnic.Number]Entry, error) {
	all := make(map[cnic.Number]Entry)
	for some := range chunks(numbers, inOne) {
		in, args := s.indexesOf(some)
		err := tx.Scan(`SELECT `+voterColumns+` FROM rolls_voter WHERE `+in, args, func(values *database.Row) error {
			e, err := s.open(fastRow(values))
			all[e.CNIC] = e
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Known is how many of these persons have an entry, on the roll or off it.
func (s *Store) Known(tx *database.Tx, numbers []cnic.Number) (known int, err error) {
	for some := range chunks(numbers, inOne) {
		in, args := s.indexesOf(some)
		var n int
		if err := tx.QueryRow(`SELECT COUNT(*) FROM rolls_voter WHERE `+in, args...).Scan(&n); err != nil {
			return 0, err
		}
		known += n
	}
	return known, nil
}

// Next is the number that the next new voter gets at the earliest; all that come in from
// now on have it or a higher one.
func (s *Store) Next(tx *database.Tx) (VoterID, error) {
	next := VoterID(1)
	err := tx.QueryRow(`SELECT next FROM rolls_counter WHERE name = 'voter'`).Scan(&next)
	if errors.Is(err, sql.ErrNoRows) {
		return 1, nil
	}
	return next, err
}

// ChangedSince gives, by number, the voters of whom a cause made something to which
// something else has happened since, by any other cause than back.
func (s *Store) ChangedSince(tx *database.Tx, cause, back Cause) (all []VoterID, err error) {
	err = tx.Scan(`SELECT DISTINCT voter FROM rolls_change WHERE was = ? AND cause <> ? ORDER BY voter`, []any{string(cause), string(back)}, func(values *database.Row) error {
		all = append(all, VoterID(values.Int64(0)))
		return nil
	})
	return all, err
}
