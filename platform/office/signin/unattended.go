package signin

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// tokenList is the view of the officer's tokens.
type tokenList struct {
	Tokens []records.Token
	Now    time.Time
	Fresh  string // a token just issued, shown this once
}

// Over tells whether a token has lapsed.
func (l tokenList) Over(t records.Token) bool { return !l.Now.Before(t.Expires) }

func (s *Service) showTokens(w http.ResponseWriter, r *http.Request, c caller) {
	s.tokenPage(w, r, c, "")
}

func (s *Service) tokenPage(w http.ResponseWriter, r *http.Request, c caller, fresh string) {
	view := tokenList{Now: s.cfg.Now(), Fresh: fresh}
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		view.Tokens, err = records.Tokens(tx, c.officer.ID)
		return err
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.page(w, r, http.StatusOK, "tokens", view)
}

// tokenForm asks what a token is to be for. acts are those that a program may do and
// the officer may do himself.
func (s *Service) tokenForm(r *http.Request, c caller) (*form.Form, error) {
	today := words.DayOf(s.cfg.Now())
	f := &form.Form{Name: "signin.token_new", Submit: words.Say("signin.token_issue"), Cancel: "/account/tokens", Fields: []form.Field{
		{Name: "name", Label: words.Say("signin.token_name"), Hint: words.Say("signin.token_name_hint"), Most: 80},
		{Name: "acts", Kind: form.Checks, Label: words.Say("signin.token_acts"), Hint: words.Say("signin.token_acts_hint")},
		{Name: "area", Label: words.Say("signin.token_area"), Hint: words.Say("signin.token_area_hint", "example", "district:quetta"), Optional: true, Most: 80},
		{Name: "until", Kind: form.Date, Label: words.Say("signin.token_until"), Hint: words.Say("signin.token_until_hint"),
			Earliest: today, Latest: today.Add(int(longestToken/(24*time.Hour)) - 1)},
	}}
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) error {
		f.Fields[1].Options = nil
		for _, act := range s.cfg.Programs {
			if !s.unattended(act) || s.cfg.Officers.Anyone(act) {
				continue
			}
			d, err := s.cfg.Officers.Decide(tx, Question{Officer: c.officer.ID, Act: act})
			if err != nil {
				return err
			}
			if d.Allowed {
				f.Fields[1].Options = append(f.Fields[1].Options, form.Option{Value: string(act), Text: words.Named(s.cfg.Officers.Title(act)), Hint: words.Plain(string(act))})
			}
		}
		return nil
	})
	return f, err
}

func (s *Service) showIssue(w http.ResponseWriter, r *http.Request, c caller) {
	f, err := s.tokenForm(r, c)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.page(w, r, http.StatusOK, "token", f.Empty())
}

func (s *Service) issueToken(w http.ResponseWriter, r *http.Request, c caller) {
	blank, err := s.tokenForm(r, c)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f, err := blank.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	area := strings.ToLower(f.Text("area"))
	// An area that lies in itself is one that there is.
	if area != "" && !s.cfg.Officers.Within(area, area) {
		f.Wrong("area", words.Say("signin.token_no_area"))
	}
	if !f.OK() {
		s.page(w, r, http.StatusUnprocessableEntity, "token", f)
		return
	}
	now, secret := s.cfg.Now(), ticket.New()
	t := records.Token{ID: records.NewID(), Officer: c.officer.ID, Name: tidyText(f.Text("name"), 80), Acts: f.Chosen("acts"), Area: area,
		Office: c.session.Office, Made: now, Expires: f.Day("until").Add(1).Time()}
	slices.Sort(t.Acts)
	err = s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error {
		if err := records.AddToken(tx, secret, t); err != nil {
			return err
		}
		if err := s.tell(tx, c.officer.ID, "token_issued", now, map[string]string{"name": t.Name}); err != nil {
			return err
		}
		return s.note(tx, r, now, c.officer.ID, actIssue, "token:"+t.ID, map[string]string{
			"acts": strings.Join(t.Acts, " "), "area": t.Area, "until": f.Day("until").String()})
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.tokenPage(w, r, c, secret.RevealToken())
}

func (s *Service) revokeToken(w http.ResponseWriter, r *http.Request, c caller) {
	now := s.cfg.Now()
	err := s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error {
		revoked, err := records.RevokeToken(tx, c.officer.ID, r.PathValue("id"))
		if err == nil && !revoked {
			err = errNone
		}
		if err != nil {
			return err
		}
		return s.note(tx, r, now, c.officer.ID, actWithdraw, "token:"+r.PathValue("id"), map[string]string{"did": "token revoked"})
	})
	if err != nil {
		s.failOr(w, r, err)
		return
	}
	web.SetNotice(w, r, "signin.notice.token_revoked")
	s.redirect(w, r, "/account/tokens")
}
