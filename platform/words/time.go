package words

import (
	"embed"
	"fmt"
	"strconv"
	"time"

	_ "time/tzdata" // so that a machine without zone files knows Karachi
)

//go:embed words
var ownFiles embed.FS

var own = MustCatalogue(ownFiles)

// Zone is Pakistan's: UTC+5, and an hour more in the summers of 2002, 2008 and 2009.
var Zone = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Karachi")
	if err != nil {
		panic(err) // the zones are compiled in
	}
	return zone
}()

// Digits in both languages are Latin ones (0–9), as the commission prints them on
// its own Urdu forms, rolls and results, and as they stand on an identity card.

// Date is the day in Pakistan at t: 8 February 2027.
func Date(lang Language, t time.Time) string {
	t = t.In(Zone)
	return fill(lang, "words.date", "day", strconv.Itoa(t.Day()),
		"month", own.Text(lang, fmt.Sprintf("words.month.%d", t.Month())), "year", strconv.Itoa(t.Year()))
}

// Clock is the time of day in Pakistan at t: 3:12 pm; in Urdu with the part of the
// day, which is told so that no two hours of a day have the same name.
func Clock(lang Language, t time.Time) string {
	t = t.In(Zone)
	part := "late"
	switch h := t.Hour(); {
	case h < 4:
		part = "night"
	case h < 12:
		part = "morning"
	case h < 15:
		part = "noon"
	case h < 17:
		part = "afternoon"
	case h < 20:
		part = "evening"
	}
	return fill(lang, "words.clock."+part, "time", t.Format("3:04"))
}

// Instant is day and time in Pakistan: 8 February 2027, 3:12 pm.
func Instant(lang Language, t time.Time) string {
	return fill(lang, "words.instant", "date", Date(lang, t), "clock", Clock(lang, t))
}

// Exact is an instant to the second with its zone, the same in every language, for
// trails and files: 2027-02-08 15:12:07 PKT.
func Exact(t time.Time) string { return t.In(Zone).Format("2006-01-02 15:04:05 MST") }

// Duration is a span of time in its largest whole unit: 3 minutes.
func Duration(lang Language, d time.Duration) string {
	d = max(d, -d)
	unit, n := "second", int64(d/time.Second)
	switch {
	case d >= 48*time.Hour:
		unit, n = "day", int64(d/(24*time.Hour))
	case d >= time.Hour:
		unit, n = "hour", int64(d/time.Hour)
	case d >= time.Minute:
		unit, n = "minute", int64(d/time.Minute)
	}
	if n == 1 {
		return own.Text(lang, "words."+unit)
	}
	return fill(lang, "words."+unit+"s", "n", Number(lang, n))
}

// Ago tells how long before now t was, or how long after it is: 3 minutes ago, in
// 2 days, just now.
func Ago(lang Language, t, now time.Time) string {
	switch d := now.Sub(t); {
	case d >= time.Second:
		return fill(lang, "words.ago", "span", Duration(lang, d))
	case d <= -time.Second:
		return fill(lang, "words.ahead", "span", Duration(lang, d))
	}
	return own.Text(lang, "words.now")
}

// A Day is a day of the calendar in Pakistan, without a time. The zero Day is none.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf is the day in Pakistan at t.
func DayOf(t time.Time) Day {
	y, m, d := t.In(Zone).Date()
	return Day{y, m, d}
}

// MakeDay is the day of these three numbers, or false when the calendar has none
// such, as 30 February.
func MakeDay(year, month, day int) (Day, bool) {
	d := Day{year, time.Month(month), day}
	return d, year >= 1 && year <= 9999 && DayOf(d.Time()) == d
}

// ParseDay reads a day as records and links have it: 2027-02-08.
func ParseDay(text string) (Day, error) {
	t, err := time.ParseInLocation(time.DateOnly, text, Zone)
	if err != nil {
		return Day{}, fmt.Errorf("not a day: want one such as 2027-02-08")
	}
	return DayOf(t), nil
}

// Time is the day's first instant, midnight in Pakistan.
func (d Day) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, Zone) }

// IsZero tells that this is no day.
func (d Day) IsZero() bool { return d == Day{} }

// Before tells whether d is an earlier day than e.
func (d Day) Before(e Day) bool { return d.Time().Before(e.Time()) }

// Add is the day so many days later.
func (d Day) Add(days int) Day {
	return DayOf(time.Date(d.Year, d.Month, d.Day+days, 12, 0, 0, 0, Zone))
}

// String is the day as records and links have it: 2027-02-08.
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// In is the day as a person reads it.
func (d Day) In(lang Language) string { return Date(lang, d.Time()) }
