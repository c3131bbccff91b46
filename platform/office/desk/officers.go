package desk

import (
	"net/http"
	"strings"

	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

// officerRoutes are the pages of officers.
func (d *Desk) officerRoutes() (all []web.Route) {
	all = append(all, d.get("/officers", "officer.read", (*turn).officers), d.get("/officers/{id}", "officer.read", (*turn).officer))
	all = append(all, d.both("/officers/second", "role.grant.first", 0, (*turn).second)...)
	all = append(all, d.both("/officers/add", "officer.add", 0, (*turn).add)...)
	all = append(all, d.both("/officers/{id}/change", "officer.change", 0, (*turn).changeOfficer)...)
	all = append(all, d.post("/officers/{id}/invite", "officer.add", "/officers/{id}", (*turn).invite)...)
	all = append(all, d.post("/officers/{id}/letter", "officer.add", "/officers/{id}", (*turn).letter)...)
	all = append(all, d.both("/officers/{id}/reveal", "officer.reveal", 0, (*turn).reveal)...)
	for _, m := range moves {
		all = append(all, d.both("/officers/{id}/"+m.path, "officer.suspend", 0, func(t *turn) { t.move(m) })...)
	}
	all = append(all, d.both("/officers/{id}/grant", "role.grant", 64<<10, (*turn).grant)...)
	all = append(all, d.both("/posts/{id}/end", "role.end", 0, (*turn).endPost)...)
	all = append(all, d.both("/posts/{id}/leave", "leave.give", 0, (*turn).giveLeave)...)
	all = append(all, d.both("/posts/{id}/leaves/{leave}/back", "leave.give", 0, (*turn).endLeave)...)
	return append(all, d.both("/posts/{id}/leaves/{leave}/charge", "acting.give", 0, (*turn).askCharge)...)
}

// officers is the view of the list.
type officers struct {
	Table listing.Table
	Add   bool
}

// officerList is the list with the offices that it can be narrowed to.
func officerList(offices []form.Option) *listing.Listing {
	var roles, states []form.Option
	for _, r := range office.Roles() {
		roles = append(roles, form.Option{Value: string(r), Text: words.Say(r.Key())})
	}
	for _, s := range []office.State{office.Invited, office.Active, office.Suspended, office.Closed} {
		states = append(states, form.Option{Value: string(s), Text: words.Say(s.Key())})
	}
	return &listing.Listing{Caption: words.Say("desk.officers"), Path: "/officers", Empty: words.Say("desk.officers_none"),
		Columns: []listing.Column{{Key: "name", Label: words.Say("desk.officer")}, {Key: "roles", Label: words.Say("desk.roles_today")},
			{Key: "home", Label: words.Say("desk.home_office")}, {Key: "state", Label: words.Say("desk.state")}},
		Filters: []listing.Filter{{Key: "q", Label: words.Say("desk.name_part")}, {Key: "office", Label: words.Say("desk.office"), Options: offices},
			{Key: "role", Label: words.Say("desk.role"), Options: roles}, {Key: "state", Label: words.Say("desk.state"), Options: states}},
	}
}

func (t *turn) officers() {
	keep := officerList(nil).Keep()
	t.show(http.StatusOK, "officers", func(l *look) (any, error) {
		options, err := l.officeOptions("officer.read")
		if err != nil {
			return nil, err
		}
		q := officerList(options).Read(t.r)
		page, total, err := t.cfg.Book.Officers(l.tx, t.by, office.Filter{Query: q.Filter("q"), Office: office.OfficeID(q.Filter("office")), Under: true,
			Role: office.Role(q.Filter("role")), State: office.State(q.Filter("state")), Offset: q.Offset(), Limit: q.Limit()})
		if err != nil {
			return nil, err
		}
		names, err := l.officeNames()
		if err != nil {
			return nil, err
		}
		var rows []listing.Row
		for _, o := range page {
			rows = append(rows, listing.Row{web.Link{Href: "/officers/" + string(o.Officer.ID), Text: words.Named(o.Officer.Name())},
				l.rolesToday(o), words.Named(names[o.Officer.Home]), accountState(o.Officer.State)})
		}
		return officers{q.Table(total, rows), l.somewhere("officer.add")}, nil
	}, keep...)
}

// rolesToday are the roles whose powers an officer has today.
func (l *look) rolesToday(o office.Listed) any {
	var lines []any
	for _, p := range o.Posts {
		if who, _ := p.Wielder(l.cfg.Book.Now()); who == o.Officer.ID {
			lines = append(lines, words.Say("desk.role_at", "role", words.Say(p.Appointment.Role.Key()), "office", p.Office.Name()))
		}
	}
	if len(lines) == 0 {
		return words.Say("desk.none")
	}
	return lines
}

func (l *look) officeNames() (map[office.OfficeID]words.Both, error) {
	all, err := l.cfg.Book.Offices(l.tx)
	names := map[office.OfficeID]words.Both{}
	for _, o := range all {
		names[o.ID] = o.Name()
	}
	return names, err
}

func accountState(s office.State) web.Tag {
	kind := map[office.State]web.Kind{office.Invited: web.Info, office.Active: web.Good, office.Suspended: web.Warn}[s]
	if kind == "" {
		kind = web.Quiet
	}
	return web.Tag{Kind: kind, Text: words.Say(s.Key())}
}

// crumbsOf are the ways back from a page about an officer.
func crumbsOf(o office.Officer) []web.Link {
	return []web.Link{{Href: "/officers", Text: words.Say("desk.officers")}, {Href: "/officers/" + string(o.ID), Text: words.Named(o.Name())}}
}

// officerID is the officer that the path names. What can be no id is nobody's.
func (t *turn) officerID() office.OfficerID {
	return office.OfficerID(strings.TrimSpace(t.r.PathValue("id")))
}

// whom gives the officer that the path names, when the one who looks may do an act to
// him.
func (l *look) whom(act office.Act) (office.Officer, error) {
	o, err := l.cfg.Book.Officer(l.tx, l.officerID())
	if err != nil {
		return o, err
	}
	on, err := l.cfg.Book.OfficerTarget(l.tx, o.ID)
	if err != nil {
		return o, err
	}
	return o, l.must(act, on)
}
