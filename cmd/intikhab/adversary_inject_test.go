package main

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/test/databases"
)

// hostile are values that have opened programs before, with words in them by which
// they are known if they come through.
func hostile(v *victim) []string {
	return []string{
		`' OR '1'='1' --`, `x'); DROP TABLE office_officer; --`, `"><script>zq(1)</script><img src=zq onerror=zq(1)>`,
		`' onfocus='zq(1)`, `" onfocus="zq(1)`, "javascript:zq(1)", `{{printf "%dzq" 7777}}${7777}zq{{"zq"}}{{54439}}`,
		"zq\r\nX-Injected: zq\r\nSet-Cookie: session=zq\r\n\r\n<script>zq(1)</script>", "zq\x00zq", "zq\xff\xfe\xc0\xaf", "zq\u202e\u2066\u200f\u2028zq",
		"../../../../../etc/passwd", `..\..\windows`, "%2e%2e%2f%00", "a/b", "//evil.example", "https://evil.example/",
		"-1", "99999999999999999999999999", "1e309", strings.Repeat("ز", 700), strings.Repeat("%", 300), "=cmd|' /C calc'!A0", `{"$ne":null}`, "pk", "district:kasur",
		string(v.id), v.session, v.approval, v.appointment,
	}
}

// share is what one route of several gets: the worst, and a fifth of the others.
func share(values []string, n int) []string {
	worst := []int{2, 7, 8, 9, 6}
	some := []string{}
	for _, i := range worst {
		some = append(some, values[i])
	}
	for i, v := range values {
		if i%5 == n%5 && !slices.Contains(worst, i) {
			some = append(some, v)
		}
	}
	return some
}

// TestAdversaryInput fills every path, every parameter and every field of every page
// with what is hostile. Nothing falls over, nothing comes back unescaped, and the
// records are whole after it, on both databases.
func TestAdversaryInput(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { attackInput(t, attackOffices(t, "")) })
	t.Run("postgres", func(t *testing.T) { attackDatabase(t, attackOffices(t, databases.Postgres(t))) })
}

// attackDatabase sends what a database may take amiss: the rest is the pages' own,
// and the same on both.
func attackDatabase(t *testing.T, a *attacked) {
	v := a.victimOf("district-kasur")
	ids := func(route web.Route) string { return pathOf(route, realIDs(route, v)) }
	by := []*attacker{a.administrator()}
	pages := a.pages(by, ids)
	all := hostile(v)
	values := append(all[:2:2], all[8], all[9], all[10], strings.Repeat("ز", 700))
	for _, route := range a.routes {
		a.attackPath(route, by[0], values, v)
		a.attackQuery(route, by[0], pages.params, values, ids)
		if route.Method != http.MethodGet && !hashes(route) {
			for _, value := range values {
				form := pages.every()
				for name := range form {
					form.Set(name, value)
				}
				a.alive(by[0], a.do(ask{method: route.Method, path: ids(route), by: by[0], form: form}))
			}
		}
	}
	a.whole()
}

func attackInput(t *testing.T, a *attacked) {
	v := a.victimOf("district-kasur")
	ids := func(route web.Route) string { return pathOf(route, realIDs(route, v)) }
	by := []*attacker{a.administrator(), a.officer(office.SecretariatOfficer, "secretariat"), a.officer(office.DistrictCommissioner, "district-kasur"), nil}
	pages := a.pages(by, ids)
	values := hostile(v)
	for i, route := range a.routes {
		some := share(values, i)
		a.attackPath(route, by[0], some, v)
		a.attackQuery(route, by[0], pages.params, some, ids)
		if route.Method != http.MethodGet {
			a.attackForm(route, by[0], sentForm{"POST", ids(route), pages.every(), nil}, some)
			a.attackBodies(route, by[0], ids(route), i)
		}
	}
	for i, f := range pages.forms {
		if route := a.routeOf("POST", f.action); route != nil {
			a.attackForm(*route, f.by, f.sentForm, share(values, i))
		}
	}
	a.whole()
}

// visited is what the pages of a site show of what can be sent to it.
type visited struct {
	forms  []formOf
	params map[string]bool // names of parameters, wherever they were seen
	fields map[string]bool // names of fields
}

type formOf struct {
	sentForm
	by *attacker
}

// every is a form with every field of the site.
func (v visited) every() url.Values {
	all := url.Values{}
	for name := range v.fields {
		all.Set(name, "")
	}
	return all
}

// pages reads every page that can be asked for, as each of these.
func (a *attacked) pages(by []*attacker, path func(web.Route) string) visited {
	a.t.Helper()
	v := visited{params: map[string]bool{"next": true, "lang": true, "after": true, "page": true, "sort": true, "q": true, "id": true, "office": true, "officer": true}, fields: map[string]bool{}}
	known := map[string]bool{}
	for _, o := range by {
		for _, route := range a.routes {
			if route.Method != http.MethodGet || strings.HasSuffix(route.Path, "/events") || strings.HasPrefix(route.Path, "/assets/") {
				continue
			}
			forms, links := readPage(a.do(ask{method: "GET", path: path(route), by: o}).body)
			for _, link := range links {
				if u, err := url.Parse(link); err == nil {
					for name := range u.Query() {
						v.params[name] = true
					}
				}
			}
			for _, f := range forms {
				for name := range f.fields {
					v.fields[name] = true
					if f.method != "POST" {
						v.params[name] = true
					}
				}
				if f.action == "" {
					f.action = path(route)
				}
				if key := f.action + strings.Join(slices.Sorted(maps.Keys(f.fields)), " "); f.method == "POST" && !known[key] {
					known[key] = true
					v.forms = append(v.forms, formOf{f, o})
				}
			}
		}
	}
	return v
}

