package signin

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"intikhab/platform/office/signin/ticket"
)

func TestTimeOuts(t *testing.T) {
	for name, c := range map[string]struct {
		every time.Duration
		times int
		want  bool
	}{
		"nineteen minutes unused":   {19*time.Minute - time.Second, 1, true},
		"twenty minutes unused":     {20 * time.Minute, 1, false},
		"used for half a day":       {15 * time.Minute, 47, true},
		"used for more":             {15 * time.Minute, 48, false},
		"used each half minute":     {30 * time.Second, 200, true},
		"a clock that was put back": {-time.Hour, 1, true},
	} {
		d := alone(t)
		b := d.browser()
		b.enrolPassword("o-nasreen") // a minute of the twelve hours
		d.pass(-time.Minute)
		in := true
		for range c.times {
			d.pass(c.every)
			in = b.in()
		}
		if in != c.want {
			t.Errorf("%s: in %v", name, in)
		}
	}
}

// Ensure that a secret that somebody put into the browser before signs nobody in,
// and that each sign-in and each proof anew gives another.
func TestFixation(t *testing.T) {
	d := alone(t)
	planted := ticket.New().Reveal()
	b := d.browser()
	b.cookies["__Host-session"] = planted
	e := b.enrolPassword("o-nasreen")
	seen := map[string]bool{planted: true}
	note := func(when string) {
		t.Helper()
		if seen[b.session()] {
			t.Errorf("%s: the secret was there before", when)
		}
		seen[b.session()] = true
	}
	note("set up")
	b.must(b.signIn(e), "/account")
	note("signed in again")
	d.pass(6 * time.Minute)
	b.must(b.post("/confirm", "password", e.password, "code", e.app.At(d.clock())), "/account")
	note("proved anew")
	thief := d.browser()
	for secret := range seen {
		thief.cookies["__Host-session"] = secret
		if in := thief.in(); in != (secret == b.session()) {
			t.Errorf("an older secret is in: %v", in)
		}
	}
	// The setting up of another does not take the secret along either.
	b.must(b.post("/invitation", "code", "invite-o-bilal"), "/enrol")
	note("setting up")
	if n := d.count(`SELECT count(*) FROM signin_session`); n != 1 {
		t.Errorf("%d sessions of one browser", n)
	}
}

func (d *desk) count(query string) (n int) {
	d.t.Helper()
	if err := d.db.View(d.t.Context(), func(tx *tx) error { return tx.QueryRow(query).Scan(&n) }); err != nil {
		d.t.Fatal(err)
	}
	return n
}

