package counter

import (
	"context"
	"errors"
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

// A Turn is one request of an officer, or of anybody where the route is open to all.
type Turn struct {
	*Counter
	W    http.ResponseWriter
	R    *http.Request
	By   office.Acting // nobody where nobody has signed in
	Lang words.Language
}

// A Look is what an officer is shown, in one unchanging state of the database.
type Look struct {
	*Turn
	Tx  *database.Tx
	who office.Standing
}

// Context is the request's.
func (t *Turn) Context() context.Context { return t.R.Context() }

// Sent tells whether a form was sent.
func (t *Turn) Sent() bool { return t.R.Method == http.MethodPost }

// Show answers with a page whose view read makes in one transaction. keep are the names
// of the address's parameters that the other language's page has too.
func (t *Turn) Show(status int, page string, read func(*Look) (any, error), keep ...string) {
	var view any
	ok := t.Read(func(l *Look) (err error) {
		view, err = read(l)
		return err
	})
	if ok {
		t.Pages.Render(t.W, t.R, status, page, t.Lang, view, keep...)
	}
}

// Read reads in one transaction. Where that fails it has answered.
func (t *Turn) Read(f func(*Look) error) bool {
	err := t.DB.View(t.Context(), func(tx *database.Tx) error {
		l := &Look{Turn: t, Tx: tx}
		if t.By != (office.Acting{}) {
			var err error
			if l.who, err = t.Book.Standing(tx, t.By); err != nil {
				return err
			}
		}
		return f(l)
	})
	return t.answered(err)
}

// ReadSeen is Read for what shows a person's data: f writes audit.Seen in the same
// transaction, before anything is shown.
func (t *Turn) ReadSeen(f func(*Look) error) bool {
	return t.answered(t.DB.Update(t.Context(), func(tx *database.Tx) error {
		who, err := t.Book.Standing(tx, t.By)
		if err != nil {
			return err
		}
		return f(&Look{Turn: t, Tx: tx, who: who})
	}))
}

func (t *Turn) answered(err error) (fine bool) {
	var refusal *office.Refusal
	if errors.As(err, &refusal) {
		err = errors.Join(err, t.Book.Refused(t.Context(), t.DB, t.By, refusal))
	}
	if err != nil {
		t.Fail(err)
	}
	return err == nil
}

// Do does what an officer has decided, in one transaction with its audit rows. A refusal
// gets its own row, and is given back as the others.
func (t *Turn) Do(f func(*database.Tx) error) error { return t.Book.Do(t.Context(), t.DB, t.By, f) }

// Done leads on, with a word of what was done.
func (t *Turn) Done(notice, to string, pairs ...any) {
	web.SetNotice(t.W, t.R, notice, pairs...)
	web.SeeOther(t.W, t.R, to)
}

// Fail answers when something is not done: a refusal with 403 and its reason, what is not
// there with 404, what the system tells with its sentence; what nobody expected with an
// error page that names the request.
func (t *Turn) Fail(err error) {
	var refusal *office.Refusal
	var field *office.FieldError
	switch {
	case errors.As(err, &refusal):
		web.FailBecause(t.W, t.R, http.StatusForbidden, "forbidden", office.Texts.Both(refusal.Reason.Key()))
		return
	case errors.As(err, &field):
		said := words.Both{En: t.Words.Say(words.English, field.Say), Ur: t.Words.Say(words.Urdu, field.Say)}
		web.FailBecause(t.W, t.R, http.StatusConflict, "not_possible", said)
		return
	}
	for _, one := range t.Told {
		switch {
		case !errors.Is(err, one.Err):
		case one.Status == http.StatusNotFound:
			web.Fail(t.W, t.R, http.StatusNotFound)
			return
		default:
			web.FailBecause(t.W, t.R, one.Status, "not_possible", t.Words.Both(one.Key))
			return
		}
	}
	if errors.Is(err, office.ErrMissing) {
		web.Fail(t.W, t.R, http.StatusNotFound)
		return
	}
	web.Broken(t.W, t.R, t.Log, err)
}

// May tells whether the officer who looks may do an act now.
func (l *Look) May(act office.Act, on office.Target) bool {
	return l.Book.Rules.Decide(l.Book.Now(), l.who, act, on).Allowed
}

// Somewhere tells whether he may do it at all.
func (l *Look) Somewhere(act office.Act) bool { return l.May(act, office.Target{Somewhere: true}) }

// Must is a refusal where he may not.
func (l *Look) Must(act office.Act, on office.Target) error {
	_, err := l.Book.May(l.Tx, l.By, act, on)
	return err
}
