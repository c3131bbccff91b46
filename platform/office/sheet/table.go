package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"intikhab/platform/spelling"
	"intikhab/platform/words"
)

const (
	// MaxBytes bounds a file; a route that takes one has it as its Body.
	MaxBytes = 4 << 20
	// MaxLines bounds its lines: a person has to look them over, and other writers
	// wait while they are taken in. A longer list comes as several.
	MaxLines = 2000

	maxProblems = 200
)

// A Problem is a fault of a file: where, and what to do.
type Problem struct {
	Line   int    // from 1; 0 of the file as a whole
	Column string // "" of a whole line
	Say    words.Message
}

// Problems are all faults that were found, by line.
type Problems []Problem

func (p *Problems) add(line int, column, key string, pairs ...any) {
	p.say(line, column, words.Say("office.problem."+key, pairs...))
}

func (p *Problems) say(line int, column string, m words.Message) {
	switch {
	case len(*p) < maxProblems:
		*p = append(*p, Problem{line, column, m})
	case len(*p) == maxProblems:
		*p = append(*p, Problem{line, "", words.Say("office.problem.file_many")})
	}
}

// A line is one line of a file: its number, and its fields by the column's name.
type line struct {
	number int
	fields map[string]string
}

// readTable cuts a file into lines. Columns may stand in any order; optional ones
// may be missing. Empty lines are passed over. With a problem that concerns the whole
// file there are no lines.
func readTable(text []byte, required, optional []string) (lines []line, problems Problems) {
	text, ok := decode(text, &problems)
	if !ok {
		return nil, problems
	}
	comma, text := separator(text)
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.Comma = -1, comma
	var head []string
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			at := 0
			var e *csv.ParseError
			if errors.As(err, &e) {
				at, err = e.Line, e.Err
			}
			problems.add(at, "", "file_csv", "text", err)
			break
		}
		number, _ := r.FieldPos(0)
		for i := range record {
			record[i] = cell(record[i])
		}
		switch {
		case !slices.ContainsFunc(record, func(s string) bool { return s != "" }):
		case head == nil:
			if head, ok = readHead(record, number, required, optional, &problems); !ok {
				return nil, problems
			}
		case len(lines) == MaxLines:
			problems.add(number, "", "file_lines", "most", MaxLines)
			return nil, problems
		default:
			if l, ok := fieldsOf(record, head, number, &problems); ok {
				lines = append(lines, l)
			}
		}
	}
	if head == nil && len(problems) == 0 {
		problems.add(0, "", "file_empty")
	}
	return lines, problems
}

// decode gives the file as UTF-8 without a byte-order mark.
func decode(text []byte, problems *Problems) ([]byte, bool) {
	switch {
	case len(text) > MaxBytes:
		problems.add(0, "", "file_large", "most", MaxBytes>>20)
		return nil, false
	case bytes.HasPrefix(text, []byte{0xFF, 0xFE}), bytes.HasPrefix(text, []byte{0xFE, 0xFF}), bytes.IndexByte(text, 0) >= 0:
		problems.add(0, "", "file_utf16")
		return nil, false
	}
	text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))
	if !utf8.Valid(text) {
		at := 0
		for i, l := range bytes.Split(text, []byte("\n")) {
			if !utf8.Valid(l) {
				at = i + 1
				break
			}
		}
		problems.add(at, "", "file_utf8")
		return nil, false
	}
	return text, true
}

// separator tells what stands between the fields: what a first line "sep=;" says, as
// spreadsheets write it; else the comma, semicolon or tab that the first line has
// most of. A line "sep=" is emptied, so that the numbers of the others stay.
func separator(text []byte) (rune, []byte) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	if sep, ok := bytes.CutPrefix(bytes.ToLower(bytes.TrimSpace(first)), []byte("sep=")); ok && len(sep) == 1 && strings.ContainsRune(",;\t", rune(sep[0])) {
		return rune(sep[0]), append([]byte("\n"), rest...)
	}
	best := ','
	for _, c := range ";\t" {
		if bytes.Count(first, []byte(string(c))) > bytes.Count(first, []byte(string(best))) {
			best = c
		}
	}
	return best, text
}

// cell is a field without what a spreadsheet puts around it: ="text" and 'text, which
// keep a number from being rounded; spaces of every kind; marks of direction.
func cell(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) && r != '\u200c' { // ZWNJ belongs to Urdu spelling
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(inner, `"`) {
		s = strings.TrimSpace(strings.TrimSuffix(inner, `"`))
	}
	return strings.TrimSpace(strings.TrimPrefix(s, "'"))
}

func readHead(record []string, number int, required, optional []string, problems *Problems) ([]string, bool) {
	known := append(slices.Clone(required), optional...)
	head := make([]string, len(record))
	for i, name := range record {
		name = strings.ReplaceAll(strings.ToLower(name), " ", "_")
		switch {
		case name == "":
		case !slices.Contains(known, name):
			problems.add(number, "", "column_unknown", "column", clip(name), "nearest", spelling.Nearest(clip(name), known))
		case slices.Contains(head, name):
			problems.add(number, name, "column_twice", "column", name)
		default:
			head[i] = name
		}
	}
	for _, name := range required {
		if !slices.Contains(head, name) {
			problems.add(number, name, "column_missing", "column", name)
		}
	}
	return head, len(*problems) == 0
}

func fieldsOf(record, head []string, number int, problems *Problems) (line, bool) {
	l := line{number, map[string]string{}}
	for i, value := range record {
		switch {
		case value == "": // trailing commas of a spreadsheet
		case i >= len(head) || head[i] == "":
			problems.add(number, "", "fields", "got", len(record), "want", len(head))
			return l, false
		default:
			l.fields[head[i]] = value
		}
	}
	return l, true
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
