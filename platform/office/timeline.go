package office

import (
	"cmp"
	"slices"
	"time"
)

// An Event is one thing that happened to an officer's posts, or will.
type Event struct {
	At    time.Time // of what happened; of a day that comes, its beginning
	Kind  EventKind
	Post  Post
	Leave *Leave // of an event of a leave
	Made  Made   // who did it; zero of a day that comes by itself
}

// EventKind is what an event is.
type EventKind string

// The kinds of event.
const (
	Granted    EventKind = "granted"
	Begins     EventKind = "begins"
	Expires    EventKind = "expires"
	EndedEarly EventKind = "ended"
	LeaveGiven EventKind = "leave-given"
	LeaveStart EventKind = "leave-begins"
	LeaveStop  EventKind = "leave-over"
	CameBack   EventKind = "came-back"
	ChargeMade EventKind = "charge-given"
)

// Key is the key of the kind's words in the catalogue.
func (k EventKind) Key() string { return "office.event." + string(k) }

// Timeline gives what happened to posts in the order of time.
func Timeline(posts []Post) (events []Event) {
	for _, p := range posts {
		a := p.Appointment
		add := func(at time.Time, k EventKind, l *Leave, m Made) {
			if !at.IsZero() {
				events = append(events, Event{at, k, p, l, m})
			}
		}
		add(a.Granted.At, Granted, nil, a.Granted)
		add(begin(a.Span.From), Begins, nil, Made{})
		add(a.Ended.At, EndedEarly, nil, a.Ended)
		if a.Ended.IsZero() {
			add(begin(a.Span.To.Next()), Expires, nil, Made{})
		}
		for _, l := range p.Leaves {
			add(l.Given.At, LeaveGiven, &l, l.Given)
			add(begin(l.Span.From), LeaveStart, &l, Made{})
			add(l.Charge.At, ChargeMade, &l, l.Charge)
			add(l.Ended.At, CameBack, &l, l.Ended)
			if l.Ended.IsZero() {
				add(begin(l.Span.To.Next()), LeaveStop, &l, Made{})
			}
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Post.Appointment.ID, b.Post.Appointment.ID))
	})
	return events
}

// begin is the instant at which a day begins in Pakistan; zero of no day.
func begin(d Day) time.Time {
	if w := d.Words(); !w.IsZero() {
		return w.Time().UTC()
	}
	return time.Time{}
}
