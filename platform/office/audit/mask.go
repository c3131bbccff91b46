package audit

import (
	"fmt"
	"unicode/utf8"
)

// Masked shows of a text only its first letter: for a name, an e-mail address or
// whatever else belongs to a person and has no type that masks itself.
func Masked(s string) string {
	if s == "" {
		return ""
	}
	_, n := utf8.DecodeRuneInString(s)
	return s[:n] + "•••"
}

// Personal is a text that prints masked, for [Entry.Change].
type Personal string

// String gives the text masked.
func (p Personal) String() string { return Masked(string(p)) }

// Change notes in Before and After that a field's value was changed, as the values
// print themselves: a cnic.Number masked, a plain string whole; see [Personal].
// Values that are the same are not noted; those that differ and look the same
// behind their masks are, with "(another)". A nil stands for no value.
func (e *Entry) Change(field string, was, is any) {
	if was == is {
		return
	}
	if e.Before == nil {
		e.Before = map[string]string{}
	}
	if e.After == nil {
		e.After = map[string]string{}
	}
	if was != nil {
		e.Before[field] = fmt.Sprint(was)
	}
	if is != nil {
		e.After[field] = fmt.Sprint(is)
		if was != nil && e.After[field] == e.Before[field] {
			e.After[field] += " (another)"
		}
	}
}
