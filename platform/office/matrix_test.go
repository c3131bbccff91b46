package office

import (
	"encoding/csv"
	"fmt"
	"os"
	"testing"
	"time"

	"intikhab/platform/office/area"
)

// The test below knows nothing of Decide. It states the rules a second time, slowly,
// from the text of the table and from facts that are written down by hand: who has
// powers in which situation, and which target lies where.

// A situation is a person who is looked at, at noon of 1 March 2026 in Pakistan, and
// whether the post's powers are his then.
type situation struct {
	name   string
	state  string // of his account, "" if nobody has signed in
	powers bool
	post   func(*Post)
	sub    bool // he is the substitute and not the holder
}

var situations = []situation{
	{"holds it", "active", true, nil, false},
	{"first day", "active", true, func(p *Post) { p.Appointment.Span.From = "2026-03-01" }, false},
	{"last day", "active", true, func(p *Post) { p.Appointment.Span.To = "2026-03-01" }, false},
	{"begins tomorrow", "active", false, func(p *Post) { p.Appointment.Span.From = "2026-03-02" }, false},
	{"ran out yesterday", "active", false, func(p *Post) { p.Appointment.Span.To = "2026-02-28" }, false},
	{"ended this morning", "active", false, func(p *Post) { p.Appointment.Ended = Made{At: noon.Add(-time.Hour), By: "x"} }, false},
	{"ends this evening", "active", true, func(p *Post) { p.Appointment.Ended = Made{At: noon.Add(time.Hour), By: "x"} }, false},
	{"office not yet open", "active", false, func(p *Post) { p.Office.Open.From = "2026-03-02" }, false},
	{"office closed", "active", false, func(p *Post) { p.Office.Open.To = "2026-02-28" }, false},
	{"on leave, nobody acts", "active", false, leave("2026-03-01", "2026-03-01", ""), false},
	{"on leave, another acts", "active", false, leave("2026-02-20", "2026-03-10", "sub"), false},
	{"back from leave", "active", true, leave("2026-02-20", "2026-02-28", "sub"), false},
	{"before his leave", "active", true, leave("2026-03-02", "2026-03-10", "sub"), false},
	{"came back early", "active", true, cameBack, false},
	{"acts for another", "active", true, leave("2026-02-20", "2026-03-10", "sub"), true},
	{"acts from tomorrow", "active", false, leave("2026-03-02", "2026-03-10", "sub"), true},
	{"acted till yesterday", "active", false, leave("2026-02-20", "2026-02-28", "sub"), true},
	{"acted till the holder came back", "active", false, cameBack, true},
	{"acts in what ran out", "active", false, func(p *Post) {
		leave("2026-02-20", "2026-03-10", "sub")(p)
		p.Appointment.Span.To = "2026-02-28"
	}, true},
	{"suspended", "suspended", false, nil, false},
	{"suspended while acting", "suspended", false, leave("2026-02-20", "2026-03-10", "sub"), true},
	{"invited", "invited", false, nil, false},
	{"closed", "closed", false, nil, false},
	{"not signed in", "", false, nil, false},
}

var noon = time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)

func leave(from, to Day, sub OfficerID) func(*Post) {
	return func(p *Post) {
		p.Leaves = append(p.Leaves, Leave{ID: "l", Appointment: p.Appointment.ID, Span: Span{from, to}, Substitute: sub})
	}
}

func cameBack(p *Post) {
	leave("2026-02-20", "2026-03-10", "sub")(p)
	p.Leaves[0].Ended = Made{At: noon.Add(-time.Hour), By: "holder"}
}

// A place is an office with targets, and where each lies by hand: in the
// jurisdiction or not.
type placed struct {
	role    Role
	kind    Kind
	area    string
	narrow  string // the appointment is for this part only
	in, out []string
}

var matrixPlaces = []placed{
	{DataEntryOperator, District, "district:kasur", "", []string{"district:kasur", "tehsil:kasur/kasur", "constituency:NA-131"}, []string{"district:lahore", "division:lahore", "constituency:NA-118", "block:440160404"}},
	{AssistantRegistrationOfficer, District, "district:kasur", "tehsil:kasur/kasur", []string{"tehsil:kasur/kasur"}, []string{"district:kasur", "constituency:NA-131", "tehsil:kasur/chunian"}},
	{RegistrationOfficer, District, "district:kasur", "", []string{"constituency:PP-176"}, []string{"pk", "station:NA-131-1"}},
	{RevisingAuthority, DisplayCentre, "tehsil:kasur/kasur", "", []string{"tehsil:kasur/kasur"}, []string{"tehsil:kasur/chunian", "district:kasur"}},
	{ReturningOfficer, Returning, "constituency:NA-118", "", []string{"constituency:NA-118"}, []string{"constituency:PP-147", "constituency:NA-117", "district:lahore"}},
	{PresidingOfficer, Returning, "constituency:NA-118", "constituency:NA-118", []string{"constituency:NA-118"}, []string{"station:NA-118-1"}},
	{DistrictCommissioner, District, "district:chitral-upper", "", []string{"constituency:PK-1"}, []string{"constituency:NA-1", "division:malakand", "block:440160404"}},
	{RegionalCommissioner, Regional, "division:malakand", "", []string{"constituency:NA-1", "district:swat"}, []string{"province:khyber-pakhtunkhwa", "district:lahore"}},
	{ProvincialCommissioner, Provincial, "province:sindh", "", []string{"division:karachi", "constituency:NA-245"}, []string{"province:punjab", "constituency:NA-1"}},
	{SecretariatOfficer, Secretariat, "pk", "", []string{"pk", "district:lahore", "block:440160404"}, nil},
	{Auditor, Secretariat, "pk", "", []string{"pk", "constituency:NA-118"}, nil},
	{SystemAdministrator, Secretariat, "pk", "", []string{"pk", "station:x"}, nil},
}

