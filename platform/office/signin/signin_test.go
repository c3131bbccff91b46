package signin

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/platform/office/signin/password"
	"intikhab/platform/web/webtest"
)

// Ensure that an officer gets from his invitation to a full session, out, and in
// again, on both databases.
func TestBothDatabases(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser()
		if b.in() {
			t.Fatal("in before anything")
		}
		e := b.enrolPassword("o-nasreen")
		if !b.in() {
			t.Fatal("not in after setting up")
		}
		if page := text(b.get("/account/recovery")); !strings.Contains(page, `id="make-codes"`) {
			t.Fatal("no button for recovery codes")
		}
		page := text(b.post("/account/recovery"))
		if n := strings.Count(page, "<li><code"); n != 10 {
			t.Fatalf("%d recovery codes", n)
		}
		if again := text(b.get("/account/recovery")); strings.Contains(again, "recovery-codes") {
			t.Error("the codes are shown twice")
		}
		b.must(b.post("/sign-out"), "/sign-in")
		if b.in() {
			t.Error("in after signing out")
		}
		b.must(b.signIn(e), "/account")
		if !b.in() {
			t.Error("not in after signing in")
		}
		for what, n := range map[string]int{": signed in": 2, ": signed out": 1, ": began to set up sign-in": 1, ": recovery codes made": 1} {
			if got := d.did(what); got != n {
				t.Errorf("%d rows end %q, want %d:\n%s", got, what, n, strings.Join(d.trail(), "\n"))
			}
		}
	})
}

// Ensure that nothing but its own pages is open to a setting up, and that a link is
// good once and for nobody who has something set up.
func TestInvitation(t *testing.T) {
	d := alone(t)
	b := d.browser()
	if res := b.get("/invitation/invite-o-nasreen"); res.StatusCode != 200 || !strings.Contains(text(res), "Nasreen") {
		t.Fatalf("the link answers %d", res.StatusCode)
	}
	b.must(b.post("/invitation", "code", "invite-o-nasreen"), "/enrol")
	b.must(b.get("/read"), "/enrol")
	b.must(b.get("/account"), "/enrol")
	b.must(b.get("/enrol/code"), "/enrol") // nothing offered yet
	for path, want := range map[string]int{"/enrol": 200, "/enrol/password": 200, "/enrol/code.png": 404, "/api/read": 403} {
		if res := b.get(path); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
	for _, c := range [][3]string{{"short", "short", "too_short"}, {"Password1234", "Password1234", "common"}, {goodPassword, goodPassword + "x", "not_same"}, {"Nasreen Akhtar", "Nasreen Akhtar", "own_name"}} {
		if res := b.post("/enrol/password", "password", c[0], "again", c[1]); res.StatusCode != 422 || errorsOf(text(res)) == "" {
			t.Errorf("%s: %d", c[2], res.StatusCode)
		}
	}
	b.must(b.post("/enrol/password", "password", goodPassword, "again", goodPassword), "/enrol/code")
	if res := b.get("/enrol/code.png"); res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the picture: %d %v", res.StatusCode, res.Header)
	}
	if res := b.post("/enrol/code", "code", "000000"); res.StatusCode != 422 {
		t.Errorf("a wrong code: %d", res.StatusCode)
	}
	// Half an hour later it is over, and the link, not used up, begins anew.
	d.pass(setupTime)
	b.must(b.get("/enrol/code"), "/sign-in")
	b.enrolPassword("o-nasreen")
	if res := d.browser().post("/invitation", "code", "invite-o-nasreen"); res.StatusCode != http.StatusGone {
		t.Errorf("a used link answers %d", res.StatusCode)
	}
	// A second link for an account that has a way to sign in would be a way into it.
	d.book.invited["another"] = "o-nasreen"
	if res := d.browser().post("/invitation", "code", "another"); res.StatusCode != http.StatusGone {
		t.Errorf("a link to an account that is set up answers %d", res.StatusCode)
	}
	for _, code := range []string{"", "x", strings.Repeat("x", 3000)} {
		if res := d.browser().post("/invitation", "code", code); res.StatusCode != http.StatusGone {
			t.Errorf("%.10q answers %d", code, res.StatusCode)
		}
	}
}

