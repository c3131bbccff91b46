package door

import (
	"errors"
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/otp"
	"intikhab/systems/rolls/phase"
)

// checkView is the page of all answers, before they are sent.
type checkView struct {
	question
	Rows    []form.Row
	Kind    words.Message
	Form    claim.Form
	Problem words.Message // why the claim was not taken
}

// check shows all answers and sends the claim.
func (t *turn) check() {
	docs, ok := t.atDocuments()
	if !ok {
		return
	}
	if next := t.next(); next != "check" {
		t.to("/voters/" + next)
		return
	}
	a := &t.v.Answers
	v := checkView{question: question{Step: "check", Steps: t.steps("check"), Visited: true}, Kind: words.Say(a.Form.Key()), Form: a.Form}
	err := t.cfg.DB.View(t.r.Context(), func(tx *database.Tx) error {
		b, err := t.cfg.Rolls.Block(tx, a.block())
		v.Rows = append(v.Rows, form.Row{Label: field("block"), Value: web.Hint{Value: words.Both{En: b.NameEn, Ur: b.NameUr}, Below: b.Code}, Change: "/voters/place"})
		return err
	})
	if err != nil {
		t.broken(err)
		return
	}
	for _, step := range a.order() {
		switch step {
		case "place", "area", "needs", "code", "documents", "check":
			continue
		}
		for _, row := range t.answered(step).Summary(func(string) string { return "/voters/" + step }) {
			if none, ok := row.Value.(words.Message); !ok || none.Key != "shell.form.none" {
				v.Rows = append(v.Rows, row)
			}
		}
	}
	var names []any
	for _, d := range docs {
		names = append(names, words.Say(d.What.Key()))
	}
	if names == nil {
		names = []any{words.Say("door.documents.none")}
	}
	v.Rows = append(v.Rows, form.Row{Label: words.Say("door.part.documents"), Value: names, Change: "/voters/documents"})
	if !t.sent() {
		t.show(http.StatusOK, "check", v)
		return
	}
	t.file(v)
}

// file sends the claim: confirmation used, documents moved and claim written in one
// transaction.
func (t *turn) file(v checkView) {
	a := t.v.Answers
	number, _ := t.answered("card").CNIC("cnic")
	if !t.within("file", t.cfg.Limits.File) || !t.withinOf("cnic", number.Reveal(), t.cfg.Limits.PerCNIC) {
		return
	}
	err := t.save(func(tx *database.Tx) error {
		t.v.Answers = a // it may run again
		telephone, err := t.cfg.Codes.Use(tx, a.Code)
		if err != nil {
			return err
		}
		f := t.filing(telephone)
		if f.Documents, err = t.visits.Take(tx, t.v); err != nil {
			return err
		}
		r, err := t.cfg.Claims.Receive(tx, office.Acting{}, f)
		if err != nil {
			return err
		}
		b, err := t.cfg.Rolls.Block(tx, a.block())
		if err != nil {
			return err
		}
		kept := answers{Form: r.Form, Receipt: r.Number, Received: r.Received, Area: words.Both{En: b.NameEn, Ur: b.NameUr}, Lang: t.lang}
		kept.Track = &tracked{Number: r.Number}
		t.v.Answers = kept // nothing else of the person is needed any more
		return nil
	})
	t.filed(v, err)
}

// filed answers when the claim was sent, or not taken.
func (t *turn) filed(v checkView, err error) {
	var closed *phase.Refusal
	var refused *claim.Refused
	switch {
	case err == nil:
		t.to("/voters/receipt")
	case errors.Is(err, otp.ErrWrong): // it was confirmed too long ago
		if err := t.confirmAnew(); err != nil {
			t.broken(err)
			return
		}
		web.SetNotice(t.w, t.r, "door.notice.confirm")
		t.to("/voters/card")
	case errors.As(err, &closed):
		t.closed(closed)
	case errors.As(err, &refused):
		v.Problem = whyNot(refused)
		t.show(http.StatusUnprocessableEntity, "check", v)
	default:
		t.broken(err)
	}
}

// confirmAnew has the telephone confirmed once more. The visit is read again: what a
// failed transaction has changed in the answers does not count.
func (t *turn) confirmAnew() error {
	return t.cfg.DB.Update(t.r.Context(), func(tx *database.Tx) (err error) {
		if t.v, err = t.visits.Of(tx, t.r); err != nil {
			return err
		}
		t.v.Answers.Confirmed, t.v.Answers.Code = false, ""
		t.v.Answers.forget("card")
		return t.visits.Save(tx, t.v)
	})
}

// whyNot is a refusal as the citizen is told it.
func whyNot(r *claim.Refused) words.Message {
	var bar *rolls.BarError
	if errors.As(r, &bar) {
		return words.Say("door.bar." + string(bar.Bar))
	}
	return words.Say(r.Why.Key())
}
