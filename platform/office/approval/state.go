package approval

import (
	"encoding/json"
	"errors"
	"time"

	"intikhab/platform/office"
	"intikhab/platform/office/area"
)

// State is where an approval stands. docs/officers.md draws the ways.
type State string

// The states.
const (
	Asked     State = "asked"     // waits for the second officer
	Approved  State = "approved"  // a long act that a worker has still to do
	Done      State = "done"      // done, in the transaction of the approval or by the worker
	Refused   State = "refused"   // the second officer said no
	Withdrawn State = "withdrawn" // who asked took it back
	Lapsed    State = "lapsed"    // nobody decided in time
	Failed    State = "failed"    // approved, and the worker found that it can't be done
)

// Key is the key of the state's name in the catalogue.
func (s State) Key() string { return "office.approval." + string(s) }

// Over tells whether nothing can happen to it any more.
func (s State) Over() bool { return s != Asked && s != Approved }

// An Approval is one thing that was asked for.
type Approval struct {
	ID      string
	Act     office.Act
	On      string          // kind:id
	Areas   []area.Area     // which the act is about; both officers' jurisdictions must have all
	Payload json.RawMessage // canonical JSON; what is to be done, with nothing personal in the clear
	Hash    string          // SHA-256 of act, areas and payload; the approver says which he has seen

	State   State
	Asked   time.Time
	AskedBy office.OfficerID
	AskedAs office.AppointmentID // by which post
	Reason  string
	Lapses  time.Time

	Decided   time.Time // approved, refused, withdrawn or lapsed
	DecidedBy office.OfficerID
	DecidedAs office.AppointmentID
	Answer    string // the second officer's words, or why it failed
	Done      time.Time
}

// Target is what the act is about.
func (a Approval) Target() office.Target { return office.Target{Areas: a.Areas} }

// At is the approval as it stands at an instant: one that nobody decided in time has
// lapsed then, whether or not that has been written down yet.
func (a Approval) At(t time.Time) Approval {
	if a.State == Asked && !t.Before(a.Lapses) {
		a.State, a.Decided = Lapsed, a.Lapses
	}
	return a
}

var (
	// ErrDecided says that somebody was faster, or that it has lapsed.
	ErrDecided = errors.New("it has been decided already, or has lapsed: look at it again")
	// ErrSame says that the second officer is the first.
	ErrSame = errors.New("who asked can't approve, by no post and in nobody's charge, and nobody can by the post that it was asked by: another officer must")
	// ErrChanged says that what the officer saw is not what stands there.
	ErrChanged = errors.New("what you have looked at is not what was asked for: look at it again")
	// ErrAskedBefore says that the same is waiting already.
	ErrAskedBefore = errors.New("the same was asked for already, and waits for a second officer")
	// ErrOne says that the act needs no second officer.
	ErrOne = errors.New("this act takes one officer, and nobody needs to be asked")
	// ErrNoExecutor says that this program does not know how to do the act.
	ErrNoExecutor = errors.New("nothing in this program does this act")
)
