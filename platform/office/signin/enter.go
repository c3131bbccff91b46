package signin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-webauthn/webauthn/protocol"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/password"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/totp"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// The fields that several forms have.
var (
	loginField = form.Field{Name: "login", Label: words.Say("signin.login"), Hint: words.Say("signin.login_hint"), Auto: "username webauthn"}
	nowField   = form.Field{Name: "password", Kind: form.Password, Label: words.Say("signin.password"), Auto: "current-password", Most: password.Longest}
	codeField  = form.Field{Name: "code", Kind: form.Code, Label: words.Say("signin.code"), Hint: words.Say("signin.code_hint")}
)

var signInForm = form.Form{Name: "signin.sign_in", Submit: words.Say("signin.sign_in"), Fields: []form.Field{loginField, nowField, codeField}}

var recoverForm = form.Form{Name: "signin.recover", Submit: words.Say("signin.continue"), Cancel: "/sign-in", Fields: []form.Field{
	loginField,
	{Name: "recovery", Label: words.Say("signin.recovery_code"), Hint: words.Say("signin.recovery_code_hint", "example", "abcd-efgh-ijkl-mnop"), Most: 100},
	{Name: "password", Kind: form.Password, Label: words.Say("signin.password"), Hint: words.Say("signin.recovery_password_hint"), Auto: "current-password", Optional: true, Most: password.Longest},
}}

// entrance is the view of the pages at which somebody proves who he is.
type entrance struct {
	Form *form.Filled
	Next string // path to come back to, "" for the first page
	Name words.Both
	Has  bool // a password, on the page that asks again
}

// next is where the request's page leads on to.
func next(r *http.Request) string { return localPath(r.URL.Query().Get("next")) }

// onward sends the browser to where it was going, in the officer's language.
func (s *Service) onward(w http.ResponseWriter, r *http.Request, to, language string) {
	if to == "" {
		to = s.cfg.Home
	}
	if u, err := url.Parse(to); err == nil && language != "" {
		q := u.Query()
		q.Set("lang", language)
		u.RawQuery = q.Encode()
		to = u.String()
	}
	s.redirect(w, r, to)
}

func (s *Service) showSignIn(w http.ResponseWriter, r *http.Request) {
	c, ok, err := s.current(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if ok && c.full() {
		s.onward(w, r, next(r), "")
		return
	}
	s.page(w, r, http.StatusOK, "sign-in", entrance{Form: signInForm.Empty(), Next: next(r)})
}

func (s *Service) answerSignIn(w http.ResponseWriter, r *http.Request) {
	f, err := signInForm.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	view := entrance{Form: f, Next: next(r)}
	if !f.OK() {
		s.page(w, r, http.StatusUnprocessableEntity, "sign-in", view)
		return
	}
	a := attempt{login: f.Text("login"), password: f.Text("password")}
	a.code, a.hasOne = totp.ParseCode(f.Text("code"))
	var st started
	var language string
	v, err := s.try(r, a, func(tx *database.Tx, o Officer, account records.Account) (err error) {
		language = account.Language
		st, err = s.begin(tx, r, o, "password", s.cfg.Now())
		return err
	})
	if s.unproven(w, r, f, v, err, "login", words.Say("signin.wrong"), "sign-in", view) {
		return
	}
	s.set(w, st)
	s.onward(w, r, view.Next, language)
}

// unproven answers an attempt that did not succeed, with the page that it came from.
func (s *Service) unproven(w http.ResponseWriter, r *http.Request, f *form.Filled, v verdict, err error, field string, wrong words.Message, page string, view any) bool {
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, password.ErrBusy):
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "5")
		f.Wrong(field, words.Say("signin.busy"))
	case err != nil:
		s.fail(w, r, err)
		return true
	case v.wait > 0:
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", strconv.Itoa(int((v.wait+time.Second-1)/time.Second)))
		f.Wrong(field, words.Say("signin.wait", "minutes", int((v.wait+time.Minute-1)/time.Minute)))
	case !v.right:
		f.Wrong(field, wrong)
	default:
		return false
	}
	s.page(w, r, status, page, view)
	return true
}

