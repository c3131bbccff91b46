package signin

import (
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/totp"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

var confirmForm = form.Form{Name: "signin.confirm", Submit: words.Say("signin.continue"), Fields: []form.Field{nowField, codeField}}

// has reads what the caller can prove himself by.
func (s *Service) has(r *http.Request, officer string) (account records.Account, passkeys []records.Passkey, err error) {
	err = s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		if account, err = records.ReadAccount(tx, officer); err != nil {
			return err
		}
		passkeys, err = records.Passkeys(tx, officer)
		return err
	})
	return account, passkeys, err
}

func (s *Service) showConfirm(w http.ResponseWriter, r *http.Request) {
	account, _, err := s.has(r, callerOf(r).officer.ID)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.page(w, r, http.StatusOK, "confirm", entrance{Form: confirmForm.Empty(), Next: next(r), Has: account.HasPassword()})
}

func (s *Service) answerConfirm(w http.ResponseWriter, r *http.Request) {
	f, err := confirmForm.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	c := callerOf(r)
	view := entrance{Form: f, Next: next(r), Has: true}
	if !f.OK() {
		s.page(w, r, http.StatusUnprocessableEntity, "confirm", view)
		return
	}
	a := attempt{officer: c.officer.ID, password: f.Text("password")}
	a.code, a.hasOne = totp.ParseCode(f.Text("code"))
	var st started
	v, err := s.try(r, a, func(tx *database.Tx, _ Officer, _ records.Account) (err error) {
		st, err = s.confirm(tx, r, c.session, "password", s.cfg.Now())
		return err
	})
	if s.unproven(w, r, f, v, err, "password", words.Say("signin.wrong_confirm"), "confirm", view) {
		return
	}
	s.set(w, st)
	s.onward(w, r, view.Next, "")
}

func (s *Service) beginConfirm(w http.ResponseWriter, r *http.Request) {
	c := callerOf(r)
	options, data, err := s.party.BeginDiscoverableLogin()
	if err == nil {
		err = s.start(w, "confirm:"+c.session.ID, data, options)
	}
	if err != nil {
		s.fail(w, r, err)
	}
}

func (s *Service) confirmPasskey(w http.ResponseWriter, r *http.Request) {
	c, now := callerOf(r), s.cfg.Now()
	var st started
	_, ok := s.byPasskey(w, r, "confirm:"+c.session.ID, c.officer.ID, func(tx *database.Tx, _ Officer) (err error) {
		st, err = s.confirm(tx, r, c.session, "passkey", now)
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
	web.WriteJSON(w, http.StatusOK, "application/json", map[string]string{"next": to})
}
