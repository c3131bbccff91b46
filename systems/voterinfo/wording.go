package voterinfo

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"intikhab/domain/cnic"
	"intikhab/platform/spelling"
)

//go:embed wording/*.txt
var shipped embed.FS

// field is what a placeholder stands for.
type field uint8

const (
	noField field = iota
	fieldCNIC
	fieldBlock
	fieldSerial
	fieldHousehold
	fieldArea
	fieldTehsil
	fieldDistrict
	fieldNA
	fieldPA
	fieldStation
	fieldOffice
	fieldHelpline
	fieldDigits
	fieldExample
	fieldRetry
)

var fieldNames = []string{"", "cnic", "block", "serial", "household", "area", "tehsil",
	"district", "na", "pa", "station", "office", "helpline", "digits", "example", "retry"}

// fields is a set of fields.
type fields uint32

func setOf(list ...field) (s fields) {
	for _, f := range list {
		s |= 1 << f
	}
	return s
}

func (s fields) has(f field) bool { return s>>f&1 == 1 }

func (s fields) names() (names []string) {
	for f, name := range fieldNames {
		if s.has(field(f)) {
			names = append(names, name)
		}
	}
	return names
}

// text is one of the texts of a language.
type text uint8

const (
	textFound text = iota
	textNotOnRoll
	textNoNumber
	textTooFewDigits
	textTooManyDigits
	textLetters
	textTwoNumbers
	textHelp
	textLanguageChosen
	textTooOften
	textNoRoll
	texts
)

// textKinds says of each text its name in the files, and what may be filled in.
var textKinds = [texts]struct {
	name    string
	outcome Outcome
	reason  cnic.Reason
	may     fields
}{
	textFound: {"found", Found, 0, setOf(fieldCNIC, fieldBlock, fieldSerial, fieldHousehold, fieldArea,
		fieldTehsil, fieldDistrict, fieldNA, fieldPA, fieldStation, fieldOffice, fieldHelpline)},
	textNotOnRoll:      {"not_on_roll", NotOnRoll, 0, setOf(fieldCNIC, fieldHelpline)},
	textNoNumber:       {"not_understood.no_number", NotUnderstood, cnic.NoNumber, unread},
	textTooFewDigits:   {"not_understood.too_few_digits", NotUnderstood, cnic.TooFewDigits, unread},
	textTooManyDigits:  {"not_understood.too_many_digits", NotUnderstood, cnic.TooManyDigits, unread},
	textLetters:        {"not_understood.letters", NotUnderstood, cnic.Letters, unread},
	textTwoNumbers:     {"not_understood.two_numbers", NotUnderstood, cnic.TwoNumbers, unread},
	textHelp:           {"help", Help, 0, setOf(fieldExample, fieldHelpline)},
	textLanguageChosen: {"language_chosen", LanguageChosen, 0, setOf(fieldExample, fieldHelpline)},
	textTooOften:       {"too_often", TooOften, 0, setOf(fieldRetry, fieldHelpline)},
	textNoRoll:         {"no_roll", NoRoll, 0, setOf(fieldHelpline)},
}

var unread = setOf(fieldDigits, fieldExample, fieldHelpline)

// wording is the texts of one language, cut up so that an answer only has to be
// put together.
type wording [texts]template

// wordings are the texts of all languages, by Language.
type wordings [RomanUrdu + 1]wording

type template []line

// line is left out of an answer that lacks one of the fields it needs.
type line struct {
	needs    fields
	segments []segment
}

// segment is some text and the field that follows it.
type segment struct {
	text  string
	field field
}

// loadWording reads the texts of all languages: from dir where it has the
// language's file, else as shipped. dir may be "".
func loadWording(dir string) (all wordings, err error) {
	if err := checkWordingDir(dir); err != nil {
		return all, err
	}
	for _, l := range Languages {
		name, where := l.String()+".txt", "wording/"+l.String()+".txt"
		content, err := fs.ReadFile(shipped, where)
		if err == nil && dir != "" {
			own := filepath.Join(dir, name)
			switch b, e := os.ReadFile(own); {
			case e == nil:
				content, where = b, own
			case !errors.Is(e, fs.ErrNotExist):
				err = e
			}
		}
		if err != nil {
			return all, fmt.Errorf("wording: %w", err)
		}
		if all[l], err = parseWording(where, string(content)); err != nil {
			return all, err
		}
	}
	return all, nil
}

