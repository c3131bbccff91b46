package phase

import (
	"slices"

	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/words"
)

// Kind is what kind of revision a programme is of.
type Kind string

// The kinds of revision.
const (
	PeriodicRevision Kind = "periodic" // s. 36: begins with verification at the door
	SpecialRevision  Kind = "special"  // any other: begins with the draft, as the first preparation does
)

// Key is the key of the kind's name in the catalogue.
func (k Kind) Key() string { return "phase.kind." + string(k) }

// Phases are the steps of such a revision, in their order; none for what is no kind.
func (k Kind) Phases() []Phase {
	switch k {
	case PeriodicRevision:
		return []Phase{Periodic, Draft, Display, Claims, Revision, Final}
	case SpecialRevision:
		return []Phase{Draft, Display, Claims, Revision, Final}
	}
	return nil
}

// Occasion is what a freeze is for.
type Occasion string

// The occasions of section 39.
const (
	GeneralElection Occasion = "general" // the term of an assembly expires
	LocalElection   Occasion = "local"   // the term of a local government expires
	ByeElection     Occasion = "bye"     // a constituency is called upon to elect
)

// Occasions are all occasions.
func Occasions() []Occasion { return []Occasion{GeneralElection, LocalElection, ByeElection} }

// Key is the key of the occasion's name in the catalogue.
func (o Occasion) Key() string { return "phase.occasion." + string(o) }

// Settings are the law's intervals, in days. They are settings since the law has changed
// them before: the Electoral Rolls Act 1974 had 21 days for claims.
type Settings struct {
	Periodic int // verification at the door; 15 in the cycle of 2016 (read of in the press), no law known
	Draft    int // no law known: what the printing of a province needs
	Display  int // from the preliminary publication until all display centres are open; no law known
	Claims   int // at least; chapter IV: 30 days for claims, objections and corrections (read of in the press)
	Revision int // the Revising Authority's decisions; no law known
	Final    int // print and publication of the final roll; no law known
	Freeze   int // s. 39: so many days before the term expires (read of in the press)
}

// Standard are the settings of the Elections Act 2017, and customary intervals where it
// is not known to have any.
func Standard() Settings {
	return Settings{Periodic: 15, Draft: 30, Display: 3, Claims: 30, Revision: 30, Final: 15, Freeze: 30}
}

// Days is how many days a step takes.
func (s Settings) Days(p Phase) int {
	return map[Phase]int{Periodic: s.Periodic, Draft: s.Draft, Display: s.Display, Claims: s.Claims, Revision: s.Revision, Final: s.Final}[p]
}

// Plan computes the steps of a revision from its first day, and its last day.
func (s Settings) Plan(kind Kind, first office.Day) (steps []Step, last office.Day) {
	for _, p := range kind.Phases() {
		steps = append(steps, Step{p, first})
		first = add(first, max(1, s.Days(p)))
	}
	return steps, before(first)
}

// FreezeFrom is the first day of a freeze by law: for a bye-election the day on which
// the constituency was called upon to elect, otherwise so many days before the term ends.
func (s Settings) FreezeFrom(o Occasion, basis office.Day) office.Day {
	if o == ByeElection {
		return basis
	}
	return add(basis, -s.Freeze)
}

// A Fault is something wrong with a row that an officer makes.
type Fault struct {
	Field string // of the form: scope, kind, steps, the name of a phase, last, reason, deviation, basis, from, to, closed, freeze
	Say   words.Message
}

func (f *Fault) Error() string {
	return f.Field + ": " + Texts.Say(words.English, f.Say)
}

func fault(field, key string, pairs ...any) error {
	return &Fault{field, words.Say("phase.fault."+key, pairs...)}
}

// Check tells what is wrong with a programme that is made or changed today. was is the
// version that it changes, nil of a new one: what is past stays as it was, since what was
// done then was done by it. others are the programmes that there are.
func (p Programme) Check(s Settings, today office.Day, was *Programme, others []Programme) error {
	if err := p.shape(); err != nil {
		return err
	}
	switch {
	case was == nil && p.Steps[0].From < today:
		return fault(string(p.Steps[0].Phase), "past")
	case was != nil && (was.Last < today || !p.keeps(*was, today)):
		return fault("steps", "past_changed")
	}
	if p.days(Claims) < s.Claims && (p.Deviation.En == "" || p.Deviation.Ur == "") {
		return fault("deviation", "window", "days", p.days(Claims), "least", s.Claims)
	}
	for _, o := range others {
		if o.ID != p.ID && !o.Withdrawn && o.Steps[0].From <= p.Last && p.Steps[0].From <= o.Last && anyMeet(o.Scope, p.Scope) {
			return fault("scope", "overlap", "from", o.Steps[0].From.Words(), "last", o.Last.Words())
		}
	}
	return reasoned(p.Reason)
}

