package signin

import (
	"errors"
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

// another is the view of what an administrator sees of another officer's sign-in.
type another struct {
	ID       string
	Name     words.Both
	Sessions []shownSession
	Tokens   []records.Token
	Empty    bool   // nothing is set up: a link is what is missing
	Link     string // just made, shown this once
}

// errRefused says that the caller may not do this to that officer.
var errRefused = errors.New("not this officer's")

// over asks whether the caller may do an act to the officer that the path names.
func (s *Service) over(tx *database.Tx, r *http.Request, c caller, act web.Act) (Decision, error) {
	d, err := s.cfg.Officers.Decide(tx, Question{Officer: c.officer.ID, Act: act, On: r.PathValue("officer")})
	if err == nil && !d.Allowed {
		err = errRefused
	}
	return d, err
}

// refuseOver answers what over refused, and other errors.
func (s *Service) refuseOver(w http.ResponseWriter, r *http.Request, c caller, act web.Act, d Decision, err error) {
	if !errors.Is(err, errRefused) {
		s.failOr(w, r, err)
		return
	}
	if err := s.cfg.Officers.Refused(r.Context(), c.acting(r), act, "officer:"+tidyText(r.PathValue("officer"), 40), d.Why); err != nil {
		s.fail(w, r, err)
		return
	}
	web.FailBecause(w, r, http.StatusForbidden, "forbidden", d.Reason)
}

func (s *Service) showAnother(w http.ResponseWriter, r *http.Request, c caller) {
	s.anotherPage(w, r, c, "")
}

func (s *Service) anotherPage(w http.ResponseWriter, r *http.Request, c caller, link string) {
	var view another
	var d Decision
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		if d, err = s.over(tx, r, c, actRead); err != nil {
			return err
		}
		o, err := s.cfg.Officers.ByID(tx, r.PathValue("officer"))
		if errors.Is(err, ErrUnknown) {
			err = errNone
		}
		if err != nil {
			return err
		}
		view = another{ID: o.ID, Name: o.Name, Link: link}
		if view.Empty, err = empty(tx, o.ID); err != nil {
			return err
		}
		view.Empty = view.Empty && o.Active
		if view.Sessions, err = s.sessionsOf(tx, o.ID, c.session.ID, s.cfg.Now()); err != nil {
			return err
		}
		view.Tokens, err = records.Tokens(tx, o.ID)
		return err
	})
	if err != nil {
		s.refuseOver(w, r, c, actRead, d, err)
		return
	}
	s.page(w, r, http.StatusOK, "another", view)
}

// revoke ends what an administrator wants ended of another officer's: one session,
// all of them, or a token.
func (s *Service) revoke(act web.Act, did string, end func(tx *database.Tx, officer, id string) (bool, error)) func(http.ResponseWriter, *http.Request, caller) {
	return func(w http.ResponseWriter, r *http.Request, c caller) {
		officer, now := r.PathValue("officer"), s.cfg.Now()
		var d Decision
		err := s.cfg.DB.Update(r.Context(), func(tx *database.Tx) (err error) {
			if d, err = s.over(tx, r, c, act); err != nil {
				return err
			}
			ended, err := end(tx, officer, r.PathValue("id"))
			if err == nil && !ended {
				err = errNone
			}
			if err != nil {
				return err
			}
			if err := s.tell(tx, officer, "ended_by_other", now, map[string]string{}); err != nil {
				return err
			}
			return s.note(tx, r, now, c.officer.ID, act, "officer:"+officer, map[string]string{"did": did})
		})
		if err != nil {
			s.refuseOver(w, r, c, act, d, err)
			return
		}
		web.SetNotice(w, r, "signin.notice.ended")
		s.redirect(w, r, "/officers/"+officer+"/sign-in")
	}
}

func endAll(tx *database.Tx, officer, _ string) (bool, error) {
	n, err := records.EndSessions(tx, officer, "")
	return n > 0, err
}

// empty tells whether an officer has set up no way to sign in.
func empty(tx *database.Tx, officer string) (bool, error) {
	account, err := records.ReadAccount(tx, officer)
	if errors.Is(err, records.ErrNone) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	passkeys, err := records.Passkeys(tx, officer)
	return account.Password == "" && len(passkeys) == 0, err
}
