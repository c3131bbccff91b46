package claim

import (
	"cmp"
	"slices"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim/receipt"
)

// A Sitting is what one officer hears at one place on one day.
type Sitting struct {
	Day     words.Day
	Officer words.Both
	Place   words.Both
	Cases   []Case
}

// A Case is one line of a cause list, as it hangs at the door: names as on a public
// notice, the CNIC masked, and of an objection not who objects.
type Case struct {
	Number    receipt.Number
	Form      Form
	Asked     Asked
	At        time.Time
	Block     rolls.Block
	Claimant  words.Both  // none of an objection
	CNIC      cnic.Number // the claimant's, prints masked; zero of an objection
	Against   words.Both  // the person objected against
	OtherCNIC cnic.Number // his; prints masked
}

// CauseList gives the sittings of a day in the blocks for which the one who acts may
// read claims, by officer and place, each in the order of time; of one officer alone if
// he is named. That it was made stands in the audit trail.
func (s *Store) CauseList(tx *database.Tx, by office.Acting, day words.Day, officer office.OfficerID) (all []Sitting, err error) {
	areas, err := s.Jurisdiction(tx, by, ActRead)
	if err != nil {
		return nil, err
	}
	if len(areas) == 0 {
		return nil, &office.Refusal{Act: ActRead, On: "causelist:" + day.String(), Reason: office.NotYourRole}
	}
	q := Query{States: []State{Listed, Heard}, Officer: officer, On: office.Day(day.String())}
	where, args := q.where()
	in, more := inAreas(areas, false)
	claims, err := s.all(tx, `WHERE `+where+in+` ORDER BY hearing_by, hearing_en, hearing_ur, hearing_at, received, number`, append(args, more...)...)
	if err != nil {
		return nil, err
	}
	names := map[office.OfficerID]words.Both{}
	for i := range claims {
		c := &claims[i]
		name, known := names[c.Hearing.Officer]
		if !known {
			o, err := s.cfg.Book.Officer(tx, c.Hearing.Officer)
			if err != nil {
				return nil, err
			}
			name = o.Name()
			names[c.Hearing.Officer] = name
		}
		one, err := s.toCase(tx, c)
		if err != nil {
			return nil, err
		}
		if n := len(all); n == 0 || claims[i-1].Hearing.Officer != c.Hearing.Officer || all[n-1].Place != c.Hearing.Place {
			all = append(all, Sitting{Day: day, Officer: name, Place: c.Hearing.Place})
		}
		last := &all[len(all)-1]
		last.Cases = append(last.Cases, one)
	}
	slices.SortStableFunc(all, func(a, b Sitting) int {
		return cmp.Or(cmp.Compare(a.Officer.En, b.Officer.En), a.Cases[0].At.Compare(b.Cases[0].At))
	})
	d, err := s.cfg.Book.May(tx, by, ActRead, office.In(areas[0]))
	if err != nil {
		return nil, err
	}
	return all, audit.Seen(tx, s.now(), d.Entry(by, ActRead, "causelist:"+day.String(), "cause list"))
}

func (s *Store) toCase(tx *database.Tx, c *Claim) (one Case, err error) {
	one = Case{Number: c.Number, Form: c.Form, Asked: c.Asked, At: c.Hearing.At}
	if one.Block, err = s.cfg.Rolls.Block(tx, c.Block); err != nil {
		return one, err
	}
	if c.Form.Kind() == Objection {
		one.Against, one.OtherCNIC = c.Other, c.Against.CNIC
		return one, nil
	}
	one.Claimant, one.CNIC = c.Claimant.Name(), c.Claimant.CNIC
	return one, nil
}

// A Slip is what stands on a receipt: nothing that is not on the form in the claimant's
// own hand.
type Slip struct {
	Receipt
	Name  words.Both
	CNIC  cnic.Number // prints masked
	Block rolls.Block
}

// Slip gives what a claim's receipt says, to print it once more: to an officer who
// takes claims in there, or to the claimant.
func (s *Store) Slip(tx *database.Tx, by office.Acting, n receipt.Number) (slip Slip, err error) {
	c, err := s.get(tx, n)
	if err != nil {
		return slip, err
	}
	b, err := s.cfg.Rolls.Block(tx, c.Block)
	if err != nil {
		return slip, err
	}
	if by.Officer != "" {
		if _, err := s.mayReceive(tx, by, &c, &b, &b); err != nil {
			return slip, err
		}
	}
	return Slip{Receipt: s.receipt(&c), Name: c.Claimant.Name(), CNIC: c.Claimant.CNIC, Block: b}, nil
}
