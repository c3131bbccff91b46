package rolls

import (
	"fmt"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
)

// ChangeKind says what happened to an entry of a block, as its supplements list it.
type ChangeKind string

// The kinds of a change. A move is a deletion in the block that is left, and an addition
// in the other, which is its entry there.
const (
	Deletion   ChangeKind = "deletion"
	Correction ChangeKind = "correction"
	Return     ChangeKind = "return" // somebody who was off the roll is back: nothing that a supplement lists but the addition
)

// Why says for what reason an entry left a block or was corrected.
type Why string

// The reasons.
const (
	Died       Why = "died"       // as the authority or a decision says
	Cancelled  Why = "cancelled"  // the card was cancelled
	Transfer   Why = "transfer"   // the vote moved to another block
	Objection  Why = "objection"  // an objection was allowed
	Double     Why = "double"     // the person has another entry
	Ineligible Why = "ineligible" // was never to be enrolled here
	Withdrawn  Why = "withdrawn"  // the batch or decision that brought it was taken back
	NewCard    Why = "card"       // the card's particulars changed
	Mistake    Why = "mistake"    // the roll had it wrong
	Restored   Why = "restored"   // it is again what it was before
)

// A Change is what an entry was before something happened to it.
type Change struct {
	ID      int64
	Kind    ChangeKind
	Why     Why
	Edition int64 // of the block, at that time
	At      time.Time
	Cause   Cause // of the change
	Before  Entry // Before.Cause is that of the change before
}

// Add puts a person on the list of a block, with the next serial, and gives the entry.
// Somebody who left the roll comes back under the same ID. It fails with ErrOnRoll if the
// person stands in the roll, and with ErrNoBlock if the roll has no such block.
func (s *Store) Add(tx *database.Tx, block geography.BlockCode, list List, p Particulars, cause Cause) (Entry, error) {
	was, err := s.ByCNIC(tx, p.CNIC)
	switch {
	case err == nil && was.Standing == OnRoll:
		return was, ErrOnRoll
	case err == nil:
		if err := s.keep(tx, was, Return, Restored, cause); err != nil {
			return was, err
		}
		return s.enter(tx, was, block, list, p, cause)
	case !isNoVoter(err):
		return was, err
	}
	id, err := reserve(tx, "voter", 1)
	if err != nil {
		return Entry{}, err
	}
	return s.enter(tx, Entry{ID: VoterID(id)}, block, list, p, cause)
}

// enter gives an entry, new or off the roll, a place in a block.
func (s *Store) enter(tx *database.Tx, was Entry, block geography.BlockCode, list List, p Particulars, cause Cause) (e Entry, err error) {
	if list > geography.X {
		return e, fmt.Errorf("there is no list %v", list)
	}
	b, err := s.Block(tx, block)
	if err != nil {
		return e, err
	}
	h, err := s.households(tx)
	if err != nil {
		return e, err
	}
	e = Entry{ID: was.ID, Block: block, List: list, Serial: b.Next[list], Standing: OnRoll, Entered: s.now().UTC(), Cause: cause, Version: was.Version + 1, Particulars: p}
	b.Next[list]++
	if e.Household, err = h.number(tx, &b, &p); err != nil {
		return e, err
	}
	if err := s.putNumbers(tx, &b); err != nil {
		return e, err
	}
	return e, s.put(tx, e)
}

// putNumbers writes how far a block's numbers are given, if nobody else has meanwhile.
func (s *Store) putNumbers(tx *database.Tx, b *Block) error {
	res, err := tx.Exec(`UPDATE rolls_block SET next_m = ?, next_f = ?, next_x = ?, next_household = ?, version = version + 1 WHERE code = ? AND version = ?`,
		int64(b.Next[0]), int64(b.Next[1]), int64(b.Next[2]), int64(b.NextHousehold), int64(b.Code), b.version)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("block %v: %w", b.Code, ErrChanged)
	}
	b.version++
	return nil
}

