package office

import (
	"slices"
	"time"

	"intikhab/platform/office/area"
)

// AppointmentID and LeaveID name rows: 26 random letters and digits.
type (
	AppointmentID string
	LeaveID       string
)

// An Appointment is one role that an officer holds at an office from a day to a
// day. It is never changed: it runs out, or is ended with a reason, and another is
// granted.
type Appointment struct {
	ID      AppointmentID
	Officer OfficerID
	Office  OfficeID
	Role    Role
	Areas   []area.Area // if any, the only parts of the office's jurisdiction that it is for
	Span    Span
	Granted Made
	Ended   Made // the zero Made while it was not ended early
}

// Made says who did something, when and why; and who approved it, if it took two.
type Made struct {
	At           time.Time
	By, Approved OfficerID
	Reason       string
}

// IsZero tells whether nothing was done.
func (m Made) IsZero() bool { return m.At.IsZero() }

// A Leave is days on which the holder of an appointment is away: his own powers of
// that appointment rest on them, and the substitute, if one was given the charge,
// has them. Leaves of one appointment do not meet, so that at any instant at most
// one person has its powers (TestOneWielder).
type Leave struct {
	ID          LeaveID
	Appointment AppointmentID
	Span        Span // both days needed
	Given       Made
	Substitute  OfficerID // "" while nobody acts
	Charge      Made      // who gave the substitute the charge, and who approved it
	Ended       Made      // the holder came back early
}

// In tells whether the leave is under way.
func (l Leave) In(at time.Time) bool {
	return l.Span.Has(DayOf(at)) && (l.Ended.IsZero() || at.Before(l.Ended.At))
}

// A Post is an appointment with what else decides who has its powers.
type Post struct {
	Appointment Appointment
	Office      Office
	Leaves      []Leave
}

// Wielder gives who has the post's powers at an instant: its holder, or the
// substitute of a leave. If nobody has, the reason says why, for the holder.
func (p Post) Wielder(at time.Time) (OfficerID, Reason) {
	day := DayOf(at)
	a := p.Appointment
	switch {
	case !a.Ended.IsZero() && !at.Before(a.Ended.At):
		return "", PostEnded
	case day < a.Span.From:
		return "", NotYet
	case !a.Span.Has(day):
		return "", Over
	case !p.Office.Open.Has(day):
		return "", OfficeShut
	}
	for _, l := range p.Leaves {
		if l.In(at) {
			return l.Substitute, OnLeave
		}
	}
	return a.Officer, ""
}

// Areas is the jurisdiction of the post as far as it is listed: that of the office,
// or the narrower one of the appointment. covers is the whole rule.
func (p Post) Areas() []area.Area {
	if len(p.Appointment.Areas) > 0 {
		return slices.Clone(p.Appointment.Areas)
	}
	return p.Office.Areas()
}

// covers tells whether an area lies in the post's jurisdiction: in the office's, and
// if the appointment is for parts of it, in one of those.
func (p Post) covers(a area.Area, links area.Links) bool {
	narrow := p.Appointment.Areas
	return coveredBy(a, p.Office.Areas(), links) && (len(narrow) == 0 || coveredBy(a, narrow, links))
}
