package signin

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/platform/office/signin/records"
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
	for _, path := range []string{"/grave", "/account/recovery", "/account/app", "/account/password/remove", "/account/tokens/new"} {
		b.must(b.post(path), "/confirm")
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

// Ensure that the wait grows, has an end, and that all is forgotten after a day.
func TestRule(t *testing.T) {
	at := time.Date(2027, 2, 8, 9, 0, 0, 0, time.UTC)
	for n, want := range map[int64]time.Duration{0: 0, 4: 0, 5: 30 * time.Second, 6: time.Minute, 9: 8 * time.Minute, 10: 15 * time.Minute, 11: 15 * time.Minute, 1 << 40: 15 * time.Minute} {
		if got := accountRule.wait(n, at, at); got != want {
			t.Errorf("after %d: %v, want %v", n, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom([]rule{accountRule, networkRule}).Draw(t, "rule")
		n := rapid.Int64Range(0, 1<<50).Draw(t, "failures")
		since := time.Duration(rapid.Int64Range(0, int64(48*time.Hour)).Draw(t, "since"))
		wait := r.wait(n, at, at.Add(since))
		switch {
		case wait < 0 || wait > r.most:
			t.Fatalf("waits %v", wait)
		case r.wait(n+1, at, at.Add(since)) < wait:
			t.Fatalf("one more shortens the wait")
		case wait > 0 && r.wait(n, at, at.Add(since+wait)) != 0:
			t.Fatalf("the wait does not end when it said")
		case since >= forget && wait != 0, n < r.free && wait != 0:
			t.Fatalf("waits %v", wait)
		}
	})
}

func (b *browser) wrong(login string) *http.Response {
	b.d.t.Helper()
	return b.post("/sign-in", "login", login, "password", "wrong wrong wrong", "code", "123456")
}

func TestBackOff(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		home := d.browser()
		e := home.enrolPassword("o-nasreen")
		stranger := d.browser()
		stranger.addr = "198.51.100.1:1"
		for i := range 5 {
			if res := stranger.wrong(e.login); res.StatusCode != 422 {
				t.Fatalf("attempt %d: %d", i+1, res.StatusCode)
			}
		}
		for range 3 { // what is not looked at does not lengthen the wait
			if res := stranger.signIn(e); res.StatusCode != 429 || res.Header.Get("Retry-After") != "30" {
				t.Fatalf("%d, Retry-After %s", res.StatusCode, res.Header.Get("Retry-After"))
			}
		}
		// The officer at his own desk is not kept out, nor by passkey anywhere.
		home.must(home.signIn(e), "/account")
		if page := text(home.get("/account")); !strings.Contains(page, "5 wrong attempts") {
			t.Error("the officer is not told")
		}
		d.pass(30 * time.Second)
		away := d.browser()
		away.addr = "192.0.2.50:1"
		if res := away.wrong(e.login); res.StatusCode != 422 {
			t.Errorf("after the wait: %d", res.StatusCode)
		}
		if res := away.wrong(e.login); res.StatusCode != 429 || res.Header.Get("Retry-After") != "60" {
			t.Errorf("%d, Retry-After %s", res.StatusCode, res.Header.Get("Retry-After"))
		}
		d.pass(time.Minute)
		away.must(away.signIn(e), "/account")
		// On a known device wrong attempts count too, for that device alone.
		for range 5 {
			away.wrong(e.login)
		}
		if res := away.signIn(e); res.StatusCode != 429 {
			t.Errorf("a known device that guesses: %d", res.StatusCode)
		}
		d.pass(time.Minute)
		home.must(home.signIn(e), "/account")
		if d.did(": wrong attempts") == 0 {
			t.Errorf("no row:\n%s", strings.Join(d.trail(), "\n"))
		}
	})
}

// Ensure that an account that is there and one that is not are answered alike, at
// each step: right or wrong, known or unknown, waiting or not.
func TestNoAccountIsTold(t *testing.T) {
	d := alone(t)
	d.browser().enrolPassword("o-nasreen")
	k := newKey()
	d.browser().enrolKey(t, "o-bilal", k)
	logins := []string{"nasreen@ecp.example", "bilal@ecp.example", "sana@ecp.example", "nobody@ecp.example", "42301-1234567-1"}
	for _, path := range []string{"/sign-in", "/sign-in/recover"} {
		for step := range 8 {
			var first string
			for i, login := range logins {
				b := d.browser()
				b.addr = "198.51.100." + strconv.Itoa(10*i+1) + ":1"
				res := b.post(path, "login", login, "password", "wrong wrong wrong", "code", "123456", "recovery", "abcd-efgh-ijkl-mnop")
				got := strconv.Itoa(res.StatusCode) + res.Header.Get("Retry-After") + strings.ReplaceAll(text(res), login, "LOGIN")
				if i == 0 {
					first = got
				} else if got != first {
					t.Errorf("%s, attempt %d: %s is answered otherwise", path, step+1, login)
				}
			}
		}
		d.pass(25 * time.Hour)
	}
}

