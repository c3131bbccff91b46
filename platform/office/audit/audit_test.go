package audit

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"intikhab/platform/database"
)

func TestTogether(t *testing.T) {
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 2 {
		if err := Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	no := errors.New("no")
	for i := range 10 {
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			e := Entry{Officer: "o1", Act: "office.appoint", On: "office:1"}
			e.Change("role", "x", "y")
			if err := Write(tx, time.Now(), e); err != nil {
				return err
			}
			if i%2 == 1 {
				return no
			}
			return nil
		})
		if i%2 == 0 && err != nil {
			t.Fatal(err)
		}
	}
	var n, last int64
	if err := db.View(t.Context(), func(tx *database.Tx) error {
		return tx.QueryRow(`SELECT count(*), max(seq) FROM audit_row`).Scan(&n, &last)
	}); err != nil || n != 5 || last != 5 {
		t.Errorf("%d rows, last %d, %v", n, last, err)
	}
}
