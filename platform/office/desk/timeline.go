package desk

import (
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

// onePost is one post of an officer with the leaves that are not over.
func (l *look) onePost(o office.Officer, p office.Post) (onePost, error) {
	a, id := p.Appointment, string(p.Appointment.ID)
	one := onePost{ID: id, Role: words.Say(a.Role.Key())}
	row := func(key string, value any) {
		one.Rows = append(one.Rows, form.Row{Label: words.Say(key), Value: value})
	}
	row("desk.office", web.Link{Href: "/offices/" + string(p.Office.ID), Text: words.Named(p.Office.Name())})
	if len(a.Areas) > 0 {
		row("desk.areas_only", areas(a.Areas))
	}
	row("desk.when", days(a.Span))
	row("desk.state", l.postState(p))
	on := p.Office.Target()
	on.Officer = a.Officer
	mine := a.Officer == o.ID
	if !mine { // he stands in
		holder, err := l.name(a.Officer)
		if err != nil {
			return one, err
		}
		row("desk.charge_of", holder)
	}
	granted, err := l.madeBy(a.Granted)
	if err != nil {
		return one, err
	}
	row("desk.granted", granted)
	leave := l.may("leave.give", on)
	if mine && leave {
		one.Ways = append(one.Ways, way{"leave-" + id, "/posts/" + id + "/leave", words.Say("desk.give_leave"), false})
	}
	if mine && l.may("role.end", on) {
		one.Ways = append(one.Ways, way{"end-" + id, "/posts/" + id + "/end", words.Say("desk.end_role"), true})
	}
	today := office.DayOf(l.cfg.Book.Now())
	for _, v := range p.Leaves {
		if !v.Ended.IsZero() || v.Span.To < today || !mine && v.Substitute != o.ID {
			continue
		}
		this := oneLeave{Days: days(v.Span)}
		if this.Who, err = l.name(v.Substitute); err != nil {
			return one, err
		}
		at := "/posts/" + id + "/leaves/" + string(v.ID)
		if leave {
			this.Ways = append(this.Ways, way{"back-" + string(v.ID), at + "/back", words.Say("desk.end_leave"), false})
		}
		if v.Substitute == "" && l.may("acting.give", on) {
			this.Ways = append(this.Ways, way{"charge-" + string(v.ID), at + "/charge", words.Say("desk.ask_charge"), false})
		}
		one.Leave = append(one.Leave, this)
	}
	return one, nil
}

// madeBy is when something was done, by whom and why.
func (l *look) madeBy(m office.Made) (any, error) {
	by, err := l.name(m.By)
	if err != nil {
		return nil, err
	}
	second, err := l.name(m.Approved)
	if err != nil {
		return nil, err
	}
	lines := []any{m.At}
	switch {
	case !second.IsZero():
		lines = append(lines, words.Say("desk.by_two", "by", by, "second", second))
	case !by.IsZero():
		lines = append(lines, words.Say("desk.by", "by", by))
	}
	if m.Reason != "" {
		lines = append(lines, m.Reason)
	}
	return lines, nil
}

// timeline is what happened to an officer's posts and will, the newest first.
func (l *look) timeline(posts []office.Post) (listing.Table, error) {
	events := office.Timeline(posts)
	var rows []listing.Row
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		what := []any{words.Say(e.Kind.Key()), words.Say("desk.role_at", "role", words.Say(e.Post.Appointment.Role.Key()), "office", e.Post.Office.Name())}
		if e.Leave != nil && e.Kind == office.LeaveGiven {
			what = append(what, days(e.Leave.Span))
		}
		when := any(e.At)
		if e.Made.IsZero() {
			when = words.DayOf(e.At) // a day that comes by itself
		}
		who := any("")
		if !e.Made.IsZero() {
			made, err := l.madeBy(e.Made)
			if err != nil {
				return listing.Table{}, err
			}
			who = made.([]any)[1:]
		}
		rows = append(rows, listing.Row{when, what, who})
	}
	table := listing.Plain(words.Say("desk.timeline"), []listing.Column{{Label: words.Say("desk.when_one")}, {Label: words.Say("desk.what")}, {Label: words.Say("desk.who_why")}}, rows)
	table.Empty = words.Say("desk.timeline_none")
	return table, nil
}
