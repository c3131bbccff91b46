package backup_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/fstest"

	"intikhab/platform/database"
	"intikhab/platform/database/backup"
	"intikhab/platform/health"
	"intikhab/test/databases"
)

var voters = fstest.MapFS{"0001_voters.sql": {Data: []byte(`CREATE TABLE voter (id BIGINT NOT NULL PRIMARY KEY, block BIGINT NOT NULL, found BLOB NOT NULL);
CREATE UNIQUE INDEX voter_found ON voter (found);
CREATE INDEX voter_block ON voter (block, id);`)}}

func migrateVoters(ctx context.Context, db *database.DB) error {
	return db.Migrate(ctx, "voters", voters)
}

func manyVoters(from, to int64) func(func([]any, error) bool) {
	return func(yield func([]any, error) bool) {
		for id := from; id < to; id++ {
			if !yield([]any{id, id / 100, []byte{byte(id), byte(id >> 8), byte(id >> 16)}}, nil) {
				return
			}
		}
	}
}

// TestIndexesMadeAnew: a mass import drops indexes and makes them again at its end,
// with no migration for it. Meanwhile a backup may be made; the next start, the check
// of the history and a restore find nothing amiss; and the index works again, or, over
// rows that it forbids, is not made and nothing changes.
func TestIndexesMadeAnew(t *testing.T) {
	recipients, identities := pair(t)
	databases.Each(t, func(t *testing.T, db *database.DB) {
		update := func(f func(tx *database.Tx) error) {
			t.Helper()
			if err := db.Update(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		exec := func(tx *database.Tx, statements ...string) error {
			for _, s := range statements {
				if _, err := tx.Exec(s); err != nil {
					return err
				}
			}
			return nil
		}
		twice := func() bool { // whether a row that the index forbids is refused
			err := db.Update(t.Context(), func(tx *database.Tx) error {
				if _, err := tx.Bulk("voter", []string{"id", "block", "found"}, func(yield func([]any, error) bool) {
					yield([]any{int64(-1), int64(0), []byte{7, 0, 0}}, nil)
				}); err != nil {
					return err
				}
				return errors.New("it was taken")
			})
			return database.IsDuplicate(err)
		}
		file := filepath.Join(t.TempDir(), "while")
		known, err := database.Gather(t.Context(), migrateVoters)
		if err != nil {
			t.Fatal(err)
		}
		if err := migrateVoters(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		drop := []string{`DROP INDEX IF EXISTS voter_found`, `DROP INDEX IF EXISTS voter_block`, `DROP INDEX IF EXISTS voter_block`}
		update(func(tx *database.Tx) error {
			if err := exec(tx, drop...); err != nil {
				return err
			}
			_, err := tx.Bulk("voter", []string{"id", "block", "found"}, manyVoters(0, 3000))
			return err
		})
		if twice() {
			t.Error("the dropped index still works")
		}
		if _, err := backup.Write(t.Context(), db, file, recipients, known, nil); err != nil {
			t.Errorf("backup without the index: %v", err)
		}
		// Rows that the index forbids.
		err = db.Update(t.Context(), func(tx *database.Tx) error {
			return exec(tx, `INSERT INTO voter SELECT -1, block, found FROM voter WHERE id = 7`, `CREATE UNIQUE INDEX voter_found ON voter (found)`)
		})
		if !database.IsDuplicate(err) {
			t.Errorf("an index over the same value twice: %v", err)
		}
		update(func(tx *database.Tx) error {
			if _, err := tx.Bulk("voter", []string{"id", "block", "found"}, manyVoters(3000, 6000)); err != nil {
				return err
			}
			return exec(tx, `CREATE UNIQUE INDEX IF NOT EXISTS voter_found ON voter (found)`, `CREATE INDEX voter_block ON voter (block, id)`,
				`CREATE UNIQUE INDEX IF NOT EXISTS voter_found ON voter (found)`)
		})
		if !twice() {
			t.Error("the index that was made anew does not work")
		}
		if err := migrateVoters(t.Context(), db); err != nil {
			t.Errorf("the next start: %v", err)
		}
		for _, f := range db.Check(t.Context(), known) {
			if f.About == "tables" && f.Level != health.Good {
				t.Errorf("%+v", f)
			}
		}
		other := databases.Open(t, databases.SQLite(t))
		if db.Kind() == database.SQLite {
			other = databases.Open(t, databases.Postgres(t))
		}
		if s, err := backup.Restore(t.Context(), other, file, identities, known, nil); err != nil || s.Rows != 3000 {
			t.Errorf("%d rows, %v", s.Rows, err)
		}
		db = other
		if !twice() {
			t.Error("the index is not there after a restore")
		}
	})
}
