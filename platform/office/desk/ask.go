package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// asked is a page that asks something: the view of the pages "ask" and "check", and
// what is done with the answers.
type asked struct {
	ID      string // of the element around the form
	Crumbs  []web.Link
	Title   words.Message
	Lead    words.Message // if zero, nothing
	Notices []web.Notice
	Answers []form.Row // to be checked
	Form    *form.Filled

	home office.OfficeID // of a form that does not ask for it
	form *form.Form
	fill func(*form.Filled) // what is there already, of a form that changes something
	// try finds faults before the answers are shown to be checked; say is what then
	// stands above them. Without a say nothing is shown, and it is done at once.
	try func(*look, *form.Filled) error
	say func(*form.Filled) words.Message
	// do is done in a transaction that may run again, after once it is there.
	do    func(*database.Tx, *form.Filled) error
	after func(*form.Filled)
}

// checked is the field by which answers come back that have been checked.
const checked = "checked"

// ask shows a form and takes its answers. A form whose answers are to be checked is
// sent to the same address twice.
func (t *turn) ask(build func(*look) (*asked, error)) {
	var a *asked
	ok := t.read(func(l *look) (err error) {
		a, err = build(l)
		return err
	})
	if !ok {
		return
	}
	if a.form.Cancel == "" && len(a.Crumbs) > 0 {
		a.form.Cancel = a.Crumbs[len(a.Crumbs)-1].Href
	}
	a.Crumbs = append(a.Crumbs, web.Link{Text: a.Title})
	if a.say != nil {
		a.form.Fields = append(a.form.Fields, form.Field{Name: checked, Kind: form.Hidden, Optional: true, Label: a.Title})
	}
	if !t.sent() {
		a.Form = a.form.Empty()
		if a.fill != nil {
			a.fill(a.Form)
		}
		t.page(http.StatusOK, "ask", a)
		return
	}
	var err error
	if a.Form, err = a.form.Read(t.r); err != nil {
		form.Failed(t.w, t.r, err)
		return
	}
	t.answered(a)
}

// answered takes what was sent.
func (t *turn) answered(a *asked) {
	switch {
	case a.Form.Changing():
		a.Form = a.form.With(without(a.Form.Values()))
		t.page(http.StatusOK, "ask", a)
		return
	case !a.Form.OK():
		t.page(http.StatusUnprocessableEntity, "ask", a)
		return
	}
	var err error
	toCheck := a.say != nil && a.Form.Text(checked) == ""
	if toCheck {
		err = t.cfg.DB.View(t.r.Context(), func(tx *database.Tx) error {
			l, err := t.at(tx)
			if err == nil {
				err = a.try(l, a.Form)
			}
			return err
		})
	} else {
		err = t.do(func(tx *database.Tx) error { return a.do(tx, a.Form) })
	}
	var fault *office.FieldError
	switch {
	case errors.As(err, &fault) && wrong(a.Form, fault):
		t.page(http.StatusUnprocessableEntity, "ask", a)
	case err != nil:
		t.fail(err)
	case toCheck:
		t.check(a)
	default:
		a.after(a.Form)
	}
}

// check shows answers to be checked.
func (t *turn) check(a *asked) {
	here := t.r.URL.EscapedPath()
	for _, row := range a.Form.Summary(func(string) string { return here }) {
		if row.Name == checked {
			continue
		}
		row.Carried = true
		a.Answers = append(a.Answers, row)
	}
	a.Lead = a.say(a.Form)
	values := a.Form.Values()
	values.Set(checked, "yes")
	a.Form = (&form.Form{Name: a.form.Name, Action: here, Fields: a.form.Carried(), Submit: a.form.Submit, Cancel: a.form.Cancel, Danger: a.form.Danger}).With(values)
	t.page(http.StatusOK, "check", a)
}

func without(values url.Values) url.Values {
	values.Del(checked)
	return values
}

// wrong sets a fault beside its field, or beside the last of the form where the form
// does not ask for that one.
func wrong(f *form.Filled, fault *office.FieldError) bool {
	name := fault.Field
	if name == "extra_areas" {
		name = "areas"
	}
	var seen []string
	for i := range f.Form.Fields {
		if f.Form.Fields[i].Kind != form.Hidden {
			seen = append(seen, f.Form.Fields[i].Name)
		}
	}
	switch {
	case len(seen) == 0:
		return false
	case !slices.Contains(seen, name):
		name = seen[len(seen)-1]
	}
	f.Wrong(name, fault.Say)
	return true
}

// page answers with a page whose view is there already.
func (t *turn) page(status int, name string, view any) {
	pages.Render(t.w, t.r, status, name, t.lang, view)
}

// reasonField asks why; whoever reads the audit trail reads it.
func reasonField(label string) form.Field {
	return form.Field{Name: "reason", Kind: form.Long, Label: words.Say(label), Hint: words.Say("desk.reason_hint"), Most: 500}
}

// day is a form's date as the tables have it.
func day(d words.Day) office.Day {
	if d.IsZero() {
		return ""
	}
	return office.Day(d.String())
}
