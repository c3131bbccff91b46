package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/platform/sms"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/phase"
	"intikhab/systems/rolls/print/supplement"
)

func (o *rollsOffice) deliver(ctx context.Context, file string) (feed.Batch, error) {
	manifest, err := os.ReadFile(filepath.Join(o.dir, file+".note"))
	if err != nil {
		return feed.Batch{}, err
	}
	return o.feed.Receive(ctx, feed.Delivery{File: filepath.Join(o.dir, file+".csv"), Manifest: manifest, By: o.First})
}

// plan makes the calendar once the first batch is on the roll: Lahore's preliminary roll
// is on display, Sheikhupura's is frozen. ready says that it is so.
func (o *rollsOffice) plan(ctx context.Context) (ready bool, err error) {
	o.planning.Lock()
	defer o.planning.Unlock()
	var rules *phase.Rules
	first := false
	err = o.db.View(ctx, func(tx *database.Tx) (err error) {
		all, err := o.feed.Batches(tx, 0, 1000)
		first = len(all) > 0 && all[len(all)-1].State == feed.Applied
		if err == nil {
			rules, err = o.phases.Rules(tx)
		}
		return err
	})
	if err != nil || !first {
		return false, err
	}
	why := words.Both{En: "an election", Ur: "انتخاب"}
	in := func(district string) []area.Area {
		a, _ := area.Parse(district) // a constant
		return []area.Area{a}
	}
	if len(rules.Programmes) == 0 {
		p := phase.Programme{Row: phase.Row{Scope: in("district:lahore"), Reason: why}, Kind: phase.SpecialRevision}
		p.Steps, p.Last = phase.Standard().Plan(p.Kind, office.DayOf(o.now()))
		if err := o.db.Update(ctx, func(tx *database.Tx) error { _, err := o.phases.Plan(tx, o.First, p); return err }); err != nil {
			return false, err
		}
		say("planned")
	}
	if o.days.Load() == 0 {
		s := phase.Standard()
		if err := o.ahead(int64(s.Draft + s.Display + 1)); err != nil {
			return false, err
		}
	}
	if len(rules.Freezes) == 0 {
		_, err := o.approve(ctx, func(tx *database.Tx) (approval.Approval, error) {
			return o.phases.AskFreeze(tx, o.desk, o.First, phase.Freezer{Kind: phase.GeneralElection, Scope: in("district:sheikhupura"),
				Basis: office.DayOf(o.now().AddDate(0, 0, 20)), Reason: why})
		})
		return false, err
	}
	return true, nil
}

// touched are the people whose entries claims may be about; all others are as the
// authority's batches say.
func touched(i int) bool { return i%10 == 3 }

// claimed finds one of them in a district.
func (o *rollsOffice) claimed(district string) rolls.Card {
	for {
		if i := rand.N(o.people.Len()/10)*10 + 3; i < o.people.Len() {
			if p := o.people.At(i); o.districtOf(p.Block) == district {
				return p.Card()
			}
		}
	}
}

func (o *rollsOffice) districtOf(code geography.BlockCode) string {
	for _, b := range o.people.Blocks() {
		if b.Code == code {
			return b.DistrictEn
		}
	}
	return ""
}

func (o *rollsOffice) blockOf(district string) geography.BlockCode {
	all := o.people.Blocks()
	for {
		if b := all[rand.N(len(all))]; b.DistrictEn == district {
			return b.Code
		}
	}
}

// claimStep files a claim, or takes the next step on one that is open.
func (o *rollsOffice) claimStep(ctx context.Context) error {
	d := rand.N(2)
	if rand.N(3) == 0 {
		by, f := o.filing(d)
		var r claim.Receipt
		err := o.db.Update(ctx, func(tx *database.Tx) (err error) { r, err = o.claims.Receive(tx, by, f); return err })
		if err == nil {
			say("received", r.Number)
		}
		return err
	}
	var open []claim.Listing
	err := o.db.View(ctx, func(tx *database.Tx) (err error) {
		open, _, err = o.claims.Find(tx, o.Judge[d], claim.Query{States: []claim.State{claim.Received, claim.Listed, claim.Heard, claim.Decided, claim.Appealed}, Newest: true, Limit: 40})
		return err
	})
	if err != nil || len(open) == 0 {
		return err
	}
	number, dice := open[rand.N(len(open))].Number, rand.N(6)
	word := ""
	err = o.db.Update(ctx, func(tx *database.Tx) (err error) {
		f, err := o.claims.Read(tx, o.Judge[d], number, "to decide it")
		if err == nil {
			word, err = o.step(tx, d, dice, f.Claim)
		}
		return err
	})
	if err == nil && word != "" {
		say(word, number)
	}
	return err
}

