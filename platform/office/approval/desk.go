package approval

import (
	"crypto/rand"
	"fmt"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
)

// DefaultLapse is how long an approval waits, if the settings do not say.
const DefaultLapse = 72 * time.Hour

// An Executor does what was approved, in the transaction of the approval, so that
// both are there or neither. It may run again from its start. What it does writes its
// own row of the audit trail.
type Executor func(tx *database.Tx, a Approval) error

// A Desk is where approvals are asked for and decided.
type Desk struct {
	book      *office.Book
	lapse     time.Duration
	executors map[office.Act]Executor // nil for a long act
}

// NewDesk makes a desk that can grant roles and give charges. Systems register what
// else they do. A lapse of 0 is DefaultLapse.
func NewDesk(book *office.Book, lapse time.Duration) *Desk {
	if lapse <= 0 {
		lapse = DefaultLapse
	}
	d := &Desk{book: book, lapse: lapse, executors: map[office.Act]Executor{}}
	d.Register("role.grant", func(tx *database.Tx, a Approval) error { return book.GrantApproved(tx, a.ID) })
	d.Register("acting.give", func(tx *database.Tx, a Approval) error { return book.ChargeApproved(tx, a.ID) })
	return d
}

// Register says how an act is done once it has been approved. It panics, at the
// program's start, for an act that takes one officer or was registered before.
func (d *Desk) Register(act office.Act, do Executor) {
	if _, twice := d.executors[act]; twice || do == nil || !d.book.Rules.Table.Two(act) {
		panic(fmt.Sprintf("approval: act %q is registered twice, with nothing to do it, or takes no second officer by the table of permissions", act))
	}
	d.executors[act] = do
}

// RegisterLong says that an act takes long and is done by a worker after it has been
// approved: see [Desk.Waiting] and [Desk.Finish].
func (d *Desk) RegisterLong(act office.Act) {
	if _, twice := d.executors[act]; twice || !d.book.Rules.Table.Two(act) {
		panic(fmt.Sprintf("approval: act %q is registered twice, or takes no second officer by the table of permissions", act))
	}
	d.executors[act] = nil
}

// A Request is what an officer asks for.
type Request struct {
	Act     office.Act
	On      string        // kind:id, for lists and the audit trail
	Target  office.Target // what it is about: both officers' jurisdictions must have its areas
	Payload any           // what the executor reads; becomes canonical JSON
	Reason  string
}

// Ask writes down that the one who acts asks for an act. Afterwards it waits for
// another officer, and its payload never changes.
func (d *Desk) Ask(tx *database.Tx, by office.Acting, r Request) (Approval, error) {
	if err := office.Reasoned(r.Reason); err != nil {
		return Approval{}, err
	}
	if _, ok := d.executors[r.Act]; !ok {
		return Approval{}, fmt.Errorf("act %q: %w", r.Act, ErrNoExecutor)
	}
	payload, err := canonical(r.Payload)
	if err != nil {
		return Approval{}, err
	}
	// The areas alone say where: officer and office would let an act through by the
	// scopes self and office, which the table has no two-officer act for.
	on := office.Target{Areas: r.Target.Areas, Office: r.Target.Office}
	dec, err := d.book.May(tx, by, r.Act, on)
	if err != nil {
		return Approval{}, err
	}
	if !dec.Two {
		return Approval{}, fmt.Errorf("act %q: %w", r.Act, ErrOne)
	}
	now := d.book.Now()
	a := Approval{ID: rand.Text(), Act: r.Act, On: r.On, Areas: r.Target.Areas, Payload: payload, Hash: hashOf(r.Act, r.On, r.Target.Areas, payload),
		State: Asked, Asked: now.UTC().Truncate(time.Microsecond), AskedBy: by.Officer, AskedAs: dec.By, Reason: r.Reason,
		Lapses: now.Add(d.lapse).UTC().Truncate(time.Microsecond)}
	// One that has lapsed and was not swept must not stand in the way.
	if err := d.sweep(tx, a.Hash); err != nil {
		return Approval{}, err
	}
	if err := insert(tx, a); err != nil {
		return Approval{}, err
	}
	e := dec.Entry(by, a.Act, "approval:"+a.ID, r.Reason)
	e.Change("approval", nil, string(Asked))
	e.Change("on", nil, a.On)
	e.Change("areas", nil, areasText(a.Areas))
	e.Change("sha256", nil, a.Hash)
	return a, audit.Write(tx, now, e)
}

func areasText(areas []area.Area) string {
	if text := area.Join(areas); len(text) < 1000 {
		return text
	}
	return fmt.Sprintf("%d areas", len(areas))
}
