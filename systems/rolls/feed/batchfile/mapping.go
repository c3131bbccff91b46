package batchfile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
)

// A Mapping says how somebody else's file holds what the format has: TOML 1.0, as
// docs/feed.md shows it. The zero Mapping is the format itself.
type Mapping struct {
	Encoding  string                       `toml:"encoding"`  // utf-8, latin-1 or windows-1252; "": utf-8
	Delimiter string                       `toml:"delimiter"` // one character; "": a comma, tab or semicolon, as the header has
	Dates     string                       `toml:"dates"`     // such as DD/MM/YYYY; "": YYYY-MM-DD
	Columns   map[string]any               `toml:"columns"`   // ours → theirs, or several whose words are joined by a blank
	Values    map[string]map[string]string `toml:"values"`    // of a column of ours: what stands in the file, of a part or of the whole → what it means; "*" is all others
	Fixed     map[string]string            `toml:"fixed"`     // of a column of ours: what it always is
	Digits    map[string]string            `toml:"digits"`    // of a number of ours: these digits, then zeros, then the digits of what stands there
}

// maxMapping bounds a mapping file, in bytes.
const maxMapping = 256 << 10

// ParseMapping reads a mapping file. An error names the line or the column.
func ParseMapping(text []byte) (*Mapping, error) {
	if len(text) > maxMapping {
		return nil, fmt.Errorf("mapping: it is longer than %d bytes", maxMapping)
	}
	var m Mapping
	d := toml.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		var bad *toml.DecodeError
		var unknown *toml.StrictMissingError
		switch {
		case errors.As(err, &bad):
			row, _ := bad.Position()
			return nil, fmt.Errorf("mapping, line %d: %w", row, err)
		case errors.As(err, &unknown):
			row, _ := unknown.Errors[0].Position()
			return nil, fmt.Errorf("mapping, line %d: there is no setting %s", row, strings.Join(unknown.Errors[0].Key(), "."))
		}
		return nil, fmt.Errorf("mapping: %w", err)
	}
	return &m, m.check()
}

// ParseColumns reads a mapping of names alone: "cnic=nic_no,born=dob".
func ParseColumns(text string) (*Mapping, error) {
	m := &Mapping{Columns: map[string]any{}}
	for pair := range strings.SplitSeq(text, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		ours, theirs, ok := strings.Cut(pair, "=")
		if !ok || theirs == "" {
			return nil, fmt.Errorf("columns: %q is not NAME=NAME-IN-THE-FILE", pair)
		}
		m.Columns[ours] = theirs
	}
	return m, m.check()
}

func (m *Mapping) check() error {
	known := func(where, name string) error {
		if !slices.Contains(columns, name) {
			return fmt.Errorf("mapping, %s: a batch has no column %q; it has %s", where, name, strings.Join(columns, ", "))
		}
		return nil
	}
	for name, theirs := range m.Columns {
		if err := known("columns", name); err != nil {
			return err
		}
		if _, err := namesOf(name, theirs); err != nil {
			return err
		}
	}
	for name := range m.Values {
		if err := known("values", name); err != nil {
			return err
		}
	}
	for name := range m.Fixed {
		if err := known("fixed", name); err != nil {
			return err
		}
		if name == columns[colCNIC] {
			return errors.New("mapping, fixed: cnic: each row has its own")
		}
	}
	for name, lead := range m.Digits {
		if _, err := strconv.ParseUint("0"+lead, 10, 64); wholeDigits[name] == 0 || err != nil || len(lead) >= wholeDigits[name] {
			return fmt.Errorf("mapping, digits: %s = %q: it is for cnic and blocks, and has fewer digits than they", name, lead)
		}
	}
	if len(m.Delimiter) > 1 || m.Delimiter == "\"" || m.Delimiter == "\n" || m.Delimiter == "\r" {
		return fmt.Errorf("mapping: delimiter %q: it is one character, no quotation mark and no end of a line", m.Delimiter)
	}
	if _, ok := encodings[m.Encoding]; !ok {
		return fmt.Errorf("mapping: encoding %q: it is utf-8, latin-1 or windows-1252", m.Encoding)
	}
	_, err := m.dateReader()
	return err
}

