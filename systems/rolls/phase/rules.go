package phase

import (
	"slices"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/words"
)

// Areas are the areas that a block lies in. What is not known is left zero; where a block
// without it may lie in a frozen area, it counts as frozen, and not as in the scope of a
// programme or an override.
type Areas struct {
	Block                      geography.BlockCode
	NA, PA                     geography.Constituency
	District, Tehsil, Province area.Area
}

// In tells whether the block lies in an area: one of its two constituencies, a district,
// division or province as package area has it, the country, or the block itself. A
// constituency holds only the blocks that vote in it, whatever else its districts have.
func (a Areas) In(scope area.Area) bool {
	switch scope.Kind() {
	case area.CountryKind:
		return true
	case area.Constituency:
		return scope.Seat() == a.NA || scope.Seat() == a.PA
	case area.Block:
		return a.Block != 0 && scope == area.OfBlock(a.Block)
	}
	return area.Within(a.Tehsil, scope) || area.Within(a.District, scope) || area.Within(a.Province, scope)
}

func (a Areas) in(scope []area.Area) bool { return slices.ContainsFunc(scope, a.In) }

// mayBeIn tells whether the block may lie in one of the areas, by what is known of it.
func (a Areas) mayBeIn(scope []area.Area) bool {
	return slices.ContainsFunc(scope, func(s area.Area) bool {
		if a.In(s) {
			return true
		}
		switch s.Kind() {
		case area.Constituency:
			own := a.PA
			if s.Seat().Assembly() == geography.National {
				own = a.NA
			}
			if own != "" {
				return false
			}
		case area.Block:
			return a.Block == 0
		default:
			if !a.Tehsil.IsZero() || !a.District.IsZero() {
				return false
			}
		}
		for _, known := range []area.Area{a.Tehsil, a.District, a.Province} {
			if !known.IsZero() && !Meet(s, known) {
				return false
			}
		}
		return s.Kind() == area.Constituency || a.NA == "" || Meet(s, area.OfConstituency(a.NA))
	})
}

// A Row is what all rows have: it counts in its newest version, unless that withdraws it.
type Row struct {
	ID        string
	Version   int64 // from 1
	Scope     []area.Area
	Reason    words.Both // published
	Withdrawn bool
	Made      time.Time
	By        office.OfficerID // who made this version
	Approval  string           // by which approval, "" where one officer may
}

// A Step is a phase of a revision and its first day; it lasts until the next step begins.
type Step struct {
	Phase Phase      `json:"phase"`
	From  office.Day `json:"from"`
}

// A Programme is the dated steps of one revision of the rolls of some areas.
type Programme struct {
	Row
	Kind      Kind
	Steps     []Step
	Last      office.Day // the last day of the last step; the day after is continuous again
	Deviation words.Both // the direction under s. 49 and its reasons, where the law's intervals are not kept
}

// A Freezing is one freeze of s. 39: from a day until the day on which the results are
// announced, that day included.
type Freezing struct {
	Row
	Kind   Occasion
	Basis  office.Day // the day on which the term ends, or on which the constituency was called upon to elect
	From   office.Day
	Closed office.Day // the day on which the results were announced, "" as long as they are not
}

// An Override is the commission's own: from one day to another, both included, a freeze
// does not bind the areas of the scope.
type Override struct {
	Row
	Freeze   string // id of the freeze
	From, To office.Day
}

// Rules are the rows, each in its newest version. They are not changed by any method
// and may be asked by many at once.
type Rules struct {
	Programmes []Programme
	Freezes    []Freezing
	Overrides  []Override
}

// A State is how the roll of a block stands on a day, and by which rows.
type State struct {
	Phase     Phase
	Since     office.Day // first day of the phase, "" when it has always been so
	Until     office.Day // last day of the phase, "" while nobody can know it
	Next      Phase      // the phase after that, "" while there is no end
	Day       office.Day // the day itself
	Step      Phase      // the step of the programme, though it may be frozen over; Continuous without one
	Programme string     // id of the programme that is under way, "" without
	Freeze    string     // id of the freeze that binds, "" without
	Override  string     // id of the override by which a freeze does not bind, "" without
}

// on is the state of a day without what is before and behind it.
func (r *Rules) on(a Areas, d office.Day) State {
	s := State{Phase: Continuous, Step: Continuous, Day: d}
	for i := range r.Programmes {
		p := &r.Programmes[i]
		if p.Withdrawn || d > p.Last || !a.in(p.Scope) {
			continue
		}
		for _, step := range p.Steps {
			if step.From <= d {
				s.Phase, s.Step, s.Programme = step.Phase, step.Phase, p.ID
			}
		}
	}
	for i := range r.Freezes {
		f := &r.Freezes[i]
		if f.Withdrawn || d < f.From || f.Closed != "" && d > f.Closed || !a.mayBeIn(f.Scope) {
			continue
		}
		if o := r.override(a, f.ID, d); o != "" {
			s.Override = o
			continue
		}
		s.Phase, s.Freeze, s.Override = Freeze, f.ID, ""
		break
	}
	return s
}

