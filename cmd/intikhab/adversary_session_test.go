package main

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/office/signin/totp"
	"intikhab/platform/web"
)

// What is another's stays another's: an officer of no power who knows every id of
// somebody else gets nowhere with them, and no row of the other's has changed.
func TestAdversaryOthers(t *testing.T) {
	a := attackOffices(t, "")
	v := a.victimOf("district-lahore")
	weak := []*attacker{a.officer(office.DataEntryOperator, "district-kasur"), a.officer("", "district-kasur"), a.officer(office.PresidingOfficer, "returning-na-118"),
		a.officer(office.DistrictCommissioner, "district-kasur")}
	ids := func(route web.Route) string { return pathOf(route, realIDs(route, v)) }
	fields := a.pages([]*attacker{a.administrator()}, ids).every()
	for name := range fields {
		fields.Set(name, "A plain word")
	}
	mine := url.Values{"officer": {string(v.id)}, "id": {string(v.id)}, "session": {v.session}, "token": {v.token}}
	filled := plausible(sentForm{fields: fields})
	for _, o := range weak {
		before := a.rowsOf(v.id)
		for _, route := range a.routes {
			if a.open(route.Act) || !strings.Contains(route.Path, "{") || strings.HasPrefix(route.Path, "/assets/") {
				continue
			}
			for _, form := range []url.Values{{}, filled, mine} {
				q := ask{method: route.Method, path: ids(route), by: o}
				if route.Method != http.MethodGet {
					q.form = form
				}
				got := a.do(q)
				a.alive(o, got)
				if route.Method != http.MethodGet && got.status < 400 {
					a.wrong(q, "%s at %s does it to another's: %d to %q", o.role, o.home, got.status, got.header.Get("Location"))
				}
				if own := strings.HasPrefix(route.Path, "/account/"); own && got.status != 404 && got.status != 403 && got.status != 422 && got.status != 409 && got.status != 400 {
					a.wrong(q, "another's id in one's own account answers %d", got.status)
				}
			}
		}
		after := a.rowsOf(v.id)
		for _, row := range before {
			if !slices.Contains(after, row) {
				t.Errorf("%s at %s changed a row of another's: %.300s", o.role, o.home, row)
			}
		}
		for _, row := range after {
			if !slices.Contains(before, row) {
				t.Errorf("%s at %s added a row to another's: %.300s", o.role, o.home, row)
			}
		}
	}
	a.whole()
}

var (
	shownApp  = regexp.MustCompile(`id="code-secret">([A-Z2-7 ]+)<`)
	setCookie = regexp.MustCompile(`^session=([A-Za-z0-9_-]{43});`)
)

// sessionOf is the session that an answer gives, or "".
func (got answer) sessionOf() string {
	for _, c := range got.header.Values("Set-Cookie") {
		if m := setCookie.FindStringSubmatch(c); m != nil {
			return m[1]
		}
	}
	return ""
}

// lets tells whether a session opens an officer's page.
func (a *attacked) lets(session string) bool {
	return a.do(ask{method: "GET", path: "/account", by: &attacker{id: "nobody at all", name: "Nobody at all", session: session}, header: http.Header{"Accept": {"application/json"}}}).status == http.StatusOK
}

// A session cannot be chosen beforehand, and one that has ended opens nothing. The
// officer sets up and signs in by the pages.
func TestAdversarySessions(t *testing.T) {
	a := attackOffices(t, "")
	person := a.people.Person("district-kasur")
	var code string
	var id office.OfficerID
	a.update(func(tx *database.Tx) (err error) {
		if id, err = a.s.book.AddOfficer(tx, a.first, person, "a test"); err != nil {
			return err
		}
		code, err = a.s.book.Invite(tx, a.first, id)
		return err
	})
	const words = "quite long and unlikely words"
	a.secrets[code], a.secrets[words] = true, true
	planted := ticket.New().Reveal()
	o := &attacker{id: id, name: person.NameEn, session: planted}
	step := func(path string, form ...string) answer {
		t.Helper()
		values := url.Values{}
		for i := 0; i < len(form); i += 2 {
			values.Add(form[i], form[i+1])
		}
		got := a.do(ask{method: "POST", path: path, by: o, form: values})
		if s := got.sessionOf(); s != "" {
			o.session = s
		}
		return got
	}
	step("/invitation", "code", code)
	setup := o.session
	if setup == planted {
		t.Fatal("a session that was planted goes on")
	}
	step("/enrol/password", "password", words, "again", words)
	var app totp.Secret
	m := shownApp.FindStringSubmatch(a.do(ask{method: "GET", path: "/enrol/code", by: o}).body)
	if m == nil {
		t.Fatal("no secret of a code app")
	}
	a.secrets[m[1]], a.secrets[strings.ReplaceAll(m[1], " ", "")] = true, true
	if err := app.Read(m[1]); err != nil {
		t.Fatal(err)
	}
	// A code is good once, so each proof takes a later one, of those that are taken now.
	now, used := time.Now(), -1
	next := func() string { used++; return app.At(now.Add(time.Duration(used-1) * 30 * time.Second)) }
	step("/enrol/code", "code", next())
	first := o.session
	if first == setup || a.lets(setup) || !a.lets(first) || a.lets(planted) {
		t.Error("the session of the setting up is that of the officer")
	}
	// A stranger's session, or a planted one, in the officer's browser: neither is his.
	stranger := a.officer("", "district-kasur")
	theirs := stranger.session
	o.session = theirs
	got := step("/sign-in?next=//evil.example", "login", person.Personal.Email.Reveal(), "password", words, "code", next())
	second := o.session
	if got.status != http.StatusSeeOther || second == theirs || !a.lets(second) {
		t.Fatalf("signing in answers %d", got.status)
	}
	if a.lets(theirs) {
		t.Error("the session that the browser had before lives on")
	}
	// A proof gives another secret; what is revoked, signed out of or suspended is dead.
	got = step("/confirm?next=%2F%2Fevil.example", "password", words, "code", next())
	third := o.session
	if got.status != http.StatusSeeOther || third == second || a.lets(second) || !a.lets(third) {
		t.Errorf("after a proof: %d", got.status)
	}
	if a.lets(first); !a.lets(first) {
		t.Error("the officer's other browser was signed out")
	}
	got = step("/account/password", "password", words+" anew", "again", words+" anew")
	a.secrets[words+" anew"] = true
	if got.status != http.StatusSeeOther || a.lets(first) || !a.lets(o.session) {
		t.Errorf("a new password leaves other browsers in: %d", got.status)
	}
	a.ends(o, func() { step("/sign-out") }, "signing out")
	boss := a.administrator()
	sid := a.signIn(o)
	a.ends(o, func() {
		a.do(ask{method: "POST", path: "/officers/" + string(id) + "/sessions/" + sid + "/end", by: boss, form: url.Values{}})
	}, "an administrator's revocation")
	a.signIn(o)
	a.ends(o, func() {
		a.do(ask{method: "POST", path: "/officers/" + string(id) + "/sessions/end", by: boss, form: url.Values{}})
	}, "the revocation of all")
	a.signIn(o)
	a.ends(o, func() { a.update(func(tx *database.Tx) error { return a.s.book.Suspend(tx, a.first, id, "a test") }) }, "suspension")
	a.whole()
}

