package anomaly

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/officetest"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/feed/batchfile"
	"intikhab/systems/rolls/people"
	"intikhab/systems/rolls/phase"
	"intikhab/test/databases"
)

var voters = flag.Int("voters", 30_000, "people of TestKnown")

// world is an office with a roll of people of whom it is known what is wrong.
type world struct {
	*officetest.Commission
	people *people.Population
	roll   *rolls.Store
	feed   *feed.Service
	found  *Store
	number map[rolls.VoterID]int // of a person
	ids    []rolls.VoterID       // of persons
	key    *checkpoint.Key
}

func peculiar() people.Peculiar {
	return people.Peculiar{TooOld: 6, TooYoung: 5, Dead: 8, BigHouseholds: 3, OneAddress: 3, Growing: 3, NoStation: 2}
}

func open(t *testing.T, db *database.DB, config people.Config) *world {
	t.Helper()
	w := &world{Commission: officetest.Open(t, db), number: map[rolls.VoterID]int{}}
	for _, migrate := range []func(context.Context, *database.DB) error{rolls.Migrate, phase.Migrate, feed.Migrate, Migrate} {
		if err := migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	config.On = people.Date(rolls.DateOf(w.Now()))
	var err error
	if w.people, err = people.New(config); err != nil {
		t.Fatal(err)
	}
	w.roll = rolls.NewStore(w.Keys, w.Now)
	if w.key, err = checkpoint.GenerateKey("authority.example"); err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(w.key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	w.feed = feed.New(feed.Config{DB: db, Keys: w.Keys, Rolls: w.roll, Phases: phase.NewStore(w.Book), Book: w.Book, Authorities: []note.Verifier{v}, Now: w.Now})
	w.found = New(Config{DB: db, Roll: w.roll, Reported: w.feed})
	w.load(t)
	return w
}

// load puts everybody into the roll, as having come on the day that the people have.
func (w *world) load(t *testing.T) {
	t.Helper()
	w.Update(t, func(tx *database.Tx) error { return w.roll.PutBlocks(tx, w.people.Areas()) })
	w.Update(t, w.roll.Fill)
	loader, err := w.roll.Loader(t.Context(), w.DB, "feed:1")
	if err != nil {
		t.Fatal(err)
	}
	var some []rolls.Addition
	numbers := map[cnic.Number]int{}
	flush := func() error {
		part, err := loader.Prepare(t.Context(), some)
		if err == nil {
			err = w.DB.Update(t.Context(), func(tx *database.Tx) error { return loader.Write(tx, part) })
		}
		some = some[:0]
		return err
	}
	err = w.people.Each(func(i int, p people.Person) error {
		p = p.Clone()
		numbers[p.CNIC] = i
		if some = append(some, p.Addition()); len(some) < 5000 {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		t.Fatal(err)
	}
	w.Update(t, w.roll.Filled)
	w.ids = make([]rolls.VoterID, w.people.Len())
	w.View(t, func(tx *database.Tx) error {
		blocks, err := w.roll.Blocks(tx, rolls.Scope{})
		for _, b := range blocks {
			if err == nil {
				err = w.roll.Of(tx, b.Code, func(e rolls.Entry) error {
					w.number[e.ID], w.ids[numbers[e.CNIC]] = numbers[e.CNIC], e.ID
					return nil
				})
			}
		}
		return err
	})
	w.Update(t, func(tx *database.Tx) error {
		set, err := tx.Prepare(`UPDATE rolls_voter SET entered = ? WHERE id = ?`)
		if err != nil {
			return err
		}
		for i, id := range w.ids {
			d := w.people.At(i).Since
			if _, err := set.Exec(database.Time{Time: time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)}, int64(id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// deaths has the authority report the known deaths; nobody acts on them.
func (w *world) deaths(t *testing.T) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "deaths.csv")
	f, err := os.Create(path)
	if err == nil {
		_, err = w.people.WriteDeaths(f)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	m, err := batchfile.Describe(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Authority, m.Batch, m.Sequence, m.Made = "authority.example", "deaths", 1, w.Now()
	signed, err := m.Sign(w.key.Signer())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.feed.Receive(t.Context(), feed.Delivery{File: path, Manifest: signed, By: w.Appoint(t, office.SecretariatOfficer, "secretariat")}); err != nil {
		t.Fatal(err)
	}
}

// all gives the ids of one kind.
func (w *world) all(t *testing.T, k Kind) (ids []string) {
	t.Helper()
	w.View(t, func(tx *database.Tx) error {
		ids = nil
		page, total, err := w.found.List(tx, Query{Kind: k, Areas: []area.Area{area.Country}, Limit: 100_000})
		for _, one := range page {
			ids = append(ids, one.ID)
		}
		if len(page) != total {
			t.Errorf("%s: %d listed of %d", k, len(page), total)
		}
		return err
	})
	return ids
}

func (w *world) persons(numbers []int) (ids []string) {
	for _, i := range numbers {
		ids = append(ids, w.ids[i].String())
	}
	return ids
}

func texts[T interface{ String() string }](all []T) (s []string) {
	for _, one := range all {
		s = append(s, one.String())
	}
	return s
}

// TestKnown passes over people of whom it is known what is wrong: all of it is found, and
// what else is found is counted.
func TestKnown(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		w := open(t, db, people.Config{Voters: *voters, Seed: 5, Peculiar: peculiar()})
		w.deaths(t)
		begun := time.Now()
		r, err := w.found.Run(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d voters in %d blocks: %v", r.Voters, r.Blocks, time.Since(begun).Round(time.Millisecond))
		if r.Voters != int64(*voters) {
			t.Errorf("%d voters went by, of %d", r.Voters, *voters)
		}
		known := w.people.Known()
		for _, c := range []struct {
			kind  Kind
			known []string
			exact bool
		}{
			{TooOld, w.persons(known.TooOld), true}, {TooYoung, w.persons(known.TooYoung), true}, {Deaths, w.persons(known.Dead), true},
			{Households, w.first(known.BigHouseholds, people.BigHousehold), true}, {Address, w.first(known.OneAddress, people.AtOneAddress), true},
			{NoStation, texts(known.NoStation), true}, {Growth, texts(known.Growing), false}, {WomenBlock, texts(known.FewWomen), false},
			{Over, nil, true}, {Under, nil, true},
		} {
			found := w.all(t, c.kind)
			missed, extra := 0, 0
			for _, id := range c.known {
				if !slices.Contains(found, id) {
					missed++
				}
			}
			for _, id := range found {
				if !slices.Contains(c.known, id) {
					extra++
				}
			}
			t.Logf("%-14s known %2d, missed %d, found besides %d", c.kind, len(c.known), missed, extra)
			if missed > 0 || c.exact && extra > 0 || extra > int(r.Blocks)/50 {
				t.Errorf("%s: known %v, found %v", c.kind, c.known, found)
			}
			if int64(len(found)) != r.Counts[c.kind] {
				t.Errorf("%s: the run counted %d", c.kind, r.Counts[c.kind])
			}
		}
		t.Logf("constituencies with a wide gap: %d", r.Counts[WomenSeat])
	})
}

// first is the lowest voter's number of each of some groups.
func (w *world) first(firsts []int, size int) (ids []string) {
	for _, i := range firsts {
		ids = append(ids, slices.Min(w.ids[i:i+size]).String())
	}
	return ids
}

// TestFindingsStay: what an officer has found stays with its object in the runs that
// follow, also when it is no longer found; what has no finding and is no longer found goes.
func TestFindingsStay(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		w := open(t, db, people.Config{Voters: 6000, Seed: 6, Districts: []string{"Kasur"}, Peculiar: people.Peculiar{TooOld: 3, NoStation: 2}})
		if _, err := w.found.Run(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		old := w.persons(w.people.Known().TooOld)
		by := audit.Entry{Officer: "officer", Office: "office"}
		w.Update(t, func(tx *database.Tx) error {
			_, err := w.found.Decide(tx, TooOld, old[0], 1, Visit, "somebody goes there on Monday", by)
			return err
		})
		for want, c := range map[string]struct {
			version int64
			finding Finding
			reason  string
		}{ErrChanged.Error(): {1, Correct, "again"}, "its reason": {2, Correct, " "}, "want explained": {2, "x", "why"}} {
			err := w.Fails(t, func(tx *database.Tx) error {
				_, err := w.found.Decide(tx, TooOld, old[0], c.version, c.finding, c.reason, by)
				return err
			})
			if err == nil || !contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
		}
		w.Pass(time.Hour)
		for _, id := range old[:2] { // the first with a finding, the second without
			w.Update(t, func(tx *database.Tx) error {
				e, err := w.roll.Get(tx, w.ids[w.number[parseID(t, id)]])
				if err == nil {
					_, err = w.roll.Remove(tx, e.ID, e.Version, rolls.Died, "claim:1")
				}
				return err
			})
		}
		r, err := w.found.Run(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		left := w.all(t, TooOld)
		if len(left) != 2 || !slices.Contains(left, old[0]) || !slices.Contains(left, old[2]) {
			t.Errorf("%v is left of %v", left, old)
		}
		w.View(t, func(tx *database.Tx) error {
			k, err := w.found.Get(tx, TooOld, old[0])
			if err == nil && (k.Finding != Visit || k.Run == r.Number || k.Officer != "officer" || k.Version != 2) {
				t.Errorf("%+v", k)
			}
			stays, err2 := w.found.Get(tx, TooOld, old[2])
			if err2 == nil && (stays.Run != r.Number || !stays.Since.Before(r.At)) {
				t.Errorf("found again, and known since %v", stays.Since)
			}
			return firstError(err, err2)
		})
	})
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func parseID(t *testing.T, text string) rolls.VoterID {
	t.Helper()
	var id int64
	for _, c := range text {
		id = id*10 + int64(c-'0')
	}
	return rolls.VoterID(id)
}

func contains(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}
