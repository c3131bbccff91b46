package signin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/password"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/totp"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// InvitationPath begins the path of a one-time link: the code follows.
const InvitationPath = "/invitation/"

// invited is the view of the page behind a one-time link.
type invited struct {
	Code string
	Name words.Both // "" of the first administrator
}

// showInvitation shows whom a link is for. To look at it does not use it up, since
// mail programs open links before people do.
func (s *Service) showInvitation(w http.ResponseWriter, r *http.Request) {
	code := r.PathValue("code")
	var o Officer
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		o, _, err = s.invitedBy(tx, code)
		return err
	})
	switch {
	case errors.Is(err, ErrUnknown):
		s.page(w, r, http.StatusGone, "lapsed", nil)
	case err != nil:
		s.fail(w, r, err)
	default:
		s.page(w, r, http.StatusOK, "invitation", invited{code, o.Name})
	}
}

// errSetUp says that an invited officer has a way to sign in already. An invitation
// must not add another: it would open his account to whoever gives invitations out.
var errSetUp = errors.New("the officer has set up how to sign in")

func (s *Service) openInvitation(w http.ResponseWriter, r *http.Request) {
	code, now := r.PostFormValue("code"), s.cfg.Now()
	var st started
	var o Officer
	err := s.cfg.DB.Update(r.Context(), func(tx *database.Tx) (err error) {
		if o, _, err = s.invitedBy(tx, code); err != nil {
			return err
		}
		if err := s.mayEnrol(tx, o, now); err != nil {
			return err
		}
		st, err = s.beginSetup(tx, r, o.ID, records.Invitation, code, now)
		return err
	})
	switch {
	case errors.Is(err, ErrUnknown), errors.Is(err, errSetUp):
		s.page(w, r, http.StatusGone, "lapsed", nil)
	case err != nil:
		s.fail(w, r, err)
	default:
		s.set(w, st)
		s.redirect(w, r, "/enrol")
	}
}

// mayEnrol makes an invited officer's account, if there is none, and refuses one in
// which something is set up. To have it emptied takes two officers; see Reset.
func (s *Service) mayEnrol(tx *database.Tx, o Officer, now time.Time) error {
	if o.ID == "" {
		return nil
	}
	if err := records.OpenAccount(tx, o.ID, now); err != nil {
		return err
	}
	account, err := records.ReadAccount(tx, o.ID)
	if err != nil {
		return err
	}
	passkeys, err := records.Passkeys(tx, o.ID)
	if err == nil && (account.Password != "" || len(passkeys) > 0) {
		err = errSetUp
	}
	return err
}

// setup runs a handler for whoever is setting up how to sign in.
func (s *Service) setup(handler func(http.ResponseWriter, *http.Request, caller)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, ok, err := s.current(r)
		switch {
		case err != nil:
			s.fail(w, r, err)
		case !ok && !wantsPage(r):
			web.NewProblem(http.StatusUnauthorized, "unauthorized", "Not begun", "The setting up has ended. Open the link again.").Write(w, r)
		case !ok:
			s.redirect(w, r, "/sign-in")
		case c.full():
			s.redirect(w, r, "/account")
		case c.officer.ID == "" && r.URL.Path != "/enrol/person":
			s.redirect(w, r, "/enrol/person")
		default:
			handler(w, r.WithContext(context.WithValue(r.Context(), callerKey, c)), c)
		}
	}
}

func wantsPage(r *http.Request) bool { return isProgram(r, web.Route{}) == false }

var personForm = form.Form{Name: "signin.person", Fields: []form.Field{
	{Name: "name_en", Label: words.Say("signin.name_en"), Auto: "name", Most: 120},
	{Name: "name_ur", Label: words.Say("signin.name_ur"), Most: 120},
	{Name: "cnic", Kind: form.CNIC, Label: words.Say("signin.cnic"), Hint: words.Say("signin.cnic_hint")},
	{Name: "email", Kind: form.Email, Label: words.Say("signin.email"), Auto: "email"},
	{Name: "telephone", Kind: form.Telephone, Label: words.Say("signin.telephone"), Auto: "tel"},
}}

func (s *Service) showPerson(w http.ResponseWriter, r *http.Request, _ caller) {
	s.page(w, r, http.StatusOK, "person", personForm.Empty())
}

