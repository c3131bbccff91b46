// Package calendar is the rule by which something is done again and again, as a
// person writes it: "every day at 02:00 Asia/Karachi", "every 5 minutes". A rule is
// pure: given an instant, it tells the next. TestNext has the cases, TestNextIsLater
// and FuzzParse the laws.
//
// The rules, where the zone is one of the IANA's names and Asia/Karachi if left out:
//
//	every minute | every hour
//	every N seconds | every N minutes | every N hours     N divides a minute, an hour, a day
//	every day at HH:MM [zone]
//	every monday at HH:MM [zone]                          or another day of the week
//	every month on day D at HH:MM [zone]                  D is 1 to 28
package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zones, where the machine has none
)

// A Rule tells when something is to be done again. Its zero value is no rule.
type Rule struct {
	every time.Duration // by the clock in UTC; else at a time of day:
	hour  int
	min   int
	week  time.Weekday // if weekly
	month int          // day of the month, if not 0
	kind  kind
	zone  *time.Location
}

type kind int

const (
	byClock kind = iota + 1
	daily
	weekly
	monthly
)

// Home is the zone of a rule that names none.
const Home = "Asia/Karachi"

// Parse reads a rule. The error says what a rule looks like.
func Parse(text string) (Rule, error) {
	words := strings.Fields(strings.ToLower(text))
	as := strings.Fields(text) // a zone's name has capitals
	wrong := func(what string) (Rule, error) {
		return Rule{}, fmt.Errorf("schedule %.80q: %s; write for example \"every day at 02:00 %s\" or \"every 5 minutes\"", text, what, Home)
	}
	if len(words) < 2 || words[0] != "every" {
		return wrong("it begins with the word every and what follows")
	}
	if len(words) == 2 && (words[1] == "minute" || words[1] == "hour") {
		return Rule{kind: byClock, every: units[words[1]+"s"].one}, nil
	}
	if unit, ok := units[words[len(words)-1]]; ok && len(words) == 3 {
		n, err := strconv.Atoi(words[1])
		if err != nil || n < 1 || n >= unit.most || unit.most%n != 0 {
			return wrong(fmt.Sprintf("a number of %s that divides %d", words[2], unit.most))
		}
		return Rule{kind: byClock, every: time.Duration(n) * unit.one}, nil
	}
	r := Rule{}
	rest := words[2:]
	switch day, ok := weekdays[words[1]]; {
	case ok:
		r.kind, r.week = weekly, day
	case words[1] == "day":
		r.kind = daily
	case words[1] == "month" && len(rest) > 3 && rest[0] == "on" && rest[1] == "day":
		n, err := strconv.Atoi(rest[2])
		if err != nil || n < 1 || n > 28 {
			return wrong("the day of the month is 1 to 28, which every month has")
		}
		r.kind, r.month, rest = monthly, n, rest[3:]
	default:
		return wrong(fmt.Sprintf("%.20q is no part of a rule", words[1]))
	}
	if len(rest) < 2 || len(rest) > 3 || rest[0] != "at" {
		return wrong("then comes at, the time of day, and perhaps the zone")
	}
	at, err := time.Parse("15:04", rest[1])
	if err != nil || len(rest[1]) != 5 {
		return wrong("the time of day is HH:MM, 00:00 to 23:59")
	}
	r.hour, r.min = at.Hour(), at.Minute()
	zone := Home
	if len(rest) == 3 {
		zone = as[len(as)-1]
	}
	if strings.EqualFold(zone, "local") {
		return wrong("the zone is named, so that all nodes mean the same")
	}
	if r.zone, err = time.LoadLocation(zone); err != nil {
		return wrong(fmt.Sprintf("there is no time zone %.40q", zone))
	}
	return r, nil
}

var units = map[string]struct {
	one  time.Duration
	most int
}{
	"seconds": {time.Second, 60},
	"minutes": {time.Minute, 60},
	"hours":   {time.Hour, 24},
}

var weekdays = map[string]time.Weekday{"sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday,
	"wednesday": time.Wednesday, "thursday": time.Thursday, "friday": time.Friday, "saturday": time.Saturday}

// String is the rule as Parse reads it.
func (r Rule) String() string {
	clock := fmt.Sprintf("at %02d:%02d %v", r.hour, r.min, r.zone)
	switch r.kind {
	case byClock:
		for _, name := range []string{"hours", "minutes", "seconds"} {
			if n, unit := r.every/units[name].one, units[name]; n > 0 && r.every%unit.one == 0 {
				if n == 1 && name != "seconds" {
					return "every " + strings.TrimSuffix(name, "s")
				}
				return fmt.Sprintf("every %d %s", n, name)
			}
		}
	case daily:
		return "every day " + clock
	case weekly:
		return "every " + strings.ToLower(r.week.String()) + " " + clock
	case monthly:
		return fmt.Sprintf("every month on day %d %s", r.month, clock)
	}
	return "never"
}

// Next is the first instant of the rule after the given one, in UTC. A time of day
// that a zone leaves out on some day, as its clocks go forward, counts as so much
// later; one that it has twice counts once. The zero Rule has no instants: Next is
// then the zero time.
func (r Rule) Next(after time.Time) time.Time {
	switch r.kind {
	case 0:
		return time.Time{}
	case byClock:
		return after.UTC().Truncate(r.every).Add(r.every)
	}
	here := after.In(r.zone)
	year, month, day := here.Date()
	if r.kind == monthly {
		for i := 0; ; i++ {
			if at := r.on(year, month+time.Month(i), r.month); at.After(after) {
				return at.UTC()
			}
		}
	}
	for i := 0; ; i++ {
		at := r.on(year, month, day+i)
		// Where a day is left out (Pacific/Apia, 30 December 2011), the same date
		// can come twice.
		if at.After(after) && (r.kind == daily || at.Weekday() == r.week) {
			return at.UTC()
		}
	}
}

// on is the rule's time of day on a date.
func (r Rule) on(year int, month time.Month, day int) time.Time {
	at := time.Date(year, month, day, r.hour, r.min, 0, 0, r.zone)
	// Where the clocks go forward over that time, Date may give one before.
	const halfDay = 12 * 60
	missing := (r.hour*60+r.min-at.Hour()*60-at.Minute()+3*halfDay)%(2*halfDay) - halfDay
	if missing > 0 {
		at = at.Add(time.Duration(missing) * time.Minute)
	}
	return at
}
