package anomaly

import (
	"os"
	"path/filepath"
	"testing"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/feed/batchfile"
	"intikhab/systems/rolls/people"
	"intikhab/test/databases"
)

// TestDeaths: a death that was reported in a row that was not taken is found, and one who
// left as dead and is back; one who was put back when his removal was undone is not.
func TestDeaths(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		w := open(t, db, people.Config{Voters: 1500, Seed: 9, Districts: []string{"Kasur"}})
		twice, back, undone := w.people.At(0), w.people.At(700), w.people.At(1400)
		path := filepath.Join(t.TempDir(), "batch.csv")
		text := "action,cnic\nchange," + twice.CNIC.Reveal() + "\ndeath," + twice.CNIC.Reveal() + "\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := batchfile.Describe(t.Context(), path, nil)
		if err != nil {
			t.Fatal(err)
		}
		m.Authority, m.Batch, m.Sequence, m.Made = "authority.example", "twice", 1, w.Now()
		signed, err := m.Sign(w.key.Signer())
		if err != nil {
			t.Fatal(err)
		}
		b, err := w.feed.Receive(t.Context(), feed.Delivery{File: path, Manifest: signed, By: w.Appoint(t, office.SecretariatOfficer, "secretariat")})
		if err != nil || b.Rejected != 1 {
			t.Fatalf("%d rows were not taken: %v", b.Rejected, err)
		}
		for _, p := range []people.Person{back, undone} {
			w.Update(t, func(tx *database.Tx) error {
				e, err := w.roll.ByCNIC(tx, p.CNIC)
				if err != nil {
					return err
				}
				if e, err = w.roll.Remove(tx, e.ID, e.Version, rolls.Died, "feed:2"); err != nil {
					return err
				}
				if p.CNIC == back.CNIC {
					_, err = w.roll.Add(tx, e.Block, geography.Male, e.Particulars, "claim:1")
					return err
				}
				all, err := w.roll.History(tx, e.ID)
				if err == nil {
					_, err = w.roll.Restore(tx, all[len(all)-1], "unfeed:2")
				}
				return err
			})
		}
		if _, err := w.found.Run(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		w.View(t, func(tx *database.Tx) error {
			for id, basis := range map[string]string{w.ids[0].String(): "rejected", w.ids[700].String(): "returned"} {
				k, err := w.found.Get(tx, Deaths, id)
				if err != nil || k.Basis != basis {
					t.Errorf("voter %s: %q, want %s: %v", id, k.Basis, basis, err)
				}
			}
			return nil
		})
		if found := w.all(t, Deaths); len(found) != 2 {
			t.Errorf("%v were found, want two", found)
		}
	})
}
