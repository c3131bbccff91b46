package form

import (
	"errors"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"intikhab/domain/cnic"
	"intikhab/platform/sms"
	"intikhab/platform/words"
)

// check reads every answer and finds what is wrong, in the order of the fields.
func (f *Filled) check() {
	for i := range f.Form.Fields {
		field := &f.Form.Fields[i]
		if _, already := f.wrong[field.Name]; already {
			continue // a file, which was looked at as it came
		}
		value, given, reason := f.readField(field)
		switch {
		case !reason.IsZero():
			f.wrong[field.Name] = reason
		case !given && !field.Optional:
			f.wrong[field.Name] = missing(field)
		case given:
			f.read[field.Name] = value
			if field.Check != nil {
				if reason := field.Check(f); !reason.IsZero() {
					f.Wrong(field.Name, reason)
				}
			}
		}
	}
	if f.OK() && f.Form.Check != nil {
		f.Form.Check(f)
	}
}

// missing says what to do about an answer that is not there.
func missing(field *Field) words.Message {
	switch field.Kind {
	case Select, Radios, Checks:
		return words.Say("shell.form.choose", "label", field.Label)
	case File:
		return words.Say("shell.form.choose_file", "label", field.Label)
	}
	return words.Say("shell.form.need", "label", field.Label)
}

// readField gives an answer in its own type; given is false where there is none.
func (f *Filled) readField(field *Field) (value any, given bool, reason words.Message) {
	raw := f.raw.Get(field.Name)
	switch field.kind() {
	case Date:
		return f.readDate(field)
	case Checks:
		return f.readChecks(field)
	case File:
		d, ok := f.read[field.Name].(*Document)
		return d, ok, words.Message{}
	case Password:
		if utf8.RuneCountInString(raw) > field.most() {
			return nil, false, tooLong(field)
		}
		return raw, raw != "", words.Message{}
	}
	text := Clean(raw, field.kind() == Long)
	if field.kind() != Hidden {
		f.raw.Set(field.Name, text)
	}
	if text == "" {
		return nil, false, words.Message{}
	}
	if utf8.RuneCountInString(text) > field.most() {
		return nil, false, tooLong(field)
	}
	switch field.kind() {
	case Number:
		value, reason = readNumber(field, text)
	case Select, Radios:
		if value = text; !slices.ContainsFunc(field.Options, func(o Option) bool { return o.Value == text }) {
			reason = missing(field)
		}
	case CNIC:
		value, reason = readCNIC(text)
	case Telephone:
		value, reason = readTelephone(text)
	case Email:
		if value = text; !isEmail(text) {
			reason = words.Say("shell.form.email")
		}
	case Code:
		value, reason = readCode(text)
	default:
		value = text
	}
	return value, reason.IsZero(), reason
}

func tooLong(field *Field) words.Message {
	return words.Say("shell.form.long", "label", field.Label, "most", field.most())
}

// readChecks takes the values that were chosen; one that was not offered is a value
// that nobody could choose.
func (f *Filled) readChecks(field *Field) (any, bool, words.Message) {
	chosen := slices.DeleteFunc(slices.Clone(f.raw[field.Name]), func(v string) bool { return v == "" })
	for i, v := range chosen {
		known := slices.ContainsFunc(field.Options, func(o Option) bool { return o.Value == v })
		if !known || slices.Contains(chosen[:i], v) {
			return nil, false, missing(field)
		}
	}
	return chosen, len(chosen) > 0, words.Message{}
}

func readNumber(field *Field, text string) (any, words.Message) {
	digits := strings.NewReplacer(",", "", "٬", "", " ", "").Replace(words.Digits(text))
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case err != nil && !(errors.Is(err, strconv.ErrRange) && field.High != 0):
		return nil, words.Say("shell.form.number", "label", field.Label)
	case field.High != 0 && (err != nil || n < field.Low || n > field.High):
		return nil, words.Say("shell.form.number_range", "label", field.Label,
			"low", words.Number(words.English, field.Low), "high", words.Number(words.English, field.High))
	case field.High == 0 && n < field.Low:
		return nil, words.Say("shell.form.number_low", "label", field.Label, "low", words.Number(words.English, field.Low))
	}
	return n, words.Message{}
}

func (f *Filled) readDate(field *Field) (any, bool, words.Message) {
	var n [3]int
	empty := 0
	for i, param := range field.params() {
		text := words.Digits(Clean(f.raw.Get(param), false))
		f.raw.Set(param, text)
		if text == "" {
			empty++
			continue
		}
		v, err := strconv.Atoi(text)
		if err != nil || len(text) > 4 {
			v = -1
		}
		n[i] = v
	}
	if empty == 3 {
		return nil, false, words.Message{}
	}
	if empty > 0 {
		return nil, false, words.Say("shell.form.date_part", "label", field.Label)
	}
	day, ok := words.MakeDay(n[2], n[1], n[0])
	switch {
	case !ok || n[2] < 1000:
		return nil, false, words.Say("shell.form.date", "label", field.Label)
	case !field.Earliest.IsZero() && day.Before(field.Earliest):
		return nil, false, words.Say("shell.form.date_early", "label", field.Label, "day", field.Earliest)
	case !field.Latest.IsZero() && field.Latest.Before(day):
		return nil, false, words.Say("shell.form.date_late", "label", field.Label, "day", field.Latest)
	}
	return day, true, words.Message{}
}

func readCNIC(text string) (any, words.Message) {
	n, err := cnic.Parse(text)
	if err == nil {
		return n, words.Message{}
	}
	var bad *cnic.ParseError
	if errors.As(err, &bad) && (bad.Reason == cnic.TooFewDigits || bad.Reason == cnic.TooManyDigits) {
		return nil, words.Say("shell.form.cnic_digits", "digits", bad.Digits)
	}
	return nil, words.Say("shell.form.cnic")
}

// readTelephone takes a number that a person can be called at: no short code.
func readTelephone(text string) (any, words.Message) {
	n, err := sms.ParseMSISDN(strings.NewReplacer("(", "", ")", "", ".", "").Replace(words.Digits(text)))
	if err != nil || n.RevealUint64() < 1_000_000_000 {
		return nil, words.Say("shell.form.telephone", "example", "0300 1234567")
	}
	return n, words.Message{}
}

func readCode(text string) (any, words.Message) {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(words.Digits(text))
	if strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return nil, words.Say("shell.form.code")
	}
	return digits, words.Message{}
}

// isEmail takes an address as people have it: no name before it, no comment, a
// domain with a dot. Whether anybody reads there only a message shows.
func isEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > 254 || strings.ContainsAny(text, " \"") {
		return false
	}
	_, domain, _ := strings.Cut(text, "@")
	return strings.Contains(strings.Trim(domain, "."), ".")
}

// Clean puts text into the one shape in which it is kept and compared: composed
// (Unicode NFC), without blanks around it, with \n between lines where it may have
// several, and without control characters and marks that turn the direction of what
// stands behind them, by which one name could be made to look like another.
func Clean(text string, lines bool) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == '\n', r == '\t', unicode.Is(unicode.Zs, r):
			return ' '
		case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF, unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(norm.NFC.String(text))
}
