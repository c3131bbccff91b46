package claim

import (
	"fmt"
	"slices"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/systems/rolls/phase"
)

// Decide decides a claim and, if it is allowed, changes the roll, in the same
// transaction. entry is the version of the entry that the officer looked at (see Entry),
// 0 if the person was not on the roll: if it is another by now, ErrChanged says so and
// nothing is done. Of the decision its Outcome, Reasons, Fields and Chosen count.
func (s *Store) Decide(tx *database.Tx, by office.Acting, n receipt.Number, version, entry int64, decision Decision) error {
	before, err := s.get(tx, n)
	if err != nil {
		return err
	}
	c, b, d, err := s.take(tx, by, n, version, Decide, "")
	if err != nil {
		return err
	}
	if err := s.officer(&c, by); err != nil {
		return err
	}
	if err := s.impartial(tx, &c, by.Officer); err != nil {
		return err
	}
	if err := mayBe(&before, &decision, c.Changed); err != nil {
		return err
	}
	c.Outcome, c.Due = decision.Outcome, days(c.Changed, s.cfg.Settings.AppealDays)
	c.Decision = Decision{decision.Outcome, c.Changed, by.Officer, decision.Reasons, decision.Fields, decision.Chosen}
	deed := phase.Reject
	if c.Outcome.Changes() {
		deed = c.Form.decided()
	}
	if err := s.carried(tx, &c, &b, entry, deed, c.Cause(), &c.Decision); err != nil {
		return err
	}
	if err := s.done(tx, &c, Decide, by, d, c.Form.DecideAct(), decision.Reasons, ""); err != nil {
		return err
	}
	return s.tellBoth(tx, &c, string(c.Outcome))
}

// mayBe tells whether a claim, as it stood, may be decided so now.
func mayBe(c *Claim, d *Decision, now time.Time) error {
	if !slices.Contains(outcomes(c.Form.Kind(), c.State), d.Outcome) {
		if c.Form.Kind() == Objection && c.State == Received {
			return refuse(Unheard)
		}
		return refuse(BadOutcome)
	}
	if c.State == Listed && now.Before(c.Hearing.At) || c.State == Returned && now.Before(c.Due) {
		return refuse(TooEarly)
	}
	if err := office.Reasoned(d.Reasons); err != nil {
		return err
	}
	return partial(c, d)
}

// partial checks what is allowed of a claim that is allowed in part, and clears it in
// all other decisions.
func partial(c *Claim, d *Decision) error {
	if d.Outcome != InPart {
		d.Fields, d.Chosen = nil, 0
		return nil
	}
	if c.Form.Kind() == Enrolment {
		if d.Fields = nil; d.Chosen == c.Card.Chosen {
			return refuse(NotPart)
		}
		return nil
	}
	d.Chosen = 0
	asked := 0
	for _, w := range c.Wishes {
		if slices.Contains(d.Fields, w.Field) {
			asked++
		}
	}
	if asked == 0 || asked != len(d.Fields) || asked == len(c.Wishes) {
		return refuse(NotPart)
	}
	return nil
}

// carried asks the phase for a deed and, if the decision changes the roll, changes it.
func (s *Store) carried(tx *database.Tx, c *Claim, b *rolls.Block, entry int64, deed phase.Deed, cause rolls.Cause, d *Decision) error {
	e, found, err := s.entry(tx, c)
	if err != nil {
		return err
	}
	if found && e.Block != c.Block {
		c.From = e.Block // a transfer's old block, as it is now
	}
	from := *b
	if c.From != 0 && c.From != c.Block {
		if from, err = s.cfg.Rolls.Block(tx, c.From); err != nil {
			return err
		}
	}
	if err := s.phases(tx, c, b, &from, deed, c.Changed); err != nil || !d.Outcome.Changes() {
		return err
	}
	is := int64(0)
	if found {
		is = e.Version
	}
	if is != entry {
		return fmt.Errorf("claim %s: %w", c.Number, ErrChanged)
	}
	if e, err = s.carry(tx, c, e, found, cause, d); err != nil {
		return err
	}
	c.Voter, c.VoterVersion = e.ID, e.Version
	return nil
}

// carry changes the roll as a decision says.
func (s *Store) carry(tx *database.Tx, c *Claim, e rolls.Entry, found bool, cause rolls.Cause, d *Decision) (rolls.Entry, error) {
	if c.Form.Kind() != Enrolment && (!found || e.Block != c.Block) {
		return e, refuse(NoEntry) // moved or gone: the officer of the new block is asked by a new claim
	}
	switch c.Form.Kind() {
	case Objection:
		return s.cfg.Rolls.Remove(tx, e.ID, e.Version, c.Ground.why(), cause)
	case Correction:
		fields := d.Fields
		if d.Outcome == Allowed {
			fields = nil
		}
		p, err := corrected(e.Particulars, c.Wishes, fields)
		if err != nil {
			return e, err
		}
		return s.cfg.Rolls.Correct(tx, e.ID, e.Version, p, rolls.Mistake, cause)
	}
	card := c.Card
	if d.Outcome == InPart {
		card.Chosen = d.Chosen
	}
	at, err := s.enrol(tx, &card, c.Changed)
	if err != nil {
		return e, err
	}
	if at.Block != c.Block { // another block, and perhaps another officer's: a new claim asks him
		return e, refuse(OtherBlock)
	}
	if !found {
		c.Asked = ToEnrol
		return s.cfg.Rolls.Add(tx, at.Block, at.List, card.Particulars, cause)
	}
	c.Asked = ToMove
	p := card.Particulars
	if p.Photograph == "" {
		p.Photograph = e.Photograph
	}
	if p.Family == "" {
		p.Family = e.Family
	}
	return s.cfg.Rolls.Move(tx, e.ID, e.Version, at.Block, at.List, p, cause)
}