// beginPasskey gives a browser the challenge by which any officer may sign in: it
// finds by itself which passkeys it has.
func (s *Service) beginPasskey(w http.ResponseWriter, r *http.Request) {
	options, data, err := s.party.BeginDiscoverableLogin()
	if err == nil {
		err = s.start(w, "signin", data, options)
	}
	if err != nil {
		s.fail(w, r, err)
	}
}

func (s *Service) answerPasskey(w http.ResponseWriter, r *http.Request) {
	now := s.cfg.Now()
	var st started
	officer, ok := s.byPasskey(w, r, "signin", "", func(tx *database.Tx, o Officer) (err error) {
		st, err = s.begin(tx, r, o, "passkey", now)
		return err
	})
	if !ok {
		return
	}
	s.set(w, st)
	to := next(r)
	if to == "" {
		to = s.cfg.Home
	}
	web.WriteJSON(w, http.StatusOK, "application/json", map[string]string{"next": s.inLanguage(r, to, officer.ID)})
}

// inLanguage adds the officer's language to a path, if he has chosen one.
func (s *Service) inLanguage(r *http.Request, to, officer string) string {
	var account records.Account
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		account, err = records.ReadAccount(tx, officer)
		return err
	})
	u, bad := url.Parse(to)
	if err != nil || bad != nil || account.Language == "" {
		return to
	}
	q := u.Query()
	q.Set("lang", account.Language)
	u.RawQuery = q.Encode()
	return u.String()
}

// byPasskey judges an authenticator's answer, and runs then in the transaction in
// which its challenge is used up and its counter kept. It answers a failure itself.
// What is forged is found out in a reading transaction: it does not keep the one
// writer that there is from others.
func (s *Service) byPasskey(w http.ResponseWriter, r *http.Request, purpose, officer string, then func(*database.Tx, Officer) error) (o Officer, ok bool) {
	var p records.Passkey
	c, body, err := s.answered(r, purpose)
	var parsed *protocol.ParsedCredentialAssertionData
	if err == nil {
		if parsed, err = protocol.ParseCredentialRequestResponseBytes(body); err != nil {
			err = fmt.Errorf("%w: %w", errCeremony, detail(err))
		}
	}
	look := func(tx *database.Tx) (err error) {
		o, p, err = s.assert(tx, c, parsed, officer)
		return err
	}
	if err == nil {
		err = s.cfg.DB.View(r.Context(), look)
	}
	if err == nil {
		err = s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error {
			if err := look(tx); err != nil {
				return err
			}
			if err := s.spend(tx, c); err != nil {
				return err
			}
			if err := records.UsePasskey(tx, p.ID, p.Record, s.cfg.Now()); err != nil {
				return err
			}
			return then(tx, o)
		})
	}
	if errors.Is(err, errCloned) {
		err = errors.Join(errCeremony, s.cloned(r, o, p))
	}
	if err == nil {
		return o, true
	}
	s.refusePasskey(w, r, err)
	return o, false
}

// refusePasskey answers a passkey that was not accepted. The log says why.
func (s *Service) refusePasskey(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, errCeremony) && !errors.Is(err, errEnded) {
		s.fail(w, r, err)
		return
	}
	s.cfg.Log.Info("a passkey was not accepted", "id", web.RequestID(r.Context()), "error", err)
	web.NewProblem(http.StatusUnprocessableEntity, "passkey_refused", "Passkey not accepted",
		"The passkey was not accepted. Try once more; if that fails too, sign in another way.").Write(w, r)
}

func (s *Service) signOut(w http.ResponseWriter, r *http.Request) {
	c, now := callerOf(r), s.cfg.Now()
	err := s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error {
		if _, err := records.EndSession(tx, c.officer.ID, c.session.ID); err != nil {
			return err
		}
		return s.note(tx, r, now, c.officer.ID, actOwn, "session:"+c.session.ID, map[string]string{"did": "signed out"})
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.setCookie(w, sessionCookie, "", 0)
	web.SetNotice(w, r, "signin.notice.signed_out")
	s.redirect(w, r, "/sign-in")
}
