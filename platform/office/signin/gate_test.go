package signin

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/web"
)

func TestGate(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		in := d.browser()
		in.enrolPassword("o-nasreen")
		in.must(in.post("/acting", "office", "district-zhob"), "/account")
		setting := d.browser()
		setting.post("/invitation", "code", "invite-o-bilal")
		out := d.browser()
		guess := d.browser()
		guess.cookies["__Host-session"] = ticket.New().Reveal()
		broken := d.browser()
		broken.cookies["__Host-session"] = strings.Repeat("A", 300)
		plain := d.browser() // a cookie without the prefix is not ours
		plain.cookies["session"] = in.session()

		for name, c := range map[string]struct {
			b      *browser
			path   string
			accept string
			status int
			to     string
		}{
			"open to all":                   {out, "/open", "text/html", 200, ""},
			"signed in":                     {in, "/read", "text/html", 200, ""},
			"in jurisdiction":               {in, "/local/district:quetta", "text/html", 200, ""},
			"out of jurisdiction":           {in, "/local/province:sindh", "text/html", 403, ""},
			"out of jurisdiction, program":  {in, "/api/local/province:sindh", "", 403, ""},
			"not his act":                   {in, "/api/never", "", 403, ""},
			"a page's script":               {in, "/api/read", "", 200, ""},
			"nobody":                        {out, "/read?x=1", "text/html", 303, "/sign-in"},
			"nobody, program":               {out, "/read", "application/json", 401, ""},
			"nobody, address for programs":  {out, "/api/read", "text/html", 401, ""},
			"a guessed secret":              {guess, "/read", "text/html", 303, "/sign-in"},
			"a broken cookie":               {broken, "/read", "text/html", 303, "/sign-in"},
			"a cookie of another name":      {plain, "/read", "text/html", 303, "/sign-in"},
			"setting up":                    {setting, "/read", "text/html", 303, "/enrol"},
			"setting up, program":           {setting, "/api/read", "", 403, ""},
			"setting up, own account":       {setting, "/account", "text/html", 303, "/enrol"},
			"signed in, another's sessions": {in, "/officers/o-bilal/sign-in", "text/html", 403, ""},
		} {
			c.b.headers["Accept"] = c.accept
			res := c.b.get(c.path)
			body := text(res)
			if res.StatusCode != c.status || leads(res) != c.to {
				t.Errorf("%s: %d to %q, want %d to %q", name, res.StatusCode, leads(res), c.status, c.to)
			}
			if res.StatusCode == 401 && !strings.HasPrefix(res.Header.Get("WWW-Authenticate"), "Bearer ") {
				t.Errorf("%s: no WWW-Authenticate", name)
			}
			if c.accept != "text/html" && res.StatusCode >= 400 {
				var p web.Problem
				if err := json.Unmarshal([]byte(body), &p); err != nil || p.Code == "" {
					t.Errorf("%s: no problem details: %s", name, body)
				}
			}
			if res.StatusCode == 200 && strings.HasPrefix(c.path, "/r") && body != "in as o-nasreen" {
				t.Errorf("%s: %s", name, body)
			}
			c.b.headers["Accept"] = "text/html"
		}
		if n := d.did(" refused"); n != 4 {
			t.Errorf("%d rows of refusals, want 4:\n%s", n, strings.Join(d.trail(), "\n"))
		}
		if res := in.get("/local/province:sindh?lang=ur"); !strings.Contains(text(res), "آپ کے کسی کردار میں یہ کام نہیں") {
			t.Error("the reason is not told in Urdu")
		}
	})
}

// Ensure that a browser that comes from a mail is shown the page, and whoever was
// going somewhere gets there.
func TestComingBack(t *testing.T) {
	d := alone(t)
	b := d.browser()
	e := b.enrolPassword("o-nasreen")
	from := b.copy()
	from.headers["Sec-Fetch-Site"] = "cross-site"
	from.cookies = map[string]string{}
	res := from.get("/local/district:quetta?tab=2")
	if res.StatusCode != 200 || res.Header.Get("Refresh") != "0; url=/local/district:quetta?tab=2" {
		t.Errorf("%d, %q", res.StatusCode, res.Header.Get("Refresh"))
	}
	from.headers["Sec-Fetch-Site"] = "same-origin"
	res = from.get("/local/district:quetta?tab=2")
	from.must(res, "/sign-in")
	res = from.post(res.Header.Get("Location"), "login", e.login, "password", e.password, "code", e.app.At(d.clock()))
	if got := res.Header.Get("Location"); got != "/local/district:quetta?tab=2" {
		t.Errorf("led to %q", got)
	}
	// Who has signed in is not asked again.
	if res := from.get("/sign-in?next=/read"); res.Header.Get("Location") != "/read" {
		t.Errorf("led to %q", res.Header.Get("Location"))
	}
}

