package desk

import (
	"net/http"

	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/signin"
	"intikhab/platform/web"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

// home is the view of an officer's first page.
type home struct {
	Name     words.Both
	News     []string // what sign-in has to tell
	Steps    []step
	Deciding listing.Table
	Asked    listing.Table
	Posts    listing.Table
	Way      string // to his own page
}

// step is one of the first steps of the first administrator.
type step struct {
	Done       bool
	Text, Hint words.Message
	Links      []web.Link
}

// askedShown is how many of his own requests an officer sees on his first page.
const askedShown = 5

func (t *turn) home() {
	t.show(http.StatusOK, "home", func(l *look) (any, error) {
		v := home{News: signin.Notices(t.r, t.lang), Way: "/officers/" + string(t.by.Officer)}
		var err error
		if v.Name, err = l.name(t.by.Officer); err != nil {
			return nil, err
		}
		deciding, err := t.cfg.Approvals.For(l.tx, t.by)
		if err != nil {
			return nil, err
		}
		if v.Deciding, err = l.approvals(words.Say("desk.deciding"), words.Say("desk.deciding_none"), deciding); err != nil {
			return nil, err
		}
		asked, err := t.cfg.Approvals.By(l.tx, t.by.Officer, askedShown, 0)
		if err != nil {
			return nil, err
		}
		if v.Asked, err = l.approvals(words.Say("desk.asked"), words.Say("desk.asked_none"), asked); err != nil {
			return nil, err
		}
		v.Posts = l.posts(l.who.Posts, true)
		v.Steps, err = l.steps()
		return v, err
	})
}

// approvals are approvals as a table.
func (l *look) approvals(caption, empty words.Message, all []approval.Approval) (listing.Table, error) {
	var rows []listing.Row
	for _, a := range all {
		who, err := l.name(a.AskedBy)
		if err != nil {
			return listing.Table{}, err
		}
		what := web.Hint{Value: web.Link{Href: "/approvals/" + a.ID, Text: words.Say(office.Title(a.Act))}, Below: l.brief(a)}
		rows = append(rows, listing.Row{what, web.Hint{Value: who, Below: a.Asked}, stateOf(a)})
	}
	table := listing.Plain(caption, []listing.Column{{Label: words.Say("desk.what")}, {Label: words.Say("desk.asked_by")}, {Label: words.Say("desk.state")}}, rows)
	table.Empty = empty
	return table, nil
}

// stateOf is where an approval stands, and until when it waits.
func stateOf(a approval.Approval) any {
	kind := map[approval.State]web.Kind{approval.Asked: web.Warn, approval.Done: web.Good, approval.Approved: web.Good,
		approval.Refused: web.Bad, approval.Failed: web.Bad}[a.State]
	if kind == "" {
		kind = web.Quiet
	}
	tag := web.Tag{Kind: kind, Text: words.Say(a.State.Key())}
	if a.State == approval.Asked {
		return web.Hint{Value: tag, Below: words.Say("desk.lapses", "at", words.Named(instant(a.Lapses)))}
	}
	return web.Hint{Value: tag, Below: a.Decided}
}

// steps are what the first administrator has still to do; nothing when all is done, or
// for anybody else.
func (l *look) steps() ([]step, error) {
	if !l.somewhere("role.grant.first") {
		return nil, nil
	}
	offices, err := l.cfg.Book.Offices(l.tx)
	if err != nil {
		return nil, err
	}
	alone, err := l.cfg.Book.FirstGrantOpen(l.tx)
	if err != nil {
		return nil, err
	}
	_, officers, err := l.cfg.Book.Officers(l.tx, l.by, office.Filter{Limit: 1})
	if err != nil {
		return nil, err
	}
	opened, filled := len(offices) > 1, officers > 2
	if opened && !alone && filled {
		return nil, nil
	}
	link := func(href, key string) web.Link { return web.Link{Href: href, Text: words.Say(key)} }
	return []step{
		{opened, words.Say("desk.step.offices"), words.Say("desk.step.offices_hint"), []web.Link{link("/offices/commission", "desk.commission"), link("/offices/import", "desk.import.offices")}},
		{!alone, words.Say("desk.step.second"), words.Say("desk.step.second_hint"), []web.Link{link("/officers/second", "desk.second")}},
		{filled, words.Say("desk.step.officers"), words.Say("desk.step.officers_hint"), []web.Link{link("/officers/add", "desk.add"), link("/officers/import", "desk.import.officers")}},
	}, nil
}

// posts are posts as a table; mine tells whose they are need not be said.
func (l *look) posts(all []office.Post, mine bool) listing.Table {
	var rows []listing.Row
	for _, p := range all {
		role := any(words.Say(p.Appointment.Role.Key()))
		if len(p.Appointment.Areas) > 0 {
			role = web.Hint{Value: role, Below: areas(p.Appointment.Areas)}
		}
		rows = append(rows, listing.Row{role, web.Link{Href: "/offices/" + string(p.Office.ID), Text: words.Named(p.Office.Name())}, days(p.Appointment.Span), l.postState(p)})
	}
	table := listing.Plain(words.Say("desk.roles"), []listing.Column{{Label: words.Say("desk.role")}, {Label: words.Say("desk.office")}, {Label: words.Say("desk.when")}, {Label: words.Say("desk.state")}}, rows)
	table.Empty = words.Say("desk.roles_none")
	if mine {
		table.Caption, table.Empty = words.Say("desk.my_roles"), words.Say("desk.my_roles_none")
	}
	return table
}

// postState is how a post stands today.
func (l *look) postState(p office.Post) web.Tag {
	now := l.cfg.Book.Now()
	who, why := p.Wielder(now)
	tag := func(kind web.Kind, key string) web.Tag {
		return web.Tag{Kind: kind, Text: words.Say("desk.post." + key)}
	}
	switch {
	case why == office.OnLeave && who != "":
		return tag(web.Warn, "charge")
	case why == office.OnLeave:
		return tag(web.Warn, "leave")
	case why == office.PostEnded:
		return tag(web.Quiet, "ended")
	case why == office.Over:
		return tag(web.Quiet, "over")
	case why == office.NotYet:
		return tag(web.Info, "coming")
	case why == office.OfficeShut:
		return tag(web.Warn, "shut")
	}
	return tag(web.Good, "held")
}
