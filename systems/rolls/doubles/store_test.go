package doubles

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
	"intikhab/test/databases"
)

var day = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)

// roll is a roll of two blocks in two districts, and the store of its report.
type roll struct {
	*testing.T
	db     *database.DB
	roll   *rolls.Store
	report *Store
	n      int
}

const inKarachi, inLahore = geography.BlockCode(440160404), geography.BlockCode(350160404)

func openRoll(t *testing.T, db *database.DB) *roll {
	now := func() time.Time { return day }
	r := &roll{T: t, db: db, roll: rolls.NewStore(vault.New(day), now)}
	r.report = NewStore(r.roll, now)
	for _, err := range []error{rolls.Migrate(t.Context(), db), audit.Migrate(t.Context(), db), Migrate(t.Context(), db)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	r.do(func(tx *database.Tx) error {
		return r.roll.PutBlocks(tx, []rolls.Block{
			{Code: inKarachi, DistrictEn: "Karachi East", NA: "NA-235", PA: "PS-110"},
			{Code: inLahore, DistrictEn: "Lahore", NA: "NA-118", PA: "PP-145"},
		})
	})
	return r
}

func (r *roll) do(f func(tx *database.Tx) error) {
	r.Helper()
	if err := r.db.Update(r.Context(), f); err != nil {
		r.Fatal(err)
	}
}

func (r *roll) add(tx *database.Tx, block geography.BlockCode, en, ur, parentEn, parentUr string, born rolls.Date) (rolls.VoterID, error) {
	r.n++
	number, err := cnic.FromUint64(4230100000000 + uint64(r.n))
	if err != nil {
		return 0, err
	}
	e, err := r.roll.Add(tx, block, geography.Male, rolls.Particulars{
		CNIC: number, NameEn: en, NameUr: ur, ParentEn: parentEn, ParentUr: parentUr, Born: born, Family: fmt.Sprint("F", r.n),
		Permanent: rolls.Address{Block: block, En: "House 12, Street 4", Ur: "مکان ۱۲، گلی ۴"},
	}, "feed:1")
	return e.ID, err
}

// TestReport: a person who stands in the roll twice is in the report of the whole roll,
// with what an officer found, and nothing of the person is in its tables.
func TestReport(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		r := openRoll(t, db)
		var first, second rolls.VoterID
		r.do(func(tx *database.Tx) (err error) {
			r.n = 0
			if first, err = r.add(tx, inKarachi, "Saifullah Ahmad", "سیف اللہ احمد", "Zulfiqar Ali", "ذوالفقار علی", rolls.Date{Year: 1979, Month: 3, Day: 11}); err == nil {
				second, err = r.add(tx, inKarachi, "Saif Ullah Ahmed", "سیف الله احمد", "Zulfikar Ali", "ذوالفقار علی", rolls.Date{Year: 1979, Month: 11, Day: 3})
			}
			for i := 0; i < 40 && err == nil; i++ {
				names := [][2]string{{"Asif Raza", "آصف رضا"}, {"Naveed Akhtar", "نوید اختر"}, {"Imran Butt", "عمران بٹ"}, {"Tariq Mehmood", "طارق محمود"}}[i%4]
				_, err = r.add(tx, []geography.BlockCode{inKarachi, inLahore}[i%2], names[0], names[1], "Bashir Ahmad", "بشیر احمد", rolls.Date{Year: 1950 + i, Month: 1 + i%12, Day: 5 + i%20})
			}
			return err
		})
		run, err := r.report.Report(t.Context(), db, Standard())
		if err != nil {
			t.Fatal(err)
		}
		if run.Number != 1 || run.Voters != 42 || run.Reported != 1 {
			t.Errorf("run %+v", run)
		}
		for areas, want := range map[string]int{"pk": 1, "province:sindh": 1, "district:karachi-east": 1, "constituency:NA-235": 1, "block:440160404": 1,
			"district:lahore": 0, "constituency:NA-118": 0, "province:punjab": 0, "": 0} {
			in, err := area.ParseList(areas)
			if err != nil && areas != "" {
				t.Fatal(err)
			}
			r.do(func(tx *database.Tx) error {
				page, more, err := r.report.List(tx, Query{Areas: in})
				if len(page) != want || more {
					t.Errorf("in %q: %v", areas, page)
				}
				return err
			})
		}
		r.do(func(tx *database.Tx) error {
			k, err := r.report.Get(tx, second, first)
			if err != nil {
				return err
			}
			if how := fmt.Sprint(k.Reasons); !strings.Contains(how, "{name same") || !strings.Contains(how, "{born swapped") {
				t.Errorf("reasons %v", how)
			}
			if last, err := r.report.Last(tx); err != nil || last != run {
				t.Errorf("last run %+v, %v; was %+v", last, err, run)
			}
			rows, err := tx.Query(`SELECT reasons FROM doubles_pair`)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var text []byte
				if err := rows.Scan(&text); err != nil {
					return err
				}
				for _, personal := range []string{"1979", "Saif", "احمد", "4230100000001"} {
					if bytes.Contains(text, []byte(personal)) {
						t.Errorf("the report holds %s: %s", personal, text)
					}
				}
			}
			return rows.Err()
		})
	})
}

