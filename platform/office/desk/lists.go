package desk

import (
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/sheet"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

var officeSheet = list{key: "offices", path: "/offices/import", back: "/offices", act: "office.change", read: (*look).officeLines,
	take: func(t *turn, tx *database.Tx, text []byte, mark, reason string) (taken, error) {
		p, err := sheet.TakeOffices(tx, t.cfg.Book, t.by, text, mark, reason)
		return taken{"desk.notice.offices_taken", "/offices", p.Counts.New, p.Counts.Changed}, err
	}}

var officerSheet = list{key: "officers", path: "/officers/import", back: "/officers", act: "officer.add", read: (*look).officerLines,
	take: func(t *turn, tx *database.Tx, text []byte, mark, reason string) (taken, error) {
		done, err := sheet.TakeOfficers(tx, t.cfg.Book, t.cfg.Approvals, t.by, text, mark, reason)
		if err != nil {
			return taken{}, err
		}
		if done.Approval != nil {
			return taken{"desk.notice.officers_asked", "/approvals/" + done.Approval.ID, len(done.Added), done.Officers.Granted.New}, nil
		}
		return taken{"desk.notice.officers_taken", "/officers?state=invited", len(done.Added), done.Officers.Counts.Changed}, nil
	}}

// officeLines compares a list of offices with the book.
func (l *look) officeLines(text []byte) (*preview, error) {
	p, err := sheet.ReadOffices(l.tx, l.cfg.Book, l.by, text)
	if err != nil {
		return nil, err
	}
	v := &preview{Problems: problems(p.Problems), Mark: p.Mark, Nothing: p.Counts.New+p.Counts.Changed == 0}
	v.Counts = append(v.Counts, counts("desk.offices", p.Counts))
	var rows []listing.Row
	for _, line := range p.Lines {
		if line.Change == sheet.Same {
			continue
		}
		was, is := line.Was, line.Is
		d := differences{fresh: line.Change == sheet.New}
		d.add("desk.name_en", was.NameEn, is.NameEn)
		d.add("desk.name_ur", was.NameUr, is.NameUr)
		d.add("desk.parent", string(was.Parent), string(is.Parent))
		d.add("desk.area_of", area.Join(was.Areas()), area.Join(is.Areas()))
		d.add("desk.open", was.Open.String(), is.Open.String())
		rows = append(rows, listing.Row{lineN(line.Line), words.Plain(string(is.ID)), changeTag(line.Change), d.lines})
	}
	v.Lines = append(v.Lines, listing.Plain(words.Say("desk.offices"), lineColumns("desk.id"), rows))
	return v, nil
}

func lineColumns(what string) []listing.Column {
	return []listing.Column{{Label: words.Say("desk.sheet_line")}, {Label: words.Say(what)}, {Label: words.Say("desk.sheet_change")}, {Label: words.Say("desk.sheet_what")}}
}

// differences are what a line changes, field by field.
type differences struct {
	fresh bool
	lines []any
}

func (d *differences) add(label, was, is string) {
	switch {
	case was == is || d.fresh && is == "":
	case d.fresh:
		d.lines = append(d.lines, words.Say("desk.sheet_is", "field", words.Say(label), "is", plainText(is)))
	default:
		d.lines = append(d.lines, words.Say("desk.sheet_was", "field", words.Say(label), "was", plainText(was), "is", plainText(is)))
	}
}

// plainText is a value from a file, in whatever language it is.
func plainText(s string) words.Both {
	if s == "" {
		return catalogue.Both("desk.none")
	}
	return words.Both{En: s, Ur: s}
}

// officerLines compares a list of officers with the book. Personal columns are masked,
// as everywhere: what differs behind the masks is told to be another.
func (l *look) officerLines(text []byte) (*preview, error) {
	p, err := sheet.ReadOfficers(l.tx, l.cfg.Book, l.by, text)
	if err != nil {
		return nil, err
	}
	names, err := l.officeNames()
	if err != nil {
		return nil, err
	}
	v := &preview{Problems: problems(p.Problems), Mark: p.Mark, Nothing: p.Counts.New+p.Counts.Changed+p.Granted.New == 0}
	v.Counts = append(v.Counts, counts("desk.officers", p.Counts), counts("desk.roles", p.Granted))
	var people, roles []listing.Row
	for _, one := range p.People {
		if one.Change == sheet.Same {
			continue
		}
		was, is := one.Was, one.Is
		d := differences{fresh: one.Change == sheet.New}
		if !d.fresh {
			d.add("desk.name_en", was.NameEn, is.NameEn)
		}
		d.add("desk.name_ur", was.NameUr, is.NameUr)
		d.personal("desk.cnic", was.Personal.CNIC.String(), is.Personal.CNIC.String(), was.Personal.CNIC == is.Personal.CNIC)
		d.personal("desk.telephone", telephoneText(was), telephoneText(is), was.Personal.Telephone == is.Personal.Telephone)
		d.personal("desk.email", was.Personal.Email.String(), is.Personal.Email.String(), was.Personal.Email == is.Personal.Email)
		d.add("desk.home_office", names[was.Home].In(l.lang), names[is.Home].In(l.lang))
		people = append(people, listing.Row{lineN(one.Line), words.Both{En: is.NameEn}, changeTag(one.Change), d.lines})
	}
	for _, r := range p.Roles {
		if r.Change == sheet.Same {
			continue
		}
		what := []any{words.Say("desk.role_at", "role", words.Say(r.Grant.Role.Key()), "office", names[r.Grant.Office]), days(office.Span{From: r.Grant.From, To: r.Grant.To})}
		if len(r.Grant.Areas) > 0 {
			what = append(what, areas(r.Grant.Areas))
		}
		roles = append(roles, listing.Row{lineN(r.Line), words.Both{En: p.People[r.Person].Is.NameEn}, changeTag(r.Change), what})
	}
	if len(people) > 0 {
		v.Lines = append(v.Lines, listing.Plain(words.Say("desk.officers"), lineColumns("desk.officer"), people))
	}
	if len(roles) > 0 {
		v.Lines = append(v.Lines, listing.Plain(words.Say("desk.roles"), lineColumns("desk.officer"), roles))
	}
	return v, nil
}

// personal is add for a value behind its mask, where two may look the same.
func (d *differences) personal(label, was, is string, same bool) {
	if !same && was == is {
		is += " " + "≠"
	}
	d.add(label, was, is)
}

func telephoneText(o office.Officer) string {
	if o.Personal.Telephone.Reveal() == "" {
		return ""
	}
	return o.Personal.Telephone.String()
}
