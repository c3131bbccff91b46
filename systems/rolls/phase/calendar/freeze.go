package calendar

import (
	"strconv"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/phase"
)

func version(r phase.Row) string { return strconv.FormatInt(r.Version, 10) }

// askedFor is where whoever has asked for something goes.
func askedFor(*form.Filled) (string, string) { return "calendar.notice.asked", "/approvals?list=mine" }

// freezing gives the freeze that the path names, when it still binds.
func (t *turn) freezing() (phase.Freezing, error) {
	f, err := t.cfg.Store.Freezing(t.tx, t.r.PathValue("id"))
	if err == nil && (f.Withdrawn || f.Closed != "") {
		err = phase.ErrChanged
	}
	return f, err
}

// freeze asks for a freeze, or for the change of the one that the path names.
func (t *turn) freeze() (*asked, error) {
	var was phase.Freezing
	a := &asked{Title: words.Say("calendar.freeze_ask"), Lead: words.Say("calendar.freeze_text", "days", t.cfg.Store.Settings.Freeze)}
	if t.r.PathValue("id") != "" {
		var err error
		if was, err = t.freezing(); err != nil {
			return nil, err
		}
		a.Title, a.Crumbs = words.Say("calendar.freeze_change"), []web.Link{rowLink(was.ID, words.Say(phase.Freeze.Key()))}
	}
	var kinds []form.Option
	for _, o := range phase.Occasions() {
		kinds = append(kinds, form.Option{Value: string(o), Text: words.Say(o.Key())})
	}
	a.form = &form.Form{Name: "calendar.freeze", Submit: words.Say("calendar.ask"), Fields: append([]form.Field{
		{Name: "kind", Kind: form.Radios, Label: words.Say("calendar.occasion"), Options: kinds},
		scopeField("calendar.freeze_scope_hint"),
		{Name: "basis", Kind: form.Date, Label: words.Say("calendar.basis"), Hint: words.Say("calendar.basis_hint")},
		{Name: "from", Kind: form.Date, Label: words.Say("calendar.freeze_from"), Hint: words.Say("calendar.freeze_from_hint", "days", t.cfg.Store.Settings.Freeze), Optional: true},
	}, reasonFields()...)}
	a.fill = func(f *form.Filled) {
		if was.ID != "" {
			f.Set("kind", string(was.Kind)).Set("scope", area.Join(was.Scope)).Set("basis", was.Basis.Words()).Set("from", was.From.Words())
		}
	}
	a.do = func(tx *database.Tx, f *form.Filled) error {
		where, err := scope(f.Text("scope"))
		if err != nil {
			return err
		}
		_, err = t.cfg.Store.AskFreeze(tx, t.cfg.Approvals, t.by, phase.Freezer{ID: was.ID, Version: was.Version, Kind: phase.Occasion(f.Text("kind")), Scope: where,
			Basis: day(f.Day("basis")), From: day(f.Day("from")), Reason: published(f, "reason")})
		return err
	}
	a.after = askedFor
	return a, nil
}

// withdraw asks that a freeze never was one.
func (t *turn) withdraw() (*asked, error) {
	was, err := t.freezing()
	if err != nil {
		return nil, err
	}
	return &asked{Title: words.Say("calendar.withdraw"), Lead: words.Say("calendar.withdraw_text"), Crumbs: []web.Link{rowLink(was.ID, words.Say(phase.Freeze.Key()))},
		form: &form.Form{Name: "calendar.withdraw", Fields: reasonFields(), Submit: words.Say("calendar.ask"), Danger: true},
		do: func(tx *database.Tx, f *form.Filled) error {
			_, err := t.cfg.Store.AskFreeze(tx, t.cfg.Approvals, t.by, phase.Freezer{ID: was.ID, Version: was.Version, Withdraw: true, Reason: published(f, "reason")})
			return err
		}, after: askedFor}, nil
}

