package office

import (
	"database/sql"
	"errors"
	"fmt"

	"intikhab/platform/database"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
)

// A warrant is an approved approval as its executor reads it: who asked for what,
// and who agreed.
type warrant struct {
	id, payload     string
	act             Act
	asked, approved OfficerID
	office          OfficeID  // at which the asker's post is
	charge          OfficerID // whose charge the asker held
	reason, request string
	areas           string // which both officers' jurisdictions have
}

// warrant reads an approval that has been approved and not yet been done, in the
// very transaction that does it.
func (b *Book) warrant(tx *database.Tx, id string, act Act) (w warrant, err error) {
	var state string
	var as AppointmentID
	err = tx.QueryRow(`SELECT id, act, areas, payload, state, asked_by, asked_as, decided_by, reason FROM office_approval WHERE id = ?`, id).
		Scan(&w.id, &w.act, &w.areas, &w.payload, &state, &w.asked, &as, &w.approved, &w.reason)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return w, fmt.Errorf("approval %q: %w", clip(id), ErrMissing)
	case err != nil:
		return w, err
	case w.act != act || state != "approved" || w.approved == "" || w.approved == w.asked:
		return w, fmt.Errorf("approval %s: it is %s and %s: two officers have not agreed on %s", id, w.act, state, act)
	}
	if as != "" {
		p, err := b.Post(tx, as)
		if err != nil {
			return w, err
		}
		w.office = p.Office.ID
		if p.Appointment.Officer != w.asked {
			w.charge = p.Appointment.Officer
		}
	}
	return w, nil
}

func (w warrant) read(v any) error {
	if err := decodeStrict(w.payload, v); err != nil {
		return fmt.Errorf("approval %s: its payload can't be read: %w", w.id, err)
	}
	return nil
}

// still refuses what is about other areas than both officers were asked about: an
// office may have been given another area while the approval waited.
func (w warrant) still(on Target) error {
	if area.Join(on.Areas) != w.areas {
		return fmt.Errorf("approval %s: the areas of the offices in it have changed since it was asked for: ask again", w.id)
	}
	return nil
}

// entry begins the row of the audit trail of what the warrant allows.
func (w warrant) entry(on string) audit.Entry {
	e := audit.Entry{Officer: string(w.asked), For: string(w.charge), Office: string(w.office), Act: string(w.act), On: on, Reason: w.reason, Request: w.request}
	if w.id != "" {
		e.Change("approval", nil, w.id)
		e.Change("approved_by", nil, string(w.approved))
	}
	return e
}
