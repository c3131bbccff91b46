package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/test/databases"
	"intikhab/test/need"
)

// TestAllMigrationsAreKnown: what the program keeps it can back up: every file of
// migrations in the tree is one that a backup knows.
func TestAllMigrationsAreKnown(t *testing.T) {
	known, err := database.Gather(t.Context(), tableMakers...)
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]bool{}
	for _, a := range known.All() {
		sums[a.SHA256] = true
	}
	found := 0
	root := need.Root(t)
	for _, storey := range []string{"platform", "systems"} {
		err := filepath.WalkDir(filepath.Join(root, storey), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".sql" || filepath.Base(filepath.Dir(path)) != "migrations" {
				return err
			}
			found++
			text, err := os.ReadFile(path)
			if sum := sha256.Sum256(text); err == nil && !sums[hex.EncodeToString(sum[:])] {
				t.Errorf("%s is in no backup: add the function that makes its tables to tableMakers", strings.TrimPrefix(path, root))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found == 0 || found != len(known.All()) {
		t.Errorf("%d files of migrations, %d known", found, len(known.All()))
	}
}

// TestSealedColumnsAreThere: the columns that a rotation seals anew are columns.
func TestSealedColumnsAreThere(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		for _, make := range tableMakers {
			if err := make(t.Context(), db); err != nil {
				t.Fatal(err)
			}
		}
		keys := vault.New(time.Now())
		if err := vault.Rotate(t.Context(), db, keys, sealedColumns(), nil); err != nil {
			t.Error(err)
		}
	})
}

// TestRecordsCommands: a backup of the one database is checked and restored into the
// other, and the keys are changed there.
func TestRecordsCommands(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	run := func(command interface{ Run(context.Context) error }) {
		t.Helper()
		if err := command.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	from := databases.Open(t, at("records.sqlite"))
	for _, make := range tableMakers {
		if err := make(t.Context(), from); err != nil {
			t.Fatal(err)
		}
	}
	if err := (&keysNew{Keyring: at("keyring")}).Run(); err != nil {
		t.Fatal(err)
	}
	ring := keyringFlag{at("keyring")}
	old, err := ring.read()
	if err != nil {
		t.Fatal(err)
	}
	first := old.Newest()
	err = from.Update(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO signin_key (id, sealed) VALUES ('1', ?)`, old.Seal("signin_key", "sealed", "1", []byte("secret")))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := (&keysBackup{Out: at("private")}).Run(); err != nil {
		t.Fatal(err)
	}
	if (&keysBackup{Out: at("private")}).Run() == nil {
		t.Error("a private key was overwritten")
	}
	f, err := os.Open(at("private"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ids, err := age.ParseIdentities(f)
	if err != nil {
		t.Fatal(err)
	}
	to := databases.Postgres(t)
	public := ids[0].(*age.X25519Identity).Recipient().String()
	run(&backupCommand{recordsFlags: recordsFlags{Database: from.Path()}, To: at("b"), Recipient: []string{public}})
	run(&restoreCommand{From: at("b"), Identity: at("private"), Check: true})
	run(&restoreCommand{From: at("b"), Identity: at("private"), Database: to})
	if (&restoreCommand{From: at("b"), Identity: at("private"), Database: to}).Run(t.Context()) == nil {
		t.Error("restored twice")
	}

	if err := (&keysNew{Keyring: at("keyring")}).Run(); err != nil {
		t.Fatal(err)
	}
	drop := &keysDrop{keyringFlag: ring, Key: first.String(), Database: to}
	if err := drop.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "1 values of signin_key.sealed need key") {
		t.Errorf("a key in use was dropped: %v", err)
	}
	run(&keysList{keyringFlag: ring, Database: to})
	run(&keysRotate{keyringFlag: ring, Database: to})
	if err := drop.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "may still seal") {
		t.Errorf("a key was dropped at once: %v", err)
	}
	now, err := ring.read()
	if err != nil || len(now.Keys()) != 2 {
		t.Fatalf("%v %v", now, err)
	}
	var sealed []byte
	err = databases.Open(t, to).View(t.Context(), func(tx *database.Tx) error {
		return tx.QueryRow(`SELECT sealed FROM signin_key`).Scan(&sealed)
	})
	if id, ok := vault.SealedUnder(sealed); err != nil || !ok || id != now.Newest() {
		t.Errorf("sealed under %v, %v", id, err)
	}
	if got, err := now.Open("signin_key", "sealed", "1", sealed); err != nil || string(got) != "secret" {
		t.Errorf("%q %v", got, err)
	}
	for _, bad := range []recordsFlags{{}, {Database: "x", Config: "y"}, {Database: at("no such")}, {Config: at("no such")}} {
		if (&backupCommand{recordsFlags: bad, To: at("c"), Recipient: []string{public}}).Run(t.Context()) == nil {
			t.Errorf("backup of %+v", bad)
		}
	}
}
