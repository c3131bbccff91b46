package calendar

import (
	"net/url"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/phase"
)

// begin asks what kind of revision, where, and from which day; the dates of its steps are
// computed from these.
func (t *turn) begin() (*asked, error) {
	var kinds []form.Option
	for _, k := range []phase.Kind{phase.PeriodicRevision, phase.SpecialRevision} {
		kinds = append(kinds, form.Option{Value: string(k), Text: words.Say(k.Key())})
	}
	var where []area.Area
	return &asked{Title: words.Say("calendar.begin"), Lead: words.Say("calendar.begin_text"),
		form: &form.Form{Name: "calendar.begin", Fields: []form.Field{
			{Name: "kind", Kind: form.Radios, Label: words.Say("calendar.kind"), Options: kinds},
			scopeField("calendar.scope_hint"),
			{Name: "first", Kind: form.Date, Label: words.Say("calendar.first")},
		}},
		do: func(_ *database.Tx, f *form.Filled) (err error) {
			where, err = scope(f.Text("scope"))
			return err
		},
		after: func(f *form.Filled) (string, string) {
			q := url.Values{"kind": {f.Text("kind")}, "scope": {area.Join(where)}, "first": {f.Day("first").String()}}
			return "", "/rolls/revisions/plan?" + q.Encode()
		}}, nil
}

// plan shows the dates of a new revision, to be changed where the law leaves them open.
func (t *turn) plan() (*asked, error) {
	q := t.r.URL.Query()
	first, _ := office.ParseDay(q.Get("first"))
	where, err := area.ParseList(q.Get("scope"))
	kind := phase.Kind(q.Get("kind"))
	if err != nil || first == "" || len(kind.Phases()) == 0 {
		return nil, phase.ErrMissing // nobody came here by the form
	}
	p := phase.Programme{Row: phase.Row{Scope: where}, Kind: kind}
	p.Steps, p.Last = t.cfg.Store.Settings.Plan(kind, first)
	return t.dates(p, words.Say("calendar.plan"), words.Say("calendar.plan_text", "least", t.cfg.Store.Settings.Claims)), nil
}

// change asks for other dates of a programme, of the steps that have not begun.
func (t *turn) change() (*asked, error) {
	p, err := t.cfg.Store.Programme(t.tx, t.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if over(p, office.DayOf(t.cfg.Book.Now())) {
		return nil, phase.ErrChanged
	}
	a := t.dates(p, words.Say("calendar.change"), words.Say("calendar.change_text", "least", t.cfg.Store.Settings.Claims))
	a.Crumbs = []web.Link{rowLink(p.ID, words.Say(p.Kind.Key()))}
	return a, nil
}

func over(p phase.Programme, today office.Day) bool {
	return p.Withdrawn || p.Last < today || len(p.Steps) != len(p.Kind.Phases())
}

// dates asks for the dates of a programme's steps.
func (t *turn) dates(p phase.Programme, title, lead words.Message) *asked {
	var fields []form.Field
	for _, s := range p.Steps {
		fields = append(fields, form.Field{Name: string(s.Phase), Kind: form.Date, Label: words.Say("calendar.first_of", "phase", words.Say(s.Phase.Key()))})
	}
	fields = append(fields,
		form.Field{Name: "last", Kind: form.Date, Label: words.Say("calendar.last")},
		form.Field{Name: "deviation_en", Kind: form.Long, Label: words.Say("calendar.deviation_en"), Hint: words.Say("calendar.deviation_hint"), Most: 1500, Optional: true},
		form.Field{Name: "deviation_ur", Kind: form.Long, Label: words.Say("calendar.deviation_ur"), Most: 1500, Optional: true},
		form.Field{Name: "version", Kind: form.Hidden, Label: title, Optional: true})
	a := &asked{Title: title, Lead: lead,
		Rows: []form.Row{{Label: words.Say("calendar.kind"), Value: words.Say(p.Kind.Key())}, {Label: words.Say("calendar.where"), Value: areas(p.Scope)}},
		form: &form.Form{Name: "calendar.dates", Fields: append(fields, reasonFields()...), Submit: words.Say("calendar.publish")}}
	a.fill = func(f *form.Filled) {
		for _, s := range p.Steps {
			f.Set(string(s.Phase), s.From.Words())
		}
		f.Set("last", p.Last.Words()).Set("deviation_en", p.Deviation.En).Set("deviation_ur", p.Deviation.Ur).Set("version", version(p.Row))
	}
	var made phase.Programme
	a.do = func(tx *database.Tx, f *form.Filled) (err error) {
		is := p
		if p.ID != "" && f.Text("version") != version(p.Row) {
			return phase.ErrChanged
		}
		is.Steps = nil
		for _, s := range p.Steps {
			is.Steps = append(is.Steps, phase.Step{Phase: s.Phase, From: day(f.Day(string(s.Phase)))})
		}
		is.Last, is.Deviation, is.Reason = day(f.Day("last")), published(f, "deviation"), published(f, "reason")
		made, err = t.cfg.Store.Plan(tx, t.by, is)
		return err
	}
	a.after = func(*form.Filled) (string, string) { return "calendar.notice.published", Home + "/" + made.ID }
	return a
}

// breakOff ends a programme that is under way, or withdraws one that has not begun.
func (t *turn) breakOff() (*asked, error) {
	p, err := t.cfg.Store.Programme(t.tx, t.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if over(p, office.DayOf(t.cfg.Book.Now())) {
		return nil, phase.ErrChanged
	}
	return &asked{Title: words.Say("calendar.break_off"), Lead: words.Say("calendar.break_off_text"), Crumbs: []web.Link{rowLink(p.ID, words.Say(p.Kind.Key()))},
		form: &form.Form{Name: "calendar.break", Fields: reasonFields(), Submit: words.Say("calendar.break_off"), Danger: true},
		do: func(tx *database.Tx, f *form.Filled) error {
			_, err := t.cfg.Store.BreakOff(tx, t.by, p.ID, p.Version, published(f, "reason"))
			return err
		},
		after: func(*form.Filled) (string, string) { return "calendar.notice.ended", Home + "/" + p.ID }}, nil
}
