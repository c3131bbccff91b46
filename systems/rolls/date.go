package rolls

import (
	"fmt"
	"time"
)

// Date is a day of the calendar. Month and day may be 0: cards were given to people of
// whom only the year of birth is known, or year and month.
type Date struct{ Year, Month, Day int }

// DateOf is the day of an instant in its own time zone.
func DateOf(t time.Time) Date { return Date{t.Year(), int(t.Month()), t.Day()} }

// ParseDate reads 1984-07-23, 1984-07 or 1984. Nothing is the zero Date, and no error.
func ParseDate(text string) (d Date, err error) {
	if text == "" {
		return d, nil
	}
	digits := len(text) == 4 || len(text) == 7 || len(text) == 10
	for i, c := range []byte(text) {
		digits = digits && (c >= '0' && c <= '9') != (i == 4 || i == 7) && (i != 4 && i != 7 || c == '-')
	}
	if !digits {
		return d, fmt.Errorf("date %q: write it as 1984-07-23, or 1984-07 or 1984 where the rest is not known", clip(text))
	}
	number := func(from, to int) (n int) {
		for _, c := range []byte(text[min(from, len(text)):min(to, len(text))]) {
			n = n*10 + int(c-'0')
		}
		return n
	}
	d = Date{number(0, 4), number(5, 7), number(8, 10)}
	if !d.valid() {
		return Date{}, fmt.Errorf("date %q: there is no such day", clip(text))
	}
	return d, nil
}

func (d Date) valid() bool {
	switch {
	case d.Year < 1 || d.Year > 9999 || d.Month < 0 || d.Month > 12 || d.Day < 0:
		return false
	case d.Month == 0 || d.Day == 0:
		return d.Day == 0
	}
	return DateOf(time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)) == d
}

// IsZero tells whether nothing is known.
func (d Date) IsZero() bool { return d == Date{} }

// String gives what ParseDate reads.
func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Age is how many years somebody born on d has completed on a day. What is not known of
// d is taken as the first of January or of the month; the law's own rule for such cards
// was not found. It is below 0 before the birth.
func (d Date) Age(on Date) int {
	age := on.Year - d.Year
	if on.Month < max(d.Month, 1) || on.Month == max(d.Month, 1) && on.Day < max(d.Day, 1) {
		age--
	}
	return age
}

func clip(s string) string {
	if len(s) > 24 {
		return s[:24] + "…"
	}
	return s
}
