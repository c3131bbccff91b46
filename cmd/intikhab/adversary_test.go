package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

// The adversarial pass is made from the tables of routes: a route that is added
// there is attacked here, with nothing to be done. What it finds in a path, {id} or
// {officer}, it fills with the id of somebody else; see realIDs.

var inPath = regexp.MustCompile(`\{([a-z_]*)(\.\.\.|\$)?\}`)

// pathOf fills in what a route's path leaves open.
func pathOf(route web.Route, fill func(name string) string) string {
	return inPath.ReplaceAllStringFunc(route.Path, func(m string) string {
		if name := strings.Trim(m, "{}.$"); name != "" {
			return fill(name)
		}
		return ""
	})
}

// realIDs gives ids that there are, of the victim; what it does not know is a guess.
func realIDs(route web.Route, v *victim) func(name string) string {
	ids := []struct{ prefix, name, id string }{
		{"/account/sessions/", "id", v.session}, {"/account/passkeys/", "id", v.passkey}, {"/account/tokens/", "id", v.token},
		{"/officers/{officer}/sessions/", "id", v.session}, {"/officers/{officer}/tokens/", "id", v.token},
		{"/officers/{id}/sessions/", "session", v.session}, {"/notices/", "id", v.notice}, {"/approvals/", "id", v.approval},
		{"/appointments/", "id", v.appointment}, {"/posts/", "id", v.appointment}, {"/offices/", "id", string(v.home)}, {"/officers/", "id", string(v.id)},
		{"/", "officer", string(v.id)}, {"/", "office", string(v.home)}, {"/", "appointment", v.appointment}, {"/", "post", v.appointment},
		{"/", "approval", v.approval}, {"/", "session", v.session}, {"/", "token", v.token}, {"/", "passkey", v.passkey}, {"/", "notice", v.notice},
		{"/design/failures/", "status", "404"}, {"/", "step", "name"}, {"/", "code", v.invitation}, {"/", "path", "0/000"},
	}
	return func(name string) string {
		for _, one := range ids {
			if one.name == name && strings.HasPrefix(route.Path, one.prefix) && one.id != "" {
				return url.PathEscape(one.id)
			}
		}
		return string(v.id)
	}
}

// Nobody gets beyond the gate without a session, unless the table of permissions
// gives the act to anyone.
func TestAdversaryNobody(t *testing.T) {
	a := attackOffices(t, "")
	v := a.victimOf("district-kasur")
	html, program := http.Header{"Accept": {"text/html"}}, http.Header{"Accept": {"application/json"}}
	guessed := http.Header{"Accept": {"text/html"}, "Cookie": {"session=" + strings.Repeat("A", 43)}}
	twice := http.Header{"Accept": {"text/html"}, "Cookie": {"session=" + v.attacker.session + "; session=" + v.attacker.session}}
	id := http.Header{"Accept": {"text/html"}, "Cookie": {"session=" + v.session}}
	token := http.Header{"Accept": {"text/html"}, "Authorization": {"Bearer ik_" + strings.Repeat("a", 59)}}
	both := http.Header{"Accept": {"text/html"}, "Cookie": {"session=" + v.attacker.session}, "Authorization": {"Basic YTpi"}}
	for _, route := range a.routes {
		path := pathOf(route, realIDs(route, v))
		for name, header := range map[string]http.Header{"a browser": html, "a program": program, "a guess": guessed, "a cookie twice": twice,
			"a session's id": id, "a made-up token": token, "a password beside a cookie": both} {
			q := ask{method: route.Method, path: path, header: header, gate: true}
			got := a.do(q)
			if a.open(route.Act) {
				if got.status != reached {
					a.wrong(q, "nobody is let to what is open to all: %s: %d", name, got.status)
				}
				continue
			}
			want, to := http.StatusSeeOther, "/sign-in"
			if route.Machine || name == "a program" || len(header["Authorization"]) > 0 {
				want, to = http.StatusUnauthorized, ""
			}
			if leads, _, _ := strings.Cut(got.header.Get("Location"), "?"); got.status != want || leads != to {
				a.wrong(q, "without a session: %s: %d to %q", name, got.status, leads)
			}
		}
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"} {
			q := ask{method: method, path: path, gate: true}
			if got := a.do(q); got.status == reached && !a.openAs(method, path) {
				a.wrong(q, "nobody is let through with the method %s", method)
			}
		}
	}
	a.secretsInLog()
}

// openAs tells whether the route that takes a request is open to all.
func (a *attacked) openAs(method, path string) bool {
	route := a.routeOf(method, path)
	return route != nil && a.open(route.Act)
}

