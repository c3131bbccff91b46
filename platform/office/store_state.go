package office

import (
	"errors"
	"fmt"
	"slices"

	"intikhab/platform/database"
)

// ErrLastAdministrator says that an act would leave the commission without anybody
// who could mend its own accounts.
var ErrLastAdministrator = errors.New("no active system administrator would be left: appoint another first")

// Suspend stops an account at once: whoever has it may do nothing until Resume. What
// it holds stays, and a substitute who has one of its charges keeps it.
func (b *Book) Suspend(tx *database.Tx, by Acting, id OfficerID, reason string) error {
	return b.turn(tx, by, id, reason, Suspended, Active)
}

// Resume makes a suspended account active again.
func (b *Book) Resume(tx *database.Tx, by Acting, id OfficerID, reason string) error {
	return b.turn(tx, by, id, reason, Active, Suspended)
}

// CloseOfficer closes an account for good, and ends what it holds.
func (b *Book) CloseOfficer(tx *database.Tx, by Acting, id OfficerID, reason string) error {
	if err := b.turn(tx, by, id, reason, Closed, Invited, Active, Suspended); err != nil {
		return err
	}
	posts, err := b.Posts(tx, id)
	if err != nil {
		return err
	}
	for _, p := range posts {
		a := p.Appointment
		if a.Officer == id && a.Ended.IsZero() && (a.Span.To == "" || a.Span.To >= DayOf(b.now())) {
			if err := b.endAppointment(tx, by, a, reason); err != nil {
				return err
			}
			e := Decision{}.Entry(by, "role.end", "appointment:"+string(a.ID), reason)
			e.Change("closed_account", nil, string(id))
			if err := b.write(tx, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// turn moves an account from one of some states to another.
func (b *Book) turn(tx *database.Tx, by Acting, id OfficerID, reason string, to State, from ...State) error {
	if err := Reasoned(reason); err != nil {
		return err
	}
	o, on, err := b.officerTarget(tx, id)
	if err != nil {
		return err
	}
	d, err := b.Must(tx, by, "officer.suspend", on)
	if err != nil {
		return err
	}
	if !slices.Contains(from, o.State) {
		return fmt.Errorf("officer %s: the account is %s and can't become %s", id, o.State, to)
	}
	if o.State == Active {
		if err := b.keepAdministrator(tx, id, ""); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`UPDATE office_officer SET state = ? WHERE id = ?`, to, id); err != nil {
		return err
	}
	e := d.Entry(by, "officer.suspend", "officer:"+string(id), reason)
	e.Change("state", string(o.State), string(to))
	return b.write(tx, e)
}

// keepAdministrator refuses what would take away the last active system
// administrator: the account of one, or his appointment.
func (b *Book) keepAdministrator(tx *database.Tx, officer OfficerID, appointment AppointmentID) error {
	posts, err := b.postsWhere(tx, `a.role = ?`, SystemAdministrator)
	if err != nil {
		return err
	}
	active, err := b.activeOfficers(tx, SystemAdministrator)
	if err != nil {
		return err
	}
	touched, left := false, false
	for _, p := range posts {
		a := p.Appointment
		wielder, why := p.Wielder(b.now())
		inForce := active[a.Officer] && (wielder == a.Officer || why == OnLeave)
		if a.Officer == officer || a.ID == appointment {
			touched = touched || inForce
		} else {
			left = left || inForce
		}
	}
	if touched && !left {
		return ErrLastAdministrator
	}
	return nil
}

// activeOfficers gives which holders of a role have active accounts.
func (b *Book) activeOfficers(tx *database.Tx, role Role) (map[OfficerID]bool, error) {
	rows, err := tx.Query(`SELECT DISTINCT o.id FROM office_officer o JOIN office_appointment a ON a.officer = o.id
		WHERE o.state = ? AND a.role = ?`, Active, role)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	active := map[OfficerID]bool{}
	for rows.Next() {
		var id OfficerID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		active[id] = true
	}
	return active, rows.Err()
}
