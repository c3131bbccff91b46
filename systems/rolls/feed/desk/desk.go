// Package desk is the officers' pages about batches of the identity authority: the list
// of them, one with the difference that it would make, and the acts on it (applied,
// discarded, taken back as a whole; the Elections Act 2017 is in the table of
// permissions). TestPages goes through all of them in both languages. Nothing on a page
// names a person: samples are masked, and rows that were not taken are a file of their
// own, for a reason that the audit trail keeps.
package desk

import (
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/feed"
)

//go:embed pages words
var files embed.FS

var (
	catalogue = web.MustCatalogue(files, office.Words)
	pages     = web.MustPages(catalogue, nil, files)
)

// Config is what the pages need. DB and Feed must be set.
type Config struct {
	DB    *database.DB
	Feed  *feed.Service
	Nudge func() // told that something was ordered: feed.Worker's; nil: nobody is
	Log   *slog.Logger
}

// Desk is the pages.
type Desk struct{ cfg Config }

// New makes the pages.
func New(cfg Config) *Desk {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Nudge == nil {
		cfg.Nudge = func() {}
	}
	return &Desk{cfg}
}

// Routes is the table of the pages.
func (d *Desk) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/rolls/feed", Act: feed.ActRead, Handler: d.list},
		{Method: "GET", Path: "/rolls/feed/{id}", Act: feed.ActRead, Handler: d.batch},
		{Method: "POST", Path: "/rolls/feed/{id}/apply", Act: feed.ActApply, Handler: d.apply},
		{Method: "POST", Path: "/rolls/feed/{id}/discard", Act: feed.ActDiscard, Handler: d.discard},
		{Method: "POST", Path: "/rolls/feed/{id}/reverse", Act: feed.ActReverse, Handler: d.reverse},
		{Method: "POST", Path: "/rolls/feed/{id}/rejects", Act: feed.ActRejects, Handler: d.rejects},
	}
}

// ask is a form that asks for a reason and, but for reading, for a second look.
func ask(name string, danger, sure bool) *form.Form {
	f := &form.Form{Name: "feed." + name, Danger: danger, Submit: words.Say("feed.do." + name),
		Fields: []form.Field{{Name: "reason_" + name, Kind: form.Long, Label: words.Say("feed.reason"), Hint: words.Say("feed.reason_hint"), Most: 500}}}
	if sure {
		f.Fields = append(f.Fields, form.Field{Name: "sure_" + name, Kind: form.Checks, Label: words.Say("feed.sure"),
			Options: []form.Option{{Value: "yes", Text: words.Say("feed.sure." + name)}}})
	}
	return f
}

var (
	applyForm   = ask("apply", false, true)
	discardForm = ask("discard", true, true)
	reverseForm = ask("reverse", true, true)
	rejectsForm = ask("rejects", false, false)
)

func (d *Desk) page(w http.ResponseWriter, r *http.Request, status int, name string, view any, keep ...string) {
	pages.Render(w, r, status, name, web.ChooseLanguage(r, words.Urdu), view, keep...)
}

// id reads the number in an address.
func id(r *http.Request) feed.ID {
	n, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || n < 1 {
		return 0
	}
	return feed.ID(n)
}

func (d *Desk) apply(w http.ResponseWriter, r *http.Request) {
	d.order(w, r, applyForm, "apply", d.cfg.Feed.Apply)
}

func (d *Desk) discard(w http.ResponseWriter, r *http.Request) {
	d.order(w, r, discardForm, "discard", d.cfg.Feed.Discard)
}

func (d *Desk) reverse(w http.ResponseWriter, r *http.Request) {
	d.order(w, r, reverseForm, "reverse", d.cfg.Feed.Reverse)
}

// order does an act on a batch: the act and its row of the trail are one transaction.
func (d *Desk) order(w http.ResponseWriter, r *http.Request, f *form.Form, name string, do func(*database.Tx, feed.ID, office.Acting, string) error) {
	answers, err := f.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	if !answers.OK() {
		d.show(w, r, http.StatusUnprocessableEntity, answers)
		return
	}
	by, _ := office.From(r.Context())
	err = d.cfg.DB.Update(r.Context(), func(tx *database.Tx) error { return do(tx, id(r), by, answers.Text("reason_"+name)) })
	if err != nil {
		d.failed(w, r, err)
		return
	}
	d.cfg.Nudge()
	web.SetNotice(w, r, "feed.notice."+name)
	web.SeeOther(w, r, "/rolls/feed/"+id(r).String())
}

// rejects gives the rows that were not taken, as a file.
func (d *Desk) rejects(w http.ResponseWriter, r *http.Request) {
	answers, err := rejectsForm.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	if !answers.OK() {
		d.show(w, r, http.StatusUnprocessableEntity, answers)
		return
	}
	by, _ := office.From(r.Context())
	out := &late{w: w, name: "rejects-" + id(r).String() + ".csv"}
	if err := d.cfg.Feed.WriteRejects(r.Context(), id(r), by, answers.Text("reason_rejects"), out); err != nil {
		if out.begun {
			d.cfg.Log.Error("the file of rows that were not taken ends early", "id", web.RequestID(r.Context()), "error", err)
			panic(http.ErrAbortHandler) // so that the browser sees that it is not whole
		}
		d.failed(w, r, err)
	}
}

// late writes a file's header with its first byte: until then a page can be shown.
type late struct {
	w     http.ResponseWriter
	name  string
	begun bool
}

func (l *late) Write(b []byte) (int, error) {
	if !l.begun {
		l.begun = true
		h := l.w.Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="`+l.name+`"`)
		h.Set("Cache-Control", "no-store")
	}
	return l.w.Write(b)
}

// failed answers what can't be done.
func (d *Desk) failed(w http.ResponseWriter, r *http.Request, err error) {
	var refusal *office.Refusal
	var state *feed.StateError
	var earlier *feed.EarlierError
	var frozen *feed.FrozenError
	switch {
	case errors.As(err, &refusal):
		web.FailBecause(w, r, http.StatusForbidden, "forbidden", office.Texts.Both(refusal.Reason.Key()))
	case errors.Is(err, feed.ErrNoBatch):
		web.Fail(w, r, http.StatusNotFound)
	case errors.As(err, &state):
		web.FailBecause(w, r, http.StatusConflict, "state", catalogue.Both("feed.failed.state"))
	case errors.As(err, &earlier):
		web.FailBecause(w, r, http.StatusConflict, "earlier", catalogue.Both("feed.failed.earlier", "earlier", earlier.Earlier.String()))
	case errors.As(err, &frozen):
		web.FailBecause(w, r, http.StatusConflict, "frozen", catalogue.Both("feed.failed.frozen", "n", frozen.Areas))
	default:
		web.Broken(w, r, d.cfg.Log, err)
	}
}
