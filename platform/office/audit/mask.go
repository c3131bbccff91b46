package audit

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"unicode"
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
	if reflect.DeepEqual(was, is) {
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

// personal is a CNIC (5, 7 and 1 digits) and a Pakistani mobile number as people
// write them, in Latin, Arabic and Urdu digits.
var personal = [...]*regexp.Regexp{
	digits(`D{5}SD{7}SD`),
	digits(`(?:(?:\+|00|٠٠|۰۰)?(?:92|٩٢|۹۲)|[0٠۰])S[3٣۳]D{2}SD{7}`),
}

func digits(pattern string) *regexp.Regexp {
	return regexp.MustCompile(strings.NewReplacer("D", `[0-9٠-٩۰-۹]`, "S", `[- ]?`).Replace(pattern))
}

// maskNumbers hides what may be a CNIC or a mobile number in a text: all of it but
// two digits. It is the net below [Personal] and the types that mask themselves,
// for what an officer writes as his reason, and not in their place.
func maskNumbers(s string) string {
	for { // until nothing is left that looks like one: hiding one may uncover another
		masked := s
		for _, pattern := range personal {
			masked = maskPattern(masked, pattern)
		}
		if masked == s {
			return s
		}
		s = masked
	}
}

func maskPattern(s string, pattern *regexp.Regexp) string {
	var out strings.Builder
	done := 0
	for _, at := range pattern.FindAllStringIndex(s, -1) {
		before, _ := utf8.DecodeLastRuneInString(s[:at[0]])
		after, _ := utf8.DecodeRuneInString(s[at[1]:])
		if unicode.IsDigit(before) || unicode.IsDigit(after) {
			continue // a part of a longer number is something else
		}
		out.WriteString(s[done:at[0]])
		seen := 0
		for _, r := range s[at[0]:at[1]] {
			if unicode.IsDigit(r) {
				if seen++; seen > 2 {
					r = '•'
				}
			}
			out.WriteRune(r)
		}
		done = at[1]
	}
	return out.String() + s[done:]
}
