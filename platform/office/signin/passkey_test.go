package signin

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	virtual "github.com/descope/virtualwebauthn"
)

// A key is a virtual authenticator with one passkey.
type key struct {
	party virtual.RelyingParty
	auth  virtual.Authenticator
	cred  virtual.Credential
}

func newKey() *key {
	return &key{party: virtual.RelyingParty{ID: "offices.example", Name: "intikhab", Origin: origin}, auth: virtual.NewAuthenticator(), cred: virtual.NewCredential(virtual.KeyTypeEC2)}
}

// make answers the options for making a passkey.
func (k *key) make(t *testing.T, options, name string) string {
	t.Helper()
	o, err := virtual.ParseAttestationOptions(options)
	if err != nil {
		t.Fatalf("%v in %s", err, options)
	}
	k.auth.Options.UserHandle = []byte(o.UserID)
	answer, err := json.Marshal(made{Name: name, Credential: json.RawMessage(virtual.CreateAttestationResponse(k.party, k.auth, k.cred, *o))})
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// use answers the options for using a passkey.
func (k *key) use(t *testing.T, options string) string {
	t.Helper()
	o, err := virtual.ParseAssertionOptions(options)
	if err != nil {
		t.Fatalf("%v in %s", err, options)
	}
	k.cred.Counter++
	return virtual.CreateAssertionResponse(k.party, k.auth, k.cred, *o)
}

// enrolKey brings an invited officer to a full session with a passkey.
func (b *browser) enrolKey(t *testing.T, id string, k *key) {
	t.Helper()
	b.must(b.post("/invitation", "code", "invite-"+id), "/enrol")
	res := b.postJSON("/enrol/passkey/answer", k.make(t, text(b.postJSON("/enrol/passkey", "{}")), "my telephone"))
	if body := text(res); res.StatusCode != 200 || !strings.Contains(body, "/account/recovery") {
		t.Fatalf("%d %s\n%s", res.StatusCode, body, b.d.log)
	}
}

// signInKey signs in by passkey.
func (b *browser) signInKey(t *testing.T, k *key) *http.Response {
	t.Helper()
	return b.postJSON("/sign-in/passkey/answer?next=/read", k.use(t, text(b.postJSON("/sign-in/passkey", "{}"))))
}

func TestWholeCeremonies(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		k := newKey()
		b := d.browser()
		b.enrolKey(t, "o-nasreen", k)
		if !b.in() {
			t.Fatal("not in with a passkey")
		}
		other := d.browser()
		res := other.signInKey(t, k)
		if body := text(res); res.StatusCode != 200 || !strings.Contains(body, `"next":"/read"`) || !other.in() {
			t.Fatalf("%d %s\n%s", res.StatusCode, body, d.log)
		}
		// The officer asks for more: a second passkey, its name, and the first one away.
		second := newKey()
		d.pass(time.Second)
		res = other.postJSON("/account/passkeys/answer", second.make(t, text(other.postJSON("/account/passkeys", "{}")), "  security\nkey "))
		if res.StatusCode != 200 {
			t.Fatalf("%d %s\n%s", res.StatusCode, text(res), d.log)
		}
		_, passkeys, err := d.service.has((&http.Request{}).WithContext(t.Context()), "o-nasreen")
		if err != nil || len(passkeys) != 2 || passkeys[1].Name != "security key" {
			t.Fatalf("%v, %v", passkeys, err)
		}
		other.must(other.post("/account/passkeys/"+passkeys[0].ID+"/remove"), "/account")
		if res := d.browser().signInKey(t, k); res.StatusCode != 422 {
			t.Errorf("a removed passkey: %d", res.StatusCode)
		}
		if res := other.post("/account/passkeys/" + passkeys[1].ID + "/remove"); res.StatusCode != http.StatusConflict {
			t.Errorf("the last passkey is removed: %d", res.StatusCode)
		}
		if res := d.browser().signInKey(t, second); res.StatusCode != 200 {
			t.Errorf("the second: %d", res.StatusCode)
		}
	})
}

