package desk

import (
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// giveLeave writes down that the holder of a post is away on some days.
func (t *turn) giveLeave() {
	t.ask(func(l *look) (*asked, error) {
		p, o, err := l.postFor("leave.give")
		if err == nil && l.isOver(p) {
			err = errState
		}
		if err != nil {
			return nil, err
		}
		return &asked{ID: "form-leave", Title: words.Say("desk.give_leave"), Crumbs: crumbsOf(o), Lead: words.Say("desk.give_leave_text",
			"role", words.Say(p.Appointment.Role.Key()), "office", p.Office.Name()),
			form: &form.Form{Name: "desk.leave", Submit: words.Say("desk.give_leave"), Fields: []form.Field{
				{Name: "from", Kind: form.Date, Label: words.Say("desk.opened")}, {Name: "to", Kind: form.Date, Label: words.Say("desk.closed")},
				reasonField("desk.reason")}},
			do: func(tx *database.Tx, f *form.Filled) error {
				_, err := t.cfg.Book.GiveLeave(tx, t.by, p.Appointment.ID, office.Span{From: day(f.Day("from")), To: day(f.Day("to"))}, f.Text("reason"))
				return err
			},
			after: func(*form.Filled) { t.done("desk.notice.leave", "/officers/"+string(o.ID)) }}, nil
	})
}

// leaveFor gives the leave that the path names, if it is not over.
func (l *look) leaveFor(act office.Act) (p office.Post, o office.Officer, v office.Leave, err error) {
	if p, o, err = l.postFor(act); err != nil {
		return p, o, v, err
	}
	for _, one := range p.Leaves {
		if string(one.ID) == l.r.PathValue("leave") {
			if !one.Ended.IsZero() || one.Span.To < office.DayOf(l.cfg.Book.Now()) {
				return p, o, one, errState
			}
			return p, o, one, nil
		}
	}
	return p, o, v, office.ErrMissing
}

// endLeave says that the holder is back.
func (t *turn) endLeave() {
	t.ask(func(l *look) (*asked, error) {
		_, o, v, err := l.leaveFor("leave.give")
		if err != nil {
			return nil, err
		}
		return &asked{ID: "form-back", Title: words.Say("desk.end_leave"), Crumbs: crumbsOf(o), Lead: words.Say("desk.end_leave_text", "days", days(v.Span)),
			form: &form.Form{Name: "desk.back", Submit: words.Say("desk.end_leave"), Fields: []form.Field{reasonField("desk.reason")}},
			do: func(tx *database.Tx, f *form.Filled) error {
				return t.cfg.Book.EndLeave(tx, t.by, v.ID, f.Text("reason"))
			},
			after: func(*form.Filled) { t.done("desk.notice.back", "/officers/"+string(o.ID)) }}, nil
	})
}

// askCharge asks that somebody stands in during a leave; a second officer approves.
func (t *turn) askCharge() {
	t.ask(func(l *look) (*asked, error) {
		_, o, v, err := l.leaveFor("acting.give")
		if err == nil && v.Substitute != "" {
			err = errState
		}
		if err != nil {
			return nil, err
		}
		active, _, err := t.cfg.Book.Officers(l.tx, t.by, office.Filter{State: office.Active, Limit: 500})
		if err != nil {
			return nil, err
		}
		var who []form.Option
		for _, one := range active {
			if id := one.Officer.ID; id != o.ID && id != t.by.Officer {
				who = append(who, form.Option{Value: string(id), Text: words.Named(one.Officer.Name())})
			}
		}
		return &asked{ID: "form-charge", Title: words.Say("desk.ask_charge"), Crumbs: crumbsOf(o), Lead: words.Say("desk.ask_charge_text", "days", days(v.Span)),
			form: &form.Form{Name: "desk.charge", Submit: words.Say("desk.grant_ask"), Fields: []form.Field{
				{Name: "substitute", Kind: form.Select, Label: words.Say("desk.substitute"), Options: who}, reasonField("desk.reason")}},
			do: func(tx *database.Tx, f *form.Filled) error {
				_, err := t.cfg.Approvals.AskCharge(tx, t.by, office.Charge{Leave: v.ID, Substitute: office.OfficerID(f.Text("substitute"))}, f.Text("reason"))
				return err
			},
			after: func(*form.Filled) { t.done("desk.notice.asked", "/approvals?list=mine") }}, nil
	})
}
