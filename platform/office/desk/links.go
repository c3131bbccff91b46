package desk

import (
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

// ways are the places that the head of a page may lead to, each with the act that its
// page takes.
var ways = []struct {
	href string
	act  office.Act
	key  string
}{
	{"/", "office.home", "desk.home"},
	{"/offices", "office.read", "desk.offices"},
	{"/officers", "officer.read", "desk.officers"},
	{"/rolls", "rolls.read", "desk.rolls"},
	{"/approvals", "approval.read", "desk.approvals"},
	{"/audit", "audit.read", "desk.audit"},
	{"/notices", "notice.read", "desk.notices"},
	{"/watch", "service.read", "desk.watch"},
	{"/watch/letters", "deadletter.read", "desk.letters"},
}

// Links are the places that an officer may go now, for signin.Config.
func (d *Desk) Links(tx *database.Tx, officer string) (all []web.Link, err error) {
	who, err := d.cfg.Book.Standing(tx, office.Acting{Officer: office.OfficerID(officer)})
	if err != nil {
		return nil, err
	}
	now := d.cfg.Book.Now()
	for _, w := range ways {
		if d.cfg.Book.Rules.Decide(now, who, w.act, office.Target{Somewhere: true}).Allowed {
			// The catalogue of another package's page does not have our keys.
			all = append(all, web.Link{Href: w.href, Text: words.Named(catalogue.Both(w.key))})
		}
	}
	return all, nil
}
