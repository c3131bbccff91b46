package desk

import (
	"errors"
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/document"
	"intikhab/platform/office"
	"intikhab/platform/office/signin"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// invited is the view of the page that shows a one-time link, once.
type invited struct {
	Crumbs  []web.Link
	Officer office.Officer
	Link    string
	Token   string
	Until   any
	Next    string // where a role is granted next, or ""
}

// personFields ask who an officer is.
func personFields() []form.Field {
	return []form.Field{
		{Name: "name_en", Label: words.Say("desk.name_en"), Most: 120},
		{Name: "name_ur", Label: words.Say("desk.name_ur"), Most: 120},
		{Name: "cnic", Kind: form.CNIC, Label: words.Say("desk.cnic"), Hint: words.Say("desk.cnic_hint")},
		{Name: "telephone", Kind: form.Telephone, Label: words.Say("desk.telephone"), Hint: words.Say("desk.telephone_hint"), Optional: true},
		{Name: "email", Kind: form.Email, Label: words.Say("desk.email"), Optional: true},
	}
}

// readPerson reads the answers of personFields.
func readPerson(f *form.Filled) (o office.Officer, err error) {
	o.NameEn, o.NameUr = f.Text("name_en"), f.Text("name_ur")
	o.Personal.CNIC, _ = f.CNIC("cnic")
	o.Personal.Telephone = f.Telephone("telephone")
	if o.Personal.Email, err = office.ParseEmail(f.Text("email")); err != nil {
		return o, &office.FieldError{Field: "email", Say: words.Say("office.problem.email")}
	}
	return o, nil
}

// add adds an officer and shows the link by which he opens his account.
func (t *turn) add() {
	t.ask(func(l *look) (*asked, error) {
		if err := l.must("officer.add", office.Target{Somewhere: true}); err != nil {
			return nil, err
		}
		offices, err := l.officeOptions("officer.add")
		if err != nil {
			return nil, err
		}
		fields := append(personFields(), form.Field{Name: "office", Kind: form.Select, Label: words.Say("desk.home_office"), Hint: words.Say("desk.home_hint"), Options: offices},
			reasonField("desk.reason"))
		return t.adding(&asked{ID: "form-add", Title: words.Say("desk.add"), Lead: words.Say("desk.add_text"),
			form: &form.Form{Name: "desk.add", Submit: words.Say("desk.add"), Fields: fields},
			fill: func(f *form.Filled) { f.Set("office", t.r.URL.Query().Get("office")) }}, nil), nil
	})
}

// second adds the second administrator, whom the first appoints alone.
func (t *turn) second() {
	t.ask(func(l *look) (*asked, error) {
		if err := l.must("role.grant.first", office.Target{}); err != nil {
			return nil, err
		}
		open, err := t.cfg.Book.FirstGrantOpen(l.tx)
		if err == nil && !open {
			err = &office.Refusal{Act: "role.grant.first", Reason: office.NeedsSecond}
		}
		if err != nil {
			return nil, err
		}
		home, err := l.secretariat()
		if err != nil {
			return nil, err
		}
		a := &asked{ID: "form-second", Title: words.Say("desk.second"), Lead: words.Say("desk.second_text"),
			form: &form.Form{Name: "desk.second", Submit: words.Say("desk.second"), Fields: append(personFields(), reasonField("desk.reason"))}}
		return t.adding(a, func(tx *database.Tx, o *office.Officer, reason string) error {
			return t.cfg.Book.GrantFirst(tx, t.by, office.Grant{Officer: o.ID, Office: home, Role: office.SystemAdministrator,
				From: office.DayOf(t.cfg.Book.Now())}, reason)
		}).at(home), nil
	})
}

// secretariat is the office at the top.
func (l *look) secretariat() (office.OfficeID, error) {
	all, err := l.cfg.Book.Offices(l.tx)
	for _, o := range all {
		if o.Kind == office.Secretariat {
			return o.ID, err
		}
	}
	return "", errors.Join(err, office.ErrMissing)
}

// at sets the office of a form that does not ask for it.
func (a *asked) at(home office.OfficeID) *asked { a.home = home; return a }

// adding is a form that adds an officer, invites him and does what else belongs to it.
func (t *turn) adding(a *asked, also func(*database.Tx, *office.Officer, string) error) *asked {
	a.Crumbs = []web.Link{{Href: "/officers", Text: words.Say("desk.officers")}}
	var o office.Officer
	var token string
	a.do = func(tx *database.Tx, f *form.Filled) (err error) {
		if o, err = readPerson(f); err != nil {
			return err
		}
		if o.Home = a.home; o.Home == "" {
			o.Home = office.OfficeID(f.Text("office"))
		}
		if o.ID, err = t.cfg.Book.AddOfficer(tx, t.by, o, f.Text("reason")); err != nil {
			return err
		}
		if also != nil {
			if err := also(tx, &o, f.Text("reason")); err != nil {
				return err
			}
		}
		token, err = t.cfg.Book.Invite(tx, t.by, o.ID)
		return err
	}
	a.after = func(*form.Filled) { t.showLink(o, token, also == nil) }
	return a
}

// showLink shows a one-time link, which nobody can be shown again.
func (t *turn) showLink(o office.Officer, token string, next bool) {
	v := invited{Crumbs: append(crumbsOf(o), web.Link{Text: words.Say("desk.invitation")}), Officer: o, Token: token,
		Link: t.cfg.Site + signin.InvitationPath + token, Until: t.cfg.Book.Now().Add(office.InvitationLives)}
	if next {
		v.Next = "/officers/" + string(o.ID) + "/grant"
	}
	t.page(http.StatusOK, "invited", v)
}

// invite makes a new link for an officer who has not opened his account.
func (t *turn) invite() {
	var o office.Officer
	var token string
	err := t.do(func(tx *database.Tx) (err error) {
		if o, err = t.cfg.Book.Officer(tx, t.officerID()); err != nil {
			return err
		}
		if o.State != office.Invited {
			return errState
		}
		token, err = t.cfg.Book.Invite(tx, t.by, o.ID)
		return err
	})
	if err != nil {
		t.fail(err)
		return
	}
	t.showLink(o, token, false)
}

var letterForm = &form.Form{Name: "desk.letter", Fields: []form.Field{{Name: "token", Kind: form.Hidden, Label: words.Say("desk.invitation")}}}

// letter is a link as a sheet to be handed over. The page that shows the link sends
// its code, since nothing else has it.
func (t *turn) letter() {
	f, err := letterForm.Read(t.r)
	if err != nil || !f.OK() {
		form.Failed(t.w, t.r, form.ErrMalformed)
		return
	}
	var o office.Officer
	var until words.Both
	ok := t.read(func(l *look) (err error) {
		if o, err = l.whom("officer.add"); err != nil {
			return err
		}
		i, err := t.cfg.Book.Invitation(l.tx, f.Text("token"))
		if err == nil && i.Officer != o.ID {
			err = office.ErrInvitation
		}
		until = instant(i.Expires)
		return err
	})
	if !ok {
		return
	}
	link := t.cfg.Site + signin.InvitationPath + f.Text("token")
	say := func(key string, pairs ...any) string { return catalogue.Text(t.lang, key, pairs...) }
	t.w.Header().Set("Content-Type", "application/pdf")
	t.w.Header().Set("Content-Disposition", `attachment; filename="invitation.pdf"`)
	t.w.Header().Set("Cache-Control", "no-store")
	err = document.WriteLetter(t.w, document.Options{Language: t.lang, Title: say("desk.invitation"), Created: t.cfg.Book.Now(), Text: 11 * document.Point, Footer: say("desk.letter_foot")},
		document.Letter{Title: say("desk.letter_title"), Details: []string{say("desk.officer"), o.Name().In(t.lang), say("desk.letter_until"), until.In(t.lang)},
			Paragraphs: []string{say("desk.letter_what"), say("desk.letter_secret")}, QR: link, QRCaption: link})
	if err != nil {
		t.cfg.Log.Error("the letter of an invitation was cut off", "id", web.RequestID(t.r.Context()), "error", err)
	}
}

// changeOfficer changes an officer's names, office and contacts.
func (t *turn) changeOfficer() {
	t.ask(func(l *look) (*asked, error) {
		o, err := l.whom("officer.change")
		if err == nil && o.State == office.Closed {
			err = errState
		}
		if err != nil {
			return nil, err
		}
		offices, err := l.officeOptions("officer.change")
		if err != nil {
			return nil, err
		}
		fields := []form.Field{
			{Name: "name_en", Label: words.Say("desk.name_en"), Most: 120}, {Name: "name_ur", Label: words.Say("desk.name_ur"), Most: 120},
			{Name: "office", Kind: form.Select, Label: words.Say("desk.home_office"), Hint: words.Say("desk.home_hint"), Options: offices},
			{Name: "telephone", Kind: form.Telephone, Label: words.Say("desk.telephone"), Hint: words.Say("desk.keep_hint"), Optional: true},
			{Name: "email", Kind: form.Email, Label: words.Say("desk.email"), Hint: words.Say("desk.keep_hint"), Optional: true}, reasonField("desk.reason")}
		return &asked{ID: "form-officer", Title: words.Say("desk.change_officer"), Crumbs: crumbsOf(o),
			form: &form.Form{Name: "desk.officer", Submit: words.Say("desk.save"), Fields: fields},
			fill: func(f *form.Filled) {
				f.Set("name_en", o.NameEn).Set("name_ur", o.NameUr).Set("office", string(o.Home))
			},
			do: func(tx *database.Tx, f *form.Filled) error {
				is, err := t.cfg.Book.Officer(tx, o.ID)
				if err != nil {
					return err
				}
				if is.State == office.Closed {
					return errState
				}
				is.NameEn, is.NameUr, is.Home = f.Text("name_en"), f.Text("name_ur"), office.OfficeID(f.Text("office"))
				if n := f.Telephone("telephone"); n.Reveal() != "" {
					is.Personal.Telephone = n
				}
				if f.Text("email") != "" {
					if is.Personal.Email, err = office.ParseEmail(f.Text("email")); err != nil {
						return &office.FieldError{Field: "email", Say: words.Say("office.problem.email")}
					}
				}
				return t.cfg.Book.ChangeOfficer(tx, t.by, is, f.Text("reason"))
			},
			after: func(*form.Filled) { t.done("desk.notice.officer_changed", "/officers/"+string(o.ID)) }}, nil
	})
}
