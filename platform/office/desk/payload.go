package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"

	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

// brief is what an approval is about, in a line; of one that no page knows better, or
// whose office is gone, what it is on.
func (l *look) brief(a approval.Approval) any {
	var p struct {
		Grants     []office.Grant   `json:"grants"`
		Substitute office.OfficerID `json:"substitute"`
		Officer    office.OfficerID `json:"officer"`
	}
	if json.Unmarshal(a.Payload, &p) != nil {
		return words.Plain(a.On)
	}
	switch {
	case a.Act == "role.grant" && len(p.Grants) == 1:
		g := p.Grants[0]
		name, err := l.name(g.Officer)
		at, missing := l.cfg.Book.Office(l.tx, g.Office)
		if err == nil && missing == nil {
			return words.Say("desk.grant_brief", "name", name, "role", words.Say(g.Role.Key()), "office", at.Name())
		}
	case a.Act == "role.grant":
		return words.Say("desk.roles_many", "n", len(p.Grants))
	case a.Act == "acting.give", a.Act == "signin.reset":
		if name, err := l.name(p.Substitute + p.Officer); err == nil {
			return words.Named(name)
		}
	}
	return words.Plain(a.On)
}

// payload tells exactly what is asked for: in rows, or as a table of many roles.
func (l *look) payload(a approval.Approval, rows *[]form.Row) (*listing.Table, error) {
	row := func(key string, value any) {
		*rows = append(*rows, form.Row{Label: words.Say(key), Value: value})
	}
	person := func(key string, id office.OfficerID) error {
		name, err := l.name(id)
		row(key, web.Link{Href: "/officers/" + string(id), Text: words.Named(name)})
		return err
	}
	switch a.Act {
	case "role.grant":
		var g office.Grants
		if err := json.Unmarshal(a.Payload, &g); err != nil {
			return nil, fmt.Errorf("approval %s: %w", a.ID, err)
		}
		if len(g.Grants) != 1 {
			return l.grants(g.Grants)
		}
		one := g.Grants[0]
		at, err := l.cfg.Book.Office(l.tx, one.Office)
		if err != nil {
			return nil, err
		}
		err = person("desk.officer", one.Officer)
		row("desk.role", words.Say(one.Role.Key()))
		row("desk.office", web.Link{Href: "/offices/" + string(at.ID), Text: words.Named(at.Name())})
		if len(one.Areas) > 0 {
			row("desk.areas_only", areas(one.Areas))
		}
		row("desk.when", days(office.Span{From: one.From, To: one.To}))
		return nil, err
	case "acting.give":
		var c office.Charge
		if err := json.Unmarshal(a.Payload, &c); err != nil {
			return nil, fmt.Errorf("approval %s: %w", a.ID, err)
		}
		if err := person("desk.substitute", c.Substitute); err != nil {
			return nil, err
		}
		p, v, err := l.leaveOf(c)
		if err != nil || p.Appointment.ID == "" {
			return nil, err
		}
		row("desk.role", words.Say("desk.role_at", "role", words.Say(p.Appointment.Role.Key()), "office", p.Office.Name()))
		row("desk.on_leave", days(v.Span))
		return nil, person("desk.charge_of", p.Appointment.Officer)
	case "signin.reset":
		var reset struct {
			Officer office.OfficerID `json:"officer"`
		}
		if err := json.Unmarshal(a.Payload, &reset); err != nil {
			return nil, fmt.Errorf("approval %s: %w", a.ID, err)
		}
		return nil, person("desk.officer", reset.Officer)
	}
	return nil, plain(a, rows)
}

// grants are many roles, one a line: whoever approves a list must be able to read it.
func (l *look) grants(all []office.Grant) (*listing.Table, error) {
	names, err := l.officeNames()
	if err != nil {
		return nil, err
	}
	var rows []listing.Row
	for _, g := range all {
		name, err := l.name(g.Officer)
		if err != nil {
			return nil, err
		}
		role := any(words.Say(g.Role.Key()))
		if len(g.Areas) > 0 {
			role = web.Hint{Value: role, Below: areas(g.Areas)}
		}
		rows = append(rows, listing.Row{web.Link{Href: "/officers/" + string(g.Officer), Text: words.Named(name)}, role,
			words.Named(names[g.Office]), days(office.Span{From: g.From, To: g.To})})
	}
	table := listing.Plain(words.Say("desk.roles_many", "n", len(all)), []listing.Column{{Label: words.Say("desk.officer")}, {Label: words.Say("desk.role")},
		{Label: words.Say("desk.office")}, {Label: words.Say("desk.when")}}, rows)
	return &table, nil
}

// leaveOf finds the leave of a charge: by its holder while nobody has the charge, then
// by the substitute. The zero post says that it was not found, as of a charge that was
// asked for twice.
func (l *look) leaveOf(c office.Charge) (office.Post, office.Leave, error) {
	who := c.Substitute
	on, err := l.cfg.Book.ChargeTarget(l.tx, c)
	var over *office.FieldError
	switch {
	case err == nil:
		who = on.Officer
	case !errors.As(err, &over) && !errors.Is(err, office.ErrMissing):
		return office.Post{}, office.Leave{}, err
	}
	posts, err := l.cfg.Book.Posts(l.tx, who)
	for _, p := range posts {
		for _, v := range p.Leaves {
			if v.ID == c.Leave {
				return p, v, nil
			}
		}
	}
	return office.Post{}, office.Leave{}, err
}

// plain lists the fields of a payload that no page knows better.
func plain(a approval.Approval, rows *[]form.Row) error {
	add := func(label words.Message, value string) {
		*rows = append(*rows, form.Row{Label: label, Value: words.Plain(value)})
	}
	add(words.Say("desk.about"), a.On)
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(a.Payload, &fields); err != nil { // no object: as it is
		add(words.Say("desk.payload"), string(a.Payload))
		return nil
	}
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		value := string(fields[name])
		var text string
		if json.Unmarshal(fields[name], &text) == nil {
			value = text
		}
		add(words.Plain(name), value)
	}
	return nil
}
