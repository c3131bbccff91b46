package signin

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

// own runs a handler for the officer who has signed in, on his own account.
func own(handler func(http.ResponseWriter, *http.Request, caller)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { handler(w, r, callerOf(r)) }
}

// fresh runs a handler that changes how an officer signs in, when he has proved
// lately who he is: who finds a browser open must not be able to let himself in
// for good.
func (s *Service) fresh(route web.Route, handler func(http.ResponseWriter, *http.Request, caller)) web.Route {
	return s.freshOn("", route, handler)
}

// freshOn is fresh for a form that stands on another page than that which it is sent
// to: the officer comes back to that page. {id} and {officer} in it are the route's.
func (s *Service) freshOn(page string, route web.Route, handler func(http.ResponseWriter, *http.Request, caller)) web.Route {
	route.Handler = func(w http.ResponseWriter, r *http.Request) {
		c := callerOf(r)
		if s.cfg.Now().Sub(c.session.Proved) < s.cfg.Fresh {
			handler(w, r, c)
			return
		}
		back := here(r)
		if page != "" {
			back = localPath(strings.NewReplacer("{id}", url.PathEscape(r.PathValue("id")), "{officer}", url.PathEscape(r.PathValue("officer"))).Replace(page))
		}
		s.askAgain(w, r, route, back)
	}
	return route
}

// account is the view of the officer's own page.
type account struct {
	Name     words.Both
	Notices  []string
	Passkeys []records.Passkey
	Password time.Time // since when, zero for none
	App      time.Time
	Codes    int
	Sessions []shownSession
	Tokens   int
	Acting   words.Both
	Offices  int // among which he may choose
}

// shownSession is a session as it is listed.
type shownSession struct {
	records.Session
	Here bool // the one that looks
}

func (s *Service) showAccount(w http.ResponseWriter, r *http.Request, c caller) {
	now, lang := s.cfg.Now(), s.language(r)
	view := account{Name: c.officer.Name, Notices: Notices(r, lang)}
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		mine, err := records.ReadAccount(tx, c.officer.ID)
		if err != nil {
			return err
		}
		view.Password, view.App = mine.PasswordAt, mine.CodeAt
		if view.Passkeys, err = records.Passkeys(tx, c.officer.ID); err != nil {
			return err
		}
		if view.Codes, err = records.CountRecovery(tx, c.officer.ID); err != nil {
			return err
		}
		tokens, err := records.Tokens(tx, c.officer.ID)
		if err != nil {
			return err
		}
		view.Tokens = len(tokens)
		if view.Sessions, err = s.sessionsOf(tx, c.officer.ID, c.session.ID, now); err != nil {
			return err
		}
		offices, err := s.cfg.Officers.Offices(tx, c.officer.ID)
		view.Offices = len(offices)
		for _, o := range offices {
			if o.Office == c.session.Office {
				view.Acting = o.Name
			}
		}
		return err
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.page(w, r, http.StatusOK, "account", view)
}

// sessionsOf lists an officer's sessions that have not run out.
func (s *Service) sessionsOf(tx *database.Tx, officer, here string, now time.Time) (all []shownSession, err error) {
	sessions, err := records.Sessions(tx, officer)
	for _, one := range sessions {
		if one.Kind == records.Full && s.alive(one, now) {
			all = append(all, shownSession{one, one.ID == here})
		}
	}
	return all, err
}

// change makes a change to the caller's account, with its audit row, and leads back
// with a word of what was done.
func (s *Service) change(w http.ResponseWriter, r *http.Request, c caller, did, notice, to string, f func(*database.Tx, time.Time) error) {
	now := s.cfg.Now()
	err := s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error {
		if err := f(tx, now); err != nil {
			return err
		}
		return s.note(tx, r, now, c.officer.ID, actOwn, "officer:"+c.officer.ID, map[string]string{"did": did})
	})
	if err != nil {
		s.failOr(w, r, err)
		return
	}
	if notice != "" {
		web.SetNotice(w, r, notice)
	}
	s.redirect(w, r, to)
}

