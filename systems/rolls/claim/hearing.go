package claim

import (
	"fmt"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim/attachment"
	"intikhab/systems/rolls/claim/receipt"
)

// take begins a step: it gives the claim as it will stand, with its block and by what
// the one who acts may do it. The version is that of the claim as he saw it.
func (s *Store) take(tx *database.Tx, by office.Acting, n receipt.Number, version int64, step Step, act office.Act) (c Claim, b rolls.Block, d office.Decision, err error) {
	if c, err = s.get(tx, n); err != nil {
		return c, b, d, err
	}
	if b, err = s.cfg.Rolls.Block(tx, c.Block); err != nil {
		return c, b, d, err
	}
	if by.Officer != "" {
		if act == "" {
			act = c.Form.DecideAct()
		}
		if d, err = s.must(tx, by, act, &b); err != nil {
			return c, b, d, err
		}
	}
	if c.Version != version {
		return c, b, d, fmt.Errorf("claim %s: %w", n, ErrChanged)
	}
	to, ok := Next(c.State, step)
	if !ok {
		return c, b, d, refuse(WrongState)
	}
	c.State, c.Changed = to, s.now()
	return c, b, d, nil
}

// done ends a step: claim, history and audit row. The claim is that of take.
func (s *Store) done(tx *database.Tx, c *Claim, step Step, by office.Acting, d office.Decision, act office.Act, note, reason string) error {
	if err := s.update(tx, c); err != nil {
		return err
	}
	return s.note(tx, c, step, by, d, act, note, reason)
}

// note writes a step's history and audit rows. The reason is one that may stand in the
// audit trail, where no person is named.
func (s *Store) note(tx *database.Tx, c *Claim, step Step, by office.Acting, d office.Decision, act office.Act, note, reason string) error {
	if err := s.event(tx, c, step, by.Officer, note); err != nil {
		return err
	}
	e := d.Entry(by, act, c.on(), reason)
	e.Change("step", nil, string(step))
	e.Change("state", nil, string(c.State))
	if c.Outcome != "" {
		e.Change("outcome", nil, string(c.Outcome))
	}
	if step == Receive {
		e.Change("form", nil, int(c.Form))
		e.Change("block", nil, c.Block.String())
	}
	return audit.Write(tx, c.Changed, e)
}

// Return sends a claim back to be completed, with what is missing in words for the
// claimant. He has Settings.CompleteDays.
func (s *Store) Return(tx *database.Tx, by office.Acting, n receipt.Number, version int64, missing string) error {
	c, _, d, err := s.take(tx, by, n, version, Return, ActList)
	if err != nil {
		return err
	}
	if err := office.Reasoned(missing); err != nil {
		return err
	}
	if err := s.officer(&c, by); err != nil {
		return err
	}
	c.Missing, c.Due = missing, days(c.Changed, s.cfg.Settings.CompleteDays)
	if err := s.done(tx, &c, Return, by, d, ActList, missing, ""); err != nil {
		return err
	}
	return s.tell(tx, &c, "returned")
}

// officer refuses the claimant a step that is an officer's.
func (s *Store) officer(c *Claim, by office.Acting) error {
	if by.Officer == "" {
		return &office.Refusal{Act: c.Form.DecideAct(), On: c.on(), Reason: office.SignIn}
	}
	return nil
}

// Complete adds what was missing: documents, and words. It may come late, as long as
// the claim was not dismissed.
func (s *Store) Complete(tx *database.Tx, by office.Acting, n receipt.Number, version int64, text string, documents []attachment.Document) error {
	c, _, d, err := s.take(tx, by, n, version, Complete, ActReceive)
	if err != nil {
		return err
	}
	if text = office.TidyName(text); len(text) > textMost || text == "" && len(documents) == 0 {
		return incomplete("text")
	}
	c.Due = time.Time{}
	if err := s.attach(tx, &c, documents); err != nil {
		return err
	}
	if err := s.done(tx, &c, Complete, by, d, ActReceive, text, ""); err != nil {
		return err
	}
	return s.tell(tx, &c, "completed")
}

