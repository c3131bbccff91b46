// Package calendar is the calendar of the rolls: what happens to which roll when, by the
// published programmes, freezes and overrides of package phase, as a page that anybody
// may read, as JSON, and as an iCalendar file (RFC 5545) for people's own calendars. The
// officers make and change there what the calendar shows; a freeze (section 39 of the
// Elections Act 2017) and an override take two of them. TestSpans shows the calendar,
// TestICalendar the file, TestPages who may do what.
package calendar

import (
	"cmp"
	"slices"

	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/words"
	"intikhab/systems/rolls/phase"
)

// What a span is.
const (
	Step     = "step"     // one step of a revision
	Freeze   = "freeze"   // a freeze of s. 39
	Override = "override" // the commission's own override of one
)

// A Span is the days of one thing that happens.
type Span struct {
	What      string
	Phase     phase.Phase // of a step; Freeze of a freeze; Continuous of an override
	From, To  office.Day  // both included; To is "" of a freeze whose results are to come
	Row       phase.Row   // by which it is so
	Kind      string      // of the revision, or the occasion of the freeze
	Deviation words.Both
}

// Name is what happens.
func (s Span) Name() words.Message {
	if s.What == Override {
		return words.Say("calendar.override")
	}
	return words.Say(s.Phase.Key())
}

// KindName is the kind of the revision, or the occasion of the freeze; zero of an override.
func (s Span) KindName() words.Message {
	switch s.What {
	case Step:
		return words.Say(phase.Kind(s.Kind).Key())
	case Freeze:
		return words.Say(phase.Occasion(s.Kind).Key())
	}
	return words.Message{}
}

// Has tells whether a day lies in the span.
func (s Span) Has(d office.Day) bool { return s.From <= d && (s.To == "" || d <= s.To) }

// Spans are what happens between two days, both included, where an area may have a block:
// in the order of their first days. The zero area is everywhere.
func Spans(r *phase.Rules, from, to office.Day, where area.Area) (all []Span) {
	add := func(s Span) {
		meets := where.IsZero() || slices.ContainsFunc(s.Row.Scope, func(a area.Area) bool { return phase.Meet(a, where) })
		if meets && s.From <= to && (s.To == "" || s.To >= from) {
			all = append(all, s)
		}
	}
	for _, p := range r.Programmes {
		for i, step := range p.Steps {
			s := Span{What: Step, Phase: step.Phase, From: step.From, To: p.Last, Row: p.Row, Kind: string(p.Kind), Deviation: p.Deviation}
			if i+1 < len(p.Steps) {
				s.To = before(p.Steps[i+1].From)
			}
			add(s)
		}
	}
	for _, f := range r.Freezes {
		add(Span{What: Freeze, Phase: phase.Freeze, From: f.From, To: f.Closed, Row: f.Row, Kind: string(f.Kind)})
	}
	for _, o := range r.Overrides {
		add(Span{What: Override, Phase: phase.Continuous, From: o.From, To: o.To, Row: o.Row})
	}
	slices.SortStableFunc(all, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.What, b.What), cmp.Compare(a.Row.ID, b.Row.ID))
	})
	return all
}

func before(d office.Day) office.Day { return office.Day(d.Words().Add(-1).String()) }

// areas are areas by their names, with their kinds.
func areas(all []area.Area) any {
	var lines []any
	for _, a := range all {
		lines = append(lines, areaName(a))
	}
	return lines
}

func areaName(a area.Area) words.Message {
	en, ur := a.Names()
	return words.Say("calendar.area."+string(a.Kind()), "name", words.Both{En: en, Ur: ur})
}
