package claim

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/systems/rolls"
)

// modelled is a claim as the second statement of the rules knows it: docs/claims.md
// read once more, without the table and the verbs of the package.
type modelled struct {
	form           Form
	person         int
	before         rolls.Entry // before the claim
	state          State
	first, outcome Outcome
	hearing, due   time.Time
}

// takes tells whether a step is taken, and takes it.
func (m *modelled) takes(step Step, o Outcome, who Appellant, now time.Time) bool {
	objection := m.form == Form16 || m.form == Form22
	heard := o == Allowed || o == Rejected || o == InPart && !objection
	is := func(states ...State) bool { return slices.Contains(states, m.state) }
	switch step {
	case Return:
		if !is(Received) {
			return false
		}
		m.state, m.due = Returned, now.AddDate(0, 0, 7)
	case Complete:
		if !is(Returned) {
			return false
		}
		m.state = Received
	case List:
		if !is(Received) {
			return false
		}
		m.state, m.hearing = Listed, now.AddDate(0, 0, 5)
	case Adjourn:
		if !is(Listed, Heard) {
			return false
		}
		m.state, m.hearing = Listed, now.AddDate(0, 0, 5)
	case Hear:
		if !is(Listed) || now.Before(m.hearing) {
			return false
		}
		m.state = Heard
	case Decide:
		switch {
		case is(Heard) && heard:
		case is(Received) && heard && !objection:
		case is(Listed) && o == Defaulted && !now.Before(m.hearing):
		case is(Returned) && o == Defaulted && !now.Before(m.due):
		default:
			return false
		}
		m.state, m.first, m.outcome, m.due = Decided, o, o, now.AddDate(0, 0, 30)
	case Appeal:
		lost := m.outcome != Allowed
		if !is(Decided) || now.After(m.due) || who == ByClaimant && !lost || who == ByOther && (lost || !objection) {
			return false
		}
		m.state = Appealed
	case Settle:
		if !is(Appealed) || !heard && (o != Defaulted || m.first != Defaulted) {
			return false
		}
		m.state, m.outcome = Settled, o
	case Withdraw:
		if !is(Received, Returned, Listed, Heard) {
			return false
		}
		m.state = Withdrawn
	}
	return true
}

// TestClaimsModel takes random claims through random steps at random times: each is
// taken or refused as the second statement says, and the roll is what it says.
func TestClaimsModel(t *testing.T) {
	each(t, func(w *world) {
		persons := 100_000
		rapid.Check(t, func(rt *rapid.T) {
			persons++
			m := &modelled{form: rapid.SampledFrom([]Form{Form21, Form22, Form23}).Draw(rt, "form"), person: persons, state: Received}
			if m.form == Form21 && rapid.Bool().Draw(rt, "transfer") {
				w.voter(m.person, kasur2)
			}
			n := w.take1(office.Acting{}, w.filing(m.form, m.person)).Number
			m.before = w.entry(m.person)
			for range rapid.IntRange(1, 8).Draw(rt, "steps") {
				step := rapid.SampledFrom([]Step{Return, Complete, List, List, Hear, Hear, Adjourn, Decide, Decide, Decide, Appeal, Appeal, Settle, Settle, Withdraw}).Draw(rt, "step")
				if open := StepsFrom(m.state); len(open) > 0 && rapid.IntRange(0, 3).Draw(rt, "likely") > 0 {
					step = rapid.SampledFrom(open).Draw(rt, "open")
				}
				o := rapid.SampledFrom(Outcomes()).Draw(rt, "outcome")
				who := rapid.SampledFrom([]Appellant{ByClaimant, ByOther}).Draw(rt, "who")
				w.Pass(time.Duration(rapid.SampledFrom([]int{0, 1, 5, 7, 31}).Draw(rt, "days")) * 24 * time.Hour)
				c := w.claim(n)
				want := m.takes(step, o, who, w.Commission.Now())
				err := w.DB.Update(t.Context(), func(tx *database.Tx) error { return w.random(tx, c, step, o, who) })
				if r := (*Refused)(nil); want != (err == nil) || err != nil && !errors.As(err, &r) {
					rt.Fatalf("form %d, %s: %s (%s, by %s): %v, and should be taken: %t", m.form, c.State, step, o, who, err, want)
				}
				if c = w.claim(n); c.State != m.state || c.Outcome != m.outcome {
					rt.Fatalf("form %d: after %s (%s) it is %s %q, and should be %s %q", m.form, step, o, c.State, c.Outcome, m.state, m.outcome)
				}
				w.rollIs(m.form, m.person, m.outcome, m.before)
			}
		})
	})
}

// random takes a step as the model knows it.
func (w *world) random(tx *database.Tx, c Claim, step Step, o Outcome, who Appellant) error {
	d := Decision{Outcome: o, Reasons: "it is so"}
	if o == InPart && c.Form.Kind() == Correction {
		d.Fields = []Field{FieldNameEn}
	} else if o == InPart {
		d.Chosen = rolls.TemporaryAddress
	}
	switch step {
	case Decide:
		return w.Decide(tx, w.ro, c.Number, c.Version, w.entryIn(tx, c), d)
	case Appeal:
		return w.Appeal(tx, office.Acting{}, c.Number, c.Version, who, "no")
	case Settle:
		return w.Settle(tx, w.dec, c.Number, c.Version, w.entryIn(tx, c), d)
	}
	return w.step(tx, c, step, o)
}