// hearing checks a hearing's day, place and officer.
func (s *Store) hearing(tx *database.Tx, c *Claim, b *rolls.Block, h Hearing) error {
	h.Place.En, h.Place.Ur = office.TidyName(h.Place.En), office.TidyName(h.Place.Ur)
	if h.Place.IsZero() || len(h.Place.En) > nameMost || len(h.Place.Ur) > nameMost {
		return incomplete("place")
	}
	if h.At.Before(days(c.Changed, s.cfg.Settings.NoticeDays)) {
		return refuse(TooSoon)
	}
	may, err := s.mayOfficer(tx, h.Officer, c.Form.DecideAct(), b)
	if err != nil {
		return err
	}
	if !may {
		return refuse(NoPower)
	}
	if err := s.impartial(tx, c, h.Officer); err != nil {
		return err
	}
	c.Hearing = Hearing{h.At.UTC().Truncate(time.Microsecond), h.Place, h.Officer}
	return nil
}

// List accepts a claim for hearing. Both sides are told; the officer must be one who may
// decide it.
func (s *Store) List(tx *database.Tx, by office.Acting, n receipt.Number, version int64, h Hearing) error {
	return s.list(tx, by, n, version, List, h, "")
}

// Adjourn puts a hearing off to another day or place, with the reason.
func (s *Store) Adjourn(tx *database.Tx, by office.Acting, n receipt.Number, version int64, h Hearing, reason string) error {
	if err := office.Reasoned(reason); err != nil {
		return err
	}
	return s.list(tx, by, n, version, Adjourn, h, reason)
}

func (s *Store) list(tx *database.Tx, by office.Acting, n receipt.Number, version int64, step Step, h Hearing, reason string) error {
	c, b, d, err := s.take(tx, by, n, version, step, ActList)
	if err != nil {
		return err
	}
	if err := s.officer(&c, by); err != nil {
		return err
	}
	if err := s.hearing(tx, &c, &b, h); err != nil {
		return err
	}
	if err := s.done(tx, &c, step, by, d, ActList, reason, ""); err != nil {
		return err
	}
	told := "listed"
	if step == Adjourn {
		told = "adjourned"
	}
	return s.tellBoth(tx, &c, told)
}

// Hear notes that a claim was heard and the decision reserved, with the officer's notes
// of who appeared and what was said. Only who may decide it hears it.
func (s *Store) Hear(tx *database.Tx, by office.Acting, n receipt.Number, version int64, notes string) error {
	c, _, d, err := s.take(tx, by, n, version, Hear, "")
	if err != nil {
		return err
	}
	if err := s.officer(&c, by); err != nil {
		return err
	}
	if err := s.impartial(tx, &c, by.Officer); err != nil {
		return err
	}
	if c.Changed.Before(c.Hearing.At) {
		return refuse(TooEarly)
	}
	if err := office.Reasoned(notes); err != nil {
		return err
	}
	return s.done(tx, &c, Hear, by, d, c.Form.DecideAct(), notes, "")
}

// Withdraw ends a claim at the claimant's wish, by himself or through an officer who
// takes claims in.
func (s *Store) Withdraw(tx *database.Tx, by office.Acting, n receipt.Number, version int64, reason string) error {
	c, _, d, err := s.take(tx, by, n, version, Withdraw, ActReceive)
	if err != nil {
		return err
	}
	if reason = office.TidyName(reason); len(reason) > textMost || reason == "" && by.Officer != "" {
		return incomplete("reason")
	}
	heard := !c.Hearing.At.IsZero()
	c.Due = time.Time{}
	if err := s.done(tx, &c, Withdraw, by, d, ActReceive, reason, ""); err != nil {
		return err
	}
	if heard {
		return s.tellBoth(tx, &c, "withdrawn")
	}
	return s.tell(tx, &c, "withdrawn")
}
