package approval

import (
	"fmt"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
)

// MayApprove tells whether the one who acts can be the second officer of an
// approval, and by which post; if not, the error says why: *office.Refusal, ErrSame
// or ErrDecided.
func (d *Desk) MayApprove(tx *database.Tx, by office.Acting, a Approval) (office.Decision, error) {
	if a.At(d.book.Now()).State != Asked {
		return office.Decision{}, ErrDecided
	}
	// To decide on approvals at all, and then to hold the very act in the jurisdiction.
	if _, err := d.book.Must(tx, by, "approval.decide", office.Target{}); err != nil {
		return office.Decision{}, err
	}
	if by.Officer == a.AskedBy {
		return office.Decision{}, ErrSame
	}
	who, err := d.book.Standing(tx, by)
	if err != nil {
		return office.Decision{}, err
	}
	other := who
	other.Posts = nil
	for _, p := range who.Posts {
		if p.Appointment.ID != a.AskedAs { // with another post he may approve
			other.Posts = append(other.Posts, p)
		}
	}
	now := d.book.Now()
	dec := d.book.Rules.Decide(now, other, a.Act, a.Target())
	if !dec.Allowed {
		if d.book.Rules.Decide(now, who, a.Act, a.Target()).Allowed {
			return dec, ErrSame
		}
		return dec, &office.Refusal{Act: a.Act, On: "approval:" + a.ID, Reason: dec.Reason}
	}
	return dec, nil
}

// Approve says yes, as the second officer, to what has the hash that the officer has
// looked at, and does it: after the transaction, the approval and what it allows are
// both there. A long act is approved, and done by its worker. If who asked may no
// longer do the act, nobody can approve it for him.
func (d *Desk) Approve(tx *database.Tx, by office.Acting, id, hash, answer string) (Approval, error) {
	a, err := d.Get(tx, id)
	if err != nil {
		return a, err
	}
	dec, err := d.MayApprove(tx, by, a)
	if err != nil {
		return a, err
	}
	if hash != a.Hash || hashOf(a.Act, a.On, a.Areas, a.Payload) != a.Hash {
		return a, ErrChanged
	}
	do, known := d.executors[a.Act]
	if !known {
		return a, fmt.Errorf("act %q: %w", a.Act, ErrNoExecutor)
	}
	if _, err := d.book.May(tx, office.Acting{Officer: a.AskedBy}, a.Act, a.Target()); err != nil {
		return a, fmt.Errorf("who asked may no longer: %w", err)
	}
	if a, err = d.move(tx, a, Approved, by, dec, answer); err != nil {
		return a, err
	}
	if do == nil {
		return a, nil
	}
	if err := do(tx, a); err != nil {
		return a, err
	}
	return a, d.finish(tx, &a, Done, "")
}

// Refuse says no, for a reason, as the second officer.
func (d *Desk) Refuse(tx *database.Tx, by office.Acting, id, reason string) (Approval, error) {
	if err := office.Reasoned(reason); err != nil {
		return Approval{}, err
	}
	a, err := d.Get(tx, id)
	if err != nil {
		return a, err
	}
	dec, err := d.MayApprove(tx, by, a)
	if err != nil {
		return a, err
	}
	return d.move(tx, a, Refused, by, dec, reason)
}

// Withdraw takes back what the one who acts has asked for.
func (d *Desk) Withdraw(tx *database.Tx, by office.Acting, id, reason string) (Approval, error) {
	a, err := d.Get(tx, id)
	if err != nil {
		return a, err
	}
	dec, err := d.book.Must(tx, by, "approval.withdraw", office.Target{Officer: a.AskedBy})
	if err != nil {
		return a, err
	}
	return d.move(tx, a, Withdrawn, by, dec, reason)
}

// move takes an approval out of the state asked, for whoever is the first to.
func (d *Desk) move(tx *database.Tx, a Approval, to State, by office.Acting, dec office.Decision, answer string) (Approval, error) {
	now := d.book.Now()
	if a.At(now).State != Asked {
		return a, ErrDecided
	}
	a.State, a.Decided, a.DecidedBy, a.DecidedAs, a.Answer = to, now, by.Officer, dec.By, answer
	if err := update(tx, a, Asked); err != nil {
		return a, err
	}
	act := office.Act("approval.decide")
	if to == Withdrawn {
		act = "approval.withdraw"
	}
	e := dec.Entry(by, act, "approval:"+a.ID, answer)
	e.Change("approval", string(Asked), string(to))
	e.Change("act", nil, string(a.Act))
	e.Change("sha256", nil, a.Hash)
	return a, audit.Write(tx, now, e)
}
