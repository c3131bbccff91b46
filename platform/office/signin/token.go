package signin

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/web"
)

// bearer reads a token from the values of the Authorization header.
func bearer(values []string) (secret ticket.Secret, ok bool) {
	if len(values) != 1 {
		return secret, false
	}
	scheme, text, found := strings.Cut(values[0], " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return secret, false
	}
	return ticket.ParseToken(text)
}

// Why a token does not open a route, in a word that never changes, and as a text's
// key. Only who has a right token is told more than that it is not one.
const (
	noToken   = "no-token"
	notHere   = "token-not-here"
	otherAct  = "token-other-act"
	otherArea = "token-other-area"
)

// admitToken admits a program with an officer's token, to acts that the token names,
// in its area, as far as the officer may do them himself at this moment. A cookie
// beside it is not looked at.
func (s *Service) admitToken(w http.ResponseWriter, r *http.Request, route web.Route, values []string) (*http.Request, bool) {
	now := s.cfg.Now()
	var p passage
	var token records.Token
	var why string
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		if token, p.officer, why, err = s.checkToken(tx, route, r, values, now); err != nil || why != "" {
			return err
		}
		p.decision, err = s.cfg.Officers.Decide(tx, Question{Officer: token.Officer, Act: route.Act, Area: areaOf(route, r)})
		return err
	})
	p.session = records.Session{ID: "token:" + token.ID, Office: token.Office}
	switch {
	case err != nil:
		s.fail(w, r, err)
	case why == noToken:
		w.Header().Set("WWW-Authenticate", `Bearer realm="intikhab", error="invalid_token"`)
		web.NewProblem(http.StatusUnauthorized, "invalid_token", "No such token",
			"This is no token that is in force: it may have lapsed or been revoked. Its officer issues a new one.").Write(w, r)
	case why != "":
		s.refuse(w, r, route, p.caller, Decision{Why: why, Reason: catalogue.Both("signin.refused." + why)})
	case !p.decision.Allowed:
		s.refuse(w, r, route, p.caller, p.decision)
	default:
		if err := s.touchToken(r.Context(), token, now); err != nil {
			s.fail(w, r, err)
			return nil, false
		}
		return s.admit(r, p), true
	}
	return nil, false
}

// checkToken finds the token and tells why it does not open the route, if so.
func (s *Service) checkToken(tx *database.Tx, route web.Route, r *http.Request, values []string, now time.Time) (t records.Token, o Officer, why string, err error) {
	secret, ok := bearer(values)
	if !ok {
		return t, o, noToken, nil
	}
	t, err = records.ReadToken(tx, secret)
	if errors.Is(err, records.ErrNone) {
		return t, o, noToken, nil
	}
	if err != nil || !now.Before(t.Expires) {
		return t, o, noToken, err
	}
	o, err = s.cfg.Officers.ByID(tx, t.Officer)
	if errors.Is(err, ErrUnknown) {
		return t, o, noToken, nil
	}
	if err != nil || !o.Active {
		return t, o, noToken, err
	}
	if !route.Machine || !s.unattended(route.Act) {
		return t, o, notHere, nil
	}
	if !slices.Contains(t.Acts, string(route.Act)) {
		return t, o, otherAct, nil
	}
	if t.Area == "" {
		return t, o, "", nil
	}
	// A token for an area opens nothing that is about no area.
	area := areaOf(route, r)
	if area == "" {
		return t, o, otherArea, nil
	}
	if !s.cfg.Officers.Within(area, t.Area) {
		return t, o, otherArea, nil
	}
	return t, o, "", nil
}

// unattended tells whether a program may do an act at all.
func (s *Service) unattended(act web.Act) bool {
	return act != actOwn && act != actWithdraw && act != actRevoke && !slices.Contains(s.cfg.Grave, act)
}

// touchToken notes that a token was used, once a minute at most.
func (s *Service) touchToken(ctx context.Context, t records.Token, now time.Time) error {
	if now.Sub(t.LastUsed) < time.Minute {
		return nil
	}
	return s.cfg.DB.Update(ctx, func(tx *database.Tx) error { return records.TouchToken(tx, t.ID, now) })
}
