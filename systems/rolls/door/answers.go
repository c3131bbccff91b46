package door

import (
	"net/url"
	"slices"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/receipt"
)

// purpose is what a citizen came for, in his own words.
type purpose string

const (
	toEnrol   purpose = "enrol"
	toMove    purpose = "move"
	toCorrect purpose = "correct"
	toObject  purpose = "object"
)

var purposes = []purpose{toEnrol, toMove, toCorrect, toObject}

func (p purpose) kind() claim.Kind {
	switch p {
	case toCorrect:
		return claim.Correction
	case toObject:
		return claim.Objection
	}
	return claim.Enrolment
}

// answers are what is kept of a visit, all of it sealed.
type answers struct {
	Purpose   purpose               `json:"purpose,omitempty"`
	Steps     map[string]url.Values `json:"steps,omitempty"` // as typed, by the step that asked
	Form      claim.Form            `json:"form,omitempty"`  // that is taken in the area, since the citizen saw which
	Passed    []string              `json:"passed,omitempty"`
	Code      string                `json:"code,omitempty"` // the name of the one-time code
	Confirmed bool                  `json:"confirmed,omitempty"`
	Lang      words.Language        `json:"lang,omitempty"`

	Receipt  receipt.Number `json:"receipt,omitempty"`
	Received time.Time      `json:"received,omitzero"`
	Area     words.Both     `json:"area,omitzero"` // of the receipt

	Track *tracked `json:"track,omitempty"`
}

// tracked is whom a visit that follows a claim is about.
type tracked struct {
	Number receipt.Number `json:"number"`
	CNIC   string         `json:"cnic"` // the type would write itself masked
}

// order is the way of a purpose, step by step.
func (a *answers) order() []string {
	way := []string{"place", "area", "needs", "card", "code", "name"}
	switch a.Purpose {
	case toEnrol, toMove:
		way = append(way, "birth", "address")
	case toCorrect:
		way = append(way, "wishes")
	case toObject:
		way = append(way, "against")
	default:
		return nil
	}
	return append(way, "documents", "check")
}

func (a *answers) passed(step string) bool { return slices.Contains(a.Passed, step) }

func (a *answers) pass(step string) {
	if !a.passed(step) {
		a.Passed = append(a.Passed, step)
	}
}

// forget takes back what followed from an answer that is given anew.
func (a *answers) forget(steps ...string) {
	for _, s := range steps {
		delete(a.Steps, s)
		a.Passed = slices.DeleteFunc(a.Passed, func(p string) bool { return p == s })
	}
}

func (a *answers) keep(step string, values url.Values) {
	if a.Steps == nil {
		a.Steps = map[string]url.Values{}
	}
	a.Steps[step] = values
}

// block is the electoral area that was chosen, 0 as long as none is.
func (a *answers) block() geography.BlockCode {
	code, err := geography.ParseBlockCode(a.Steps["area"].Get("block"))
	if err != nil {
		return 0
	}
	return code
}

// done tells whether a step has been answered.
func (t *turn) done(step string) bool {
	a := &t.v.Answers
	switch step {
	case "area":
		return a.block() != 0
	case "needs", "documents":
		return a.passed(step)
	case "code":
		return a.Confirmed
	case "check":
		return false
	}
	values, ok := a.Steps[step]
	return ok && t.questions(step).Recheck(values).OK()
}

// next is the first step that is not answered yet.
func (t *turn) next() string {
	for _, step := range t.v.Answers.order() {
		if !t.done(step) {
			return step
		}
	}
	return "check"
}
