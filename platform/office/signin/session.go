package signin

import (
	"context"
	"errors"
	"net/http"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/web"
)

// The acts of this package, as the table of permissions has them.
const (
	actBegin    = web.Act("signin.begin")
	actAccept   = web.Act("signin.accept")  // an invitation, and the setting up behind it
	actRecover  = web.Act("signin.recover") // with a recovery code
	actOwn      = web.Act("signin.own")     // one's own account
	actRead     = web.Act("session.read")   // another officer's sessions and tokens
	actRevoke   = web.Act("session.revoke")
	actTokens   = web.Act("token.read")
	actIssue    = web.Act("token.issue")
	actWithdraw = web.Act("token.revoke")
	actReset    = web.Act("signin.reset")
	actInvite   = web.Act("officer.add")
)

// graveActs are the acts before which an officer proves anew who he is, if the
// settings name no others. Changes to one's own sign-in always are.
var graveActs = []web.Act{web.Act("approval.decide"), web.Act("key.use"), actIssue, actReset}

// errEnded says that the session ended while it was used.
var errEnded = errors.New("the session has ended")

// A caller is who sends a request, found by its cookie.
type caller struct {
	session records.Session
	officer Officer
}

// full tells whether the caller may use more than the pages of setting up.
func (c caller) full() bool { return c.session.Kind == records.Full }

type contextKey int

const (
	callerKey contextKey = iota
	noticesKey
)

// callerOf is the caller that the gate, or enter, has put into the context.
func callerOf(r *http.Request) caller {
	c, _ := r.Context().Value(callerKey).(caller)
	return c
}

// alive tells whether a session has not run out.
func (s *Service) alive(session records.Session, now time.Time) bool {
	if session.Kind != records.Full {
		return now.Sub(session.Began) < setupTime
	}
	return now.Sub(session.Began) < s.cfg.Longest && now.Sub(session.LastUsed) < s.cfg.Idle
}

// find finds the caller of a request. ok is false if there is none: no cookie, one
// that was never given out or has been revoked, a session that ran out, an officer
// who was suspended.
func (s *Service) find(tx *database.Tx, r *http.Request, now time.Time) (c caller, ok bool, err error) {
	secret, ok := s.cookie(r, sessionCookie)
	if !ok {
		return c, false, nil
	}
	c.session, err = records.ReadSession(tx, secret)
	if errors.Is(err, records.ErrNone) {
		return c, false, nil
	}
	if err != nil || !s.alive(c.session, now) {
		return c, false, err
	}
	if c.session.Officer == "" { // the first administrator, before he has said who he is
		return c, c.session.Kind == records.Invitation, nil
	}
	c.officer, err = s.cfg.Officers.ByID(tx, c.session.Officer)
	if errors.Is(err, ErrUnknown) {
		return c, false, nil
	}
	may := c.officer.Active || c.officer.Open && !c.full()
	return c, err == nil && may, err
}

// current is find in a transaction of its own.
func (s *Service) current(r *http.Request) (c caller, ok bool, err error) {
	err = s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		c, ok, err = s.find(tx, r, s.cfg.Now())
		return err
	})
	return c, ok && err == nil, err
}

// touch notes that a session was used, when the last note is older than a twentieth
// of the idle time, so that reading a page seldom writes: a session ends between 19
// and 20 minutes after its last use.
func (s *Service) touch(ctx context.Context, session records.Session, now time.Time) error {
	if now.Sub(session.LastUsed) < s.cfg.Idle/20 {
		return nil
	}
	return s.cfg.DB.Update(ctx, func(tx *database.Tx) error { return records.TouchSession(tx, session.ID, now) })
}

// A started session is one whose cookies are to be set when its transaction is done.
type started struct {
	session ticket.Secret
	device  ticket.Secret // of a full session only
	full    bool
}

// set sets the cookies, and takes that of a ceremony away.
func (s *Service) set(w http.ResponseWriter, st started) {
	s.setCookie(w, sessionCookie, st.session.Reveal(), -1)
	if st.full {
		s.setCookie(w, deviceCookie, st.device.Reveal(), deviceTime)
	}
	s.setCookie(w, ceremonyCookie, "", 0)
}

// begin begins a full session with a new secret: whatever session the browser had
// before is ended, so that nobody can have chosen it. A device on which the officer
// has not signed in before is told to him.
func (s *Service) begin(tx *database.Tx, r *http.Request, officer Officer, how string, now time.Time) (st started, err error) {
	if err := s.endCookie(tx, r); err != nil {
		return st, err
	}
	if err := records.EndOld(tx, officer.ID, now.Add(-s.cfg.Longest), now.Add(-s.cfg.Idle)); err != nil {
		return st, err
	}
	st = started{session: ticket.New(), full: true}
	fresh, err := s.seeDevice(tx, r, officer, &st, now)
	if err != nil {
		return st, err
	}
	session := records.Session{ID: records.NewID(), Officer: officer.ID, Kind: records.Full, How: how, Device: st.device.Hash(),
		Network: networkOf(r), Agent: agentOf(r), Began: now, LastUsed: now, Proved: now}
	if err := records.AddSession(tx, st.session, session); err != nil {
		return st, err
	}
	after := map[string]string{"did": "signed in", "by": how, "network": session.Network, "browser": session.Agent}
	if fresh {
		after["device"] = "new"
	}
	return st, s.note(tx, r, now, officer.ID, actBegin, "session:"+session.ID, after)
}

