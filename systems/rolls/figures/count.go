// Package figures is the statistics of frozen rolls: registered voters by province,
// district, constituency, sex and age band, the gap between men and women (section 47 of
// the Elections Act 2017), and what each revision added and deleted. They are counted in
// the pass over the entries that freezes a roll (frozen.Pass), so that they are of exactly
// the roll whose root is in the ledger.
//
// What is published hides small numbers, and as many others as it takes that a hidden
// number can't be computed from those that are shown: hide.go has the rule, docs/figures.md
// gives it in words, and TestAttack tries to compute them all by linear algebra. TestSums
// holds that what is shown adds up.
package figures

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office/area"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/frozen"
)

// Bands are the lower ends of the age bands that the commission publishes (recalled): 18
// to 25, 26 to 35, and so on, 66 and above. Band 0 is whoever is younger or of no known
// age, and is empty in a roll that is in order.
var Bands = [...]int{18, 26, 36, 46, 56, 66}

const bands = len(Bands) + 1

func bandOf(born, on rolls.Date) int {
	if born.IsZero() {
		return 0
	}
	age := born.Age(on)
	for i := len(Bands) - 1; i >= 0; i-- {
		if age >= Bands[i] {
			return i + 1
		}
	}
	return 0
}

// Place is where blocks lie that are counted together.
type Place struct {
	District string // key of package area; "" where the tables do not have it
	NA, PA   geography.Constituency
}

func placeOf(b *rolls.Block) Place { return Place{b.District.String(), b.NA, b.PA} }

// province is the key of the province in which a place lies, "" where that is not known.
func (p Place) province() string {
	if p.District == "" {
		return ""
	}
	d, err := area.Parse(p.District)
	if err != nil {
		return ""
	}
	for _, one := range geography.Provinces() {
		if a := area.OfProvince(one); area.Within(d, a) {
			return a.String()
		}
	}
	return ""
}

// counts are those of one place. entered is who came after each of the earlier rolls and
// before the next.
type counts struct {
	ages    [geography.Genders][bands]int64
	entered [geography.Genders][]int64
}

// pass counts while a roll is frozen.
type pass struct {
	store   *Store
	err     error
	today   rolls.Date
	earlier []time.Time
	parts   []map[Place]*counts
}

// Pass begins to count a roll that is being frozen: for frozen.Config.Pass.
func (s *Store) Pass() frozen.Pass {
	p := &pass{store: s, today: rolls.DateOf(s.roll.Now().In(words.Zone)), parts: make([]map[Place]*counts, rolls.Workers())}
	for i := range p.parts {
		p.parts[i] = map[Place]*counts{}
	}
	// It has no context of its own: reading a few rows is soon over.
	p.err = s.db.View(context.Background(), func(tx *database.Tx) error {
		all, err := s.Rolls(tx)
		p.earlier = nil
		for _, r := range all {
			p.earlier = append(p.earlier, r.Made)
		}
		slices.SortFunc(p.earlier, time.Time.Compare)
		return err
	})
	return p
}

// See takes the entries of a block.
func (p *pass) See(worker int, b rolls.Block, entries []rolls.Entry) error {
	if p.err != nil {
		return p.err
	}
	place := placeOf(&b)
	c := p.parts[worker][place]
	if c == nil {
		c = &counts{}
		for list := range c.entered {
			c.entered[list] = make([]int64, len(p.earlier)+1)
		}
		p.parts[worker][place] = c
	}
	for i := range entries {
		e := &entries[i]
		c.ages[e.List][bandOf(e.Born, p.today)]++
		after := len(p.earlier)
		for after > 0 && !e.Entered.After(p.earlier[after-1]) {
			after--
		}
		c.entered[e.List][after]++
	}
	return nil
}

// Keep writes the figures of a roll in the transaction that writes the roll down.
func (p *pass) Keep(tx *database.Tx, r frozen.Roll) error {
	all := map[Place]*counts{}
	voters := int64(0)
	for _, part := range p.parts {
		for place, c := range part {
			sum := all[place]
			if sum == nil {
				sum = &counts{}
				for list := range sum.entered {
					sum.entered[list] = make([]int64, len(p.earlier)+1)
				}
				all[place] = sum
			}
			for list := range c.ages {
				for band, n := range c.ages[list] {
					sum.ages[list][band] += n
					voters += n
				}
				for i, n := range c.entered[list] {
					sum.entered[list][i] += n
				}
			}
		}
	}
	if p.err != nil || voters != r.Voters {
		return errors.Join(p.err, fmt.Errorf("figures of roll %s are of %d voters, and it has %d: freeze it again", r.ID, voters, r.Voters))
	}
	of := Roll{ID: r.ID, Name: r.Name, Day: r.Day, Scope: r.Scope.String(), Voters: r.Voters, Made: r.Made}
	if err := tx.QueryRow(`SELECT COALESCE(MAX(id), 0) FROM rolls_change`).Scan(&of.changes); err != nil {
		return err
	}
	before, ok, err := p.store.before(tx, &of)
	if err != nil {
		return err
	}
	if ok {
		of.Since = before.ID
		if err := p.changes(tx, &of, &before, r.Scope, all); err != nil {
			return err
		}
	}
	return p.store.put(tx, &of, all)
}
