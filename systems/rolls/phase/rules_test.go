package phase

import (
	"errors"
	"strings"
	"testing"
	"time"

	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/words"
)

func parse(keys string) []area.Area {
	all, err := area.ParseList(keys)
	if err != nil {
		panic(err)
	}
	return all
}

// lyari is a block of NA-239 and PS-106 in Karachi South.
var lyari = Areas{Block: 440160404, NA: "NA-239", PA: "PS-106", District: parse("district:karachi-south")[0], Province: parse("province:sindh")[0]}

// kasur is a block of NA-131 and PP-176 in Kasur.
var kasur = Areas{Block: 183010203, NA: "NA-131", PA: "PP-176", District: parse("district:kasur")[0], Province: parse("province:punjab")[0]}

// history is what the commission did in 2023: it froze the rolls on 20 July, the
// National Assembly's term ending on 12 August, and unfroze them itself from 28
// September to 25 October. Results came after the poll of 8 February 2024.
func history() *Rules {
	return &Rules{
		Freezes: []Freezing{{Row: Row{ID: "2023", Version: 1, Scope: parse("pk")}, Kind: GeneralElection, Basis: "2023-08-12", From: "2023-07-20", Closed: "2024-02-11"}},
		Overrides: []Override{{Row: Row{ID: "thaw", Version: 1, Scope: parse("pk")}, Freeze: "2023", From: "2023-09-28",
			To: "2023-10-25"}},
	}
}

func TestHistoryOf2023(t *testing.T) {
	r := history()
	for _, c := range []struct {
		day          office.Day
		phase        Phase
		since, until office.Day
		next         Phase
	}{
		{"2023-07-19", Continuous, "", "2023-07-19", Freeze},
		{"2023-07-20", Freeze, "2023-07-20", "2023-09-27", Continuous},
		{"2023-09-27", Freeze, "2023-07-20", "2023-09-27", Continuous},
		{"2023-09-28", Continuous, "2023-09-28", "2023-10-25", Freeze},
		{"2023-10-25", Continuous, "2023-09-28", "2023-10-25", Freeze},
		{"2023-10-26", Freeze, "2023-10-26", "2024-02-11", Continuous},
		{"2024-02-08", Freeze, "2023-10-26", "2024-02-11", Continuous},
		{"2024-02-12", Continuous, "2024-02-12", "", ""},
	} {
		s := r.On(lyari, c.day)
		if s.Phase != c.phase || s.Since != c.since || s.Until != c.until || s.Next != c.next {
			t.Errorf("%s: %+v", c.day, s)
		}
		allowed := r.Allows(lyari, Form21, c.day.Words().Time()) == nil
		if allowed != (c.phase == Continuous) {
			t.Errorf("%s: form 21 is allowed: %v", c.day, allowed)
		}
	}
	if s := r.On(lyari, "2023-10-01"); s.Override != "thaw" || s.Freeze != "" {
		t.Errorf("%+v", s)
	}
	if f := Standard().FreezeFrom(GeneralElection, "2023-08-12"); f != "2023-07-13" {
		t.Errorf("30 days before the term ends are %s", f)
	}
}