// TestFindings: a finding needs its reason, is written once with a row of the trail,
// outlives the next run, and takes the pair off the open ones.
func TestFindings(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		r := openRoll(t, db)
		pairs := make([]Pair, 130)
		for i := range pairs {
			pairs[i] = Pair{A: rolls.VoterID(i + 1), B: rolls.VoterID(i + 1001), Blocks: [2]geography.BlockCode{inKarachi, inLahore}, Score: float64(40-i/2) / 10,
				Reasons: []Reason{{"name", "near", 7.25}, {"born", "year off", -1.5}}}
		}
		put := func(p []Pair) {
			r.do(func(tx *database.Tx) error {
				_, err := r.report.Put(tx, Standard(), p, Figures{Voters: 5000, Found: len(p)})
				return err
			})
		}
		put(pairs)
		all := Query{Areas: []area.Area{area.Country}, Findings: []Finding{Open}, Limit: 50}
		list := func(q Query) (got []Kept) {
			r.do(func(tx *database.Tx) error {
				got = nil
				for {
					page, more, err := r.report.List(tx, q)
					got = append(got, page...)
					if err != nil || !more {
						return err
					}
					q.After = &page[len(page)-1]
				}
			})
			return got
		}
		got := list(all)
		if len(got) != len(pairs) {
			t.Fatalf("%d pairs in pages, want %d", len(got), len(pairs))
		}
		for i, k := range got {
			if k.A != pairs[i].A || k.Score != pairs[i].Score || fmt.Sprint(k.Reasons) != fmt.Sprint(pairs[i].Reasons) {
				t.Fatalf("pair %d is %+v, want %+v", i, k, pairs[i])
			}
		}
		by := audit.Entry{Officer: "o-9", Office: "district-lahore", Request: "r-1"}
		decide := func(version int64, f Finding, reason string) (k Kept, err error) {
			err = db.Update(t.Context(), func(tx *database.Tx) error {
				k, err = r.report.Decide(tx, 1001, 1, version, f, reason, by)
				return err
			})
			return k, err
		}
		for _, wrong := range []struct {
			version int64
			finding Finding
			reason  string
		}{{1, SamePerson, " "}, {1, "removed", "because"}, {1, Open, "because"}, {2, SamePerson, "because"}, {1, TwoPersons, strings.Repeat("x", 2001)}, {1, TwoPersons, "\xff"}} {
			if _, err := decide(wrong.version, wrong.finding, wrong.reason); err == nil {
				t.Errorf("%+v was written", wrong)
			}
		}
		if k, err := decide(1, TwoPersons, "twins, both came"); err != nil || k.Version != 2 || k.Finding != TwoPersons || k.Officer != "o-9" || !k.At.Equal(day) {
			t.Errorf("%+v, %v", k, err)
		}
		if _, err := decide(1, SamePerson, "late"); !errors.Is(err, ErrChanged) {
			t.Errorf("a second finding on what was seen before the first: %v", err)
		}
		put(pairs[:10])
		if open := list(all); len(open) != 9 {
			t.Errorf("%d open pairs after the next run, want 9", len(open))
		}
		if of := list(Query{Areas: all.Areas, Voter: 1001}); len(of) != 1 || of[0].Reason != "twins, both came" || of[0].Run != 2 {
			t.Errorf("the pair with a finding is %+v", of)
		}
		put(nil)
		r.do(func(tx *database.Tx) error {
			counts, err := r.report.Count(tx, Query{Areas: []area.Area{area.Country}})
			if counts[TwoPersons] != 1 || counts[Open] != 0 {
				t.Errorf("after an empty run: %v", counts)
			}
			if _, err := r.report.Get(tx, 5, 6); !errors.Is(err, ErrNoPair) {
				t.Errorf("a pair that there is not: %v", err)
			}
			var rows, marks int
			if err := tx.QueryRow(`SELECT COUNT(*) FROM audit_row`).Scan(&rows); err != nil {
				return err
			}
			if err := tx.QueryRow(`SELECT COUNT(*) FROM doubles_area`).Scan(&marks); err != nil {
				return err
			}
			if rows != 1 || marks == 0 || marks > 10 {
				t.Errorf("%d rows in the trail, %d areas", rows, marks)
			}
			return err
		})
	})
}
