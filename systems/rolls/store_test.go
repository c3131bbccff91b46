package rolls

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/test/databases"
)

const one, two = geography.BlockCode(440160404), geography.BlockCode(440160405)

var day = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)

// office is a store whose clock the test sets.
type office struct {
	*testing.T
	db *database.DB
	*Store
	now time.Time
}

// each runs a test on both databases, in a roll of two blocks without voters.
func each(t *testing.T, f func(o *office)) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		o := &office{T: t, db: db, now: day}
		o.Store = NewStore(vault.New(day), func() time.Time { return o.now })
		if err := Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		o.do(func(tx *database.Tx) error {
			return o.PutBlocks(tx, []Block{
				{Code: one, NameEn: "Sindhi Muslim Society", NameUr: "سندھی مسلم سوسائٹی", DistrictEn: "Karachi East", NA: "NA-235", PA: "PS-110", Station: [3]geography.StationID{"NA-235-1", "NA-235-2"}},
				{Code: two, NameEn: "Bahadurabad", NameUr: "بہادرآباد", DistrictEn: "Karachi East", NA: "NA-235", PA: "PS-110"},
			})
		})
		f(o)
	})
}

func (o *office) do(f func(tx *database.Tx) error) {
	o.Helper()
	if err := o.db.Update(o.Context(), f); err != nil {
		o.Fatal(err)
	}
}

// fails does what must not be done, and checks that nothing of it is.
func (o *office) fails(want error, f func(tx *database.Tx) error) {
	o.Helper()
	if err := o.db.Update(o.Context(), f); !errors.Is(err, want) {
		o.Errorf("%v, want %v", err, want)
	}
}

func number(n int) cnic.Number {
	number, err := cnic.FromUint64(4230100000000 + uint64(n))
	if err != nil {
		panic(err)
	}
	return number
}

func person(n int) Particulars {
	return Particulars{
		CNIC: number(n), NameEn: fmt.Sprintf("Safdar Ali %d", n), NameUr: "صفدر علی", ParentEn: "Ghulam Rasool", ParentUr: "غلام رسول",
		Born: Date{1970 + n%30, 1 + n%12, 1 + n%28}, Family: fmt.Sprint("F", n/4),
		Permanent: Address{Block: one, En: "House 12, Street 4", Ur: "مکان ۱۲، گلی ۴"},
	}
}

func (o *office) add(block geography.BlockCode, list List, n int) (e Entry) {
	o.Helper()
	o.do(func(tx *database.Tx) (err error) {
		e, err = o.Add(tx, block, list, person(n), "feed:1")
		return err
	})
	return e
}

func (o *office) list(block geography.BlockCode) (all []Entry) {
	o.Helper()
	o.do(func(tx *database.Tx) (err error) {
		all, err = o.All(tx, block)
		return err
	})
	return all
}

func TestLifeOfAnEntry(t *testing.T) {
	each(t, func(o *office) {
		e := o.add(one, geography.Male, 1)
		if e.Serial != 1 || e.Household != 1 || e.Version != 1 || e.Standing != OnRoll {
			t.Errorf("the first of the list is %+v", e.ID)
		}
		o.add(one, geography.Female, 2) // the same family
		o.add(one, geography.Male, 9)   // another
		o.fails(ErrOnRoll, func(tx *database.Tx) error { _, err := o.Add(tx, two, geography.Male, person(1), "feed:2"); return err })
		o.fails(ErrNoBlock, func(tx *database.Tx) error { _, err := o.Add(tx, 7, geography.Male, person(5), "feed:2"); return err })

		p := e.Particulars
		p.NameEn = "Safdar Ali Khan"
		o.now = o.now.Add(time.Hour)
		o.do(func(tx *database.Tx) (err error) {
			e, err = o.Correct(tx, e.ID, 1, p, Mistake, "claim:17-1")
			return err
		})
		o.fails(ErrChanged, func(tx *database.Tx) error { _, err := o.Correct(tx, e.ID, 1, p, Mistake, "claim:17-2"); return err })
		o.do(func(tx *database.Tx) (err error) {
			e, err = o.Move(tx, e.ID, 2, two, geography.Male, p, "claim:21-1")
			return err
		})
		if e.Block != two || e.Serial != 1 || e.Version != 3 || !e.Entered.Equal(o.now) {
			t.Errorf("moved to %v, serial %d, version %d, %v", e.Block, e.Serial, e.Version, e.Entered)
		}
		if left := o.list(one); len(left) != 2 || left[0].Serial != 2 || left[0].Household != 2 || left[1].Household != 1 {
			t.Errorf("left behind: %d", len(left))
		}
		o.do(func(tx *database.Tx) error { _, err := o.Remove(tx, e.ID, 3, Died, "feed:3"); return err })
		o.fails(ErrChanged, func(tx *database.Tx) error { _, err := o.Remove(tx, e.ID, 4, Died, "feed:3"); return err })
		o.do(func(tx *database.Tx) error {
			off, err := o.ByCNIC(tx, number(1))
			if err != nil || off.Standing != Off || off.NameEn != "Safdar Ali Khan" {
				t.Errorf("who died is %v %v", off.Standing, err)
			}
			_, err = o.ByCNIC(tx, number(77))
			if !errors.Is(err, ErrNoVoter) {
				t.Errorf("nobody is %v", err)
			}
			was, err := o.History(tx, e.ID)
			if err != nil || len(was) != 3 || was[0].Before.NameEn != "Safdar Ali 1" || was[1].Before.Block != one || was[2].Why != Died || was[2].Before.Block != two {
				t.Errorf("the history is %v %v", was, err)
			}
			in, err := o.Changes(tx, one)
			if err != nil || len(in) != 2 || in[0].Kind != Correction || in[1].Kind != Deletion || in[1].Why != Transfer || in[1].Cause != "claim:21-1" {
				t.Errorf("the block's changes are %v %v", in, err)
			}
			return nil
		})
		back := o.add(one, geography.Male, 1)
		if back.ID != e.ID || back.Version != 5 || back.Serial != 3 {
			t.Errorf("back as %v, version %d, serial %d", back.ID, back.Version, back.Serial)
		}
	})
}