// namesOf are the columns of the file that one of ours is made of.
func namesOf(ours string, theirs any) (names []string, err error) {
	switch v := theirs.(type) {
	case string:
		names = []string{v}
	case []any:
		for _, one := range v {
			name, ok := one.(string)
			if !ok {
				return nil, fmt.Errorf("mapping, columns: %s: a name is a text", ours)
			}
			names = append(names, name)
		}
	default:
		return nil, fmt.Errorf("mapping, columns: %s: it is a text, or a list of texts", ours)
	}
	if len(names) == 0 || len(names) > 16 || slices.Contains(names, "") {
		return nil, fmt.Errorf("mapping, columns: %s: from one to 16 names are needed, none of them empty", ours)
	}
	return names, nil
}

// dateReader reads days as the file writes them; ISO 8601 always, whole or in part.
func (m *Mapping) dateReader() (func(string) (rolls.Date, error), error) {
	if m.Dates == "" || m.Dates == "YYYY-MM-DD" {
		return rolls.ParseDate, nil
	}
	year, month, day := strings.Index(m.Dates, "YYYY"), strings.Index(m.Dates, "MM"), strings.Index(m.Dates, "DD")
	if year < 0 || month < 0 || day < 0 || len(m.Dates) > 16 {
		return nil, fmt.Errorf("mapping: dates %q: write it with YYYY, MM and DD, as in DD/MM/YYYY", m.Dates)
	}
	return func(text string) (rolls.Date, error) {
		if len(text) != len(m.Dates) || len(text) == 4 {
			return rolls.ParseDate(text)
		}
		return rolls.ParseDate(text[year:year+4] + "-" + text[month:month+2] + "-" + text[day:day+2])
	}, nil
}

// A taking says where in a row of the file one of our columns is.
type taking struct {
	at     []int // none: it is fixed
	fixed  string
	values map[string]string
	digits string // leading, of a number that is made
	whole  int    // its length, 0: none is made
}

// takings finds every column of ours in a file's header.
func (m *Mapping) takings(file string, header []string) (all [width]taking, err error) {
	place := func(name string) int {
		return slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), strings.TrimSpace(name)) })
	}
	var missing []string
	for i, name := range columns {
		t := taking{fixed: m.Fixed[name], values: m.Values[name]}
		if lead, ok := m.Digits[name]; ok {
			t.digits, t.whole = lead, wholeDigits[name]
		}
		names, named := []string{name}, false
		if theirs, ok := m.Columns[name]; ok {
			if names, err = namesOf(name, theirs); err != nil {
				return all, err
			}
			named = true
		}
		_, fixed := m.Fixed[name]
		for _, one := range names {
			switch at := place(one); {
			case at >= 0 && (named || !fixed):
				t.at = append(t.at, at)
			case named, !fixed && (i == colCNIC || i == colAction):
				missing = append(missing, one)
			}
		}
		all[i] = t
	}
	if missing != nil {
		return all, fmt.Errorf("%s has no column %s; its columns are %s (other names are given with a mapping)", file, strings.Join(missing, ", "), clip(strings.Join(header, ", "), 600))
	}
	return all, nil
}

// value gives our column of a row's fields.
func (t *taking) value(fields []string) string {
	if len(t.at) == 0 {
		return t.fixed
	}
	text := ""
	for _, at := range t.at {
		part := ""
		if at < len(fields) {
			part = strings.TrimSpace(fields[at])
		}
		if t.values != nil && len(t.at) > 1 {
			if is, ok := t.values[part]; ok {
				part = is
			}
		}
		if text == "" {
			text = part
		} else if part != "" {
			text += " " + part
		}
	}
	if t.values != nil {
		if is, ok := t.values[text]; ok {
			text = is
		} else if is, ok := t.values["*"]; ok {
			text = is
		}
	}
	if text == "" {
		return t.fixed
	}
	if t.whole > 0 {
		return t.number(text)
	}
	return text
}

// number makes a number of the digits in a text; what has too many stays as it is, and
// is refused where it is read.
func (t *taking) number(text string) string {
	digits := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, text)
	missing := t.whole - len(t.digits) - len(digits)
	if digits == "" || missing < 0 {
		return text
	}
	return t.digits + strings.Repeat("0", missing) + digits
}

func clip(s string, most int) string {
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

func provinceCodes() (codes []string) {
	for _, p := range geography.Provinces() {
		codes = append(codes, p.Code)
	}
	return codes
}
