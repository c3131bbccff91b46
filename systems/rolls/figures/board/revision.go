package board

import (
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls/figures"
)

type revisionPage struct {
	ID, Name string
	Rows     []form.Row
	Why      listing.Table
	Tables   []listing.Table
}

// revision shows what came and went since the roll before.
func (b *Board) revision(w http.ResponseWriter, r *http.Request) {
	var roll figures.Roll
	var v figures.Revision
	var ok bool
	if !b.read(w, r, func(tx *database.Tx) (err error) {
		if roll, err = b.cfg.Figures.Roll(tx, r.PathValue("roll")); err == nil {
			v, ok, err = b.cfg.Figures.Revision(tx, roll.ID)
		}
		return err
	}) {
		return
	}
	if !ok {
		web.Fail(w, r, http.StatusNotFound)
		return
	}
	whole := &v.Areas[0]
	page := revisionPage{ID: roll.ID, Name: roll.Name}
	row := func(key string, value any) {
		page.Rows = append(page.Rows, form.Row{Label: words.Say("board." + key), Value: value})
	}
	row("before", web.Link{Href: "/figures/" + v.Before.ID, Text: words.Plain(v.Before.Name)})
	row("day_before", day(v.Before.Day))
	row("day", day(roll.Day))
	if v.Before.Scope == roll.Scope {
		row("voters_before", v.Before.Voters)
	}
	row("added", show(whole.Added[2]))
	row("deleted", show(whole.Deleted[2]))
	row("corrected", show(whole.Corrected[2]))
	if v.Other != 0 {
		row("other", v.Other)
	}
	row("voters", roll.Voters)
	var reasons []listing.Row
	for _, one := range v.Why {
		reasons = append(reasons, listing.Row{why(one), show(one.Number)})
	}
	page.Why = listing.Plain(words.Say("board.why"), []listing.Column{{Label: words.Say("board.reason")}, {Label: words.Say("board.deleted"), Number: true}}, reasons)
	page.Why.Empty = words.Say("board.no_reasons")
	for _, level := range figures.Levels()[1:] {
		var rows []listing.Row
		for i := range v.Areas {
			if a := &v.Areas[i]; a.Level == level {
				rows = append(rows, listing.Row{areaName(a.Key, level), show(a.Added[0]), show(a.Added[1]), show(a.Deleted[0]), show(a.Deleted[1]), show(a.Corrected[2])})
			}
		}
		if len(rows) > 0 {
			number := func(key string) listing.Column {
				return listing.Column{Label: words.Say("board." + key), Number: true}
			}
			page.Tables = append(page.Tables, listing.Plain(words.Say("board.level."+string(level)), []listing.Column{{Label: words.Say("board.area")},
				number("added_women"), number("added_others"), number("deleted_women"), number("deleted_others"), number("corrected")}, rows))
		}
	}
	b.page(w, r, "revision", page)
}

func why(r figures.Reason) words.Message {
	if r.Why == "" {
		return words.Say("board.why.other")
	}
	return words.Say("board.why." + string(r.Why))
}
