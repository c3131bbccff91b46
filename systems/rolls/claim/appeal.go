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

// touched tells whether a decision can be appealed against by somebody: the claimant
// who did not get all that he asked for, and the person whose entry was taken away.
func (c *Claim) touched(who Appellant) bool {
	switch who {
	case ByClaimant:
		return c.Outcome != Allowed
	case ByOther:
		return c.Form.Kind() == Objection && c.Outcome == Allowed
	}
	return false
}

// Appeal files an appeal, by the person himself or through an officer who takes claims
// in. By is on whose side; the caller has identified the person.
func (s *Store) Appeal(tx *database.Tx, by office.Acting, n receipt.Number, version int64, who Appellant, grounds string) error {
	c, _, d, err := s.take(tx, by, n, version, Appeal, ActReceive)
	if err != nil {
		return err
	}
	if !c.touched(who) {
		return refuse(NotAffected)
	}
	if c.Changed.After(c.Due) {
		return refuse(TooLate)
	}
	if grounds = office.TidyName(grounds); grounds == "" || len(grounds) > textMost {
		return incomplete("grounds")
	}
	c.Due = time.Time{}
	c.Appellation = Appellation{By: who, At: c.Changed, Grounds: grounds}
	if err := s.done(tx, &c, Appeal, by, d, ActReceive, grounds, ""); err != nil {
		return err
	}
	return s.tellBoth(tx, &c, "appealed")
}

// Settle decides an appeal. The decision's Outcome is how the claim is decided after
// it: if it is the same, the decision was upheld. Otherwise what it did to the roll is
// taken back and what it did not do is done, in the same transaction. entry is as in
// Decide.
func (s *Store) Settle(tx *database.Tx, by office.Acting, n receipt.Number, version, entry int64, decision Decision) error {
	c, b, d, err := s.take(tx, by, n, version, Settle, ActAppeal)
	if err != nil {
		return err
	}
	if err := s.officer(&c, by); err != nil {
		return err
	}
	if err := s.impartial(tx, &c, by.Officer); err != nil {
		return err
	}
	if by.Officer == c.Decision.By {
		return refuse(SameOfficer)
	}
	if err := office.Reasoned(decision.Reasons); err != nil {
		return err
	}
	if err := settles(&c, &decision); err != nil {
		return err
	}
	final := Decision{decision.Outcome, c.Changed, by.Officer, decision.Reasons, decision.Fields, decision.Chosen}
	first := c.Decision
	c.Appellation.Final, c.Outcome = final, final.Outcome
	c.Appellation.Reversed = final.Outcome != first.Outcome || !slices.Equal(final.Fields, first.Fields) || final.Chosen != first.Chosen
	if c.Appellation.Reversed {
		if err := s.reverse(tx, &c, &b, entry, &first, &final); err != nil {
			return err
		}
	}
	if err := s.done(tx, &c, Settle, by, d, ActAppeal, decision.Reasons, ""); err != nil {
		return err
	}
	if c.Appellation.Reversed {
		return s.tellBoth(tx, &c, "reversed")
	}
	return s.tellBoth(tx, &c, "upheld")
}

// settles checks the outcome of an appeal: that of the decision, or another that the
// claim may have after a hearing.
func settles(c *Claim, d *Decision) error {
	if d.Outcome == c.Decision.Outcome && d.Outcome != InPart {
		d.Fields, d.Chosen = nil, 0
		return nil
	}
	if !slices.Contains(outcomes(c.Form.Kind(), Heard), d.Outcome) {
		return refuse(BadOutcome)
	}
	return partial(c, d)
}

// reverse brings the roll from what one decision made of it to what another does.
func (s *Store) reverse(tx *database.Tx, c *Claim, b *rolls.Block, entry int64, first, final *Decision) error {
	if !first.Outcome.Changes() {
		return s.carried(tx, c, b, entry, phase.DecideAppeal, c.AppealCause(), final)
	}
	e, err := s.cfg.Rolls.Get(tx, c.Voter)
	if err != nil {
		return err
	}
	if e.Version != c.VoterVersion || e.Standing == rolls.OnRoll && entry != e.Version || e.Standing == rolls.Off && entry != 0 {
		return fmt.Errorf("claim %s: %w", c.Number, ErrChanged)
	}
	if e, err = s.undo(tx, c, b, e); err != nil {
		return err
	}
	c.Voter, c.VoterVersion = e.ID, e.Version
	if !final.Outcome.Changes() {
		return nil
	}
	now := int64(0)
	if e.Standing == rolls.OnRoll {
		now = e.Version
	}
	return s.carried(tx, c, b, now, phase.DecideAppeal, c.AppealCause(), final)
}

// undo takes back what the first decision did to an entry that nothing has happened to
// since. Where the block was consolidated meanwhile the entry gets a new serial, since
// its old one may be another's.
func (s *Store) undo(tx *database.Tx, c *Claim, b *rolls.Block, e rolls.Entry) (rolls.Entry, error) {
	done, err := s.cfg.Rolls.Caused(tx, c.Cause(), 0, 100)
	if err != nil {
		return e, err
	}
	old := *b
	if len(done) > 0 {
		if old, err = s.cfg.Rolls.Block(tx, done[len(done)-1].Before.Block); err != nil {
			return e, err
		}
	}
	if c.From = 0; old.Code != b.Code {
		c.From = old.Code
	}
	if err := s.phases(tx, c, b, &old, phase.DecideAppeal, c.Changed); err != nil {
		return e, err
	}
	cause := c.AppealCause()
	if len(done) == 0 {
		return s.cfg.Rolls.Remove(tx, e.ID, e.Version, rolls.Withdrawn, cause)
	}
	last := done[len(done)-1]
	was := last.Before
	switch {
	case old.Edition == last.Edition:
		return s.cfg.Rolls.Restore(tx, last, cause)
	case last.Kind == rolls.Correction:
		return s.cfg.Rolls.Correct(tx, e.ID, e.Version, was.Particulars, rolls.Restored, cause)
	case e.Standing == rolls.OnRoll:
		return s.cfg.Rolls.Move(tx, e.ID, e.Version, was.Block, was.List, was.Particulars, cause)
	}
	return s.cfg.Rolls.Add(tx, was.Block, was.List, was.Particulars, cause)
}
