package claim

import (
	"database/sql"
	"errors"
	"slices"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/systems/rolls/phase"
)

// Receive takes a claim in, from an officer or, with the zero Acting, from the claimant
// himself. After it is committed the receipt's claim is there. A claim from a device
// that was filled in while its form was taken is kept, with its conflicts for the
// officer to see; from elsewhere the phase of the roll is refused with a *phase.Refusal.
func (s *Store) Receive(tx *database.Tx, by office.Acting, f Filing) (Receipt, error) {
	now := s.now()
	if err := f.tidy(now, s.cfg.Settings.OfflineDays); err != nil {
		return Receipt{}, err
	}
	if by.Officer == "" && (f.Source != Web || !f.Claimant.Confirmed || f.Claimant.Telephone.Reveal() == "") {
		return Receipt{}, refuse(Unconfirmed)
	}
	if by.Officer != "" && f.Source != Desk && f.Source != Centre {
		return Receipt{}, incomplete("source")
	}
	if r, err := s.again(tx, &f); err != nil || r.Again {
		return r, err
	}
	c := Claim{Form: f.Form, State: Received, Version: 1, Source: f.Source, Device: f.Device, Filled: f.Filled.UTC(), Received: now, Changed: now, EnteredBy: by.Officer}
	c.Claimant, c.Card, c.Against, c.Ground, c.GroundText, c.Wishes = f.Claimant, f.Card, f.Against, f.Ground, f.GroundText, f.Wishes
	b, from, err := s.resolve(tx, &c, f.Seen)
	if err != nil {
		return Receipt{}, err
	}
	d, err := s.mayReceive(tx, by, &c, &b, &from)
	if err != nil {
		return Receipt{}, err
	}
	if err := s.inTime(tx, &c, &b, &from); err != nil {
		return Receipt{}, err
	}
	if err := s.others(tx, &c); err != nil {
		return Receipt{}, err
	}
	if c.Number, err = s.newNumber(tx, f.Form); err != nil {
		return Receipt{}, err
	}
	if err := s.insert(tx, &c, b, from); err != nil {
		return Receipt{}, err
	}
	if err := s.attach(tx, &c, f.Documents); err != nil {
		return Receipt{}, err
	}
	if err := s.note(tx, &c, Receive, by, d, ActReceive, "", ""); err != nil {
		return Receipt{}, err
	}
	return s.receipt(&c), s.tell(tx, &c, "received")
}

func (s *Store) receipt(c *Claim) Receipt {
	return Receipt{Number: c.Number, Form: c.Form, Asked: c.Asked, Received: c.Received, Conflicts: c.Conflicts, Track: s.Track(c.Number)}
}

// Track is the address at which a claim is followed.
func (s *Store) Track(n receipt.Number) string { return s.cfg.Track + string(n) }

// again finds the claim that a device has sent before.
func (s *Store) again(tx *database.Tx, f *Filing) (Receipt, error) {
	if f.Device == "" {
		return Receipt{}, nil
	}
	c, err := s.scan(tx.QueryRow(`SELECT `+columns+` FROM claim_claim WHERE device = ?`, f.Device).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Receipt{}, nil
	}
	if err != nil {
		return Receipt{}, err
	}
	if c.Form != f.Form || c.Claimant.CNIC != f.Claimant.CNIC {
		return Receipt{}, refuse(IsFiled)
	}
	r := s.receipt(&c)
	r.Again = true
	return r, nil
}

func (s *Store) newNumber(tx *database.Tx, f Form) (receipt.Number, error) {
	for {
		n, taken := receipt.New(int(f)), 0
		if err := tx.QueryRow(`SELECT count(*) FROM claim_claim WHERE number = ?`, string(n)).Scan(&taken); err != nil || taken == 0 {
			return n, err
		}
	}
}

// resolve finds the entry that a claim is about, and the block whose officer decides.
func (s *Store) resolve(tx *database.Tx, c *Claim, seen int64) (b, from rolls.Block, err error) {
	e, found, err := s.entry(tx, c)
	if err != nil {
		return b, from, err
	}
	if found {
		c.Voter, c.VoterVersion = e.ID, e.Version
		if overtaken, err := s.overtaken(tx, c, e, seen); err != nil {
			return b, from, err
		} else if overtaken {
			c.Conflicts = append(c.Conflicts, Overtaken)
		}
	}
	switch c.Form.Kind() {
	case Enrolment:
		at, err := s.enrol(tx, &c.Card, c.Filled)
		if err != nil {
			return b, from, err
		}
		if c.Asked, c.Block = ToEnrol, at.Block; found {
			c.Asked, c.From = ToMove, e.Block
			if from, err = s.cfg.Rolls.Block(tx, e.Block); err != nil {
				return b, from, err
			}
		}
	default:
		if c.Asked, c.Block = ToCorrect, c.Against.Block; c.Form.Kind() == Objection {
			c.Asked = ToRemove
		}
		if found {
			c.Block, c.Against.CNIC, c.Other.En, c.Other.Ur = e.Block, e.CNIC, e.NameEn, e.NameUr
		} else {
			c.Conflicts = append(c.Conflicts, NotOnRoll)
		}
	}
	if b, err = s.cfg.Rolls.Block(tx, c.Block); errors.Is(err, rolls.ErrNoBlock) {
		err = incomplete("block")
	}
	return b, from, err
}

