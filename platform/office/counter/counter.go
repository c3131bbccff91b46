// Package counter is where an officer's request is served: what every page of an office
// does in the same way. Its routes carry the act that they do, what is shown is read in
// one unchanging state of the database, a refusal has its row of the audit trail, and a
// fault is told as a sentence that says what to do. TestCounter shows each on both
// databases.
//
// A system makes one Counter for its pages and writes each page as a function of a Turn.
package counter

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

// Config is what a counter needs. All but Told and Log must be set.
type Config struct {
	DB    *database.DB
	Book  *office.Book
	Pages *web.Pages
	Words *words.Catalogue // of the system's pages
	Told  []Told
	Log   *slog.Logger // nil: the default one
}

// Told is an error that an officer is told as a sentence: of the key in the catalogue,
// with that status.
type Told struct {
	Err    error
	Status int
	Key    string // "claim.error.decided"
}

// Counter serves officers' requests.
type Counter struct{ Config }

// New makes a counter.
func New(cfg Config) *Counter {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Counter{cfg}
}

// Get is a page that is only looked at.
func (c *Counter) Get(path string, act office.Act, f func(*Turn)) web.Route {
	return web.Route{Method: http.MethodGet, Path: path, Act: act, Handler: c.On(f)}
}

// Both is a page with a form that is sent to the page's own path: who has to prove who he
// is before the form counts is led back to it. body is the most bytes that it may have, 0
// for the shell's own limit.
func (c *Counter) Both(path string, act office.Act, body int64, f func(*Turn)) []web.Route {
	return []web.Route{c.Get(path, act, f), {Method: http.MethodPost, Path: path, Act: act, Body: body, Handler: c.On(f)}}
}

// Post is a form that stands on another page, to which its own path leads who only looks:
// {id} in page is the path's.
func (c *Counter) Post(path string, act office.Act, page string, f func(*Turn)) []web.Route {
	back := func(w http.ResponseWriter, r *http.Request) {
		web.SeeOther(w, r, strings.ReplaceAll(page, "{id}", url.PathEscape(r.PathValue("id"))))
	}
	return []web.Route{
		{Method: http.MethodGet, Path: path, Act: "office.home", Handler: back},
		{Method: http.MethodPost, Path: path, Act: act, Handler: c.On(f)},
	}
}

// On makes a handler of what is done in a turn.
func (c *Counter) On(f func(*Turn)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		by, _ := office.From(r.Context())
		f(&Turn{Counter: c, W: w, R: r, By: by, Lang: web.ChooseLanguage(r, words.Urdu)})
	}
}