func TestSerialsAreStable(t *testing.T) {
	each(t, func(o *office) {
		for n := range 12 {
			o.add(one, List(n%2), n)
		}
		before := o.list(one)
		o.do(func(tx *database.Tx) error { _, err := o.Remove(tx, before[1].ID, 1, Died, "feed:2"); return err })
		o.add(one, geography.Male, 50)
		after := o.list(one)
		if len(after) != 12 {
			t.Fatalf("%d on the lists", len(after))
		}
		for _, e := range after {
			for _, was := range before {
				if was.ID == e.ID && (was.Serial != e.Serial || was.Household != e.Household) {
					t.Errorf("voter %v was %d and is %d", e.ID, was.Serial, e.Serial)
				}
			}
			if e.Serial == before[1].Serial && e.List == geography.Male {
				t.Errorf("serial %d was given twice", e.Serial)
			}
		}
		o.now = o.now.Add(time.Hour)
		var b Block
		o.do(func(tx *database.Tx) (err error) { b, err = o.Consolidate(tx, one); return err })
		next := [geography.Genders]uint32{}
		household := uint32(1)
		for _, e := range o.list(one) {
			next[e.List]++
			if e.Serial != next[e.List] {
				t.Errorf("list %v has %d where %d belongs", e.List, e.Serial, next[e.List])
			}
			household = max(household, e.Household)
		}
		if b.Edition != 1 || !b.Consolidated.Equal(o.now) || b.Next[0] != next[0]+1 || b.NextHousehold != household+1 || household != 4 {
			t.Errorf("consolidated: %+v, households %d", b, household)
		}
		o.do(func(tx *database.Tx) error {
			if changes, err := o.Changes(tx, one); err != nil || len(changes) != 0 {
				t.Errorf("the new edition has %v %v", changes, err)
			}
			return nil
		})
		// The household is still found by what it shares.
		if e := o.add(one, geography.Male, 51); e.Household != o.of(number(50)).Household {
			t.Errorf("a new member is in household %d", e.Household)
		}
	})
}

func (o *office) of(n cnic.Number) (e Entry) {
	o.do(func(tx *database.Tx) (err error) { e, err = o.ByCNIC(tx, n); return err })
	return e
}

func TestRestore(t *testing.T) {
	each(t, func(o *office) {
		e := o.add(one, geography.Male, 1)
		kept := o.add(one, geography.Male, 2)
		o.do(func(tx *database.Tx) error {
			_, err := o.Move(tx, e.ID, 1, two, geography.Male, e.Particulars, "feed:2")
			return err
		})
		o.do(func(tx *database.Tx) error { _, err := o.Remove(tx, kept.ID, 1, Died, "feed:2"); return err })
		o.do(func(tx *database.Tx) error {
			all, err := o.Caused(tx, "feed:2", 0, 10)
			if err != nil || len(all) != 2 {
				t.Fatalf("caused: %v %v", all, err)
			}
			for _, c := range all {
				if _, err := o.Restore(tx, c, "back:2"); err != nil {
					return err
				}
			}
			return nil
		})
		now := o.list(one)
		if len(now) != 2 || now[0].Serial != 1 || now[0].ID != e.ID || now[1].Serial != 2 || now[1].Version != 3 || len(o.list(two)) != 0 {
			t.Errorf("after all is taken back: %d", len(now))
		}
		o.do(func(tx *database.Tx) error {
			all, err := o.Caused(tx, "feed:2", 0, 10)
			if err != nil {
				return err
			}
			if _, err := o.Restore(tx, all[0], "back:3"); !errors.Is(err, ErrChanged) {
				t.Errorf("taken back twice: %v", err)
			}
			return nil
		})
	})
}