// putAway puts the notices away that the officer has read.
func (s *Service) putAway(w http.ResponseWriter, r *http.Request, c caller) {
	now := s.cfg.Now()
	err := s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error { return records.PutAway(tx, c.officer.ID, now, now) })
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.redirect(w, r, "/account")
}

// changePassword takes a new password: with a code app that is there, at once; else
// together with one that is set up next.
func (s *Service) changePassword(w http.ResponseWriter, r *http.Request, c caller) {
	hash, ok := s.readPassword(w, r, c)
	if !ok {
		return
	}
	mine, _, err := s.has(r, c.officer.ID)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if len(mine.Code) == 0 {
		s.offerCode(w, r, c, hash, "/account/code")
		return
	}
	s.change(w, r, c, "password changed", "signin.notice.password_changed", "/account", func(tx *database.Tx, now time.Time) error {
		if err := records.SetPassword(tx, c.officer.ID, hash, now); err != nil {
			return err
		}
		// Whoever knew the old one may have signed in with it.
		if _, err := records.EndSessions(tx, c.officer.ID, c.session.ID); err != nil {
			return err
		}
		return s.tell(tx, c.officer.ID, "password_changed", now, map[string]string{"network": networkOf(r)})
	})
}

// removePassword leaves an officer with passkeys alone.
func (s *Service) removePassword(w http.ResponseWriter, r *http.Request, c caller) {
	s.change(w, r, c, "password and code app removed", "signin.notice.password_removed", "/account", func(tx *database.Tx, now time.Time) error {
		passkeys, err := usable(tx, c.officer.ID, "")
		if err == nil && passkeys == 0 {
			err = errLastWay
		}
		if err != nil {
			return err
		}
		return records.SetPassword(tx, c.officer.ID, "", now)
	})
}

// newApp offers another code app.
func (s *Service) newApp(w http.ResponseWriter, r *http.Request, c caller) {
	mine, _, err := s.has(r, c.officer.ID)
	switch {
	case err != nil:
		s.fail(w, r, err)
	case mine.Password == "":
		s.redirect(w, r, "/account/password")
	default:
		s.offerCode(w, r, c, "", "/account/code")
	}
}

func (s *Service) changeCode(w http.ResponseWriter, r *http.Request, c caller) {
	secret, step, ok := s.readCode(w, r, c)
	if !ok {
		return
	}
	s.change(w, r, c, "code app changed", "signin.notice.app_changed", "/account", func(tx *database.Tx, now time.Time) error {
		if err := s.takeCode(tx, c, secret, step, now); err != nil {
			return err
		}
		return s.tell(tx, c.officer.ID, "app_changed", now, map[string]string{"network": networkOf(r)})
	})
}

// printed is the view of the page of recovery codes.
type printed struct {
	Left  int
	Codes []string // shown once, when they have just been made
}

func (s *Service) showRecovery(w http.ResponseWriter, r *http.Request, c caller) {
	var view printed
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		view.Left, err = records.CountRecovery(tx, c.officer.ID)
		return err
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.page(w, r, http.StatusOK, "recovery", view)
}

// makeRecovery answers with new recovery codes, on the one page that ever shows
// them. The older ones are worth nothing from then on.
func (s *Service) makeRecovery(w http.ResponseWriter, r *http.Request, c caller) {
	now, codes := s.cfg.Now(), ticket.NewCodes()
	err := s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error {
		if err := records.SetRecovery(tx, c.officer.ID, codes, now); err != nil {
			return err
		}
		return s.note(tx, r, now, c.officer.ID, actOwn, "officer:"+c.officer.ID, map[string]string{"did": "recovery codes made"})
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	view := printed{Left: len(codes)}
	for _, code := range codes {
		view.Codes = append(view.Codes, code.Reveal())
	}
	s.page(w, r, http.StatusOK, "recovery", view)
}
