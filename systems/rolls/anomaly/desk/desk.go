// Package desk is the officers' pages about what is unlikely in the rolls: the kinds with
// how many there are in an officer's areas, each kind with what it is found by, as a list
// and as a file, and each thing with its figures and a place for the officer's finding.
// An officer sees those of his own jurisdiction only (TestJurisdiction). No page names a
// person but one that is asked for with a reason, masked, with a row of the audit trail;
// section 47 of the Elections Act 2017 is why men and women are held against each other.
package desk

import (
	"embed"
	"errors"
	"log/slog"
	"net/http"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/anomaly"
)

//go:embed pages words
var files embed.FS

var (
	catalogue = web.MustCatalogue(files, office.Words)
	pages     = web.MustPages(catalogue, nil, files)
)

// Config is what the pages need. All but Nudge and Log must be set.
type Config struct {
	DB    *database.DB
	Book  *office.Book
	Roll  *rolls.Store
	Found *anomaly.Store
	Nudge func() // told that a run was asked for; nil: nobody is
	Log   *slog.Logger
}

// Desk is the pages.
type Desk struct {
	counter *counter.Counter
	cfg     Config
}

// New makes the pages.
func New(cfg Config) *Desk {
	if cfg.Nudge == nil {
		cfg.Nudge = func() {}
	}
	d := &Desk{cfg: cfg}
	d.counter = counter.New(counter.Config{DB: cfg.DB, Book: cfg.Book, Pages: pages, Words: catalogue, Log: cfg.Log, Told: []counter.Told{
		{Err: anomaly.ErrMissing, Status: http.StatusNotFound},
		{Err: rolls.ErrNoVoter, Status: http.StatusNotFound},
		{Err: rolls.ErrNoBlock, Status: http.StatusNotFound},
		{Err: anomaly.ErrChanged, Status: http.StatusConflict, Key: "anomaly.error.changed"},
	}})
	return d
}

// Routes is the table of the pages.
func (d *Desk) Routes() []web.Route {
	all := []web.Route{
		d.counter.Get("/rolls/anomalies", anomaly.ActRead, d.home),
		d.counter.Get("/rolls/anomalies/{kind}", anomaly.ActRead, d.list),
		d.counter.Get("/rolls/anomalies/{kind}/list.csv", anomaly.ActRead, d.file),
		d.counter.Get("/rolls/anomalies/{kind}/{id}", anomaly.ActRead, func(t *counter.Turn) { d.item(t, http.StatusOK, nil, nil) }),
	}
	all = append(all, d.counter.Both("/rolls/anomalies/run", anomaly.ActRun, 0, d.run)...)
	all = append(all, d.counter.Both("/rolls/anomalies/{kind}/{id}/finding", anomaly.ActDecide, 0, d.finding)...)
	return append(all, d.counter.Both("/rolls/anomalies/{kind}/{id}/persons", anomaly.ActPersons, 0, d.persons)...)
}

// kind is that of an address.
func kind(t *counter.Turn) (anomaly.Kind, error) {
	k := anomaly.Kind(t.R.PathValue("kind"))
	if !k.Known() {
		return k, anomaly.ErrMissing
	}
	return k, nil
}

// areas are those for which the officer may do an act: the country where it is everywhere.
func areas(l *counter.Look, act office.Act) (all []area.Area, err error) {
	if l.May(act, office.In(area.Country)) {
		return []area.Area{area.Country}, nil
	}
	who, err := l.Book.Standing(l.Tx, l.By)
	if err != nil {
		return nil, err
	}
	for _, p := range who.Posts {
		for _, a := range p.Areas() {
			if l.May(act, office.In(a)) {
				all = append(all, a)
			}
		}
	}
	return all, nil
}

// must refuses an act on a thing, unless it may be done in one of the areas that its block
// is or lies in, or in the constituency that it is. The refusal is that of the first.
func (d *Desk) must(tx *database.Tx, by office.Acting, act office.Act, k *anomaly.Kept) (office.Decision, error) {
	var targets []area.Area
	if k.Block == 0 {
		seat, err := geography.ParseConstituency(k.ID)
		if err != nil {
			return office.Decision{}, anomaly.ErrMissing
		}
		targets = []area.Area{area.OfConstituency(seat)}
	} else {
		b, err := d.cfg.Roll.Block(tx, k.Block)
		if err != nil {
			return office.Decision{}, err
		}
		targets = append([]area.Area{b.Area()}, b.Areas()...)
	}
	var first error
	for _, a := range targets {
		decision, err := d.cfg.Book.Must(tx, by, act, office.In(a))
		if err == nil {
			return decision, nil
		}
		if r := (*office.Refusal)(nil); !errors.As(err, &r) {
			return decision, err
		}
		if first == nil {
			first = err
		}
	}
	return office.Decision{}, first
}

// one is the thing that an address names, if the officer may do the act on it.
func (d *Desk) one(t *counter.Turn, tx *database.Tx, act office.Act) (k anomaly.Kept, by office.Decision, err error) {
	of, err := kind(t)
	if err != nil {
		return k, by, err
	}
	if k, err = d.cfg.Found.Get(tx, of, t.R.PathValue("id")); err == nil {
		by, err = d.must(tx, t.By, act, &k)
	}
	return k, by, err
}

func reason() form.Field {
	return form.Field{Name: "reason", Kind: form.Long, Label: words.Say("anomaly.reason"), Hint: words.Say("anomaly.reason_hint"), Most: 500}
}

var (
	runForm     = &form.Form{Name: "anomaly.run", Action: "/rolls/anomalies/run", Fields: []form.Field{reason()}, Submit: words.Say("anomaly.run")}
	personsForm = &form.Form{Name: "anomaly.persons", Fields: []form.Field{reason()}, Submit: words.Say("anomaly.persons")}
	findingForm = &form.Form{Name: "anomaly.finding", Submit: words.Say("anomaly.decide"), Fields: []form.Field{
		{Name: "finding", Kind: form.Radios, Label: words.Say("anomaly.finding"), Options: findings()}, reason(),
		{Name: "version", Kind: form.Hidden}}}
)

func findings() (all []form.Option) {
	for _, f := range anomaly.Findings() {
		all = append(all, form.Option{Value: string(f), Text: words.Say("anomaly.finding." + string(f))})
	}
	return all
}

// run asks for a pass over the roll.
func (d *Desk) run(t *counter.Turn) {
	filled := runForm.Empty()
	if t.Sent() {
		var err error
		if filled, err = runForm.Read(t.R); err != nil {
			form.Failed(t.W, t.R, err)
			return
		}
		if filled.OK() {
			err := t.Do(func(tx *database.Tx) error {
				decision, err := t.Book.Must(tx, t.By, anomaly.ActRun, office.Target{})
				if err != nil {
					return err
				}
				return d.cfg.Found.Ask(tx, decision.Entry(t.By, anomaly.ActRun, "anomaly:run", filled.Text("reason")))
			})
			if err != nil {
				t.Fail(err)
				return
			}
			d.cfg.Nudge()
			t.Done("anomaly.notice.asked", "/rolls/anomalies")
			return
		}
	}
	status := http.StatusOK
	if t.Sent() {
		status = http.StatusUnprocessableEntity
	}
	t.Show(status, "run", func(l *counter.Look) (any, error) { return filled, nil })
}