// Ensure that every way to get past the ceremony fails, and none of them counts
// against the officer.
func TestForgedPasskeys(t *testing.T) {
	d := alone(t)
	k := newKey()
	d.browser().enrolKey(t, "o-nasreen", k)
	stranger := newKey()
	d.browser().enrolKey(t, "o-bilal", stranger)

	for name, c := range map[string]struct {
		key    func(*key)
		answer func(b *browser, answer string) *http.Response
	}{
		"another origin":        {key: func(k *key) { k.party.Origin = "https://offices.example.evil.example" }},
		"plain http":            {key: func(k *key) { k.party.Origin = "http://offices.example" }},
		"another party":         {key: func(k *key) { k.party.ID = "evil.example" }},
		"nobody was verified":   {key: func(k *key) { k.auth.Options.UserNotVerified = true }},
		"nobody was there":      {key: func(k *key) { k.auth.Options.UserNotPresent = true }},
		"another's key":         {key: func(k *key) { k.cred.Key = stranger.cred.Key }},
		"another's handle":      {key: func(k *key) { k.auth.Options.UserHandle = stranger.auth.Options.UserHandle }},
		"no handle":             {key: func(k *key) { k.auth.Options.UserHandle = nil }},
		"an unknown credential": {key: func(k *key) { k.cred.ID = []byte("0123456789abcdef0123456789abcdef") }},
		"no ceremony begun": {answer: func(b *browser, answer string) *http.Response {
			delete(b.cookies, "__Host-ceremony")
			return b.postJSON("/sign-in/passkey/answer", answer)
		}},
		"a ceremony that lapsed": {answer: func(b *browser, answer string) *http.Response {
			d.pass(ceremonyTime)
			return b.postJSON("/sign-in/passkey/answer", answer)
		}},
		"a ceremony of another kind": {answer: func(b *browser, answer string) *http.Response {
			in := d.browser()
			in.signInKey(t, stranger)
			in.postJSON("/confirm/passkey", "{}")
			b.cookies["__Host-ceremony"] = in.cookies["__Host-ceremony"]
			return b.postJSON("/sign-in/passkey/answer", answer)
		}},
		"a ceremony written by oneself": {answer: func(b *browser, answer string) *http.Response {
			raw, _ := base64.RawURLEncoding.DecodeString(b.cookies["__Host-ceremony"])
			raw[len(raw)-3] ^= 1
			b.cookies["__Host-ceremony"] = base64.RawURLEncoding.EncodeToString(raw)
			return b.postJSON("/sign-in/passkey/answer", answer)
		}},
		"another challenge": {answer: func(b *browser, answer string) *http.Response {
			b.postJSON("/sign-in/passkey", "{}")
			return b.postJSON("/sign-in/passkey/answer", answer)
		}},
		"half an answer": {answer: func(b *browser, answer string) *http.Response {
			return b.postJSON("/sign-in/passkey/answer", answer[:len(answer)/2])
		}},
	} {
		forged := *k
		b := d.browser()
		options := text(b.postJSON("/sign-in/passkey", "{}"))
		if c.key != nil {
			c.key(&forged)
		}
		answer := forged.use(t, options)
		k.cred.Counter = forged.cred.Counter
		res := (*http.Response)(nil)
		if c.answer != nil {
			res = c.answer(b, answer)
		} else {
			res = b.postJSON("/sign-in/passkey/answer", answer)
		}
		if res.StatusCode != http.StatusUnprocessableEntity || b.in() {
			t.Errorf("%s: %d, in %v", name, res.StatusCode, b.in())
		}
	}
	if res := d.browser().signInKey(t, k); res.StatusCode != 200 {
		t.Errorf("the true one afterwards: %d\n%s", res.StatusCode, d.log)
	}
}

// Ensure that an answer is good once, whoever brings it again.
func TestReplayedAnswer(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		k := newKey()
		d.browser().enrolKey(t, "o-nasreen", k)
		b := d.browser()
		options := text(b.postJSON("/sign-in/passkey", "{}"))
		thief := b.copy()
		answer := k.use(t, options)
		if res := b.postJSON("/sign-in/passkey/answer", answer); res.StatusCode != 200 {
			t.Fatalf("%d\n%s", res.StatusCode, d.log)
		}
		if res := thief.postJSON("/sign-in/passkey/answer", answer); res.StatusCode != 422 || thief.in() {
			t.Errorf("the same answer again: %d, in %v", res.StatusCode, thief.in())
		}
		// Neither the replay nor a counter that stays, as synced passkeys' do, stops it.
		zero := newKey()
		d.browser().enrolKey(t, "o-bilal", zero)
		for range 3 {
			zero.cred.Counter = ^uint32(0)
			if res := d.browser().signInKey(t, zero); res.StatusCode != 200 {
				t.Errorf("a passkey without a counter: %d\n%s", res.StatusCode, d.log)
			}
		}
	})
}

// Ensure that a passkey of which there are two is stopped, and the officer told.
func TestClonedPasskey(t *testing.T) {
	d := alone(t)
	k := newKey()
	b := d.browser()
	b.enrolKey(t, "o-nasreen", k)
	clone := *k
	for range 3 {
		if res := d.browser().signInKey(t, k); res.StatusCode != 200 {
			t.Fatalf("%d\n%s", res.StatusCode, d.log)
		}
	}
	if res := d.browser().signInKey(t, &clone); res.StatusCode != 422 {
		t.Errorf("the clone: %d", res.StatusCode)
	}
	if res := d.browser().signInKey(t, k); res.StatusCode != 422 {
		t.Errorf("the passkey after a clone was used: %d", res.StatusCode)
	}
	if page := text(b.get("/account")); !strings.Contains(page, "was stopped") || !strings.Contains(page, "tag-bad") {
		t.Error("the officer is not told")
	}
	if d.did(": passkey stopped, its counter went back") != 1 {
		t.Errorf("no row:\n%s", strings.Join(d.trail(), "\n"))
	}
}

