package signin

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

// Gate is the gate of officers: it stands before every route of a listener at which
// officers sign in.
func (s *Service) Gate() web.Gate { return gate{s} }

type gate struct{ s *Service }

// Knows implements web.Gate.
func (g gate) Knows(act web.Act) bool { return g.s.cfg.Officers.Knows(act) }

// A passage is what the gate has found out about a request.
type passage struct {
	caller
	found    bool
	decision Decision
	notices  []records.Notice
	links    []web.Link
}

// Admit implements web.Gate: from the cookie to the session, the officer, and what
// he may do. An act of everybody needs none of these.
func (g gate) Admit(w http.ResponseWriter, r *http.Request, route web.Route) (*http.Request, bool) {
	s := g.s
	if s.cfg.Officers.Anyone(route.Act) {
		return r, true
	}
	if values := r.Header.Values("Authorization"); len(values) > 0 {
		return s.admitToken(w, r, route, values)
	}
	now := s.cfg.Now()
	var p passage
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		p, err = s.look(tx, r, route, now)
		return err
	})
	switch {
	case err != nil:
		s.fail(w, r, err)
	case !p.found:
		s.askToSignIn(w, r, route)
	case !p.full():
		s.leadTo(w, r, route, "/enrol", "setup_first")
	case !p.decision.Allowed:
		s.refuse(w, r, route, p.caller, p.decision)
	case slices.Contains(s.cfg.Grave, route.Act) && now.Sub(p.session.Proved) >= s.cfg.Fresh:
		s.askAgain(w, r, route, here(r))
	default:
		if err := s.touch(r.Context(), p.session, now); err != nil {
			s.fail(w, r, err)
			return nil, false
		}
		return s.admit(r, p), true
	}
	return nil, false
}

// look reads all that the gate goes by, in one unchanging state of the database.
func (s *Service) look(tx *database.Tx, r *http.Request, route web.Route, now time.Time) (p passage, err error) {
	if p.caller, p.found, err = s.find(tx, r, now); err != nil || !p.found || !p.full() {
		return p, err
	}
	if p.notices, err = records.Notices(tx, p.officer.ID); err != nil {
		return p, err
	}
	if s.cfg.Links != nil && !route.Machine {
		if p.links, err = s.cfg.Links(tx, p.officer.ID); err != nil {
			return p, err
		}
	}
	p.decision, err = s.cfg.Officers.Decide(tx, Question{Officer: p.officer.ID, Act: route.Act, Area: areaOf(route, r)})
	return p, err
}

func areaOf(route web.Route, r *http.Request) string {
	if route.Area == nil {
		return ""
	}
	return route.Area(r)
}

// acting is the caller as others know him.
func (c caller) acting(r *http.Request) Acting {
	return Acting{Officer: c.officer.ID, Name: c.officer.Name, Office: c.session.Office, Session: c.session.ID, Request: web.RequestID(r.Context())}
}

// admit puts what was found out about the caller into the request's context.
func (s *Service) admit(r *http.Request, p passage) *http.Request {
	ctx := context.WithValue(r.Context(), callerKey, p.caller)
	ctx = context.WithValue(ctx, noticesKey, p.notices)
	// What has happened to his account stands at the head of whatever page comes next.
	links := p.links
	if len(p.notices) > 0 && r.URL.Path != "/account" {
		links = append([]web.Link{{Href: "/account", Text: words.Named(catalogue.Both("signin.news"))}}, links...)
	}
	ctx = web.WithVisitor(ctx, web.Visitor{Name: p.officer.Name.In(web.ChooseLanguage(r, s.cfg.Language)), Office: p.decision.At,
		Role: p.decision.As, Links: links, Account: "/account", SignOut: "/sign-out"})
	return r.WithContext(s.cfg.Officers.With(ctx, p.acting(r)))
}

// isProgram tells whether a request is to be answered with problem details.
func isProgram(r *http.Request, route web.Route) bool {
	return route.Machine || !strings.Contains(r.Header.Get("Accept"), "text/html")
}

// here is the page to come back to. For a form it is the page's own path, since a
// form stands on the page that it is sent to; what was typed is typed again.
func here(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return localPath(r.URL.RequestURI())
	}
	return localPath(r.URL.EscapedPath())
}