// ends looks whether something ends a session that was good.
func (a *attacked) ends(o *attacker, end func(), what string) {
	a.t.Helper()
	session := o.session
	if !a.lets(session) {
		a.t.Errorf("before %s: not signed in", what)
	}
	end()
	if a.lets(session) {
		a.t.Errorf("%s leaves the session good", what)
	}
}

// Nobody is led to another site, by whatever page has a way back.
func TestAdversaryRedirects(t *testing.T) {
	a := attackOffices(t, "")
	v, o := a.victimOf("district-kasur"), a.administrator()
	old := &attacker{id: o.id, name: o.name}
	a.signIn(old)
	a.update(func(tx *database.Tx) error {
		secret, long := ticket.New(), time.Now().Add(-15*time.Minute)
		old.session = secret.Reveal()
		return records.AddSession(tx, secret, records.Session{ID: records.NewID(), Officer: string(o.id), Kind: records.Full, How: "password",
			Began: long, LastUsed: time.Now(), Proved: long})
	})
	for i, next := range []string{"//evil.example", "https://evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "javascript:alert(1)", "/%2f%2fevil.example",
		"/..//evil.example", "http:evil.example", "/x?next=//evil.example", "///evil.example/%2e%2e", "/\r\nLocation: https://evil.example", "data:text/html,x", " //evil.example"} {
		query := "?next=" + url.QueryEscape(next) + "&back=" + url.QueryEscape(next) + "&return=" + url.QueryEscape(next) + "&to=" + url.QueryEscape(next)
		refer := next
		if strings.ContainsAny(next, "\r\n\t") {
			refer = "https://evil.example/"
		}
		for k, route := range a.routes {
			if hashes(route) && route.Method != http.MethodGet || strings.HasSuffix(route.Path, "/events") {
				continue
			}
			for _, by := range []*attacker{nil, o, old} {
				if (i+k)%4 != 0 && len(route.Path) > 12 {
					continue // a fourth of them is enough for what has no way back
				}
				q := ask{method: route.Method, path: pathOf(route, realIDs(route, v)) + query, by: by, gate: by == o && route.Method != http.MethodGet,
					header: http.Header{"Referer": {refer}, "X-Forwarded-Host": {"evil.example"}, "X-Forwarded-Prefix": {refer}}}
				if by == nil {
					q.header["Sec-Fetch-Site"] = []string{"cross-site"}
				}
				got := a.do(q) // look tells whether it leads elsewhere
				a.alive(by, got)
				if to, _ := url.Parse(got.header.Get("Location")); to == nil || to.Host != "" {
					a.wrong(q, "it leads to %q", got.header.Get("Location"))
				}
				if strings.Contains(got.body, `href="//evil`) || strings.Contains(got.body, `href="https://evil`) || strings.Contains(got.body, `action="//evil`) {
					a.wrong(q, "the page leads to another site")
				}
			}
		}
	}
	for _, path := range []string{"//evil.example/sign-in", "/%2fevil.example", "/\\evil.example/..", "//evil.example/%2e%2e", "/.//evil.example", "/sign-in/", "/sign-in/..//evil.example"} {
		a.do(ask{method: "GET", path: strings.ReplaceAll(path, `\`, "%5c")})
	}
}
