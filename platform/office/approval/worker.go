package approval

import (
	"fmt"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
)

// Waiting gives the approvals of a long act that are approved and not yet done, the
// oldest first. A worker prepares what it can outside any transaction, and then, in
// one transaction, puts the result into force and calls Finish: of two workers with
// the same approval one fails there, and so it is done once.
func (d *Desk) Waiting(tx *database.Tx, act office.Act) ([]Approval, error) {
	return list(tx, `state = ? AND act = ? ORDER BY decided, id`, Approved, act)
}

// Finish notes that a long act is done. It fails with ErrDecided, and the caller's
// transaction with it, if that was noted before.
func (d *Desk) Finish(tx *database.Tx, id string) error {
	a, err := d.Get(tx, id)
	if err != nil {
		return err
	}
	return d.finish(tx, &a, Done, "")
}

// Fail notes that an approved long act can't be done, and why. To try again, it is
// asked for again.
func (d *Desk) Fail(tx *database.Tx, id, why string) error {
	a, err := d.Get(tx, id)
	if err != nil {
		return err
	}
	return d.finish(tx, &a, Failed, why)
}

func (d *Desk) finish(tx *database.Tx, a *Approval, to State, why string) error {
	if a.State != Approved {
		return fmt.Errorf("approval %s: %w", a.ID, ErrDecided)
	}
	now := d.book.Now()
	a.State, a.Done = to, now
	if why != "" {
		a.Answer = why
	}
	if err := update(tx, *a, Approved); err != nil {
		return err
	}
	e := audit.Entry{Act: "approval.decide", On: "approval:" + a.ID, Reason: why}
	e.Change("approval", string(Approved), string(to))
	e.Change("act", nil, string(a.Act))
	return audit.Write(tx, now, e)
}

// Sweep writes down what has lapsed, each with its row of the audit trail. Nothing
// depends on when it runs: what has lapsed can't be approved before it either. It
// gives how many it wrote, at most 100 at a time.
func (d *Desk) Sweep(tx *database.Tx) (int, error) {
	late, err := list(tx, `state = ? AND lapses <= ? ORDER BY lapses, id LIMIT 100`, Asked, database.Time{Time: d.book.Now()})
	if err != nil {
		return 0, err
	}
	for _, a := range late {
		if err := d.lapsed(tx, a); err != nil {
			return 0, err
		}
	}
	return len(late), nil
}

// sweep writes down that the one with this hash has lapsed, if it has.
func (d *Desk) sweep(tx *database.Tx, hash string) error {
	late, err := list(tx, `pending = ? AND state = ? AND lapses <= ?`, hash, Asked, database.Time{Time: d.book.Now()})
	if err != nil || len(late) == 0 {
		return err
	}
	return d.lapsed(tx, late[0])
}

func (d *Desk) lapsed(tx *database.Tx, a Approval) error {
	a = a.At(d.book.Now())
	if err := update(tx, a, Asked); err != nil {
		return err
	}
	e := audit.Entry{Act: "approval.decide", On: "approval:" + a.ID, Reason: "nobody decided in time"}
	e.Change("approval", string(Asked), string(Lapsed))
	e.Change("act", nil, string(a.Act))
	return audit.Write(tx, d.book.Now(), e)
}
