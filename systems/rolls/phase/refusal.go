package phase

import (
	"embed"
	"fmt"
	"time"

	"intikhab/platform/office"
	"intikhab/platform/words"
)

//go:embed words/*.json
var wordFiles embed.FS

// Words is the folder of this package's texts, for the catalogue of pages that show
// them: phases, deeds, laws and refusals.
var Words = wordFiles

// Texts are this package's own texts in both languages.
var Texts = words.MustCatalogue(wordFiles)

// Law is a part of the Elections Act 2017.
type Law string

// The parts that the rules rest on.
const (
	Section36 Law = "36" // periodical revision [recalled]
	Section37 Law = "37" // enrolment, deletion and correction between revisions
	Section39 Law = "39" // no revision, correction or transfer before an election
	Section49 Law = "49" // the commission may deviate, with a published direction and reasons
	Section79 Law = "79" // copies of the final roll
	ChapterIV Law = "iv" // sections 23 to 49: preparation, display, claims, final publication
)

// Key is the key of the law's name in the catalogue.
func (l Law) Key() string { return "phase.law." + string(l) }

// A Refusal is the error of a deed that the phase forbids.
type Refusal struct {
	Deed  Deed
	State State // the phase, since when, until when and by which rows
	Law   Law
	From  office.Day // the first day on which the deed will be allowed as the rows stand, "" while none is known
}

// Allows tells whether a deed is allowed in a state: nil, or a *Refusal.
func Allows(s State, d Deed) error {
	if d.allowed(s.Phase) {
		return nil
	}
	return &Refusal{Deed: d, State: s, Law: d.forbidden(s.Phase)}
}

// Allows tells whether a deed is allowed to the roll of a block at an instant: nil, or a
// *Refusal that names the day from which it will be.
func (r *Rules) Allows(a Areas, d Deed, t time.Time) error {
	s := r.At(a, t)
	if d.allowed(s.Phase) {
		return nil
	}
	refusal := &Refusal{Deed: d, State: s, Law: d.forbidden(s.Phase)}
	for _, next := range r.States(a) {
		if next.Day > s.Day && d.allowed(next.Phase) {
			refusal.From = next.Day
			break
		}
	}
	return refusal
}

// Error is the refusal in a line, for logs and the command line.
func (r *Refusal) Error() string { return r.Both().En }

// Both is what whoever asked is told: what the phase is, since and until when, by which
// law, and what he can do.
func (r *Refusal) Both() words.Both {
	return words.Both{En: r.in(words.English), Ur: r.in(words.Urdu)}
}

func (r *Refusal) in(lang words.Language) string {
	why := "phase.refused." + string(r.State.Phase)
	if r.State.Phase == Freeze && r.State.Until == "" {
		why = "phase.refused.freeze_open" // every other phase has a last day, or needs none
	}
	text := Texts.Text(lang, why, "since", r.State.Since.Words(), "until", r.State.Until.Words())
	text += " " + Texts.Text(lang, "phase.refused.deed", "deed", words.Say(r.Deed.Key()), "law", words.Say(r.Law.Key()))
	return text + " " + Texts.Say(lang, r.Do())
}

// instead names the form by which the same is asked for in another phase.
var instead = map[Deed]int{Form15: 21, Form16: 22, Form17: 23, Form21: 15, Form22: 16, Form23: 17}

// Do is what can be done instead.
func (r *Refusal) Do() words.Message {
	other := instead[r.Deed]
	if d, ok := Received(other); ok && d.allowed(r.State.Phase) {
		if r.State.Phase == Continuous {
			return words.Say("phase.do.office", "form", other)
		}
		return words.Say("phase.do.centre", "form", other)
	}
	switch {
	case r.From != "":
		return words.Say("phase.do.from", "from", r.From.Words())
	case r.State.Phase == Freeze:
		return words.Say("phase.do.results")
	}
	return words.Say("phase.do.programme")
}

// String is the state in a line, for logs.
func (s State) String() string {
	return fmt.Sprintf("%s from %q to %q", s.Phase, string(s.Since), string(s.Until))
}
