package audit

import (
	"errors"
	"log/slog"
	"testing"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/test/databases"
)

// TestResume: the disk is lost, and yesterday's copy of the database put back,
// beside the ledger that has what was sealed since. New acts come before anybody
// notices.
func TestResume(t *testing.T) {
	for _, since := range []int{0, 3, 30} { // new acts: none, fewer than were lost, more
		databases.Each(t, func(t *testing.T, db *database.DB) {
			trail(t, db)
			f := newFolder(t)
			do(t, db, 12)
			f.seal(t, db)
			run(t, db, each4(`CREATE TABLE keep_%[1]s AS SELECT * FROM audit_%[1]s`)...)
			do(t, db, 9)
			f.seal(t, db)
			by := Entry{Officer: "admin", Reason: "disk lost on 3 March"}
			if _, err := Resume(t.Context(), db, f.dir, f.opts, began, by); err == nil {
				t.Error("there was something to resume")
			}
			run(t, db, each4(`DELETE FROM audit_%s`)...)
			run(t, db, each4(`INSERT INTO audit_%[1]s SELECT * FROM keep_%[1]s`)...)
			do(t, db, since)
			if r := f.verify(t, db, f.dir); r.OK() {
				t.Error("nothing was found")
			}
			l, err := ledger.Open(t.Context(), f.dir, ledger.Options{Key: f.key, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			_, err = NewSealer(db, l, quiet()).Seal(t.Context())
			if !errors.Is(err, ErrDatabaseOlder) {
				t.Errorf("sealing went on: %v", err)
			}
			l.Close()

			if _, err := Resume(t.Context(), db, f.dir, f.opts, began, Entry{Officer: "admin"}); err == nil {
				t.Error("without a reason")
			}
			done, err := Resume(t.Context(), db, f.dir, f.opts, began, by)
			if want := int64(22 + since); err != nil || done.LostFrom != 13 || done.LostTo != 21 || done.Row != want {
				t.Fatalf("%+v, %v", done, err)
			}
			f.seal(t, db)
			do(t, db, 2)
			f.seal(t, db)
			r := f.verify(t, db, f.dir)
			if len(r.Findings) != 1 || !found(r, "rows 13 to 21: missing") || r.Waiting != 0 || r.Sealed != int64(24+since) {
				t.Errorf("%+v", r)
			}
			if r.Forgive(14, 21); r.OK() {
				t.Error("row 13 was forgiven")
			}
			if r.Forgive(13, 21); !r.OK() || len(r.Known) != 1 {
				t.Errorf("%+v", r)
			}
			row := page1(t, db, Query{Act: "audit.resume"})
			if c := row.ChangesText(); row.Officer != "admin" || since == 0 && c != "lost: 13 to 21" || since == 3 && c != "lost: 13 to 21; moved: 13 to 15, now 22 to 24" {
				t.Errorf("%s", c)
			}
		})
	}
}

// TestOlderLedger: sealing stops before a ledger that has less than the database
// knows of, and does not sign a fork.
func TestOlderLedger(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		for _, keep := range []int{0, 5, 11} {
			log := &memoryLog{}
			run(t, db, each4(`DELETE FROM audit_%s WHERE 1 = 1`)[2], `UPDATE audit_head SET seq = 0`, `DELETE FROM audit_row`)
			do(t, db, 12)
			sealAll(t, NewSealer(db, log, quiet()))
			log.entries = log.entries[:keep]
			do(t, db, 1)
			if n, err := NewSealer(db, log, quiet()).Seal(t.Context()); !errors.Is(err, ErrLedgerOlder) || n != 0 || len(log.entries) != keep {
				t.Errorf("%d of 12: %d sealed, %v", keep, n, err)
			}
		}
	})
}
