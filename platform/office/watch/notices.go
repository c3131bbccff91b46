package watch

import (
	"errors"
	"net/http"
	"net/url"

	"intikhab/platform/database"
	"intikhab/platform/notice"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

var noticeStates = []notice.State{notice.Waiting, notice.Sending, notice.Sent, notice.Delivered, notice.Undelivered,
	notice.Uncertain, notice.GivenUp, notice.Cancelled, notice.Unwanted}

var noticeList = &listing.Listing{
	Caption: words.Say("watch.notices"), Path: "/notices", Empty: words.Say("watch.no_notices"),
	Columns: []listing.Column{
		{Key: "kind", Label: words.Say("watch.kind")}, {Key: "to", Label: words.Say("watch.to")},
		{Key: "state", Label: words.Say("watch.state")}, {Key: "segments", Label: words.Say("watch.segments"), Number: true},
	},
	Filters: []listing.Filter{{Key: "state", Label: words.Say("watch.state"), Options: stateOptions()}},
}

func stateOptions() (options []form.Option) {
	for _, s := range noticeStates {
		options = append(options, form.Option{Value: string(s), Text: words.Say("notice.state." + string(s))})
	}
	return options
}

func (w *Watch) notices(rw http.ResponseWriter, r *http.Request) {
	q := noticeList.Read(r)
	lang := web.ChooseLanguage(r, words.Urdu)
	var rows []listing.Row
	var total int
	err := w.cfg.DB.View(r.Context(), func(tx *database.Tx) error {
		page, n, err := w.cfg.Notices.List(tx, notice.Query{State: notice.State(q.Filter("state")), Limit: q.Limit(), Skip: q.Offset()})
		rows, total = nil, n
		for _, l := range page {
			rows = append(rows, noticeRow(l, lang))
		}
		return err
	})
	if err != nil {
		w.fail(rw, r, err)
		return
	}
	w.page(rw, r, http.StatusOK, "notices", q.Table(total, rows), noticeList.Keep()...)
}

func noticeRow(l notice.Listed, lang words.Language) listing.Row {
	kind := map[notice.State]web.Kind{notice.Delivered: web.Good, notice.Sent: web.Good, notice.GivenUp: web.Bad, notice.Undelivered: web.Bad, notice.Uncertain: web.Warn}[l.State]
	if kind == "" {
		kind = web.Quiet
	}
	state := any(web.Tag{Kind: kind, Text: words.Say("notice.state." + string(l.State))})
	if why := l.Why(lang); why != "" {
		state = web.Hint{Value: state, Below: words.Plain(why)}
	}
	to := web.Hint{Value: words.Plain(l.To), Below: words.Say("notice.channel." + string(l.Channel))}
	kindOf := web.Hint{Value: web.Link{Href: "/notices/" + url.PathEscape(l.ID), Text: words.Plain(l.Kind)}, Below: l.Put}
	return listing.Row{kindOf, to, state, l.Segments}
}

// told is the view of one notice.
type told struct {
	notice.Listed
	Rows   []form.Row
	Resend *web.Confirm
	Cancel *web.Confirm
}

func (w *Watch) notice(rw http.ResponseWriter, r *http.Request) {
	var page []notice.Listed
	err := w.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		page, _, err = w.cfg.Notices.List(tx, notice.Query{ID: r.PathValue("id")})
		return err
	})
	if err != nil {
		w.fail(rw, r, err)
		return
	}
	if len(page) == 0 {
		web.Fail(rw, r, http.StatusNotFound)
		return
	}
	l := page[0]
	cells := noticeRow(l, web.ChooseLanguage(r, words.Urdu))
	v := told{Listed: l}
	for i, key := range []string{"watch.kind", "watch.to", "watch.state", "watch.segments"} {
		v.Rows = append(v.Rows, form.Row{Label: words.Say(key), Value: cells[i]})
	}
	v.Rows[0].Value = words.Plain(l.Kind)
	v.Rows = append(v.Rows, form.Row{Label: words.Say("watch.price"), Value: words.Say("watch.rupees", "n", words.Decimal(words.English, float64(l.Paisa)/100, 2))},
		form.Row{Label: words.Say("watch.about"), Value: words.Plain(l.On)}, form.Row{Label: words.Say("watch.attempts"), Value: l.Attempts},
		form.Row{Label: words.Say("watch.put"), Value: l.Put}, form.Row{Label: words.Say("watch.changed"), Value: l.Changed})
	at := "/notices/" + url.PathEscape(l.ID)
	switch l.State {
	case notice.GivenUp, notice.Uncertain, notice.Undelivered:
		v.Resend = &web.Confirm{ID: "resend", Page: at, Open: words.Say("watch.resend"), Title: words.Say("watch.resend_notice_ask"),
			Text: words.Say("watch.resend_notice_text"), Action: at + "/resend", Yes: words.Say("watch.resend"), Back: at}
	case notice.Waiting:
		v.Cancel = &web.Confirm{ID: "cancel", Page: at, Open: words.Say("watch.cancel"), Title: words.Say("watch.cancel_ask"),
			Text: words.Say("watch.cancel_text"), Action: at + "/cancel", Yes: words.Say("watch.cancel"), Back: at, Danger: true}
	}
	w.page(rw, r, http.StatusOK, "notice", v)
}

