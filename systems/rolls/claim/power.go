package claim

import (
	"errors"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/phase"
)

// The acts of the table of permissions that the verbs ask for.
const (
	ActReceive office.Act = "claim.receive" // take a claim in; complete, withdraw, appeal for a claimant who stands there
	ActRead    office.Act = "claim.read"    // lists, claims with their documents, cause lists
	ActReveal  office.Act = "claim.reveal"  // the whole CNIC and telephone of the parties
	ActList    office.Act = "claim.list"    // return, list for hearing, adjourn
	ActDecide  office.Act = "claim.decide"  // hear and decide forms 21 to 23: the Registration Officer
	ActRevise  office.Act = "claim.revise"  // hear and decide forms 15 to 17: the Revising Authority
	ActAppeal  office.Act = "claim.appeal.decide"
)

// DecideAct is the act of deciding a form's claims.
func (f Form) DecideAct() office.Act {
	if f.Display() {
		return ActRevise
	}
	return ActDecide
}

// targets are what a power over a block is asked of: the smallest area that the tables
// place, and then each of its areas, for an officer whose jurisdiction is a constituency
// or the block itself.
func targets(b *rolls.Block) []office.Target {
	all := []office.Target{office.In(b.Area())}
	for _, a := range b.Areas() {
		if a != b.Area() {
			all = append(all, office.In(a))
		}
	}
	return all
}

// must is office.Book.Must for a block, by any of its areas. The refusal is that of the
// first.
func (s *Store) must(tx *database.Tx, by office.Acting, act office.Act, b *rolls.Block) (d office.Decision, err error) {
	var first error
	for _, target := range targets(b) {
		if d, err = s.cfg.Book.Must(tx, by, act, target); err == nil {
			return d, nil
		}
		if r := (*office.Refusal)(nil); !errors.As(err, &r) {
			return d, err
		}
		if first == nil {
			first = err
		}
	}
	return office.Decision{}, first
}

// mayOfficer tells whether an officer, who need not be the one who acts, may do an act.
func (s *Store) mayOfficer(tx *database.Tx, id office.OfficerID, act office.Act, b *rolls.Block) (bool, error) {
	_, err := s.must(tx, office.Acting{Officer: id}, act, b)
	if r := (*office.Refusal)(nil); errors.As(err, &r) {
		return false, nil
	}
	return err == nil, err
}

// impartial refuses an officer who is a party of the claim, or who entered it.
func (s *Store) impartial(tx *database.Tx, c *Claim, id office.OfficerID) error {
	o, err := s.cfg.Book.Officer(tx, id)
	if err != nil {
		return err
	}
	if n := o.Personal.CNIC; n != noNumber && (n == c.Claimant.CNIC || n == c.person()) {
		return refuse(IsParty)
	}
	if c.EnteredBy == id && !s.cfg.Settings.OwnEntries {
		return refuse(Entered)
	}
	return nil
}

// May tells whether the one who acts may do an act on a claim now, for pages that show
// only the buttons that work. The state of the claim is not asked; see StepsFrom.
func (s *Store) May(tx *database.Tx, by office.Acting, act office.Act, c *Claim) (bool, error) {
	b, err := s.cfg.Rolls.Block(tx, c.Block)
	if err != nil {
		return false, err
	}
	return s.mayOfficer(tx, by.Officer, act, &b)
}

// Jurisdiction gives the areas for which the one who acts may do an act now, for lists.
func (s *Store) Jurisdiction(tx *database.Tx, by office.Acting, act office.Act) (areas []area.Area, err error) {
	who, err := s.cfg.Book.Standing(tx, by)
	if err != nil {
		return nil, err
	}
	for _, p := range who.Posts {
		for _, a := range p.Areas() {
			if s.cfg.Book.Rules.Decide(s.cfg.Book.Now(), who, act, office.In(a)).Allowed {
				areas = append(areas, a)
			}
		}
	}
	return areas, nil
}

// times are a block as phases know it.
func times(b *rolls.Block) phase.Areas {
	return phase.Areas{Block: b.Code, NA: b.NA, PA: b.PA, District: b.District, Tehsil: b.Tehsil}
}
