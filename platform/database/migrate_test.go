package database_test

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

func files(texts ...string) fstest.MapFS {
	names := []string{"0001_one.sql", "0002_two.sql", "0003_three.sql"}
	m := fstest.MapFS{}
	for i, text := range texts {
		m[names[i]] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

const (
	one = `-- one; somebody's comment: INTEGER?
CREATE TABLE t (n INTEGER NOT NULL PRIMARY KEY, what BLOB) WITHOUT ROWID; INSERT INTO t (n) VALUES (1);`
	two = `ALTER TABLE t ADD COLUMN m BIGINT NOT NULL DEFAULT 7;`
)

func TestMigrate(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		ctx := t.Context()
		if err := db.Migrate(ctx, "x", files(one)); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time there is nothing to do
			if err := db.Migrate(ctx, "x", files(one, two)); err != nil {
				t.Fatal(err)
			}
		}
		if got := number(t, db, `SELECT sum(n) FROM t`); got != 1 {
			t.Errorf("sum = %d, want 1: a migration ran twice", got)
		}
		if err := db.Migrate(ctx, "y", files(`CREATE TABLE u (n BIGINT)`)); err != nil {
			t.Errorf("another system's first migration: %v", err)
		}
		bad := []struct {
			name  string
			files fstest.MapFS
			want  string
		}{
			{"edited", files(one+" ", two), "never edited"},
			{"older program", files(one), "run the newer program"},
			{"bad SQL", files(one, two, `DROP TABLE t; CREATE TABL`), "0003_three.sql"},
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
		if got := number(t, db, `SELECT sum(n) FROM t`); got != 1 {
			t.Errorf("sum = %d, want 1: a failed migration left something behind", got)
		}
	})
}

// TestMigrateAtOnce: several processes start at the same time on an empty database.
func TestMigrateAtOnce(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		var wg sync.WaitGroup
		for range 4 {
			db := databases.Open(t, where)
			wg.Go(func() {
				if err := db.Migrate(t.Context(), "x", files(one, two, `INSERT INTO t (n) VALUES (10)`)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := number(t, databases.Open(t, where), `SELECT sum(n) FROM t`); got != 11 {
			t.Errorf("sum = %d, want 11", got)
		}
	})
}

// TestMigrateUnderWork: a statement that was prepared before another process changed
// its table is prepared again, and nobody sees an error.
func TestMigrateUnderWork(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		working, other := databases.Open(t, where), databases.Open(t, where)
		if err := working.Migrate(t.Context(), "x", files(one)); err != nil {
			t.Fatal(err)
		}
		look := func() (columns int) {
			err := working.Update(t.Context(), func(tx *database.Tx) error {
				rows, err := tx.Query(`SELECT * FROM t WHERE n > ?`, 0)
				if err != nil {
					return err
				}
				defer rows.Close()
				names, err := rows.Columns()
				if columns = len(names); err != nil {
					return err
				}
				for rows.Next() {
				}
				return rows.Err()
			})
			if err != nil {
				t.Fatal(err)
			}
			return columns
		}
		for range 8 {
			look()
		}
		if err := other.Migrate(t.Context(), "x", files(one, two)); err != nil {
			t.Fatal(err)
		}
		if n := look(); n != 3 {
			t.Errorf("%d columns", n)
		}
	})
}
