package office

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"intikhab/platform/database"
	"intikhab/platform/office/area"
)

// A Grant is an appointment to be made. As JSON it is the payload of an approval:
// it names an officer by the account's id, so that it holds nothing personal.
type Grant struct {
	Officer OfficerID   `json:"officer"`
	Office  OfficeID    `json:"office"`
	Role    Role        `json:"role"`
	Areas   []area.Area `json:"areas,omitempty"`
	From    Day         `json:"from"`
	To      Day         `json:"to,omitempty"`
}

// Grants is the payload of act role.grant: one grant, or all of one list.
type Grants struct {
	Grants []Grant `json:"grants"`
}

// maxGrants bounds one approval: what a person can't look over is not approved. A
// constituency has some 350 presiding officers; those of a province come in many lists.
const maxGrants = 2000

// GrantsTarget checks grants as far as they can be checked now, and gives what the
// act is about: all areas of all the offices. Whoever asks for them calls it, and it
// is called again before they are made.
func (b *Book) GrantsTarget(tx *database.Tx, grants []Grant) (Target, error) {
	if len(grants) == 0 || len(grants) > maxGrants {
		return Target{}, fmt.Errorf("a list has from 1 to %d grants, not %d", maxGrants, len(grants))
	}
	var on Target
	offices := map[OfficeID]Office{}
	for i, g := range grants {
		at, ok := offices[g.Office]
		if !ok {
			var err error
			if at, err = b.Office(tx, g.Office); err != nil {
				return Target{}, err
			}
			offices[g.Office] = at
			for _, a := range at.Target().Areas {
				if !slices.Contains(on.Areas, a) {
					on.Areas = append(on.Areas, a)
				}
			}
		}
		if err := b.checkGrant(tx, g, at); err != nil {
			return Target{}, err
		}
		for _, other := range grants[:i] {
			if other.Officer == g.Officer && other.Office == g.Office && other.Role == g.Role && g.span().Meets(other.span()) {
				return Target{}, fieldError("role", say("granted_twice"), "officer %s: role %s at %s stands twice in the list", g.Officer, g.Role, g.Office)
			}
		}
	}
	if len(grants) == 1 {
		on.Officer, on.Office = grants[0].Officer, grants[0].Office
	}
	return on, nil
}

func (g Grant) span() Span { return Span{g.From, g.To} }

// Check tells what is wrong with a grant by itself, at its office.
func (g Grant) Check(at Office, today Day, links area.Links) error {
	switch {
	case !g.Role.Appointed():
		return fieldError("role", say("role", "role", clip(string(g.Role))), "role %q is none of %v", clip(string(g.Role)), Roles())
	case !g.Role.HeldAt(at.Kind):
		return fieldError("role", say("role_kind", "office", at.ID), "role %s is not held at a %s office such as %s", g.Role, at.Kind, at.ID)
	case g.From == "" || g.To != "" && g.To < g.From || g.To != "" && g.To < today:
		return fieldError("from", say("grant_days"), "role %s at %s: the first day is needed, and the last may lie neither before it nor in the past", g.Role, at.ID)
	case !at.Open.Has(g.From):
		return fieldError("from", say("office_not_open", "office", at.ID, "day", g.From.Words()), "role %s: office %s is not open on %s", g.Role, at.ID, g.From)
	case len(g.Areas) > maxExtra:
		return fieldError("areas", say("extra", "most", maxExtra), "role %s at %s: more than %d areas", g.Role, at.ID, maxExtra)
	}
	for _, a := range g.Areas {
		if !coveredBy(a, at.Areas(), links) {
			return fieldError("areas", say("grant_area", "area", a, "office", at.ID),
				"role %s: area %s does not lie in the jurisdiction of %s; a polling station or a block must be listed with the office", g.Role, a, at.ID)
		}
	}
	return nil
}

func (b *Book) checkGrant(tx *database.Tx, g Grant, at Office) error {
	if err := g.Check(at, DayOf(b.now()), b.Rules.Links); err != nil {
		return err
	}
	var state State
	err := tx.QueryRow(`SELECT state FROM office_officer WHERE id = ?`, g.Officer).Scan(&state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fieldError("officer", say("officer_missing"), "officer %q: %w", clip(string(g.Officer)), ErrMissing)
	case err != nil:
		return err
	case state == Closed:
		return fieldError("officer", say("officer_closed"), "officer %s: the account is closed", g.Officer)
	}
	posts, err := b.postsWhere(tx, `a.officer = ? AND a.office = ? AND a.role = ?`, g.Officer, g.Office, g.Role)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if a := p.Appointment; a.Ended.IsZero() && a.Span.Meets(g.span()) {
			return fieldError("role", say("held", "from", a.Span.From.Words()), "officer %s holds role %s at %s already, %s: end it first", g.Officer, g.Role, g.Office, a.Span)
		}
	}
	return nil
}

// GrantApproved makes the appointments of an approval of act role.grant. It can't be
// called for anything that two officers have not agreed on: the approval's own row
// in the transaction says what, by whom and for whom.
func (b *Book) GrantApproved(tx *database.Tx, approval string) error {
	w, err := b.warrant(tx, approval, "role.grant")
	if err != nil {
		return err
	}
	var list Grants
	if err := w.read(&list); err != nil {
		return err
	}
	on, err := b.GrantsTarget(tx, list.Grants)
	if err != nil {
		return err
	}
	if err := w.still(on); err != nil {
		return err
	}
	for _, g := range list.Grants {
		if g.Officer == w.asked || g.Officer == w.approved {
			return fieldError("officer", say("own_grant"), "officer %s: nobody asks for or approves a role for himself", g.Officer)
		}
	}
	for _, g := range list.Grants {
		if err := b.appoint(tx, g, Made{At: b.now(), By: w.asked, Approved: w.approved, Reason: w.reason}, w); err != nil {
			return err
		}
	}
	return nil
}

