// Package phase is the time of a roll: which [Phase] the roll of an electoral area is in
// on a day (continuous, a revision's steps from its draft to the final publication, or
// the freeze of section 39), and what may be done to it then. A [Deed] that the phase
// forbids gives a *[Refusal], which names the section of the Elections Act 2017, until
// when it is so, and what can be done instead, in English and Urdu.
//
// The rules are pure: [Rules] are rows (programmes of revisions, freezes, the
// commission's overrides), and from them and a day follows the [State] of any block.
// TestPhasesModel holds them, over random acts and days, against a second statement of
// the same law that goes day by day. [Store] keeps the rows with all their versions, and
// [Store.Check] is what others ask in the transaction of their own act.
//
// Of chapter IV (sections 23 to 49) the sections 27, 36, 37, 39, 47 and 49 could be
// read of in the press; where the number of another section is only remembered, the
// texts name the chapter and no number.
package phase

import "slices"

// Phase is what time it is for the roll of an area.
type Phase string

// The phases, in the order in which a revision goes through them.
const (
	Continuous Phase = "continuous" // between revisions: s. 37
	Periodic   Phase = "periodic"   // a periodic revision begins, voters are verified at their doors: s. 36
	Draft      Phase = "draft"      // the preliminary roll is drawn up
	Display    Phase = "display"    // the preliminary roll is published and put on display
	Claims     Phase = "claims"     // it stays on display, claims and objections are heard of
	Revision   Phase = "revision"   // the Revising Authority decides, and what it decided is carried out
	Final      Phase = "final"      // the final roll is printed and published
	Freeze     Phase = "freeze"     // nothing of the roll changes: s. 39
)

// Phases are all phases, in their order.
func Phases() []Phase {
	return []Phase{Continuous, Periodic, Draft, Display, Claims, Revision, Final, Freeze}
}

// Key is the key of the phase's name in the catalogue.
func (p Phase) Key() string { return "phase." + string(p) }

// Deed is what is done to a roll, or with it.
type Deed string

// The deeds. Whoever does one asks [Store.Check] in the transaction that does it.
const (
	Feed               Deed = "feed"                // a batch of the identity authority is applied, or taken back
	Form15             Deed = "form15"              // received: enrolment or transfer, during display
	Form16             Deed = "form16"              // received: objection or deletion, during display
	Form17             Deed = "form17"              // received: correction, during display
	Form21             Deed = "form21"              // received: enrolment or transfer, between revisions
	Form22             Deed = "form22"              // received: objection or deletion, between revisions
	Form23             Deed = "form23"              // received: correction, between revisions
	DecideRevision     Deed = "decide_revision"     // a claim by forms 15 to 17 is accepted: the roll changes
	DecideContinuous   Deed = "decide_continuous"   // a claim by forms 21 to 23 is accepted: the roll changes
	DecideAppeal       Deed = "decide_appeal"       // the roll changes by an appeal
	Reject             Deed = "reject"              // a claim is rejected: the roll stays as it is
	Consolidate        Deed = "consolidate"         // a consolidated print: supplements go into the lists
	Renumber           Deed = "renumber"            // serials are given anew
	Redraw             Deed = "redraw"              // electoral areas are changed, joined, divided
	Split              Deed = "split"               // a block's serials are split between polling stations
	PublishPreliminary Deed = "publish_preliminary" // the preliminary roll is published
	PutOnDisplay       Deed = "put_on_display"      // copies stand at the display centres
	PublishFinal       Deed = "publish_final"       // the final roll is published
	TakeFrozen         Deed = "take_frozen"         // a frozen copy of the roll is taken and its root published
	Copy               Deed = "copy"                // candidates and parties get copies of the final roll: s. 79
)

// A rule is in which phases a deed is allowed, and the law by which it is forbidden in
// the others; the freeze's law is always section 39.
type rule struct {
	deed    Deed
	allowed []Phase
	law     Law
}

// The table of the law. A claim that was taken between revisions is still decided while
// a revision's draft is drawn up; from the preliminary publication on the roll changes
// only by the Revising Authority's decisions and by appeals, so that what stands on
// display is what people were shown. The feed waits as they do [recalled: the Act is not
// known to say so; it is the only reading under which the final roll is the preliminary
// one with the decisions].
var table = []rule{
	{Feed, []Phase{Continuous, Periodic, Draft}, Section37},
	{Form15, []Phase{Display, Claims}, ChapterIV},
	{Form16, []Phase{Display, Claims}, ChapterIV},
	{Form17, []Phase{Display, Claims}, ChapterIV},
	{Form21, []Phase{Continuous}, Section37},
	{Form22, []Phase{Continuous}, Section37},
	{Form23, []Phase{Continuous}, Section37},
	{DecideRevision, []Phase{Claims, Revision}, ChapterIV},
	{DecideContinuous, []Phase{Continuous, Periodic, Draft}, Section37},
	{DecideAppeal, []Phase{Continuous, Periodic, Draft, Display, Claims, Revision}, ChapterIV},
	{Reject, Phases(), Section39},
	{Consolidate, []Phase{Continuous, Draft, Final}, ChapterIV},
	{Renumber, []Phase{Continuous, Draft, Final}, ChapterIV},
	{Redraw, []Phase{Continuous, Periodic, Draft}, ChapterIV},
	{Split, []Phase{Continuous, Draft, Final, Freeze}, ChapterIV},
	{PublishPreliminary, []Phase{Display}, ChapterIV},
	{PutOnDisplay, []Phase{Display, Claims}, ChapterIV},
	{PublishFinal, []Phase{Final}, ChapterIV},
	{TakeFrozen, []Phase{Continuous, Final, Freeze}, ChapterIV},
	{Copy, []Phase{Continuous, Final, Freeze}, Section79},
}

// Deeds are all deeds, in the order of the table.
func Deeds() (all []Deed) {
	for _, r := range table {
		all = append(all, r.deed)
	}
	return all
}

// Key is the key of the deed's name in the catalogue.
func (d Deed) Key() string { return "phase.deed." + string(d) }

// In are the phases in which the deed is allowed; none for what is no deed.
func (d Deed) In() []Phase {
	for _, r := range table {
		if r.deed == d {
			return r.allowed
		}
	}
	return nil
}

func (d Deed) allowed(p Phase) bool { return slices.Contains(d.In(), p) }

// forbidden is the law by which a phase forbids the deed.
func (d Deed) forbidden(p Phase) Law {
	if p == Freeze {
		return Section39
	}
	for _, r := range table {
		if r.deed == d {
			return r.law
		}
	}
	return ChapterIV
}

// Received is the deed of taking a form in; false for a number that is none of the six.
func Received(form int) (Deed, bool) {
	d, ok := map[int]Deed{15: Form15, 16: Form16, 17: Form17, 21: Form21, 22: Form22, 23: Form23}[form]
	return d, ok
}

// Decided is the deed of accepting what a form asks for, by which the roll changes;
// false as of [Received].
func Decided(form int) (Deed, bool) {
	switch form {
	case 15, 16, 17:
		return DecideRevision, true
	case 21, 22, 23:
		return DecideContinuous, true
	}
	return "", false
}
