package desk

import (
	"net/http"
	"net/url"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/sms"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

// oneOfficer is the view of an officer.
type oneOfficer struct {
	Officer  office.Officer
	Crumbs   []web.Link
	Title    words.Message
	Rows     []form.Row
	Posts    []onePost
	Past     listing.Table
	Timeline listing.Table
	Ways     []way
	Invite   bool
}

// way is a button of an officer's page.
type way struct {
	ID, Href string
	Text     words.Message
	Danger   bool
}

// onePost is a post that is not over, with what can be done about it.
type onePost struct {
	ID    string
	Role  words.Message
	Rows  []form.Row
	Ways  []way
	Leave []oneLeave
}

// oneLeave is a leave that is not over.
type oneLeave struct {
	Days words.Message
	Who  words.Both // stands in
	Ways []way
}

func (t *turn) officer() {
	t.show(http.StatusOK, "officer", func(l *look) (any, error) {
		o, err := l.whom("officer.read")
		if err != nil {
			return nil, err
		}
		on, err := t.cfg.Book.OfficerTarget(l.tx, o.ID)
		if err != nil {
			return nil, err
		}
		v := oneOfficer{Officer: o, Title: words.Named(o.Name()), Crumbs: crumbsOf(o)}
		v.Crumbs[1].Href = ""
		if v.Rows, err = l.about(o); err != nil {
			return nil, err
		}
		v.Ways, v.Invite = l.officerWays(o, on), o.State == office.Invited && l.may("officer.add", on)
		posts, err := t.cfg.Book.Posts(l.tx, o.ID)
		if err != nil {
			return nil, err
		}
		var past []office.Post
		for _, p := range posts {
			if l.isOver(p) {
				past = append(past, p)
				continue
			}
			one, err := l.onePost(o, p)
			if err != nil {
				return nil, err
			}
			v.Posts = append(v.Posts, one)
		}
		v.Past = l.posts(past, false)
		v.Past.Caption = words.Say("desk.roles_past")
		v.Timeline, err = l.timeline(posts)
		return v, err
	})
}

func (l *look) isOver(p office.Post) bool {
	_, why := p.Wielder(l.cfg.Book.Now())
	return why == office.Over || why == office.PostEnded
}

// about is what is known of an officer, personal columns masked.
func (l *look) about(o office.Officer) (rows []form.Row, err error) {
	row := func(key string, value any) { rows = append(rows, form.Row{Label: words.Say(key), Value: value}) }
	names, err := l.officeNames()
	if err != nil {
		return nil, err
	}
	row("desk.state", accountState(o.State))
	row("desk.name_en", words.Both{En: o.NameEn})
	row("desk.name_ur", words.Both{Ur: o.NameUr})
	row("desk.home_office", web.Link{Href: "/offices/" + string(o.Home), Text: words.Named(names[o.Home])})
	row("desk.cnic", o.Personal.CNIC)
	row("desk.telephone", telephone(o))
	row("desk.email", email(o))
	by, err := l.name(o.AddedBy)
	if err != nil {
		return nil, err
	}
	added := any(o.Added)
	if !by.IsZero() {
		added = web.Hint{Value: o.Added, Below: by}
	}
	row("desk.added", added)
	return rows, nil
}

func telephone(o office.Officer) any {
	if o.Personal.Telephone == (sms.MSISDN{}) {
		return words.Say("desk.none")
	}
	return o.Personal.Telephone
}

func email(o office.Officer) any {
	if o.Personal.Email.IsZero() {
		return words.Say("desk.none")
	}
	return o.Personal.Email
}

// officerWays are the buttons of an officer's page.
func (l *look) officerWays(o office.Officer, on office.Target) (ways []way) {
	here := "/officers/" + string(o.ID)
	add := func(ok bool, id, path, key string, danger bool) {
		if ok {
			ways = append(ways, way{id, path, words.Say(key), danger})
		}
	}
	closed := o.State == office.Closed
	add(!closed && o.ID != l.by.Officer && l.somewhere("role.grant"), "grant-role", here+"/grant", "desk.grant", false)
	add(l.may("officer.reveal", on), "reveal", here+"/reveal", "desk.reveal", false)
	add(!closed && l.may("officer.change", on), "change-officer", here+"/change", "desk.change_officer", false)
	add(l.may("session.read", office.Target{Officer: o.ID}), "sign-in", here+"/sign-in", "desk.sign_in", false)
	add(l.somewhere("audit.read"), "trail", "/audit?officer="+url.QueryEscape(string(o.ID)), "desk.trail_of", false)
	suspend := l.may("officer.suspend", on)
	add(suspend && o.State == office.Active, "suspend", here+"/suspend", "desk.suspend", true)
	add(suspend && o.State == office.Suspended, "resume", here+"/resume", "desk.resume", false)
	add(suspend && !closed, "close", here+"/close", "desk.close", true)
	return ways
}

// reveal shows an officer's personal columns for a reason that the trail keeps. They
// are on the answer to the form, and on no page with an address.
func (t *turn) reveal() {
	var o office.Officer
	var shown office.Personal
	t.ask(func(l *look) (*asked, error) {
		var err error
		if o, err = l.whom("officer.reveal"); err != nil {
			return nil, err
		}
		return &asked{ID: "form-reveal", Title: words.Say("desk.reveal"), Lead: words.Say("desk.reveal_text"), Crumbs: crumbsOf(o),
			form: &form.Form{Name: "desk.reveal", Submit: words.Say("desk.reveal_do"), Fields: []form.Field{reasonField("desk.reason")}},
			do: func(tx *database.Tx, f *form.Filled) (err error) {
				shown, err = t.cfg.Book.Reveal(tx, t.by, o.ID, f.Text("reason"))
				return err
			},
			after: func(*form.Filled) {
				row := func(key, value string) form.Row {
					return form.Row{Label: words.Say(key), Value: words.Plain(value)}
				}
				t.page(http.StatusOK, "told", toldPage{ID: "revealed", Crumbs: append(crumbsOf(o), web.Link{Text: words.Say("desk.reveal")}), Title: words.Named(o.Name()),
					Lead: words.Say("desk.revealed"), Rows: []form.Row{row("desk.cnic", shown.CNIC.Reveal()),
						row("desk.telephone", words.Telephone(shown.Telephone.Reveal())), row("desk.email", shown.Email.Reveal())}})
			}}, nil
	})
}

// toldPage is the view of a page that tells what is shown once.
type toldPage struct {
	ID     string
	Crumbs []web.Link
	Title  words.Message
	Lead   words.Message
	Rows   []form.Row
}

// moves are the ways between the states of an account.
var moves = []move{
	{"suspend", "suspend", true, []office.State{office.Active}, (*office.Book).Suspend},
	{"resume", "resume", false, []office.State{office.Suspended}, (*office.Book).Resume},
	{"close", "close", true, []office.State{office.Invited, office.Active, office.Suspended}, (*office.Book).CloseOfficer},
}

type move struct {
	path, key string
	danger    bool
	from      []office.State
	do        func(*office.Book, *database.Tx, office.Acting, office.OfficerID, string) error
}

// move suspends, resumes or closes an account.
func (t *turn) move(m move) {
	t.ask(func(l *look) (*asked, error) {
		o, err := l.whom("officer.suspend")
		if err != nil {
			return nil, err
		}
		may := func(s office.State) error {
			for _, from := range m.from {
				if s == from {
					return nil
				}
			}
			return errState
		}
		return &asked{ID: "form-state", Title: words.Say("desk." + m.key), Lead: words.Say("desk.move." + m.key), Crumbs: crumbsOf(o),
			form: &form.Form{Name: "desk.state", Submit: words.Say("desk." + m.key), Danger: m.danger, Fields: []form.Field{reasonField("desk.reason")}},
			do: func(tx *database.Tx, f *form.Filled) error {
				now, err := t.cfg.Book.Officer(tx, o.ID)
				if err == nil {
					err = may(now.State)
				}
				if err != nil {
					return err
				}
				return m.do(t.cfg.Book, tx, t.by, o.ID, f.Text("reason"))
			},
			after: func(*form.Filled) { t.done("desk.notice."+m.key, "/officers/"+string(o.ID)) }}, may(o.State)
	})
}