// GrantFirst makes the second system administrator on the word of the first alone,
// since there is nobody yet who could approve it. It is for this one case: as soon
// as two persons have ever been system administrators, it refuses for ever.
func (b *Book) GrantFirst(tx *database.Tx, by Acting, g Grant, reason string) error {
	if err := Reasoned(reason); err != nil {
		return err
	}
	on, err := b.GrantsTarget(tx, []Grant{g})
	if err != nil {
		return err
	}
	d, err := b.Must(tx, by, "role.grant.first", on)
	if err != nil {
		return err
	}
	open, err := b.FirstGrantOpen(tx)
	if err != nil {
		return err
	}
	if g.Role != SystemAdministrator || !open || g.Officer == by.Officer {
		return &Refusal{Act: "role.grant.first", On: on.String(), Reason: NeedsSecond}
	}
	w := warrant{id: "", act: "role.grant.first", asked: by.Officer, request: by.Request, office: d.Office, charge: d.For, reason: reason}
	return b.appoint(tx, g, Made{At: b.now(), By: by.Officer, Reason: reason}, w)
}

// FirstGrantOpen tells whether the first administrator may still appoint the second
// alone; a page says so while it is open.
func (b *Book) FirstGrantOpen(tx *database.Tx) (bool, error) {
	var ever int
	err := tx.QueryRow(`SELECT count(DISTINCT officer) FROM office_appointment WHERE role = ?`, SystemAdministrator).Scan(&ever)
	return ever < 2, err
}

// appoint writes an appointment and its row of the audit trail.
func (b *Book) appoint(tx *database.Tx, g Grant, made Made, w warrant) error {
	id := AppointmentID(rand.Text())
	_, err := tx.Exec(`INSERT INTO office_appointment (id, officer, office, role, areas, from_day, to_day, granted, granted_by, approved_by, reason, ended_by, ended_reason)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')`,
		id, g.Officer, g.Office, g.Role, area.Join(g.Areas), g.From, g.To, stamp(made.At), made.By, made.Approved, made.Reason)
	if err != nil {
		return err
	}
	e := w.entry("appointment:" + string(id))
	e.Change("officer", nil, string(g.Officer))
	e.Change("office", nil, string(g.Office))
	e.Change("role", nil, string(g.Role))
	e.Change("days", nil, g.span().String())
	if len(g.Areas) > 0 {
		e.Change("areas", nil, listed(g.Areas))
	}
	return b.write(tx, e)
}

// A Charge is the payload of act acting.give: whose leave, and who stands in.
type Charge struct {
	Leave      LeaveID   `json:"leave"`
	Substitute OfficerID `json:"substitute"`
}

// ChargeTarget checks a charge and gives what the act is about.
func (b *Book) ChargeTarget(tx *database.Tx, c Charge) (Target, error) {
	p, l, err := b.leave(tx, c.Leave)
	if err != nil {
		return Target{}, err
	}
	var state State
	err = tx.QueryRow(`SELECT state FROM office_officer WHERE id = ?`, c.Substitute).Scan(&state)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Target{}, err
	}
	switch {
	case state != Active:
		return Target{}, fieldError("substitute", say("substitute_state"), "the substitute %q has no active account", clip(string(c.Substitute)))
	case c.Substitute == p.Appointment.Officer:
		return Target{}, fieldError("substitute", say("substitute_self"), "the substitute is the one who is on leave")
	case l.Substitute != "":
		return Target{}, fieldError("leave", say("charge_given"), "leave %s: somebody has the charge already: end the leave and give it anew", l.ID)
	case !l.Ended.IsZero() || l.Span.To < DayOf(b.now()):
		return Target{}, fieldError("leave", say("leave_over"), "leave %s: it is over", l.ID)
	}
	on := p.Office.Target()
	on.Officer = p.Appointment.Officer
	return on, nil
}

// ChargeApproved gives the charge of an approval of act acting.give.
func (b *Book) ChargeApproved(tx *database.Tx, approval string) error {
	w, err := b.warrant(tx, approval, "acting.give")
	if err != nil {
		return err
	}
	var c Charge
	if err := w.read(&c); err != nil {
		return err
	}
	on, err := b.ChargeTarget(tx, c)
	if err != nil {
		return err
	}
	if err := w.still(on); err != nil {
		return err
	}
	if c.Substitute == w.asked || c.Substitute == w.approved {
		return fieldError("substitute", say("own_grant"), "officer %s: nobody asks for or approves a charge for himself", c.Substitute)
	}
	_, err = tx.Exec(`UPDATE office_leave SET substitute = ?, charged = ?, charged_by = ?, charge_approved = ?, charge_reason = ? WHERE id = ?`,
		c.Substitute, stamp(b.now()), w.asked, w.approved, w.reason, c.Leave)
	if err != nil {
		return err
	}
	e := w.entry("leave:" + string(c.Leave))
	e.Change("substitute", nil, string(c.Substitute))
	return b.write(tx, e)
}

// decodeStrict reads JSON that must have the fields of v and no other.
func decodeStrict(text string, v any) error {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	return d.Decode(v)
}