// Every role is let through exactly where the table of permissions says so, and told
// why not where it does not.
func TestAdversaryRoles(t *testing.T) {
	a := attackOffices(t, "")
	v := a.victimOf("district-kasur")
	homes := map[office.Kind][]office.OfficeID{office.Secretariat: {"secretariat"}, office.Provincial: {"provincial-punjab", "provincial-sindh"},
		office.Regional: {"regional-lahore"}, office.District: {"district-kasur", "district-lahore"}, office.Returning: {"returning-na-118"}, office.DisplayCentre: {"display-kasur-1"}}
	officers := []*attacker{a.officer("", "district-kasur")}
	for _, role := range office.Roles() {
		for kind, at := range homes {
			if !role.HeldAt(kind) || role == office.DataEntryOperator && kind != office.District {
				continue
			}
			for _, home := range at {
				officers = append(officers, a.officer(role, home))
			}
		}
	}
	written := 0 // refusals in the trail: at most 120 in an hour are, whoever is refused
	for _, o := range officers {
		refused := ""
		for _, route := range a.routes {
			path := pathOf(route, realIDs(route, v))
			q := ask{method: route.Method, path: path, by: o, gate: true, header: http.Header{"Accept-Language": {"ur"}}}
			may, why := a.may(o, route, path)
			if table := listed(o, route.Act); route.Area == nil && may != table {
				a.wrong(q, "Decide says %v to %s, the table %v", may, o.role, table)
			}
			got := a.do(q)
			if (got.status == reached) != may {
				a.wrong(q, "%s at %s: status %d, and Decide says %v (%s)", o.role, o.home, got.status, may, why)
			}
			if may {
				continue
			}
			refused = string(route.Act)
			reason := sentence(why)
			if route.Machine && !strings.Contains(got.body, reason.In(words.English)) || !route.Machine && !strings.Contains(got.body, reason.In(words.Urdu)) || got.status != 403 {
				a.wrong(q, "%s is not told why not (%s): %d\n%.200s", o.role, why, got.status, got.body)
			}
			if !route.Machine {
				q.path += "?lang=en"
				if got = a.do(q); !strings.Contains(got.body, reason.In(words.English)) {
					a.wrong(q, "%s is not told in English why not: %d", o.role, got.status)
				}
			}
		}
		rows := a.refusals(o.id)
		if (len(rows) == 0) != (refused == "") && written < 110 {
			t.Errorf("%s was refused %q and the trail has %d rows", o.role, refused, len(rows))
		}
		written += len(rows)
		for _, row := range rows {
			if row.Officer != string(o.id) || row.Reason == "" || row.Request == "" {
				t.Errorf("the row of a refusal is not whole: %+v", row)
			}
		}
	}
	a.whole()
}

// may asks the rules themselves.
func (a *attacked) may(o *attacker, route web.Route, path string) (ok bool, why office.Reason) {
	a.t.Helper()
	on := office.Target{Officer: o.id, Somewhere: true}
	if route.Area != nil {
		r, err := http.NewRequest(route.Method, "http://"+a.host+path, nil)
		if err != nil {
			a.t.Fatal(err)
		}
		mux := http.NewServeMux()
		mux.HandleFunc(route.Method+" "+route.Path, func(_ http.ResponseWriter, got *http.Request) { r = got })
		mux.ServeHTTP(nil, r)
		if key := route.Area(r); key != "" {
			in, err := area.Parse(key)
			if err != nil {
				return false, office.Outside
			}
			on = office.In(in)
		}
	}
	a.view(func(tx *database.Tx) error {
		who, err := a.s.book.Standing(tx, office.Acting{Officer: o.id})
		d := a.s.book.Rules.Decide(time.Now(), who, route.Act, on)
		ok, why = d.Allowed, d.Reason
		return err
	})
	return ok, why
}

// listed reads the table as a lawyer does: is there a line for this role?
func listed(o *attacker, act web.Act) bool {
	for _, p := range office.Standard().Of(act) {
		switch p.Role {
		case office.Anyone, o.role:
			return true
		case office.AnyOfficer:
			if p.Scope == office.Self || o.role != "" {
				return true
			}
		}
	}
	return false
}

// A request that may change something and that no page of ours sends gets nowhere,
// whose cookie it may carry.
func TestAdversaryCrossSite(t *testing.T) {
	a := attackOffices(t, "")
	v := a.victimOf("district-kasur")
	a.forged(a.administrator(), func(route web.Route) string { return pathOf(route, realIDs(route, v)) })
	a.secretsInLog()
}

// forged sends what other sites could have a browser send.
func (a *attacked) forged(by *attacker, path func(web.Route) string) {
	a.t.Helper()
	plain := []string{"text/plain"}
	for name, header := range map[string]http.Header{
		"cross-site":             {"Sec-Fetch-Site": {"cross-site"}},
		"same-site":              {"Sec-Fetch-Site": {"same-site"}},
		"cross-site, own origin": {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"http://" + a.host}},
		"made-up site":           {"Sec-Fetch-Site": {"same-origin, cross-site"}},
		"foreign origin":         {"Sec-Fetch-Site": nil, "Origin": {"https://evil.example"}},
		"other port":             {"Sec-Fetch-Site": nil, "Origin": {"http://localhost:1"}},
		"null origin":            {"Sec-Fetch-Site": nil, "Origin": {"null"}},
		"neither":                {"Sec-Fetch-Site": nil},
		"neither, as text":       {"Sec-Fetch-Site": nil, "Content-Type": plain},
		"override":               {"Sec-Fetch-Site": {"cross-site"}, "X-Http-Method-Override": {"GET"}, "X-Method-Override": {"GET"}, "X-Forwarded-Host": {"evil.example"}},
		"beside a token":         {"Sec-Fetch-Site": {"cross-site"}, "Authorization": {"Bearer x"}},
	} {
		for _, route := range a.routes {
			if route.Method == http.MethodGet {
				continue
			}
			q := ask{method: route.Method, path: path(route), by: by, header: header, gate: true, body: strings.NewReader("a=b")}
			if by == nil && header["Sec-Fetch-Site"] == nil && header["Origin"] == nil {
				continue // nobody's cookie is sent: as any program
			}
			if got := a.do(q); got.status != http.StatusForbidden {
				a.wrong(q, "a forged request gets through: %s: %d", name, got.status)
			}
			// What overrides the method makes no act of a link.
			q = ask{method: "GET", path: path(route) + "?_method=" + route.Method, by: by, gate: true,
				header: http.Header{"Sec-Fetch-Site": {"cross-site"}, "X-Http-Method-Override": {route.Method}, "X-Method-Override": {route.Method}, "X-Http-Method": {route.Method}}}
			if got, get := a.do(q), a.routeOf("GET", q.path); got.status == reached && get == nil {
				a.wrong(q, "a link does what a form does")
			}
		}
	}
}