// Ensure that nobody is led to another site, whatever is written in the address.
func TestNextIsLocal(t *testing.T) {
	d := alone(t)
	b := d.browser()
	e := b.enrolPassword("o-nasreen")
	for next, want := range map[string]string{
		"":                              "",
		"/read":                         "/read",
		"/a/b?c=d&e=%20f":               "/a/b?c=d&e=%20f",
		"/ی":                            "/%DB%8C",
		"//evil.example":                "",
		"///evil.example":               "",
		"/\\evil.example":               "",
		"\\\\evil.example":              "",
		"/\t/evil.example":              "",
		"/\n/evil.example":              "",
		" //evil.example":               "",
		"http://evil.example":           "",
		"https:evil.example":            "",
		"javascript:alert(1)":           "",
		"evil.example":                  "",
		"@evil.example":                 "",
		"/@evil.example":                "/@evil.example",
		"/..//evil.example":             "/evil.example",
		"/./%2e%2e//evil.example":       "",
		"/%2E/x":                        "",
		"/%2f/evil.example":             "/%2f/evil.example",
		"/%5cevil.example":              "/%5cevil.example",
		"/a\x00b":                       "",
		"/a\u0085b":                     "",
		"/\xff":                         "",
		"/%zz":                          "",
		"/" + strings.Repeat("a", 1024): "",
		"?x":                            "",
		"#x":                            "",
		"/x#//evil.example":             "/x",
	} {
		if got := localPath(next); got != want {
			t.Errorf("%q is %q, want %q", next, got, want)
		}
		d.pass(time.Minute)
		fresh := d.browser()
		res := fresh.post("/sign-in?next="+url.QueryEscape(next), "login", e.login, "password", e.password, "code", e.app.At(d.clock()))
		if want == "" {
			want = "/account"
		}
		if strings.ContainsRune(next, 0) || !utf8.ValidString(next) { // package web takes no such address
			if res.StatusCode != http.StatusBadRequest {
				t.Errorf("%q is answered %d, want 400", next, res.StatusCode)
			}
		} else if got := res.Header.Get("Location"); got != want {
			t.Errorf("after %q led to %q, want %q", next, got, want)
		}
		// The page has it in no other place than its own address.
		if page := text(fresh.get("/confirm?next=" + url.QueryEscape(next))); strings.Contains(page, "evil.example") && localPath(next) == "" {
			t.Errorf("the page shows %q", next)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/read", "//evil.example", "/\\evil", "/a/..//b", "/%2f%2f", "/a?b#c", "http:/x"} {
		f.Add(seed)
	}
	here, _ := url.Parse(origin + "/sign-in")
	f.Fuzz(func(t *testing.T, next string) {
		to := localPath(next)
		if to == "" {
			return
		}
		u, err := here.Parse(to)
		if err != nil || u.Scheme != "https" || u.Host != "offices.example" || strings.HasPrefix(u.EscapedPath(), "//") {
			t.Errorf("%q leads to %v, %v", next, u, err)
		}
		if again := localPath(to); again != to {
			t.Errorf("%q, then %q", to, again)
		}
		if strings.ContainsAny(to, "\\\r\n\t ") {
			t.Errorf("%q is %q", next, to)
		}
	})
}

// FuzzCookies: whatever a browser sends as cookies lets nobody in.
func FuzzCookies(f *testing.F) {
	d := newDesk(f, openSQLite(f))
	f.Add("__Host-session=" + ticket.New().Reveal())
	f.Add("__Host-session=; __Host-session=x; __Host-device=")
	f.Add("__Host-session=\"" + ticket.New().Reveal() + "\"; ;;=")
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", origin+"/read", nil)
		r.Header.Set("Cookie", header)
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%d for %q", w.Code, header)
		}
	})
}

