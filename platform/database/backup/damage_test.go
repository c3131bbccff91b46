package backup_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/backup"
	"intikhab/test/databases"
)

// TestDamagedIsRefused changes each byte of a backup, cuts it everywhere, and puts
// something behind it: it is always refused, by name, with nothing put.
func TestDamagedIsRefused(t *testing.T) {
	recipients, identities := pair(t)
	db := databases.Open(t, databases.SQLite(t))
	fill(t, db, 5)
	dir := t.TempDir()
	file, bad := filepath.Join(dir, "good.backup"), filepath.Join(dir, "bad.backup")
	if _, err := backup.Write(t.Context(), db, file, recipients, known(t), nil); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(good, []byte("thing")) {
		t.Error("the backup can be read without the key")
	}
	refused := func(what string, at int, content []byte) {
		t.Helper()
		if err := os.WriteFile(bad, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Check(t.Context(), bad, identities); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s at byte %d: %v", what, at, err)
		}
	}
	for i := range good {
		changed := bytes.Clone(good)
		changed[i] ^= byte(1 << (i % 8))
		refused("changed", i, changed)
		if i%3 == 0 {
			refused("cut off", i, good[:i])
		}
	}
	refused("followed", len(good), append(bytes.Clone(good), 0))
	refused("twice", len(good), append(bytes.Clone(good), good...))

	target := databases.Open(t, databases.SQLite(t))
	for what, from := range map[string]string{"damaged": bad, "missing": filepath.Join(dir, "no such"), "none": filepath.Join(dir)} {
		if _, err := backup.Restore(t.Context(), target, from, identities, known(t), nil); err == nil {
			t.Errorf("%s: restored", what)
		}
	}
	_, others := pair(t)
	if _, err := backup.Restore(t.Context(), target, file, others, known(t), nil); err == nil || !strings.Contains(err.Error(), "other keys") {
		t.Errorf("another key: %v", err)
	}
	err = target.View(t.Context(), func(tx *database.Tx) error {
		tables, err := tx.Tables()
		if len(tables) > 0 {
			t.Errorf("refused, and there are the tables %v", tables)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestUnknownIsRefused: what a program does not know it neither saves nor restores in
// part.
func TestUnknownIsRefused(t *testing.T) {
	recipients, identities := pair(t)
	db := databases.Open(t, databases.SQLite(t))
	fill(t, db, 5)
	dir := t.TempDir()
	write := func(name string, m database.Migrations) error {
		_, err := backup.Write(t.Context(), db, filepath.Join(dir, name), recipients, m, nil)
		return err
	}
	of := func(system string, last int) database.Migrations {
		files := map[int][]string{1: {"0001_one.sql"}, 2: {"0001_one.sql", "0002_two.sql"}}[last]
		m, err := database.Of(system, only(files...))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if err := write("a", of("other", 2)); err == nil || !strings.Contains(err.Error(), `no system "drill"`) {
		t.Errorf("an unknown system: %v", err)
	}
	if err := write("b", of("drill", 1)); err == nil || !strings.Contains(err.Error(), "older than the records") {
		t.Errorf("a newer database: %v", err)
	}
	if err := write("c", known(t)); err != nil {
		t.Fatal(err)
	}
	if err := write("c", known(t)); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("over another backup: %v", err)
	}
	target := databases.Open(t, databases.SQLite(t))
	_, err := backup.Restore(t.Context(), target, filepath.Join(dir, "c"), identities, of("drill", 1), nil)
	if err == nil || !strings.Contains(err.Error(), "newer program") {
		t.Errorf("restored by an older program: %v", err)
	}
	for what, statement := range map[string]string{
		"a table of no migration": `CREATE TABLE stray (n BIGINT)`,
		"a type of one database":  `ALTER TABLE account ADD COLUMN x NUMERIC`,
		"text in a number":        `INSERT INTO account (id, rupees) VALUES (1, 'many')`,
		"zero bytes in text":      `INSERT INTO thing (id, part) VALUES ('a' || char(0), 1)`,
	} {
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			if _, err := tx.Exec(statement); err != nil {
				t.Fatal(err)
			}
			err := backup.WriteStream(tx, known(t))
			if err == nil {
				t.Errorf("%s was saved", what)
			} else {
				t.Log(err)
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Error(err)
		}
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 1 {
		t.Errorf("files %v %v, want one", names, err)
	}
	if _, err := backup.Recipients(); err == nil {
		t.Error("no recipient at all was taken")
	}
	if _, err := backup.Recipients("age1nonsense"); err == nil {
		t.Error("nonsense was taken as recipient")
	}
}

var errUndo = errors.New("undo")

// TestChild is the process that TestKilled kills.
func TestChild(t *testing.T) {
	what := os.Getenv("INTIKHAB_TEST_CHILD")
	if what == "" {
		return
	}
	db := databases.Open(t, os.Getenv("INTIKHAB_TEST_WHERE"))
	file := os.Getenv("INTIKHAB_TEST_FILE")
	if what == "backup" {
		r, err := backup.Recipients(os.Getenv("INTIKHAB_TEST_KEY"))
		if err == nil {
			_, err = backup.Write(t.Context(), db, file, r, known(t), nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	ids, err := backup.Identities(os.Getenv("INTIKHAB_TEST_KEY"))
	if err == nil {
		_, err = backup.Restore(t.Context(), db, file, ids, known(t), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestKilled kills backups and restores at instants spread over their whole time:
// under the final name there is a whole backup or none, and in the database
// everything or nothing.
func TestKilled(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		recipients, identities := pair(t)
		dir := t.TempDir()
		key := filepath.Join(dir, "key")
		if err := os.WriteFile(key, []byte(backup.Text(identities[0])), 0o600); err != nil {
			t.Fatal(err)
		}
		db := databases.Open(t, where)
		fill(t, db, 2500)
		child := func(what, where, file, key string, lives time.Duration) (killed bool) {
			cmd := exec.Command(os.Args[0], "-test.run", "^TestChild$")
			cmd.Env = append(os.Environ(), "INTIKHAB_TEST_CHILD="+what, "INTIKHAB_TEST_WHERE="+where, "INTIKHAB_TEST_FILE="+file, "INTIKHAB_TEST_KEY="+key)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer time.AfterFunc(lives, func() { cmd.Process.Kill() }).Stop()
			return cmd.Wait() != nil
		}
		// spread runs a child again and again, each time a little longer, until it
		// ends by itself.
		spread := func(run func(lives time.Duration) (killed bool)) (kills int) {
			for lives := 20 * time.Millisecond; run(lives); lives = lives * 8 / 5 {
				kills++
			}
			return kills
		}
		file := filepath.Join(dir, "b.backup")
		kills := spread(func(lives time.Duration) bool {
			killed := child("backup", where, file, backup.Text(recipients[0]), lives)
			if _, err := os.Stat(file); killed && err == nil {
				if _, err := backup.Check(t.Context(), file, identities); err != nil {
					t.Errorf("a killed backup left a file under the final name: %v", err)
				}
				os.Remove(file)
			}
			return killed
		})
		if _, err := backup.Check(t.Context(), file, identities); err != nil {
			t.Fatal(err)
		}
		target := databases.SQLite(t)
		if db.Kind() == database.PostgreSQL {
			target = databases.Postgres(t)
		}
		restores := spread(func(lives time.Duration) bool {
			killed := child("restore", target, file, key, lives)
			db := databases.Open(t, target)
			defer db.Close()
			got := dump(t, db)
			if killed && len(got) > 0 {
				if len(got["thing"]) != 2501 {
					t.Errorf("a killed restore left %d tables, %d rows", len(got), len(got["thing"]))
				}
				return false // it was killed after its end
			}
			return killed
		})
		if got := dump(t, databases.Open(t, target)); len(got["thing"]) != 2501 {
			t.Errorf("%d rows", len(got["thing"]))
		}
		t.Logf("%d backups and %d restores were killed", kills, restores)
	})
}