// A fact is a target and what is true of it for the one who is looked at.
type fact struct {
	target                          Target
	own, office, inside, somewhere_ bool
}

func (p placed) facts(self OfficerID) []fact {
	var facts []fact
	inside := Target{}
	for _, key := range p.in {
		a := parsed(key)
		inside.Areas = append(inside.Areas, a)
		facts = append(facts, fact{In(a), false, false, true, false}, fact{Target{Areas: []area.Area{a}, Officer: self, Office: "here"}, true, true, true, false},
			fact{Target{Areas: []area.Area{a}, Officer: "other", Office: "there"}, false, false, true, false})
	}
	facts = append(facts, fact{inside, false, false, true, false}) // all of them together
	for _, key := range p.out {
		a := parsed(key)
		facts = append(facts, fact{In(a), false, false, false, false}, fact{Target{Areas: append([]area.Area{a}, inside.Areas...)}, false, false, false, false},
			fact{Target{Areas: []area.Area{a}, Office: "here"}, false, true, false, false})
	}
	return append(facts, fact{Target{}, false, false, false, false}, fact{Target{Officer: self}, true, false, false, false},
		fact{Target{Office: "here"}, false, true, false, false}, fact{Target{Somewhere: true}, true, true, true, true})
}

func parsed(key string) area.Area {
	a, err := area.Parse(key)
	if err != nil {
		panic(err)
	}
	return a
}

// slowly says by the table's text whether it is allowed, and to how many.
func slowly(rows [][]string, act string, s situation, role Role, f fact) (allowed, two bool) {
	for _, row := range rows {
		if row[0] != act {
			continue
		}
		yes := false
		switch row[1] {
		case "anyone":
			yes = true
		case "officer":
			yes = s.state == "active" && (row[2] == "self" && f.own || row[2] == "everywhere" && s.powers)
		case string(role):
			yes = s.state == "active" && s.powers && (row[2] == "everywhere" || row[2] == "self" && f.own ||
				row[2] == "office" && f.office || row[2] == "jurisdiction" && f.inside)
		}
		if yes {
			allowed, two = true, row[3] == "2"
		}
	}
	return allowed, two
}

func TestEveryRoleEveryAct(t *testing.T) {
	rows := tableText(t)
	tried, yes := 0, 0
	for _, place := range matrixPlaces {
		for _, s := range situations {
			post := Post{Appointment: Appointment{ID: "a", Officer: "holder", Office: "here", Role: place.role, Span: Span{From: "2026-02-01"}},
				Office: Office{ID: "here", Kind: place.kind, Area: parsed(place.area), Open: Span{From: "2026-01-01"}}}
			if place.narrow != "" {
				post.Appointment.Areas = []area.Area{parsed(place.narrow)}
			}
			if s.post != nil {
				s.post(&post)
			}
			who := Standing{Officer: "holder", State: State(s.state), Posts: []Post{post}}
			if s.sub {
				who.Officer = "sub"
			}
			if s.state == "" {
				who = Standing{}
			}
			for _, act := range append(Standard().Acts(), "no.such") {
				for _, f := range place.facts(who.Officer) {
					want, two := slowly(rows, string(act), s, place.role, f)
					got := Rules{Table: Standard()}.Decide(noon, who, act, f.target)
					tried++
					if got.Allowed {
						yes++
					}
					if got.Allowed != want || got.Two != two || (got.Reason == "") != got.Allowed {
						t.Errorf("%s, %s: %s on %+v: got %+v, want %v (two officers: %v)", place.role, s.name, act, f.target, got, want, two)
					}
					if acting := got.Allowed && got.By != "" && s.sub; acting != (got.For == "holder") {
						t.Errorf("%s, %s: %s: acting for %q", place.role, s.name, act, got.For)
					}
				}
			}
		}
	}
	if tried < 100_000 || yes < 5000 {
		t.Errorf("only %d cases, %d of them allowed", tried, yes)
	}
	t.Logf("%d cases, %d of them allowed", tried, yes)
}