// answerPerson takes what the first administrator says of himself, once.
func (s *Service) answerPerson(w http.ResponseWriter, r *http.Request, c caller) {
	f, err := personForm.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	if !f.OK() {
		s.page(w, r, http.StatusUnprocessableEntity, "person", f)
		return
	}
	now := s.cfg.Now()
	p := Person{NameEn: f.Text("name_en"), NameUr: f.Text("name_ur"), Email: f.Text("email"), Telephone: f.Telephone("telephone")}
	p.CNIC, _ = f.CNIC("cnic")
	err = s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error {
		code, err := s.invitation(c)
		if err != nil {
			return err
		}
		o, err := s.cfg.Officers.Introduce(tx, code, web.RequestID(r.Context()), p)
		if err != nil {
			return err
		}
		if err := records.OpenAccount(tx, o.ID, now); err != nil {
			return err
		}
		return records.GiveSession(tx, c.session.ID, o.ID)
	})
	var fault *Fault
	switch {
	case errors.As(err, &fault):
		f.Wrong(fault.Field, words.Named(fault.Text))
		s.page(w, r, http.StatusUnprocessableEntity, "person", f)
	case errors.Is(err, ErrUnknown):
		s.page(w, r, http.StatusGone, "lapsed", nil)
	case err != nil:
		s.fail(w, r, err)
	default:
		s.redirect(w, r, "/enrol")
	}
}

// invitation is the code of the invitation that the session began with.
func (s *Service) invitation(c caller) (string, error) {
	code, err := s.cfg.Sealer.Open("signin_session", "invitation", c.session.ID, c.session.Invitation)
	return string(code), err
}

// choosing is the view of the page on which an officer chooses how he will sign in.
type choosing struct {
	Name     words.Both
	Recovery bool
	HasOne   bool // a password, for which only the code app is new
}

func (s *Service) showEnrol(w http.ResponseWriter, r *http.Request, c caller) {
	account, _, err := s.has(r, c.officer.ID)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.page(w, r, http.StatusOK, "enrol", choosing{Name: c.officer.Name, Recovery: c.session.Kind == records.Recovery, HasOne: account.Password != ""})
}

// finish ends the setting up: the invitation is used up, older sessions end, and a
// full session begins. It runs in the transaction that keeps the new passkey, or
// password and code app.
func (s *Service) finish(tx *database.Tx, r *http.Request, c caller, how string, now time.Time) (st started, err error) {
	if c.session.Kind == records.Invitation {
		code, err := s.invitation(c)
		if err != nil {
			return st, err
		}
		if err := s.accept(tx, r, c, code); err != nil {
			return st, err
		}
	}
	if _, err := records.EndSessions(tx, c.officer.ID, c.session.ID); err != nil {
		return st, err
	}
	return s.begin(tx, r, c.officer, how, now)
}

// accept uses the invitation up, of which the code is a link of ours or the book's.
func (s *Service) accept(tx *database.Tx, r *http.Request, c caller, code string) error {
	o, ours, err := s.invitedBy(tx, code)
	if err == nil && o.ID != c.officer.ID {
		err = ErrUnknown
	}
	if err != nil {
		return err
	}
	if !ours {
		return s.cfg.Officers.Accept(tx, code, web.RequestID(r.Context()))
	}
	spent, err := records.SpendRestart(tx, o.ID)
	if err == nil && !spent {
		err = ErrUnknown
	}
	return err
}

// newPasswordForm asks for a new password, twice, since one cannot see it.
var newPasswordForm = form.Form{Name: "signin.password", Submit: words.Say("signin.continue"), Fields: []form.Field{
	{Name: "password", Kind: form.Password, Label: words.Say("signin.new_password"), Hint: words.Say("signin.new_password_hint"), Auto: "new-password", Most: password.Longest},
	{Name: "again", Kind: form.Password, Label: words.Say("signin.again"), Auto: "new-password", Most: password.Longest},
}}

func (s *Service) showNewPassword(w http.ResponseWriter, r *http.Request, c caller) {
	s.page(w, r, http.StatusOK, "password", setting{Form: newPasswordForm.Empty(), Full: c.full()})
}

// setting is the view of the pages on which a password or a code app is set up.
type setting struct {
	Form    *form.Filled
	Full    bool // the officer has signed in and changes what he has
	Secret  string
	Picture string
}

