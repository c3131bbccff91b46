package sheet

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"

	"intikhab/platform/office"
	"intikhab/platform/office/area"
)

// Change is what taking a line in would do.
type Change string

// The changes.
const (
	New     Change = "new"
	Changed Change = "changed"
	Same    Change = "same"
)

// Key is the key of the change's name in the catalogue.
func (c Change) Key() string { return "office.change." + string(c) }

// Counts is how many lines there are of each.
type Counts struct{ New, Changed, Same int }

func (c *Counts) add(change Change) {
	switch change {
	case New:
		c.New++
	case Changed:
		c.Changed++
	default:
		c.Same++
	}
}

var (
	// ErrProblems says that the file has faults, and nothing of it was taken in.
	ErrProblems = errors.New("the list has faults, and nothing of it was taken in: read them in its preview")
	// ErrMoved says that the preview is no longer what taking the file in would do.
	ErrMoved = errors.New("the list or the book has changed since the preview: look at it again")
)

// A mark is a digest of a file and of what taking it in would change, so that
// exactly what was looked at is taken in.
type mark struct{ h hash.Hash }

func newMark(text []byte) mark {
	m := mark{sha256.New()}
	sum := sha256.Sum256(text)
	m.add("intikhab sheet 1", hex.EncodeToString(sum[:]))
	return m
}

func (m mark) add(parts ...string) {
	for _, p := range parts {
		fmt.Fprintf(m.h, "%d:%s\n", len(p), p)
	}
}

func (m mark) String() string { return hex.EncodeToString(m.h.Sum(nil)) }

// fault turns a *office.FieldError into a problem; other errors are the caller's.
func fault(problems *Problems, number int, err error) error {
	var f *office.FieldError
	if errors.As(err, &f) {
		problems.say(number, f.Field, f.Say)
		return nil
	}
	return err
}

// readDay, readArea and readAreas read a field, and note what is wrong with it.
func (l line) readDay(column string, problems *Problems) office.Day {
	text := digits(l.fields[column])
	d, err := office.ParseDay(text)
	if err != nil {
		problems.add(l.number, column, "day", "text", clip(text))
	}
	return d
}

func (l line) readArea(column string, problems *Problems) area.Area {
	a, err := area.Parse(l.fields[column])
	if err != nil {
		problems.add(l.number, column, "area_key", "text", err)
	}
	return a
}

func (l line) readAreas(column string, problems *Problems) []area.Area {
	areas, err := area.ParseList(l.fields[column])
	if err != nil {
		problems.add(l.number, column, "area_key", "text", err)
	}
	return areas
}