// TestEveryWayIn tries every way in against every act.
func TestEveryWayIn(t *testing.T) {
	rows := tableText(t)
	for _, way := range []Role{Gateway, Console, Shell, ""} {
		for _, act := range Standard().Acts() {
			want := false
			for _, row := range rows {
				want = want || row[0] == string(act) && (row[1] == "anyone" || way != "" && row[1] == string(way))
			}
			for _, target := range []Target{{}, {Somewhere: true}, In(area.Country)} {
				got := Rules{Table: Standard()}.Decide(noon, Standing{Way: way}, act, target)
				if got.Allowed != want || got.By != "" {
					t.Errorf("%q: %s: %+v, want %v", way, act, got, want)
				}
				if why := map[bool]Reason{true: SignIn, false: NotThisWay}[way == ""]; !want && got.Reason != why {
					t.Errorf("%q: %s: %s", way, act, got.Reason)
				}
			}
		}
	}
}

func tableText(t *testing.T) [][]string {
	t.Helper()
	f, err := os.Open("permissions.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// TestReasons: of what does not allow it, the most telling is said.
func TestReasons(t *testing.T) {
	post := func(id AppointmentID, role Role, at string, change func(*Post)) Post {
		p := Post{Appointment: Appointment{ID: id, Officer: "me", Office: OfficeID(id), Role: role, Span: Span{From: "2026-02-01"}},
			Office: Office{ID: OfficeID(id), Area: parsed(at), Open: Span{From: "2026-01-01"}}}
		if change != nil {
			change(&p)
		}
		return p
	}
	decide := func(act Act, on Target, posts ...Post) Decision {
		return Rules{Table: Standard()}.Decide(noon, Standing{Officer: "me", State: Active, Posts: posts}, act, on)
	}
	kasur, lahore := In(parsed("district:kasur")), In(parsed("district:lahore"))
	old := post("a", DistrictCommissioner, "district:kasur", func(p *Post) { p.Appointment.Span.To = "2026-02-28" })
	here := post("b", DistrictCommissioner, "district:lahore", nil)
	for i, c := range []struct {
		got  Decision
		want Reason
	}{
		{decide("officer.add", kasur, old), Over},
		{decide("officer.add", kasur, old, here), Outside},
		{decide("officer.add", lahore, old, here), ""},
		{decide("officer.add", Target{}, here), NoArea},
		{decide("officer.add", kasur, post("a", DistrictCommissioner, "district:kasur", leave("2026-03-01", "2026-03-02", ""))), OnLeave},
		{decide("officer.add", kasur, post("a", DistrictCommissioner, "district:kasur", func(p *Post) { p.Appointment.Span.From = "2026-03-05" })), NotYet},
		{decide("officer.add", kasur, post("a", Auditor, "pk", nil)), NotYourRole},
		{decide("office.read", Target{}), NoPost},
		{decide("session.read", Target{Officer: "you"}), NotYours},
		{decide("officer.read", Target{Office: "z"}, post("a", ReturningOfficer, "constituency:NA-118", nil)), OtherOffice},
		{decide("officer.add", Target{Areas: []area.Area{parsed("district:kasur"), parsed("district:lahore")}}, here, post("c", DistrictCommissioner, "district:kasur", nil)), Outside},
	} {
		if c.got.Reason != c.want {
			t.Errorf("%d: %+v, want %q", i, c.got, c.want)
		}
	}
	// The officer's own post is named before one in another's charge.
	charge := post("a", DistrictCommissioner, "district:kasur", leave("2026-03-01", "2026-03-02", "me"))
	charge.Appointment.Officer = "you"
	if d := decide("officer.add", kasur, charge, post("b", DistrictCommissioner, "district:kasur", nil)); d.By != "b" || d.For != "" {
		t.Errorf("%+v", d)
	}
	if d := decide("officer.add", kasur, charge); d.By != "a" || d.For != "you" || d.Office != "a" {
		t.Errorf("%+v", d)
	}
}

// TestDayBegins: a day begins at midnight in Pakistan, which is 19:00 in UTC.
func TestDayBegins(t *testing.T) {
	p := Post{Appointment: Appointment{Officer: "me", Span: Span{From: "2026-03-01", To: "2026-03-01"}}, Office: Office{Open: Span{From: "2026-01-01"}}}
	for _, c := range []struct {
		at   string
		want bool
	}{
		{"2026-02-28T18:59:59Z", false}, {"2026-02-28T19:00:00Z", true}, {"2026-03-01T18:59:59Z", true}, {"2026-03-01T19:00:00Z", false},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if who, why := p.Wielder(at); (who == "me") != c.want {
			t.Errorf("%s: %q, %s", c.at, who, why)
		}
	}
	for _, bad := range []string{"1.3.2026", "01/03/2026", "2026-02-30", "2026-3-1", "0000-00-00", "٢٠٢٦-٠٣-٠١"} {
		if d, err := ParseDay(bad); err == nil {
			t.Errorf("%q was read as %s", bad, d)
		}
	}
	if d := Day("2026-02-28"); d.Next() != "2026-03-01" || fmt.Sprint(Span{d, ""}) == "" || Day("").Next() != "" {
		t.Error("the next day")
	}
}
