package sheet

import (
	"fmt"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
)

// Taken is what taking a list of officers in did.
type Taken struct {
	Officers Officers
	Added    []office.OfficerID // to be invited, see Book.Invite
	Approval *approval.Approval // of the roles, waiting for a second officer; nil where the list has no new role
}

// TakeOfficers takes a list in, if it has no fault and its mark is that of the
// preview that was looked at; all of it or nothing. Accounts are added and changed;
// for the roles, all of the list, one approval is asked, and they are held when a
// second officer has approved. Each account has its own row of the audit trail.
func TakeOfficers(tx *database.Tx, b *office.Book, desk *approval.Desk, by office.Acting, text []byte, mark, reason string) (Taken, error) {
	p, err := ReadOfficers(tx, b, by, text)
	taken := Taken{Officers: p}
	switch {
	case err != nil:
		return taken, err
	case len(p.Problems) > 0:
		return taken, ErrProblems
	case p.Mark != mark:
		return taken, ErrMoved
	}
	for i := range p.People {
		person := &p.People[i]
		switch person.Change {
		case New:
			if person.Is.ID, err = b.AddOfficer(tx, by, person.Is, reason); err == nil {
				taken.Added = append(taken.Added, person.Is.ID)
			}
		case Changed:
			err = b.ChangeOfficer(tx, by, person.Is, reason)
		}
		if err != nil {
			return taken, err
		}
	}
	var grants []office.Grant
	for i := range p.Roles {
		role := &p.Roles[i]
		if role.Change == New {
			role.Grant.Officer = p.People[role.Person].Is.ID
			grants = append(grants, role.Grant)
		}
	}
	if len(grants) == 0 {
		return taken, nil
	}
	a, err := desk.AskGrants(tx, by, grants, fmt.Sprintf("list:%d-roles", len(grants)), reason)
	if err == nil {
		taken.Approval = &a
	}
	return taken, err
}

func sameAreas(a office.Appointment, g office.Grant) bool {
	return area.Join(a.Areas) == area.Join(g.Areas)
}
