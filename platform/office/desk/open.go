package desk

import (
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// open asks for a new office.
func (t *turn) open() {
	t.ask(func(l *look) (*asked, error) {
		if err := l.must("office.change", office.Target{Somewhere: true}); err != nil {
			return nil, err
		}
		parents, err := l.officeOptions("office.change")
		if err != nil {
			return nil, err
		}
		var kinds []form.Option
		for _, k := range office.Kinds() {
			if k != office.Secretariat {
				kinds = append(kinds, form.Option{Value: string(k), Text: words.Say(k.Key())})
			}
		}
		fields := append([]form.Field{
			{Name: "id", Label: words.Say("desk.id"), Hint: words.Say("desk.id_hint"), Most: 64},
			{Name: "kind", Kind: form.Select, Label: words.Say("desk.kind"), Options: kinds},
		}, officeFields(parents)...)
		today := office.DayOf(t.cfg.Book.Now()).Words()
		a := &asked{ID: "form-office", Title: words.Say("desk.open_office"), Crumbs: []web.Link{{Href: "/offices", Text: words.Say("desk.offices")}},
			form: &form.Form{Name: "desk.office", Fields: fields, Submit: words.Say("desk.open_office")},
			fill: func(f *form.Filled) {
				f.Set("parent", t.r.URL.Query().Get("under")).Set("opened", today)
			}}
		var o office.Office
		a.do = func(tx *database.Tx, f *form.Filled) (err error) {
			if o, err = readOffice(f); err != nil {
				return err
			}
			o.ID, o.Kind = office.OfficeID(f.Text("id")), office.Kind(f.Text("kind"))
			if _, err := t.cfg.Book.Office(tx, o.ID); err == nil {
				return &office.FieldError{Field: "id", Say: words.Say("desk.error.id_taken")}
			}
			return t.cfg.Book.PutOffice(tx, t.by, o, f.Text("reason"))
		}
		a.after = func(*form.Filled) { t.done("desk.notice.opened", "/offices/"+string(o.ID)) }
		return a, nil
	})
}

// change asks what is to change of an office, or when it closes.
func (t *turn) change() {
	id := office.OfficeID(t.r.PathValue("id"))
	t.ask(func(l *look) (*asked, error) {
		o, err := t.cfg.Book.Office(l.tx, id)
		if err != nil {
			return nil, err
		}
		if err := l.must("office.change", office.Target{Office: o.ID, Areas: o.Areas()}); err != nil {
			return nil, err
		}
		parents, err := l.officeOptions("office.read")
		if err != nil {
			return nil, err
		}
		fields := officeFields(parents)
		if o.Kind == office.Secretariat {
			fields = fields[1:]
		}
		here := "/offices/" + string(id)
		a := &asked{ID: "form-office", Title: words.Say("desk.change_office"), Lead: words.Say("desk.change_office_text"),
			Crumbs: []web.Link{{Href: "/offices", Text: words.Say("desk.offices")}, {Href: here, Text: words.Named(o.Name())}},
			form:   &form.Form{Name: "desk.office", Fields: fields, Submit: words.Say("desk.save")},
			fill: func(f *form.Filled) {
				if o.Kind != office.Secretariat {
					f.Set("parent", string(o.Parent))
				}
				f.Set("name_en", o.NameEn).Set("name_ur", o.NameUr).Set("area", o.Area.String()).
					Set("areas", area.Join(o.Extra)).Set("opened", o.Open.From.Words()).Set("closed", o.Open.To.Words())
			}}
		a.do = func(tx *database.Tx, f *form.Filled) error {
			is, err := readOffice(f)
			if err != nil {
				return err
			}
			is.ID, is.Kind = o.ID, o.Kind
			return t.cfg.Book.PutOffice(tx, t.by, is, f.Text("reason"))
		}
		a.after = func(*form.Filled) { t.done("desk.notice.changed", here) }
		return a, nil
	})
}

// officeFields ask for what can change of an office; the parent is the first.
func officeFields(parents []form.Option) []form.Field {
	return []form.Field{
		{Name: "parent", Kind: form.Select, Label: words.Say("desk.parent"), Options: parents},
		{Name: "name_en", Label: words.Say("desk.name_en"), Most: 120},
		{Name: "name_ur", Label: words.Say("desk.name_ur"), Most: 120},
		{Name: "area", Label: words.Say("desk.area_of"), Hint: words.Say("desk.area_hint"), Most: 100},
		{Name: "areas", Kind: form.Long, Label: words.Say("desk.areas_extra"), Hint: words.Say("desk.areas_extra_hint"), Most: 12000, Optional: true},
		{Name: "opened", Kind: form.Date, Label: words.Say("desk.opened")},
		{Name: "closed", Kind: form.Date, Label: words.Say("desk.closed"), Hint: words.Say("desk.closed_hint"), Optional: true},
		reasonField("desk.reason"),
	}
}

// readOffice reads the answers of officeFields.
func readOffice(f *form.Filled) (o office.Office, err error) {
	for i := range f.Form.Fields {
		if f.Form.Fields[i].Name == "parent" {
			o.Parent = office.OfficeID(f.Text("parent"))
		}
	}
	o.NameEn, o.NameUr = f.Text("name_en"), f.Text("name_ur")
	o.Open = office.Span{From: day(f.Day("opened")), To: day(f.Day("closed"))}
	if o.Area, err = area.Parse(f.Text("area")); err != nil {
		return o, &office.FieldError{Field: "area", Say: words.Say("desk.error.area", "text", err)}
	}
	if o.Extra, err = area.ParseList(f.Text("areas")); err != nil {
		return o, &office.FieldError{Field: "areas", Say: words.Say("desk.error.area", "text", err)}
	}
	return o, nil
}

// officeOptions are the offices that are open today and within the reach of an act, as
// a select offers them: from the top of the tree.
func (l *look) officeOptions(act office.Act) (options []form.Option, err error) {
	all, err := l.cfg.Book.Offices(l.tx)
	if err != nil {
		return nil, err
	}
	now := l.cfg.Book.Now()
	reach, today := l.cfg.Book.Rules.Reach(now, l.who, act), office.DayOf(now)
	for _, k := range office.Kinds() {
		for _, o := range all {
			if o.Kind == k && o.Open.Has(today) && reach.Office(o) {
				options = append(options, form.Option{Value: string(o.ID), Text: words.Named(o.Name())})
			}
		}
	}
	return options, nil
}