// FuzzAuthorization: nor does whatever a program sends as its token.
func FuzzAuthorization(f *testing.F) {
	d := newDesk(f, openSQLite(f))
	f.Add("Bearer " + ticket.New().RevealToken())
	f.Add("bearer ik_")
	f.Add("Basic dXNlcjpwYXNz")
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", origin+"/api/read", nil)
		r.Header["Authorization"] = []string{header}
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%d for %q", w.Code, header)
		}
	})
}

var shownToken = `id="token-secret">`

// issue has an officer issue a token.
func (b *browser) issue(t *testing.T, pairs ...string) string {
	t.Helper()
	res := b.post("/account/tokens/new", append([]string{"name", "nightly copy", "until-day", "1", "until-month", "3", "until-year", "2027"}, pairs...)...)
	page := text(res)
	_, rest, found := strings.Cut(page, shownToken)
	if !found {
		t.Fatalf("%d, no token: %s", res.StatusCode, errorsOf(page))
	}
	token, _, _ := strings.Cut(rest, "<")
	return token
}

// program asks with a token.
func (d *desk) program(token, path string) (int, string) {
	d.t.Helper()
	p := d.browser()
	p.headers = map[string]string{"Authorization": "Bearer " + token}
	res := p.get(path)
	return res.StatusCode, text(res)
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser()
		b.enrolPassword("o-nasreen")
		if page := text(b.get("/account/tokens/new")); !strings.Contains(page, "test.read") || strings.Contains(page, "test.grave") {
			t.Error("the acts offered are not those that a program may do")
		}
		all := b.issue(t, "acts", "test.read", "acts", "test.local")
		local := b.issue(t, "acts", "test.local", "area", "province:balochistan")
		if _, ok := ticket.ParseToken(all); !ok || !strings.HasPrefix(all, "ik_") {
			t.Errorf("the token is %s", all)
		}
		if page := text(b.get("/account/tokens")); strings.Contains(page, all) {
			t.Error("the token is shown twice")
		}
		for _, pairs := range [][]string{{"acts", "test.grave"}, {"acts", "test.never"}, {}, {"acts", "test.read", "area", "nowhere"}, {"acts", "test.read", "until-year", "2030"}, {"acts", "test.read", "until-year", "2026"}} {
			v := append([]string{"name", "x", "until-day", "1", "until-month", "3"}, pairs...)
			if !slices.Contains(pairs, "until-year") {
				v = append(v, "until-year", "2027")
			}
			if res := b.post("/account/tokens/new", v...); res.StatusCode != 422 {
				t.Errorf("%v: %d", pairs, res.StatusCode)
			}
		}
		check := func(name, token, path string, want int) {
			t.Helper()
			if got, body := d.program(token, path); got != want || want == 200 && body != "in as o-nasreen" {
				t.Errorf("%s: %d %s, want %d", name, got, body, want)
			}
		}
		check("its act", all, "/api/read", 200)
		check("its other act", all, "/api/local/district:quetta", 200)
		check("out of the officer's jurisdiction", all, "/api/local/province:sindh", 403)
		check("an act not named", local, "/api/read", 403)
		check("in its area", local, "/api/local/district:quetta", 200)
		check("out of its area", local, "/api/local/province:punjab", 403)
		check("a page", all, "/read", 403)
		check("a grave act", all, "/api/grave", 403)
		check("the officer's account", all, "/account", 403)
		check("a session's secret", b.session(), "/api/read", 401)
		slip := "7" // a sign of the token's alphabet that does not stand there
		if all[20] == '7' {
			slip = "6"
		}
		check("a slip", all[:20]+slip+all[21:], "/api/read", 401)

		// Never more than the officer may himself, at this moment.
		may := d.book.may["o-nasreen"]
		d.book.may["o-nasreen"] = []web.Act{actOwn, actTokens, actWithdraw}
		check("the officer may no more", all, "/api/read", 403)
		d.book.may["o-nasreen"] = may
		d.book.set("o-nasreen", func(o *Officer) { o.Active = false })
		check("the officer is suspended", all, "/api/read", 401)
		d.book.set("o-nasreen", func(o *Officer) { o.Active = true })
		check("the officer is back", all, "/api/read", 200)

		page := text(b.get("/account/tokens"))
		_, rest, _ := strings.Cut(page, `action="/account/tokens/`)
		id, _, _ := strings.Cut(rest, "/")
		other := d.browser()
		other.enrolPassword("o-bilal")
		if res := other.post("/account/tokens/" + id + "/revoke"); res.StatusCode != 404 {
			t.Errorf("another's token is revoked: %d", res.StatusCode)
		}
		b.must(b.post("/account/tokens/"+id+"/revoke"), "/account/tokens")
		ended := 0
		for _, token := range []string{all, local} {
			if code, _ := d.program(token, "/api/local/district:quetta"); code == 401 {
				ended++
			}
		}
		if ended != 1 {
			t.Errorf("%d tokens ended", ended)
		}
		// The last day is over at midnight in Pakistan.
		b2 := d.browser()
		b2.enrolPassword("o-admin")
		lasts := b2.issue(t, "acts", "test.read")
		d.mu.Lock()
		d.now = time.Date(2027, 3, 1, 18, 59, 59, 0, time.UTC)
		d.mu.Unlock()
		if code, _ := d.program(lasts, "/api/read"); code != 200 {
			t.Errorf("a second before its end: %d", code)
		}
		d.pass(time.Second)
		if code, _ := d.program(lasts, "/api/read"); code != 401 {
			t.Errorf("after its last day: %d", code)
		}
	})
}

