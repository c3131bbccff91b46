package search

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
	"intikhab/test/databases"
)

var day = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)

const (
	here  = geography.BlockCode(440160404)
	next  = geography.BlockCode(440160405)
	other = geography.BlockCode(301010101) // in another district
)

// each runs a test in a small roll on both databases.
func each(t *testing.T, limit int, f func(t *testing.T, db *database.DB, s *rolls.Store, e *Engine)) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		for _, migrate := range []func() error{func() error { return rolls.Migrate(t.Context(), db) }, func() error { return Migrate(t.Context(), db) },
			func() error { return audit.Migrate(t.Context(), db) }} {
			if err := migrate(); err != nil {
				t.Fatal(err)
			}
		}
		s := rolls.NewStore(vault.New(day), func() time.Time { return day })
		e := New(s, limit)
		update(t, db, func(tx *database.Tx) error {
			return s.PutBlocks(tx, []rolls.Block{{Code: here, DistrictEn: "Karachi East"}, {Code: next, DistrictEn: "Karachi East"}, {Code: other, DistrictEn: "Attock"}})
		})
		f(t, db, s, e)
	})
}

func update(t *testing.T, db *database.DB, f func(tx *database.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func number(n int) cnic.Number {
	number, err := cnic.FromUint64(4230100000000 + uint64(n))
	if err != nil {
		panic(err)
	}
	return number
}

func add(t *testing.T, db *database.DB, s *rolls.Store, block geography.BlockCode, n int, en, ur, parentEn, parentUr string) (e rolls.Entry) {
	t.Helper()
	update(t, db, func(tx *database.Tx) (err error) {
		e, err = s.Add(tx, block, geography.Male, rolls.Particulars{CNIC: number(n), NameEn: en, NameUr: ur, ParentEn: parentEn, ParentUr: parentUr,
			Permanent: rolls.Address{Block: block, En: "House 12, Street 4, Bahadurabad", Ur: "مکان ۱۲، گلی ۴، بہادرآباد"}}, "feed:1")
		return err
	})
	return e
}

func find(t *testing.T, db *database.DB, e *Engine, q Query) (ids []rolls.VoterID) {
	t.Helper()
	err := db.View(t.Context(), func(tx *database.Tx) error {
		found, _, err := e.Find(tx, q)
		for _, f := range found {
			ids = append(ids, f.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestFindsEverySpelling(t *testing.T) {
	each(t, 0, func(t *testing.T, db *database.DB, s *rolls.Store, e *Engine) {
		safdar := add(t, db, s, here, 1, "Muhammad Safdar Ali", "محمد صفدر علی", "Ghulam Rasool", "غلام رسول")
		fatima := add(t, db, s, next, 2, "Fatima Bibi", "فاطمہ بی بی", "Saif Ullah Ahmed", "سیف اللہ احمد")
		urdu := add(t, db, s, here, 3, "", "خورشید عالم", "", "غلام رسول")
		for _, test := range []struct {
			q    Query
			want rolls.VoterID
		}{
			{Query{Name: "Safdar Ali"}, safdar.ID}, {Query{Name: "Mohd Safder"}, safdar.ID}, {Query{Name: "صفدر علی"}, safdar.ID},
			{Query{Name: "muhammad safdar", Parent: "Gulam Rasul"}, safdar.ID}, {Query{Name: "Fatimah", Parent: "Saifullah Ahmad"}, fatima.ID},
			{Query{Parent: "سیف اللہ احمد"}, fatima.ID}, {Query{Name: "Khurshid Alam"}, urdu.ID}, {Query{Name: "Khurshid", Address: "گلی بہادرآباد"}, urdu.ID},
			{Query{Name: "Safdar", Address: "bahadurabad street"}, safdar.ID},
		} {
			if got := find(t, db, e, test.q); !slices.Equal(got, []rolls.VoterID{test.want}) {
				t.Errorf("%+v finds %v, want %v", test.q, got, test.want)
			}
		}
		for _, q := range []Query{{Name: "Zubair Khan"}, {Name: "Safdar", Parent: "Zubair"}, {Name: "Safdar", Address: "Gulberg"}, {CNIC: number(9), HasCNIC: true}} {
			if got := find(t, db, e, q); len(got) != 0 {
				t.Errorf("%+v finds %v", q, got)
			}
		}
		if got := find(t, db, e, Query{CNIC: number(2), HasCNIC: true}); !slices.Equal(got, []rolls.VoterID{fatima.ID}) {
			t.Errorf("the CNIC finds %v", got)
		}
		if got := find(t, db, e, Query{Household: 1, Scope: rolls.Scope{Blocks: []geography.BlockCode{here}}}); len(got) == 0 {
			t.Error("the household is not found")
		}
		// What has changed is found as it is now.
		p := safdar.Particulars
		p.NameEn, p.NameUr = "Zubair Khan", "زبیر خان"
		update(t, db, func(tx *database.Tx) error {
			_, err := s.Move(tx, safdar.ID, 1, next, geography.Male, p, "claim:1")
			return err
		})
		if got := find(t, db, e, Query{Name: "Safdar Ali"}); len(got) != 0 {
			t.Errorf("the old name finds %v", got)
		}
		if got := find(t, db, e, Query{Name: "Zubair Khan", Scope: rolls.Scope{Blocks: []geography.BlockCode{next}}}); !slices.Equal(got, []rolls.VoterID{safdar.ID}) {
			t.Errorf("the new name finds %v", got)
		}
		update(t, db, func(tx *database.Tx) error { _, err := s.Remove(tx, safdar.ID, 2, rolls.Died, "feed:2"); return err })
		if got := find(t, db, e, Query{Name: "Zubair Khan"}); len(got) != 0 {
			t.Errorf("who is off the roll is found: %v", got)
		}
	})
}

func TestOnlyTheJurisdiction(t *testing.T) {
	each(t, 0, func(t *testing.T, db *database.DB, s *rolls.Store, e *Engine) {
		one := add(t, db, s, here, 1, "Safdar Ali", "صفدر علی", "Ghulam Rasool", "غلام رسول")
		two := add(t, db, s, other, 2, "Safdar Ali", "صفدر علی", "Ghulam Rasool", "غلام رسول")
		var blocks []rolls.Block
		update(t, db, func(tx *database.Tx) (err error) { blocks, err = s.Blocks(tx, rolls.Scope{}); return err })
		for _, b := range blocks {
			want := []rolls.VoterID{one.ID}
			if b.Code == other {
				want = []rolls.VoterID{two.ID}
			}
			for _, q := range []Query{{Name: "Safdar"}, {CNIC: number(1), HasCNIC: true}, {CNIC: number(2), HasCNIC: true}} {
				q.Scope = rolls.Scope{District: b.District}
				if got := find(t, db, e, q); len(got) > 0 && !slices.Equal(got, want) {
					t.Errorf("%v finds %v of %v", q.Scope, got, want)
				}
			}
			if got := find(t, db, e, Query{Name: "Safdar", Scope: rolls.Scope{District: b.District}}); !slices.Equal(got, want) {
				t.Errorf("in %v: %v, want %v", b.District, got, want)
			}
		}
	})
}

func TestTooMany(t *testing.T) {
	each(t, 0, func(t *testing.T, db *database.DB, s *rolls.Store, e *Engine) {
		l, err := s.Loader(t.Context(), db, "feed:1")
		if err != nil {
			t.Fatal(err)
		}
		var all []rolls.Addition
		for n := range opened + 5 {
			all = append(all, rolls.Addition{Block: here, Particulars: rolls.Particulars{CNIC: number(n), NameEn: "Safdar Ali", ParentEn: fmt.Sprintf("%s Rasool", []string{"Ghulam", "Zubair"}[n%2])}})
		}
		p, err := l.Prepare(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		update(t, db, func(tx *database.Tx) error { return l.Write(tx, p) })
		update(t, db, func(tx *database.Tx) error {
			if _, _, err := e.Find(tx, Query{Name: "Safdar Ali"}); !errors.Is(err, ErrTooMany) {
				t.Errorf("%v", err)
			}
			if found, more, err := e.Find(tx, Query{Name: "Safdar Ali", Parent: "Zubair Rasool"}); err != nil || !more || len(found) != Shown {
				t.Errorf("%d found, more %v: %v", len(found), more, err)
			}
			if _, _, err := e.Find(tx, Query{Name: "."}); !errors.Is(err, ErrNothing) {
				t.Errorf("%v", err)
			}
			return nil
		})
	})
}

func TestLimitAndTrail(t *testing.T) {
	each(t, 3, func(t *testing.T, db *database.DB, s *rolls.Store, e *Engine) {
		add(t, db, s, here, 1, "Safdar Ali", "صفدر علی", "Ghulam Rasool", "غلام رسول")
		search := func(officer, reason string) error {
			return db.Update(t.Context(), func(tx *database.Tx) error {
				_, _, err := e.Search(tx, Query{Name: "Safdar"}, audit.Entry{Officer: officer, Reason: reason, Request: "r1"})
				return err
			})
		}
		if search("o-1", "") == nil {
			t.Error("a search without a reason")
		}
		for range 3 {
			if err := search("o-1", "claim 21-K7M4"); err != nil {
				t.Fatal(err)
			}
		}
		if err := search("o-1", "claim 21-K7M4"); !errors.Is(err, ErrLimit) {
			t.Errorf("the fourth search: %v", err)
		}
		if err := search("o-2", "claim 21-K7M4"); err != nil {
			t.Errorf("another officer: %v", err)
		}
		var out bytes.Buffer
		if err := audit.Export(t.Context(), db, day, &out, audit.Query{}, audit.Entry{Officer: "o-9", Reason: "a test", On: "audit:all", Act: "audit.read"}); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); bytes.Count(out.Bytes(), []byte("rolls.search")) != 4 || bytes.Contains(out.Bytes(), []byte("Safdar")) {
			t.Errorf("the trail is %s", got)
		}
	})
}

func TestPlacesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOf(rapid.Custom(func(t *rapid.T) place {
			return place{rolls.VoterID(rapid.Int64Range(0, 1<<40).Draw(t, "id")), geography.BlockCode(440_000_000 + rapid.IntRange(0, within-1).Draw(t, "block"))}
		})).Draw(t, "places")
		all = union(all)
		back, err := readPlaces(nil, appendPlaces(nil, all), 440)
		if err != nil || !slices.Equal(back, all) {
			t.Fatalf("%v becomes %v: %v", all, back, err)
		}
	})
}

func FuzzPlaces(f *testing.F) {
	f.Add(appendPlaces(nil, []place{{1, here}, {7, next}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := readPlaces(nil, b, 440)
		if err == nil && len(all) > len(b) {
			t.Errorf("%d places in %d bytes", len(all), len(b))
		}
	})
}
