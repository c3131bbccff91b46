package database_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

// run makes the tables that a test needs.
func run(t *testing.T, db *database.DB, statements ...string) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *database.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// number asks for one number.
func number(t *testing.T, db *database.DB, query string, args ...any) (n int64) {
	t.Helper()
	err := db.View(t.Context(), func(tx *database.Tx) error { return tx.QueryRow(query, args...).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 100)), 0o600)
	for where, named := range map[string]string{
		dir:                                  dir,
		filepath.Join(dir, "no", "such.db"):  filepath.Join(dir, "no", "such.db"),
		garbage:                              garbage,
		"postgres://user:geheim@127.0.0.1:1": "user@127.0.0.1:1",
		"postgres://u:geheim@127.0.0.1:1/x?password=geheim": "u@127.0.0.1:1/x",
		"postgres://u:geheim@127.0.0.1:x/":                  "postgres://",
	} {
		db, err := database.Open(context.Background(), where)
		if err == nil {
			db.Close()
			t.Errorf("Open(%s) succeeded", where)
		} else if !strings.Contains(err.Error(), named) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("error %q does not name %s, or has the password in it", err, named)
		}
	}
	path := filepath.Join(dir, "a ? strange%20 # name.db")
	databases.Open(t, path)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file: %v %v, want mode 0600", info, err)
	}
}

// TestValues: what goes in comes out, the same on both.
func TestValues(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		if err := db.Migrate(t.Context(), "x", files(`CREATE TABLE v (k BIGINT PRIMARY KEY, a TEXT, b BIGINT, c BLOB, d REAL)`)); err != nil {
			t.Fatal(err)
		}
		at := time.Date(2027, 2, 8, 17, 0, 0, 123456789, time.FixedZone("PKT", 5*3600))
		type row struct {
			a *string
			b *int64
			c []byte
			d *float64
		}
		text, big, f := "لاہور ' \" ? -- $1", int64(-1<<63), 1e300
		in := []row{{&text, &big, []byte{0, 1, 255}, &f}, {}, {new(string), new(int64), []byte{}, new(float64)}}
		var out []row
		var instant, zero database.Time
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			put, err := tx.Prepare(`INSERT INTO v (k, a, b, c, d) VALUES (?, ?, ?, ?, ?)`)
			if err != nil {
				return err
			}
			for k, r := range in {
				if _, err := put.Exec(k, r.a, r.b, r.c, r.d); err != nil {
					return err
				}
			}
			rows, err := tx.Query(`SELECT a, b, c, d FROM v ORDER BY k`)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var r row
				if err := rows.Scan(&r.a, &r.b, &r.c, &r.d); err != nil {
					return err
				}
				out = append(out, r)
			}
			if err := rows.Err(); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO v (k, a, b) VALUES (?, ?, ?), (?, ?, ?)`, 10, at, true, 11, database.Time{}, false); err != nil {
				return err
			}
			if err := tx.QueryRow(`SELECT a FROM v WHERE k = ?`, 10).Scan(&instant); err != nil {
				return err
			}
			return tx.QueryRow(`SELECT a FROM v WHERE k = ?`, 11).Scan(&zero)
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := number(t, db, `SELECT count(*) FROM v WHERE c IS NULL AND k < 10`); n != 1 {
			t.Errorf("%d rows have no bytes at all, want 1", n)
		}
		if out[2].c == nil {
			out[2].c = []byte{} // only SQL tells none from empty: a Scan into []byte does not
		}
		if !reflect.DeepEqual(in, out) {
			t.Errorf("in %+v\nout %+v", in, out)
		}
		if !instant.Equal(at.Truncate(time.Microsecond)) || instant.Location() != time.UTC || !zero.IsZero() {
			t.Errorf("instants %v, %v", instant, zero)
		}
		if n := number(t, db, `SELECT count(*) FROM v WHERE b = ?`, true); n != 1 {
			t.Errorf("%d rows are true", n)
		}
		for _, text := range []string{"zero\x00byte", "not\xffUTF-8"} {
			err := db.Update(t.Context(), func(tx *database.Tx) error {
				_, err := tx.Exec(`INSERT INTO v (k, a) VALUES (20, ?)`, text)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "keep it as bytes") {
				t.Errorf("%q: %v", text, err)
			}
		}
		// The order of text is that of its bytes, and LIKE minds case.
		run(t, db, `DELETE FROM v`, `INSERT INTO v (k, a) VALUES (1, 'b'), (2, 'B'), (3, 'a'), (4, 'é'), (5, 'ا')`)
		if got := column(t, db, `SELECT a FROM v ORDER BY a`); got != "B a b é ا" {
			t.Errorf("order %s", got)
		}
		if got := column(t, db, `SELECT a FROM v WHERE a LIKE 'b%'`); got != "b" {
			t.Errorf("LIKE gives %s", got)
		}
	})
}

func column(t *testing.T, db *database.DB, query string, args ...any) string {
	t.Helper()
	var all []string
	err := db.View(t.Context(), func(tx *database.Tx) error {
		all = nil
		rows, err := tx.Query(query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				return err
			}
			all = append(all, text)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

// TestSettings: what openSQLite asks for is what SQLite does.
func TestSettings(t *testing.T) {
	db := databases.Open(t, databases.SQLite(t))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "cache_size": "-32768"} {
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			var got string
			if err := tx.QueryRow(`PRAGMA ` + pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %q, %v; want %s", pragma, got, err, want)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
