package signin

import (
	"errors"
	"net/http"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

var resetForm = form.Form{Name: "signin.reset_ask", Submit: words.Say("signin.reset_ask"), Danger: true, Fields: []form.Field{
	{Name: "reason", Kind: form.Long, Label: words.Say("signin.reset_reason"), Hint: words.Say("signin.reset_reason_hint"), Most: 1000},
}}

// resetting is the view of the page that asks for a reset.
type resetting struct {
	Form *form.Filled
	ID   string
	Name words.Both
}

func (s *Service) showReset(w http.ResponseWriter, r *http.Request, c caller) {
	s.resetPage(w, r, c, resetForm.Empty(), http.StatusOK)
}

func (s *Service) resetPage(w http.ResponseWriter, r *http.Request, c caller, f *form.Filled, status int) {
	view := resetting{Form: f}
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) error {
		o, err := s.cfg.Officers.ByID(tx, r.PathValue("officer"))
		if errors.Is(err, ErrUnknown) {
			err = errNone
		}
		view.ID, view.Name = o.ID, o.Name
		return err
	})
	if err != nil {
		s.failOr(w, r, err)
		return
	}
	s.page(w, r, status, "reset", view)
}

// askReset asks a second officer to approve a reset. Whoever asks cannot approve.
func (s *Service) askReset(w http.ResponseWriter, r *http.Request, c caller) {
	f, err := resetForm.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	if !f.OK() {
		s.resetPage(w, r, c, f, http.StatusUnprocessableEntity)
		return
	}
	var d Decision
	err = s.cfg.DB.Update(r.Context(), func(tx *database.Tx) (err error) {
		if d, err = s.over(tx, r, c, actReset); err != nil {
			return err
		}
		return s.cfg.Officers.AskReset(tx, c.acting(r), r.PathValue("officer"), f.Text("reason"))
	})
	var fault *Fault
	switch {
	case errors.As(err, &fault):
		f.Wrong("reason", words.Named(fault.Text))
		s.resetPage(w, r, c, f, http.StatusUnprocessableEntity)
	case errors.Is(err, ErrUnknown):
		web.Fail(w, r, http.StatusNotFound)
	case err != nil:
		s.refuseOver(w, r, c, actReset, d, err)
	default:
		web.SetNotice(w, r, "signin.notice.reset_asked")
		s.redirect(w, r, "/officers/"+r.PathValue("officer")+"/sign-in")
	}
}

// restartTime is how long the link of an officer whose sign-in was reset is good.
const restartTime = 72 * time.Hour

// makeRestart makes the one-time link by which an active officer sets up anew how he
// signs in, when a reset has left him with nothing; older ones end. As whoever makes
// it could use it himself, the officer is told that it was made, and when it is used.
func (s *Service) makeRestart(w http.ResponseWriter, r *http.Request, c caller) {
	now, code, officer := s.cfg.Now(), ticket.New(), r.PathValue("officer")
	var d Decision
	err := s.cfg.DB.Update(r.Context(), func(tx *database.Tx) (err error) {
		if d, err = s.over(tx, r, c, actInvite); err != nil {
			return err
		}
		o, err := s.cfg.Officers.ByID(tx, officer)
		if errors.Is(err, ErrUnknown) {
			return errNone
		}
		if err != nil {
			return err
		}
		nothing, err := empty(tx, officer)
		if err == nil && (!nothing || !o.Active) {
			err = errNone
		}
		if err != nil {
			return err
		}
		if err := records.SetRestart(tx, officer, code, now.Add(restartTime)); err != nil {
			return err
		}
		if err := s.tell(tx, officer, "restart_made", now, map[string]string{}); err != nil {
			return err
		}
		return s.note(tx, r, now, c.officer.ID, actInvite, "officer:"+officer, map[string]string{"did": "link to set up sign-in made"})
	})
	if err != nil {
		s.refuseOver(w, r, c, actInvite, d, err)
		return
	}
	s.anotherPage(w, r, c, s.cfg.Origins[0]+InvitationPath+code.Reveal())
}

// invitedBy tells whom a link is for: one of ours after a reset, or one of the book.
func (s *Service) invitedBy(tx *database.Tx, code string) (o Officer, ours bool, err error) {
	if secret, ok := ticket.Parse(code); ok {
		officer, err := records.ReadRestart(tx, secret, s.cfg.Now())
		if err == nil {
			o, err = s.cfg.Officers.ByID(tx, officer)
			if err == nil && !o.Active {
				err = ErrUnknown
			}
			return o, true, err
		}
		if !errors.Is(err, records.ErrNone) {
			return o, false, err
		}
	}
	o, err = s.cfg.Officers.Invited(tx, code)
	return o, false, err
}
