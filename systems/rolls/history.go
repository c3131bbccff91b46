package rolls

import (
	"errors"

	"intikhab/domain/geography"
	"intikhab/platform/database"
)

// ErrOnRoll says that the person stands in the roll already.
var ErrOnRoll = errors.New("the person stands in the roll already")

func isNoVoter(err error) bool { return errors.Is(err, ErrNoVoter) }

const changeColumns = `id, voter, block, list, serial, household, standing, kind, why, edition, at, cause, was, entered, version, before`

// Changes gives what happened in a block since it was last consolidated, the oldest
// first: the deletions and corrections of its supplements. The additions are the
// entries of the block that came in after Block.Consolidated.
func (s *Store) Changes(tx *database.Tx, block geography.BlockCode) ([]Change, error) {
	return s.changes(tx, `block = ? AND edition = (SELECT edition FROM rolls_block WHERE code = ?)`, int64(block), int64(block))
}

// History gives what one entry was before, the oldest first.
func (s *Store) History(tx *database.Tx, id VoterID) ([]Change, error) {
	return s.changes(tx, `voter = ?`, int64(id))
}

// Caused gives what a cause changed, after a change's number and at most limit of them,
// in order.
func (s *Store) Caused(tx *database.Tx, cause Cause, after int64, limit int) ([]Change, error) {
	return s.changes(tx, `cause = ? AND id > ?`, string(cause), after, limit)
}

// changes asks for changes; a third argument is their number.
func (s *Store) changes(tx *database.Tx, condition string, args ...any) (all []Change, err error) {
	query := `SELECT ` + changeColumns + ` FROM rolls_change WHERE ` + condition + ` ORDER BY id`
	if len(args) == 3 {
		query += ` LIMIT ?`
	}
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		c, err := s.scanChange(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

func (s *Store) scanChange(scan func(...any) error) (c Change, err error) {
	var at, entered database.Time
	var sealed []byte
	e := &c.Before
	err = scan(&c.ID, &e.ID, &e.Block, &e.List, &e.Serial, &e.Household, &e.Standing, &c.Kind, &c.Why, &c.Edition,
		&at, &c.Cause, &e.Cause, &entered, &e.Version, &sealed)
	if err != nil {
		return c, err
	}
	c.At, e.Entered = at.Time, entered.Time
	plain, err := s.keys.Open("rolls_change", "before", VoterID(c.ID).String(), sealed)
	if err != nil {
		return c, err
	}
	return c, e.Decode(plain)
}

// PutPhotograph keeps a photograph, sealed, under a random name of the caller's, which
// particulars then have. The image is a JPEG or PNG that its caller has checked.
func (s *Store) PutPhotograph(tx *database.Tx, id string, image []byte) error {
	_, err := tx.Exec(`INSERT INTO rolls_photograph (id, image) VALUES (?, ?)`, id, s.keys.Seal("rolls_photograph", "image", id, image))
	return err
}

// Photograph gives a photograph by its name; nil if there is none of that name.
func (s *Store) Photograph(tx *database.Tx, id string) ([]byte, error) {
	rows, err := tx.Query(`SELECT image FROM rolls_photograph WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var sealed []byte
	if !rows.Next() {
		return nil, rows.Err()
	}
	if err := rows.Scan(&sealed); err != nil {
		return nil, err
	}
	return s.keys.Open("rolls_photograph", "image", id, sealed)
}
