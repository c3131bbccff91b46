package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/platform/bus/calendar"
)

func TestNext(t *testing.T) {
	for _, c := range []struct{ rule, after, next string }{
		{"every day at 02:00 Asia/Karachi", "2026-02-08T20:59:59Z", "2026-02-08T21:00:00Z"}, // 01:59:59 there
		{"every day at 02:00 Asia/Karachi", "2026-02-08T21:00:00Z", "2026-02-09T21:00:00Z"},
		{"every day at 02:00", "2026-02-08T21:00:00Z", "2026-02-09T21:00:00Z"},
		{"every day at 00:00 UTC", "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00Z"},
		{"every minute", "2026-02-08T20:59:59Z", "2026-02-08T21:00:00Z"},
		{"every hour", "2026-02-08T21:00:00Z", "2026-02-08T22:00:00Z"},
		{"every 5 minutes", "2026-02-08T21:04:59.5Z", "2026-02-08T21:05:00Z"},
		{"every 5 minutes", "2026-02-08T21:05:00Z", "2026-02-08T21:10:00Z"},
		{"every 30 seconds", "2026-02-08T21:05:00.1Z", "2026-02-08T21:05:30Z"},
		{"every 6 hours", "2026-02-08T21:05:00Z", "2026-02-09T00:00:00Z"},
		{"Every Monday  at 09:30", "2026-02-08T21:00:00Z", "2026-02-09T04:30:00Z"}, // Monday began there
		{"every monday at 09:30 Asia/Karachi", "2026-02-09T04:30:00Z", "2026-02-16T04:30:00Z"},
		{"every month on day 1 at 03:15", "2026-12-31T22:15:00Z", "2027-01-31T22:15:00Z"},
		{"every month on day 28 at 00:00 UTC", "2027-02-01T00:00:00Z", "2027-02-28T00:00:00Z"},
		// Clocks go forward in New York on 8 March 2026 from 02:00 to 03:00, and back on 1 November.
		{"every day at 02:30 America/New_York", "2026-03-07T12:00:00Z", "2026-03-08T07:30:00Z"},
		{"every day at 02:30 America/New_York", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"},
		{"every day at 01:30 America/New_York", "2026-11-01T00:00:00Z", "2026-11-01T05:30:00Z"},
		{"every day at 01:30 America/New_York", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"},
	} {
		r, err := calendar.Parse(c.rule)
		if err != nil {
			t.Error(err)
			continue
		}
		after, _ := time.Parse(time.RFC3339Nano, c.after)
		if got := r.Next(after).Format(time.RFC3339Nano); got != c.next {
			t.Errorf("%s after %s: %s, want %s", c.rule, c.after, got, c.next)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, text := range []string{"", "every", "daily", "every day", "every day at", "every day at 2:00", "every day at 24:00", "every day at 02:00:00",
		"every day at 02:00 Asia/Lahore", "every day at 02:00 Local", "every day at 02:00 UTC now", "every 7 minutes", "every 0 minutes",
		"every -5 minutes", "every 60 minutes", "every 24 hours", "every 5 days", "every blue moon", "every month on day 29 at 00:00",
		"every month on day 0 at 00:00", "every month at 00:00", "every 1.5 hours", "every day at 02:00 ../../etc/passwd"} {
		if r, err := calendar.Parse(text); err == nil {
			t.Errorf("%q is %v", text, r)
		}
	}
	if !(calendar.Rule{}).Next(time.Now()).IsZero() || (calendar.Rule{}).String() != "never" {
		t.Error("the zero rule has instants")
	}
}

var rules = []string{"every minute", "every 15 seconds", "every 20 minutes", "every 8 hours", "every day at 02:00", "every day at 02:30 America/New_York",
	"every friday at 13:30", "every sunday at 01:30 Europe/London", "every month on day 28 at 23:59", "every day at 00:00 Pacific/Apia"}

// TestNextIsLater: the next instant is later, is an instant of the rule again, and
// there is none between.
func TestNextIsLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(rules).Draw(t, "rule")
		r, err := calendar.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := calendar.Parse(r.String()); err != nil || again.String() != r.String() {
			t.Fatalf("%q is written %q, which is read as %v, %v", text, r, again, err)
		}
		after := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "s"), rapid.Int64Range(0, 1e9-1).Draw(t, "ns"))
		next := r.Next(after)
		if !next.After(after) || next.Sub(after) > 32*24*time.Hour {
			t.Fatalf("%s: after %v comes %v", text, after, next)
		}
		if got := r.Next(next.Add(-1)); !got.Equal(next) {
			t.Fatalf("%s: just before %v the next is %v", text, next, got)
		}
		between := after.Add(time.Duration(rapid.Float64Range(0, 0.999).Draw(t, "part") * float64(next.Sub(after))))
		if got := r.Next(between); !got.Equal(next) {
			t.Fatalf("%s: after %v comes %v, but after %v, before it, comes %v", text, after, next, between, got)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range append(rules, "", "every", "every 5 parsecs", "every day at 02:00 Asia/Karachi") {
		f.Add(text, int64(1770000000))
	}
	f.Fuzz(func(t *testing.T, text string, s int64) {
		r, err := calendar.Parse(text)
		if err != nil {
			return
		}
		again, err := calendar.Parse(r.String())
		if err != nil {
			t.Fatalf("%q is written %q, which is refused: %v", text, r, err)
		}
		after := time.Unix(s%4e9, 0)
		if next := r.Next(after); !next.After(after) || !again.Next(after).Equal(next) {
			t.Fatalf("%q: after %v comes %v, or %v", text, after, next, again.Next(after))
		}
	})
}
