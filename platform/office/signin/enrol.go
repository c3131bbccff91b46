package signin

import (
	"context"
	"errors"
	"net/http"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
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

func wantsPage(r *http.Request) bool { return !isProgram(r, web.Route{}) }

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
