// Package design is the page of components: each part that pages are made of, at
// work, in both languages, with the lines of code that set it. Systems take from here
// and add nothing of their own that is here already. The patterns are those that the
// GOV.UK Design System publishes (one thing a page, an error summary that leads to the
// field, check your answers, plain words); the look is our own. See TestDesignPages,
// and test/browser for the same pages under axe-core.
//
// It stores nothing that is typed into it, but for a draft of somebody who has signed
// in.
package design

import (
	"embed"
	"net/http"
	"time"

	"intikhab/platform/web"
	"intikhab/platform/web/draft"
	"intikhab/platform/words"
)

//go:embed assets examples pages words
var files embed.FS

var (
	catalogue = web.MustCatalogue(files)
	assets    = web.MustAssets("design", files)
	pages     = web.MustPages(catalogue, assets, files)
)

// Config is what the page needs. The zero Config shows all but drafts.
type Config struct {
	Drafts   *draft.Store               // if nil, no form offers to come back later
	Officer  func(*http.Request) string // id of who has signed in, or ""; needed for drafts
	Language words.Language             // of a page whose visitor names none; if "", Urdu
	Now      func() time.Time           // if nil, time.Now
}

// Design is the page. It is made by New.
type Design struct{ cfg Config }

// New makes the page.
func New(cfg Config) *Design {
	if cfg.Language == "" {
		cfg.Language = words.Urdu
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Design{cfg}
}

// Routes is the page's table.
func (d *Design) Routes() []web.Route {
	get := func(path string, h http.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Act: "design.read", Handler: h}
	}
	post := func(path string, body int64, h http.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodPost, Path: path, Act: "design.read", Handler: h, Body: body}
	}
	return []web.Route{
		get("/design", d.overview),
		get("/design/forms", d.showForm), post("/design/forms", 0, d.sendForm),
		get("/design/steps", d.showStep), get("/design/steps/{step}", d.showStep), post("/design/steps/{step}", 0, d.sendStep),
		get("/design/tables", d.tables),
		get("/design/charts", d.charts),
		get("/design/notices", d.notices), post("/design/notices", 0, d.say),
		get("/design/dialogs", d.dialogs), get("/design/dialogs/confirm", d.confirm), post("/design/dialogs/confirm", 0, d.confirmed),
		get("/design/upload", d.showUpload), post("/design/upload", mostUpload+4096, d.sendUpload),
		get("/design/live", d.live),
		{Method: http.MethodGet, Path: "/design/live/events", Act: "design.read", Handler: d.events, Machine: true},
		get("/design/officer", d.officer),
		get("/design/failures/{status}", d.fail),
		assets.Route(),
	}
}

// A part is one page of components.
type part struct {
	Name string // of the address and of the texts
	Code []string
}

// parts are the pages, in the order in which they are offered.
var parts = []part{
	{"forms", []string{"form"}},
	{"steps", []string{"steps"}},
	{"tables", []string{"listing"}},
	{"charts", []string{"chart"}},
	{"notices", []string{"notice", "failure"}},
	{"dialogs", []string{"dialog"}},
	{"upload", []string{"upload"}},
	{"live", []string{"live"}},
	{"officer", nil},
}

// view is what every page of this package has; each embeds it.
type view struct {
	Name   string
	Parts  []part
	Crumbs []web.Link
	Code   []example
}

// An example is lines of code that set a component.
type example struct{ Name, Text string }

func newView(name string, code ...string) view {
	v := view{Name: name, Parts: parts}
	if name != "overview" {
		v.Crumbs = []web.Link{{Href: "/design", Text: words.Say("design.title")}, {Text: words.Say("design.part." + name)}}
	}
	for _, c := range code {
		text, err := files.ReadFile("examples/" + c + ".txt")
		if err != nil {
			panic(err) // embedded
		}
		v.Code = append(v.Code, example{c, string(text)})
	}
	return v
}

func (d *Design) language(r *http.Request) words.Language {
	return web.ChooseLanguage(r, d.cfg.Language)
}

// show answers with one of the pages.
func (d *Design) show(w http.ResponseWriter, r *http.Request, status int, name string, v any, keep ...string) {
	pages.Render(w, r, status, name, d.language(r), v, keep...)
}

// overview answers GET /design.
func (d *Design) overview(w http.ResponseWriter, r *http.Request) {
	now := d.cfg.Now()
	d.show(w, r, http.StatusOK, "overview", struct {
		view
		Colours []string
		Values  []value
	}{newView("overview", "page", "value"), []string{"paper", "card", "ink", "muted", "line", "edge", "accent", "error", "warn"}, values(now)})
}
