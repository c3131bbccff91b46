package design

import (
	"net/http"
	"slices"

	"intikhab/domain/geography"
	"intikhab/platform/web"
	"intikhab/platform/web/draft"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// provinces are the options of a field.
func provinces() (options []form.Option) {
	for _, p := range geography.Provinces() {
		options = append(options, form.Option{Value: p.Code, Text: words.Named(words.Both{En: p.NameEn, Ur: p.NameUr})})
	}
	return options
}

// everything is a form with a field of each kind.
func (d *Design) everything(later bool) *form.Form {
	today := words.DayOf(d.cfg.Now())
	return &form.Form{
		Name: "design.forms", Later: later, Cancel: "/design",
		Fields: []form.Field{
			{Name: "name", Label: words.Say("design.field.name"), Hint: words.Say("design.field.name_hint"), Most: 100},
			{Name: "cnic", Kind: form.CNIC, Label: words.Say("design.field.cnic"), Hint: words.Say("design.field.cnic_hint", "example", "42301-1234567-1")},
			{Name: "telephone", Kind: form.Telephone, Label: words.Say("design.field.telephone")},
			{Name: "email", Kind: form.Email, Label: words.Say("design.field.email"), Optional: true},
			{Name: "from", Kind: form.Date, Label: words.Say("design.field.from"), Hint: words.Say("design.field.from_hint"), Earliest: today.Add(-3650), Latest: today.Add(3650)},
			{Name: "votes", Kind: form.Number, Label: words.Say("design.field.votes"), High: 100_000},
			{Name: "province", Kind: form.Select, Label: words.Say("design.field.province"), Options: provinces()},
			{Name: "station", Kind: form.Radios, Label: words.Say("design.field.station"), Options: []form.Option{
				{Value: "male", Text: words.Say("design.option.male")},
				{Value: "female", Text: words.Say("design.option.female")},
				{Value: "combined", Text: words.Say("design.option.combined"), Hint: words.Say("design.option.combined_hint")},
			}},
			{Name: "needs", Kind: form.Checks, Label: words.Say("design.field.needs"), Optional: true, Options: []form.Option{
				{Value: "ramp", Text: words.Say("design.option.ramp")},
				{Value: "light", Text: words.Say("design.option.light")},
				{Value: "water", Text: words.Say("design.option.water")},
			}},
			{Name: "remark", Kind: form.Long, Label: words.Say("design.field.remark"), Optional: true, Most: 500},
		},
		Check: func(f *form.Filled) {
			if n, _ := f.Number("votes"); f.Text("station") == "combined" && n > 3000 {
				f.Wrong("votes", words.Say("design.error.votes", "most", "3,000"))
			}
		},
	}
}

type formView struct {
	view
	Form    *form.Filled
	Answers []form.Row
	Steps   []web.Step
}

// draftOf tells whose draft the form is, when there can be one.
func (d *Design) draftOf(r *http.Request) (draft.Of, bool) {
	if d.cfg.Drafts == nil || d.cfg.Officer == nil || d.cfg.Officer(r) == "" {
		return draft.Of{}, false
	}
	return draft.Of{Officer: d.cfg.Officer(r), Form: "design.forms"}, true
}

func (d *Design) showForm(w http.ResponseWriter, r *http.Request) {
	of, later := d.draftOf(r)
	filled := d.everything(later).Empty()
	if later {
		kept, found, err := d.cfg.Drafts.Find(r.Context(), of)
		if err != nil {
			web.Fail(w, r, http.StatusServiceUnavailable)
			return
		}
		if found {
			filled = filled.Form.With(kept.Answers)
		}
	}
	d.show(w, r, http.StatusOK, "forms", formView{view: newView("forms", "form"), Form: filled})
}

func (d *Design) sendForm(w http.ResponseWriter, r *http.Request) {
	of, later := d.draftOf(r)
	filled, err := d.everything(later).Read(r)
	switch {
	case err != nil:
		form.Failed(w, r, err)
	case filled.Later():
		if err := d.cfg.Drafts.Save(r.Context(), of, filled.Values()); err != nil {
			web.Fail(w, r, http.StatusServiceUnavailable)
			return
		}
		web.SetNotice(w, r, "design.notice.kept")
		web.SeeOther(w, r, "/design/forms")
	case !filled.OK():
		d.show(w, r, http.StatusUnprocessableEntity, "forms", formView{view: newView("forms", "form"), Form: filled})
	default:
		d.show(w, r, http.StatusOK, "check", formView{view: newView("forms"), Form: filled, Answers: filled.Summary(nil)})
	}
}

// stepForms are the questions of each step.
func (d *Design) stepForms() []*form.Form {
	return []*form.Form{
		{Name: "design.step.0", Fields: []form.Field{{Name: "name", Label: words.Say("design.field.name"), Big: true}}},
		{Name: "design.step.1", Fields: []form.Field{{Name: "from", Kind: form.Date, Label: words.Say("design.field.from"), Hint: words.Say("design.field.from_hint"), Big: true}}},
		{Name: "design.step.2", Fields: []form.Field{{Name: "needs", Kind: form.Checks, Label: words.Say("design.field.needs"), Big: true, Options: []form.Option{
			{Value: "ramp", Text: words.Say("design.option.ramp")},
			{Value: "light", Text: words.Say("design.option.light")},
			{Value: "water", Text: words.Say("design.option.water")}}}}},
	}
}

// stepAddress is where the answers of a step are sent; of the last one, all of them.
var stepAddress = []string{"/design/steps/name", "/design/steps/from", "/design/steps/needs", "/design/steps/all"}

// step is the form of one step, with the answers of all others carried along.
func (d *Design) step(n int) *form.Form {
	all := d.stepForms()
	f := &form.Form{Name: "design.steps", Action: stepAddress[n], Cancel: "/design"}
	for i, other := range all {
		if i == n {
			f.Fields = append(f.Fields, other.Fields...)
		} else {
			f.Fields = append(f.Fields, other.Carried()...)
		}
	}
	if n == len(all) {
		f.Submit = words.Say("design.send")
	}
	return f
}

func (d *Design) steps(n int) []web.Step {
	var ways []web.Link
	for _, name := range []string{"name", "from", "needs", "all"} {
		ways = append(ways, web.Link{Text: words.Say("design.step." + name)})
	}
	return web.Steps(n, ways...)
}

func (d *Design) showStep(w http.ResponseWriter, r *http.Request) {
	d.show(w, r, http.StatusOK, "steps", formView{view: newView("steps", "steps"), Form: d.step(0).Empty(), Steps: d.steps(0)})
}

// sendStep takes the answers of one step and asks the next, with nothing kept
// between: what was answered travels along and is checked as a whole at the end.
func (d *Design) sendStep(w http.ResponseWriter, r *http.Request) {
	n := slices.Index(stepAddress, "/design/steps/"+r.PathValue("step"))
	if n < 0 {
		web.Fail(w, r, http.StatusNotFound)
		return
	}
	filled, err := d.step(n).Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	if filled.Changing() || !filled.OK() {
		status := http.StatusOK
		if !filled.OK() {
			status = http.StatusUnprocessableEntity
		}
		d.show(w, r, status, "steps", formView{view: newView("steps"), Form: filled, Steps: d.steps(n)})
		return
	}
	// The first step without a right answer is asked next; it is not always the next one,
	// since an answer may be changed at the end.
	for i, f := range d.stepForms() {
		if answered := f.Recheck(filled.Values()); !answered.OK() {
			d.show(w, r, http.StatusOK, "steps", formView{view: newView("steps"), Form: d.step(i).With(filled.Values()), Steps: d.steps(i)})
			return
		}
	}
	if n == len(stepAddress)-1 {
		web.SetNotice(w, r, "design.notice.sent")
		web.SeeOther(w, r, "/design/steps")
		return
	}
	last := len(stepAddress) - 1
	v := formView{view: newView("steps"), Form: d.step(last).With(filled.Values()), Steps: d.steps(last)}
	for i, f := range d.stepForms() {
		for _, row := range f.Recheck(filled.Values()).Summary(func(string) string { return stepAddress[i] }) {
			row.Carried = true
			v.Answers = append(v.Answers, row)
		}
	}
	d.show(w, r, http.StatusOK, "steps", v)
}