// seeDevice takes the device's cookie, if it was given out here, or makes one. fresh
// tells that the officer has devices and this is none of them.
func (s *Service) seeDevice(tx *database.Tx, r *http.Request, officer Officer, st *started, now time.Time) (fresh bool, err error) {
	device, ok := s.cookie(r, deviceCookie)
	if ok {
		if ok, err = records.IssuedDevice(tx, device.Hash()); err != nil {
			return false, err
		}
	}
	if !ok {
		device = ticket.New()
	}
	st.device = device
	known, err := records.KnowsDevice(tx, officer.ID, device.Hash())
	if err != nil {
		return false, err
	}
	others, err := records.CountDevices(tx, officer.ID)
	if err != nil {
		return false, err
	}
	if fresh = !known && others > 0; fresh {
		if err := s.tell(tx, officer.ID, "new_device", now, map[string]string{"browser": agentOf(r), "network": networkOf(r)}); err != nil {
			return fresh, err
		}
	}
	return fresh, records.SeeDevice(tx, officer.ID, device.Hash(), now)
}

// knownDevice is the hash of the request's device if this officer has signed in on
// it before, else "".
func (s *Service) knownDevice(tx *database.Tx, r *http.Request, officer string) (string, error) {
	device, ok := s.cookie(r, deviceCookie)
	if !ok || officer == "" {
		return "", nil
	}
	known, err := records.KnowsDevice(tx, officer, device.Hash())
	if err != nil || !known {
		return "", err
	}
	return device.Hash(), nil
}

// endCookie ends the session of the request's cookie, if there is one.
func (s *Service) endCookie(tx *database.Tx, r *http.Request) error {
	secret, ok := s.cookie(r, sessionCookie)
	if !ok {
		return nil
	}
	session, err := records.ReadSession(tx, secret)
	if errors.Is(err, records.ErrNone) {
		return nil
	}
	if err == nil {
		_, err = records.EndSession(tx, session.Officer, session.ID)
	}
	return err
}

// confirm notes a fresh proof and gives the session a new secret.
func (s *Service) confirm(tx *database.Tx, r *http.Request, session records.Session, how string, now time.Time) (st started, err error) {
	st.session = ticket.New()
	still, err := records.RenewSession(tx, session.ID, st.session, now)
	if err != nil {
		return st, err
	}
	if !still {
		return st, errEnded
	}
	return st, s.note(tx, r, now, session.Officer, actOwn, "session:"+session.ID, map[string]string{"did": "proved anew", "by": how})
}

// note writes the audit row of something that an officer, or a stranger in his
// name, has done to his sign-in.
func (s *Service) note(tx *database.Tx, r *http.Request, now time.Time, officer string, act web.Act, on string, after map[string]string) error {
	return audit.Write(tx, now, audit.Entry{Officer: officer, Act: string(act), On: on, After: after, Request: web.RequestID(r.Context())})
}

// tell tells an officer what has happened to his account: on his pages, and by
// whatever way the notifier has.
func (s *Service) tell(tx *database.Tx, officer, kind string, now time.Time, data map[string]string) error {
	if err := records.AddNotice(tx, officer, records.Notice{At: now, Kind: kind, Data: data}); err != nil {
		return err
	}
	if s.cfg.Notify == nil {
		return nil
	}
	return s.cfg.Notify.Notify(tx, officer, kind, data)
}

// EndSessions ends all sessions of an officer at once, in the transaction that
// suspends him. It is not needed for safety, since the gate asks at each request
// whether the officer is active; it leaves nothing behind.
func (s *Service) EndSessions(tx *database.Tx, officer string) error {
	_, err := records.EndSessions(tx, officer, "")
	return err
}

// Reset takes away all by which an officer could sign in, his sessions and tokens
// with it, when he has lost everything and two officers have said so; see
// docs/sign-in.md. Whoever calls it writes the audit row of the approval, and then
// gives the officer an invitation.
func (s *Service) Reset(tx *database.Tx, officer string) error {
	now := s.cfg.Now()
	if err := records.ClearAccount(tx, officer, now); err != nil {
		return err
	}
	return s.tell(tx, officer, "reset", now, map[string]string{})
}

// Tidy forgets sessions and attempts that count no more. It is to be run now and
// then, such as once an hour; nothing depends on when.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.cfg.Now()
	return s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		return records.Tidy(tx, now.Add(-s.cfg.Longest), now.Add(-forget))
	})
}