// override gives the override by which a freeze does not bind the block on a day.
func (r *Rules) override(a Areas, freeze string, d office.Day) string {
	for i := range r.Overrides {
		o := &r.Overrides[i]
		if o.Freeze == freeze && !o.Withdrawn && o.From <= d && d <= o.To && a.in(o.Scope) {
			return o.ID
		}
	}
	return ""
}

// turns are the days on which the state of the block may change, in order.
func (r *Rules) turns(a Areas) (days []office.Day) {
	for _, p := range r.Programmes {
		if !p.Withdrawn && a.in(p.Scope) {
			for _, s := range p.Steps {
				days = append(days, s.From)
			}
			days = append(days, p.Last.Next())
		}
	}
	for _, f := range r.Freezes {
		if !f.Withdrawn && a.mayBeIn(f.Scope) {
			days = append(days, f.From)
			if f.Closed != "" {
				days = append(days, f.Closed.Next())
			}
		}
	}
	for _, o := range r.Overrides {
		if !o.Withdrawn && a.in(o.Scope) {
			days = append(days, o.From, o.To.Next())
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// States are all states that the roll of a block goes through, as the rows stand, from
// the first to the last: each with the day on which it begins as its Day, "" of the
// first. Two that follow on each other differ in the phase or in the rows.
func (r *Rules) States(a Areas) []State {
	all := []State{r.on(a, "")}
	for _, d := range r.turns(a) {
		s, last := r.on(a, d), &all[len(all)-1]
		if s.Since = d; s.Phase == last.Phase {
			s.Since = last.Since
		}
		if !s.same(*last) {
			all = append(all, s)
		}
	}
	for i := len(all) - 2; i >= 0; i-- {
		if next := all[i+1]; next.Phase == all[i].Phase {
			all[i].Until, all[i].Next = next.Until, next.Next
		} else {
			all[i].Until, all[i].Next = before(next.Day), next.Phase
		}
	}
	return all
}

// same tells whether two states are so by the same rows.
func (s State) same(o State) bool {
	s.Day, s.Since = o.Day, o.Since
	return s == o
}

// At is the state of the roll of a block at an instant.
func (r *Rules) At(a Areas, t time.Time) State { return r.On(a, office.DayOf(t)) }

// On is the state of the roll of a block on a day.
func (r *Rules) On(a Areas, d office.Day) State {
	var s State
	for _, next := range r.States(a) {
		if next.Day > d {
			break
		}
		s = next
	}
	s.Day = d
	return s
}

// before is the day before, "" of no day.
func before(d office.Day) office.Day { return add(d, -1) }

// add is the day so many days later, "" of no day.
func add(d office.Day, days int) office.Day {
	if d == "" {
		return ""
	}
	return office.Day(d.Words().Add(days).String())
}

// Meet tells whether two areas may have a block in common, by the tables of geography:
// one lies in the other, or a constituency has voters in a district that does. Of a
// polling station and a block it says yes only within the country, since the tables do
// not place them.
func Meet(a, b area.Area) bool {
	if area.Within(a, b) || area.Within(b, a) {
		return true
	}
	if a.Kind() == area.Constituency && b.Kind() == area.Constituency {
		return share(a.Seat(), b.Seat())
	}
	return reaches(a, b) || reaches(b, a)
}

func anyMeet(these, those []area.Area) bool {
	return slices.ContainsFunc(these, func(a area.Area) bool {
		return slices.ContainsFunc(those, func(b area.Area) bool { return Meet(a, b) })
	})
}

// reaches tells whether a constituency has voters in a district that lies in the other
// area, or of which the other is a part.
func reaches(constituency, other area.Area) bool {
	seat, ok := geography.SeatOf(constituency.Seat())
	return ok && slices.ContainsFunc(seat.Districts(), func(d *geography.District) bool {
		in := area.OfDistrict(d)
		return area.Within(in, other) || area.Within(other, in)
	})
}

// share tells whether a seat of the National Assembly and one of a Provincial Assembly
// have voters in common.
func share(a, b geography.Constituency) bool {
	return slices.ContainsFunc(geography.Portions(), func(p *geography.Portion) bool {
		return p.NA == a && p.PA == b || p.NA == b && p.PA == a
	})
}