// shape checks what needs neither calendar nor other rows.
func (p Programme) shape() error {
	phases := p.Kind.Phases()
	switch {
	case phases == nil:
		return fault("kind", "kind")
	case len(p.Scope) == 0:
		return fault("scope", "scope")
	case len(p.Steps) != len(phases):
		return fault("steps", "steps")
	}
	for _, a := range p.Scope {
		switch a.Kind() {
		case area.CountryKind, area.Province, area.Division, area.District, area.Tehsil:
		default: // a roll is kept by electoral areas, which constituencies cut across
			return fault("scope", "scope_kind")
		}
	}
	for i, step := range p.Steps {
		if step.Phase != phases[i] || step.From == "" {
			return fault("steps", "steps")
		}
		if i > 0 && step.From <= p.Steps[i-1].From {
			return fault(string(step.Phase), "order", "phase", words.Say(p.Steps[i-1].Phase.Key()))
		}
	}
	if p.Last < p.Steps[len(p.Steps)-1].From {
		return fault("last", "order", "phase", words.Say(Final.Key()))
	}
	return nil
}

// keeps tells whether all days before today are as in the version before.
func (p Programme) keeps(was Programme, today office.Day) bool {
	if was.Steps[0].From >= today {
		return p.Steps[0].From >= today
	}
	if p.Kind != was.Kind || !slices.Equal(p.Scope, was.Scope) {
		return false
	}
	for i, step := range was.Steps {
		if (step.From < today || p.Steps[i].From < today) && step != p.Steps[i] {
			return false
		}
	}
	return p.Last >= before(today)
}

// days is how many days a step takes.
func (p Programme) days(of Phase) int {
	for i, s := range p.Steps {
		if s.Phase == of {
			next := p.Last.Next()
			if i+1 < len(p.Steps) {
				next = p.Steps[i+1].From
			}
			return between(s.From, next)
		}
	}
	return 0
}

// between is how many days lie from one day to another.
func between(from, to office.Day) int {
	return int(to.Words().Time().Sub(from.Words().Time()).Hours()+12) / 24
}

func reasoned(r words.Both) error {
	switch {
	case office.TidyName(r.En) == "" || office.TidyName(r.Ur) == "":
		return fault("reason", "reason")
	case len(r.En) > maxReason || len(r.Ur) > maxReason:
		return fault("reason", "reason_long", "most", maxReason)
	}
	return nil
}

// maxReason bounds published reasons, in bytes.
const maxReason = 4000

// Check tells what is wrong with a freeze that is asked for. It may begin in the past:
// it binds by law whether or not somebody has written it down in time. It may begin
// later than the law's first day, as in 2023, and not earlier.
func (f Freezing) Check(s Settings) error {
	switch {
	case !slices.Contains(Occasions(), f.Kind):
		return fault("kind", "kind")
	case len(f.Scope) == 0:
		return fault("scope", "scope")
	case f.Basis == "":
		return fault("basis", "basis")
	case f.From < s.FreezeFrom(f.Kind, f.Basis) || f.From > f.Basis:
		return fault("from", "freeze_from", "from", s.FreezeFrom(f.Kind, f.Basis).Words(), "basis", f.Basis.Words())
	case f.Kind == ByeElection && slices.ContainsFunc(f.Scope, func(a area.Area) bool { return a.Kind() != area.Constituency }):
		return fault("scope", "bye_scope")
	}
	for _, a := range f.Scope {
		if a.Kind() == area.Station {
			return fault("scope", "station")
		}
	}
	return reasoned(f.Reason)
}

// Check tells what is wrong with an override of a freeze that is asked for today. was is
// the version that it changes, nil of a new one.
func (o Override) Check(f Freezing, today office.Day, was *Override) error {
	switch {
	case f.Withdrawn || f.Closed != "":
		return fault("freeze", "freeze_over")
	case len(o.Scope) == 0:
		return fault("scope", "scope")
	case !slices.ContainsFunc(o.Scope, func(a area.Area) bool { return anyMeet([]area.Area{a}, f.Scope) }):
		return fault("scope", "override_scope")
	case o.From == "" || o.From < f.From:
		return fault("from", "override_from", "from", f.From.Words())
	case o.To < o.From:
		return fault("to", "override_to")
	case was == nil && o.From < today:
		return fault("from", "past")
	case was == nil:
	case was.From < today && (o.From != was.From || !slices.Equal(o.Scope, was.Scope) || o.To < before(today) || was.To < before(today)),
		was.From >= today && o.From < today:
		return fault("from", "past_changed")
	}
	return reasoned(o.Reason)
}
