package desk

import (
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

// trailRoutes are the auditor's pages.
func (d *Desk) trailRoutes() []web.Route {
	all := []web.Route{d.get("/audit", "audit.read", (*turn).trail), d.get("/audit/{seq}", "audit.read", (*turn).row)}
	return append(all, d.both("/audit/export", "audit.read", 0, (*turn).export)...)
}

// trail is the view of the search.
type trail struct {
	Table        listing.Table
	First, Older string // the newest rows, and those before the ones shown; or ""
	Export       string
	Several      bool // the name is that of several officers, or of none
}

func trailList() *listing.Listing {
	var acts, outcomes []form.Option
	for _, a := range office.Standard().Acts() {
		acts = append(acts, form.Option{Value: string(a), Text: words.Say(office.Title(a))})
	}
	for _, o := range []audit.Outcome{audit.Done, audit.Refused, audit.Shown} {
		outcomes = append(outcomes, form.Option{Value: o.String(), Text: words.Say("desk.outcome." + o.String())})
	}
	return &listing.Listing{Caption: words.Say("desk.audit"), Path: "/audit", Empty: words.Say("desk.trail_none"),
		Columns: []listing.Column{{Key: "seq", Label: words.Say("desk.row")}, {Key: "at", Label: words.Say("desk.when_one")}, {Key: "who", Label: words.Say("desk.officer")},
			{Key: "what", Label: words.Say("desk.what")}, {Key: "on", Label: words.Say("desk.about")}, {Key: "outcome", Label: words.Say("desk.outcome")}},
		Filters: []listing.Filter{{Key: "officer", Label: words.Say("desk.trail_officer")}, {Key: "act", Label: words.Say("desk.what"), Options: acts},
			{Key: "on", Label: words.Say("desk.trail_on")}, {Key: "from", Label: words.Say("desk.day_from"), Day: true}, {Key: "to", Label: words.Say("desk.day_to"), Day: true},
			{Key: "outcome", Label: words.Say("desk.outcome"), Options: outcomes}}}
}

// query reads what is looked for. Several says that a name is not that of one officer.
func (l *look) query(q listing.Query) (find audit.Query, several bool, err error) {
	find = audit.Query{Officer: q.Filter("officer"), Act: q.Filter("act"), On: q.Filter("on"), Outcome: audit.ParseOutcome(q.Filter("outcome"))}
	if d, err := words.ParseDay(q.Filter("from")); err == nil {
		find.From = d.Time()
	}
	if d, err := words.ParseDay(q.Filter("to")); err == nil {
		find.To = d.Add(1).Time()
	}
	if find.Officer == "" {
		return find, false, nil
	}
	if _, err := l.cfg.Book.Officer(l.tx, office.OfficerID(find.Officer)); !errors.Is(err, office.ErrMissing) {
		return find, false, err
	}
	found, total, err := l.cfg.Book.Officers(l.tx, l.by, office.Filter{Query: find.Officer, Limit: 1})
	if total == 1 {
		find.Officer = string(found[0].Officer.ID)
	}
	return find, total != 1, err
}

// whose is who did what a row tells of, in words where it is an officer.
func (l *look) whose(r audit.Row) (any, error) {
	if r.Officer == "" {
		return words.Say("desk.program"), nil
	}
	name, err := l.name(office.OfficerID(r.Officer))
	if err != nil {
		return nil, err
	}
	who := any(name)
	if name.En == r.Officer { // one of the ways in
		who = words.Plain(r.Officer)
	}
	if r.For == "" {
		return who, nil
	}
	holder, err := l.name(office.OfficerID(r.For))
	return web.Hint{Value: who, Below: words.Say("desk.for", "name", holder)}, err
}

func (t *turn) trail() {
	trails := trailList()
	q := trails.Read(t.r)
	before, err := strconv.ParseInt(t.r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	v := trail{Export: "/audit/export?" + q.Values().Encode()}
	var find audit.Query
	ok := t.read(func(l *look) (err error) {
		if err = l.must("audit.read", everything); err == nil {
			find, v.Several, err = l.query(q)
		}
		return err
	})
	if !ok {
		return
	}
	find.Before = before
	page, err := audit.Search(t.r.Context(), t.cfg.DB, find)
	if err != nil {
		t.fail(err)
		return
	}
	at := func(before int64) string {
		values := q.Values()
		if before > 0 {
			values.Set("before", strconv.FormatInt(before, 10))
		}
		return "/audit?" + values.Encode()
	}
	if page.Next > 0 {
		v.Older = at(page.Next)
	}
	if before > 0 {
		v.First = at(0)
	}
	t.show(http.StatusOK, "trail", func(l *look) (any, error) {
		var rows []listing.Row
		for _, r := range page.Rows {
			who, err := l.whose(r)
			if err != nil {
				return nil, err
			}
			rows = append(rows, listing.Row{web.Link{Href: "/audit/" + strconv.FormatInt(r.Seq, 10), Text: words.Plain(strconv.FormatInt(r.Seq, 10))},
				exact(words.Exact(r.At)), who, actWords(r.Act), onWords(r.On), outcomeTag(r.Outcome)})
		}
		v.Table = q.Table(len(rows), rows)
		v.Table.Pages = listing.Paging{}
		return v, nil
	}, append(trails.Keep(), "before")...)
}

// exact is an instant to the second, which is the same in both languages and stays in
// its own direction.
type exact string

// actWords is an act in words, or as it stands where the table has it no more.
func actWords(act string) words.Message {
	if key := office.Title(office.Act(act)); catalogue.Has(key) {
		return words.Say(key)
	}
	return words.Plain(act)
}

// onWords is what an act was about, with the way there.
func onWords(on string) any {
	kind, id, _ := strings.Cut(on, ":")
	paths := map[string]string{"officer": "/officers/", "office": "/offices/", "approval": "/approvals/"}
	if path, known := paths[kind]; known && id != "" {
		return web.Link{Href: path + url.PathEscape(id), Text: words.Plain(on)}
	}
	return words.Plain(on)
}

func outcomeTag(o audit.Outcome) web.Tag {
	kind := web.Good
	switch o {
	case audit.Refused:
		kind = web.Bad
	case audit.Shown:
		kind = web.Info
	}
	return web.Tag{Kind: kind, Text: words.Say("desk.outcome." + o.String())}
}

// oneRow is the view of a row.
type oneRow struct {
	Seq     int64
	Crumbs  []web.Link
	Rows    []form.Row
	Changes listing.Table
	Seal    []form.Row
}

func (t *turn) row() {
	if !t.read(func(l *look) error { return l.must("audit.read", everything) }) {
		return
	}
	seq, err := strconv.ParseInt(t.r.PathValue("seq"), 10, 64)
	if err != nil || seq < 1 {
		web.Fail(t.w, t.r, http.StatusNotFound)
		return
	}
	shown, err := audit.Show(t.r.Context(), t.cfg.DB, seq)
	if errors.Is(err, audit.ErrNoRow) {
		web.Fail(t.w, t.r, http.StatusNotFound)
		return
	}
	if err != nil {
		t.fail(err)
		return
	}
	t.show(http.StatusOK, "row", func(l *look) (any, error) {
		v := oneRow{Seq: seq, Crumbs: []web.Link{{Href: "/audit", Text: words.Say("desk.audit")}, {Text: words.Say("desk.row_n", "n", seq)}}}
		row := func(key string, value any) { v.Rows = append(v.Rows, form.Row{Label: words.Say(key), Value: value}) }
		who, err := l.whose(shown.Row)
		if err != nil {
			return nil, err
		}
		row("desk.when_one", exact(words.Exact(shown.At)))
		row("desk.officer", web.Hint{Value: who, Below: words.Plain(shown.Officer)})
		row("desk.office", words.Plain(shown.Office))
		row("desk.what", web.Hint{Value: actWords(shown.Act), Below: words.Plain(shown.Act)})
		row("desk.about", onWords(shown.On))
		row("desk.outcome", outcomeTag(shown.Outcome))
		row("desk.reason", shown.Reason)
		row("desk.request", words.Plain(shown.Request))
		var changes []listing.Row
		for _, c := range shown.Changes {
			changes = append(changes, listing.Row{words.Plain(c.Field), value(c.Before), value(c.After)})
		}
		v.Changes = listing.Plain(words.Say("desk.changes"), []listing.Column{{Label: words.Say("desk.field")}, {Label: words.Say("desk.before")}, {Label: words.Say("desk.after")}}, changes)
		v.Changes.Empty = words.Say("desk.changes_none")
		seal := func(key string, value any) {
			v.Seal = append(v.Seal, form.Row{Label: words.Say(key), Value: value})
		}
		seal("desk.commitment", words.Plain(hex.EncodeToString(shown.Commitment[:])))
		if shown.Sealed {
			seal("desk.sealed", words.Say("desk.sealed_at", "n", shown.Index))
		} else {
			seal("desk.sealed", words.Say("desk.sealed_not"))
		}
		return v, nil
	})
}

func value(v *string) any {
	if v == nil {
		return words.Say("desk.none")
	}
	return *v
}

// export gives the rows that are looked for as a CSV file, for a reason.
func (t *turn) export() {
	trails := trailList()
	q := trails.Read(t.r)
	back := "/audit?" + q.Values().Encode()
	var find audit.Query
	var from string
	t.ask(func(l *look) (*asked, error) {
		d, err := t.cfg.Book.Must(l.tx, t.by, "audit.read", everything)
		if err != nil {
			return nil, err
		}
		from = string(d.Office)
		find, _, err = l.query(q)
		return &asked{ID: "form-export", Title: words.Say("desk.export"), Lead: words.Say("desk.export_text"), Crumbs: []web.Link{{Href: back, Text: words.Say("desk.audit")}},
			form: &form.Form{Name: "desk.export", Action: "/audit/export?" + q.Values().Encode(), Submit: words.Say("desk.export_do"), Fields: []form.Field{reasonField("desk.reason")}},
			do:   func(*database.Tx, *form.Filled) error { return nil },
			after: func(f *form.Filled) {
				t.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
				t.w.Header().Set("Content-Disposition", `attachment; filename="audit-`+t.cfg.Book.Now().In(words.Zone).Format(time.DateOnly)+`.csv"`)
				t.w.Header().Set("Cache-Control", "no-store")
				by := audit.Entry{Officer: string(t.by.Officer), Office: from, Act: "audit.read", On: "audit:rows", Reason: f.Text("reason"), Request: t.by.Request}
				if err := audit.Export(t.r.Context(), t.cfg.DB, t.cfg.Book.Now(), t.w, find, by); err != nil {
					t.cfg.Log.Error("an export of the audit trail was cut off", "id", web.RequestID(t.r.Context()), "error", err)
					panic(http.ErrAbortHandler) // so that half a file is not taken for a whole one
				}
			}}, err
	})
}

// everything is what an act without an area is about.
var everything = office.Target{}