// Ensure that nothing that opens something stands in the database as it is.
func TestStolenDatabase(t *testing.T) {
	d := alone(t)
	b := d.browser()
	e := b.enrolPassword("o-nasreen")
	codes := shownCodes(t, text(b.post("/account/recovery")))
	token := b.issue(t, "acts", "test.read")
	secrets := append(codes, token, token[3:55], b.session(), b.cookies["__Host-device"], e.password, strings.ReplaceAll(e.app.Reveal(), " ", ""), string(revealApp(e)))
	for _, table := range []string{"signin_account", "signin_recovery", "signin_session", "signin_device", "signin_token", "signin_key", "signin_notice", "audit_row"} {
		err := d.db.View(t.Context(), func(tx *tx) error {
			rows, err := tx.Query(`SELECT * FROM ` + table)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				values := make([]any, len(columns))
				for i := range values {
					values[i] = new([]byte)
				}
				if err := rows.Scan(values...); err != nil {
					return err
				}
				for i := range values {
					for n, secret := range secrets {
						if strings.Contains(string(*values[i].(*[]byte)), secret) {
							t.Errorf("%s.%s holds secret %d", table, columns[i], n)
						}
					}
				}
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(d.log.String(), "@") {
		t.Errorf("the log holds who it was:\n%s", d.log)
	}
}

func revealApp(e enrolled) []byte { return e.app[:] }

func TestRevocation(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		here := d.browser()
		e := here.enrolPassword("o-nasreen")
		sign := func() *browser {
			d.pass(time.Minute)
			b := d.browser()
			b.must(b.signIn(e), "/account")
			return b
		}
		one, two := sign(), sign()
		page := text(here.get("/account"))
		if n := strings.Count(page, `<form id="end-`) - 1; n != 2 { // and the form for all others
			t.Fatalf("%d sessions can be ended", n)
		}
		_, rest, _ := strings.Cut(page, `action="/account/sessions/`)
		id, _, _ := strings.Cut(rest, "/")
		other := d.browser()
		other.enrolPassword("o-bilal")
		if res := other.post("/account/sessions/" + id + "/end"); res.StatusCode != 404 || !two.in() {
			t.Errorf("another officer ends it: %d", res.StatusCode)
		}
		here.must(here.post("/account/sessions/"+id+"/end"), "/account")
		if one.in() == two.in() {
			t.Errorf("in: %v and %v, want one of them", one.in(), two.in())
		}
		three := sign()
		here.must(here.post("/account/sessions/end"), "/account")
		if one.in() || two.in() || three.in() || !here.in() {
			t.Error("not all others were ended, or not only they")
		}
		// An administrator, and nobody else.
		four := sign()
		if res := other.post("/officers/o-nasreen/sessions/end"); res.StatusCode != 403 || !four.in() {
			t.Errorf("another officer ends all: %d", res.StatusCode)
		}
		admin := d.browser()
		admin.enrolPassword("o-admin")
		if page := text(admin.get("/officers/o-nasreen/sign-in")); !strings.Contains(page, "Nasreen Akhtar") || !strings.Contains(page, "end-all") {
			t.Error("the administrator does not see the sessions")
		}
		admin.must(admin.post("/officers/o-nasreen/sessions/end"), "/officers/o-nasreen/sign-in")
		if four.in() || here.in() {
			t.Error("sessions go on that the administrator has ended")
		}
		if res := admin.post("/officers/o-nobody/sessions/end"); res.StatusCode != 404 {
			t.Errorf("sessions of nobody: %d", res.StatusCode)
		}
		if d.did(": all sessions ended") != 1 || d.did(" refused") != 1 {
			t.Errorf("rows:\n%s", strings.Join(d.trail(), "\n"))
		}
	})
}

// Ensure that who is suspended is out with his next request, and that a stranger
// cannot tell him from one who never was.
func TestSuspended(t *testing.T) {
	d := alone(t)
	b := d.browser()
	e := b.enrolPassword("o-nasreen")
	d.book.set("o-nasreen", func(o *Officer) { o.Active, o.Open = false, false })
	if b.in() {
		t.Error("in while suspended")
	}
	res, none := b.signIn(e), b.post("/sign-in", "login", "nobody@ecp.example", "password", "x", "code", "123456")
	if res.StatusCode != none.StatusCode || errorsOf(text(res)) != errorsOf(text(none)) {
		t.Errorf("%d, and %d for nobody", res.StatusCode, none.StatusCode)
	}
	if err := d.update(func(tx *tx) error { return d.service.EndSessions(tx, "o-nasreen") }); err != nil {
		t.Fatal(err)
	}
	d.book.set("o-nasreen", func(o *Officer) { o.Active = true })
	if b.in() {
		t.Error("a session outlived the suspension")
	}
}

func TestGraveActs(t *testing.T) {
	d := alone(t)
	b := d.browser()
	e := b.enrolPassword("o-nasreen")
	if res := b.get("/grave"); res.StatusCode != 200 {
		t.Fatalf("with a fresh proof: %d", res.StatusCode)
	}
	d.pass(5 * time.Minute)
	for _, path := range []string{"/grave", "/account/password", "/account/recovery", "/account/code", "/account/tokens/new"} {
		b.must(b.get(path), "/confirm")
	}
	for path, back := range map[string]string{"/grave": "/grave", "/account/recovery": "/account/recovery", "/account/app": "/account", "/account/password/remove": "/account",
		"/account/tokens/new": "/account/tokens/new", "/account/passkeys/x/remove": "/account/passkeys/x", "/officers/o-x/link": "/officers/o-x/sign-in"} {
		res := b.post(path)
		b.must(res, "/confirm")
		if u, err := url.Parse(res.Header.Get("Location")); err != nil || u.Query().Get("next") != back {
			t.Errorf("%s leads back to %v, want %s", path, u, back)
		}
	}
	if res := b.postJSON("/account/passkeys", "{}"); res.StatusCode != 403 || !strings.Contains(text(res), "confirm_first") {
		t.Errorf("a script: %d", res.StatusCode)
	}
	if res := b.get("/read"); res.StatusCode != 200 {
		t.Errorf("what is not grave: %d", res.StatusCode)
	}
	if res := b.post("/confirm?next=/grave", "password", e.password, "code", "000000"); res.StatusCode != 422 {
		t.Errorf("a wrong proof: %d", res.StatusCode)
	}
	res := b.post("/confirm?next=/grave", "password", e.password, "code", e.app.At(d.clock()))
	b.must(res, "/grave")
	if res := b.get("/grave"); res.StatusCode != 200 {
		t.Errorf("after the proof: %d", res.StatusCode)
	}
}

// Ensure that a sign-in on a new device is told on the officer's pages and by the
// notifier, and one on a known device is not; and that a device's cookie that was
// planted is not taken.
func TestNewDevice(t *testing.T) {
	told := &teller{}
	d := newDesk(t, openSQLite(t), func(c *Config) { c.Notify = told })
	b := d.browser()
	e := b.enrolPassword("o-nasreen")
	if len(told.kinds) != 0 {
		t.Errorf("told of the first device: %v", told.kinds)
	}
	b.must(b.post("/sign-out"), "/sign-in")
	b.must(b.signIn(e), "/account")
	if len(told.kinds) != 0 {
		t.Errorf("told of a known device: %v", told.kinds)
	}
	d.pass(time.Minute)
	planted := ticket.New().Reveal()
	other := d.browser()
	other.cookies["__Host-device"] = planted
	other.agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
	other.must(other.signIn(e), "/account")
	if strings.Join(told.kinds, " ") != "new_device" || told.data[0]["browser"] != "Chrome, Android" || told.data[0]["network"] != "203.0.113.0/24" {
		t.Errorf("told %v %v", told.kinds, told.data)
	}
	if other.cookies["__Host-device"] == planted {
		t.Error("a device's cookie that was never given out is taken")
	}
	page := text(b.get("/account"))
	if !strings.Contains(page, "Chrome, Android") || !strings.Contains(page, `id="put-away"`) {
		t.Error("the officer's page does not tell")
	}
	if page := text(b.get("/acting")); !strings.Contains(page, "What has happened to your account") {
		t.Error("no other page tells")
	}
	b.must(b.post("/account/notices"), "/account")
	if page := text(b.get("/account")); strings.Contains(page, `id="put-away"`) {
		t.Error("what was put away is told again")
	}
	// Two officers at one desk: each is told once, and neither thereafter.
	d.pass(time.Minute)
	shared := b.enrolPassword("o-bilal")
	told.kinds = nil
	for range 2 {
		b.must(b.signIn(e), "/account")
		b.must(b.signIn(shared), "/account")
		d.pass(time.Minute)
	}
	if len(told.kinds) != 0 {
		t.Errorf("told of a shared device: %v", told.kinds)
	}
}

type teller struct {
	kinds []string
	data  []map[string]string
}

func (x *teller) Notify(_ *tx, officer, kind string, data map[string]string) error {
	x.kinds, x.data = append(x.kinds, kind), append(x.data, data)
	return nil
}

func TestCookies(t *testing.T) {
	d := alone(t)
	b := d.browser()
	b.post("/invitation", "code", "invite-o-nasreen")
	b.post("/enrol/password", "password", goodPassword, "again", goodPassword)
	app := readApp(t, text(b.get("/enrol/code")))
	res := b.post("/enrol/code", "code", app.At(d.clock()))
	found := map[string]*http.Cookie{}
	for _, c := range res.Cookies() {
		found[c.Name] = c
		if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("%s", c)
		}
	}
	if c := found["__Host-session"]; c == nil || c.MaxAge != 0 || !c.Expires.IsZero() {
		t.Errorf("the session's cookie outlives the browser: %v", c)
	}
	if c := found["__Host-device"]; c == nil || c.MaxAge < 300*24*3600 {
		t.Errorf("the device's cookie: %v", c)
	}
	if got := CookieName([]string{"http://localhost:8080"}); got != "session" {
		t.Errorf("over loopback the cookie is %s", got)
	}
}

