package desk

import (
	"net/http"

	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

func (d *Desk) officeRoutes() (all []web.Route) {
	all = append(all,
		d.get("/offices", "office.read", (*turn).offices),
		d.get("/offices/{id}", "office.read", (*turn).office),
		d.get("/offices/commission.csv", "office.change", (*turn).commissionList))
	all = append(all, d.both("/offices/commission", "office.change", 0, (*turn).commission)...)
	all = append(all, d.both("/offices/open", "office.change", 64<<10, (*turn).open)...)
	all = append(all, d.both("/offices/{id}/change", "office.change", 64<<10, (*turn).change)...)
	return all
}

// tree is the view of the tree of offices.
type tree struct {
	Top    []*office.Branch
	Number int
	Change bool // the officer may open offices
	Empty  bool // there is nothing but the Secretariat
	Today  office.Day
	Plain  bool // none of it is there yet
}

// Open tells whether a branch is drawn open: the first two storeys.
func (tree) Open(b *office.Branch) bool {
	return b.Office.Kind == office.Secretariat || b.Office.Kind == office.Provincial && len(b.Under) < 3
}

// Shut tells whether an office is not open today.
func (t tree) Shut(o office.Office) bool { return !o.Open.Has(t.Today) }

// branch is one branch as the template draws it.
type branch struct {
	*office.Branch
	Tree tree
}

// Of gives the branch below another, for the template.
func (t tree) Of(b *office.Branch) branch { return branch{b, t} }

func (t *turn) offices() {
	t.show(http.StatusOK, "offices", func(l *look) (any, error) {
		all, err := t.cfg.Book.Offices(l.tx)
		return tree{Top: office.Tree(all), Number: len(all), Change: l.somewhere("office.change"), Empty: len(all) < 2, Today: office.DayOf(t.cfg.Book.Now())}, err
	})
}

// oneOffice is the view of an office.
type oneOffice struct {
	Office office.Office
	Crumbs []web.Link
	Title  words.Message
	Rows   []form.Row
	Under  []office.Office
	Posts  listing.Table
	Change bool
}

func (t *turn) office() {
	id := office.OfficeID(t.r.PathValue("id"))
	t.show(http.StatusOK, "office", func(l *look) (any, error) {
		all, err := t.cfg.Book.Offices(l.tx)
		if err != nil {
			return nil, err
		}
		byID := map[office.OfficeID]office.Office{}
		var v oneOffice
		for _, o := range all {
			byID[o.ID] = o
			if o.Parent == id {
				v.Under = append(v.Under, o)
			}
		}
		o, known := byID[id]
		if !known {
			return nil, office.ErrMissing
		}
		v.Office, v.Title = o, words.Named(o.Name())
		v.Change = l.may("office.change", office.Target{Office: o.ID, Areas: o.Areas()})
		v.Crumbs = []web.Link{{Text: words.Named(o.Name())}}
		for up := byID[o.Parent]; up.ID != "" && len(v.Crumbs) < 9; up = byID[up.Parent] {
			v.Crumbs = append([]web.Link{{Href: "/offices/" + string(up.ID), Text: words.Named(up.Name())}}, v.Crumbs...)
		}
		v.Crumbs = append([]web.Link{{Href: "/offices", Text: words.Say("desk.offices")}}, v.Crumbs...)
		row := func(key string, value any) { v.Rows = append(v.Rows, form.Row{Label: words.Say(key), Value: value}) }
		row("desk.name_en", words.Both{En: o.NameEn})
		row("desk.name_ur", words.Both{Ur: o.NameUr})
		row("desk.kind", words.Say(o.Kind.Key()))
		row("desk.id", words.Plain(string(o.ID)))
		row("desk.area_of", areas(o.Areas()))
		if o.Parent != "" {
			row("desk.parent", web.Link{Href: "/offices/" + string(o.Parent), Text: words.Named(byID[o.Parent].Name())})
		}
		row("desk.open", days(o.Open))
		v.Posts, err = l.holders(o)
		return v, err
	})
}

// holders are the posts of an office, with those of its officers that the one who
// looks may read of.
func (l *look) holders(o office.Office) (listing.Table, error) {
	posts, err := l.cfg.Book.PostsAt(l.tx, o.ID)
	if err != nil {
		return listing.Table{}, err
	}
	reach := l.cfg.Book.Rules.Reach(l.cfg.Book.Now(), l.who, "officer.read")
	var rows []listing.Row
	for _, p := range posts {
		holder := p.Appointment.Officer
		if !reach.Office(o) && !(reach.Self && holder == l.by.Officer) {
			continue
		}
		name, err := l.name(holder)
		if err != nil {
			return listing.Table{}, err
		}
		who := any(web.Link{Href: "/officers/" + string(holder), Text: words.Named(name)})
		if stand, why := p.Wielder(l.cfg.Book.Now()); why == office.OnLeave && stand != "" {
			other, err := l.name(stand)
			if err != nil {
				return listing.Table{}, err
			}
			who = web.Hint{Value: who, Below: words.Say("desk.stands_in", "name", other)}
		}
		rows = append(rows, listing.Row{who, words.Say(p.Appointment.Role.Key()), days(p.Appointment.Span), l.postState(p)})
	}
	table := listing.Plain(words.Say("desk.officers_here"), []listing.Column{{Label: words.Say("desk.officer")}, {Label: words.Say("desk.role")},
		{Label: words.Say("desk.when")}, {Label: words.Say("desk.state")}}, rows)
	table.Empty = words.Say("desk.officers_here_none")
	return table, nil
}