// askToSignIn answers whoever has not signed in. A browser that comes from another
// site, such as a web mail, keeps its strict cookies back: it is sent to the same
// page once more, by ourselves, and then brings them.
func (s *Service) askToSignIn(w http.ResponseWriter, r *http.Request, route web.Route) {
	if isProgram(r, route) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="intikhab"`)
		web.NewProblem(http.StatusUnauthorized, "unauthorized", "Not signed in",
			"This act is for officers. Send a token in Authorization: Bearer, or sign in.").Write(w, r)
		return
	}
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Method == http.MethodGet && here(r) != "" {
		w.Header().Set("Refresh", "0; url="+here(r))
		s.page(w, r, http.StatusOK, "onward", here(r))
		return
	}
	s.redirect(w, r, "/sign-in?next="+url.QueryEscape(here(r)))
}

// askAgain asks an officer to prove once more who he is, and then leads him back.
func (s *Service) askAgain(w http.ResponseWriter, r *http.Request, route web.Route, back string) {
	s.leadTo(w, r, route, "/confirm?next="+url.QueryEscape(back), "confirm_first")
}

// leadTo sends a browser to where it must go first, and tells a program so.
func (s *Service) leadTo(w http.ResponseWriter, r *http.Request, route web.Route, to, code string) {
	if isProgram(r, route) {
		web.NewProblem(http.StatusForbidden, code, "Not yet", "This needs the officer in person first, at "+strings.SplitN(to, "?", 2)[0]+".").Write(w, r)
		return
	}
	s.redirect(w, r, to)
}

// redirect sends a browser to a path that was made here.
func (s *Service) redirect(w http.ResponseWriter, r *http.Request, to string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, keepLanguage(r, to), http.StatusSeeOther)
}

// keepLanguage is a path made here, in the language that the request's own address asks
// for: until somebody has signed in nothing else remembers it.
func keepLanguage(r *http.Request, to string) string {
	l, ok := words.ParseLanguage(r.URL.Query().Get("lang"))
	path, query, _ := strings.Cut(to, "?")
	values, err := url.ParseQuery(query)
	if !ok || err != nil || values.Has("lang") {
		return to
	}
	if query != "" {
		query += "&"
	}
	return path + "?" + query + "lang=" + string(l)
}

// refuse answers an act that is not allowed, when the refusal has its audit row.
func (s *Service) refuse(w http.ResponseWriter, r *http.Request, route web.Route, c caller, d Decision) {
	on := ""
	if key := areaOf(route, r); key != "" {
		on = "area:" + tidyText(key, 100)
	}
	if err := s.cfg.Officers.Refused(r.Context(), c.acting(r), route.Act, on, d.Why); err != nil {
		s.fail(w, r, err)
		return
	}
	r = r.WithContext(web.WithVisitor(r.Context(), web.Visitor{Name: c.officer.Name.In(web.ChooseLanguage(r, s.cfg.Language)),
		Account: "/account", SignOut: "/sign-out"}))
	web.FailBecause(w, r, http.StatusForbidden, "forbidden", d.Reason)
}

// fail answers when the service itself cannot: the reason goes to the log.
func (s *Service) fail(w http.ResponseWriter, r *http.Request, err error) {
	web.Broken(w, r, s.cfg.Log, err)
}

// page answers with one of this package's pages. The switch of language keeps where
// the officer was going.
func (s *Service) page(w http.ResponseWriter, r *http.Request, status int, name string, view any) {
	var keep []string
	if next(r) != "" {
		keep = []string{"next"}
	}
	pages.Render(w, r, status, name, s.language(r), view, keep...)
}

func (s *Service) language(r *http.Request) words.Language {
	return web.ChooseLanguage(r, s.cfg.Language)
}

// Notices are what the officer has not yet been told, for the head of whatever page
// he opens next: texts in the page's language, the newest first.
func Notices(r *http.Request, lang words.Language) (texts []string) {
	notices, _ := r.Context().Value(noticesKey).([]records.Notice)
	for _, n := range notices {
		texts = append(texts, noticeText(n, lang))
	}
	return texts
}

// noticeText is a notice as a sentence.
func noticeText(n records.Notice, lang words.Language) string {
	pairs := []any{"at", words.Instant(lang, n.At)}
	for name, value := range n.Data {
		if value == "" {
			value = catalogue.Text(lang, "signin.unknown")
		}
		pairs = append(pairs, name, value)
	}
	return catalogue.Text(lang, "signin.told."+n.Kind, pairs...)
}
