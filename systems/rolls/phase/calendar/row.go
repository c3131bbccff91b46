package calendar

import (
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls/phase"
)

// rowView is the view of one programme, freeze or override, with all its versions.
type rowView struct {
	Crumbs   []web.Link
	Title    words.Message
	State    *web.Notice // that it was withdrawn
	Rows     []form.Row
	Versions listing.Table
	Ways     []web.Link
}

// row shows one row: what it says, why, and what it said before. It is published law.
func (p *Pages) row(w http.ResponseWriter, r *http.Request) {
	var all *phase.Rules
	err := p.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		all, err = p.cfg.Store.Versions(tx, r.PathValue("id"))
		return err
	})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	var v rowView
	var may []way
	today := office.DayOf(p.cfg.Book.Now())
	switch {
	case len(all.Programmes) > 0:
		may = v.programme(all.Programmes, today)
	case len(all.Freezes) > 0:
		may = v.freeze(all.Freezes)
	case len(all.Overrides) > 0:
		may = v.override(all.Overrides, today)
	default:
		p.fail(w, r, phase.ErrMissing)
		return
	}
	if v.Ways, err = p.ways(r, may); err != nil {
		p.fail(w, r, err)
		return
	}
	v.Crumbs = []web.Link{{Href: Home, Text: words.Say("calendar.title")}, {Text: v.Title}}
	pages.Render(w, r, http.StatusOK, "row", web.ChooseLanguage(r, words.Urdu), v)
}

func (v *rowView) add(key string, value any) {
	v.Rows = append(v.Rows, form.Row{Label: words.Say(key), Value: value})
}

// common adds what all rows have, and the table of versions: when each was made, why,
// and in a few words what it said.
func (v *rowView) common(newest phase.Row, versions []phase.Row, said []any) {
	v.add("calendar.where", areas(newest.Scope))
	v.add("calendar.reason", words.Named(newest.Reason))
	if newest.Withdrawn {
		v.State = &web.Notice{Kind: web.Warn, Title: words.Say("calendar.withdrawn"), Text: words.Say("calendar.withdrawn_text")}
	}
	var rows []listing.Row
	for i := len(versions) - 1; i >= 0; i-- {
		rows = append(rows, listing.Row{versions[i].Version, versions[i].Made, said[i], words.Named(versions[i].Reason)})
	}
	v.Versions = listing.Plain(words.Say("calendar.versions"), []listing.Column{{Label: words.Say("calendar.version"), Number: true}, {Label: words.Say("calendar.made")},
		{Label: words.Say("calendar.days")}, {Label: words.Say("calendar.reason")}}, rows)
}

func (v *rowView) programme(all []phase.Programme, today office.Day) []way {
	p := all[len(all)-1]
	v.Title = words.Say(p.Kind.Key())
	var rows []phase.Row
	var said []any
	for _, old := range all {
		rows = append(rows, old.Row)
		var lines []any
		for i, s := range old.Steps {
			last := old.Last
			if i+1 < len(old.Steps) {
				last = before(old.Steps[i+1].From)
			}
			lines = append(lines, words.Say("calendar.step", "phase", words.Say(s.Phase.Key()), "from", s.From.Words(), "to", last.Words()))
		}
		said = append(said, lines)
	}
	v.add("calendar.steps", said[len(said)-1])
	v.common(p.Row, rows, said)
	if !p.Deviation.IsZero() {
		v.add("calendar.deviation", words.Named(p.Deviation))
	}
	if over(p, today) {
		return nil
	}
	at := "/rolls/revisions/" + p.ID
	return []way{{at + "/change", phase.ActPlan, "calendar.change"}, {at + "/end", phase.ActPlan, "calendar.break_off"}}
}

func (v *rowView) freeze(all []phase.Freezing) []way {
	f := all[len(all)-1]
	v.Title = words.Say(phase.Freeze.Key())
	var rows []phase.Row
	var said []any
	for _, old := range all {
		rows = append(rows, old.Row)
		line := words.Say("calendar.days_open", "from", old.From.Words())
		if old.Closed != "" {
			line = words.Say("calendar.days_closed", "from", old.From.Words(), "to", old.Closed.Words())
		}
		said = append(said, line)
	}
	v.add("calendar.occasion", words.Say(f.Kind.Key()))
	v.add("calendar.basis", f.Basis.Words())
	v.add("calendar.days", said[len(said)-1])
	v.common(f.Row, rows, said)
	v.add("calendar.law", words.Say(phase.Section39.Key()))
	if f.Withdrawn || f.Closed != "" {
		return nil
	}
	at := "/rolls/freezes/" + f.ID
	return []way{{at + "/results", phase.ActClose, "calendar.results"}, {at + "/override", phase.ActOverride, "calendar.override_ask"},
		{at + "/change", phase.ActFreeze, "calendar.freeze_change"}, {at + "/withdraw", phase.ActFreeze, "calendar.withdraw"}}
}

func (v *rowView) override(all []phase.Override, today office.Day) []way {
	o := all[len(all)-1]
	v.Title = words.Say("calendar.override")
	var rows []phase.Row
	var said []any
	for _, old := range all {
		rows = append(rows, old.Row)
		said = append(said, words.Say("calendar.days_closed", "from", old.From.Words(), "to", old.To.Words()))
	}
	v.add("calendar.days", said[len(said)-1])
	v.add("calendar.of", rowLink(o.Freeze, words.Say(phase.Freeze.Key())))
	v.common(o.Row, rows, said)
	if o.Withdrawn || o.To < today {
		return nil
	}
	at := "/rolls/overrides/" + o.ID
	return []way{{at + "/change", phase.ActOverride, "calendar.override_change"}, {at + "/end", phase.ActOverride, "calendar.refreeze"}}
}
