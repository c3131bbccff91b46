package site

import (
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/phase"
)

// in is an area as a target of an act.
func in(a area.Area) office.Target { return office.In(a) }

// blockPage is the view of one electoral area. Its entries are not on it.
type blockPage struct {
	Crumbs []web.Link
	Title  words.Message
	Rows   []form.Row
	Lists  listing.Table
	Ways   []way
	Split  []way
}

// way is a button of a page.
type way struct {
	ID, Href string
	Text     words.Message
	Danger   bool
}

func blockCrumbs(b *rolls.Block) []web.Link {
	return []web.Link{{Href: "/rolls", Text: words.Say("site.rolls")}, {Href: "/rolls/blocks", Text: words.Say("site.blocks")},
		{Href: "/rolls/blocks/" + b.Code.String(), Text: code(b.Code.String())}}
}

func (t *turn) block() {
	t.Show(http.StatusOK, "block", func(l *counter.Look) (any, error) {
		b, err := t.blockNamed(l.Tx, ActRead)
		if err != nil {
			return nil, err
		}
		v := blockPage{Crumbs: blockCrumbs(&b), Title: words.Say("site.block_n", "code", b.Code.String(), "name", blockName(&b))}
		v.Crumbs[2].Href = ""
		if v.Rows, err = t.aboutBlock(l, &b); err != nil {
			return nil, err
		}
		if v.Lists, err = t.blockLists(l, &b); err != nil {
			return nil, err
		}
		here := "/rolls/blocks/" + b.Code.String()
		if may, err := t.may(l.Tx, t.By, "print.block", &b); err != nil {
			return nil, err
		} else if may {
			v.Ways = append(v.Ways, way{"print", "/rolls/print?block=" + b.Code.String(), words.Say("site.print"), false})
		}
		if may, err := t.may(l.Tx, t.By, ActConsolidate, &b); err != nil {
			return nil, err
		} else if may {
			v.Ways = append(v.Ways, way{"consolidate", here + "/consolidate", words.Say("site.consolidate"), true})
		}
		may, err := t.may(l.Tx, t.By, ActSplit, &b)
		if err != nil {
			return nil, err
		}
		for _, one := range lists {
			if may && b.Next[one.list] > 1 {
				v.Split = append(v.Split, way{"split-" + one.path, here + "/split/" + one.path, words.Say("site.split_list", "list", words.Say(one.key)), false})
			}
		}
		return v, nil
	})
}

// aboutBlock is what is known of a block.
func (t *turn) aboutBlock(l *counter.Look, b *rolls.Block) ([]form.Row, error) {
	row := func(key string, value any) form.Row { return form.Row{Label: words.Say(key), Value: value} }
	rules, err := t.cfg.Phases.Rules(l.Tx)
	if err != nil {
		return nil, err
	}
	state := rules.At(phase.AreasOf(b), t.Book.Now())
	now := any(words.Say(state.Phase.Key()))
	if state.Until != "" {
		now = web.Hint{Value: now, Below: words.Say("site.until_day", "day", state.Until.Words())}
	}
	changes, err := t.cfg.Store.Changes(l.Tx, b.Code)
	if err != nil {
		return nil, err
	}
	kinds := map[rolls.ChangeKind]int{}
	for _, c := range changes {
		kinds[c.Kind]++
	}
	additions, err := t.additions(l.Tx, b)
	if err != nil {
		return nil, err
	}
	edition := any(words.Say("site.never_printed"))
	if b.Edition > 0 {
		edition = web.Hint{Value: b.Edition, Below: b.Consolidated}
	}
	return []form.Row{
		row("site.name_en", words.Both{En: b.NameEn}), row("site.name_ur", words.Both{Ur: b.NameUr}),
		row("site.tehsil", words.Both{En: b.TehsilEn, Ur: b.TehsilUr}), row("site.district", words.Both{En: b.DistrictEn, Ur: b.DistrictUr}),
		row("site.seats", seatsOf(b)), row("site.phase", now), row("site.edition", edition),
		row("site.since_edition", []any{words.Say("site.additions", "n", additions), words.Say("site.deletions", "n", kinds[rolls.Deletion]), words.Say("site.corrections", "n", kinds[rolls.Correction])}),
	}, nil
}