// alive gives an officer another session when the last request has ended his own.
func (a *attacked) alive(o *attacker, got answer) {
	a.t.Helper()
	ended := strings.HasPrefix(got.header.Get("Location"), "/sign-in") || strings.Contains(strings.Join(got.header.Values("Set-Cookie"), " "), "session=")
	if o != nil && (ended || got.status == http.StatusUnauthorized) {
		a.signIn(o)
	}
}

// attackPath fills what the path leaves open.
func (a *attacked) attackPath(route web.Route, by *attacker, values []string, v *victim) {
	a.t.Helper()
	for _, value := range append(values, "%zz", "..", ".", " ") {
		escaped := url.PathEscape(value)
		if value == ".." || value == "." {
			escaped = strings.ReplaceAll(value, ".", "%2e")
		}
		path := pathOf(route, func(string) string { return escaped })
		if path == pathOf(route, func(string) string { return "" }) {
			return
		}
		a.alive(by, a.do(ask{method: route.Method, path: path, by: by}))
		// Only the last of several: the first may be looked up before.
		n, last := 0, len(inPath.FindAllString(route.Path, -1))
		if last > 1 {
			path = pathOf(route, func(name string) string {
				if n++; n == last {
					return escaped
				}
				return realIDs(route, v)(name)
			})
			a.alive(by, a.do(ask{method: route.Method, path: path, by: by}))
		}
	}
}

// attackQuery fills every parameter that any page has. All at once are sent first;
// only what is then not right is looked at one by one by whoever mends it.
func (a *attacked) attackQuery(route web.Route, by *attacker, params map[string]bool, values []string, path func(web.Route) string) {
	a.t.Helper()
	if route.Method != http.MethodGet || strings.HasSuffix(route.Path, "/events") || strings.HasPrefix(route.Path, "/assets/") {
		return
	}
	for _, value := range values {
		query := url.Values{}
		for name := range params {
			if len(query.Encode()) < 6000 {
				query.Set(name, value)
			}
		}
		a.do(ask{method: "GET", path: path(route) + "?" + query.Encode(), by: by})
	}
	for _, raw := range []string{"%zz", "a;b", "=&=&;", strings.Repeat("a&", 2000), "lang=ur&lang=en&next=%2F&next=//evil.example", "lang=%ff"} {
		a.do(ask{method: "GET", path: path(route) + "?" + raw, by: by})
	}
}

// attackForm fills every field with everything, and then each field alone, while the
// others have what they ask for.
func (a *attacked) attackForm(route web.Route, by *attacker, f sentForm, values []string) {
	a.t.Helper()
	send := func(form url.Values) {
		a.alive(by, a.do(ask{method: route.Method, path: f.action, by: by, form: form}))
	}
	alone := values[:2]
	if hashes(route) {
		values, alone = values[:3], values[:1] // each is hashed, and that is to be slow
	}
	for _, value := range values {
		form := url.Values{}
		for name := range f.fields {
			if len(form.Encode()) < 8000 {
				form.Set(name, value)
			}
		}
		send(form)
	}
	if f.options == nil {
		return
	}
	for name := range f.fields {
		for _, value := range alone {
			form := plausible(f)
			form.Set(name, value)
			send(form)
		}
		form := plausible(f)
		form.Add(name, "twice")
		send(form)
		form.Del(name)
		send(form)
	}
}

// hashes tells whether a form's password is hashed for whoever sends it.
func hashes(route web.Route) bool {
	for _, prefix := range []string{"/sign-in", "/confirm", "/enrol", "/account/password"} {
		if strings.HasPrefix(route.Path, prefix) && !route.Machine {
			return true
		}
	}
	return false
}

// plausible fills a form as a person would.
func plausible(f sentForm) url.Values {
	form := url.Values{}
	soon := time.Now().AddDate(0, 0, 20)
	for name, values := range f.fields {
		switch {
		case len(values) > 0 && values[0] != "":
			form[name] = slices.Clone(values)
		case strings.HasSuffix(name, "day"):
			form.Set(name, soon.Format("2"))
		case strings.HasSuffix(name, "month"):
			form.Set(name, soon.Format("1"))
		case strings.HasSuffix(name, "year"):
			form.Set(name, soon.Format("2006"))
		case strings.Contains(name, "cnic"):
			form.Set(name, "35202-0099999-1")
		case strings.Contains(name, "email"):
			form.Set(name, "somebody@example.org")
		case strings.Contains(name, "telephone"):
			form.Set(name, "0300 1234567")
		case name == "password" || name == "again":
			form.Set(name, "an unlikely long sentence")
		case name == "name_ur":
			form.Set(name, "ایک نام")
		default:
			form.Set(name, "A plain word")
		}
	}
	return form
}