// Ensure that a passkey that somebody has cannot be registered again, for him or
// for another, nor one that verified nobody.
func TestRegistration(t *testing.T) {
	d := alone(t)
	k := newKey()
	b := d.browser()
	b.enrolKey(t, "o-nasreen", k)
	other := d.browser()
	other.enrolKey(t, "o-bilal", newKey())
	answer := func(b *browser, k *key) *http.Response {
		return b.postJSON("/account/passkeys/answer", k.make(t, text(b.postJSON("/account/passkeys", "{}")), ""))
	}
	again := *k
	if res := answer(other, &again); res.StatusCode != 422 {
		t.Errorf("another's passkey: %d", res.StatusCode)
	}
	unverified, foreign, elsewhere := newKey(), newKey(), newKey()
	unverified.auth.Options.UserNotVerified = true
	foreign.party.ID = "evil.example"
	elsewhere.party.Origin = "https://evil.example"
	for name, k := range map[string]*key{"unverified": unverified, "of another party": foreign, "made elsewhere": elsewhere} {
		if res := answer(b, k); res.StatusCode != 422 {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	// A challenge of one session is of no use to another.
	options := text(b.postJSON("/account/passkeys", "{}"))
	other.cookies["__Host-ceremony"] = b.cookies["__Host-ceremony"]
	if res := other.postJSON("/account/passkeys/answer", newKey().make(t, options, "")); res.StatusCode != 422 {
		t.Errorf("another session's challenge: %d", res.StatusCode)
	}
}

// Ensure that a passkey officer proves anew, and that only by his own passkey.
func TestConfirmByPasskey(t *testing.T) {
	d := alone(t)
	k, other := newKey(), newKey()
	b := d.browser()
	b.enrolKey(t, "o-nasreen", k)
	d.browser().enrolKey(t, "o-bilal", other)
	d.pass(6 * time.Minute)
	b.must(b.get("/grave"), "/confirm")
	if page := text(b.get("/confirm?next=/grave")); strings.Contains(page, `name="password"`) || !strings.Contains(page, "passkey-confirm") {
		t.Error("the page offers what the officer has not")
	}
	was := b.session()
	if res := b.postJSON("/confirm/passkey/answer", other.use(t, text(b.postJSON("/confirm/passkey", "{}")))); res.StatusCode != 422 {
		t.Errorf("another's passkey: %d", res.StatusCode)
	}
	res := b.postJSON("/confirm/passkey/answer?next=/grave", k.use(t, text(b.postJSON("/confirm/passkey", "{}"))))
	if body := text(res); res.StatusCode != 200 || !strings.Contains(body, "/grave") {
		t.Fatalf("%d %s\n%s", res.StatusCode, body, d.log)
	}
	if b.session() == was {
		t.Error("the session kept its secret")
	}
	if res := b.get("/grave"); res.StatusCode != 200 {
		t.Errorf("after the proof: %d", res.StatusCode)
	}
}

// Ensure that an officer with passkeys alone recovers by one of his codes.
func TestRecoveryOfPasskeyOfficer(t *testing.T) {
	d := alone(t)
	b := d.browser()
	b.enrolKey(t, "o-nasreen", newKey())
	codes := shownCodes(t, text(b.post("/account/recovery")))
	lost := d.browser()
	lost.must(lost.post("/sign-in/recover", "login", "nasreen@ecp.example", "recovery", codes[3]), "/enrol")
	lost.must(lost.post("/enrol/app"), "/enrol/password") // there is none to keep
	k := newKey()
	if res := lost.postJSON("/enrol/passkey/answer", k.make(t, text(lost.postJSON("/enrol/passkey", "{}")), "")); res.StatusCode != 200 {
		t.Fatalf("%d\n%s", res.StatusCode, d.log)
	}
	if b.in() || !lost.in() {
		t.Errorf("the older session in %v, the new one in %v", b.in(), lost.in())
	}
}

func FuzzCeremony(f *testing.F) {
	d := newDesk(f, openSQLite(f))
	good, err := d.service.writeCeremony(ceremony{Purpose: "signin", Until: d.clock().Add(time.Minute).Unix()})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("")
	f.Add(good[:len(good)-1])
	f.Add(strings.Repeat("A", 43))
	f.Fuzz(func(t *testing.T, value string) {
		if _, ok := d.service.readCeremony(value, "signin", d.clock()); ok && value != good {
			t.Errorf("%q is taken for a ceremony of ours", value)
		}
	})
}

// Ensure that no bytes that a browser may send in the place of an authenticator's
// answer make the service fall.
func FuzzAnswer(f *testing.F) {
	d := newDesk(f, openSQLite(f))
	f.Add([]byte(`{"id":"AA","rawId":"AA","type":"public-key","response":{"authenticatorData":"AA","clientDataJSON":"e30","signature":"AA","userHandle":"AA"}}`))
	f.Add([]byte(`{"name":"x","credential":{"id":"AA","rawId":"AA","type":"public-key","response":{"attestationObject":"oA","clientDataJSON":"e30"}}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, body []byte) {
		b := (&desk{t: t, handler: d.handler}).browser()
		b.postJSON("/sign-in/passkey", "{}")
		if res := b.postJSON("/sign-in/passkey/answer", string(body)); res.StatusCode != 422 {
			t.Errorf("%d", res.StatusCode)
		}
	})
}
