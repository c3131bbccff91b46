package browser

import (
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
)

// enrolFirst opens the link of the first start and sets a passkey up.
func (p *person) enrolFirst(link string) {
	p.Helper()
	p.visit(link)
	p.seen("invitation-first")
	p.press("#open-invitation button")
	p.press("form.form button[value=send]") // nothing filled in
	p.find(".error-summary")
	p.seen("person-errors")
	p.write("name_en", "Amina Khan", "name_ur", "آمنہ خان", "cnic", firstCNIC, "email", "amina@ecp.example", "telephone", "03001234567")
	p.press("form.form button[value=send]")
	p.find("#passkey-make")
	p.seen("enrol")
	p.write("passkey-name", "Office laptop")
	p.prove("#passkey-make", "#make-codes")
	p.seen("recovery")
	p.press("#make-codes button")
	p.seen("recovery-codes")
	if n := eval[int](p.tab, `new Set([...document.querySelectorAll("#recovery-codes li")].map(e => e.innerText)).size`); n != 10 {
		p.Errorf("there are %d recovery codes, want 10", n)
	}
	p.visit("/")
	p.find("#first-steps")
	p.says(".who-name", "Amina Khan")
	p.seen("home-first")
	p.shown("office-home")
}

// enrolPlain opens a link and sets a password and a code app up.
func (p *person) enrolPlain(link string) {
	p.Helper()
	p.visit(link)
	p.seen("invitation")
	p.press("#open-invitation button")
	p.press("#choose-password")
	p.write("password", "password1234", "again", "password1234")
	p.press("form.form button[value=send]")
	p.find(".error-summary") // too common
	p.seen("password-errors")
	p.write("password", phrase, "again", phrase)
	p.press("form.form button[value=send]")
	p.find("#code-secret")
	p.seen("code")
	p.code = p.text("#code-secret")
	p.write("code", p.number())
	p.press("form.form button[value=send]")
	p.press("#make-codes button")
	p.seen("recovery-codes")
	p.visit("/")
	p.find("#posts")
	p.seen("home-second")
}

// enrolPasskey opens a link and sets a passkey up.
func (p *person) enrolPasskey(link string) {
	p.Helper()
	p.visit(link)
	p.press("#open-invitation button")
	p.find("#passkey-make")
	p.seen("enrol")
	p.prove("#passkey-make", "#make-codes")
	p.visit("/")
	p.find("#posts")
}

// addCredential is the command of that name with no more than any browser understands.
var addCredential = cdp.Command[carried, cdp.Empty]{Method: "WebAuthn.addCredential"}

type carried struct {
	Device     webauthn.AuthenticatorID `json:"authenticatorId"`
	Credential map[string]any           `json:"credential"`
}

// elsewhere signs in at a second device by a passkey that the maker of the devices has
// carried over, and is signed out there from the first.
func (p *person) elsewhere(s *bureau) {
	p.Helper()
	other := s.person(p.T, p.script, "ur", windows[0], "light")
	for _, c := range call(p.tab, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: p.device}).Credentials {
		call(other.tab, addCredential, carried{other.device, map[string]any{"credentialId": c.CredentialID, "isResidentCredential": true,
			"rpId": c.RpID, "privateKey": c.PrivateKey, "userHandle": c.UserHandle, "signCount": c.SignCount}})
	}
	other.visit("/account") // is led to sign in, and back
	other.find("#sessions") // the browser offers the passkey in the field, and it is taken
	other.seen("account")
	p.visit("/account")
	p.find("#notices")
	p.seen("account")
	p.press(`form[id^="end-"]:not(#end-others) button`)
	p.find("#sessions")
	if p.has(`form[id^="end-"]:not(#end-others)`) {
		p.Error("the other session is still there")
	}
	other.rest()
	other.visit("/account")
	other.find("#login")
	other.seen("sign-in")
}

// rest has nobody touch the authenticator any more, so that no page signs in by itself.
func (p *person) rest() {
	p.Helper()
	call(p.tab, webauthn.SetAutomaticPresenceSimulation, webauthn.SetAutomaticPresenceSimulationParams{AuthenticatorID: p.device})
}

// signOut signs out, and is out.
func (p *person) signOut() {
	p.Helper()
	p.rest()
	p.visit("/")
	p.press(`form[action="/sign-out"] button`)
	p.visit("/offices")
	p.says("h1", "Sign in")
}
