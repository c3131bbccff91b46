package rolls

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
)

// VoterID names an entry for ever; it says nothing of the person.
type VoterID int64

// String gives the number, as audit rows and addresses of pages have it.
func (id VoterID) String() string { return strconv.FormatInt(int64(id), 10) }

// Standing says whether an entry counts.
type Standing uint8

const (
	Off    Standing = iota // it left the roll; it stays in the database, as it was
	OnRoll                 // the person may vote
)

// Cause is why a row is as it is: "feed:17" for a batch of the identity authority,
// "claim:21-2026-000123" for an officer's decision.
type Cause string

// ErrNoVoter says that nobody of that number stands in the roll, or ever did.
var ErrNoVoter = errors.New("no such voter in the roll")

// ErrChanged says that somebody else has changed the same meanwhile.
var ErrChanged = errors.New("it was changed meanwhile: look at it again")

// An Entry is one voter in the roll. An Off entry is as it last stood.
type Entry struct {
	ID                VoterID
	Block             geography.BlockCode
	List              List
	Serial, Household uint32
	Standing          Standing
	Entered           time.Time // when it came into this block
	Cause             Cause     // of its last change
	Version           int64     // 1, and one more with each change
	Particulars
}

// GoString keeps %#v from printing a person.
func (e Entry) GoString() string { return "rolls.Entry " + e.ID.String() }

// String keeps %v from printing a person.
func (e Entry) String() string { return "voter " + e.ID.String() }

const (
	voterTable   = "rolls_voter"
	voterSealed  = "particulars"
	cnicIndex    = voterTable + "." + voterSealed // what the blind index is named after, as vault.Rotate does
	voterColumns = `id, block, list, serial, household, standing, entered, cause, version, particulars`
)

// row is an entry whose particulars are not opened yet.
type row struct {
	Entry
	sealed []byte
}

func scanRow(scan func(...any) error) (r row, err error) {
	var entered database.Time
	err = scan(&r.ID, &r.Block, &r.List, &r.Serial, &r.Household, &r.Standing, &entered, &r.Cause, &r.Version, &r.sealed)
	r.Entered = entered.Time
	return r, err
}

func (s *Store) open(r row) (Entry, error) {
	plain, err := s.keys.Open(voterTable, voterSealed, r.ID.String(), r.sealed)
	if err == nil {
		err = r.Decode(plain)
	}
	if err != nil {
		return Entry{}, fmt.Errorf("voter %v: %w", r.ID, err)
	}
	return r.Entry, nil
}

func (s *Store) seal(id VoterID, p *Particulars) []byte {
	return s.keys.Seal(voterTable, voterSealed, id.String(), p.Encode(nil))
}

func (s *Store) one(tx *database.Tx, condition string, args ...any) (Entry, error) {
	r, err := scanRow(tx.QueryRow(`SELECT `+voterColumns+` FROM rolls_voter WHERE `+condition, args...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Entry{}, ErrNoVoter
	}
	if err != nil {
		return Entry{}, err
	}
	return s.open(r)
}

// Get gives an entry, on the roll or off it, or ErrNoVoter.
func (s *Store) Get(tx *database.Tx, id VoterID) (Entry, error) {
	return s.one(tx, `id = ?`, int64(id))
}

// ByCNIC gives the entry of a person, on the roll or off it, or ErrNoVoter.
func (s *Store) ByCNIC(tx *database.Tx, n cnic.Number) (Entry, error) {
	condition, args := s.keys.Match("cnic_index", cnicIndex, n.Reveal())
	return s.one(tx, condition, args...)
}

// Of gives what stands in a block to f: by list, then by serial.
func (s *Store) Of(tx *database.Tx, block geography.BlockCode, f func(Entry) error) error {
	rows, err := tx.Query(`SELECT `+voterColumns+` FROM rolls_voter WHERE block = ? AND standing = 1 ORDER BY list, serial`, int64(block))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRow(rows.Scan)
		if err != nil {
			return err
		}
		e, err := s.open(r)
		if err != nil {
			return err
		}
		if err := f(e); err != nil {
			return err
		}
	}
	return rows.Err()
}

// All is Of as a slice.
func (s *Store) All(tx *database.Tx, block geography.BlockCode) (all []Entry, err error) {
	err = s.Of(tx, block, func(e Entry) error { all = append(all, e); return nil })
	return all, err
}

// Count is how many stand on each list of a block.
func (s *Store) Count(tx *database.Tx, block geography.BlockCode) (n [geography.Genders]int, err error) {
	rows, err := tx.Query(`SELECT list, COUNT(*) FROM rolls_voter WHERE block = ? AND standing = 1 GROUP BY list`, int64(block))
	if err != nil {
		return n, err
	}
	defer rows.Close()
	for rows.Next() {
		var list List
		var count int
		if err := rows.Scan(&list, &count); err != nil {
			return n, err
		}
		if list > geography.X {
			return n, fmt.Errorf("block %v has a list %d", block, list)
		}
		n[list] = count
	}
	return n, rows.Err()
}

// fastRow is scanRow for a database.Row, of which nothing may be kept.
func fastRow(values *database.Row) row {
	r := row{Entry: Entry{
		ID: VoterID(values.Int64(0)), Block: geography.BlockCode(values.Int64(1)), List: List(values.Int64(2)),
		Serial: uint32(values.Int64(3)), Household: uint32(values.Int64(4)), Standing: Standing(values.Int64(5)),
		Entered: values.Time(6).Time, Cause: Cause(values.Text(7)), Version: values.Int64(8),
	}}
	r.sealed = append(r.sealed, values.Bytes(9)...)
	return r
}

// GetAll gives the entries of those numbers, on the roll or off it, by number; those that
// there are not are left out.
func (s *Store) GetAll(tx *database.Tx, ids []VoterID) (all []Entry, err error) {
	for some := range chunks(ids, 500) {
		args := make([]any, len(some))
		for i, id := range some {
			args[i] = int64(id)
		}
		var rows []row
		err := tx.Scan(`SELECT `+voterColumns+` FROM rolls_voter WHERE id IN (?`+strings.Repeat(`, ?`, len(some)-1)+`) ORDER BY id`, args, func(r *database.Row) error {
			rows = append(rows, fastRow(r))
			return nil
		})
		if err != nil {
			return nil, err
		}
		opened, err := s.openAll(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, opened...)
	}
	return all, nil
}
