package site

import (
	"net/http"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/ledger/statement"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls/frozen"
)

// frozenPage is the view of the frozen rolls.
type frozenPage struct {
	Behind  *web.Notice // 8300 does not answer all of the roll yet
	Answers []form.Row  // what 8300 answers from
	Rolls   listing.Table
	Indexes listing.Table
	Ask     bool
}

// frozen lists the frozen rolls, and what 8300 answers from.
func (t *turn) frozen() {
	t.Show(http.StatusOK, "frozen", func(l *counter.Look) (any, error) {
		v := frozenPage{Ask: l.Somewhere(frozen.ActPublish)}
		taken, err := t.cfg.Keeper.All(l.Tx, frozen.Frozen, 100)
		if err != nil {
			return nil, err
		}
		indexes, err := t.cfg.Keeper.All(l.Tx, frozen.Index, 10)
		if err != nil {
			return nil, err
		}
		if v.Rolls, err = rollTable(l.Tx, "site.frozen_rolls", taken); err != nil {
			return nil, err
		}
		if v.Indexes, err = rollTable(l.Tx, "site.indexes", indexes); err != nil {
			return nil, err
		}
		newest := newestOf(append(taken, indexes...))
		row := func(key string, value any) {
			v.Answers = append(v.Answers, form.Row{Label: words.Say(key), Value: value})
		}
		if newest == nil {
			row("site.answers_from", words.Say("site.answers_none"))
		} else {
			row("site.answers_from", web.Hint{Value: words.Named(words.Both{En: newest.Name, Ur: newest.Name}), Below: newest.Made})
			row("site.published", newest.Published)
			row("site.index_root", code(newest.IndexRoot))
		}
		since, stale, err := t.cfg.Keeper.Stale(l.Tx)
		if err != nil {
			return nil, err
		}
		switch {
		case stale && since.IsZero():
			v.Behind = &web.Notice{Kind: web.Warn, Title: words.Say("site.behind_all")}
		case stale:
			v.Behind = &web.Notice{Kind: web.Warn, Title: words.Say("site.behind"), Text: words.Say("site.behind_text", "since", words.Instant(t.Lang, since))}
		}
		return v, nil
	})
}

// newestOf is the roll whose index was in use last.
func newestOf(all []frozen.Roll) (newest *frozen.Roll) {
	for i := range all {
		if !all[i].Published.IsZero() && (newest == nil || all[i].Made.After(newest.Made)) {
			newest = &all[i]
		}
	}
	return newest
}

func rollTable(tx *database.Tx, caption string, all []frozen.Roll) (listing.Table, error) {
	var rows []listing.Row
	for _, r := range all {
		s, err := statement.Get(tx, string(r.Kind), r.Statement)
		if err != nil {
			return listing.Table{}, err
		}
		ledger := any(web.Tag{Kind: web.Warn, Text: words.Say("site.not_in_ledger")})
		if s.Sealed() {
			ledger = words.Say("site.entry_of_ledger", "n", s.Entry)
		}
		name := any(words.Named(words.Both{En: r.Name, Ur: r.Name}))
		row := listing.Row{web.Hint{Value: name, Below: r.Made}, r.Voters, []any{web.Link{Href: "/statements/" + s.ID(), Text: code(s.ID())}, ledger}, published(r)}
		if r.Kind == frozen.Frozen {
			scope, err := r.Scope.Areas()
			if err != nil {
				return listing.Table{}, err
			}
			row = append(row, areaName(scope[0]))
		}
		rows = append(rows, row)
	}
	columns := []listing.Column{{Label: words.Say("site.roll_name")}, {Label: words.Say("site.voters"), Number: true}, {Label: words.Say("site.statement")}, {Label: words.Say("site.published")}}
	if caption == "site.frozen_rolls" {
		columns = append(columns, listing.Column{Label: words.Say("site.where")})
	}
	table := listing.Plain(words.Say(caption), columns, rows)
	table.Empty = words.Say("site.no_indexes")
	if caption == "site.frozen_rolls" {
		table.Empty = words.Say("site.no_rolls")
	}
	return table, nil
}

func published(r frozen.Roll) any {
	if r.Published.IsZero() {
		return web.Tag{Kind: web.Warn, Text: words.Say("site.not_published")}
	}
	return r.Published
}

// askFrozen asks that a roll is frozen and published, which another officer approves.
func (t *turn) askFrozen() {
	var asked_ approval.Approval
	t.ask(func(l *counter.Look) (*asked, error) {
		if err := l.Must(frozen.ActPublish, office.Target{Somewhere: true}); err != nil {
			return nil, err
		}
		var districts []form.Option
		for _, d := range geography.Districts() {
			if d.Voters > 0 {
				a := area.OfDistrict(d)
				districts = append(districts, form.Option{Value: a.String(), Text: areaName(a)})
			}
		}
		a := &asked{ID: "form-freeze", Title: words.Say("site.freeze"), Lead: words.Say("site.freeze_text"),
			Crumbs: []web.Link{{Href: "/rolls", Text: words.Say("site.rolls")}, {Href: "/rolls/frozen", Text: words.Say("site.frozen")}},
			form: &form.Form{Name: "rolls.freeze", Submit: words.Say("site.freeze_do"), Fields: []form.Field{
				{Name: "name", Label: words.Say("site.roll_name"), Hint: words.Say("site.roll_name_hint"), Most: 100},
				{Name: "scope", Kind: form.Radios, Label: words.Say("site.scope"), Options: []form.Option{{Value: "pk", Text: words.Say("site.scope.pk")},
					{Value: "seat", Text: words.Say("site.scope.seat")}, {Value: "district", Text: words.Say("site.scope.district")}}},
				{Name: "seat", Label: words.Say("site.seat"), Optional: true, Short: true, Most: 8, Hint: words.Say("site.seat_hint")},
				{Name: "district", Kind: form.Select, Label: words.Say("site.district"), Optional: true, Options: districts},
				reasonField(),
			}, Check: checkScope},
			sure: func(*form.Filled) words.Message { return words.Say("site.freeze_sure") },
			do: func(tx *database.Tx, f *form.Filled) (err error) {
				asked_, err = t.cfg.Keeper.Ask(tx, t.By, readOrder(f), f.Text("reason"))
				return err
			},
			after: func(*form.Filled) { t.Done("site.notice.freeze_asked", "/approvals/"+asked_.ID) },
		}
		return a, nil
	})
}

func checkScope(f *form.Filled) {
	switch f.Text("scope") {
	case "seat":
		if _, err := geography.ParseConstituency(f.Text("seat")); err != nil {
			f.Wrong("seat", words.Say("site.error.seat"))
		}
	case "district":
		if f.Text("district") == "" {
			f.Wrong("district", words.Say("site.error.district"))
		}
	}
}

func readOrder(f *form.Filled) (o frozen.Order) {
	o.Name = f.Text("name")
	switch f.Text("scope") {
	case "seat":
		o.Scope.Seat, _ = geography.ParseConstituency(f.Text("seat")) // checked by the form
	case "district":
		o.Scope.District = f.Text("district")
	}
	return o
}
