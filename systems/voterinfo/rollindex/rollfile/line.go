package rollfile

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
)

// lineParser turns lines of a voters file into rows.
type lineParser struct {
	file    string
	comma   byte
	at      [5]int // where cnic, block_code, gender, serial, household stand
	rows    []Voter
	problem func(Problem) error
	fields  [][]byte
}

// parse fills rows with the chunk's well-formed rows.
func (p *lineParser) parse(c chunk) error {
	p.rows = p.rows[:0]
	text := c.text
	for n := c.first; len(text) > 0; n++ {
		line := text
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			line, text = text[:i], text[i+1:]
		} else {
			text = nil
		}
		line = bytes.TrimSuffix(line, []byte{'\r'})
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		v, code, reason := p.row(line)
		if code != "" {
			if err := p.problem(Problem{File: p.file, Line: n, Code: code, Reason: reason, Row: string(line)}); err != nil {
				return err
			}
			continue
		}
		v.Line = n
		p.rows = append(p.rows, v)
	}
	return nil
}

func (p *lineParser) row(line []byte) (v Voter, code, reason string) {
	var ok bool
	if p.fields, ok = splitFields(p.fields[:0], line, p.comma); !ok {
		return v, "quotation", badQuotation
	}
	var f [5][]byte
	for i, at := range p.at {
		if at >= len(p.fields) {
			code, reason = tooFewFields(len(p.fields), voterColumns[i], at)
			return v, code, reason
		}
		f[i] = p.fields[at]
	}
	return parseVoter(f)
}

const badQuotation = "the row's quotation marks do not pair up"

func tooFewFields(have int, name string, at int) (code, reason string) {
	return "too_few_fields", fmt.Sprintf("the row has %d fields; %s should be field %d", have, name, at+1)
}

func tooLong(file string, line int64) error {
	return fmt.Errorf("%s: line %d is longer than %d bytes: this is no row of a roll", file, line, chunkBytes)
}

// splitFields appends a line's fields to fields, as RFC 4180 has them: a field
// that begins with a quotation mark ends with one, and two within it stand for
// one. It does not copy a field but where marks are doubled. TestSplitFields
// holds it against encoding/csv.
func splitFields(fields [][]byte, line []byte, comma byte) ([][]byte, bool) {
	for {
		if len(line) > 0 && line[0] == '"' {
			field, rest, ok := unquote(line)
			fields = append(fields, field)
			if !ok || len(rest) == 0 {
				return fields, ok
			}
			if rest[0] != comma {
				return fields, false
			}
			line = rest[1:]
			continue
		}
		i := bytes.IndexByte(line, comma)
		field := line
		if i >= 0 {
			field = line[:i]
		}
		fields = append(fields, field)
		if bytes.IndexByte(field, '"') >= 0 {
			return fields, false
		}
		if i < 0 {
			return fields, true
		}
		line = line[i+1:]
	}
}

// unquote takes the quoted field with which a line begins.
func unquote(line []byte) (field, rest []byte, ok bool) {
	doubled := false
	for at := 1; ; {
		i := bytes.IndexByte(line[at:], '"')
		if i < 0 {
			return nil, nil, false
		}
		at += i
		if at+1 < len(line) && line[at+1] == '"' {
			doubled = true
			at += 2
			continue
		}
		field, rest = line[1:at], line[at+1:]
		break
	}
	if doubled {
		field = bytes.ReplaceAll(field, []byte(`""`), []byte(`"`))
	}
	return field, rest, true
}

// parseVoter reads the five fields of a voter; code is empty when all are good.
func parseVoter(f [5][]byte) (v Voter, code, reason string) {
	var err error
	if v.CNIC, err = cnic.ParseStrict(bytes.TrimSpace(f[0])); err != nil {
		return v, "cnic", err.Error()
	}
	if v.Block, err = geography.ParseBlockCode(bytes.TrimSpace(f[1])); err != nil {
		return v, "block_code", err.Error()
	}
	if v.Gender, err = geography.ParseGender(bytes.TrimSpace(f[2])); err != nil {
		return v, "gender", err.Error()
	}
	var ok bool
	if v.Serial, ok = parseNumber(f[3]); !ok || v.Serial == 0 {
		return v, "serial", "the serial is not a whole number from 1 to 4294967295"
	}
	if v.Household, ok = parseNumber(f[4]); !ok {
		return v, "household", "the household is not a whole number from 0 to 4294967295"
	}
	return v, "", ""
}

func parseNumber(b []byte) (uint32, bool) {
	b = bytes.TrimSpace(b)
	if len(b) == 0 || len(b) > 10 {
		return 0, false
	}
	n := uint64(0)
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return uint32(n), n < 1<<32
}

// parseDegrees reads a latitude or longitude; an empty one is 0.
func parseDegrees(s string, most float64) (float64, error) {
	if s = strings.TrimSpace(s); s == "" {
		return 0, nil
	}
	d, err := strconv.ParseFloat(s, 64)
	if err != nil || !(d >= -most && d <= most) {
		return 0, fmt.Errorf("%q is not a number of degrees between -%v and %v", s, most, most)
	}
	return d, nil
}