// entry gives the entry that a claim is about as it stands now, if it is on the roll.
func (s *Store) entry(tx *database.Tx, c *Claim) (e rolls.Entry, found bool, err error) {
	n := c.person()
	if n == noNumber && c.Against.Serial != 0 {
		all, err := s.cfg.Rolls.All(tx, c.Against.Block)
		if err != nil {
			return e, false, err
		}
		i := slices.IndexFunc(all, func(e rolls.Entry) bool { return e.List == c.Against.List && e.Serial == c.Against.Serial })
		if i < 0 {
			return e, false, nil
		}
		return all[i], true, nil
	}
	e, err = s.cfg.Rolls.ByCNIC(tx, n)
	if errors.Is(err, rolls.ErrNoVoter) {
		return e, false, nil
	}
	return e, err == nil && e.Standing == rolls.OnRoll, err
}

// Entry gives the entry that a claim is about as it stands now: what an officer looks at
// before he decides, and whose version Decide asks for. found is false if the person is
// not on the roll.
func (s *Store) Entry(tx *database.Tx, c *Claim) (e rolls.Entry, found bool, err error) {
	return s.entry(tx, c)
}

// overtaken tells whether an entry was changed after a form was filled in.
func (s *Store) overtaken(tx *database.Tx, c *Claim, e rolls.Entry, seen int64) (bool, error) {
	if seen != 0 {
		return seen != e.Version, nil
	}
	if e.Entered.After(c.Filled) {
		return true, nil
	}
	history, err := s.cfg.Rolls.History(tx, e.ID)
	return err == nil && len(history) > 0 && history[len(history)-1].At.After(c.Filled), err
}

// enrol asks the rule of enrolment.
func (s *Store) enrol(tx *database.Tx, card *rolls.Card, at time.Time) (rolls.Enrolment, error) {
	var broken error
	place, err := rolls.Enrol(card, rolls.DateOf(at.In(words.Zone)), func(code geography.BlockCode) bool {
		_, err := s.cfg.Rolls.Block(tx, code)
		if err != nil && !errors.Is(err, rolls.ErrNoBlock) {
			broken = err
		}
		return err == nil
	})
	if broken != nil {
		return place, broken
	}
	if err != nil {
		err = &Refused{Why: NotEnrolled, Err: err}
	}
	return place, err
}

// mayReceive asks for an officer's power over the block, or over the one that is left.
func (s *Store) mayReceive(tx *database.Tx, by office.Acting, c *Claim, b, from *rolls.Block) (office.Decision, error) {
	if by.Officer == "" {
		return office.Decision{}, nil
	}
	d, err := s.must(tx, by, ActReceive, b)
	if r := (*office.Refusal)(nil); errors.As(err, &r) && c.From != 0 {
		if other, second := s.must(tx, by, ActReceive, from); second == nil {
			return other, nil
		}
	}
	return d, err
}

// inTime asks the phase of the roll, now and for a device when the form was filled in.
func (s *Store) inTime(tx *database.Tx, c *Claim, b, from *rolls.Block) error {
	err := s.phases(tx, c, b, from, c.Form.received(), c.Received)
	if r := (*phase.Refusal)(nil); c.Source == Centre && errors.As(err, &r) {
		if s.phases(tx, c, b, from, c.Form.received(), c.Filled) == nil {
			c.Conflicts = append(c.Conflicts, PhaseClosed)
			return nil
		}
	}
	return err
}

// phases asks whether a deed is allowed to both blocks of a claim.
func (s *Store) phases(tx *database.Tx, c *Claim, b, from *rolls.Block, deed phase.Deed, at time.Time) error {
	if err := s.cfg.Phases.Check(tx, times(b), deed, at); err != nil || c.From == 0 || c.From == c.Block {
		return err
	}
	return s.cfg.Phases.Check(tx, times(from), deed, at)
}

// others notes that another claim about the same person is open.
func (s *Store) others(tx *database.Tx, c *Claim) error {
	n := c.person()
	if n == noNumber {
		return nil
	}
	match, args := s.cfg.Keys.Match("person_index", personColumn, n.Reveal())
	var open int
	err := tx.QueryRow(`SELECT count(*) FROM claim_claim WHERE `+match+` AND state IN ('received', 'returned', 'listed', 'heard', 'appealed')`, args...).Scan(&open)
	if err == nil && open > 0 {
		c.Conflicts = append(c.Conflicts, OpenClaim)
	}
	return err
}
