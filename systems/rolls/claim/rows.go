package claim

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim/receipt"
)

const columns = `number, form, asked, state, outcome, version, block, from_block, voter, voter_version, source, device, filled, received, changed,
	entered_by, conflicts, hearing_at, hearing_en, hearing_ur, hearing_by, due, body`

// scan reads a row, and opens its body.
func (s *Store) scan(scan func(...any) error) (c Claim, err error) {
	var form int64
	var filled, received, changed, hearing, due database.Time
	var conflicts, device string
	var body []byte
	err = scan(&c.Number, &form, &c.Asked, &c.State, &c.Outcome, &c.Version, &c.Block, &c.From, &c.Voter, &c.VoterVersion, &c.Source, &device,
		&filled, &received, &changed, &c.EnteredBy, &conflicts, &hearing, &c.Hearing.Place.En, &c.Hearing.Place.Ur, &c.Hearing.Officer, &due, &body)
	if err != nil {
		return c, err
	}
	c.Form = Form(form)
	c.Filled, c.Received, c.Changed, c.Hearing.At, c.Due = filled.Time, received.Time, changed.Time, hearing.Time, due.Time
	if device != string(c.Number) {
		c.Device = device
	}
	for _, one := range strings.Fields(conflicts) {
		c.Conflicts = append(c.Conflicts, Conflict(one))
	}
	plain, err := s.cfg.Keys.Open(table, "body", string(c.Number), body)
	if err != nil {
		return c, fmt.Errorf("claim %s: %w", c.Number, err)
	}
	c.Body, err = decode(plain)
	return c, err
}

// get gives a claim, or ErrMissing.
func (s *Store) get(tx *database.Tx, n receipt.Number) (Claim, error) {
	c, err := s.scan(tx.QueryRow(`SELECT `+columns+` FROM claim_claim WHERE number = ?`, n).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrMissing
	}
	return c, err
}

// all gives the claims of a query.
func (s *Store) all(tx *database.Tx, rest string, args ...any) (all []Claim, err error) {
	rows, err := tx.Query(`SELECT `+columns+` FROM claim_claim `+rest, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		c, err := s.scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

func (c *Claim) conflicts() string {
	var all []string
	for _, one := range c.Conflicts {
		all = append(all, string(one))
	}
	return strings.Join(all, " ")
}

// insert writes a new claim.
func (s *Store) insert(tx *database.Tx, c *Claim, b, from rolls.Block) error {
	device := c.Device
	if device == "" {
		device = string(c.Number)
	}
	who, about := s.found(c, "claimant", c.Claimant.CNIC), s.found(c, "person", c.person())
	_, err := tx.Exec(`INSERT INTO claim_claim (`+columns+`, district, tehsil, na, pa, from_district, from_tehsil,
		claimant, claimant_index, person, person_index)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(c.Number), int64(c.Form), string(c.Asked), string(c.State), string(c.Outcome), c.Version, int64(c.Block), int64(c.From),
		int64(c.Voter), c.VoterVersion, string(c.Source), device, database.Time{Time: c.Filled}, database.Time{Time: c.Received},
		database.Time{Time: c.Changed}, string(c.EnteredBy), c.conflicts(), database.Time{Time: c.Hearing.At}, c.Hearing.Place.En, c.Hearing.Place.Ur,
		string(c.Hearing.Officer), database.Time{Time: c.Due}, s.sealBody(c),
		b.District.String(), b.Tehsil.String(), string(b.NA), string(b.PA), from.District.String(), from.Tehsil.String(),
		who[0], who[1], about[0], about[1])
	return err
}

// found gives a CNIC sealed for a column and its blind index; nothing of none.
func (s *Store) found(c *Claim, column string, n cnic.Number) (values [2]any) {
	if n != noNumber {
		values[0] = s.cfg.Keys.Seal(table, column, string(c.Number), []byte(n.Reveal()))
		values[1] = s.cfg.Keys.Index(table+"."+column, n.Reveal())
	}
	return values
}

// update writes what a step may change, if nobody else took one meanwhile.
func (s *Store) update(tx *database.Tx, c *Claim) error {
	res, err := tx.Exec(`UPDATE claim_claim SET state = ?, outcome = ?, version = ?, voter = ?, voter_version = ?, changed = ?, conflicts = ?,
		hearing_at = ?, hearing_en = ?, hearing_ur = ?, hearing_by = ?, due = ?, body = ? WHERE number = ? AND version = ?`,
		string(c.State), string(c.Outcome), c.Version+1, int64(c.Voter), c.VoterVersion, database.Time{Time: c.Changed}, c.conflicts(),
		database.Time{Time: c.Hearing.At}, c.Hearing.Place.En, c.Hearing.Place.Ur, string(c.Hearing.Officer), database.Time{Time: c.Due},
		s.sealBody(c), string(c.Number), c.Version)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("claim %s: %w", c.Number, ErrChanged)
	}
	c.Version++
	return nil
}

func (s *Store) sealBody(c *Claim) []byte {
	return s.cfg.Keys.Seal(table, "body", string(c.Number), c.Body.encode())
}

// event writes a step into the claim's history. Its number is the claim's version, so
// that there is one row a step.
func (s *Store) event(tx *database.Tx, c *Claim, step Step, by office.OfficerID, note string) error {
	id := fmt.Sprintf("%s/%d", c.Number, c.Version)
	_, err := tx.Exec(`INSERT INTO claim_event (id, number, seq, at, step, state, outcome, officer, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, string(c.Number), c.Version, database.Time{Time: c.Changed}, string(step), string(c.State), string(c.Outcome), string(by),
		s.cfg.Keys.Seal(eventTable, "note", id, []byte(note)))
	return err
}

// events gives a claim's history.
func (s *Store) events(tx *database.Tx, n receipt.Number) (all []Event, err error) {
	rows, err := tx.Query(`SELECT id, seq, at, step, state, outcome, officer, note FROM claim_event WHERE number = ? ORDER BY seq`, string(n))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e Event
		var id string
		var at database.Time
		var note []byte
		if err := rows.Scan(&id, &e.Seq, &at, &e.Step, &e.State, &e.Outcome, &e.Officer, &note); err != nil {
			return nil, err
		}
		plain, err := s.cfg.Keys.Open(eventTable, "note", id, note)
		if err != nil {
			return nil, fmt.Errorf("claim %s: %w", n, err)
		}
		e.At, e.Note = at.Time, string(plain)
		all = append(all, e)
	}
	return all, rows.Err()
}
