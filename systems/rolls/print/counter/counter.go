// Package counter is the officers' pages over prints of the rolls: the roll of a block is
// printed there and then, a supplement issued, a candidate's copy asked for, followed and
// handed over, and a page that was found traced to its copy. Section 79 of the Elections
// Act 2017 (read of in the press) is what copies are given under. TestPages walks through
// them in both languages.
package counter

import (
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/phase"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/print/copies"
	"intikhab/systems/rolls/print/supplement"
	"intikhab/systems/rolls/trace"
)

//go:embed pages words
var files embed.FS

var (
	catalogue = web.MustCatalogue(files, office.Words, print.Words)
	pages     = web.MustPages(catalogue, nil, files)
)

// Config is what the pages need; all but Log must be set.
type Config struct {
	DB     *database.DB
	Book   *office.Book
	Copies *copies.Service
	Log    *slog.Logger
}

// Counter is the pages.
type Counter struct{ cfg Config }

// New makes the pages.
func New(cfg Config) *Counter {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Counter{cfg}
}

// mostScan is the most bytes of a scanned page that is sent.
const mostScan = 40 << 20

// Routes is the table of the pages.
func (c *Counter) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/rolls/print", Act: copies.ActBlock, Handler: c.show(blockForm)},
		{Method: "POST", Path: "/rolls/print", Act: copies.ActBlock, Handler: c.block},
		{Method: "GET", Path: "/rolls/print/supplement", Act: copies.ActSupplement, Handler: c.show(supplementForm)},
		{Method: "POST", Path: "/rolls/print/supplement", Act: copies.ActSupplement, Handler: c.supplement},
		{Method: "GET", Path: "/rolls/print/ask", Act: copies.ActExport, Handler: c.show(askForm)},
		{Method: "POST", Path: "/rolls/print/ask", Act: copies.ActExport, Handler: c.ask},
		{Method: "GET", Path: "/rolls/print/trace", Act: copies.ActTrace, Handler: c.show(traceForm)},
		{Method: "POST", Path: "/rolls/print/trace", Act: copies.ActTrace, Handler: c.trace, Body: mostScan + 64<<10},
		{Method: "GET", Path: "/rolls/print/copies", Act: copies.ActRead, Handler: c.list},
		{Method: "GET", Path: "/rolls/print/copies/{n}", Act: copies.ActRead, Handler: c.copy},
		{Method: "POST", Path: "/rolls/print/copies/{n}/hand", Act: copies.ActHand, Handler: c.hand},
		{Method: "GET", Path: "/rolls/print/copies/{n}/receipt", Act: copies.ActRead, Handler: c.receipt},
	}
}

// ways are the links to those of the pages that the officer may open.
func (c *Counter) ways(r *http.Request) (links []web.Link, err error) {
	by, _ := office.From(r.Context())
	err = c.cfg.DB.View(r.Context(), func(tx *database.Tx) error {
		links = nil
		for _, way := range []struct {
			path string
			act  office.Act
			key  string
		}{
			{"/rolls/print", copies.ActBlock, "counter.print"}, {"/rolls/print/supplement", copies.ActSupplement, "counter.supplement"}, {"/rolls/print/ask", copies.ActExport, "counter.ask"},
			{"/rolls/print/copies", copies.ActRead, "counter.copies"}, {"/rolls/print/trace", copies.ActTrace, "counter.trace"},
		} {
			d, err := c.cfg.Book.Decide(tx, by, way.act, office.Target{Somewhere: true})
			if err != nil {
				return err
			}
			if d.Allowed {
				links = append(links, web.Link{Href: way.path, Text: words.Say(way.key)})
			}
		}
		return nil
	})
	return links, err
}

// page shows a page whose view has Ways, and fills them in.
func (c *Counter) page(w http.ResponseWriter, r *http.Request, status int, name string, view view, keep ...string) {
	links, err := c.ways(r)
	if err != nil {
		web.Broken(w, r, c.cfg.Log, err)
		return
	}
	view.lead(links)
	pages.Render(w, r, status, name, web.ChooseLanguage(r, words.Urdu), view, keep...)
}

// led is the part of a view that leads to the other pages.
type led struct{ Ways []web.Link }

func (l *led) lead(links []web.Link) { l.Ways = links }

type view interface{ lead([]web.Link) }

// asked is the view of a page with one form.
type asked struct {
	led
	Title, Lead words.Message
	Form        *form.Filled
}

// question is a form with its page's words.
type question struct {
	title, lead string
	form        *form.Form
}

func (c *Counter) show(q question) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { c.again(w, r, http.StatusOK, q, q.form.Empty()) }
}

func (c *Counter) again(w http.ResponseWriter, r *http.Request, status int, q question, f *form.Filled) {
	c.page(w, r, status, "ask", &asked{Title: words.Say(q.title), Lead: words.Say(q.lead), Form: f})
}