// filing is a claim of any kind, from a citizen or through an officer.
func (o *rollsOffice) filing(d int) (by office.Acting, f claim.Filing) {
	district := districts[d]
	card := o.claimed(district)
	f = claim.Filing{Form: claim.FormOf(claim.Kinds()[rand.N(3)], d == 1), Source: claim.Web}
	fresh, _ := cnic.FromUint64(6110100000000 + rand.Uint64N(100_000_000))
	phone, _ := sms.ParseMSISDN(fmt.Sprintf("0300%07d", rand.N(10_000_000)))
	f.Claimant = claim.Claimant{CNIC: card.CNIC, NameEn: "Ghulam Fatima", Telephone: phone, Confirmed: true, Language: words.English}
	switch f.Form.Kind() {
	case claim.Objection:
		f.Claimant.CNIC, f.Against.CNIC, f.Ground = fresh, card.CNIC, claim.HasDied
	case claim.Correction:
		f.Wishes = []claim.Wish{{Field: claim.FieldNameEn, Value: fmt.Sprint("Fatima ", []string{"Bibi", "Begum", "Khanum"}[rand.N(3)])}}
	default:
		if rand.N(3) > 0 { // somebody new
			card.CNIC, card.Family, f.Claimant.CNIC = fresh, "", fresh
		}
		card.Photograph = ""
		card.Permanent, card.Chosen = rolls.Address{Block: o.blockOf(district), En: "House 3"}, rolls.PermanentAddress
		f.Card = card
	}
	if rand.N(2) == 0 {
		f.Source, by = claim.Desk, o.Assistant[d]
	}
	return by, f
}

// step takes the next step on a claim; "" is none.
func (o *rollsOffice) step(tx *database.Tx, d, dice int, c claim.Claim) (word string, err error) {
	e, found, err := o.claims.Entry(tx, &c)
	if err != nil {
		return "", err
	}
	version := int64(0)
	if found {
		version = e.Version
	}
	decision := claim.Decision{Outcome: claim.Allowed, Reasons: "the card was seen"}
	if dice%3 == 0 {
		decision.Outcome = claim.Rejected
	}
	switch c.State {
	case claim.Received:
		if c.Form.Kind() == claim.Objection || dice == 1 {
			return "listed", o.claims.List(tx, o.Assistant[d], c.Number, c.Version, claim.Hearing{At: o.now().Add(20 * time.Millisecond), Place: words.Both{En: "Tehsil office"}, Officer: o.Judge[d].Officer})
		}
		return "decided", o.claims.Decide(tx, o.Judge[d], c.Number, c.Version, version, decision)
	case claim.Listed:
		return "heard", o.claims.Hear(tx, o.Judge[d], c.Number, c.Version, "both appeared")
	case claim.Heard:
		return "decided", o.claims.Decide(tx, o.Judge[d], c.Number, c.Version, version, decision)
	case claim.Appealed:
		return "settled", o.claims.Settle(tx, o.Appeal[d], c.Number, c.Version, version, decision)
	}
	who := claim.ByClaimant
	if c.Outcome == claim.Allowed {
		who = claim.ByOther
	}
	if dice > 2 || who == claim.ByOther && c.Form.Kind() != claim.Objection {
		return "", nil
	}
	return "appealed", o.claims.Appeal(tx, office.Acting{}, c.Number, c.Version, who, "it is not so")
}

// numberStep consolidates a block, issues its next supplement, or splits a list.
func (o *rollsOffice) numberStep(ctx context.Context) error {
	code, dice := o.blockOf(districts[0]), rand.N(4)
	word, id := "", ""
	err := o.db.Update(ctx, func(tx *database.Tx) error {
		b, err := o.roll.Block(tx, code)
		if err != nil {
			return err
		}
		switch dice {
		case 0:
			if err := o.phases.Check(tx, phase.AreasOf(&b), phase.Consolidate, o.now()); err != nil {
				return err
			}
			b, err = o.roll.Consolidate(tx, code)
			word, id = "consolidated", fmt.Sprint(code, "/", b.Edition)
		case 1:
			at := rand.Uint32N(5) + 2
			one := fmt.Sprint(rand.Uint32())
			for _, half := range []string{"a", "b", "c"} {
				if err := o.roll.PutStation(tx, geography.PollingStation{ID: geography.StationID(one + half), Kind: geography.MaleStation, NameEn: "School", Lat: 31, Lon: 74}); err != nil {
					return err
				}
			}
			err = o.roll.Split(tx, code, geography.Male, []rolls.Share{{From: 1, Station: geography.StationID(one + "a")}, {From: at, Station: geography.StationID(one + "b")},
				{From: at + 3, Station: geography.StationID(one + "c")}})
			word, id = "split", fmt.Sprint(code, "/", one)
		default:
			var s supplement.Supplement
			s, err = supplement.Issue(tx, o.roll, code, string(o.First.Officer))
			word, id = "issued", fmt.Sprint(code, "/", s.Edition, "/", s.Number)
		}
		if err != nil {
			return err
		}
		return audit.Write(tx, o.now(), audit.Entry{Officer: string(o.First.Officer), Act: "crash." + word, On: word + ":" + id})
	})
	if err == nil {
		say(word, id)
	}
	return err
}
