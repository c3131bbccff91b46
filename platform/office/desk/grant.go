package desk

import (
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// grant asks that an officer be appointed to a role: the answers are checked, and then
// a second officer is asked. Only the second administrator is appointed at once, while
// there is nobody who could approve it.
func (t *turn) grant() {
	t.ask(func(l *look) (*asked, error) {
		o, err := t.cfg.Book.Officer(l.tx, t.officerID())
		if err != nil {
			return nil, err
		}
		if o.State == office.Closed {
			return nil, errState
		}
		if err := l.must("role.grant", office.Target{Somewhere: true}); err != nil {
			return nil, err
		}
		if o.ID == t.by.Officer {
			return nil, &office.Refusal{Act: "role.grant", On: "officer:" + string(o.ID), Reason: office.ForHimself}
		}
		alone, err := t.cfg.Book.FirstGrantOpen(l.tx)
		if err != nil {
			return nil, err
		}
		alone = alone && l.may("role.grant.first", office.Target{})
		offices, err := l.officeOptions("role.grant")
		if err != nil {
			return nil, err
		}
		today := office.DayOf(t.cfg.Book.Now())
		once := func(f *form.Filled) bool { return alone && f.Text("role") == string(office.SystemAdministrator) }
		read := func(f *form.Filled) (office.Grant, error) {
			g := office.Grant{Officer: o.ID, Office: office.OfficeID(f.Text("office")), Role: office.Role(f.Text("role")), From: day(f.Day("from")), To: day(f.Day("to"))}
			var err error
			if g.Areas, err = area.ParseList(f.Text("areas")); err != nil {
				err = &office.FieldError{Field: "areas", Say: words.Say("desk.error.area", "text", err)}
			}
			return g, err
		}
		a := &asked{ID: "form-grant", Title: words.Say("desk.grant"), Lead: words.Say("desk.grant_text"), Crumbs: crumbsOf(o),
			form: &form.Form{Name: "desk.grant", Submit: words.Say("desk.grant_ask"), Fields: grantFields(offices)},
			fill: func(f *form.Filled) { f.Set("office", string(o.Home)).Set("from", today.Words()) }}
		a.say = func(f *form.Filled) words.Message {
			if once(f) {
				return words.Say("desk.grant_alone")
			}
			return words.Say("desk.grant_second")
		}
		a.try = func(l *look, f *form.Filled) error {
			g, err := read(f)
			if err != nil {
				return err
			}
			on, err := t.cfg.Book.GrantsTarget(l.tx, []office.Grant{g})
			if err != nil {
				return err
			}
			if once(f) {
				return nil
			}
			return l.must("role.grant", on)
		}
		a.do = func(tx *database.Tx, f *form.Filled) error {
			g, err := read(f)
			if err != nil {
				return err
			}
			if once(f) {
				return t.cfg.Book.GrantFirst(tx, t.by, g, f.Text("reason"))
			}
			_, err = t.cfg.Approvals.AskGrants(tx, t.by, []office.Grant{g}, "", f.Text("reason"))
			return err
		}
		a.after = func(f *form.Filled) {
			if once(f) {
				t.done("desk.notice.granted", "/officers/"+string(o.ID))
				return
			}
			t.done("desk.notice.asked", "/approvals?list=mine")
		}
		return a, nil
	})
}

// grantFields ask for an appointment.
func grantFields(offices []form.Option) []form.Field {
	var roles []form.Option
	for _, r := range office.Roles() {
		roles = append(roles, form.Option{Value: string(r), Text: words.Say(r.Key())})
	}
	return []form.Field{
		{Name: "role", Kind: form.Select, Label: words.Say("desk.role"), Options: roles},
		{Name: "office", Kind: form.Select, Label: words.Say("desk.office"), Options: offices},
		{Name: "areas", Kind: form.Text, Label: words.Say("desk.areas_only"), Hint: words.Say("desk.areas_only_hint"), Most: 1000, Optional: true},
		{Name: "from", Kind: form.Date, Label: words.Say("desk.opened")},
		{Name: "to", Kind: form.Date, Label: words.Say("desk.closed"), Hint: words.Say("desk.to_hint"), Optional: true},
		reasonField("desk.grant_reason"),
	}
}

// postFor gives the post that the path names, with its holder, when the one who looks may
// do an act about it.
func (l *look) postFor(act office.Act) (p office.Post, o office.Officer, err error) {
	if p, err = l.cfg.Book.Post(l.tx, office.AppointmentID(l.r.PathValue("id"))); err != nil {
		return p, o, err
	}
	if o, err = l.cfg.Book.Officer(l.tx, p.Appointment.Officer); err != nil {
		return p, o, err
	}
	on := p.Office.Target()
	on.Officer = o.ID
	return p, o, l.must(act, on)
}

// endPost ends an appointment before its last day.
func (t *turn) endPost() {
	t.ask(func(l *look) (*asked, error) {
		p, o, err := l.postFor("role.end")
		if err == nil && l.isOver(p) {
			err = approval.ErrDecided
		}
		if err != nil {
			return nil, err
		}
		return &asked{ID: "form-end", Title: words.Say("desk.end_role"), Crumbs: crumbsOf(o), Lead: words.Say("desk.end_role_text",
			"role", words.Say(p.Appointment.Role.Key()), "office", p.Office.Name()),
			form: &form.Form{Name: "desk.end", Submit: words.Say("desk.end_role"), Danger: true, Fields: []form.Field{reasonField("desk.reason")}},
			do: func(tx *database.Tx, f *form.Filled) error {
				return t.cfg.Book.EndAppointment(tx, t.by, p.Appointment.ID, f.Text("reason"))
			},
			after: func(*form.Filled) { t.done("desk.notice.ended", "/officers/"+string(o.ID)) }}, nil
	})
}
