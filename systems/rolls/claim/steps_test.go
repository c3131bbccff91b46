package claim

import (
	"slices"
	"testing"

	"intikhab/platform/database"
)

// ways leads to each state, on an objection by form 22, which may take every step.
var waysTo = map[State][]Step{
	Received:  {},
	Returned:  {Return},
	Listed:    {List},
	Heard:     {List, Hear},
	Decided:   {List, Hear, Decide},
	Appealed:  {List, Hear, Decide, Appeal},
	Settled:   {List, Hear, Decide, Appeal, Settle},
	Withdrawn: {Withdraw},
}

// drawn is the table of docs/claims.md once more, by hand.
var drawn = map[State]map[Step]State{
	Received:  {Return: Returned, List: Listed, Withdraw: Withdrawn},
	Returned:  {Complete: Received, Decide: Decided, Withdraw: Withdrawn},
	Listed:    {Adjourn: Listed, Hear: Heard, Decide: Decided, Withdraw: Withdrawn},
	Heard:     {Adjourn: Listed, Decide: Decided, Withdraw: Withdrawn},
	Decided:   {Appeal: Appealed},
	Appealed:  {Settle: Settled},
	Settled:   {},
	Withdrawn: {},
}

// TestEveryStep tries each step in each state: it leads where the drawing has it, or is
// refused and leaves nothing behind.
func TestEveryStep(t *testing.T) {
	each(t, func(w *world) {
		for _, state := range States() {
			for _, step := range Steps()[1:] {
				n := w.next()
				c := w.walk(w.take1(w.nobody(), w.filing(Form22, n)).Number, waysTo[state]...)
				if c.State != state {
					t.Fatalf("the claim is %s, and should be %s", c.State, state)
				}
				if step == Decide || step == Hear {
					w.until(c.Hearing.At)
				}
				if step == Decide && state == Returned {
					w.until(c.Due)
				}
				outcome := Rejected
				if state == Returned || state == Listed {
					outcome = Defaulted
				}
				try := func(tx *database.Tx) error { return w.step(tx, c, step, outcome) }
				to, there := drawn[state][step]
				if next, ok := Next(state, step); there != (ok && (step != Decide || state != Received)) || there && next != to {
					t.Errorf("%s from %s leads to %s, and is drawn to lead to %s", step, state, next, to)
				}
				if !there {
					why := WrongState
					if step == Decide && state == Received {
						why = Unheard
					}
					w.refused(why, try)
					continue
				}
				w.do(try)
				after := w.claim(c.Number)
				if after.State != to || after.Version != c.Version+1 {
					t.Errorf("%s from %s: the claim is %s, version %d", step, state, after.State, after.Version)
				}
				w.do(func(tx *database.Tx) error {
					events, err := w.events(tx, c.Number)
					if last := events[len(events)-1]; int64(len(events)) != after.Version || last.Step != step || last.State != to {
						t.Errorf("%s from %s: the history has %d rows, the last %s to %s", step, state, len(events), last.Step, last.State)
					}
					return err
				})
				w.fails(ErrChanged, try) // the same page sent twice
			}
		}
	})
}

// TestStepsFrom: pages offer what there is.
func TestStepsFrom(t *testing.T) {
	for state, steps := range drawn {
		for _, step := range Steps() {
			_, there := steps[step]
			if state == Received && step == Decide {
				there = true // of other forms
			}
			if slices.Contains(StepsFrom(state), step) != there {
				t.Errorf("from %s the step %s is offered: %t", state, step, !there)
			}
		}
	}
}

// TestOutcomes: which decisions there are, by hand.
func TestOutcomes(t *testing.T) {
	want := map[State]map[Kind][]Outcome{
		Received: {Enrolment: {Allowed, InPart, Rejected}, Correction: {Allowed, InPart, Rejected}},
		Returned: {Enrolment: {Defaulted}, Correction: {Defaulted}, Objection: {Defaulted}},
		Listed:   {Enrolment: {Defaulted}, Correction: {Defaulted}, Objection: {Defaulted}},
		Heard:    {Enrolment: {Allowed, InPart, Rejected}, Correction: {Allowed, InPart, Rejected}, Objection: {Allowed, Rejected}},
	}
	for _, s := range States() {
		for _, k := range Kinds() {
			if got := outcomes(k, s); !slices.Equal(got, want[s][k]) {
				t.Errorf("an %s that is %s may be decided %v, want %v", k, s, got, want[s][k])
			}
		}
	}
}