// Ensure that a cookie beside a token is not looked at, and two tokens are none.
func TestTokenAlone(t *testing.T) {
	d := alone(t)
	b := d.browser()
	b.enrolPassword("o-nasreen")
	token := b.issue(t, "acts", "test.read")
	b.headers["Authorization"] = "Bearer " + ticket.New().RevealToken()
	if res := b.get("/api/read"); res.StatusCode != 401 {
		t.Errorf("a wrong token with a right cookie: %d", res.StatusCode)
	}
	if _, ok := bearer([]string{"Bearer " + token, "Bearer " + token}); ok {
		t.Error("two headers are taken")
	}
}

// Ensure that the gate knows no act but the table's: a route of another would be
// open to whoever, or to nobody.
func TestUnknownActStopsTheStart(t *testing.T) {
	d := alone(t)
	defer func() {
		if recover() == nil {
			t.Error("a route whose act nobody knows is served")
		}
	}()
	web.New(web.Config{Gate: d.service.Gate()}, []web.Route{{Method: "GET", Path: "/x", Act: "made.up"}})
}

// Ensure that no path of a series of requests lets in who has proved nothing.
func TestNobodyGetsIn(t *testing.T) {
	d := alone(t)
	d.browser().enrolPassword("o-nasreen")
	paths := []string{"/sign-in", "/sign-in/passkey", "/sign-in/passkey/answer", "/sign-in/recover", "/invitation", "/enrol/person", "/enrol/password",
		"/enrol/app", "/enrol/code", "/enrol/passkey", "/enrol/passkey/answer", "/confirm", "/confirm/passkey", "/confirm/passkey/answer", "/account/password",
		"/account/code", "/account/app", "/account/recovery", "/account/passkeys", "/account/passkeys/answer", "/acting", "/account/tokens/new", "/sign-out"}
	rapid.Check(t, func(t *rapid.T) {
		b := d.browser()
		for range 12 {
			path := rapid.SampledFrom(paths).Draw(t, "path")
			if rapid.Bool().Draw(t, "get") {
				b.get(path)
			} else {
				b.post(path, "login", "nasreen@ecp.example", "password", goodPassword, "again", goodPassword, "code", rapid.StringMatching(`[0-9]{6}`).Draw(t, "code"), "recovery", "abcd-efgh-ijkl-mnop")
			}
		}
		if b.in() {
			t.Fatal("in")
		}
		d.pass(time.Hour) // the back-off of this series is not the next one's
	})
}

// BenchmarkGate is a page behind the gate, for an officer who has signed in.
func BenchmarkGate(b *testing.B) {
	d := newDesk(b, openSQLite(b))
	in := d.browser()
	in.enrolPassword("o-nasreen")
	for b.Loop() {
		r := httptest.NewRequest("GET", origin+"/read", nil)
		r.AddCookie(&http.Cookie{Name: "__Host-session", Value: in.session()})
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
