package office

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/platform/office/area"
)

// drawArea gives an area of two provinces, so that areas often lie in each other.
func drawArea(t *rapid.T, label string) area.Area {
	keys := []string{"pk", "province:punjab", "province:sindh", "division:lahore", "division:karachi", "division:malakand", "district:lahore",
		"district:kasur", "district:chitral-upper", "tehsil:kasur/kasur", "tehsil:kasur/chunian", "constituency:NA-1", "constituency:NA-118",
		"constituency:PP-176", "constituency:NA-131", "block:440160404", "station:NA-118-1"}
	return parsed(rapid.SampledFrom(keys).Draw(t, label))
}

func drawDay(t *rapid.T, label string) Day {
	return Day(rapid.SampledFrom([]string{"2026-02-20", "2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-10"}).Draw(t, label))
}

func drawPost(t *rapid.T, label string) Post {
	id := AppointmentID(label)
	p := Post{Appointment: Appointment{ID: id, Officer: OfficerID(rapid.SampledFrom([]string{"me", "you"}).Draw(t, label+" officer")),
		Role: rapid.SampledFrom(Roles()).Draw(t, label+" role"), Span: Span{From: drawDay(t, label+" from")}},
		Office: Office{ID: OfficeID(rapid.SampledFrom([]string{"x", "y"}).Draw(t, label+" office")), Area: drawArea(t, label+" area"), Open: Span{From: "2026-01-01"}}}
	p.Appointment.Office = p.Office.ID
	if rapid.Bool().Draw(t, label+" runs out") {
		p.Appointment.Span.To = drawDay(t, label+" to")
	}
	if rapid.Bool().Draw(t, label+" on leave") {
		p.Leaves = []Leave{{ID: "l", Appointment: id, Span: Span{drawDay(t, label+" leave"), "2026-03-10"},
			Substitute: OfficerID(rapid.SampledFrom([]string{"", "me", "you", "he"}).Draw(t, label+" substitute"))}}
	}
	return p
}

func drawTarget(t *rapid.T) Target {
	var on Target
	for i := range rapid.IntRange(0, 2).Draw(t, "areas") {
		on.Areas = append(on.Areas, drawArea(t, fmt.Sprint("target ", i)))
	}
	on.Officer = OfficerID(rapid.SampledFrom([]string{"", "me", "you"}).Draw(t, "target officer"))
	on.Office = OfficeID(rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "target office"))
	return on
}

func drawPosts(t *rapid.T) (posts []Post) {
	for i := range rapid.IntRange(0, 3).Draw(t, "posts") {
		posts = append(posts, drawPost(t, fmt.Sprint("p", i)))
	}
	return posts
}

// TestMoreNeverTakesAway: an appointment more takes no permission away.
func TestMoreNeverTakesAway(t *testing.T) {
	rules := Rules{Table: Standard()}
	rapid.Check(t, func(t *rapid.T) {
		who := Standing{Officer: "me", State: Active, Posts: drawPosts(t)}
		act := rapid.SampledFrom(Standard().Acts()).Draw(t, "act")
		on := drawTarget(t)
		before := rules.Decide(noon, who, act, on)
		more := who
		more.Posts = append(slices.Clone(who.Posts), drawPost(t, "more"))
		if after := rules.Decide(noon, more, act, on); before.Allowed && !after.Allowed {
			t.Fatalf("%s: allowed before, and then %+v", act, after)
		}
		slices.Reverse(more.Posts)
		slices.Reverse(who.Posts)
		if again := rules.Decide(noon, who, act, on); again != before {
			t.Fatalf("%s: the order of posts makes %+v of %+v", act, again, before)
		}
	})
}

// TestNarrowerNeverGivesMore: what a narrower area, a shorter span or fewer targets
// allow, the wider, longer or more allow too, each the right way round.
func TestNarrowerNeverGivesMore(t *testing.T) {
	rules := Rules{Table: Standard()}
	rapid.Check(t, func(t *rapid.T) {
		post := drawPost(t, "p")
		post.Appointment.Officer = "me"
		act := rapid.SampledFrom(Standard().Acts()).Draw(t, "act")
		on := drawTarget(t)
		decide := func(p Post, on Target) bool {
			return rules.Decide(noon, Standing{Officer: "me", State: Active, Posts: []Post{p}}, act, on).Allowed
		}
		narrow := post
		narrow.Appointment.Areas = []area.Area{drawArea(t, "narrow")}
		wider := narrow
		wider.Appointment.Areas = append(slices.Clone(narrow.Appointment.Areas), drawArea(t, "wider"))
		if decide(narrow, on) && !decide(post, on) || decide(narrow, on) && !decide(wider, on) {
			t.Fatalf("%s: narrower gives more", act)
		}
		smaller := post
		smaller.Office.Area = drawArea(t, "smaller")
		if area.Within(smaller.Office.Area, post.Office.Area) && decide(smaller, on) && !decide(post, on) {
			t.Fatalf("%s: %s gives more than %s", act, smaller.Office.Area, post.Office.Area)
		}
		if len(on.Areas) > 1 && decide(post, on) {
			fewer := on
			fewer.Areas = on.Areas[:1]
			if !decide(post, fewer) {
				t.Fatalf("%s: allowed for %v and not for %v", act, on.Areas, fewer.Areas)
			}
		}
		if decide(post, on) && !decide(post, Target{Somewhere: true}) {
			t.Fatalf("%s: allowed, and yet nowhere", act)
		}
		longer := post
		longer.Appointment.Span.To = ""
		if decide(post, on) && !decide(longer, on) {
			t.Fatalf("%s: a longer appointment allows less", act)
		}
	})
}

