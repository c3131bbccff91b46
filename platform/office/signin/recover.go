package signin

import (
	"net/http"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

func (s *Service) showRecover(w http.ResponseWriter, r *http.Request) {
	s.page(w, r, http.StatusOK, "recover", entrance{Form: recoverForm.Empty()})
}

// answerRecover takes a recovery code in the place of the code app or the passkey
// that was lost. What it opens is not a full session: only the page on which the
// officer sets up another way to sign in.
func (s *Service) answerRecover(w http.ResponseWriter, r *http.Request) {
	f, err := recoverForm.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	view := entrance{Form: f}
	if !f.OK() {
		s.page(w, r, http.StatusUnprocessableEntity, "recover", view)
		return
	}
	a := attempt{login: f.Text("login"), password: f.Text("password"), byRecovery: true}
	a.recovery, a.readable = ticket.ParseCode(f.Text("recovery"))
	var st started
	v, err := s.try(r, a, func(tx *database.Tx, o Officer, _ records.Account) (err error) {
		now := s.cfg.Now()
		if err := s.tell(tx, o.ID, "recovery_used", now, map[string]string{"network": networkOf(r)}); err != nil {
			return err
		}
		st, err = s.beginSetup(tx, r, o.ID, records.Recovery, "", now)
		return err
	})
	if s.unproven(w, r, f, v, err, "login", words.Say("signin.wrong_recovery"), "recover", view) {
		return
	}
	s.set(w, st)
	s.redirect(w, r, "/enrol")
}

// beginSetup begins a session that opens nothing but the pages of setting up.
func (s *Service) beginSetup(tx *database.Tx, r *http.Request, officer, kind, invitation string, now time.Time) (st started, err error) {
	if err := s.endCookie(tx, r); err != nil {
		return st, err
	}
	st.session = ticket.New()
	session := records.Session{ID: records.NewID(), Officer: officer, Kind: kind, How: kind, Network: networkOf(r), Agent: agentOf(r),
		Began: now, LastUsed: now, Proved: now}
	if invitation != "" {
		session.Invitation = s.cfg.Sealer.Seal("signin_session", "invitation", session.ID, []byte(invitation))
	}
	if err := records.AddSession(tx, st.session, session); err != nil {
		return st, err
	}
	act := actRecover
	if kind == records.Invitation {
		act = actAccept
	}
	return st, s.note(tx, r, now, officer, act, "session:"+session.ID, map[string]string{"did": "began to set up sign-in", "by": kind, "network": session.Network})
}
