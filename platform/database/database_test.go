package database

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

func open(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func sqlFiles(texts ...string) fstest.MapFS {
	names := []string{"0001_one.sql", "0002_two.sql", "0003_three.sql"}
	m := fstest.MapFS{}
	for i, text := range texts {
		m[names[i]] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

const (
	one = `CREATE TABLE t (n INTEGER NOT NULL); INSERT INTO t VALUES (1);`
	two = `ALTER TABLE t ADD COLUMN m INTEGER NOT NULL DEFAULT 7;`
)

func count(t *testing.T, db *DB) (n int) {
	t.Helper()
	err := db.View(t.Context(), func(tx *Tx) error {
		return tx.QueryRow(`SELECT sum(n) FROM t`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMigrate(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "a ? strange%20 # name.db")
	db := open(t, path)
	if err := db.Migrate(ctx, "x", sqlFiles(one)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to do
		if err := db.Migrate(ctx, "x", sqlFiles(one, two)); err != nil {
			t.Fatal(err)
		}
	}
	if got := count(t, db); got != 1 {
		t.Errorf("sum = %d, want 1: a migration ran twice", got)
	}
	if err := db.Migrate(ctx, "y", sqlFiles(`CREATE TABLE u (n)`)); err != nil {
		t.Errorf("another system's first migration: %v", err)
	}

	bad := []struct {
		name  string
		files fstest.MapFS
		want  string
	}{
		{"edited", sqlFiles(one+" ", two), "never edited"},
		{"older program", sqlFiles(one), "run the newer program"},
		{"bad SQL", sqlFiles(one, two, `DROP TABLE t; CREATE TABL`), "0003_three.sql"},
		{"none", fstest.MapFS{}, "no file like"},
		{"gap", fstest.MapFS{"0002_two.sql": {}}, "number 0001 is missing"},
		{"name", fstest.MapFS{"first.sql": {}}, "must be like"},
	}
	for _, c := range bad {
		err := db.Migrate(ctx, "x", c.files)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q in it", c.name, err, c.want)
		}
	}
	if got := count(t, db); got != 1 {
		t.Errorf("sum = %d, want 1: a failed migration left something behind", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file: %v %v, want mode 0600", info, err)
	}
}

func TestCommittedSurvives(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	if err := db.Migrate(t.Context(), "x", sqlFiles(one)); err != nil {
		t.Fatal(err)
	}
	refused := errors.New("no")
	err := db.Update(t.Context(), func(tx *Tx) error {
		tx.Exec(`INSERT INTO t VALUES (100)`)
		return refused
	})
	if err != refused {
		t.Errorf("Update = %v, want the function's error", err)
	}
	var wg sync.WaitGroup
	for range 8 { // writers take turns, and do not fail with "locked"
		wg.Go(func() {
			for range 5 {
				err := db.Update(t.Context(), func(tx *Tx) error {
					_, err := tx.Exec(`INSERT INTO t VALUES (1)`)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				count(t, db)
			}
		})
	}
	wg.Wait()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := count(t, open(t, path)); got != 41 {
		t.Errorf("sum after reopening = %d, want 41", got)
	}
}

func TestViewCannotWrite(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	err := db.View(t.Context(), func(tx *Tx) error {
		_, err := tx.Exec(`CREATE TABLE t (n)`)
		return err
	})
	if err == nil {
		t.Error("View wrote")
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 100)), 0o600)
	for _, path := range []string{dir, filepath.Join(dir, "no", "such.db"), garbage} {
		db, err := Open(context.Background(), path)
		if err == nil {
			db.Close()
			t.Errorf("Open(%s) succeeded", path)
		} else if !strings.Contains(err.Error(), path) {
			t.Errorf("error %q does not name the file", err)
		}
	}
}