// override asks for an override of the freeze that the path names, or for the change of
// the override that it names.
func (t *turn) override() (*asked, error) {
	a := &asked{Title: words.Say("calendar.override_ask"), Lead: words.Say("calendar.override_text")}
	was, err := t.cfg.Store.Override(t.tx, t.r.PathValue("id"))
	if err == nil {
		a.Title, a.Crumbs = words.Say("calendar.override_change"), []web.Link{rowLink(was.ID, words.Say("calendar.override"))}
	} else {
		f, err := t.freezing()
		if err != nil {
			return nil, err
		}
		was = phase.Override{Row: phase.Row{Scope: f.Scope}, Freeze: f.ID, From: max(f.From, office.DayOf(t.cfg.Book.Now()))}
		a.Crumbs = []web.Link{rowLink(f.ID, words.Say(phase.Freeze.Key()))}
	}
	a.form = &form.Form{Name: "calendar.override", Submit: words.Say("calendar.ask"), Fields: append([]form.Field{
		scopeField("calendar.override_scope_hint"),
		{Name: "from", Kind: form.Date, Label: words.Say("calendar.from")},
		{Name: "to", Kind: form.Date, Label: words.Say("calendar.to")},
	}, reasonFields()...)}
	a.fill = func(f *form.Filled) {
		f.Set("scope", area.Join(was.Scope)).Set("from", was.From.Words()).Set("to", was.To.Words())
	}
	a.do = func(tx *database.Tx, f *form.Filled) error {
		where, err := scope(f.Text("scope"))
		if err != nil {
			return err
		}
		_, err = t.cfg.Store.AskOverride(tx, t.cfg.Approvals, t.by, phase.Thaw{ID: was.ID, Version: was.Version, Freeze: was.Freeze, Scope: where,
			From: day(f.Day("from")), To: day(f.Day("to")), Reason: published(f, "reason")})
		return err
	}
	a.after = askedFor
	return a, nil
}

// refreeze asks that an override ends at once.
func (t *turn) refreeze() (*asked, error) {
	was, err := t.cfg.Store.Override(t.tx, t.r.PathValue("id"))
	if err == nil && (was.Withdrawn || was.To < office.DayOf(t.cfg.Book.Now())) {
		err = phase.ErrChanged
	}
	if err != nil {
		return nil, err
	}
	return &asked{Title: words.Say("calendar.refreeze"), Lead: words.Say("calendar.refreeze_text"), Crumbs: []web.Link{rowLink(was.ID, words.Say("calendar.override"))},
		form: &form.Form{Name: "calendar.refreeze", Fields: reasonFields(), Submit: words.Say("calendar.ask"), Danger: true},
		do: func(tx *database.Tx, f *form.Filled) error {
			_, err := t.cfg.Store.AskOverride(tx, t.cfg.Approvals, t.by, phase.Thaw{ID: was.ID, Version: was.Version, Withdraw: true, Reason: published(f, "reason")})
			return err
		}, after: askedFor}, nil
}

// results notes that the results were announced, which ends a freeze.
func (t *turn) results() (*asked, error) {
	was, err := t.freezing()
	if err != nil {
		return nil, err
	}
	return &asked{Title: words.Say("calendar.results"), Lead: words.Say("calendar.results_text"), Crumbs: []web.Link{rowLink(was.ID, words.Say(phase.Freeze.Key()))},
		form: &form.Form{Name: "calendar.results", Submit: words.Say("calendar.results"), Fields: append([]form.Field{
			{Name: "closed", Kind: form.Date, Label: words.Say("calendar.results_day")}}, reasonFields()...)},
		fill: func(f *form.Filled) { f.Set("closed", office.DayOf(t.cfg.Book.Now()).Words()) },
		do: func(tx *database.Tx, f *form.Filled) error {
			_, err := t.cfg.Store.Close(tx, t.by, was.ID, day(f.Day("closed")), published(f, "reason"))
			return err
		},
		after: func(*form.Filled) (string, string) { return "calendar.notice.closed", Home + "/" + was.ID }}, nil
}