// readPassword reads a new password and hashes it. If ok is false, it has answered.
func (s *Service) readPassword(w http.ResponseWriter, r *http.Request, c caller) (hash string, ok bool) {
	f, err := newPasswordForm.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return "", false
	}
	if f.OK() {
		if fault := weigh(f.Text("password"), c.officer); fault != "" {
			f.Wrong("password", words.Say("signin.fault."+string(fault)))
		} else if f.Text("password") != f.Text("again") {
			f.Wrong("again", words.Say("signin.not_same"))
		}
	}
	if !f.OK() {
		s.page(w, r, http.StatusUnprocessableEntity, "password", setting{Form: f, Full: c.full()})
		return "", false
	}
	hash, err = s.hash(r.Context(), f.Text("password"))
	if errors.Is(err, password.ErrBusy) {
		f.Wrong("password", words.Say("signin.busy"))
		s.page(w, r, http.StatusServiceUnavailable, "password", setting{Form: f, Full: c.full()})
		return "", false
	}
	if err != nil {
		s.fail(w, r, err)
		return "", false
	}
	return hash, true
}

func (s *Service) answerNewPassword(w http.ResponseWriter, r *http.Request, c caller) {
	hash, ok := s.readPassword(w, r, c)
	if ok {
		s.offerCode(w, r, c, hash, "/enrol/code")
	}
}

// answerNewApp offers another code app to whoever has a password and a recovery code.
func (s *Service) answerNewApp(w http.ResponseWriter, r *http.Request, c caller) {
	account, _, err := s.has(r, c.officer.ID)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if account.Password == "" {
		s.redirect(w, r, "/enrol/password")
		return
	}
	s.offerCode(w, r, c, "", "/enrol/code")
}

// offerCode keeps a password that was chosen, if any, until the officer has shown
// that his code app has the new secret; password and code app are taken together.
func (s *Service) offerCode(w http.ResponseWriter, r *http.Request, c caller, hash, to string) {
	secret := totp.New()
	sealed := s.cfg.Sealer.Seal("signin_session", "code", c.session.ID, secret[:])
	err := s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error { return records.KeepPending(tx, c.session.ID, hash, sealed) })
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.redirect(w, r, to)
}

var newCodeForm = form.Form{Name: "signin.code", Submit: words.Say("signin.continue"), Fields: []form.Field{codeField}}

// offered is the secret that the session offers, false if it offers none.
func (s *Service) offered(c caller) (secret totp.Secret, ok bool, err error) {
	if len(c.session.Code) == 0 {
		return secret, false, nil
	}
	plain, err := s.cfg.Sealer.Open("signin_session", "code", c.session.ID, c.session.Code)
	return secret, err == nil && copy(secret[:], plain) == len(secret), err
}

func (s *Service) showNewCode(w http.ResponseWriter, r *http.Request, c caller) {
	s.codePage(w, r, c, newCodeForm.Empty(), http.StatusOK)
}

func (s *Service) codePage(w http.ResponseWriter, r *http.Request, c caller, f *form.Filled, status int) {
	secret, ok, err := s.offered(c)
	switch {
	case err != nil:
		s.fail(w, r, err)
	case !ok && c.full():
		s.redirect(w, r, "/account")
	case !ok:
		s.redirect(w, r, "/enrol")
	default:
		s.page(w, r, status, "code", setting{Form: f, Full: c.full(), Secret: secret.Reveal(), Picture: r.URL.Path + ".png"})
	}
}

// showPicture serves the QR code of the secret offered: the policy of our pages
// takes pictures from this site only, not out of an address.
func (s *Service) showPicture(w http.ResponseWriter, r *http.Request, c caller) {
	secret, ok, err := s.offered(c)
	if err == nil && !ok {
		web.Fail(w, r, http.StatusNotFound)
		return
	}
	var picture []byte
	if err == nil {
		picture, err = secret.RevealPicture(s.cfg.Service, c.officer.Name.En)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(picture)
}

// readCode reads a code of the secret offered. If ok is false, it has answered.
func (s *Service) readCode(w http.ResponseWriter, r *http.Request, c caller) (secret totp.Secret, step int64, ok bool) {
	f, err := newCodeForm.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return secret, 0, false
	}
	secret, ok, err = s.offered(c)
	if err != nil || !ok {
		s.codePage(w, r, c, f, http.StatusOK) // which leads to the beginning
		return secret, 0, false
	}
	if f.OK() {
		code, readable := totp.ParseCode(f.Text("code"))
		if step, ok = secret.Check(code, s.cfg.Now(), 0); !ok || !readable {
			f.Wrong("code", words.Say("signin.wrong_code"))
		}
	}
	if !f.OK() {
		s.codePage(w, r, c, f, http.StatusUnprocessableEntity)
		return secret, 0, false
	}
	return secret, step, true
}

