package desk

import (
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/officetest"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/test/databases"
)

// site is the pages on a commission, and whoever acts in front.
type site struct {
	*officetest.Commission
	t       *testing.T
	desk    *Desk
	handler http.Handler
	who     office.Acting
}

func open(t *testing.T, c *officetest.Commission) *site {
	s := &site{Commission: c, t: t, who: c.First}
	s.desk = New(Config{DB: c.DB, Book: c.Book, Approvals: c.Desk, Site: "https://offices.example", Now: c.Now, Log: slog.New(slog.DiscardHandler)})
	handler := web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)}, s.desk.Routes())
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.who.Request = "request"
		ctx := web.WithVisitor(r.Context(), web.Visitor{Name: "somebody", Account: "/account", SignOut: "/sign-out"})
		handler.ServeHTTP(w, r.WithContext(office.With(ctx, s.who)))
	})
	return s
}

// small is the pages on the small commission of package officetest.
func small(t *testing.T) *site {
	return open(t, officetest.Open(t, databases.Open(t, databases.SQLite(t))))
}

func (s *site) send(r *http.Request, want int) *httptest.ResponseRecorder {
	s.t.Helper()
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "en")
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

// post sends a form given as name=value pairs, and gives the page or where it leads.
func (s *site) post(path string, want int, pairs ...string) string {
	s.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := s.send(r, want)
	if want == http.StatusSeeOther {
		return w.Header().Get("Location")
	}
	return w.Body.String()
}

// has checks that a page has some texts.
func (s *site) has(page string, wants ...string) {
	s.t.Helper()
	for _, want := range wants {
		if !strings.Contains(text(page), want) {
			s.t.Errorf("the page is without %q:\n%s", want, text(page))
		}
	}
}

// lacks checks that a page has none of some texts.
func (s *site) lacks(page string, not ...string) {
	s.t.Helper()
	for _, n := range not {
		if strings.Contains(page, n) || strings.Contains(text(page), n) {
			s.t.Errorf("the page has %q:\n%s", n, text(page))
		}
	}
}

var tags = regexp.MustCompile(`(?s)<(?:title|script).*?</(?:title|script)>|<[^>]*>`)

// text is what a page says, without its markup.
func text(page string) string {
	_, main, found := strings.Cut(page, "<main")
	if !found {
		main = page
	}
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString("<main"+main, ""))), " ")
}

// hidden is the value of a hidden field of a page.
func (s *site) hidden(page, name string) string {
	s.t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		s.t.Fatalf("the page has no %q:\n%s", name, text(page))
	}
	return html.UnescapeString(m[1])
}

// acts are the acts in the audit trail, the newest first.
func (s *site) acts() string {
	s.t.Helper()
	page, err := audit.Search(s.t.Context(), s.DB, audit.Query{Limit: 1000})
	if err != nil {
		s.t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range page.Rows {
		b.WriteString(r.Act + " " + r.On + " " + r.Outcome.String() + " " + r.Reason + "\n")
	}
	return b.String()
}

// first makes the first administrator of an empty commission.
func first(t *testing.T, c *officetest.Commission) {
	t.Helper()
	c.Update(t, func(tx *database.Tx) error {
		token, err := c.Book.FirstLink(tx)
		if err != nil {
			return err
		}
		if _, err := c.Book.Introduce(tx, token, "r", c.Person("")); err != nil {
			return err
		}
		c.First.Officer, err = c.Book.Accept(tx, token, "r")
		return err
	})
}

func TestOffices(t *testing.T) {
	s := small(t)
	page := s.get("/offices", 200)
	s.has(page, "District Election Commissioner, Kasur", "Open an office")
	page = s.get("/offices/district-kasur", 200)
	s.has(page, "Kasur district", "Regional Election Commissioner, Lahore", "Change or close")
	s.get("/offices/nowhere", 404)
	s.get("/offices/nowhere/change", 404)
	page = s.post("/offices/open", 422, "id", "x")
	s.has(page, "There is a problem")
	good := []string{"id", "display-kasur-2", "kind", "display-centre", "parent", "district-kasur", "name_en", "Display Centre 2, Kasur", "name_ur", "ڈسپلے سنٹر 2، قصور",
		"area", "district:kasur", "opened-day", "1", "opened-month", "3", "opened-year", "2026", "reason", "a second centre"}
	with := func(name, value string) []string {
		pairs := append([]string{}, good...)
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				pairs[i+1] = value
			}
		}
		return pairs
	}
	s.has(s.post("/offices/open", 422, with("area", "district:kasor")...), "district:kasur")
	s.has(s.post("/offices/open", 422, with("id", "display-kasur-1")...), "An office with this id is there already")
	s.has(s.post("/offices/open", 422, with("area", "district:lahore")...), "does not lie wholly in the area")
	s.has(s.post("/offices/open", 422, with("name_ur", "Kasur")...), "Both names are needed")
	if to := s.post("/offices/open", 303, good...); to != "/offices/display-kasur-2" {
		t.Errorf("led to %s", to)
	}
	s.has(s.get("/offices/display-kasur-2/change", 200), "Further areas")
	s.post("/offices/display-kasur-2/change", 303, append(with("id", ""), "closed-day", "1", "closed-month", "4", "closed-year", "2026")[4:]...)
	s.has(s.get("/offices/display-kasur-2", 200), "1 March 2026 to 1 April 2026")
	s.has(s.get("/offices/secretariat/change", 200), "Name in English")
	// A district's officer reads the tree and changes nothing.
	s.who = s.Appoint(t, office.DistrictCommissioner, "district-kasur")
	s.lacks(s.get("/offices", 200), "/offices/open")
	s.has(s.get("/offices/open", 403), "None of your roles may do this")
	s.post("/offices/open", 403, good...)
	s.get("/offices/district-kasur/change", 403)
}
