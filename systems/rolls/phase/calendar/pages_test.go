package calendar

import (
	"encoding/json"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/officetest"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/systems/rolls/phase"
	"intikhab/test/databases"
)

// site is the pages on a commission, and whoever acts in front.
type site struct {
	*officetest.Commission
	t       *testing.T
	handler http.Handler
	who     office.Acting // nobody if zero
	lang    string
}

func open(t *testing.T) *site {
	c := officetest.Open(t, databases.Open(t, databases.SQLite(t)))
	if err := phase.Migrate(t.Context(), c.DB); err != nil {
		t.Fatal(err)
	}
	store := phase.NewStore(c.Book)
	store.Register(c.Desk)
	s := &site{Commission: c, t: t, lang: "en"}
	handler := web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)},
		New(Config{DB: c.DB, Book: c.Book, Approvals: c.Desk, Store: store, Log: slog.New(slog.DiscardHandler)}).Routes())
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.who.Officer != "" {
			ctx := web.WithVisitor(r.Context(), web.Visitor{Name: "somebody", Account: "/account", SignOut: "/sign-out"})
			r = r.WithContext(office.With(ctx, s.who))
		}
		handler.ServeHTTP(w, r)
	})
	return s
}

func (s *site) send(r *http.Request, want int) *httptest.ResponseRecorder {
	s.t.Helper()
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", s.lang)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != want {
		s.t.Errorf("%s %s: %d, want %d\n%s", r.Method, r.URL, w.Code, want, text(w.Body.String()))
	}
	return w
}

func (s *site) get(path string, want int) string {
	s.t.Helper()
	return s.send(httptest.NewRequest("GET", path, nil), want).Body.String()
}

// post sends name=value pairs, of a date name=2026-03-01, and gives the page or where it leads.
func (s *site) post(path string, want int, pairs ...string) string {
	s.t.Helper()
	values := url.Values{}
	date := regexp.MustCompile(`^(\d+)-(\d+)-(\d+)$`)
	for i := 0; i+1 < len(pairs); i += 2 {
		if m := date.FindStringSubmatch(pairs[i+1]); m != nil {
			values.Set(pairs[i]+"-year", m[1])
			values.Set(pairs[i]+"-month", m[2])
			values.Set(pairs[i]+"-day", m[3])
			continue
		}
		values.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := s.send(r, want)
	if want == http.StatusSeeOther {
		return w.Header().Get("Location")
	}
	return w.Body.String()
}

func (s *site) has(page string, wants ...string) {
	s.t.Helper()
	for _, want := range wants {
		if !strings.Contains(text(page), want) {
			s.t.Errorf("the page is without %q:\n%s", want, text(page))
		}
	}
}

func (s *site) lacks(page string, not ...string) {
	s.t.Helper()
	for _, n := range not {
		if strings.Contains(text(page), n) {
			s.t.Errorf("the page has %q", n)
		}
	}
}

var tags = regexp.MustCompile(`(?s)<(?:title|script|select).*?</(?:title|script|select)>|<[^>]*>`)

// text is what a page says, without its markup and what can be chosen.
func text(page string) string {
	_, main, _ := strings.Cut(page, "<main")
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString("<main"+main, " "))), " ")
}

// approve has another officer of the Secretariat approve all that waits.
func (s *site) approve(by office.Acting) {
	s.t.Helper()
	var all []approval.Approval
	s.View(s.t, func(tx *database.Tx) (err error) { all, err = s.Desk.For(tx, by); return err })
	if len(all) != 1 {
		s.t.Fatalf("%d wait", len(all))
	}
	s.Update(s.t, func(tx *database.Tx) error { _, err := s.Desk.Approve(tx, by, all[0].ID, all[0].Hash, ""); return err })
}

var reasons = []string{"reason_en", "A test; of pages", "reason_ur", "صفحات کی آزمائش"}

func with(pairs ...string) []string { return append(pairs, reasons...) }

