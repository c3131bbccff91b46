package form

import (
	"net/url"

	"intikhab/platform/words"
)

// A Kind is how a field is asked for and read.
type Kind string

// The kinds of fields.
const (
	Text      Kind = "text"      // one line
	Long      Kind = "long"      // several lines
	Number    Kind = "number"    // a whole number
	Date      Kind = "date"      // day, month and year in three boxes
	Select    Kind = "select"    // one of many
	Radios    Kind = "radios"    // one of a few
	Checks    Kind = "checks"    // any of a few
	CNIC      Kind = "cnic"      // 13 digits, however they are dressed
	Telephone Kind = "telephone" // in any of the ways that people write it
	Email     Kind = "email"
	Password  Kind = "password" // taken as it is typed, and never shown again
	Code      Kind = "code"     // digits that were sent or are shown by a telephone
	File      Kind = "file"
	Hidden    Kind = "hidden" // carried along, and checked like text: it comes from outside
)

// An Option is one answer that can be chosen.
type Option struct {
	Value string // as it is sent
	Text  words.Message
	Hint  words.Message
}

// A Field is one question. Name and Label must be set.
type Field struct {
	Name  string // of the parameter: letters, digits and _
	Kind  Kind   // if "", Text
	Label words.Message
	Hint  words.Message
	// Optional fields may be left empty. All others must be answered, and the label of
	// an optional one says that it is.
	Optional bool
	Options  []Option // of Select, Radios and Checks
	// Most is the most characters of a text (if 0, 200; of a long one 4,000), or bytes
	// of a file (if 0, a million).
	Most int
	// Low and High bound a number, when High is not 0.
	Low, High int64
	// Earliest and Latest bound a date, where they are not zero.
	Earliest, Latest words.Day
	Types            []string // of a file, as its content shows: "text/csv", "application/pdf"
	Short            bool     // a narrow box
	Big              bool     // the one question of its page: its label is the page's heading
	Auto             string   // the autocomplete token of the HTML standard; if "", off
	// Check finds what else is wrong with an answer that is right in itself; the zero
	// message is nothing.
	Check func(*Filled) words.Message

	many bool // a hidden field that carries several values
}

// A Form is the questions of one page. It does not change, and may be used by many
// requests at once.
type Form struct {
	Name   string // of the form, for drafts: "office.appoint"
	Action string // where it is sent; if "", the page's own address
	Fields []Field
	Submit words.Message // of the button; if zero, "Continue"
	Danger bool          // the button cannot be undone
	Later  bool          // offers to save the answers and come back; see package draft
	Cancel string        // where "Cancel" leads, or ""
	// Check finds what is wrong between answers; it calls [Filled.Wrong].
	Check func(*Filled)
}

// field finds a field by its name.
func (f *Form) field(name string) *Field {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return &f.Fields[i]
		}
	}
	panic("form: no field " + name) // a mistake in the program
}

// kind is Text where nothing else is said.
func (f *Field) kind() Kind {
	if f.Kind == "" {
		return Text
	}
	return f.Kind
}

// most is the bound of what is typed or sent.
func (f *Field) most() int {
	switch {
	case f.Most > 0:
		return f.Most
	case f.Kind == Long:
		return 4000
	case f.Kind == File:
		return 1_000_000
	}
	return 200
}

// params are the parameters by which the field is sent.
func (f *Field) params() []string {
	if f.Kind == Date {
		return []string{f.Name + "-day", f.Name + "-month", f.Name + "-year"}
	}
	return []string{f.Name}
}

// Carried are hidden fields that carry a form's answers through the other steps of a
// form over several pages. Passwords and files cannot be carried.
func (f *Form) Carried() []Field {
	var hidden []Field
	for i := range f.Fields {
		field := &f.Fields[i]
		if field.Kind == Password || field.Kind == File || field.Kind == Code {
			continue
		}
		for _, param := range field.params() {
			hidden = append(hidden, Field{Name: param, Kind: Hidden, Label: field.Label, Optional: true, Most: 2 * field.most(), many: field.Kind == Checks})
		}
	}
	return hidden
}

// Empty is the form before anybody has answered.
func (f *Form) Empty() *Filled { return f.With(nil) }

// With is the form with answers that were kept: the values of a draft, or of an
// earlier step. They are shown and not checked; Read them again before they count.
func (f *Form) With(values url.Values) *Filled {
	filled := &Filled{Form: f, raw: url.Values{}, read: make(map[string]any), wrong: make(map[string]words.Message)}
	for i := range f.Fields {
		for _, p := range f.Fields[i].params() {
			if v, ok := values[p]; ok && f.Fields[i].Kind != Password {
				filled.raw[p] = v
			}
		}
	}
	return filled
}