func TestSettings(t *testing.T) {
	d := alone(t)
	for _, c := range []struct {
		origin string
		good   bool
	}{
		{"https://offices.example", true}, {"https://offices.example:8443", true}, {"http://localhost:8080", true}, {"http://127.0.0.1:8080", true}, {"http://[::1]:8080", true},
		{"http://offices.example", false}, {"http://localhost.example", false}, {"http://127.0.0.1.example", false}, {"https://offices.example/", false}, {"offices.example", false},
		{"https://", false}, {"", false}, {"ftp://offices.example", false}, {"https://a@offices.example", false}, {"http://192.0.2.1", false},
	} {
		cfg := d.service.cfg
		cfg.Origins, cfg.Party = []string{c.origin}, ""
		if _, err := New(t.Context(), cfg); (err == nil) != c.good {
			t.Errorf("%q: %v", c.origin, err)
		}
	}
	for _, change := range []func(*Config){
		func(c *Config) { c.DB = nil }, func(c *Config) { c.Officers = nil }, func(c *Config) { c.Sealer = nil }, func(c *Config) { c.Origins = nil },
		func(c *Config) { c.Idle = time.Second }, func(c *Config) { c.Longest = time.Minute }, func(c *Config) { c.Party = "not a domain" },
		func(c *Config) { c.Password.Time = 100 },
	} {
		cfg := d.service.cfg
		change(&cfg)
		if _, err := New(t.Context(), cfg); err == nil {
			t.Error("a wrong setting is taken")
		}
	}
	// Another node of the same database has the same key.
	again, err := New(t.Context(), d.service.cfg)
	if err != nil || again.key != d.service.key {
		t.Errorf("another node has another key: %v", err)
	}
}
