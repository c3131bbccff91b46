package backup_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"filippo.io/age"

	"intikhab/platform/database"
	"intikhab/platform/database/backup"
	"intikhab/test/databases"
)

// tables has every type, a tree that refers to itself and rows that a migration puts.
var tables = fstest.MapFS{
	"0001_one.sql": {Data: []byte(`CREATE TABLE thing (id TEXT NOT NULL, part BIGINT NOT NULL, words TEXT, n BIGINT, raw BLOB, x REAL, PRIMARY KEY (id, part));
CREATE INDEX thing_n ON thing (n, words);
CREATE TABLE office (id TEXT PRIMARY KEY, parent TEXT REFERENCES office (id));
INSERT INTO office (id) VALUES ('from the migration');
CREATE TABLE "Odd ""name" (n INTEGER NOT NULL);
CREATE TABLE empty (n BIGINT);`)},
	"0002_two.sql": {Data: []byte(`ALTER TABLE thing ADD COLUMN later TEXT NOT NULL DEFAULT '-'; CREATE TABLE account (id BIGINT PRIMARY KEY, rupees BIGINT NOT NULL);`)},
}

func migrate(ctx context.Context, db *database.DB) error { return db.Migrate(ctx, "drill", tables) }

func known(t *testing.T) database.Migrations {
	t.Helper()
	m, err := database.Gather(t.Context(), migrate)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func pair(t *testing.T) ([]age.Recipient, []age.Identity) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	r, err := backup.Recipients(id.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	return r, []age.Identity{id}
}

// fill puts random rows into the tables.
func fill(t *testing.T, db *database.DB, n int) {
	t.Helper()
	if err := migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	err := db.Update(t.Context(), func(tx *database.Tx) error {
		for i := range n {
			_, err := tx.Exec(`INSERT INTO thing (id, part, words, n, raw, x) VALUES (?, ?, ?, ?, ?, ?)`,
				fmt.Sprint(i), -i, randomText(), randomInt(), randomBytes(), randomFloat())
			if err != nil {
				return err
			}
		}
		// The child may stand before its parent.
		for _, row := range [][2]any{{"top", nil}, {"zz", "top"}, {"aa", "zz"}, {"top2", "aa"}} {
			if _, err := tx.Exec(`INSERT INTO office (id, parent) VALUES (?, ?)`, row[0], row[1]); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`UPDATE office SET parent = 'top2' WHERE id = 'from the migration'`); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO "Odd ""name" (n) VALUES (?), (?), (?)`, math.MinInt64, math.MaxInt64, 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func randomText() any {
	switch rand.IntN(6) {
	case 0:
		return nil
	case 1:
		return ""
	case 2:
		return strings.Repeat("دفتر ", rand.IntN(300))
	}
	return []string{"O'Brien \" \\ $1 ?\n\t\r", "انتخاب", "\u2028\ufeff\U0010ffff", "NULL", "\x01\x7f"}[rand.IntN(5)]
}

func randomInt() any {
	return []any{nil, int64(0), int64(-1), int64(math.MaxInt64), int64(math.MinInt64), rand.Int64(), -rand.Int64()}[rand.IntN(7)]
}

func randomBytes() any {
	if rand.IntN(5) == 0 {
		return nil
	}
	b := make([]byte, rand.IntN(5)*rand.IntN(500))
	for i := range b {
		b[i] = byte(rand.IntN(4) * 85) // many zeros
	}
	return b
}

func randomFloat() any {
	return []any{nil, 0.0, 1.0, -0.1, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), rand.NormFloat64()}[rand.IntN(9)]
}

// dump gives every row of every table, and the history.
func dump(t *testing.T, db *database.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := db.View(t.Context(), func(tx *database.Tx) error {
		clear(all)
		names, err := tx.Tables()
		if err != nil {
			return err
		}
		for _, name := range names {
			columns, err := tx.Columns(name)
			if err != nil {
				return err
			}
			all[name] = []string{fmt.Sprint(columns)}
			rows, err := tx.Query(`SELECT * FROM ` + database.Quote(name))
			if err != nil {
				return err
			}
			for rows.Next() {
				values, into := make([]any, len(columns)), make([]any, len(columns))
				for i := range values {
					into[i] = &values[i]
				}
				if err := rows.Scan(into...); err != nil {
					return err
				}
				line := ""
				for _, v := range values {
					line += fmt.Sprintf("%T:%#v|", v, fmt.Sprint(v))
				}
				all[name] = append(all[name], line)
			}
			if err := rows.Close(); err != nil {
				return err
			}
			slices.Sort(all[name][1:])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestRestoreDrill takes a backup of each database and restores it into each: what
// comes back is compared row by row, and works.
func TestRestoreDrill(t *testing.T) {
	recipients, identities := pair(t)
	databases.Each(t, func(t *testing.T, db *database.DB) {
		fill(t, db, 450)
		want := dump(t, db)
		file := filepath.Join(t.TempDir(), "b.backup")
		made, err := backup.Write(t.Context(), db, file, recipients, known(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("file: %v %v", info, err)
		}
		if made.Rows != 450+5+3 || len(made.Tables) != 5 || made.From != db.Kind().String() {
			t.Errorf("summary %v", made)
		}
		checked, err := backup.Check(t.Context(), file, identities)
		if err != nil || !reflect.DeepEqual(checked.Tables, made.Tables) {
			t.Errorf("checked %v, %v; made %v", checked, err, made)
		}
		databases.Each(t, func(t *testing.T, target *database.DB) {
			seen := 0
			put, err := backup.Restore(t.Context(), target, file, identities, known(t), func(backup.TableSummary) { seen++ })
			if err != nil {
				t.Fatal(err)
			}
			got := dump(t, target)
			for name := range want {
				if !slices.Equal(got[name], want[name]) {
					t.Errorf("table %s has other rows:\n%.2000s\nwant\n%.2000s", name, got[name], want[name])
				}
			}
			if len(got) != len(want) || put.Rows != made.Rows || seen != 5 {
				t.Errorf("%d tables, %d rows", len(got), put.Rows)
			}
			// The restored database goes on as the old one would have.
			if err := migrate(t.Context(), target); err != nil {
				t.Error(err)
			}
			err = target.Update(t.Context(), func(tx *database.Tx) error {
				_, err := tx.Exec(`INSERT INTO office (id, parent) VALUES ('x', 'nowhere')`)
				return err
			})
			if err == nil {
				t.Error("foreign keys are not checked any more")
			}
			if _, err := backup.Restore(t.Context(), target, file, identities, known(t), nil); err == nil || !strings.Contains(err.Error(), "not empty") {
				t.Errorf("restored over records: %v", err)
			}
			if again := dump(t, target); !reflect.DeepEqual(again, got) {
				t.Error("a refused restore has changed something")
			}
		})
	})
}

// TestOneConsistentState: while money moves between accounts, a backup has the sum
// that there is at every instant.
func TestOneConsistentState(t *testing.T) {
	recipients, identities := pair(t)
	databases.Each(t, func(t *testing.T, db *database.DB) {
		if err := migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		const accounts, each = 2000, 100
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			for i := range accounts {
				if _, err := tx.Exec(`INSERT INTO account (id, rupees) VALUES (?, ?)`, i, each); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan int)
		go func() {
			n := 0
			for ; ctx.Err() == nil; n++ {
				err := db.Update(ctx, func(tx *database.Tx) error {
					if _, err := tx.Exec(`UPDATE account SET rupees = rupees - 7 WHERE id = ?`, rand.IntN(accounts)); err != nil {
						return err
					}
					_, err := tx.Exec(`UPDATE account SET rupees = rupees + 7 WHERE id = ?`, rand.IntN(accounts))
					return err
				})
				if err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
			done <- n
		}()
		for i := range 3 {
			file := filepath.Join(t.TempDir(), fmt.Sprint(i))
			if _, err := backup.Write(t.Context(), db, file, recipients, known(t), nil); err != nil {
				t.Fatal(err)
			}
			target := databases.Open(t, databases.SQLite(t))
			if _, err := backup.Restore(t.Context(), target, file, identities, known(t), nil); err != nil {
				t.Fatal(err)
			}
			var sum int64
			err := target.View(t.Context(), func(tx *database.Tx) error { return tx.QueryRow(`SELECT sum(rupees) FROM account`).Scan(&sum) })
			if err != nil || sum != accounts*each {
				t.Errorf("backup %d has the sum %d, want %d (%v)", i, sum, accounts*each, err)
			}
		}
		stop()
		t.Logf("%d transactions meanwhile", <-done)
	})
}

// only gives some of the migrations.
func only(names ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for _, name := range names {
		m[name] = tables[name]
	}
	return m
}