// additions counts who came into a block after it was last consolidated.
func (t *turn) additions(tx *database.Tx, b *rolls.Block) (n int, err error) {
	err = t.cfg.Store.Of(tx, b.Code, func(e rolls.Entry) error {
		if e.Entered.After(b.Consolidated) {
			n++
		}
		return nil
	})
	return n, err
}

// blockLists are the lists of a block: how many stand there, which serials were given, and
// where they vote.
func (t *turn) blockLists(l *counter.Look, b *rolls.Block) (listing.Table, error) {
	n, err := t.cfg.Store.Count(l.Tx, b.Code)
	if err != nil {
		return listing.Table{}, err
	}
	splits, err := t.cfg.Store.Splits(l.Tx)
	if err != nil {
		return listing.Table{}, err
	}
	var rows []listing.Row
	for _, one := range lists {
		last := b.Next[one.list] - 1
		stations := any(b.Station[one.list])
		if b.Station[one.list] == "" {
			stations = words.Say("site.none_yet")
		}
		if shares := splits[rolls.Shared{Block: b.Code, List: one.list}]; len(shares) > 0 {
			var all []any
			for i, s := range shares {
				to := last
				if i+1 < len(shares) {
					to = shares[i+1].From - 1
				}
				all = append(all, words.Say("site.share", "station", s.Station, "from", s.From, "to", to))
			}
			stations = all
		}
		rows = append(rows, listing.Row{words.Say(one.key), n[one.list], last, stations})
	}
	return listing.Plain(words.Say("site.lists"), []listing.Column{{Label: words.Say("site.list")}, {Label: words.Say("site.voters"), Number: true},
		{Label: words.Say("site.last_serial"), Number: true}, {Label: words.Say("site.station")}}, rows), nil
}

// consolidate numbers a block anew, after a second look.
func (t *turn) consolidate() {
	t.ask(func(l *counter.Look) (*asked, error) {
		b, err := t.blockNamed(l.Tx, ActConsolidate)
		if err != nil {
			return nil, err
		}
		a := &asked{ID: "form-consolidate", Title: words.Say("site.consolidate"), Lead: words.Say("site.consolidate_text"), Crumbs: blockCrumbs(&b),
			Rows: []form.Row{{Label: words.Say("site.block"), Value: web.Hint{Value: code(b.Code.String()), Below: blockName(&b)}},
				{Label: words.Say("site.voters"), Value: []any{int(b.Next[0]) - 1, int(b.Next[1]) - 1, int(b.Next[2]) - 1}}, {Label: words.Say("site.edition"), Value: b.Edition}},
			form: &form.Form{Name: "rolls.consolidate", Submit: words.Say("site.consolidate"), Danger: true, Fields: []form.Field{reasonField()}},
			held: map[string]string{"edition": words.Number(words.English, b.Edition)},
			sure: func(*form.Filled) words.Message { return words.Say("site.consolidate_sure") },
		}
		if err := t.cfg.Phases.Check(l.Tx, phase.AreasOf(&b), phase.Consolidate, t.Book.Now()); err != nil {
			if notice, _ := told(err); notice != nil {
				a.Notices = append(a.Notices, *notice)
			}
		}
		a.do = func(tx *database.Tx, f *form.Filled) error {
			return t.consolidateNow(tx, f.Text("edition"), f.Text("reason"))
		}
		a.after = func(*form.Filled) { t.Done("site.notice.consolidated", "/rolls/blocks/"+b.Code.String()) }
		return a, nil
	})
}

func (t *turn) consolidateNow(tx *database.Tx, edition, reason string) error {
	b, err := t.blockNamed(tx, ActConsolidate)
	if err != nil {
		return err
	}
	d, err := t.must(tx, t.By, ActConsolidate, &b)
	if err != nil {
		return err
	}
	if edition != words.Number(words.English, b.Edition) {
		return rolls.ErrChanged
	}
	if err := t.cfg.Phases.Check(tx, phase.AreasOf(&b), phase.Consolidate, t.Book.Now()); err != nil {
		return err
	}
	now, err := t.cfg.Store.Consolidate(tx, b.Code)
	if err != nil {
		return err
	}
	e := d.Entry(t.By, ActConsolidate, "block:"+b.Code.String(), reason)
	e.Change("edition", b.Edition, now.Edition)
	return audit.Write(tx, t.Book.Now(), e)
}
