package approval

import (
	"slices"

	"intikhab/platform/database"
	"intikhab/platform/office"
)

// AskGrants asks for one appointment, or for all of a list, by one approval.
func (d *Desk) AskGrants(tx *database.Tx, by office.Acting, grants []office.Grant, on, reason string) (Approval, error) {
	target, err := d.book.GrantsTarget(tx, grants)
	if err != nil {
		return Approval{}, err
	}
	if slices.ContainsFunc(grants, func(g office.Grant) bool { return g.Officer == by.Officer }) {
		return Approval{}, &office.Refusal{Act: "role.grant", On: target.String(), Reason: office.ForHimself}
	}
	if on == "" {
		on = target.String()
	}
	return d.Ask(tx, by, Request{Act: "role.grant", On: on, Target: target, Payload: office.Grants{Grants: grants}, Reason: reason})
}

// AskCharge asks that somebody stands in for the holder of an appointment while he
// is on leave.
func (d *Desk) AskCharge(tx *database.Tx, by office.Acting, c office.Charge, reason string) (Approval, error) {
	target, err := d.book.ChargeTarget(tx, c)
	if err != nil {
		return Approval{}, err
	}
	if c.Substitute == by.Officer {
		return Approval{}, &office.Refusal{Act: "acting.give", On: "leave:" + string(c.Leave), Reason: office.ForHimself}
	}
	return d.Ask(tx, by, Request{Act: "acting.give", On: "leave:" + string(c.Leave), Target: target, Payload: c, Reason: reason})
}
