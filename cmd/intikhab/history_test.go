package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/jackc/pgx/v5"

	"intikhab/platform/database"
	"intikhab/platform/database/backup"
	"intikhab/test/databases"
)

var (
	updateHistory = flag.Bool("update", false, "write testdata/history/*/rows.txt anew")
	newState      = flag.String("state", "", "write the state of today's tables into this folder of testdata/history")
)

// TestOldDatabases: today's program opens the database of every earlier one that is
// kept in testdata, on both databases; the rows are there, the same, and can be
// backed up.
func TestOldDatabases(t *testing.T) {
	if *newState != "" {
		writeState(t, filepath.Join("testdata", "history", *newState))
	}
	states, err := filepath.Glob(filepath.Join("testdata", "history", "*", "sqlite.db"))
	if err != nil || len(states) == 0 {
		t.Fatalf("no old database: %v", err)
	}
	for _, file := range states {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir)+"/sqlite", func(t *testing.T) {
			old, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			path := databases.SQLite(t)
			if err := os.WriteFile(path, old, 0o600); err != nil {
				t.Fatal(err)
			}
			migrateOld(t, dir, path)
		})
		t.Run(filepath.Base(dir)+"/postgres", func(t *testing.T) {
			dump, err := os.ReadFile(filepath.Join(dir, "postgres.sql"))
			if err != nil {
				t.Fatal(err)
			}
			where := databases.Postgres(t)
			c, err := pgx.Connect(t.Context(), where)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close(context.Background())
			if _, err := c.Exec(t.Context(), string(dump)); err != nil {
				t.Fatal(err)
			}
			migrateOld(t, dir, where)
		})
	}
}

func migrateOld(t *testing.T, dir, where string) {
	db := databases.Open(t, where)
	var before []string
	err := db.View(t.Context(), func(tx *database.Tx) (err error) {
		before, err = tx.Tables()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to do
		for _, make := range tableMakers {
			if err := make(t.Context(), db); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := allRows(t, db, before)
	golden := filepath.Join(dir, "rows.txt")
	if *updateHistory || *newState == filepath.Base(dir) {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("rows:\n%s\nwant:\n%s", got, want)
	}
	saveInto(t, db, databases.SQLite(t))
}

// saveInto copies a database by a backup.
func saveInto(t *testing.T, db *database.DB, where string) {
	t.Helper()
	known, err := database.Gather(t.Context(), tableMakers...)
	if err != nil {
		t.Fatal(err)
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup")
	if _, err := backup.Write(t.Context(), db, file, []age.Recipient{id.Recipient()}, known, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Restore(t.Context(), databases.Open(t, where), file, []age.Identity{id}, known, nil); err != nil {
		t.Fatal(err)
	}
}

// allRows gives the rows of tables, each in the order of its text.
func allRows(t *testing.T, db *database.DB, tables []string) string {
	t.Helper()
	var out strings.Builder
	err := db.View(t.Context(), func(tx *database.Tx) error {
		out.Reset()
		for _, table := range tables {
			columns, err := tx.Columns(table)
			if err != nil {
				return err
			}
			if table == database.HistoryTable {
				continue
			}
			names := make([]string, len(columns))
			for i, c := range columns {
				names[i] = c.Name
			}
			rows, err := tx.Query(`SELECT ` + strings.Join(names, ", ") + ` FROM ` + table)
			if err != nil {
				return err
			}
			var lines []string
			for rows.Next() {
				values, into := make([]any, len(columns)), make([]any, len(columns))
				for i := range values {
					into[i] = &values[i]
				}
				if err := rows.Scan(into...); err != nil {
					return err
				}
				words := make([]string, len(values))
				for i, v := range values {
					switch v.(type) {
					case string, []byte:
						words[i] = fmt.Sprintf("%q", v)
					default:
						words[i] = fmt.Sprint(v)
					}
				}
				lines = append(lines, strings.Join(words, " "))
			}
			if err := rows.Close(); err != nil {
				return err
			}
			slices.Sort(lines)
			fmt.Fprintf(&out, "%s %v\n%s\n\n", table, names, strings.Join(lines, "\n"))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// writeState makes every table of today's program, with rows of no meaning.
func writeState(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err) // a state that was kept is never changed
	}
	path := filepath.Join(dir, "sqlite.db")
	db, err := database.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, make := range tableMakers {
		if err := make(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Update(t.Context(), fillAll); err != nil {
		t.Fatal(err)
	}
	where := databases.Postgres(t)
	saveInto(t, db, where)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(databases.Program(t, "pg_dump"), "--inserts", "--no-owner", "--no-privileges", where).Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, `\`) && !strings.HasPrefix(line, "SELECT pg_catalog.set_config('search_path'") {
			lines = append(lines, line)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "postgres.sql"), []byte(strings.Join(lines, "")), 0o644); err != nil {
		t.Fatal(err)
	}
}

func fillAll(tx *database.Tx) error {
	tables, err := tx.Tables()
	if err != nil {
		return err
	}
	for _, table := range tables {
		columns, err := tx.Columns(table)
		if err != nil {
			return err
		}
		for n := range 2 {
			var args []any
			for _, c := range columns {
				args = append(args, map[string]any{"TEXT": fmt.Sprintf("text %d '…", n), "BIGINT": int64(n) - 7, "BLOB": []byte{0, byte(n)}, "REAL": float64(n) / 2}[c.Type])
			}
			if table == database.HistoryTable {
				continue
			}
			if _, err := tx.Exec(`INSERT INTO `+table+` VALUES (?`+strings.Repeat(", ?", len(args)-1)+`)`, args...); err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
		}
	}
	return nil
}