func TestFirstAdministrator(t *testing.T) {
	d := alone(t)
	b := d.browser()
	b.must(b.post("/invitation", "code", "invite-first"), "/enrol")
	b.must(b.get("/enrol"), "/enrol/person")
	b.must(b.get("/enrol/password"), "/enrol/person")
	fields := []string{"name_en", "Rehana Gul", "name_ur", "ریحانہ گل", "cnic", "42301-1234567-2", "email", "rehana@ecp.example", "telephone", "0300 1234567"}
	if res := b.post("/enrol/person", append([]string{"name_ur", "Rehana Gul"}, append(fields[:2:2], fields[4:]...)...)...); res.StatusCode != 422 || !strings.Contains(errorsOf(text(res)), "Write it in Urdu") {
		t.Errorf("a fault of the book: %d", res.StatusCode)
	}
	b.must(b.post("/enrol/person", fields...), "/enrol")
	b.must(b.post("/enrol/password", "password", goodPassword, "again", goodPassword), "/enrol/code")
	app := readApp(t, text(b.get("/enrol/code")))
	b.must(b.post("/enrol/code", "code", app.At(d.clock())), "/account/recovery")
	if res := b.get("/account"); res.StatusCode != 200 || !strings.Contains(text(res), "Rehana Gul") {
		t.Errorf("his page: %d", res.StatusCode)
	}
	if res := d.browser().post("/invitation", "code", "invite-first"); res.StatusCode != http.StatusGone {
		t.Errorf("the first link, used: %d", res.StatusCode)
	}
}

// Ensure that a code is accepted once, also when two come with it at the same time.
func TestReplayedCode(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser()
		e := b.enrolPassword("o-nasreen")
		code := e.app.At(d.clock())
		const together = 6
		signedIn := make(chan bool, together)
		for range together {
			go func() {
				res := b.copy().post("/sign-in", "login", e.login, "password", e.password, "code", code)
				signedIn <- res.StatusCode == http.StatusSeeOther
			}()
		}
		n := 0
		for range together {
			if <-signedIn {
				n++
			}
		}
		if n != 1 {
			t.Errorf("one code let %d in", n)
		}
	})
}

// Ensure that a hash of older parameters is made anew when its officer signs in.
func TestHashIsRenewed(t *testing.T) {
	d := alone(t)
	b := d.browser()
	e := b.enrolPassword("o-nasreen")
	stronger := newDesk(t, d.db, func(c *Config) { c.Password = password.Parameters{Time: 2, Memory: 128, Threads: 1} })
	stronger.book, stronger.service.cfg.Officers = d.book, d.book
	stronger.now = d.now
	for _, want := range []string{"m=64,t=1", "m=128,t=2"} {
		account, _, err := d.service.has((&http.Request{}).WithContext(t.Context()), "o-nasreen")
		if err != nil || !strings.Contains(account.Password, want) {
			t.Fatalf("%s, %v: want %s", account.Password, err, want)
		}
		again := stronger.browser()
		stronger.pass(time.Minute)
		again.must(again.signIn(e), "/account")
	}
}

func TestRecovery(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.browser()
		e := b.enrolPassword("o-nasreen")
		codes := shownCodes(t, text(b.post("/account/recovery")))
		old := b.copy()

		lost := d.browser()
		lost.addr = "198.51.100.9:1"
		for _, pairs := range [][]string{
			{"login", e.login, "recovery", codes[0], "password", "wrong wrong wrong"},
			{"login", e.login, "recovery", "abcd-efgh-ijkl-mnop", "password", e.password},
			{"login", "nobody@ecp.example", "recovery", codes[0], "password", e.password},
			{"login", e.login, "recovery", codes[0]},
		} {
			if res := lost.post("/sign-in/recover", pairs...); res.StatusCode != 422 {
				t.Errorf("%v: %d", pairs[1:4], res.StatusCode)
			}
		}
		lost.must(lost.post("/sign-in/recover", "login", e.login, "recovery", strings.ToUpper(codes[0]), "password", e.password), "/enrol")
		lost.must(lost.get("/read"), "/enrol")
		lost.must(lost.post("/enrol/app"), "/enrol/code")
		e.app = readApp(t, text(lost.get("/enrol/code")))
		lost.must(lost.post("/enrol/code", "code", e.app.At(d.clock())), "/account/recovery")
		if !lost.in() || old.in() {
			t.Errorf("in %v, the older session in %v", lost.in(), old.in())
		}
		d.pass(time.Minute)
		again := d.browser()
		if res := again.post("/sign-in/recover", "login", e.login, "recovery", codes[0], "password", e.password); res.StatusCode != 422 {
			t.Errorf("a used code: %d", res.StatusCode)
		}
		again.must(again.signIn(e), "/account")
		if page := text(again.get("/account")); !strings.Contains(page, "a recovery code of yours was used") {
			t.Error("the officer is not told")
		}
	})
}

