package feed

import (
	"errors"
	"strings"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
	"intikhab/systems/rolls/phase"
)

// Outcome is what a row does to the roll.
type Outcome string

// The outcomes.
const (
	Added     Outcome = "added"     // somebody new
	Returned  Outcome = "returned"  // somebody who had left
	Moved     Outcome = "moved"     // to another electoral area, or another list
	Corrected Outcome = "corrected" // the particulars
	Died      Outcome = "died"      // taken off
	Cancelled Outcome = "cancelled" // taken off, since the card was
	Same      Outcome = "same"      // the roll has it so already
	Absent    Outcome = "absent"    // a death or cancellation of somebody who does not stand in the roll
	Barred    Outcome = "barred"    // by the rule of enrolment; the roll stays as it is
	Newer     Outcome = "newer"     // an officer decided on the entry after the card's day; his decision stays
	Waits     Outcome = "waits"     // the roll of the electoral area may not change now
)

// Outcomes are all outcomes.
func Outcomes() []Outcome {
	return []Outcome{Added, Returned, Moved, Corrected, Died, Cancelled, Same, Absent, Barred, Newer, Waits}
}

// changes tells whether the roll changes by it.
func (o Outcome) changes() bool {
	switch o {
	case Added, Returned, Moved, Corrected, Died, Cancelled:
		return true
	}
	return false
}

// A decision is what becomes of a row.
type decision struct {
	Outcome
	bar   rolls.Bar
	at    rolls.Enrolment    // where the person stands afterwards; before, of one who leaves
	p     *rolls.Particulars // afterwards; nil where the roll stays as it is
	entry *rolls.Entry       // as it is; nil of somebody new
}

// blocks are those whose rolls change.
func (d *decision) blocks() (all []geography.BlockCode) {
	switch {
	case !d.changes():
	case d.Outcome == Moved && d.entry.Block != d.at.Block:
		all = []geography.BlockCode{d.entry.Block, d.at.Block}
	default:
		all = []geography.BlockCode{d.at.Block}
	}
	return all
}

// A rule is what rows are decided by.
type rule struct {
	on    rolls.Date // the qualifying day
	made  rolls.Date // the day of the batch
	known func(geography.BlockCode) bool
}

// decide is pure: what a row does, by what the roll has of the person. e is nil for
// somebody who never stood in it; decided is the day of the officer's decision by which
// the entry is as it is, zero if it is by none.
func (u *rule) decide(r *batchfile.Row, e *rolls.Entry, decided rolls.Date) (d decision) {
	on := e != nil && e.Standing == rolls.OnRoll
	if e != nil {
		d.entry, d.at = e, rolls.Enrolment{Block: e.Block, List: e.List}
	}
	asOf := r.AsOf
	if asOf.IsZero() {
		asOf = u.made
	}
	newer := !decided.IsZero() && asOf.String() <= decided.String()
	switch {
	case r.Action == batchfile.Death && on:
		d.Outcome = Died
		return d
	case r.Action == batchfile.Death, r.Action == batchfile.Cancel && !on:
		d.Outcome = Absent
		return d
	case newer:
		d.Outcome = Newer
		return d
	case r.Action == batchfile.Cancel:
		d.Outcome = Cancelled
		return d
	}
	card := &r.Card
	if e != nil {
		whole := r.Card
		complete(&whole, r, e)
		card = &whole
	}
	at, err := rolls.Enrol(card, u.on, u.known)
	var bar *rolls.BarError
	if errors.As(err, &bar) {
		d.Outcome, d.bar = Barred, bar.Bar
		return d
	}
	was := d.at
	d.p, d.at = &card.Particulars, at
	switch {
	case e == nil:
		d.Outcome = Added
	case !on:
		d.Outcome = Returned
	case at != was:
		d.Outcome = Moved
	case card.Particulars != e.Particulars:
		d.Outcome = Corrected
	default:
		d.Outcome = Same
	}
	return d
}