// TestOneWielder: at any instant at most one person has a post's powers.
func TestOneWielder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		post := drawPost(t, "p")
		post.Leaves = nil
		day := Day("2026-02-20")
		for i := range rapid.IntRange(0, 3).Draw(t, "leaves") { // disjoint, as the book keeps them
			length := rapid.IntRange(0, 5).Draw(t, "length")
			from := day
			for range length {
				day = day.Next()
			}
			post.Leaves = append(post.Leaves, Leave{ID: LeaveID(fmt.Sprint(i)), Span: Span{from, day}, Substitute: OfficerID(rapid.SampledFrom([]string{"", "he", "she"}).Draw(t, "sub"))})
			day = day.Next()
		}
		at := noon.Add(time.Duration(rapid.IntRange(-20*24, 20*24).Draw(t, "hours")) * time.Hour)
		having := 0
		for _, officer := range []OfficerID{"me", "you", "he", "she"} {
			who := Standing{Officer: officer, State: Active, Posts: []Post{post}}
			for _, act := range Standard().Acts() {
				if d := (Rules{Table: Standard()}).Decide(at, who, act, Target{Somewhere: true}); d.By != "" {
					having++
					break
				}
			}
		}
		if having > 1 {
			t.Fatalf("%d persons have the powers of one post", having)
		}
	})
}

// TestReachAgrees: a list shows what Decide allows, and nothing else.
func TestReachAgrees(t *testing.T) {
	rules := Rules{Table: Standard()}
	rapid.Check(t, func(t *rapid.T) {
		who := Standing{Officer: "me", State: rapid.SampledFrom([]State{Active, Suspended}).Draw(t, "state"), Posts: drawPosts(t)}
		act := rapid.SampledFrom(Standard().Acts()).Draw(t, "act")
		o := Office{ID: "x", Area: drawArea(t, "office"), Extra: []area.Area{drawArea(t, "extra")}}
		on := o.Target()
		reach := rules.Reach(noon, who, act)
		if got, want := reach.Office(o), rules.Decide(noon, who, act, on).Allowed; got != want {
			t.Fatalf("%s on %v: reach says %v, Decide %v", act, on, got, want)
		}
		self := rules.Decide(noon, who, act, Target{Officer: "me", Office: "nowhere"}).Allowed
		if self != (reach.Self || reach.Everywhere) {
			t.Fatalf("%s on himself: reach %+v, Decide %v", act, reach, self)
		}
	})
}

func TestTable(t *testing.T) {
	for text, want := range map[string]string{
		"a.b,anyone,everywhere,1,":                         "",
		"A.b,anyone,everywhere,1,":                         "small letters",
		"ab,anyone,everywhere,1,":                          "dots between",
		"a.b,president,everywhere,1,":                      "is none",
		"a.b,auditor,world,1,":                             "must be self",
		"a.b,auditor,office,3,":                            "1 or 2",
		"a.b,shell,jurisdiction,1,":                        "holds no office",
		"a.b,officer,everywhere,2,":                        "hold an office",
		"a.b,auditor,self,2,":                              "hold an office",
		"a.b,auditor,office,1,\na.b,auditor,office,1,":     "stands twice",
		"a.b,auditor,office,1,\na.b,secretariat,office,2,": "in another line",
		"a.b,auditor":                                      "wrong number of fields",
		"a.b,auditor,office,1,\na.b,auditor,everywhere,1,\nc.d,shell,everywhere,1,": "",
	} {
		_, err := ReadTable(strings.NewReader("act,role,scope,officers,law\n" + text + "\n"))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := ReadTable(strings.NewReader("act,role\n")); err == nil {
		t.Error("another head was taken")
	}
	for _, act := range []Act{"freeze", "publish"} {
		if !Standard().Two("roll." + act) {
			t.Errorf("roll.%s takes one officer", act)
		}
	}
	for _, act := range []Act{"role.grant", "acting.give", "result.declare", "data.export", "key.use"} {
		if !Standard().Two(act) {
			t.Errorf("%s takes one officer", act)
		}
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add(permissionsCSV)
	f.Add("act,role,scope,officers,law\na.b,anyone,everywhere,1,\n")
	f.Add("act,role,scope,officers,law\na.b,auditor,office,2,\"x\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := ReadTable(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, act := range table.Acts() {
			for _, way := range []Role{"", Gateway, Console} {
				d := Rules{Table: table}.Decide(noon, Standing{Way: way}, act, Target{})
				if d.Allowed && d.Two {
					t.Errorf("%s takes two officers, and %q is none", act, way)
				}
			}
		}
	})
}
