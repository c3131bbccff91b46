package site

import (
	"errors"
	"net/http"
	"net/url"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/doubles"
	"intikhab/systems/rolls/phase"
)

// asked is a page that asks something: the view of the pages "ask" and "check", and what
// is done with the answers.
type asked struct {
	ID      string // of the element around the form
	Crumbs  []web.Link
	Title   words.Message
	Lead    words.Message // if zero, nothing
	Notices []web.Notice
	Rows    []form.Row // what is settled already
	Answers []form.Row // to be checked
	Form    *form.Filled

	form *form.Form
	fill func(*form.Filled) // what is there already
	// held is what the officer looks at, by hidden field: the version of a claim. When it
	// is another by the time that he sends, he is shown the new state beside his answers.
	held map[string]string
	// sure is what stands above the answers to be checked once more, of what is not
	// easily undone; if nil it is done at once.
	sure func(*form.Filled) words.Message
	// do is done in a transaction that may run again, after once it is there.
	do    func(*database.Tx, *form.Filled) error
	after func(*form.Filled)
}

// checked is the field by which answers come back that have been checked.
const checked = "checked"

// ask shows a form and takes its answers. Whatever is wrong with them, they are shown
// again: nothing that was typed is lost.
func (t *turn) ask(build func(*counter.Look) (*asked, error)) {
	a, ok := t.build(build)
	if !ok {
		return
	}
	if !t.Sent() {
		a.Form = a.form.Empty()
		if a.fill != nil {
			a.fill(a.Form)
		}
		a.hold(a.Form)
		t.page(http.StatusOK, "ask", a)
		return
	}
	var err error
	if a.Form, err = a.form.Read(t.R); err != nil {
		form.Failed(t.W, t.R, err)
		return
	}
	switch {
	case a.Form.Changing():
		t.again(a, http.StatusOK)
	case !a.Form.OK():
		t.page(http.StatusUnprocessableEntity, "ask", a)
	case a.sure != nil && a.Form.Text(checked) == "":
		t.check(a)
	default:
		t.try(a, build)
	}
}

// askSeen is ask for a form beside which a person's data stand: build writes that they
// were seen.
func (t *turn) askSeen(build func(*counter.Look) (*asked, error)) {
	t.seenToo = true
	t.ask(build)
}

// build makes the page.
func (t *turn) build(build func(*counter.Look) (*asked, error)) (a *asked, ok bool) {
	read := t.Read
	if t.seenToo {
		read = t.ReadSeen
	}
	ok = read(func(l *counter.Look) (err error) {
		a, err = build(l)
		return err
	})
	if !ok {
		return nil, false
	}
	if a.form.Cancel == "" && len(a.Crumbs) > 0 {
		a.form.Cancel = a.Crumbs[len(a.Crumbs)-1].Href
	}
	a.Crumbs = append(a.Crumbs, web.Link{Text: a.Title})
	for name := range a.held {
		a.form.Fields = append(a.form.Fields, form.Field{Name: name, Kind: form.Hidden, Label: a.Title})
	}
	if a.sure != nil {
		a.form.Fields = append(a.form.Fields, form.Field{Name: checked, Kind: form.Hidden, Optional: true, Label: a.Title})
	}
	return a, true
}

// hold sets the hidden fields to what the officer is looking at.
func (a *asked) hold(f *form.Filled) {
	for name, value := range a.held {
		f.Set(name, value)
	}
}

// again shows what was typed, to be changed.
func (t *turn) again(a *asked, status int) {
	values := a.Form.Values()
	values.Del(checked)
	for name, value := range a.held {
		values.Set(name, value)
	}
	a.Form = a.form.With(values)
	t.page(status, "ask", a)
}

// try does what was asked for.
func (t *turn) try(a *asked, build func(*counter.Look) (*asked, error)) {
	err := t.Do(func(tx *database.Tx) error { return a.do(tx, a.Form) })
	if err == nil {
		a.after(a.Form)
		return
	}
	notice, field := told(err)
	if notice == nil {
		t.Fail(err)
		return
	}
	typed := a.Form.Values()
	fresh, ok := t.build(build)
	if !ok {
		return
	}
	fresh.Form = fresh.form.With(typed)
	fresh.Notices = append(fresh.Notices, *notice)
	if field != "" && fresh.has(field) {
		text, _ := notice.Text.(words.Message)
		values := fresh.without(typed)
		fresh.Form = fresh.form.With(values)
		fresh.Form.Wrong(field, text)
		t.page(http.StatusConflict, "ask", fresh)
		return
	}
	t.again(fresh, http.StatusConflict)
}

func (a *asked) without(typed url.Values) url.Values {
	typed.Del(checked)
	for name, value := range a.held {
		typed.Set(name, value)
	}
	return typed
}

func (a *asked) has(name string) bool {
	for i := range a.form.Fields {
		if a.form.Fields[i].Name == name && a.form.Fields[i].Kind != form.Hidden {
			return true
		}
	}
	return false
}

// told is a refusal that an officer can do something about, as a notice above his form,
// and the field that is at fault, where there is one.
func told(err error) (n *web.Notice, field string) {
	var refused *claim.Refused
	var refusal *phase.Refusal
	var fault *office.FieldError
	not := func(text any) *web.Notice {
		return &web.Notice{Kind: web.Bad, Title: words.Say("site.not_done"), Text: text}
	}
	switch {
	case errors.Is(err, claim.ErrChanged), errors.Is(err, rolls.ErrChanged), errors.Is(err, doubles.ErrChanged):
		return &web.Notice{Kind: web.Warn, Title: words.Say("site.changed"), Text: words.Say("site.changed_text")}, ""
	case errors.As(err, &refused):
		return not(words.Say(refused.Why.Key())), refused.Field
	case errors.As(err, &refusal):
		return not(refusal.Both()), ""
	case errors.As(err, &fault):
		return not(fault.Say), fault.Field
	}
	return nil, ""
}

// check shows answers to be checked.
func (t *turn) check(a *asked) {
	here := t.R.URL.EscapedPath()
	for _, row := range a.Form.Summary(func(string) string { return here }) {
		if row.Name == checked || a.held[row.Name] != "" {
			continue
		}
		row.Carried = true
		a.Answers = append(a.Answers, row)
	}
	a.Lead = a.sure(a.Form)
	values := a.Form.Values()
	values.Set(checked, "yes")
	a.Form = (&form.Form{Name: a.form.Name, Action: here, Fields: a.form.Carried(), Submit: a.form.Submit, Cancel: a.form.Cancel, Danger: a.form.Danger}).With(values)
	t.page(http.StatusOK, "check", a)
}

// page answers with a page whose view is there already.
func (t *turn) page(status int, name string, view any, keep ...string) {
	pages.Render(t.W, t.R, status, name, t.Lang, view, keep...)
}