// Ensure that attempts on many accounts from one network are slowed, and that names
// that are made up fill no table.
func TestSpraying(t *testing.T) {
	d := alone(t)
	e := d.browser().enrolPassword("o-nasreen")
	b := d.browser()
	b.addr = "198.51.100.1:1"
	for i := range 20 {
		if res := b.wrong("made-up-" + strconv.Itoa(i) + "@ecp.example"); res.StatusCode != 422 {
			t.Fatalf("attempt %d: %d", i+1, res.StatusCode)
		}
	}
	if res := b.wrong("another@ecp.example"); res.StatusCode != 429 {
		t.Errorf("after twenty: %d", res.StatusCode)
	}
	next := d.browser()
	next.addr = "192.0.2.50:1"
	next.must(next.signIn(e), "/account")
	if n := d.count(`SELECT count(*) FROM signin_attempt`); n > 21 {
		t.Errorf("%d rows", n)
	}
	seen := map[string]bool{}
	for i := range 40000 {
		for _, c := range d.service.counters("", strconv.Itoa(i), "", strconv.Itoa(i)) {
			seen[c.what] = true
		}
	}
	if len(seen) > nameBuckets+networkBuckets {
		t.Errorf("%d names of counters", len(seen))
	}
	d.pass(25 * time.Hour)
	if err := d.service.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := d.count(`SELECT count(*) FROM signin_attempt`) + d.count(`SELECT count(*) FROM signin_session`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// Ensure that the last way to sign in cannot be removed, and that a change of
// password ends what was signed in with the old one.
func TestAccount(t *testing.T) {
	d := alone(t)
	b := d.browser()
	e := b.enrolPassword("o-nasreen")
	d.pass(time.Minute)
	other := d.browser()
	other.must(other.signIn(e), "/account")
	if res := b.post("/account/password/remove"); res.StatusCode != http.StatusConflict {
		t.Errorf("the only way is removed: %d", res.StatusCode)
	}
	e.password = "another bicycle lamp"
	b.must(b.post("/account/password", "password", e.password, "again", e.password), "/account")
	if other.in() || !b.in() {
		t.Errorf("the other session in %v, this one in %v", other.in(), b.in())
	}
	b.must(b.post("/account/app"), "/account/code")
	e.app = readApp(t, text(b.get("/account/code")))
	b.must(b.post("/account/code", "code", e.app.At(d.clock())), "/account")
	d.pass(time.Minute)
	b.must(b.signIn(e), "/account")

	// Passkeys beside it, then alone, then a password again.
	k := newKey()
	if res := b.postJSON("/account/passkeys/answer", k.make(t, text(b.postJSON("/account/passkeys", "{}")), "")); res.StatusCode != 200 {
		t.Fatalf("%d\n%s", res.StatusCode, d.log)
	}
	b.must(b.post("/account/password/remove"), "/account")
	if res := d.browser().signIn(e); res.StatusCode != 422 {
		t.Errorf("the removed password: %d", res.StatusCode)
	}
	b.must(b.post("/account/app"), "/account/password")
	b.must(b.post("/account/password", "password", e.password, "again", e.password), "/account/code")
	if account, _, err := d.service.has((&http.Request{}).WithContext(t.Context()), "o-nasreen"); err != nil || account.Password != "" {
		t.Errorf("a password without a code app: %v", err)
	}
	e.app = readApp(t, text(b.get("/account/code")))
	b.must(b.post("/account/code", "code", e.app.At(d.clock())), "/account")
	d.pass(time.Minute)
	again := d.browser()
	again.must(again.signIn(e), "/account")

	b.must(b.post("/account/language", "language", "ur"), "/account")
	d.pass(time.Minute)
	again = d.browser()
	if res := again.signIn(e); res.Header.Get("Location") != "/account?lang=ur" {
		t.Errorf("led to %s", res.Header.Get("Location"))
	}
	err := d.db.View(t.Context(), func(tx *tx) error {
		l, err := Language(tx, "o-nasreen")
		if l != "ur" {
			t.Errorf("reads %q", l)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Ensure that every page is there in both languages, for whoever may see it.
func TestPagesInBothLanguages(t *testing.T) {
	d := alone(t)
	b := d.browser()
	e := b.enrolPassword("o-nasreen")
	k := newKey()
	b.postJSON("/account/passkeys/answer", k.make(t, text(b.postJSON("/account/passkeys", "{}")), "my key"))
	b.post("/account/app")
	token := b.issue(t, "acts", "test.read")
	_, passkeys, err := d.service.has((&http.Request{}).WithContext(t.Context()), "o-nasreen")
	if err != nil {
		t.Fatal(err)
	}
	stranger := d.browser()
	stranger.wrong(e.login)
	setting := d.browser()
	setting.post("/invitation", "code", "invite-o-bilal")
	first := d.browser()
	first.post("/invitation", "code", "invite-first")
	admin := d.browser()
	admin.enrolPassword("o-admin")
	if err := d.update(func(tx *tx) error { // every kind of notice
		for _, key := range catalogue.Keys() {
			kind, ok := strings.CutPrefix(key, "signin.told.")
			if !ok {
				continue
			}
			data := map[string]string{"browser": "", "network": "192.0.2.0/24", "attempts": "5", "name": "میرا فون"}
			if err := records.AddNotice(tx, "o-nasreen", records.Notice{At: d.clock(), Kind: kind, Data: data}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for path, who := range map[string]*browser{
		"/sign-in": stranger, "/sign-in/recover": stranger, "/invitation/invite-first": stranger, "/invitation/invite-o-bilal": stranger, "/invitation/none": stranger,
		"/enrol": setting, "/enrol/password": setting, "/enrol/person": first,
		"/account": b, "/confirm": b, "/account/password": b, "/account/code": b, "/account/recovery": b, "/account/language": b, "/acting": b,
		"/account/tokens": b, "/account/tokens/new": b, "/account/passkeys/" + passkeys[0].ID: b, "/officers/o-nasreen/sign-in": admin, "/officers/o-nasreen/reset": admin,
	} {
		for lang, dir := range map[string]string{"en": "ltr", "ur": "rtl"} {
			res := who.get(path + "?lang=" + lang)
			page := strings.ReplaceAll(text(res), "-signin.css", "")
			if res.StatusCode != 200 && path != "/invitation/none" || !strings.Contains(page, `lang="`+lang+`" dir="`+dir+`"`) {
				t.Errorf("%s in %s: %d", path, lang, res.StatusCode)
			}
			for _, wrong := range []string{"signin.", "{at}", "{name}", "{n}", "style=", "onclick", "<script>", token} {
				if strings.Contains(page, wrong) {
					t.Errorf("%s in %s has %q", path, lang, wrong)
				}
			}
		}
	}
}

// Ensure that the paths by which others lead here are these, and that what no page
// of ours sends is refused and nothing worse.
func TestMalformed(t *testing.T) {
	d := alone(t)
	b := d.browser()
	b.enrolPassword("o-nasreen")
	for _, c := range []struct{ path, kind, body string }{
		{"/sign-in", "application/json", `{}`}, {"/sign-in", "application/x-www-form-urlencoded", "login=a&login=b"}, {"/sign-in", "application/x-www-form-urlencoded", "login=%ff"},
		{"/sign-in/recover", "text/plain", "x"}, {"/confirm", "", ""}, {"/account/password", "", "x"}, {"/account/language", "", ""}, {"/acting", "", ""},
		{"/account/tokens/new", "", ""}, {"/sign-in", "application/x-www-form-urlencoded", strings.Repeat("x", 20<<10)},
	} {
		if res := b.send("POST", c.path, c.kind, c.body); res.StatusCode != 400 && res.StatusCode != 413 {
			t.Errorf("%s, %q: %d", c.path, c.kind, res.StatusCode)
		}
	}
	b.headers["Sec-Fetch-Site"] = "cross-site"
	for _, path := range []string{"/sign-in", "/sign-out", "/account/recovery", "/account/sessions/end", "/account/passkeys"} {
		if res := b.post(path); res.StatusCode != 403 {
			t.Errorf("%s from another site: %d", path, res.StatusCode)
		}
	}
}