// put writes an entry as it is from now on. While the roll is being filled it is
// ErrFilling: nothing would keep a person single who comes in by a decision and by the
// batch, and the filling could never end.
func (s *Store) put(tx *database.Tx, e Entry) error {
	if err := s.settled(tx); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO rolls_voter (`+voterColumns+`, cnic_index) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET block = excluded.block, list = excluded.list, serial = excluded.serial, household = excluded.household,
			standing = excluded.standing, entered = excluded.entered, cause = excluded.cause, version = excluded.version,
			particulars = excluded.particulars, cnic_index = excluded.cnic_index`,
		int64(e.ID), int64(e.Block), int64(e.List), int64(e.Serial), int64(e.Household), int64(e.Standing), database.Time{Time: e.Entered},
		string(e.Cause), e.Version, s.seal(e.ID, &e.Particulars), s.keys.Index(cnicIndex, e.CNIC.Reveal()))
	if err != nil {
		return fmt.Errorf("voter %v: %w", e.ID, err)
	}
	return s.index(tx, e)
}

// standing gives the entry that a change is of, as its author saw it.
func (s *Store) standing(tx *database.Tx, id VoterID, version int64) (Entry, error) {
	e, err := s.Get(tx, id)
	if err == nil && (e.Version != version || e.Standing != OnRoll) {
		err = fmt.Errorf("voter %v: %w", id, ErrChanged)
	}
	return e, err
}

// Correct changes what the roll says of a person who stays in the block. It fails with
// ErrChanged if the entry is not at that version any more, or off the roll.
func (s *Store) Correct(tx *database.Tx, id VoterID, version int64, p Particulars, why Why, cause Cause) (Entry, error) {
	e, err := s.standing(tx, id, version)
	if err != nil {
		return e, err
	}
	if p.CNIC != e.CNIC {
		if other, err := s.ByCNIC(tx, p.CNIC); err == nil {
			return other, ErrOnRoll
		} else if !isNoVoter(err) {
			return e, err
		}
	}
	if err := s.keep(tx, e, Correction, why, cause); err != nil {
		return e, err
	}
	e.Particulars, e.Version, e.Cause = p, e.Version+1, cause
	return e, s.put(tx, e)
}

// Move takes a person's vote to a list of another block, or to another list of the same.
// It fails as Correct and Add do.
func (s *Store) Move(tx *database.Tx, id VoterID, version int64, block geography.BlockCode, list List, p Particulars, cause Cause) (Entry, error) {
	e, err := s.standing(tx, id, version)
	if err != nil {
		return e, err
	}
	if err := s.keep(tx, e, Deletion, Transfer, cause); err != nil {
		return e, err
	}
	return s.enter(tx, e, block, list, p, cause)
}

// Remove takes a person off the roll. It fails as Correct does.
func (s *Store) Remove(tx *database.Tx, id VoterID, version int64, why Why, cause Cause) (Entry, error) {
	e, err := s.standing(tx, id, version)
	if err != nil {
		return e, err
	}
	if err := s.keep(tx, e, Deletion, why, cause); err != nil {
		return e, err
	}
	e.Standing, e.Version, e.Cause = Off, e.Version+1, cause
	return e, s.put(tx, e)
}

// Restore puts an entry back to what it was before a change: in its block and list, with
// its serial and household, or with new ones if the block has been numbered anew since.
// It is for a cause that is taken back as a whole, and fails with ErrChanged if something
// else has happened to the entry since that change.
func (s *Store) Restore(tx *database.Tx, c Change, cause Cause) (Entry, error) {
	e, err := s.Get(tx, c.Before.ID)
	if err != nil {
		return e, err
	}
	if e.Version != c.Before.Version+1 {
		return e, fmt.Errorf("voter %v: %w", e.ID, ErrChanged)
	}
	b, err := s.Block(tx, c.Before.Block)
	if err != nil {
		return e, err
	}
	back := c.Before
	stays := e.Standing == OnRoll && e.Block == back.Block && e.List == back.List && (b.Edition != c.Edition || e.Serial == back.Serial)
	kind := Correction
	if e.Standing == OnRoll && !stays {
		kind = Deletion
	}
	if err := s.keep(tx, e, kind, Restored, cause); err != nil {
		return e, err
	}
	switch {
	case b.Edition == c.Edition:
	case stays:
		back.Serial, back.Household = e.Serial, e.Household
	default:
		return s.enter(tx, e, back.Block, back.List, back.Particulars, cause)
	}
	back.Version, back.Cause = e.Version+1, cause
	return back, s.put(tx, back)
}

// keep writes down what an entry was.
func (s *Store) keep(tx *database.Tx, e Entry, kind ChangeKind, why Why, cause Cause) error {
	b, err := s.Block(tx, e.Block)
	if err != nil {
		return err
	}
	id, err := reserve(tx, "change", 1)
	if err != nil {
		return err
	}
	sealed := s.keys.Seal("rolls_change", "before", VoterID(id).String(), e.Encode(nil))
	_, err = tx.Exec(`INSERT INTO rolls_change (`+changeColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, int64(e.ID), int64(e.Block), int64(e.List), int64(e.Serial), int64(e.Household), int64(e.Standing), string(kind), string(why), b.Edition,
		database.Time{Time: s.now()}, string(cause), string(e.Cause), database.Time{Time: e.Entered}, e.Version, sealed)
	return err
}
