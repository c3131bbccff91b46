package door

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"intikhab/platform/database"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim/otp"
)

// A question is the view of a page that asks.
type question struct {
	Step    string
	Steps   []web.Step
	Title   words.Message
	Lead    words.Message
	Form    *form.Filled
	Hint    words.Message // masked telephone that a code went to, and the like
	Again   string        // where another code is asked for, or ""
	Visited bool          // there are answers that can be put away
}

// startForm asks what somebody came for.
func startForm() *form.Form {
	f := form.Field{Name: "purpose", Kind: form.Radios, Label: words.Say("door.start.question"), Big: true}
	for _, p := range purposes {
		f.Options = append(f.Options, form.Option{Value: string(p), Text: words.Say("door.purpose." + string(p)), Hint: words.Say("door.purpose_hint." + string(p))})
	}
	return &form.Form{Name: "door.start", Fields: []form.Field{f}}
}

// start is the first page.
func (t *turn) start() {
	if !t.sent() {
		t.show(http.StatusOK, "start", question{Form: startForm().Empty()})
		return
	}
	f, err := startForm().Read(t.r)
	switch {
	case err != nil:
		form.Failed(t.w, t.r, err)
		return
	case !right(f):
		t.show(http.StatusUnprocessableEntity, "start", question{Form: f})
		return
	}
	err = t.cfg.DB.Update(t.r.Context(), func(tx *database.Tx) error {
		_, err := t.visits.Begin(tx, t.w, t.r, answers{Purpose: purpose(f.Text("purpose")), Lang: t.lang})
		return err
	})
	if err != nil {
		t.broken(err)
		return
	}
	t.to("/voters/place")
}

// step is a page of the way: shown, or its answers taken.
func (t *turn) step() {
	step := t.r.PathValue("step")
	if !t.found("/voters", nil) {
		return
	}
	a := &t.v.Answers
	switch {
	case a.Receipt != "":
		t.to("/voters/receipt")
		return
	case !slices.Contains(a.order(), step):
		web.Fail(t.w, t.r, http.StatusNotFound)
		return
	}
	for _, before := range a.order() {
		if before == step {
			break
		}
		if !t.done(before) {
			t.to("/voters/" + before)
			return
		}
	}
	switch step {
	case "place":
		t.place()
	case "area":
		t.area()
	case "needs":
		t.needs()
	case "code":
		t.code()
	default:
		t.ask(step)
	}
}

// ask shows a step's questions and takes their answers.
func (t *turn) ask(step string) {
	f := t.questions(step)
	if !t.sent() {
		t.question(http.StatusOK, step, f.With(t.v.Answers.Steps[step]))
		return
	}
	filled, ok := t.read(step, f)
	if !ok {
		return
	}
	if step == "card" && !t.sendCode(filled) {
		return
	}
	t.v.Answers.keep(step, filled.Values())
	t.onward(nil)
}

// read reads a step's form; where its answers are not right, it has answered.
func (t *turn) read(step string, f *form.Form) (*form.Filled, bool) {
	filled, err := f.Read(t.r)
	if err != nil {
		form.Failed(t.w, t.r, err)
		return nil, false
	}
	if !right(filled) {
		t.question(http.StatusUnprocessableEntity, step, filled)
		return nil, false
	}
	return filled, true
}

// onward keeps the answers and leads to the first step without one.
func (t *turn) onward(more func(tx *database.Tx) error) {
	if err := t.save(more); err != nil {
		t.broken(err)
		return
	}
	t.to("/voters/" + t.next())
}

// question shows a page that asks.
func (t *turn) question(status int, step string, f *form.Filled) {
	t.show(status, "question", question{Step: step, Steps: t.steps(step), Title: words.Say("door.title." + step), Lead: t.lead(step), Form: f, Visited: true})
}

// lead is what stands above the questions of a step, where something does.
func (t *turn) lead(step string) words.Message {
	for _, key := range []string{fmt.Sprintf("door.lead.%s.%s", step, t.v.Answers.Purpose), "door.lead." + step} {
		if catalogue.Has(key) {
			return words.Say(key)
		}
	}
	return words.Message{}
}

