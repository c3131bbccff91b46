package supplement

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/systems/rolls"
	"intikhab/test/databases"
)

const one, two = geography.BlockCode(440160404), geography.BlockCode(440160405)

// desk is a roll of two blocks whose clock the test sets.
type desk struct {
	*testing.T
	db    *database.DB
	store *rolls.Store
	now   time.Time
}

func each(t *testing.T, f func(d *desk)) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		d := &desk{T: t, db: db, now: time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)}
		d.store = rolls.NewStore(vault.New(d.now), func() time.Time { return d.now })
		if err := errors.Join(rolls.Migrate(t.Context(), db), Migrate(t.Context(), db)); err != nil {
			t.Fatal(err)
		}
		d.do(func(tx *database.Tx) error {
			return d.store.PutBlocks(tx, []rolls.Block{{Code: one, NameEn: "One", NameUr: "ایک"}, {Code: two, NameEn: "Two", NameUr: "دو"}})
		})
		f(d)
	})
}

// do does something a second later.
func (d *desk) do(f func(tx *database.Tx) error) {
	d.Helper()
	d.now = d.now.Add(time.Second)
	if err := d.db.Update(d.Context(), f); err != nil {
		d.Fatal(err)
	}
}

func person(n int) rolls.Particulars {
	number, err := cnic.FromUint64(4230100000000 + uint64(n))
	if err != nil {
		panic(err)
	}
	return rolls.Particulars{CNIC: number, NameEn: fmt.Sprint("Person ", n), NameUr: "صفدر علی", ParentEn: "Ghulam Rasool", ParentUr: "غلام رسول", Born: rolls.Date{Year: 1970}}
}

func (d *desk) read(code geography.BlockCode) (all []Supplement, entries []rolls.Entry) {
	d.Helper()
	d.do(func(tx *database.Tx) error {
		b, err := d.store.Block(tx, code)
		if err != nil {
			return err
		}
		if entries, err = d.store.All(tx, code); err != nil {
			return err
		}
		all, err = Read(tx, d.store, &b, entries)
		return err
	})
	return all, entries
}

// TestSupplementsAddUp: whatever happens by chance to people of two blocks, the print and
// the supplements, applied in order as whoever holds them would, are the roll as it is.
func TestSupplementsAddUp(t *testing.T) {
	each(t, func(d *desk) {
		chance := rand.New(rand.NewPCG(7, 11))
		for n := range 12 {
			d.do(func(tx *database.Tx) error {
				_, err := d.store.Add(tx, []geography.BlockCode{one, two}[n%2], rolls.List(n%3), person(n), "feed:1")
				return err
			})
		}
		printed := map[geography.BlockCode][]rolls.Entry{}
		for _, code := range []geography.BlockCode{one, two} {
			d.do(func(tx *database.Tx) error {
				_, err := d.store.Consolidate(tx, code)
				if err == nil {
					printed[code], err = d.store.All(tx, code)
				}
				return err
			})
		}
		var undo []rolls.Change
		for step := range 150 {
			d.chance(chance, step, &undo)
			if step%10 == 9 {
				d.do(func(tx *database.Tx) error {
					_, err := Issue(tx, d.store, []geography.BlockCode{one, two}[step/10%2], "officer")
					if errors.Is(err, ErrNothing) {
						return nil
					}
					return err
				})
			}
		}
		for code, held := range printed {
			all, entries := d.read(code)
			d.apply(code, held, all, entries)
			again, _ := d.read(code)
			for i := range all[:len(all)-1] {
				if fmt.Sprint(all[i]) != fmt.Sprint(again[i]) || all[i].Number != int64(i+1) {
					t.Errorf("supplement %d of %v is not the same a second time", i+1, code)
				}
			}
			if len(all) < 5 {
				t.Errorf("only %d supplements", len(all))
			}
		}
	})
}

