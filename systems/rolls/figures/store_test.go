package figures

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/frozen"
	"intikhab/systems/rolls/people"
	"intikhab/test/databases"
)

var voters = flag.Int("voters", 12_000, "people of TestSums")

var first = time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)

// world is a roll whose clock the test turns.
type world struct {
	*testing.T
	db    *database.DB
	roll  *rolls.Store
	store *Store
	now   time.Time
	rolls int
}

func open(t *testing.T, db *database.DB) *world {
	t.Helper()
	w := &world{T: t, db: db, now: first}
	for _, migrate := range []func(context.Context, *database.DB) error{rolls.Migrate, Migrate} {
		if err := migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	w.roll = rolls.NewStore(vault.New(first), func() time.Time { return w.now })
	w.store = New(db, w.roll)
	return w
}

func (w *world) do(f func(tx *database.Tx) error) {
	w.Helper()
	if err := w.db.Update(w.Context(), f); err != nil {
		w.Fatal(err)
	}
}

// freeze takes the figures as frozen.Keeper does: in a pass, then in the transaction that
// writes the roll down.
func (w *world) freeze(scope frozen.Scope) string {
	w.Helper()
	w.now = w.now.Add(time.Hour)
	w.rolls++
	r := frozen.Roll{ID: fmt.Sprintf("ROLL%d", w.rolls), Kind: frozen.Frozen, Name: "Final roll", Day: "2026-03-01", Scope: scope, Made: w.now}
	within, err := scope.Rolls()
	if err != nil {
		w.Fatal(err)
	}
	p := w.store.Pass()
	seen := make(chan int, 1<<16)
	err = w.roll.Walk(w.Context(), w.db, within, func(worker int, b rolls.Block, entries []rolls.Entry) error {
		seen <- len(entries)
		return p.See(worker, b, entries)
	})
	if err != nil {
		w.Fatal(err)
	}
	close(seen)
	for n := range seen {
		r.Voters += int64(n)
	}
	w.do(func(tx *database.Tx) error { return p.Keep(tx, r) })
	w.now = w.now.Add(time.Hour)
	return r.ID
}

func (w *world) get(id string) (f *Figures) {
	w.Helper()
	if err := w.db.View(w.Context(), func(tx *database.Tx) (err error) {
		f, err = w.store.Get(tx, id)
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return f
}

// TestSums freezes people: every level adds up to the roll, every area to its ages and
// sexes, wherever no number of the sum is hidden.
func TestSums(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		w := open(t, db)
		p, err := people.New(people.Config{Voters: *voters, Seed: 3, On: people.Date{Year: 2026, Month: 3, Day: 1}})
		if err != nil {
			t.Fatal(err)
		}
		w.do(func(tx *database.Tx) error { return w.roll.PutBlocks(tx, p.Areas()) })
		w.do(w.roll.Fill)
		loader, err := w.roll.Loader(t.Context(), db, "feed:1")
		if err != nil {
			t.Fatal(err)
		}
		for from := 0; from < p.Len(); from += 5000 {
			var some []rolls.Addition
			p.Range(from, min(from+5000, p.Len()), func(_ int, q people.Person) error {
				q = q.Clone()
				some = append(some, q.Addition())
				return nil
			})
			part, err := loader.Prepare(t.Context(), some)
			if err == nil {
				err = db.Update(t.Context(), func(tx *database.Tx) error { return loader.Write(tx, part) })
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		w.do(w.roll.Filled)
		begun := time.Now()
		id := w.freeze(frozen.Scope{})
		counted := time.Since(begun)
		begun = time.Now()
		f := w.get(id)
		t.Logf("%d voters: counted in %v, published in %v; %d areas, %d numbers hidden", f.Voters, counted.Round(time.Millisecond), time.Since(begun).Round(time.Millisecond), len(f.Areas), f.Hidden)
		level := map[Level]int64{}
		for i := range f.Areas {
			a := &f.Areas[i]
			if a.All[0].Hidden {
				level[a.Level] = -1 << 60
			}
			level[a.Level] += a.All[0].N
			for band := range 1 + bands {
				sum(t, a, "sexes", a.All[band], a.Women[band], a.Others[band])
				if band < a.Told {
					sum(t, a, "others", a.Others[band], a.Men[band], a.X[band])
				}
			}
			for what, all := range map[string]*[1 + bands]Number{"all": &a.All, "women": &a.Women, "others": &a.Others} {
				sum(t, a, what, all[0], all[1:]...)
			}
		}
		for l, n := range level {
			if n >= 0 && n != f.Voters && l != PA {
				t.Errorf("%s: %d voters of %d", l, n, f.Voters)
			}
		}
	})
}

func sum(t *testing.T, a *Area, what string, all Number, parts ...Number) {
	t.Helper()
	n := int64(0)
	for _, p := range parts {
		if p.Hidden {
			return
		}
		n += p.N
	}
	if !all.Hidden && n != all.N {
		t.Errorf("%s %s: %s are %d, and their parts %d", a.Level, a.Key, what, all.N, n)
	}
}

// TestRevision lets all that can happen to entries happen at random between frozen rolls:
// everywhere voters before, additions and deletions make the voters afterwards.
func TestRevision(t *testing.T) {
	blocks := []rolls.Block{{Code: 183010203, DistrictEn: "Kasur", NA: "NA-131", PA: "PP-175"}, {Code: 183010204, DistrictEn: "Kasur", NA: "NA-131", PA: "PP-176"},
		{Code: 184010101, DistrictEn: "Lahore", NA: "NA-118", PA: "PP-145"}}
	databases.Each(t, func(t *testing.T, db *database.DB) {
		w := open(t, db)
		w.do(func(tx *database.Tx) error { return w.roll.PutBlocks(tx, blocks) })
		random := rand.New(rand.NewPCG(7, 7))
		var ids []rolls.VoterID
		var past []rolls.Change
		one := func(tx *database.Tx) error {
			w.now = w.now.Add(time.Second)
			block, list := blocks[random.IntN(3)].Code, rolls.List(random.IntN(2))
			if random.IntN(3) == 0 || len(ids) < 20 {
				n, err := cnic.Parse(fmt.Sprintf("35102%07d1", len(ids)+1))
				if err != nil {
					return err
				}
				e, err := w.roll.Add(tx, block, list, rolls.Particulars{CNIC: n, NameEn: "A", Born: rolls.Date{Year: 1990}}, "feed:1")
				ids = append(ids, e.ID)
				return err
			}
			e, err := w.roll.Get(tx, ids[random.IntN(len(ids))])
			if err != nil {
				return err
			}
			switch {
			case e.Standing == rolls.Off:
				_, err = w.roll.Add(tx, block, list, e.Particulars, "feed:2")
			case random.IntN(4) == 0:
				_, err = w.roll.Remove(tx, e.ID, e.Version, rolls.Died, "feed:3")
			case random.IntN(2) == 0:
				_, err = w.roll.Move(tx, e.ID, e.Version, block, list, e.Particulars, "feed:3")
			default:
				p := e.Particulars
				p.NameEn += "A"
				_, err = w.roll.Correct(tx, e.ID, e.Version, p, rolls.NewCard, "feed:4")
			}
			if err != nil && strings.Contains(err.Error(), "stands") { // a move to where it is
				err = nil
			}
			if all, herr := w.roll.History(tx, e.ID); err == nil && herr == nil && len(all) > 0 {
				past = append(past, all[len(all)-1])
			}
			return err
		}
		back := func(tx *database.Tx) error { // a change is taken back, if nothing came after it
			c := past[random.IntN(len(past))]
			e, err := w.roll.Get(tx, c.Before.ID)
			if err != nil || e.Version != c.Before.Version+1 {
				return err
			}
			_, err = w.roll.Restore(tx, c, "unfeed:1")
			return err
		}
		before := ""
		for round := range 8 {
			for range 60 {
				w.do(one)
				if len(past) > 0 && random.IntN(4) == 0 {
					w.do(back)
				}
			}
			id := w.freeze(frozen.Scope{})
			if round > 0 {
				w.balances(before, id)
			}
			before = id
		}
		if id := w.freeze(frozen.Scope{District: "district:kasur"}); w.get(id).Scope != "district:kasur" {
			t.Error("the scope of a district's roll")
		}
	})
}

// balances holds the true counts of two rolls against what came and went.
func (w *world) balances(before, after string) {
	w.Helper()
	sums := map[string][4]int64{}
	for i, query := range []string{`SELECT pa, list, n FROM figures_cell WHERE roll = '` + before + `'`, `SELECT pa, list, n FROM figures_change WHERE what = 'added' AND roll = '` + after + `'`,
		`SELECT pa, list, n FROM figures_change WHERE what = 'deleted' AND roll = '` + after + `'`, `SELECT pa, list, n FROM figures_cell WHERE roll = '` + after + `'`} {
		if err := w.db.View(w.Context(), func(tx *database.Tx) error {
			return tx.Scan(query, nil, func(r *database.Row) error {
				k := fmt.Sprint(r.Text(0), geography.Gender(r.Int64(1)))
				s := sums[k]
				s[i] += r.Int64(2)
				sums[k] = s
				return nil
			})
		}); err != nil {
			w.Fatal(err)
		}
	}
	for k, s := range sums {
		if s[0]+s[1]-s[2] != s[3] {
			w.Errorf("%s: %s: %d before, %d added, %d deleted, and %d after", after, k, s[0], s[1], s[2], s[3])
		}
	}
	if err := w.db.View(w.Context(), func(tx *database.Tx) error {
		v, ok, err := w.store.Revision(tx, after)
		if err == nil && (!ok || v.Before.ID != before || v.Other != 0) {
			w.Errorf("the revision: %v, since %s, other %d", ok, v.Before.ID, v.Other)
		}
		for _, one := range v.Areas {
			for _, n := range append(append(one.Added[:], one.Deleted[:]...), one.Corrected[:]...) {
				if n.N > 0 && n.N < Small {
					w.Errorf("%s shows %d", one.Key, n.N)
				}
			}
		}
		for _, one := range v.Why {
			if n := one.Number; n.N > 0 && n.N < Small {
				w.Errorf("%s shows %d", one.Why, n.N)
			}
		}
		return err
	}); err != nil {
		w.Fatal(err)
	}
}
