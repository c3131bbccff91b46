package claim

import (
	"slices"
	"testing"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office"
)

// TestRotation: after the key was changed everything opens and everybody is found.
func TestRotation(t *testing.T) {
	each(t, func(w *world) {
		w.voter(1, kasur1)
		f := objection(Form22, 9, 1)
		first := w.take1(office.Acting{}, f)
		w.Keys.Add(w.Commission.Now())
		if err := vault.Rotate(t.Context(), w.DB, w.Keys, SealedColumns(), nil); err != nil {
			t.Fatal(err)
		}
		old := w.Keys.Keys()[0].ID
		uses, err := vault.Uses(t.Context(), w.DB, SealedColumns())
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range uses {
			if u.Key == old {
				t.Errorf("%v needs the old key", u.Column)
			}
		}
		w.do(func(tx *database.Tx) error {
			match, args := w.Keys.Match("claimant_index", claimantColumn, number13(9).Reveal())
			if all, err := w.all(tx, `WHERE `+match, args...); err != nil || len(all) != 1 || all[0].Number != first.Number {
				t.Errorf("by the claimant: %d, %v", len(all), err)
			}
			match, args = w.Keys.Match("person_index", personColumn, number13(1).Reveal())
			if all, err := w.all(tx, `WHERE `+match, args...); err != nil || len(all) != 1 {
				t.Errorf("by the person: %d, %v", len(all), err)
			}
			events, err := w.events(tx, first.Number)
			if err != nil || len(events) != 1 {
				t.Errorf("%d events, %v", len(events), err)
			}
			return nil
		})
		if r := w.take1(office.Acting{}, f); !slices.Contains(r.Conflicts, OpenClaim) {
			t.Errorf("conflicts %v", r.Conflicts)
		}
	})
}
