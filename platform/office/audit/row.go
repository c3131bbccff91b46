package audit

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"intikhab/platform/ledger"
)

// An Outcome is what became of an act.
type Outcome int64

// The outcomes, as they are kept and committed to.
const (
	Done    Outcome = 1
	Refused Outcome = 2
	Shown   Outcome = 3 // nothing was changed: the officer was shown something
)

func (o Outcome) String() string {
	switch o {
	case Done:
		return "done"
	case Refused:
		return "refused"
	case Shown:
		return "shown"
	}
	return fmt.Sprintf("outcome %d", int64(o))
}

// ParseOutcome reads what String gives; 0 if it is none.
func ParseOutcome(s string) Outcome {
	for o := Done; o <= Shown; o++ {
		if o.String() == s {
			return o
		}
	}
	return 0
}

// MarshalText gives the outcome as a word.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// A Row is an act as the trail keeps it.
type Row struct {
	Seq     int64     `json:"seq"` // from 1, without a gap
	At      time.Time `json:"at"`
	Officer string    `json:"officer"`
	For     string    `json:"acting_for,omitempty"`
	Office  string    `json:"office"`
	Act     string    `json:"act"`
	On      string    `json:"on"`
	Outcome Outcome   `json:"outcome"`
	Changes []Change  `json:"changes,omitempty"`
	Reason  string    `json:"reason"`
	Request string    `json:"request"`

	changes          string // Changes, as the database has them
	salt, commitment [32]byte
	odd              string // what Write would not have written, in words
	finding          int    // of the report, while it is verified
}

// contentVersion is the first byte of what is committed to. Another layout gets
// another number, and rows of the old one are verified as before.
const contentVersion = 1

// content gives the bytes that the row's commitment is of: everything that the row
// says, its number, the trail's name and the commitment of the row before it.
// docs/audit-trail.md has them byte by byte.
func (r *Row) content(trail [16]byte, previous [32]byte) []byte {
	texts := [...]string{r.Officer, r.For, r.Office, r.Act, r.On, r.changes, r.Reason, r.Request}
	size := 1 + 16 + 8 + 32 + 8 + 1
	for _, text := range texts {
		size += 4 + len(text)
	}
	b := make([]byte, 0, size)
	b = append(b, contentVersion)
	b = append(b, trail[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Seq))
	b = append(b, previous[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.At.UnixMicro()))
	b = append(b, byte(r.Outcome))
	for _, text := range texts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
		b = append(b, text...)
	}
	return b
}

func (r *Row) commit(trail [16]byte, previous [32]byte) [32]byte {
	return ledger.Commit(r.salt, r.content(trail, previous))
}

// A Change is a field of which an act changed the value: Before is nil where there
// was none, After where there is none any more.
type Change struct {
	Field  string  `json:"field"`
	Before *string `json:"before,omitempty"`
	After  *string `json:"after,omitempty"`
}

// Diff gives the fields that differ, by name. What looks like a CNIC or a mobile
// number is masked.
func Diff(before, after map[string]string) []Change {
	var out []Change
	fields := slices.Collect(maps.Keys(before))
	for field := range after {
		if _, ok := before[field]; !ok {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	for _, field := range fields {
		c := Change{Field: clean(field)}
		was, had := before[field]
		is, has := after[field]
		if had && has && was == is {
			continue
		}
		if had {
			c.Before = new(maskNumbers(clean(was)))
		}
		if has {
			c.After = new(maskNumbers(clean(is)))
		}
		out = append(out, c)
	}
	return out
}

func changesText(changes []Change) string {
	if len(changes) == 0 {
		return ""
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // it is read by people too
	if err := e.Encode(changes); err != nil {
		panic(err) // strings only
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// clean makes text that both databases keep as it is.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
