package claim

import (
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/phase"
)

// Form is the number of a form.
type Form int

// The forms, two sets of the same three.
const (
	Form15 Form = 15 // enrolment or transfer, during display
	Form16 Form = 16 // objection or deletion, during display
	Form17 Form = 17 // correction, during display
	Form21 Form = 21 // the same between revisions
	Form22 Form = 22
	Form23 Form = 23
)

// Forms are all forms.
func Forms() []Form { return []Form{Form15, Form16, Form17, Form21, Form22, Form23} }

// Kind is what a form is for.
type Kind string

// The kinds.
const (
	Enrolment  Kind = "enrolment" // or transfer
	Objection  Kind = "objection"
	Correction Kind = "correction"
)

// Kinds are all kinds.
func Kinds() []Kind { return []Kind{Enrolment, Objection, Correction} }

// Kind is what the form is for, "" of a number that is none of the six.
func (f Form) Kind() Kind {
	switch f {
	case Form15, Form21:
		return Enrolment
	case Form16, Form22:
		return Objection
	case Form17, Form23:
		return Correction
	}
	return ""
}

// Display tells whether the form belongs to the display of a preliminary roll, and its
// claims to the Revising Authority.
func (f Form) Display() bool { return f.Kind() != "" && f < Form21 }

// FormOf is the form of a kind: during display, or between revisions.
func FormOf(k Kind, display bool) Form {
	for _, f := range Forms() {
		if f.Kind() == k && f.Display() == display {
			return f
		}
	}
	return 0
}

// Key is the key of the form's name in the catalogue.
func (f Form) Key() string { return "claim.form." + string(f.Kind()) }

func (f Form) received() phase.Deed {
	d, _ := phase.Received(int(f))
	return d
}

func (f Form) decided() phase.Deed {
	d, _ := phase.Decided(int(f))
	return d
}

// Asked is what a claim asks for: an enrolment of somebody who stands in the roll is a
// transfer.
type Asked string

// What may be asked for.
const (
	ToEnrol   Asked = "enrol"
	ToMove    Asked = "transfer"
	ToRemove  Asked = "remove"
	ToCorrect Asked = "correct"
)

// Key is the key of its name in the catalogue.
func (a Asked) Key() string { return "claim.asked." + string(a) }

// Ground is why somebody objects to an entry.
type Ground string

// The grounds of an objection [recalled: the form itself was not found].
const (
	HasDied     Ground = "died"
	NotResident Ground = "not_resident"
	NotCitizen  Ground = "not_citizen"
	UnderAge    Ground = "under_age"
	IsDouble    Ground = "double"
	OtherGround Ground = "other"
)

// Grounds are all grounds.
func Grounds() []Ground {
	return []Ground{HasDied, NotResident, NotCitizen, UnderAge, IsDouble, OtherGround}
}

// Key is the key of the ground's name in the catalogue.
func (g Ground) Key() string { return "claim.ground." + string(g) }

// why is the reason that the roll's history gets of an objection that was allowed.
func (g Ground) why() rolls.Why {
	switch g {
	case HasDied:
		return rolls.Died
	case NotCitizen, UnderAge:
		return rolls.Ineligible
	case IsDouble:
		return rolls.Double
	}
	return rolls.Objection
}
