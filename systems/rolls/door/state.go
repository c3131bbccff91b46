package door

import (
	"errors"
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
)

// stateView is where a claim stands.
type stateView struct {
	claim.Status
	Kind    words.Message
	Tag     web.Tag
	Due     words.Day
	Events  []event
	Outcome words.Message
	Final   words.Message // what became of the appeal
}

type event struct {
	Step words.Message
	At   any
}

// tags tell the states.
var tags = map[claim.State]web.Kind{claim.Received: web.Info, claim.Returned: web.Warn, claim.Listed: web.Info, claim.Heard: web.Info,
	claim.Decided: web.Good, claim.Appealed: web.Info, claim.Settled: web.Good, claim.Withdrawn: web.Quiet}

// state shows where the claim stands.
func (t *turn) state() {
	st, ok := t.own()
	if !ok {
		return
	}
	// Kind, and not what was asked: an enrolment of somebody who stands in the roll is a
	// transfer, and which of them it is the page does not tell.
	v := stateView{Status: st, Kind: words.Say(st.Form.Key()), Tag: web.Tag{Kind: tags[st.State], Text: words.Say(st.State.Key())}, Due: words.DayOf(st.Due)}
	if st.Outcome != "" {
		v.Outcome = words.Say(st.Outcome.Key())
	}
	if st.Outcome == claim.Rejected || st.Outcome == claim.Defaulted {
		v.Tag.Kind = web.Bad
	}
	if st.State == claim.Settled {
		if v.Final = words.Say("door.state.reversed"); st.Upheld {
			v.Final = words.Say("door.state.upheld")
		}
	}
	for _, e := range st.Steps {
		v.Events = append(v.Events, event{words.Say(e.Step.Key()), e.At})
	}
	t.show(http.StatusOK, "state", v)
}

// act is a page on which a claimant does something about his claim.
type act struct {
	name string
	may  func(*claim.Status) bool
	form *form.Form
	do   func(t *turn, tx *database.Tx, st *claim.Status, f *form.Filled, docs []attachment.Document) error
}

// actView is the view of such a page.
type actView struct {
	Status claim.Status
	Form   *form.Filled
	Title  words.Message
	Lead   words.Message
	Until  words.Day
}

func textForm(name, text string, danger bool) *form.Form {
	return &form.Form{Name: "door." + name, Submit: words.Say("door." + name + ".send"), Danger: danger, Cancel: "/voters/claim/state",
		Fields: []form.Field{{Name: "text", Kind: form.Long, Label: field(text), Most: 600}}}
}

func (t *turn) withdraw() {
	t.act(act{name: "withdraw", may: func(st *claim.Status) bool { return st.MayEnd }, form: textForm("withdraw", "reason", true),
		do: func(t *turn, tx *database.Tx, st *claim.Status, f *form.Filled, _ []attachment.Document) error {
			return t.cfg.Claims.Withdraw(tx, office.Acting{}, st.Number, st.Version, oneLine(f.Text("text")))
		}})
}

func (t *turn) appeal() {
	t.act(act{name: "appeal", may: func(st *claim.Status) bool { return st.MayAppeal }, form: textForm("appeal", "grounds", false),
		do: func(t *turn, tx *database.Tx, st *claim.Status, f *form.Filled, _ []attachment.Document) error {
			return t.cfg.Claims.Appeal(tx, office.Acting{}, st.Number, st.Version, st.Side, oneLine(f.Text("text")))
		}})
}

func (t *turn) complete() {
	f := documentForm()
	f.Action, f.Submit, f.Cancel = "", words.Say("door.complete.send"), "/voters/claim/state"
	for i := range f.Fields {
		f.Fields[i].Optional = true
	}
	f.Fields = append([]form.Field{{Name: "text", Kind: form.Long, Label: field("completion"), Most: 600}}, f.Fields...)
	f.Check = func(f *form.Filled) {
		if f.Document("file") != nil && f.Text("what") == "" {
			f.Wrong("what", words.Say("door.document.what"))
		}
	}
	t.act(act{name: "complete", may: func(st *claim.Status) bool { return st.MayAdd }, form: f,
		do: func(t *turn, tx *database.Tx, st *claim.Status, f *form.Filled, docs []attachment.Document) error {
			return t.cfg.Claims.Complete(tx, office.Acting{}, st.Number, st.Version, oneLine(f.Text("text")), docs)
		}})
}

// act shows the page of an act and does it.
func (t *turn) act(a act) {
	st, ok := t.own()
	if !ok {
		return
	}
	if !a.may(&st) {
		t.to("/voters/claim/state")
		return
	}
	show := func(status int, f *form.Filled) {
		t.show(status, "act", actView{Status: st, Form: f, Title: words.Say("door." + a.name + ".title"), Lead: words.Say("door." + a.name + ".lead"), Until: words.DayOf(st.Due)})
	}
	if !t.sent() {
		show(http.StatusOK, a.form.Empty())
		return
	}
	if !t.within("upload", t.cfg.Limits.Upload) {
		return
	}
	d, filled, ok := t.readDocumentOf(a.form)
	if filled == nil {
		return
	}
	if !ok {
		show(http.StatusUnprocessableEntity, filled)
		return
	}
	err := t.cfg.DB.Update(t.r.Context(), func(tx *database.Tx) error {
		var now claim.Status
		if err := t.ownIn(tx, &now); err != nil {
			return err
		}
		return a.do(t, tx, &st, filled, d)
	})
	var refused *claim.Refused
	switch {
	case errors.As(err, &refused):
		filled.Wrong("text", whyNot(refused))
		show(http.StatusConflict, filled)
	case err != nil:
		t.broken(err)
	default:
		web.SetNotice(t.w, t.r, "door.notice."+a.name)
		t.to("/voters/claim/state")
	}
}

// readDocumentOf reads a form that may have a document.
func (t *turn) readDocumentOf(f *form.Form) (docs []attachment.Document, filled *form.Filled, ok bool) {
	if len(f.Fields) == 1 {
		filled, err := f.Read(t.r)
		if err != nil {
			form.Failed(t.w, t.r, err)
			return nil, nil, false
		}
		return nil, filled, right(filled)
	}
	d, filled, ok := t.readDocument(f)
	if d.Content != nil {
		docs = append(docs, d)
	}
	return docs, filled, ok
}