// complete fills what a row leaves empty from the entry that there is.
func complete(card *rolls.Card, r *batchfile.Row, e *rolls.Entry) {
	if !r.SexGiven {
		card.List = e.List
	}
	if card.Born.IsZero() {
		card.Born = e.Born
	}
	if card.ParentEn == "" && card.ParentUr == "" {
		card.Relation = e.Relation
	}
	keep := func(ours *string, theirs string) {
		if *ours == "" {
			*ours = theirs
		}
	}
	keep(&card.NameEn, e.NameEn)
	keep(&card.NameUr, e.NameUr)
	keep(&card.ParentEn, e.ParentEn)
	keep(&card.ParentUr, e.ParentUr)
	keep(&card.Family, e.Family)
	keep(&card.Photograph, e.Photograph)
	for _, a := range [...]struct{ ours, theirs *rolls.Address }{{&card.Permanent, &e.Permanent}, {&card.Temporary, &e.Temporary}, {&card.Posting, &e.Posting}} {
		if a.ours.IsZero() {
			*a.ours = *a.theirs
		}
	}
	if !r.VoteAt {
		card.Chosen = e.Chosen
	}
	if card.Chosen == rolls.PostingAddress && e.Chosen == rolls.PostingAddress && card.Service == rolls.NoService {
		card.Service = rolls.Servant // who stands there already was let in by one of the services
	}
}

// look decides rows by the roll as the transaction sees it. In a roll that is being
// filled nobody stands yet.
func (s *Service) look(tx *database.Tx, u *rule, rows []batchfile.Row, empty bool) ([]decision, error) {
	out := make([]decision, 0, len(rows))
	if empty {
		for i := range rows {
			out = append(out, u.decide(&rows[i], nil, rolls.Date{}))
		}
		return out, nil
	}
	numbers := make([]cnic.Number, len(rows))
	for i := range rows {
		numbers[i] = rows[i].CNIC
	}
	entries, err := s.cfg.Rolls.ByCNICs(tx, numbers)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		e, ok := entries[rows[i].CNIC]
		if !ok {
			out = append(out, u.decide(&rows[i], nil, rolls.Date{}))
			continue
		}
		decided, err := s.decided(tx, &e)
		if err != nil {
			return nil, err
		}
		out = append(out, u.decide(&rows[i], &e, decided))
	}
	return out, nil
}

// decided is the day, in Pakistan, of the decision that made an entry what it is.
func (s *Service) decided(tx *database.Tx, e *rolls.Entry) (rolls.Date, error) {
	if !strings.HasPrefix(string(e.Cause), "claim:") {
		return rolls.Date{}, nil
	}
	at := e.Entered
	changes, err := s.cfg.Rolls.History(tx, e.ID)
	if err != nil {
		return rolls.Date{}, err
	}
	for _, c := range changes {
		if c.At.After(at) {
			at = c.At
		}
	}
	return dayOf(at), nil
}

// dayOf is the day of an instant in Pakistan.
func dayOf(t time.Time) rolls.Date { return rolls.DateOf(t.In(words.Zone)) }

// gates tells, for the blocks of a chunk, whose rolls may change now, by the phases as
// the transaction sees them.
func (s *Service) gates(tx *database.Tx, blocks map[geography.BlockCode]rolls.Block) (func(geography.BlockCode) bool, error) {
	rules, err := s.cfg.Phases.Rules(tx)
	if err != nil {
		return nil, err
	}
	now, asked := s.cfg.Now(), map[geography.BlockCode]bool{}
	return func(code geography.BlockCode) bool {
		open, ok := asked[code]
		if !ok {
			open = rules.Allows(areasOf(blocks[code]), phase.Feed, now) == nil
			asked[code] = open
		}
		return open
	}, nil
}

// areasOf are the areas that a phase may be about.
func areasOf(b rolls.Block) phase.Areas {
	return phase.Areas{Block: b.Code, NA: b.NA, PA: b.PA, District: b.District, Tehsil: b.Tehsil}
}

// wait turns what may not be done now into Waits.
func wait(all []decision, open func(geography.BlockCode) bool) {
	for i := range all {
		for _, b := range all[i].blocks() {
			if !open(b) {
				all[i].Outcome = Waits
			}
		}
	}
}