func (w *Watch) resendNotice(rw http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	err := w.act(r, "notice.resend", "notice:"+id, "", func(tx *database.Tx) error { return w.cfg.Notices.Resend(tx, id) })
	w.afterNotice(rw, r, err, "watch.notice.resent")
}

func (w *Watch) cancelNotice(rw http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	err := w.act(r, "notice.cancel", "notice:"+id, "", func(tx *database.Tx) error { return w.cfg.Notices.Cancel(tx, id) })
	w.afterNotice(rw, r, err, "watch.notice.cancelled")
}

func (w *Watch) afterNotice(rw http.ResponseWriter, r *http.Request, err error, done string) {
	if errors.Is(err, notice.ErrState) {
		web.FailBecause(rw, r, http.StatusConflict, "gone_on", catalogue.Both("watch.notice_gone_on"))
		return
	}
	w.after(rw, r, err, done, "/notices")
}

// previewed is the view of the page that shows what a notice would be.
type previewed struct {
	Form    *form.Filled
	Preview *notice.Preview
	Lang    words.Language
	Rows    []form.Row
}

// preview shows the text of a kind of notice in a language, with segments and price,
// its placeholders filled with their own names.
func (w *Watch) preview(rw http.ResponseWriter, r *http.Request) {
	f := w.previewForm()
	q := r.URL.Query()
	v := previewed{Form: f.With(url.Values{"kind": {q.Get("kind")}, "language": {q.Get("language")}})}
	lang, ok := words.ParseLanguage(q.Get("language"))
	if ok {
		if p, err := w.cfg.Notices.Preview(q.Get("kind"), lang, nil); err == nil {
			v.Preview, v.Lang = &p, lang
			v.Rows = []form.Row{
				{Label: words.Say("watch.encoding"), Value: words.Plain(p.Encoding)}, {Label: words.Say("watch.characters"), Value: p.Characters},
				{Label: words.Say("watch.segments"), Value: p.Segments},
				{Label: words.Say("watch.price"), Value: words.Say("watch.rupees", "n", words.Decimal(words.English, float64(p.Paisa)/100, 2))},
			}
		}
	}
	w.page(rw, r, http.StatusOK, "preview", v, "kind", "language")
}

func (w *Watch) previewForm() *form.Form {
	var kinds []form.Option
	for _, k := range w.cfg.Notices.Kinds() {
		kinds = append(kinds, form.Option{Value: k, Text: words.Plain(k)})
	}
	return &form.Form{Name: "watch.preview", Fields: []form.Field{
		{Name: "kind", Kind: form.Select, Label: words.Say("watch.kind"), Options: kinds},
		{Name: "language", Kind: form.Radios, Label: words.Say("watch.language"), Options: []form.Option{
			{Value: "en", Text: words.Say("watch.english")}, {Value: "ur", Text: words.Say("watch.urdu")}}},
	}}
}