// chance does one thing to one person.
func (d *desk) chance(chance *rand.Rand, step int, undo *[]rolls.Change) {
	d.Helper()
	d.do(func(tx *database.Tx) error {
		number := person(chance.IntN(18))
		e, err := d.store.ByCNIC(tx, number.CNIC)
		block, list := []geography.BlockCode{one, two}[chance.IntN(2)], rolls.List(chance.IntN(3))
		cause := rolls.Cause(fmt.Sprint("claim:", step))
		switch {
		case errors.Is(err, rolls.ErrNoVoter) || err == nil && e.Standing == rolls.Off && chance.IntN(2) == 0:
			_, err = d.store.Add(tx, block, list, number, cause)
			return err
		case err != nil:
			return err
		}
		history, err := d.store.History(tx, e.ID)
		if err != nil {
			return err
		}
		if n := len(history); n > 0 && chance.IntN(3) == 0 && history[n-1].Before.Version == e.Version-1 && history[n-1].Before.Standing == rolls.OnRoll {
			_, err = d.store.Restore(tx, history[n-1], cause)
			return err
		}
		if e.Standing == rolls.Off {
			return nil
		}
		switch chance.IntN(3) {
		case 0:
			_, err = d.store.Remove(tx, e.ID, e.Version, rolls.Died, cause)
		case 1:
			_, err = d.store.Move(tx, e.ID, e.Version, block, list, e.Particulars, cause)
		default:
			p := e.Particulars
			p.NameEn = fmt.Sprint("Corrected ", step)
			_, err = d.store.Correct(tx, e.ID, e.Version, p, rolls.Mistake, cause)
		}
		return err
	})
}

// apply holds what the print and the supplements say against the roll.
func (d *desk) apply(code geography.BlockCode, held []rolls.Entry, all []Supplement, entries []rolls.Entry) {
	d.Helper()
	roll := map[place]string{}
	for _, e := range held {
		roll[place{e.ID, e.List, e.Serial}] = e.NameEn
	}
	for _, s := range all {
		for list, l := range s.Lists {
			on := 0
			for p := range roll {
				if int(p.list) == list {
					on++
				}
			}
			if on != l.Before || l.Before+len(l.Added)-len(l.Deleted) != l.After {
				d.Errorf("%v supplement %d list %d: %d before, %d and %d, %d after; it was %d", code, s.Number, list, l.Before, len(l.Added), len(l.Deleted), l.After, on)
			}
			stands := map[place]int{}
			for p := range roll {
				stands[p] = 1
			}
			for _, a := range l.Added {
				p := place{a.ID, a.List, a.Serial}
				roll[p] = a.NameEn
				stands[p]++
			}
			for _, c := range l.Deleted {
				stands[place{c.Before.ID, c.Before.List, c.Before.Serial}]--
			}
			for p, n := range stands {
				if n != 0 && n != 1 {
					d.Errorf("%v supplement %d: serial %d stands there %d times", code, s.Number, p.serial, n)
				}
				if n == 0 {
					delete(roll, p)
				}
			}
			for _, c := range l.Corrected {
				p := place{c.Is.ID, c.Is.List, c.Is.Serial}
				if roll[p] != c.Was.NameEn {
					d.Errorf("%v supplement %d: serial %d was %q and is said to have been %q", code, s.Number, c.Is.Serial, roll[p], c.Was.NameEn)
				}
				roll[p] = c.Is.NameEn
			}
		}
	}
	for _, e := range entries {
		p := place{e.ID, e.List, e.Serial}
		if roll[p] != e.NameEn {
			d.Errorf("%v list %v serial %d is %q, the papers say %q", code, e.List, e.Serial, e.NameEn, roll[p])
		}
		delete(roll, p)
	}
	if len(roll) > 0 {
		d.Errorf("%v: the papers have %d more", code, len(roll))
	}
}

func TestIssue(t *testing.T) {
	each(t, func(d *desk) {
		d.do(func(tx *database.Tx) error {
			if _, err := Issue(tx, d.store, one, "o"); !errors.Is(err, ErrUnprinted) {
				t.Errorf("before any print: %v", err)
			}
			if _, err := d.store.Add(tx, one, geography.Male, person(1), "feed:1"); err != nil {
				return err
			}
			_, err := d.store.Consolidate(tx, one)
			return err
		})
		d.do(func(tx *database.Tx) error {
			_, err := Issue(tx, d.store, one, "o")
			if !errors.Is(err, ErrNothing) {
				t.Errorf("nothing changed: %v", err)
			}
			_, err = d.store.Add(tx, one, geography.Female, person(2), "claim:1")
			return err
		})
		d.do(func(tx *database.Tx) error {
			s, err := Issue(tx, d.store, one, "o")
			if a, b, c := s.Size(); err != nil || s.Number != 1 || a != 1 || b != 0 || c != 0 || s.Lists[geography.Female].Added[0].Serial != 1 {
				t.Errorf("the first supplement is %+v, %v", s, err)
			}
			_, err = Issue(tx, d.store, one, "o")
			if !errors.Is(err, ErrNothing) {
				t.Errorf("a second of the same: %v", err)
			}
			_, err = d.store.Consolidate(tx, one)
			return err
		})
		if all, _ := d.read(one); len(all) != 1 || all[0].Number != 0 || !all[0].Empty() {
			t.Errorf("after a new print: %d", len(all))
		}
	})
}