func TestLoader(t *testing.T) {
	each(t, func(o *office) {
		o.add(one, geography.Male, 3) // of the family of 0, 1 and 2
		l, err := o.Loader(t.Context(), o.db, "feed:9")
		if err != nil {
			t.Fatal(err)
		}
		var first, second *Part
		part := func(from, to int) *Part {
			var all []Addition
			for n := from; n < to; n++ {
				if n != 3 {
					all = append(all, Addition{one, List(n % 3), person(n)})
				}
			}
			p, err := l.Prepare(t.Context(), all)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		first, second = part(0, 20), part(20, 30)
		for _, p := range []*Part{first, second} {
			o.do(func(tx *database.Tx) error { return l.Write(tx, p) })
		}
		all := o.list(one)
		if len(all) != 30 {
			t.Fatalf("%d are there", len(all))
		}
		households := make(map[string]uint32)
		serials := make(map[Shared]map[uint32]bool)
		for _, e := range all {
			if was, ok := households[e.Family]; ok && was != e.Household {
				t.Errorf("family %s has households %d and %d", e.Family, was, e.Household)
			}
			households[e.Family] = e.Household
			of := Shared{0, e.List}
			if serials[of] == nil {
				serials[of] = make(map[uint32]bool)
			}
			if serials[of][e.Serial] || e.Serial > 11 {
				t.Errorf("list %v, serial %d", e.List, e.Serial)
			}
			serials[of][e.Serial] = true
		}
		if len(households) != 8 {
			t.Errorf("%d households", len(households))
		}
		// Who adds to a block between preparing and writing is found out.
		late := part(30, 32)
		o.add(one, geography.Male, 60)
		o.fails(ErrChanged, func(tx *database.Tx) error { return l.Write(tx, late) })

		last, deleted := VoterID(0), 0
		o.do(func(tx *database.Tx) (err error) { last, deleted, err = o.Unload(tx, "feed:9", 0, 10); return err })
		if deleted != 10 || last == 0 {
			t.Errorf("%d deleted", deleted)
		}
		o.do(func(tx *database.Tx) (err error) { _, deleted, err = o.Unload(tx, "feed:9", last, 100); return err })
		if left := o.list(one); deleted != 19 || len(left) != 2 {
			t.Errorf("%d deleted, %d left", deleted, len(left))
		}
	})
}

func TestFill(t *testing.T) {
	each(t, func(o *office) {
		o.do(func(tx *database.Tx) error { return o.Fill(tx) })
		o.do(func(tx *database.Tx) error {
			if filling, err := o.Filling(tx); !filling || err != nil {
				t.Errorf("filling: %v %v", filling, err)
			}
			return nil
		})
		for what, f := range map[string]func(tx *database.Tx) error{
			"somebody else is put on it": func(tx *database.Tx) error { _, err := o.Add(tx, one, 0, person(1), "claim:1"); return err },
			"a block is consolidated":    func(tx *database.Tx) error { _, err := o.Consolidate(tx, one); return err },
		} {
			if err := o.db.Update(t.Context(), f); !errors.Is(err, ErrFilling) {
				t.Errorf("%s while the roll is filled: %v", what, err)
			}
		}
		l, err := o.Loader(t.Context(), o.db, "feed:1")
		if err != nil {
			t.Fatal(err)
		}
		p, err := l.Prepare(t.Context(), []Addition{{one, 0, person(1)}, {one, 0, person(1)}})
		if err != nil {
			t.Fatal(err)
		}
		o.do(func(tx *database.Tx) error { return l.Write(tx, p) })
		if err := o.db.Update(t.Context(), o.Filled); !database.IsDuplicate(err) {
			t.Errorf("a person twice: %v", err)
		}
		o.do(func(tx *database.Tx) error { _, _, err := o.Unload(tx, "feed:1", 0, 1); return err })
		o.do(o.Filled)
		if err := o.db.Update(t.Context(), o.Fill); err == nil {
			t.Error("a roll with voters is filled")
		}
	})
}

func TestWalk(t *testing.T) {
	each(t, func(o *office) {
		for n := range 40 {
			o.add([]geography.BlockCode{one, two}[n%2], List(n%3), n)
		}
		var mu sync.Mutex
		seen := make(map[geography.BlockCode]int)
		walk := func(c Scope) error {
			clear(seen)
			return o.Walk(t.Context(), o.db, c, func(_ int, b Block, entries []Entry) error {
				mu.Lock()
				defer mu.Unlock()
				for i, e := range entries {
					if e.Block != b.Code || i > 0 && (e.List < entries[i-1].List || e.List == entries[i-1].List && e.Serial <= entries[i-1].Serial) {
						t.Errorf("%v %v %d is at %d of %v", e.Block, e.List, e.Serial, i, b.Code)
					}
				}
				seen[b.Code] = len(entries)
				return nil
			})
		}
		for _, c := range []Scope{{}, {Seat: "PS-110"}, {Blocks: []geography.BlockCode{one, two}}} {
			if err := walk(c); err != nil || seen[one] != 20 || seen[two] != 20 {
				t.Errorf("%+v: %v %v", c, seen, err)
			}
		}
		if err := walk(Scope{Blocks: []geography.BlockCode{two}}); err != nil || len(seen) != 1 || seen[two] != 20 {
			t.Errorf("one block: %v %v", seen, err)
		}
		stop := errors.New("enough")
		if err := o.Walk(t.Context(), o.db, Scope{}, func(int, Block, []Entry) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("stopped by %v", err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := o.Walk(ended, o.db, Scope{}, func(int, Block, []Entry) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("ended by %v", err)
		}
	})
}

func TestNothingPersonalIsInTheClear(t *testing.T) {
	dir := t.TempDir()
	db, err := database.Open(t.Context(), filepath.Join(dir, "roll.db"))
	if err != nil {
		t.Fatal(err)
	}
	s := NewStore(vault.New(day), func() time.Time { return day })
	if err := Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx *database.Tx) error {
		if err := s.PutBlocks(tx, []Block{{Code: one}, {Code: two}}); err != nil {
			return err
		}
		p := person(1)
		p.Photograph = "a-photograph"
		if err := s.PutPhotograph(tx, p.Photograph, []byte("the face of Safdar")); err != nil {
			return err
		}
		e, err := s.Add(tx, one, 0, p, "feed:1")
		if err != nil {
			return err
		}
		if image, err := s.Photograph(tx, p.Photograph); err != nil || string(image) != "the face of Safdar" {
			t.Errorf("the photograph is %q %v", image, err)
		}
		_, err = s.Move(tx, e.ID, 1, two, 0, p, "feed:2")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	all := ""
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all += string(b)
	}
	if !strings.Contains(all, "rolls_voter") {
		t.Fatal("this is not the database's file")
	}
	p := person(1)
	for _, secret := range []string{p.CNIC.Reveal(), p.NameEn, p.NameUr, p.ParentEn, p.Permanent.En, "the face", "Safdar"} {
		if strings.Contains(all, secret) {
			t.Errorf("the database's file has %q", secret)
		}
	}
}

// TestRestoreAfterPrint: what is taken back after a block was numbered anew takes nobody's
// serial: who is there keeps the new one, who had left gets the next.
func TestRestoreAfterPrint(t *testing.T) {
	each(t, func(o *office) {
		first, second, third := o.add(one, geography.Male, 1), o.add(one, geography.Male, 2), o.add(one, geography.Male, 9)
		o.do(func(tx *database.Tx) error { _, err := o.Remove(tx, first.ID, 1, Died, "feed:2"); return err })
		o.do(func(tx *database.Tx) error {
			_, err := o.Correct(tx, third.ID, 1, person(9), NewCard, "feed:2")
			return err
		})
		o.now = o.now.Add(time.Hour)
		o.do(func(tx *database.Tx) error { _, err := o.Consolidate(tx, one); return err })
		o.do(func(tx *database.Tx) error {
			all, err := o.Caused(tx, "feed:2", 0, 10)
			for _, c := range all {
				if _, err := o.Restore(tx, c, "back:2"); err != nil {
					return err
				}
			}
			return err
		})
		serials := map[uint32]VoterID{}
		for _, e := range o.list(one) {
			serials[e.Serial] = e.ID
		}
		if len(serials) != 3 || serials[1] != second.ID || serials[2] != third.ID || serials[3] != first.ID {
			t.Errorf("serials are %v", serials)
		}
	})
}
