package office

import (
	"fmt"
	"time"

	"intikhab/platform/words"
)

// A Day is a date of the calendar in Pakistan as the tables have it, 2026-03-01; ""
// is none. The order of the texts is the order of the days.
type Day string

// ParseDay reads a date as 2026-03-01; nothing is no day.
func ParseDay(text string) (Day, error) {
	if text == "" {
		return "", nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1947 || t.Year() > 2999 {
		return "", fmt.Errorf("date %q: write it as year, month, day: 2026-03-01", clip(text))
	}
	return Day(text), nil
}

// DayOf gives the day that it is in Pakistan at an instant.
func DayOf(t time.Time) Day { return Day(words.DayOf(t).String()) }

// Words is the day as pages write it, the zero Day of none.
func (d Day) Words() words.Day {
	if d == "" {
		return words.Day{}
	}
	w, err := words.ParseDay(string(d))
	if err != nil {
		return words.Day{}
	}
	return w
}

// Next is the day after, "" of no day.
func (d Day) Next() Day {
	if w := d.Words(); !w.IsZero() {
		return Day(w.Add(1).String())
	}
	return ""
}

// A Span is the days from one to another, both of them included. Without a last
// day it has no end.
type Span struct{ From, To Day }

// Has tells whether the day lies in the span.
func (s Span) Has(d Day) bool { return s.From <= d && (s.To == "" || d <= s.To) }

// Meets tells whether the two have a day in common.
func (s Span) Meets(o Span) bool {
	return (o.To == "" || s.From <= o.To) && (s.To == "" || o.From <= s.To)
}

// Contains tells whether all days of the other lie in this one.
func (s Span) Contains(o Span) bool {
	return s.From <= o.From && (s.To == "" || o.To != "" && o.To <= s.To)
}

// String gives both days.
func (s Span) String() string {
	if s.To == "" {
		return "from " + string(s.From)
	}
	return string(s.From) + " to " + string(s.To)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
