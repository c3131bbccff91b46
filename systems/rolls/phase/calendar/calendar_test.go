package calendar

import (
	"flag"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/web/webtest"
	"intikhab/platform/words"
	"intikhab/systems/rolls/phase"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestActs: every route has an act that the table of permissions knows.
func TestActs(t *testing.T) {
	for _, r := range New(Config{}).Routes() {
		if !office.Standard().Knows(r.Act) {
			t.Errorf("%s %s: no act %q", r.Method, r.Path, r.Act)
		}
	}
}

func TestWords(t *testing.T) {
	webtest.Templates(t, catalogue, "calendar.", files, webtest.Code(t, "."))
}

func parse(t testing.TB, keys string) []area.Area {
	t.Helper()
	all, err := area.ParseList(keys)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// example is a periodic revision in Punjab, a bye-election in Kasur with an override, and
// a freeze of Sindh whose results came.
func example(t testing.TB) *phase.Rules {
	made := time.Date(2026, 2, 20, 6, 0, 0, 0, time.UTC)
	row := func(id, scope, en, ur string) phase.Row {
		return phase.Row{ID: id, Version: 2, Scope: parse(t, scope), Reason: words.Both{En: en, Ur: ur}, Made: made}
	}
	p := phase.Programme{Row: row("REVISION", "province:punjab", "The yearly revision; all districts, and no exceptions", "سالانہ نظرثانی؛ تمام اضلاع میں"), Kind: phase.PeriodicRevision}
	p.Steps, p.Last = phase.Standard().Plan(phase.PeriodicRevision, "2026-03-10")
	return &phase.Rules{Programmes: []phase.Programme{p},
		Freezes: []phase.Freezing{
			{Row: row("SINDH", "province:sindh", "End of the term", "مدت کا اختتام"), Kind: phase.GeneralElection, Basis: "2026-02-01", From: "2026-01-02", Closed: "2026-03-05"},
			{Row: row("KASUR", "constituency:NA-131", "The member has died", "رکن کا انتقال"), Kind: phase.ByeElection, Basis: "2026-03-02", From: "2026-03-02"}},
		Overrides: []phase.Override{{Row: row("THAW", "constituency:NA-131", "Floods", "سیلاب"), Freeze: "KASUR", From: "2026-03-20", To: "2026-03-25"}}}
}

func TestSpans(t *testing.T) {
	r := example(t)
	for _, c := range []struct {
		name, where, from, to, want string
	}{
		{"everything", "", "2026-01-01", "2026-12-31", "freeze freeze periodic continuous draft display claims revision final"},
		{"Sindh", "province:sindh", "2026-01-01", "2026-12-31", "freeze"},
		{"a district of Sindh, later", "district:karachi-south", "2026-03-06", "2026-12-31", ""},
		{"its last day", "district:karachi-south", "2026-03-05", "2026-12-31", "freeze"},
		{"Lahore", "district:lahore", "2026-03-01", "2026-04-01", "periodic draft"},
		{"Kasur, of which NA-131 is a part", "district:kasur", "2026-03-01", "2026-03-20", "freeze periodic continuous"},
		{"a provincial seat with voters in NA-131", "constituency:PP-176", "2026-03-20", "2026-03-20", "freeze periodic continuous"},
		{"another seat", "constituency:NA-118", "2026-06-01", "2026-12-31", "revision final"},
	} {
		var where area.Area
		if c.where != "" {
			where = parse(t, c.where)[0]
		}
		var got []string
		for _, s := range Spans(r, office.Day(c.from), office.Day(c.to), where) {
			got = append(got, string(s.Phase))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
	last := Spans(r, "2026-01-01", "2026-12-31", area.Area{})
	if s := last[len(last)-1]; s.To != r.Programmes[0].Last || s.From != r.Programmes[0].Steps[5].From {
		t.Errorf("%+v", s)
	}
}

// TestICalendar compares the file with the golden one. Two parsers of others have read
// both files as they are, icalendar 4.0.3 (Python) and ical.js 2.2.1: nine events, and
// every date and text as it was meant.
func TestICalendar(t *testing.T) {
	for _, lang := range words.Languages {
		got := ICalendar(Spans(example(t), "2026-01-01", "2026-12-31", area.Area{}), lang, "2026-12-31")
		name := "testdata/calendar-" + string(lang) + ".ics"
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil || got != string(want) {
			t.Errorf("%s is not what is written; look at it and run with -update: %v\n%s", name, err, got)
		}
		wellFormed(t, got)
	}
}

// wellFormed checks what RFC 5545 asks of content lines: CRLF, at most 75 octets, no
// character cut in two, and as many ends as beginnings.
func wellFormed(t interface{ Errorf(string, ...any) }, file string) {
	depth := 0
	body, ok := strings.CutSuffix(file, "\r\n")
	if !ok {
		t.Errorf("the last line has no end")
	}
	for _, line := range strings.Split(body, "\r\n") {
		if len(line) > 75 || line == "" || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
			t.Errorf("line %q has %d octets", line, len(line))
		}
	}
	for _, line := range strings.Split(strings.ReplaceAll(body, "\r\n ", ""), "\r\n") {
		name, _, colon := strings.Cut(line, ":")
		switch {
		case !colon:
			t.Errorf("line %q has no colon", line)
		case name == "BEGIN":
			depth++
		case name == "END":
			depth--
		}
	}
	if depth != 0 {
		t.Errorf("%d are not ended", depth)
	}
}

// TestAnyReason: whatever an officer writes stays one value, and is read back whole.
func TestAnyReason(t *testing.T) {
	unescape := strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n")
	rapid.Check(t, func(t *rapid.T) {
		reason := rapid.StringOf(rapid.SampledFrom([]rune("ab ,;\\\n:\"انتخابی🗳"))).Draw(t, "reason")
		s := Span{What: Override, Phase: phase.Continuous, From: "2026-03-01", To: "2026-03-02", Row: phase.Row{ID: "X", Version: 1, Reason: words.Both{En: reason, Ur: reason}}}
		file := ICalendar([]Span{s}, words.English, "2026-03-02")
		wellFormed(t, file)
		_, value, _ := strings.Cut(strings.ReplaceAll(file, "\r\n ", ""), "DESCRIPTION;LANGUAGE=en:")
		value, _, _ = strings.Cut(value, "\r\n")
		if got := unescape.Replace(value); got != reason {
			t.Fatalf("%q came back as %q", reason, got)
		}
	})
}

// FuzzAddress: whatever stands in the calendar's address, the days that it shows are
// days, in order and not too many.
func FuzzAddress(f *testing.F) {
	for _, q := range []string{"", "area=district:kasur&seat=NA-131", "from=2026-03-01&to=2026-02-01", "from=1947-01-01&to=2999-12-31", "from=2999-12-31", "seat=%00&area=%ff", "to=0000-00-00"} {
		f.Add(q)
	}
	now := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	p := New(Config{Book: office.NewBook(nil, func() time.Time { return now })})
	f.Fuzz(func(t *testing.T, query string) {
		w := p.wish(&http.Request{URL: &url.URL{Path: Home, RawQuery: query}})
		if n := days(w.from, w.to); n < 0 || n > mostDays || w.from.Words().IsZero() || w.to.Words().IsZero() {
			t.Errorf("%q: from %s to %s", query, w.from, w.to)
		}
		for _, s := range Spans(example(t), w.from, w.to, w.where) {
			if bar(s, w) == "" {
				t.Errorf("%q: no bar", query)
			}
		}
	})
}
