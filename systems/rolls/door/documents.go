package door

import (
	"errors"
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
	"intikhab/systems/rolls/door/visit"
)

// documentView is the page on which documents are added.
type documentView struct {
	question
	Documents []shownDocument
	Full      bool
	NoCard    bool
}

type shownDocument struct {
	ID   string
	What words.Message
	Kind string
	Size int64
}

func shown(all []visit.Document) (list []shownDocument) {
	for _, d := range all {
		list = append(list, shownDocument{d.ID, words.Say(d.What.Key()), map[attachment.Kind]string{attachment.JPEG: "JPEG", attachment.PNG: "PNG", attachment.PDF: "PDF"}[d.Kind], d.Size})
	}
	return list
}

// atDocuments reads the visit with its documents, and leads to an earlier step where one
// is not answered.
func (t *turn) atDocuments() (all []visit.Document, ok bool) {
	if !t.found("/voters", func(tx *database.Tx) (err error) {
		all, err = t.visits.Documents(tx, t.v)
		return err
	}) {
		return nil, false
	}
	a := &t.v.Answers
	if a.Receipt != "" {
		t.to("/voters/receipt")
		return nil, false
	}
	if a.Purpose == "" {
		t.to("/voters")
		return nil, false
	}
	if next := t.next(); next != "documents" && next != "check" {
		t.to("/voters/" + next)
		return nil, false
	}
	return all, true
}

// documents shows them and takes one more.
func (t *turn) documents() {
	all, ok := t.atDocuments()
	if !ok {
		return
	}
	show := func(status int, f *form.Filled) {
		v := documentView{question: question{Step: "documents", Steps: t.steps("documents"), Form: f, Visited: true, Lead: t.lead("documents")},
			Documents: shown(all), Full: len(all) >= claim.DocumentsMost, NoCard: true}
		for _, d := range all {
			v.NoCard = v.NoCard && d.What != attachment.Card
		}
		t.show(status, "documents", v)
	}
	if !t.sent() {
		show(http.StatusOK, documentForm().Empty())
		return
	}
	if !t.within("upload", t.cfg.Limits.Upload) {
		return
	}
	d, filled, ok := t.readDocument(documentForm())
	switch {
	case filled == nil:
		return
	case ok && len(all) >= claim.DocumentsMost:
		filled.Wrong("file", words.Say("claim.why.documents"))
		ok = false
	}
	if !ok {
		show(http.StatusUnprocessableEntity, filled)
		return
	}
	if err := t.save(func(tx *database.Tx) error { return t.visits.Attach(tx, t.v, d) }); err != nil {
		t.broken(err)
		return
	}
	web.SetNotice(t.w, t.r, "door.notice.document")
	t.to("/voters/documents")
}

// readDocument reads the form with one document and checks it by its bytes; filled is
// nil where it has answered.
func (t *turn) readDocument(f *form.Form) (d attachment.Document, filled *form.Filled, ok bool) {
	filled, err := f.Read(t.r)
	if err != nil {
		form.Failed(t.w, t.r, err)
		return d, nil, false
	}
	sent := filled.Document("file")
	if !right(filled) || sent == nil {
		return d, filled, right(filled)
	}
	if d, err = attachment.Check(attachment.What(filled.Text("what")), sent.Content); err != nil {
		filled.Wrong("file", badDocument(err))
		return d, filled, false
	}
	return d, filled, true
}

// badDocument is what is wrong with a document, and what to do.
func badDocument(err error) words.Message {
	for is, key := range map[error]string{
		attachment.ErrEmpty: "empty", attachment.ErrLarge: "large", attachment.ErrPixels: "pixels",
		attachment.ErrDamaged: "damaged", attachment.ErrActive: "active", attachment.ErrWhat: "what",
	} {
		if errors.Is(err, is) {
			return words.Say("door.document." + key)
		}
	}
	return words.Say("claim.why.document")
}

// removeDocument takes one away.
func (t *turn) removeDocument() {
	if _, ok := t.atDocuments(); !ok {
		return
	}
	id := t.r.PostFormValue("id")
	if err := t.save(func(tx *database.Tx) error { return t.visits.Detach(tx, t.v, id) }); err != nil {
		t.broken(err)
		return
	}
	web.SetNotice(t.w, t.r, "door.notice.removed")
	t.to("/voters/documents")
}

// documentsDone goes on without another document.
func (t *turn) documentsDone() {
	if _, ok := t.atDocuments(); !ok {
		return
	}
	t.v.Answers.pass("documents")
	t.onward(nil)
}