// shownCodes are the recovery codes on the page that shows them.
func shownCodes(t *testing.T, page string) (codes []string) {
	t.Helper()
	for _, part := range strings.Split(page, `<li><code class="num">`)[1:] {
		codes = append(codes, part[:19])
	}
	if len(codes) != 10 {
		t.Fatalf("%d codes", len(codes))
	}
	return codes
}

// Ensure that what two officers reset opens nothing any more, and that a new
// invitation begins anew.
func TestReset(t *testing.T) {
	d := alone(t)
	b := d.browser()
	e := b.enrolPassword("o-nasreen")
	codes := shownCodes(t, text(b.post("/account/recovery")))
	if err := d.update(func(tx *tx) error { return d.service.Reset(tx, "o-nasreen") }); err != nil {
		t.Fatal(err)
	}
	if b.in() {
		t.Error("the session goes on")
	}
	if res := b.signIn(e); res.StatusCode != 422 {
		t.Errorf("the old password: %d", res.StatusCode)
	}
	if res := b.post("/sign-in/recover", "login", e.login, "recovery", codes[1], "password", e.password); res.StatusCode != 422 {
		t.Errorf("an old recovery code: %d", res.StatusCode)
	}
	// An administrator makes the link for the new beginning, when there is nothing left.
	d.book.set("o-nasreen", func(o *Officer) { o.Active = true })
	admin := d.browser()
	admin.enrolPassword("o-admin")
	page := text(admin.post("/officers/o-nasreen/link"))
	_, rest, _ := strings.Cut(page, `id="link">`+origin+InvitationPath)
	code, _, _ := strings.Cut(rest, "<")
	if res := d.browser().get(InvitationPath + code); res.StatusCode != 200 {
		t.Fatalf("the new link %q: %d", code, res.StatusCode)
	}
	delete(d.book.invited, "invite-o-nasreen")
	b.must(b.post("/invitation", "code", code), "/enrol")
	b.must(b.post("/enrol/password", "password", goodPassword, "again", goodPassword), "/enrol/code")
	app := readApp(t, text(b.get("/enrol/code")))
	b.must(b.post("/enrol/code", "code", app.At(d.clock())), "/account/recovery")
	if res := d.browser().post("/invitation", "code", code); res.StatusCode != http.StatusGone {
		t.Errorf("the used link: %d", res.StatusCode)
	}
	if page := text(b.get("/account")); !strings.Contains(page, "was reset by two officers") || !strings.Contains(page, "a link was made") {
		t.Error("the officer is not told")
	}
	if res := admin.post("/officers/o-nasreen/link"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a link to an account that is set up: %d", res.StatusCode)
	}
	// To ask for a reset takes a reason, and is the administrator's.
	if res := admin.post("/officers/o-nasreen/reset", "reason", "none"); res.StatusCode != 422 {
		t.Errorf("without a reason: %d", res.StatusCode)
	}
	admin.must(admin.post("/officers/o-nasreen/reset", "reason", "he lost his telephone"), "/officers/o-nasreen/sign-in")
	if res := b.post("/officers/o-bilal/reset", "reason", "x"); res.StatusCode != 403 {
		t.Errorf("another officer asks: %d", res.StatusCode)
	}
	if len(d.book.asked) != 1 || d.book.asked[0] != "o-nasreen" {
		t.Errorf("asked for %v", d.book.asked)
	}
}

func TestTexts(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(b)
	}
	webtest.Templates(t, catalogue, "signin.", os.DirFS("."), code.String())
}
