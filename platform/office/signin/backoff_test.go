package signin

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

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
