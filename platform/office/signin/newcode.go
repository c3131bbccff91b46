package signin

import (
	"errors"
	"net/http"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/password"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/totp"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

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
