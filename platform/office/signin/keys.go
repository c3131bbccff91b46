package signin

import (
	"errors"
	"net/http"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// errLastWay says that an officer would be left without a way to sign in, errNone
// that what he wants to change is not his, or not there.
var (
	errLastWay = errors.New("the last way to sign in")
	errNone    = errors.New("not there")
)

// failOr answers an error that may be the officer's.
func (s *Service) failOr(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, errLastWay):
		web.FailBecause(w, r, http.StatusConflict, "last_way", catalogue.Both("signin.last_way"))
	case errors.Is(err, errNone), errors.Is(err, records.ErrNone):
		web.Fail(w, r, http.StatusNotFound)
	default:
		s.fail(w, r, err)
	}
}

// usable counts the passkeys with which an officer can sign in, but one.
func usable(tx *database.Tx, officer, but string) (n int, err error) {
	passkeys, err := records.Passkeys(tx, officer)
	for _, p := range passkeys {
		if p.ID != but && p.Stopped.IsZero() {
			n++
		}
	}
	return n, err
}

var nameForm = form.Form{Name: "signin.passkey", Submit: words.Say("signin.save"), Cancel: "/account", Fields: []form.Field{
	{Name: "name", Label: words.Say("signin.passkey_name"), Hint: words.Say("signin.passkey_name_hint"), Most: 60},
}}

// naming is the view of the page of one passkey.
type naming struct {
	Form *form.Filled
	records.Passkey
}

// passkey finds the caller's passkey that the request is about.
func (s *Service) passkey(r *http.Request, c caller) (records.Passkey, error) {
	_, passkeys, err := s.has(r, c.officer.ID)
	for _, p := range passkeys {
		if p.ID == r.PathValue("id") {
			return p, nil
		}
	}
	if err == nil {
		err = errNone
	}
	return records.Passkey{}, err
}

func (s *Service) showPasskey(w http.ResponseWriter, r *http.Request, c caller) {
	p, err := s.passkey(r, c)
	if err != nil {
		s.failOr(w, r, err)
		return
	}
	s.page(w, r, http.StatusOK, "passkey", naming{nameForm.Empty().Set("name", p.Name), p})
}

func (s *Service) namePasskey(w http.ResponseWriter, r *http.Request, c caller) {
	p, err := s.passkey(r, c)
	if err != nil {
		s.failOr(w, r, err)
		return
	}
	f, err := nameForm.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	if !f.OK() {
		s.page(w, r, http.StatusUnprocessableEntity, "passkey", naming{f, p})
		return
	}
	s.change(w, r, c, "passkey named", "signin.notice.passkey_named", "/account", func(tx *database.Tx, _ time.Time) error {
		_, err := records.NamePasskey(tx, c.officer.ID, p.ID, tidyText(f.Text("name"), 60))
		return err
	})
}

func (s *Service) removePasskey(w http.ResponseWriter, r *http.Request, c caller) {
	id := r.PathValue("id")
	s.change(w, r, c, "passkey removed", "signin.notice.passkey_removed", "/account", func(tx *database.Tx, now time.Time) error {
		mine, err := records.ReadAccount(tx, c.officer.ID)
		if err != nil {
			return err
		}
		others, err := usable(tx, c.officer.ID, id)
		if err == nil && others == 0 && !mine.HasPassword() {
			err = errLastWay
		}
		if err != nil {
			return err
		}
		removed, err := records.RemovePasskey(tx, c.officer.ID, id)
		if err == nil && !removed {
			err = errNone
		}
		if err != nil {
			return err
		}
		return s.tell(tx, c.officer.ID, "passkey_removed", now, map[string]string{"network": networkOf(r)})
	})
}

func (s *Service) addPasskey(w http.ResponseWriter, r *http.Request, c caller) {
	now := s.cfg.Now()
	if s.register(w, r, c, func(tx *database.Tx, p records.Passkey) error {
		if err := s.tell(tx, c.officer.ID, "passkey_added", now, map[string]string{"name": p.Name, "network": networkOf(r)}); err != nil {
			return err
		}
		return s.note(tx, r, now, c.officer.ID, actOwn, "passkey:"+p.ID, map[string]string{"did": "passkey added"})
	}) {
		s.setCookie(w, ceremonyCookie, "", 0)
		web.SetNotice(w, r, "signin.notice.passkey_made")
		web.WriteJSON(w, http.StatusOK, "application/json", map[string]string{"next": "/account"})
	}
}

// endSession ends one of the caller's own sessions.
func (s *Service) endSession(w http.ResponseWriter, r *http.Request, c caller) {
	s.change(w, r, c, "session ended", "signin.notice.session_ended", "/account", func(tx *database.Tx, _ time.Time) error {
		ended, err := records.EndSession(tx, c.officer.ID, r.PathValue("id"))
		if err == nil && !ended {
			err = errNone
		}
		return err
	})
}

// endOthers ends all of the caller's other sessions, and forgets the devices: who
// signs in on one of them again is told of as new.
func (s *Service) endOthers(w http.ResponseWriter, r *http.Request, c caller) {
	s.change(w, r, c, "all other sessions ended", "signin.notice.sessions_ended", "/account", func(tx *database.Tx, _ time.Time) error {
		if _, err := records.EndSessions(tx, c.officer.ID, c.session.ID); err != nil {
			return err
		}
		return records.ForgetDevices(tx, c.officer.ID, c.session.Device)
	})
}
