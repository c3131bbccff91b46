package watch

import (
	"errors"
	"net/http"

	"intikhab/platform/bus"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

// lettersOnPage is how many dead letters a page shows.
const lettersOnPage = 50

type letters struct {
	Table   listing.Table
	Dropped bool
	More    string // address of the next page, or ""
	Tabs    []tab
}

type tab struct {
	Href string
	Text words.Message
	Here bool
}

func (w *Watch) letters(rw http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := letters{Dropped: q.Get("dropped") == "1"}
	v.Tabs = []tab{{"/watch/letters", words.Say("watch.letters"), !v.Dropped}, {"/watch/letters?dropped=1", words.Say("watch.dropped"), v.Dropped}}
	all, err := w.cfg.Bus.DeadLetters(r.Context(), bus.DeadFilter{Dropped: v.Dropped, After: q.Get("after"), Limit: lettersOnPage + 1})
	if errors.Is(err, bus.ErrNoLetter) {
		web.Fail(rw, r, http.StatusNotFound)
		return
	}
	if err != nil {
		w.fail(rw, r, err)
		return
	}
	if len(all) > lettersOnPage {
		all = all[:lettersOnPage]
		v.More = "/watch/letters?after=" + all[len(all)-1].ID
		if v.Dropped {
			v.More += "&dropped=1"
		}
	}
	var rows []listing.Row
	for _, l := range all {
		rows = append(rows, listing.Row{web.Link{Href: "/watch/letters/" + l.ID, Text: words.Plain(l.Queue)}, words.Plain(l.Key), words.Plain(l.Reason), l.Attempts, l.Died})
	}
	v.Table = listing.Plain(words.Say("watch.letters"), []listing.Column{
		{Label: words.Say("watch.queue")}, {Label: words.Say("watch.key")}, {Label: words.Say("watch.reason")},
		{Label: words.Say("watch.attempts"), Number: true}, {Label: words.Say("watch.gave_up")},
	}, rows)
	v.Table.Empty = words.Say("watch.no_letters")
	w.page(rw, r, http.StatusOK, "letters", v, "dropped")
}

// letter is the view of one dead letter.
type letter struct {
	bus.DeadLetter
	Rows   []form.Row
	Resend web.Confirm
	Drop   *form.Filled
}

var dropForm = &form.Form{
	Name: "watch.drop", Danger: true, Submit: words.Say("watch.drop"),
	Fields: []form.Field{{Name: "reason", Kind: form.Long, Label: words.Say("watch.drop_reason"), Hint: words.Say("watch.drop_hint"), Most: 500}},
}

func (w *Watch) letter(rw http.ResponseWriter, r *http.Request) {
	w.showLetter(rw, r, http.StatusOK, dropForm.Empty())
}

func (w *Watch) showLetter(rw http.ResponseWriter, r *http.Request, status int, drop *form.Filled) {
	l, err := w.cfg.Bus.DeadLetter(r.Context(), r.PathValue("id"))
	if errors.Is(err, bus.ErrNoLetter) {
		web.Fail(rw, r, http.StatusNotFound)
		return
	}
	if err != nil {
		w.fail(rw, r, err)
		return
	}
	at := "/watch/letters/" + l.ID
	row := func(key string, value any) form.Row { return form.Row{Label: words.Say(key), Value: value} }
	v := letter{DeadLetter: l, Drop: drop, Rows: []form.Row{
		row("watch.queue", words.Plain(l.Queue)), row("watch.key", words.Plain(l.Key)), row("watch.reason", words.Plain(l.Reason)),
		row("watch.attempts", l.Attempts), row("watch.resent", l.Resent), row("watch.first", l.First), row("watch.gave_up", l.Died),
		row("watch.size", words.Say("watch.size_kept", "n", l.Size)),
	}, Resend: web.Confirm{ID: "resend", Page: at, Open: words.Say("watch.resend"), Title: words.Say("watch.resend_ask"), Text: words.Say("watch.resend_text"),
		Action: at + "/resend", Yes: words.Say("watch.resend"), Back: at}}
	w.page(rw, r, status, "letter", v)
}

// resendLetter puts a letter back into its queue. The row is written first: what was
// sent and is not in the trail would be worse than what is in the trail and was not.
func (w *Watch) resendLetter(rw http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	_, err := w.cfg.Bus.DeadLetter(r.Context(), id)
	if err == nil {
		err = w.act(r, "deadletter.resend", "letter:"+id, "", nil)
	}
	if err == nil {
		err = w.cfg.Bus.Resend(r.Context(), id)
	}
	w.after(rw, r, err, "watch.notice.resent", "/watch/letters")
}

func (w *Watch) dropLetter(rw http.ResponseWriter, r *http.Request) {
	f, err := dropForm.Read(r)
	if err != nil {
		form.Failed(rw, r, err)
		return
	}
	if !f.OK() {
		w.showLetter(rw, r, http.StatusUnprocessableEntity, f)
		return
	}
	id := r.PathValue("id")
	_, err = w.cfg.Bus.DeadLetter(r.Context(), id)
	if err == nil {
		err = w.act(r, "deadletter.drop", "letter:"+id, f.Text("reason"), nil)
	}
	if err == nil {
		err = w.cfg.Bus.Drop(r.Context(), id, f.Text("reason"))
	}
	w.after(rw, r, err, "watch.notice.dropped", "/watch/letters")
}

// after leads on when an act is done, and says why when it is not.
func (w *Watch) after(rw http.ResponseWriter, r *http.Request, err error, done, to string) {
	var refusal *office.Refusal
	switch {
	case err == nil:
		web.SetNotice(rw, r, done)
		web.SeeOther(rw, r, to)
	case errors.As(err, &refusal):
		web.FailBecause(rw, r, http.StatusForbidden, "forbidden", office.Texts.Both(refusal.Reason.Key()))
	case errors.Is(err, bus.ErrNoLetter):
		web.FailBecause(rw, r, http.StatusConflict, "gone", catalogue.Both("watch.letter_gone"))
	default:
		w.fail(rw, r, err)
	}
}
