package database_test

import (
	"os"
	"strings"
	"testing"

	"intikhab/platform/database"
	"intikhab/platform/health"
	"intikhab/test/databases"
)

// says gives all that was found, in one text.
func says(t *testing.T, found []health.Finding) string {
	t.Helper()
	var out strings.Builder
	if err := health.Write(&out, found); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestCheck(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		known, err := database.Of("x", files(one, two))
		if err != nil {
			t.Fatal(err)
		}
		if got := says(t, db.Check(t.Context(), known)); !strings.Contains(got, "none yet") {
			t.Errorf("an empty database:\n%s", got)
		}
		if err := db.Migrate(t.Context(), "x", files(one, two)); err != nil {
			t.Fatal(err)
		}
		found := db.Check(t.Context(), known)
		if got := says(t, found); health.Worst(found) == health.Bad || !strings.Contains(got, "2 migrations of 1 systems") {
			t.Errorf("a good database:\n%s", got)
		}
		older, err := database.Of("x", files(one))
		if err != nil {
			t.Fatal(err)
		}
		if got := says(t, db.Check(t.Context(), older)); !strings.Contains(got, "older than the records") {
			t.Errorf("a newer database:\n%s", got)
		}
	})
}

// TestCheckDamage: a file of which a page was overwritten.
func TestCheckDamage(t *testing.T) {
	path := databases.SQLite(t)
	db := databases.Open(t, path)
	run(t, db, `CREATE TABLE t (k BIGINT PRIMARY KEY, words TEXT)`)
	err := db.Update(t.Context(), func(tx *database.Tx) error {
		for i := range 2000 {
			if _, err := tx.Exec(`INSERT INTO t VALUES (?, ?)`, i, strings.Repeat("x", i%100)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("damage", 600)), 10*4096); err != nil {
		t.Fatal(err)
	}
	f.Close()
	found := databases.Open(t, path).Check(t.Context(), nil)
	if got := says(t, found); health.Worst(found) != health.Bad || !strings.Contains(got, "intikhab restore") {
		t.Errorf("a damaged file:\n%s", got)
	}
}

// TestCheckServer: a server whose settings lose what was committed, and a database
// that sorts otherwise, are told.
func TestCheckServer(t *testing.T) {
	db := databases.Open(t, databases.Server(t, "fsync=off", "synchronous_commit=off"))
	got := says(t, db.Check(t.Context(), nil))
	for _, want := range []string{"fsync is off", "synchronous_commit is off"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not told:\n%s", want, got)
		}
	}
}
