package desk

import (
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/office/sheet"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

//go:embed pages words assets
var files embed.FS

var (
	catalogue = web.MustCatalogue(files, office.Words)
	assets    = web.MustAssets("desk", files)
	pages     = web.MustPages(catalogue, assets, files)
)

// Config is what the site needs. All but Now and Log must be set.
type Config struct {
	DB        *database.DB
	Book      *office.Book
	Approvals *approval.Desk
	Site      string // the address under which officers reach it, for one-time links: "https://offices.example"
	Now       func() time.Time
	Log       *slog.Logger
}

// Desk is the pages.
type Desk struct{ cfg Config }

// New makes the pages.
func New(cfg Config) *Desk {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Desk{cfg}
}

// A turn is one request of an officer.
type turn struct {
	*Desk
	w    http.ResponseWriter
	r    *http.Request
	by   office.Acting
	lang words.Language
}

// on makes a handler of what is done in a turn.
func (d *Desk) on(f func(*turn)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		by, _ := office.From(r.Context())
		f(&turn{d, w, r, by, web.ChooseLanguage(r, words.Urdu)})
	}
}

// sent tells whether a form was sent.
func (t *turn) sent() bool { return t.r.Method == http.MethodPost }

// A look is what an officer is shown, in one unchanging state of the database.
type look struct {
	*turn
	tx    *database.Tx
	who   office.Standing
	names map[office.OfficerID]words.Both
}

// at begins a look.
func (t *turn) at(tx *database.Tx) (*look, error) {
	who, err := t.cfg.Book.Standing(tx, t.by)
	return &look{t, tx, who, map[office.OfficerID]words.Both{}}, err
}

// show answers with a page that is read in one transaction.
func (t *turn) show(status int, page string, read func(*look) (any, error), keep ...string) {
	var view any
	ok := t.read(func(l *look) (err error) {
		view, err = read(l)
		return err
	})
	if ok {
		pages.Render(t.w, t.r, status, page, t.lang, view, keep...)
	}
}

// read reads in one transaction. Where that fails it has answered: a refusal has its
// row of the audit trail, as one of the gate has.
func (t *turn) read(f func(*look) error) bool {
	err := t.cfg.DB.View(t.r.Context(), func(tx *database.Tx) error {
		l, err := t.at(tx)
		if err == nil {
			err = f(l)
		}
		return err
	})
	var refusal *office.Refusal
	if errors.As(err, &refusal) {
		err = errors.Join(err, t.cfg.Book.Refused(t.r.Context(), t.cfg.DB, t.by, refusal))
	}
	if err != nil {
		t.fail(err)
	}
	return err == nil
}

// do does what an officer has decided, in one transaction with its audit rows.
func (t *turn) do(f func(*database.Tx) error) error {
	return t.cfg.Book.Do(t.r.Context(), t.cfg.DB, t.by, f)
}

// done leads on, with a word of what was done.
func (t *turn) done(notice, to string, pairs ...any) {
	web.SetNotice(t.w, t.r, notice, pairs...)
	web.SeeOther(t.w, t.r, to)
}

// errAsker says that who asked for an act has lost the power to.
var (
	errAsker = errors.New("who asked may no longer do this")
	errState = errors.New("the account has another state meanwhile")
)

// told are the errors that an officer is told as sentences.
var told = []struct {
	err    error
	status int
	code   string
}{
	{approval.ErrDecided, http.StatusConflict, "decided"},
	{approval.ErrSame, http.StatusForbidden, "same"},
	{approval.ErrChanged, http.StatusConflict, "changed"},
	{approval.ErrAskedBefore, http.StatusConflict, "asked_before"},
	{office.ErrLastAdministrator, http.StatusConflict, "last_administrator"},
	{sheet.ErrMoved, http.StatusConflict, "moved"},
	{sheet.ErrProblems, http.StatusConflict, "problems"},
	{office.ErrInvitation, http.StatusConflict, "invitation"},
	{errAsker, http.StatusConflict, "asker"},
	{errState, http.StatusConflict, "state"},
}

// fail answers when something is not done.
func (t *turn) fail(err error) {
	var refusal *office.Refusal
	var field *office.FieldError
	switch {
	case errors.As(err, &refusal):
		web.FailBecause(t.w, t.r, http.StatusForbidden, "forbidden", office.Texts.Both(refusal.Reason.Key()))
		return
	case errors.As(err, &field):
		web.FailBecause(t.w, t.r, http.StatusConflict, "not_possible", said(field))
		return
	case errors.Is(err, office.ErrMissing):
		web.Fail(t.w, t.r, http.StatusNotFound)
		return
	}
	for _, one := range told {
		if errors.Is(err, one.err) {
			web.FailBecause(t.w, t.r, one.status, one.code, catalogue.Both("desk.error."+one.code))
			return
		}
	}
	web.Broken(t.w, t.r, t.cfg.Log, err)
}

// said is a fault in both languages.
func said(f *office.FieldError) words.Both {
	return words.Both{En: catalogue.Say(words.English, f.Say), Ur: catalogue.Say(words.Urdu, f.Say)}
}

// may tells whether the officer who looks may do an act now.
func (l *look) may(act office.Act, on office.Target) bool {
	return l.cfg.Book.Rules.Decide(l.cfg.Book.Now(), l.who, act, on).Allowed
}

// somewhere tells whether he may do it at all.
func (l *look) somewhere(act office.Act) bool { return l.may(act, office.Target{Somewhere: true}) }

// must is a refusal where he may not.
func (l *look) must(act office.Act, on office.Target) error {
	_, err := l.cfg.Book.May(l.tx, l.by, act, on)
	return err
}

// name is an officer's name; of one who is not in the book, nothing.
func (l *look) name(id office.OfficerID) (words.Both, error) {
	if name, known := l.names[id]; known || id == "" {
		return name, nil
	}
	o, err := l.cfg.Book.Officer(l.tx, id)
	if errors.Is(err, office.ErrMissing) {
		return words.Both{En: string(id), Ur: string(id)}, nil
	}
	l.names[id] = o.Name()
	return o.Name(), err
}

// areas are areas by their names, with their kinds.
func areas(all []area.Area) any {
	var lines []any
	for _, a := range all {
		en, ur := a.Names()
		lines = append(lines, words.Say("desk.area."+string(a.Kind()), "name", words.Both{En: en, Ur: ur}))
	}
	return lines
}

// days is a span in words.
func days(s office.Span) words.Message {
	if s.To == "" {
		return words.Say("desk.days_open", "from", s.From.Words())
	}
	return words.Say("desk.days", "from", s.From.Words(), "to", s.To.Words())
}

// instant is an instant for the placeholder of a sentence.
func instant(at time.Time) words.Both {
	return words.Both{En: words.Instant(words.English, at), Ur: words.Instant(words.Urdu, at)}
}