// TestPages goes the whole way: a revision is planned, read by anybody, changed and
// broken off; a freeze is asked for, approved, lifted, and ended by the results.
func TestPages(t *testing.T) {
	s := open(t)
	s.has(s.get(Home, 200), "Nothing is planned there", "What may be done when", "Enrolment or transfer of a vote by form 21")
	s.lacks(s.get(Home, 200), "Plan a revision")
	first, second := s.Appoint(t, office.SecretariatOfficer, "secretariat"), s.Appoint(t, office.SecretariatOfficer, "secretariat")
	pec, dec := s.Appoint(t, office.ProvincialCommissioner, "provincial-punjab"), s.Appoint(t, office.DistrictCommissioner, "district-kasur")

	s.who = pec
	s.has(s.get(Home, 200), "Plan a revision")
	s.lacks(s.get(Home, 200), "Ask for a freeze")
	s.has(s.post("/rolls/revisions/new", 422, "kind", "special", "scope", "district:kasor", "first", "2026-03-10"), "nearest name is")
	to := s.post("/rolls/revisions/new", 303, "kind", "special", "scope", "district:kasur", "first", "2026-03-10")
	page := s.get(to, 200)
	s.has(page, "Dates of the revision", "Kasur district", "at least 30 days")
	dates := []string{"draft", "2026-03-10", "display", "2026-04-09", "claims", "2026-04-12", "revision", "2026-05-12", "final", "2026-06-11", "last", "2026-06-25"}
	s.has(s.post(to, 422, dates...), "Reason, in English")
	short := append([]string{}, dates...)
	short[7] = "2026-05-01"
	s.has(s.post(to, 422, with(short...)...), "would be received for 19 days")
	s.who = dec
	s.post(to, 403, with(dates...)...)
	s.who = pec
	row := s.post(to, 303, with(dates...)...)
	s.has(s.get(row, 200), "Revision out of turn", "Claims and objections: 12 April 2026 to 11 May 2026", "A test; of pages", "Change the dates", "Versions")
	s.has(s.post(to, 422, with(dates...)...), "Another revision goes on there")

	s.who = office.Acting{} // anybody
	page = s.get(Home, 200)
	s.has(page, "Claims and objections", "12 April 2026", "11 May 2026", "Kasur district", "The bars run from")
	if n := strings.Count(page, `<rect class="series-`); n != 5 {
		t.Errorf("%d bars", n)
	}
	s.lacks(s.get(Home+"?area=province:sindh", 200), "12 April 2026")
	s.has(s.get(Home+"?seat=na131", 200), "12 April 2026")
	s.has(s.get(Home+"?seat=NA-999", 200), "There is no constituency")
	s.has(s.get(Home+"?from=2026-05-01&to=2026-05-20", 200), "Decisions of the Revising Authority")
	s.lacks(s.get(row, 200), "Change the dates")
	s.get(Home+"/nothing", 404)

	s.Pass(10 * 24 * time.Hour) // 11 March
	s.who = pec
	change := "/rolls/revisions/" + strings.TrimPrefix(row, Home+"/") + "/change"
	s.has(s.get(change, 200), "Steps that have begun stay")
	dates[7], dates[0+1] = "2026-05-20", "2026-03-11"
	s.has(s.post(change, 422, append(with(dates...), "version", "1")...), "What is past stays as it was")
	dates[1] = "2026-03-10"
	s.post(change, 303, append(with(dates...), "version", "1")...)
	s.post(change, 409, append(with(dates...), "version", "1")...)
	s.has(s.get(row, 200), "12 April 2026 to 19 May 2026", "12 April 2026 to 11 May 2026")
	s.post(strings.Replace(change, "/change", "/end", 1), 303, reasons...)
	s.get(change, 409)

	s.who = first
	s.has(s.post("/rolls/freezes/new", 422, with("kind", "bye", "scope", "district:kasur", "basis", "2026-03-11")...), "freezes its constituency and nothing else")
	if to := s.post("/rolls/freezes/new", 303, with("kind", "bye", "scope", "NA-131", "basis", "2026-03-11")...); to != "/approvals?list=mine" {
		t.Errorf("led to %s", to)
	}
	s.post("/rolls/freezes/new", 409, with("kind", "bye", "scope", "NA-131", "basis", "2026-03-11")...)
	s.lacks(s.get(Home, 200), "until the results are announced")
	s.approve(second)
	page = s.get(Home, 200)
	s.has(page, "until the results are announced", "constituency NA-131 Kasur-I", "Now")
	freeze := regexp.MustCompile(`/rolls/calendar/([A-Z2-7]{26})">Freeze`).FindStringSubmatch(page)[1]
	s.has(s.get(Home+"/"+freeze, 200), "section 39 of the Elections Act 2017", "Note that the results are announced", "Ask to lift the freeze")
	at := "/rolls/freezes/" + freeze
	s.has(s.get(at+"/override", 200), "The reason is published")
	s.has(s.post(at+"/override", 422, with("scope", "NA-131", "from", "2026-03-20", "to", "2026-03-19")...), "must not lie before the first")
	s.post(at+"/override", 303, with("scope", "NA-131", "from", "2026-03-20", "to", "2026-03-25")...)
	s.approve(second)
	thaw := regexp.MustCompile(`/rolls/calendar/([A-Z2-7]{26})">Freeze lifted`).FindStringSubmatch(s.get(Home, 200))[1]
	s.has(s.get(Home+"/"+thaw, 200), "20 March 2026 to 25 March 2026", "Lifts")
	s.get("/rolls/overrides/"+thaw+"/change", 200)
	s.post("/rolls/overrides/"+thaw+"/end", 303, reasons...)
	s.approve(second)
	s.has(s.get(Home+"/"+thaw, 200), "Withdrawn")
	s.get("/rolls/overrides/"+thaw+"/end", 409)
	s.get(at+"/withdraw", 200)
	s.has(s.get(at+"/change", 200), "Ask to change the freeze")
	s.has(s.post(at+"/results", 422, with("closed", "2026-03-12")...), "lies between 11 March 2026")
	s.post(at+"/results", 303, with("closed", "2026-03-11")...)
	s.has(s.get(Home+"/"+freeze, 200), "11 March 2026 to 11 March 2026")
	s.get(at+"/results", 409)
}

