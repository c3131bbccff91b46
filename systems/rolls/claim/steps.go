package claim

import "slices"

// State is where a claim stands; docs/claims.md draws them.
type State string

// The states.
const (
	Received  State = "received"
	Returned  State = "returned"
	Listed    State = "listed"
	Heard     State = "heard"
	Decided   State = "decided"
	Appealed  State = "appealed"
	Settled   State = "settled"
	Withdrawn State = "withdrawn"
)

// States are all states, in the order of a claim's life.
func States() []State {
	return []State{Received, Returned, Listed, Heard, Decided, Appealed, Settled, Withdrawn}
}

// Key is the key of the state's name in the catalogue.
func (s State) Key() string { return "claim.state." + string(s) }

// Open tells whether a decision, on the claim or on the appeal, is still to come.
func (s State) Open() bool { return s.pending() || s == Appealed }

// pending tells whether the first decision is still to come.
func (s State) pending() bool {
	return s == Received || s == Returned || s == Listed || s == Heard
}

// Step is what is done to a claim.
type Step string

// The steps.
const (
	Receive  Step = "receive"
	Return   Step = "return"   // to be completed
	Complete Step = "complete" // by the claimant
	List     Step = "list"     // for hearing
	Hear     Step = "hear"     // it was heard, the decision is reserved
	Adjourn  Step = "adjourn"  // to another day or place
	Decide   Step = "decide"
	Appeal   Step = "appeal"
	Settle   Step = "settle" // the appeal is decided
	Withdraw Step = "withdraw"
)

// Steps are all steps.
func Steps() []Step {
	return []Step{Receive, Return, Complete, List, Hear, Adjourn, Decide, Appeal, Settle, Withdraw}
}

// Key is the key of the step's name in the catalogue.
func (s Step) Key() string { return "claim.step." + string(s) }

// A way is one step from some states to another.
type way struct {
	from []State
	to   State
}

// The table of the states. What a step asks for beside the state (who, when, which
// kind of claim) is asked by the verbs of Store.
var ways = map[Step]way{
	Receive:  {[]State{""}, Received},
	Return:   {[]State{Received}, Returned},
	Complete: {[]State{Returned}, Received},
	List:     {[]State{Received}, Listed},
	Hear:     {[]State{Listed}, Heard},
	Adjourn:  {[]State{Listed, Heard}, Listed},
	Decide:   {[]State{Received, Returned, Listed, Heard}, Decided},
	Appeal:   {[]State{Decided}, Appealed},
	Settle:   {[]State{Appealed}, Settled},
	Withdraw: {[]State{Received, Returned, Listed, Heard}, Withdrawn},
}

// Next gives the state to which a step leads, and whether there is such a step.
func Next(s State, step Step) (State, bool) {
	w := ways[step]
	return w.to, slices.Contains(w.from, s)
}

// StepsFrom gives the steps that there are from a state.
func StepsFrom(s State) (all []Step) {
	for _, step := range Steps() {
		if _, ok := Next(s, step); ok {
			all = append(all, step)
		}
	}
	return all
}

// Outcome is how a claim was decided.
type Outcome string

// The outcomes.
const (
	Allowed   Outcome = "allowed"
	InPart    Outcome = "in_part"
	Rejected  Outcome = "rejected"
	Defaulted Outcome = "default" // dismissed: the claimant did not appear, or did not complete it
)

// Outcomes are all outcomes.
func Outcomes() []Outcome { return []Outcome{Allowed, InPart, Rejected, Defaulted} }

// Key is the key of the outcome's name in the catalogue.
func (o Outcome) Key() string { return "claim.outcome." + string(o) }

// Changes tells whether the roll is changed by it.
func (o Outcome) Changes() bool { return o == Allowed || o == InPart }

// outcomes are those that a claim of a kind may have from a state: an objection is never
// decided unheard, nor in part, and nobody defaults who was heard or not asked to come.
func outcomes(k Kind, s State) (all []Outcome) {
	switch {
	case s == Returned, s == Listed:
		return []Outcome{Defaulted}
	case s == Received && k == Objection:
		return nil
	case s != Received && s != Heard:
		return nil
	case k == Objection:
		return []Outcome{Allowed, Rejected}
	}
	return []Outcome{Allowed, InPart, Rejected}
}

// Outcomes are those that the claim may be given from where it stands: by a decision, or,
// while it is under appeal, by the appeal authority.
func (c *Claim) Outcomes() []Outcome {
	if c.State != Appealed {
		return outcomes(c.Form.Kind(), c.State)
	}
	all := outcomes(c.Form.Kind(), Heard)
	if !slices.Contains(all, c.Decision.Outcome) {
		all = append([]Outcome{c.Decision.Outcome}, all...)
	}
	return all
}
