package signin

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"intikhab/platform/office/signin/records"
)

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