// parts are the steps as the head of a page names them, several pages to one.
var parts = [][]string{{"place", "area", "needs"}, {"card", "code"}, {"name", "birth", "address", "wishes", "against"}, {"documents"}, {"check"}}

func (t *turn) steps(step string) []web.Step {
	var ways []web.Link
	now := 0
	for i, steps := range parts {
		if slices.Contains(steps, step) {
			now = i
		}
		ways = append(ways, web.Link{Text: words.Say("door.part." + steps[0])})
	}
	return web.Steps(now, ways...)
}

// sendCode sends a one-time code to the telephone of the answers, unless it is confirmed
// already. Where it cannot be sent it has answered.
func (t *turn) sendCode(filled *form.Filled) bool {
	a := &t.v.Answers
	number := filled.Telephone("telephone")
	if before := a.Steps["card"]; a.Confirmed && before != nil && t.questions("card").Recheck(before).Telephone("telephone") == number {
		return true
	}
	if !t.within("code", t.cfg.Limits.Tries) {
		return false
	}
	id, err := t.cfg.Codes.Send(t.r.Context(), number, web.Client(t.r), t.lang)
	var limit *otp.LimitError
	switch {
	case errors.Is(err, otp.ErrNumber):
		filled.Wrong("telephone", words.Say("door.wrong.mobile"))
	case errors.As(err, &limit):
		filled.Wrong("telephone", words.Say("door.wrong.codes", "wait", words.Duration(t.lang, limit.Wait)))
	case err != nil:
		t.broken(err)
		return false
	default:
		a.Code, a.Confirmed = id, false
		return true
	}
	t.question(http.StatusUnprocessableEntity, "card", filled)
	return false
}

// code asks for the code and tries it.
func (t *turn) code() {
	show := func(status int, f *form.Filled) {
		masked := words.Telephone(t.answered("card").Telephone("telephone").String())
		t.show(status, "question", question{Step: "code", Steps: t.steps("code"), Title: words.Say("door.title.code"), Form: f, Visited: true,
			Hint: words.Say("door.code.sent", "telephone", masked), Again: "/voters/again"})
	}
	f := t.questions("code")
	if t.v.Answers.Confirmed {
		t.to("/voters/" + t.next())
		return
	}
	if !t.sent() {
		show(http.StatusOK, f.Empty())
		return
	}
	filled, is := t.tryCode(f, t.v.Answers.Code)
	switch {
	case filled == nil:
	case !is:
		show(http.StatusUnprocessableEntity, filled)
	default:
		t.v.Answers.Confirmed = true
		t.onward(nil)
	}
}

// tryCode reads a code and tries it; nil where it has answered already.
func (t *turn) tryCode(f *form.Form, id string) (filled *form.Filled, is bool) {
	filled, err := f.Read(t.r)
	if err != nil {
		form.Failed(t.w, t.r, err)
		return nil, false
	}
	if !right(filled) {
		return filled, false
	}
	if !t.within("try", t.cfg.Limits.Tries) {
		return nil, false
	}
	err = t.cfg.Codes.Confirm(t.r.Context(), id, filled.Text("code"))
	switch {
	case errors.Is(err, otp.ErrWrong):
		filled.Wrong("code", words.Say("door.wrong.code"))
		return filled, false
	case err != nil:
		t.broken(err)
		return nil, false
	}
	return filled, true
}

// codeAgain sends another code to the same telephone.
func (t *turn) codeAgain() {
	if !t.found("/voters", nil) {
		return
	}
	if t.v.Answers.Purpose == "" || !t.done("card") || t.v.Answers.Confirmed {
		t.to("/voters")
		return
	}
	if !t.sendCode(t.answered("card")) {
		return
	}
	if err := t.save(nil); err != nil {
		t.broken(err)
		return
	}
	web.SetNotice(t.w, t.r, "door.notice.code")
	t.to("/voters/code")
}

// right tells whether a form's answers count: no page here has the buttons of package
// form for which it leaves answers unchecked.
func right(f *form.Filled) bool { return f.OK() && !f.Changing() && !f.Later() }
