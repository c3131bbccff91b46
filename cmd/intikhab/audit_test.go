package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/office/audit"
)

// TestAudit is an auditor at the shell: the trail is in order, an act is looked up
// and checked, a row is altered behind the program's back, the database is put back
// to an older copy and goes on.
func TestAudit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "office.db")
	key, err := checkpoint.GenerateKey("ledger.example.org/audit")
	if err != nil {
		t.Fatal(err)
	}
	acts(t, path, filepath.Join(dir, "ledger"), key, 4)
	older, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	acts(t, path, filepath.Join(dir, "ledger"), key, 3)
	sql := func(text string) {
		t.Helper()
		withDatabase(t, path, func(db *database.DB) error {
			return db.Update(t.Context(), func(tx *database.Tx) error { _, err := tx.Exec(text); return err })
		})
	}
	ask := func(status int, want string, args ...string) {
		t.Helper()
		said, got := run(t, append([]string{"audit"}, args...)...)
		if got != status || !strings.Contains(said, want) {
			t.Errorf("audit %v: status %d, want %d with %q:\n%s", args, got, status, want, said)
		}
	}
	where := []string{"--database", path}
	verify := append([]string{"verify", "--ledger", filepath.Join(dir, "ledger"), "--key", key.Verifier()}, where...)
	ask(0, "sealed up to row 7, 0 waiting", verify...)
	ask(0, `"findings":[]`, append(verify, "--json")...)
	ask(0, "office:2", append([]string{"search", "--act", "office.", "--reason", "LETTER", "--limit", "6"}, where...)...)
	ask(0, "more: --before 2", append([]string{"search", "--limit", "6"}, where...)...)
	ask(0, `"officer":"naveed"`, append([]string{"search", "--outcome", "refused", "--json"}, where...)...)
	content := filepath.Join(dir, "content")
	ask(0, "ledger      entry 2", append([]string{"show", "3", "--content", content}, where...)...)
	if b, err := os.ReadFile(content); err != nil || b[0] != 1 || !strings.Contains(string(b), "office.appoint") {
		t.Errorf("the row's bytes: %v, %q", err, b)
	}
	ask(1, "no such row", append([]string{"show", "30"}, where...)...)
	ask(1, "no database there", "search", "--database", filepath.Join(dir, "nowhere.db"))
	ask(1, "--key: not a log's public key", append(verify, "--key", "nonsense")...)

	sql(`UPDATE audit_row SET officer = 'somebody' WHERE seq = 3`)
	ask(1, "row 3 (2026-03-01T04:00:02Z, office.appoint): altered: ", verify...)
	if err := os.WriteFile(path, older, 0o600); err != nil {
		t.Fatal(err)
	}
	ask(1, "rows 5 to 7: missing", verify...)
	resume := append([]string{"resume", "--officer", "admin", "--reason", "disk lost", "--ledger", filepath.Join(dir, "ledger"), "--key", key.Verifier()}, where...)
	ask(0, "rows 5 to 7 are lost; row 8 tells of it", resume...)
	ask(1, "nothing to be resumed", resume...)
	ask(1, "rows 5 to 7: missing", verify...)
	ask(0, "known   rows 5 to 7: missing", append(verify, "--known", "5-7")...)
	ask(1, "--known 5", append(verify, "--known", "5")...)
}

func withDatabase(t *testing.T, path string, f func(*database.DB) error) {
	t.Helper()
	db, err := database.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f(db); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// acts writes rows of the trail and seals them.
func acts(t *testing.T, path, dir string, key *checkpoint.Key, n int) {
	t.Helper()
	withDatabase(t, path, func(db *database.DB) error {
		if err := audit.Migrate(t.Context(), db); err != nil {
			return err
		}
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			for i := range n {
				e := audit.Entry{Officer: "naveed", Office: "district-3", Act: "office.appoint", On: fmt.Sprint("office:", i), Reason: fmt.Sprint("letter ", i), Refused: i == 1}
				if err := audit.Write(tx, time.Date(2026, 3, 1, 4, 0, i, 0, time.UTC), e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		quiet := slog.New(slog.DiscardHandler)
		l, err := ledger.Open(t.Context(), dir, ledger.Options{Key: key, Log: quiet})
		if err != nil {
			return err
		}
		defer l.Close()
		_, err = audit.NewSealer(db, l, audit.SealerOptions{Log: quiet}).Seal(t.Context())
		return err
	})
}