// TestOthersMayNot: what the table of permissions gives to the Secretariat alone, a
// commissioner asks for in vain.
func TestOthersMayNot(t *testing.T) {
	s := open(t)
	s.who = s.Appoint(t, office.DistrictCommissioner, "district-kasur")
	s.post("/rolls/freezes/new", 403, with("kind", "bye", "scope", "NA-131", "basis", "2026-03-11")...)
	s.who = s.Appoint(t, office.ProvincialCommissioner, "provincial-sindh")
	to := s.post("/rolls/revisions/new", 303, "kind", "special", "scope", "district:kasur", "first", "2026-03-10")
	s.post(to, 403, with("draft", "2026-03-10", "display", "2026-04-09", "claims", "2026-04-12", "revision", "2026-05-12", "final", "2026-06-11", "last", "2026-06-25")...)
	for _, path := range []string{"/rolls/revisions/plan", "/rolls/revisions/nothing/change", "/rolls/freezes/nothing/results", "/rolls/overrides/nothing/end", "/rolls/freezes/nothing/override"} {
		s.get(path, 404)
	}
}

// TestFiles: the calendar as a file and as data, in both languages.
func TestFiles(t *testing.T) {
	s := open(t)
	s.who = s.Appoint(t, office.SecretariatOfficer, "secretariat")
	to := s.post("/rolls/revisions/new", 303, "kind", "periodic", "scope", "pk", "first", "2026-03-10")
	s.get(to, 200)
	s.post(to, 303, with("periodic", "2026-03-10", "draft", "2026-03-25", "display", "2026-04-09", "claims", "2026-04-12", "revision", "2026-05-12", "final", "2026-06-11", "last", "2026-06-25")...)
	s.who = office.Acting{}
	w := s.send(httptest.NewRequest("GET", "/rolls/calendar.ics?lang=en&area=district:kasur", nil), 200)
	if kind := w.Header().Get("Content-Type"); kind != "text/calendar; charset=utf-8" {
		t.Errorf("it is %s", kind)
	}
	wellFormed(t, w.Body.String())
	if n := strings.Count(w.Body.String(), "BEGIN:VEVENT"); n != 6 || !strings.Contains(w.Body.String(), "DTEND;VALUE=DATE:20260325") {
		t.Errorf("%d events\n%s", n, w.Body)
	}
	s.get("/rolls/calendar.ics?seat=XX-1", 404)
	var all []dated
	if err := json.Unmarshal([]byte(s.get("/rolls/calendar.json", 200)), &all); err != nil || len(all) != 6 || all[3].Phase != "claims" || all[3].To != "2026-05-11" {
		t.Errorf("%+v, %v", all, err)
	}
	s.lang = "ur"
	s.has(s.get(Home, 200), "انتخابی فہرستوں کا کیلنڈر", "دعوے اور اعتراضات", "پورا ملک")
}