// checkWordingDir refuses a folder with a text file that no language has, since
// whoever wrote it believes that it is sent.
func checkWordingDir(dir string) error {
	if dir == "" {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("wording: %w", err)
	}
	var known []string
	for _, l := range Languages {
		known = append(known, l.String()+".txt")
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".txt") && !isOneOf(e.Name(), known) {
			return fmt.Errorf("%s: no language has this file: is it %s?", filepath.Join(dir, e.Name()), spelling.Nearest(e.Name(), known))
		}
	}
	return nil
}

// longestText is a bound on mistakes, not a wish: about 15 segments of Urdu.
const longestText = 1000

// parseWording reads one file. It reports all faults at once, each with file and
// line.
func parseWording(file, content string) (w wording, err error) {
	var errs []error
	fault := func(at int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s:%d: %s", file, at, fmt.Sprintf(format, args...)))
	}
	names := make([]string, texts)
	for i, k := range textKinds {
		names[i] = k.name
	}
	var begun [texts]int // line of each text's name
	var length [texts]int
	current, blank := -1, 0
	at := 0
	for l := range strings.Lines(strings.TrimPrefix(content, "\ufeff")) {
		at++
		l = strings.TrimRight(l, "\r\n")
		switch {
		case !utf8.ValidString(l):
			fault(at, "not UTF-8: save the file as UTF-8")
			continue
		case strings.HasPrefix(l, "#"):
			continue
		case strings.HasPrefix(l, "["):
			name := strings.TrimSuffix(strings.TrimSpace(l)[1:], "]")
			blank, current = 0, -1
			for i, known := range names {
				if name == known {
					current = i
				}
			}
			if current < 0 {
				fault(at, "no text is called [%s]: is it [%s]?", name, spelling.Nearest(name, names))
				current = int(texts)
			} else if begun[current] > 0 {
				fault(at, "[%s] stands a second time, first in line %d", name, begun[current])
			} else {
				begun[current] = at
			}
			continue
		case strings.TrimSpace(l) == "":
			blank++
			continue
		case current < 0:
			fault(at, "this line stands before the first text: begin with [%s]", names[0])
			continue
		case current == int(texts):
			continue
		}
		t := text(current)
		if len(w[t]) > 0 {
			for range blank { // only between lines, not around a text
				w[t] = append(w[t], line{})
			}
		}
		blank = 0
		parsed, problem := parseLine(l, t)
		if problem != "" {
			fault(at, "%s", problem)
		}
		w[t] = append(w[t], parsed)
		if length[t] += utf8.RuneCountInString(l); length[t] > longestText {
			fault(at, "[%s] has more than %d characters: shorten it", names[t], longestText)
			length[t] = -1 << 30 // said once
		}
	}
	for i, k := range textKinds {
		switch {
		case begun[i] == 0:
			fault(at+1, "the text [%s] is missing", k.name)
		case !w[i].always():
			fault(begun[i], "[%s] must have a line that is never left out: one without %s", k.name, braced(sometimes.names()))
		}
	}
	return w, errors.Join(errs...)
}

// sometimes are the fields that may have no value.
var sometimes = setOf(fieldStation, fieldOffice, fieldHelpline)

// always tells whether something is sent whatever is missing, for an answer
// without text would be silence.
func (t template) always() bool {
	for _, l := range t {
		if len(l.segments) > 0 && l.needs&sometimes == 0 {
			return true
		}
	}
	return false
}

func parseLine(s string, t text) (l line, problem string) {
	for i, r := range s {
		if unicode.IsControl(r) {
			return l, fmt.Sprintf("character %d is the control character %U: remove it", utf8.RuneCountInString(s[:i])+1, r)
		}
	}
	for s != "" {
		before, rest, open := strings.Cut(s, "{")
		if strings.Contains(before, "}") {
			return l, "a } without a {"
		}
		if !open {
			l.segments = append(l.segments, segment{text: before})
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return l, "a { without a }"
		}
		f := fieldNamed(name)
		may := textKinds[t].may
		if !may.has(f) {
			if f != noField {
				return l, fmt.Sprintf("{%s} has no value in [%s]; there may stand %s", name, textKinds[t].name, braced(may.names()))
			}
			return l, fmt.Sprintf("{%s} is unknown: is it {%s}?", name, spelling.Nearest(name, may.names()))
		}
		l.segments = append(l.segments, segment{before, f})
		l.needs |= setOf(f)
		s = after
	}
	return l, ""
}

func fieldNamed(name string) field {
	for f, n := range fieldNames {
		if n == name && name != "" {
			return field(f)
		}
	}
	return noField
}

func braced(names []string) string { return "{" + strings.Join(names, "}, {") + "}" }

func isOneOf(s string, list []string) bool {
	for _, t := range list {
		if s == t {
			return true
		}
	}
	return false
}
