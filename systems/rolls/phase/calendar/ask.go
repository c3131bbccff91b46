package calendar

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/phase"
)

// A turn is what a form is built from: the request of an officer, and the database as it
// stands.
type turn struct {
	*Pages
	r  *http.Request
	tx *database.Tx
	by office.Acting
}

// asked is a page that asks something: the view of the page "ask", and what is done with
// the answers.
type asked struct {
	Crumbs []web.Link
	Title  words.Message
	Lead   words.Message
	Rows   []form.Row // what is settled already
	Form   *form.Filled

	form  *form.Form
	fill  func(*form.Filled) // what is there already
	do    func(*database.Tx, *form.Filled) error
	after func(*form.Filled) (notice, to string)
}

// ask is the handler of a form, which is sent to its own address.
func (p *Pages) ask(build func(*turn) (*asked, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		by, _ := office.From(r.Context())
		var a *asked
		err := p.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
			a, err = build(&turn{p, r, tx, by})
			return err
		})
		if err != nil {
			p.fail(w, r, err)
			return
		}
		a.Crumbs = append([]web.Link{{Href: Home, Text: words.Say("calendar.title")}}, a.Crumbs...)
		a.form.Cancel = a.Crumbs[len(a.Crumbs)-1].Href
		a.Crumbs = append(a.Crumbs, web.Link{Text: a.Title})
		show := func(status int) {
			pages.Render(w, r, status, "ask", web.ChooseLanguage(r, words.Urdu), a, "kind", "scope", "first")
		}
		if r.Method != http.MethodPost {
			if a.Form = a.form.Empty(); a.fill != nil {
				a.fill(a.Form)
			}
			show(http.StatusOK)
			return
		}
		if a.Form, err = a.form.Read(r); err != nil {
			form.Failed(w, r, err)
			return
		}
		if a.Form.OK() {
			err = p.cfg.Book.Do(r.Context(), p.cfg.DB, by, func(tx *database.Tx) error { return a.do(tx, a.Form) })
		}
		var fault *phase.Fault
		switch {
		case errors.As(err, &fault):
			wrong(a.Form, fault)
			show(http.StatusUnprocessableEntity)
		case err != nil:
			p.fail(w, r, err)
		case !a.Form.OK():
			show(http.StatusUnprocessableEntity)
		default:
			notice, to := a.after(a.Form)
			if notice != "" {
				web.SetNotice(w, r, notice)
			}
			web.SeeOther(w, r, to)
		}
	}
}

// wrong sets a fault beside its field, or beside the first of the form where the form
// does not ask for that one.
func wrong(f *form.Filled, fault *phase.Fault) {
	names := []string{fault.Field, fault.Field + "_en"}
	for i := range f.Form.Fields {
		if slices.Contains(names, f.Form.Fields[i].Name) {
			f.Wrong(f.Form.Fields[i].Name, fault.Say)
			return
		}
	}
	f.Wrong(f.Form.Fields[0].Name, fault.Say)
}

// reasonFields ask for the reason that is published, in both languages.
func reasonFields() []form.Field {
	return []form.Field{
		{Name: "reason_en", Kind: form.Long, Label: words.Say("calendar.reason_en"), Hint: words.Say("calendar.reason_hint"), Most: 1500},
		{Name: "reason_ur", Kind: form.Long, Label: words.Say("calendar.reason_ur"), Most: 1500},
	}
}

// published is the answer to two fields of one text.
func published(f *form.Filled, name string) words.Both {
	return words.Both{En: f.Text(name + "_en"), Ur: f.Text(name + "_ur")}
}

func scopeField(hint string) form.Field {
	return form.Field{Name: "scope", Kind: form.Long, Label: words.Say("calendar.scope"), Hint: words.Say(hint), Most: 4000}
}

// scope reads areas as an officer writes them: by their keys, and constituencies by
// their codes alone, too.
func scope(text string) ([]area.Area, error) {
	keys := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;\t\r\n", r) })
	for i, word := range keys {
		if c, err := geography.ParseConstituency(word); err == nil {
			keys[i] = area.OfConstituency(c).String()
		}
	}
	all, err := area.ParseList(strings.Join(keys, " "))
	if err != nil {
		return nil, &phase.Fault{Field: "scope", Say: words.Say("calendar.error.area", "text", err)}
	}
	return all, nil
}

// day is a form's date as the rows have it.
func day(d words.Day) office.Day {
	if d.IsZero() {
		return ""
	}
	return office.Day(d.String())
}

// rowLink leads to the page of a row.
func rowLink(id string, name words.Message) web.Link {
	return web.Link{Href: Home + "/" + id, Text: name}
}