// takeCode keeps the password and the code app that the session offered.
func (s *Service) takeCode(tx *database.Tx, c caller, secret totp.Secret, step int64, now time.Time) error {
	if c.session.Password != "" {
		if err := records.SetPassword(tx, c.officer.ID, c.session.Password, now); err != nil {
			return err
		}
	}
	if err := records.SetCode(tx, c.officer.ID, s.sealCode(c.officer.ID, secret), step, now); err != nil {
		return err
	}
	return records.KeepPending(tx, c.session.ID, "", nil)
}

func (s *Service) answerNewCode(w http.ResponseWriter, r *http.Request, c caller) {
	secret, step, ok := s.readCode(w, r, c)
	if !ok {
		return
	}
	now := s.cfg.Now()
	var st started
	err := s.cfg.DB.Update(r.Context(), func(tx *database.Tx) (err error) {
		if err := s.takeCode(tx, c, secret, step, now); err != nil {
			return err
		}
		st, err = s.finish(tx, r, c, "password", now)
		return err
	})
	s.finished(w, r, c, st, err)
}

// finished answers the end of the setting up with the page of recovery codes.
func (s *Service) finished(w http.ResponseWriter, r *http.Request, c caller, st started, err error) {
	switch {
	case errors.Is(err, ErrUnknown):
		s.page(w, r, http.StatusGone, "lapsed", nil)
	case err != nil:
		s.fail(w, r, err)
	default:
		s.set(w, st)
		s.redirect(w, r, "/account/recovery")
	}
}

// beginRegistration gives a browser the options for making a passkey.
func (s *Service) beginRegistration(w http.ResponseWriter, r *http.Request, c caller) {
	var h holder
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		h, err = s.holder(tx, c.officer, true)
		return err
	})
	var options *protocol.CredentialCreation
	var data *webauthn.SessionData
	if err == nil {
		options, data, err = s.party.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
	}
	if err == nil {
		err = s.start(w, "register:"+c.session.ID, data, options)
	}
	if err != nil {
		s.fail(w, r, err)
	}
}

// made is what the script sends of a passkey that was made.
type made struct {
	Name       string          `json:"name"`
	Credential json.RawMessage `json:"credential"`
}

// register judges a passkey that was made, keeps it, and runs then in the same
// transaction. It answers a failure itself.
func (s *Service) register(w http.ResponseWriter, r *http.Request, c caller, then func(*database.Tx, records.Passkey) error) bool {
	ceremony, body, err := s.answered(r, "register:"+c.session.ID)
	var m made
	var parsed *protocol.ParsedCredentialCreationData
	if err == nil && json.Unmarshal(body, &m) != nil {
		err = errCeremony
	}
	if err == nil {
		if parsed, err = protocol.ParseCredentialCreationResponseBytes(m.Credential); err != nil {
			err = errors.Join(errCeremony, detail(err))
		}
	}
	if err != nil {
		s.refusePasskey(w, r, err)
		return false
	}
	now := s.cfg.Now()
	p := records.Passkey{ID: records.NewID(), Officer: c.officer.ID, Name: tidyText(m.Name, 60), Added: now}
	if p.Name == "" {
		p.Name = agentOf(r)
	}
	err = s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error {
		h, err := s.holder(tx, c.officer, true)
		if err != nil {
			return err
		}
		credential, err := s.party.CreateCredential(h, ceremony.Data, parsed)
		if err != nil {
			return errors.Join(errCeremony, detail(err))
		}
		if err := s.spend(tx, ceremony); err != nil {
			return err
		}
		if p.Record, err = s.sealCredential(p.ID, *credential); err != nil {
			return err
		}
		added, err := records.AddPasskey(tx, p, credential.ID)
		if err == nil && !added {
			err = errCeremony
		}
		if err != nil {
			return err
		}
		return then(tx, p)
	})
	if err != nil {
		s.refusePasskey(w, r, err)
	}
	return err == nil
}

func (s *Service) enrolPasskey(w http.ResponseWriter, r *http.Request, c caller) {
	now := s.cfg.Now()
	var st started
	if s.register(w, r, c, func(tx *database.Tx, _ records.Passkey) (err error) {
		st, err = s.finish(tx, r, c, "passkey", now)
		return err
	}) {
		s.set(w, st)
		web.WriteJSON(w, http.StatusOK, "application/json", map[string]string{"next": "/account/recovery"})
	}
}
