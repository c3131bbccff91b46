package database

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// A Time is an instant as a record has it: text in UTC with microseconds, so that
// the order of the text is the order of time on both databases.
type Time struct{ time.Time }

const timeLayout = "2006-01-02T15:04:05.000000Z"

// Value gives the text; the zero time is NULL.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UTC().Format(timeLayout), nil
}

// Scan reads what Value gave.
func (t *Time) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = Time{}
		return nil
	case string:
		at, err := time.Parse(timeLayout, v)
		*t = Time{at}
		return err
	}
	return fmt.Errorf("an instant is kept as text, not as %T", v)
}