// read reads the answers; false means that it has answered itself.
func (c *Counter) read(w http.ResponseWriter, r *http.Request, q question) (*form.Filled, bool) {
	f, err := q.form.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return nil, false
	}
	if !f.OK() {
		c.again(w, r, http.StatusUnprocessableEntity, q, f)
		return nil, false
	}
	return f, true
}

// wrong answers what could not be done: beside the field that it is about, as a refusal,
// or as a fault of ours.
func (c *Counter) wrong(w http.ResponseWriter, r *http.Request, q question, f *form.Filled, err error) {
	for _, known := range []struct {
		err        error
		field, key string
	}{
		{rolls.ErrNoBlock, "block", "counter.no_block"}, {supplement.ErrNothing, "block", "counter.nothing"}, {supplement.ErrUnprinted, "block", "counter.unprinted"},
		{copies.ErrSeat, "seat", "counter.no_seat"}, {copies.ErrRecipient, "recipient", "counter.no_recipient"}, {office.ErrReason, "reason", "counter.no_reason"},
		{trace.ErrNoMark, "scan", "counter.no_mark"}, {office.ErrMissing, "scan", "counter.no_such_copy"},
	} {
		if errors.Is(err, known.err) && f != nil {
			f.Wrong(known.field, words.Say(known.key))
			c.again(w, r, http.StatusUnprocessableEntity, q, f)
			return
		}
	}
	c.refuse(w, r, err)
}

func (c *Counter) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var refusal *office.Refusal
	var closed *phase.Refusal
	switch {
	case errors.As(err, &closed):
		web.FailBecause(w, r, http.StatusConflict, "not_possible", closed.Both())
	case errors.As(err, &refusal):
		web.FailBecause(w, r, http.StatusForbidden, "forbidden", office.Texts.Both(refusal.Reason.Key()))
	case errors.Is(err, office.ErrMissing):
		web.Fail(w, r, http.StatusNotFound)
	case errors.Is(err, copies.ErrNotReady):
		web.FailBecause(w, r, http.StatusConflict, "not_ready", catalogue.Both("counter.not_ready"))
	default:
		web.Broken(w, r, c.cfg.Log, err)
	}
}

// file answers with a file to be saved, that nobody on the way keeps.
func file(w http.ResponseWriter, kind, name string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
}

// list is the copies that were given out in the officer's jurisdiction.
func (c *Counter) list(w http.ResponseWriter, r *http.Request) {
	by, _ := office.From(r.Context())
	below, _ := strconv.ParseUint(r.URL.Query().Get("below"), 10, 32)
	v := struct {
		led
		Table listing.Table
		More  string
	}{}
	var mine []copies.Copy
	err := c.cfg.DB.View(r.Context(), func(tx *database.Tx) error {
		some, next, err := c.cfg.Copies.Visible(tx, by, uint32(below), 100)
		mine, v.More = some, ""
		if next > 0 {
			v.More = "/rolls/print/copies?below=" + strconv.FormatUint(uint64(next), 10)
		}
		return err
	})
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	var rows []listing.Row
	for _, one := range mine {
		n := strconv.FormatUint(uint64(one.Number), 10)
		rows = append(rows, listing.Row{web.Link{Href: "/rolls/print/copies/" + n, Text: words.Plain(n)}, words.Say("counter.kind." + string(one.Kind)),
			words.Plain(audit.Masked(one.Recipient)), words.Plain(about(one)), words.Say("print.purpose." + string(one.Purpose)), tag(one.State), one.Asked})
	}
	v.Table = listing.Plain(words.Say("counter.copies"), []listing.Column{{Label: words.Say("counter.number"), Number: true}, {Label: words.Say("counter.kind")},
		{Label: words.Say("counter.recipient")}, {Label: words.Say("counter.about")}, {Label: words.Say("counter.purpose")}, {Label: words.Say("counter.state")}, {Label: words.Say("counter.asked")}}, rows)
	v.Table.Empty = words.Say("counter.no_copies")
	c.page(w, r, http.StatusOK, "copies", &v, "below")
}

// about is the constituency or block of a copy.
func about(c copies.Copy) string {
	if c.Block != 0 {
		return c.Block.String()
	}
	return string(c.Seat)
}

func tag(s copies.State) web.Tag {
	kind := map[copies.State]web.Kind{copies.Ready: web.Good, copies.Void: web.Bad}[s]
	if kind == "" {
		kind = web.Quiet
	}
	return web.Tag{Kind: kind, Text: words.Say("counter.state." + string(s))}
}

func blockCode(f *form.Filled) geography.BlockCode {
	code, _ := geography.ParseBlockCode(words.Digits(f.Text("block")))
	return code
}
