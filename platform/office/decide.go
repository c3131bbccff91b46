package office

import (
	"cmp"
	"time"

	"intikhab/platform/office/area"
)

// Reason says why somebody may not, in a word that never changes.
type Reason string

// The reasons, from the least to the most telling: of several posts that all do not
// allow an act, the most telling reason is given.
const (
	UnknownAct  Reason = "unknown-act"    // the table does not have the act
	SignIn      Reason = "sign-in"        // nobody has signed in
	NotThisWay  Reason = "not-this-way"   // a gateway, the console or the shell may not
	NotInvited  Reason = "invited"        // the account was never opened
	IsSuspended Reason = "suspended"      // the account is suspended
	IsClosed    Reason = "closed"         // the account is closed
	NotYourRole Reason = "not-your-role"  // no post of the officer has the act
	NoPost      Reason = "no-post"        // every officer with a post may, and he has none now
	NotYours    Reason = "not-yours"      // only for what is one's own
	OfficeShut  Reason = "office-closed"  // the office of the post is not open
	PostEnded   Reason = "ended"          // the appointment was ended
	Over        Reason = "over"           // the appointment's last day is over
	NotYet      Reason = "not-yet"        // the appointment's first day is to come
	OnLeave     Reason = "on-leave"       // the powers rest while the holder is on leave
	OtherOffice Reason = "other-office"   // it is another office's
	NoArea      Reason = "no-area"        // it was not said which area the act is about
	Outside     Reason = "outside"        // the area lies outside the jurisdiction, or not wholly in it
	NeedsSecond Reason = "second-officer" // it takes a second officer's approval: ask for it
	ForHimself  Reason = "for-himself"    // nobody gives himself a role or a charge
)

var telling = map[Reason]int{NotYourRole: 1, NoPost: 2, NotYours: 3, OfficeShut: 4, PostEnded: 5, Over: 6, NotYet: 7, OnLeave: 8,
	OtherOffice: 9, NoArea: 10, Outside: 11}

// Key is the key of the reason's sentence in the catalogue.
func (r Reason) Key() string { return "office.reason." + string(r) }

// Standing is who asks: nobody, a way in, or an officer with all his posts, his own
// and those in which he has been somebody's substitute.
type Standing struct {
	Way     Role // Gateway, Console or Shell; "" of an officer and of nobody
	Officer OfficerID
	State   State
	Posts   []Post
}

// A Target is what an act is about. What is not known is left out; an act for a
// jurisdiction is then refused, unless it is asked whether it may be done anywhere.
type Target struct {
	Officer   OfficerID   // whose: for acts on what is one's own
	Office    OfficeID    // which office's
	Areas     []area.Area // which areas: all of them must lie in the jurisdiction
	Somewhere bool        // may it be done at all? Whoever does it asks again, with the rest filled in
}

// In is the target of one area.
func In(a area.Area) Target { return Target{Areas: []area.Area{a}} }

// A Decision is whether somebody may do an act, and by what.
type Decision struct {
	Allowed bool
	Two     bool   // allowed to ask for it: another officer must approve before it is done
	Reason  Reason // why not, "" if allowed

	// By what, if it is allowed.
	Role   Role
	Scope  Scope
	By     AppointmentID // "" of a way in, and of what every officer may
	Office OfficeID      // at which office, "" as By
	For    OfficerID     // whose charge it is, if it is not his own
}

// Rules are the table of permissions with what is known of stations and blocks.
type Rules struct {
	Table *Table
	Links area.Links // may be nil
}

// Decide tells whether somebody may do an act at an instant. It depends on nothing
// but what it is given. Of several posts that allow it, it names the officer's own
// before one in another's charge, then the one whose id is first.
func (r Rules) Decide(at time.Time, who Standing, act Act, on Target) Decision {
	if !r.Table.Knows(act) {
		return Decision{Reason: UnknownAct}
	}
	no := NotYourRole
	var best Decision
	try := func(d Decision, why Reason) {
		switch {
		case why != "":
			if telling[why] > telling[no] {
				no = why
			}
		case !best.Allowed || before(d, best):
			best = d
		}
	}
	for _, p := range r.Table.Of(act) {
		yes := Decision{Allowed: true, Two: p.Officers == 2, Role: p.Role, Scope: p.Scope}
		switch {
		case p.Role == Anyone, who.Way != "" && p.Role == who.Way:
			return yes
		case who.Way != "" || who.Officer == "" || who.State != Active || p.Role == Gateway || p.Role == Console || p.Role == Shell:
		case p.Role == AnyOfficer:
			try(yes, everyOfficer(at, who, p, on))
		default:
			for _, post := range who.Posts {
				if post.Appointment.Role == p.Role {
					d := yes
					d.By, d.Office = post.Appointment.ID, post.Office.ID
					if post.Appointment.Officer != who.Officer {
						d.For = post.Appointment.Officer
					}
					try(d, r.byPost(at, who, post, p, on))
				}
			}
		}
	}
	switch {
	case best.Allowed:
		return best
	case who.Way != "":
		return Decision{Reason: NotThisWay}
	case who.Officer == "":
		return Decision{Reason: SignIn}
	case who.State != Active:
		return Decision{Reason: map[State]Reason{Invited: NotInvited, Suspended: IsSuspended}[who.State].or(IsClosed)}
	}
	return Decision{Reason: no}
}

func (r Reason) or(other Reason) Reason { return cmp.Or(r, other) }

// before tells which of two decisions that allow is named: the one that reaches
// least far of those that need no post, then the own post, then the lower id.
func before(a, b Decision) bool {
	return cmp.Or(cmp.Compare(oneIf(a.For != ""), oneIf(b.For != "")), cmp.Compare(a.By, b.By)) < 0
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// everyOfficer tells why a line for every officer does not allow it, "" if it does.
func everyOfficer(at time.Time, who Standing, p Permission, on Target) Reason {
	if p.Scope == Self {
		if on.Somewhere || on.Officer == who.Officer {
			return ""
		}
		return NotYours
	}
	for _, post := range who.Posts {
		if wielder, _ := post.Wielder(at); wielder == who.Officer {
			return ""
		}
	}
	return NoPost
}

// byPost tells why a line does not allow it by this post, "" if it does.
func (r Rules) byPost(at time.Time, who Standing, post Post, p Permission, on Target) Reason {
	if wielder, why := post.Wielder(at); wielder != who.Officer {
		if post.Appointment.Officer != who.Officer { // a substitute whose charge is not under way
			return NotYourRole
		}
		return why
	}
	if on.Somewhere {
		return ""
	}
	switch p.Scope {
	case Everywhere:
	case Self:
		if on.Officer != who.Officer {
			return NotYours
		}
	case OwnOffice:
		if on.Office != post.Office.ID {
			return OtherOffice
		}
	case Jurisdiction:
		if len(on.Areas) == 0 {
			return NoArea
		}
		for _, a := range on.Areas {
			if !post.covers(a, r.Links) {
				return Outside
			}
		}
	}
	return ""
}