func TestRefusalSays(t *testing.T) {
	r := history()
	r.Freezes[0].Closed = ""
	at := time.Date(2023, 11, 1, 7, 0, 0, 0, time.UTC)
	var refusal *Refusal
	if err := r.Allows(lyari, Form21, at); !errors.As(err, &refusal) || refusal.Law != Section39 || refusal.From != "" {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{"frozen under section 39 of the Elections Act 2017 from 26 October 2023 until the results", "Enrolment or transfer of a vote by form 21", "What you can do"} {
		if !strings.Contains(refusal.Error(), want) {
			t.Errorf("%q is without %q", refusal.Error(), want)
		}
	}
	if ur := refusal.Both().Ur; !strings.Contains(ur, "دفعہ 39") || !strings.Contains(ur, "آپ کیا کر سکتے ہیں") || strings.Contains(ur, "{") {
		t.Error(ur)
	}
	// Before the thaw it says from when.
	if err := r.Allows(lyari, Form21, time.Date(2023, 8, 1, 7, 0, 0, 0, time.UTC)); !errors.As(err, &refusal) || refusal.From != "2023-09-28" {
		t.Errorf("%v", err)
	}
	// Every refusal that there can be has all its words.
	for _, p := range Phases() {
		for _, d := range Deeds() {
			for _, until := range []office.Day{"", "2026-04-01"} {
				err := Allows(State{Phase: p, Since: "2026-03-01", Until: until}, d)
				if (err == nil) != d.allowed(p) {
					t.Errorf("%s in %s: %v", d, p, err)
				}
				if errors.As(err, &refusal) {
					for _, text := range []string{refusal.Both().En, refusal.Both().Ur} {
						if strings.Contains(text, "phase.") || strings.Contains(text, "{") {
							t.Errorf("%s in %s: %s", d, p, text)
						}
					}
				}
			}
		}
	}
	if err := Allows(State{Phase: Continuous}, Form15); !errors.As(err, &refusal) || !strings.Contains(refusal.Error(), "form 21 at the office") {
		t.Errorf("%v", err)
	}
	if err := Allows(State{Phase: Continuous}, "nonsense"); err == nil {
		t.Error("nonsense is allowed")
	}
}

// TestOnlyThatConstituencyFreezes: by a bye-election, its neighbours in the same district
// and everybody else stay as they are.
func TestOnlyThatConstituencyFreezes(t *testing.T) {
	r := &Rules{Freezes: []Freezing{{Row: Row{ID: "bye", Scope: parse("constituency:NA-131")}, Kind: ByeElection, Basis: "2026-03-01", From: "2026-03-01"}}}
	neighbour := kasur
	neighbour.NA, neighbour.PA = "NA-132", "PP-176"
	for _, c := range []struct {
		name string
		a    Areas
		want Phase
	}{{"in it", kasur, Freeze}, {"beside it", neighbour, Continuous}, {"elsewhere", lyari, Continuous},
		{"in the district, no seat known", Areas{District: kasur.District}, Freeze}, {"in the next one, no seat known", Areas{District: parse("district:lahore")[0]}, Continuous},
		{"only the other seat known", Areas{PA: "PP-176", District: kasur.District}, Freeze}, {"nothing known", Areas{}, Freeze}} {
		if s := r.On(c.a, "2026-03-05"); s.Phase != c.want {
			t.Errorf("%s: %s", c.name, s)
		}
	}
	if s := r.On(kasur, "2026-02-28"); s.Phase != Continuous || s.Until != "2026-02-28" || s.Next != Freeze {
		t.Errorf("%s", s)
	}
}

// TestUnknownIsNoOverride: what may lie in an area is frozen with it, and is not let off
// or revised with it.
func TestUnknownIsNoOverride(t *testing.T) {
	r := &Rules{Freezes: []Freezing{{Row: Row{ID: "f", Scope: parse("district:kasur")}, Kind: GeneralElection, From: "2026-03-01"}},
		Overrides: []Override{{Row: Row{ID: "o", Scope: parse("constituency:NA-131")}, Freeze: "f", From: "2026-03-01", To: "2026-03-31"}}}
	for _, c := range []struct {
		a    Areas
		want Phase
	}{{kasur, Continuous}, {Areas{District: kasur.District}, Freeze}, {Areas{Province: kasur.Province}, Freeze}, {Areas{NA: "NA-132"}, Freeze}, {Areas{NA: "NA-239"}, Continuous},
		{Areas{Province: lyari.Province}, Continuous}, {Areas{}, Freeze}} {
		if s := r.On(c.a, "2026-03-05"); s.Phase != c.want {
			t.Errorf("%+v: %s, want %s", c.a, s, c.want)
		}
	}
}

func TestPlan(t *testing.T) {
	steps, last := Standard().Plan(PeriodicRevision, "2026-03-01")
	want := []Step{{Periodic, "2026-03-01"}, {Draft, "2026-03-16"}, {Display, "2026-04-15"}, {Claims, "2026-04-18"}, {Revision, "2026-05-18"}, {Final, "2026-06-17"}}
	for i, w := range want {
		if steps[i] != w {
			t.Errorf("step %d: %v, want %v", i, steps[i], w)
		}
	}
	if last != "2026-07-01" || len(steps) != len(want) {
		t.Errorf("last %s, %d steps", last, len(steps))
	}
	p := Programme{Row: Row{ID: "p", Scope: parse("province:punjab"), Reason: words.Both{En: "x", Ur: "ی"}}, Kind: PeriodicRevision, Steps: steps, Last: last}
	if err := p.Check(Standard(), "2026-03-01", nil, nil); err != nil {
		t.Error(err)
	}
	r := &Rules{Programmes: []Programme{p}}
	// Forms 15 to 17 are taken during display, 21 to 23 between revisions, and never both.
	for d := office.Day("2026-02-20"); d < "2026-07-10"; d = d.Next() {
		during := d >= "2026-04-15" && d <= "2026-05-17"
		outside := d < "2026-03-01" || d > "2026-07-01"
		for _, deed := range []Deed{Form15, Form16, Form17} {
			if got := r.Allows(kasur, deed, d.Words().Time()) == nil; got != during {
				t.Errorf("%s on %s: %v", deed, d, got)
			}
		}
		for _, deed := range []Deed{Form21, Form22, Form23} {
			if got := r.Allows(kasur, deed, d.Words().Time()) == nil; got != outside {
				t.Errorf("%s on %s: %v", deed, d, got)
			}
		}
		if err := r.Allows(lyari, Form21, d.Words().Time()); err != nil {
			t.Errorf("Sindh on %s: %v", d, err)
		}
	}
}
