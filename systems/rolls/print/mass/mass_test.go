package mass

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/people"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/print/supplement"
	"intikhab/test/databases"
)

var day = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)

// The process that is killed is this test binary, run again.
const childVariable = "INTIKHAB_TEST_MASS_DIR"

func TestMain(m *testing.M) {
	dir := os.Getenv(childVariable)
	if dir == "" {
		os.Exit(m.Run())
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { // it does not outlive the test, however that ends
		io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	if err := child(ctx, dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(ctx context.Context, dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "keys"))
	if err != nil {
		return err
	}
	keys, err := vault.Parse(text)
	if err != nil {
		return err
	}
	db, err := database.Open(ctx, filepath.Join(dir, "roll.sqlite"))
	if err != nil {
		return err
	}
	defer db.Close()
	cfg := config(db, rolls.NewStore(keys, func() time.Time { return day }), filepath.Join(dir, "killed"))
	cfg.Progress = func(p Progress) { fmt.Println(p.Blocks) }
	_, err = Run(ctx, cfg)
	return err
}

func config(db *database.DB, store *rolls.Store, out string) Config {
	return Config{DB: db, Store: store, Options: print.Options{Qualifying: rolls.Date{Year: 2026, Month: 1, Day: 1}, Purpose: print.Polling, Photographs: true},
		Languages: words.Languages[:], Supplements: true, Bundles: true, Out: out}
}

// fill puts a roll of so many voters into a database.
func fill(t testing.TB, db *database.DB, keys *vault.Keyring, voters int) *rolls.Store {
	t.Helper()
	now := day.AddDate(0, -2, 0)
	store := rolls.NewStore(keys, func() time.Time { now = now.Add(time.Second); return now })
	pop, err := people.New(people.Config{Voters: voters, Seed: 9, Districts: []string{"Lahore"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(rolls.Migrate(t.Context(), db), supplement.Migrate(t.Context(), db)); err != nil {
		t.Fatal(err)
	}
	var all []rolls.Addition
	portraits := map[string][]byte{}
	for i := range pop.Len() {
		p := pop.At(i).Clone()
		a := p.Addition()
		if i%3 == 0 {
			a.Photograph = fmt.Sprint("photograph-", i)
			portraits[a.Photograph] = p.Portrait(people.Date{Year: 2026, Month: 1, Day: 1})
		}
		all = append(all, a)
	}
	update := func(f func(tx *database.Tx) error) {
		t.Helper()
		if err := db.Update(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	update(func(tx *database.Tx) error {
		for id, file := range portraits {
			if err := store.PutPhotograph(tx, id, file); err != nil {
				return err
			}
		}
		return store.PutBlocks(tx, pop.Areas())
	})
	loader, err := store.Loader(t.Context(), db, "feed:1")
	if err != nil {
		t.Fatal(err)
	}
	part, err := loader.Prepare(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	update(func(tx *database.Tx) error { return loader.Write(tx, part) })
	update(func(tx *database.Tx) error {
		blocks, err := store.Blocks(tx, rolls.Scope{})
		if err != nil {
			return err
		}
		if _, err := store.Consolidate(tx, blocks[0].Code); err != nil {
			return err
		}
		some, err := store.All(tx, blocks[0].Code)
		if err != nil {
			return err
		}
		if _, err := store.Remove(tx, some[3].ID, some[3].Version, rolls.Died, "feed:2"); err != nil {
			return err
		}
		_, err = supplement.Issue(tx, store, blocks[0].Code, "officer")
		return err
	})
	return rolls.NewStore(keys, func() time.Time { return day })
}

// tree is all files below a folder but the journal, whose lines come in no order.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == journalName {
			return err
		}
		_, sum, err := digest(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = sum
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, sum := range want {
		if got[name] != sum {
			t.Errorf("%s is otherwise, or missing", name)
		}
	}
	for name := range got {
		if want[name] == "" {
			t.Errorf("%s is left over", name)
		}
	}
}

// TestKilled: runs that are killed again and again, with a file spoilt and one taken away
// between, end with what a run that nobody disturbed makes.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	keys := vault.New(day)
	if err := os.WriteFile(filepath.Join(dir, "keys"), keys.Reveal(), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(t.Context(), filepath.Join(dir, "roll.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	store := fill(t, db, keys, 6000)
	whole, err := Run(t.Context(), config(db, store, filepath.Join(dir, "whole")))
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(3, 1))
	for range 4 {
		killed(t, dir, chance.IntN(whole.Of/2))
	}
	out := filepath.Join(dir, "killed")
	pdfs, _ := filepath.Glob(filepath.Join(out, "*", "*.pdf"))
	if len(pdfs) < 2 {
		t.Fatalf("%d files before the last run", len(pdfs))
	}
	if err := errors.Join(os.Remove(pdfs[0]), os.Truncate(pdfs[1], 1000)); err != nil {
		t.Fatal(err)
	}
	journal, err := os.OpenFile(filepath.Join(out, journalName), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(journal, `{"block":1,"sta`) // a torn line
	journal.Close()
	last, err := Run(t.Context(), config(db, store, out))
	if err != nil {
		t.Fatal(err)
	}
	if last.Kept == 0 || last.Kept == last.Of || last.SHA256 != whole.SHA256 {
		t.Errorf("%d of %d kept, manifest %s, want %s", last.Kept, last.Of, last.SHA256, whole.SHA256)
	}
	same(t, tree(t, out), tree(t, filepath.Join(dir, "whole")))
	again, err := Run(t.Context(), config(db, store, out))
	if err != nil || again.Kept != again.Of || again.SHA256 != whole.SHA256 {
		t.Errorf("once more: %d of %d kept, %v", again.Kept, again.Of, err)
	}
	other := config(db, store, out)
	other.Purpose = print.Display
	if _, err := Run(t.Context(), other); !errors.Is(err, ErrOther) {
		t.Errorf("another kind of print into the same folder: %v", err)
	}
}

// killed runs a child and kills it when it has printed so many blocks.
func killed(t *testing.T, dir string, blocks int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan() && n < blocks; n++ {
	}
	cmd.Process.Kill()
	cmd.Wait()
	if complaints.Len() > 0 {
		t.Fatalf("the child: %s", complaints.Bytes())
	}
}

// TestIndex: index, manifest and bundles name every voter and every file once, with the
// hashes of what is there.
func TestIndex(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		store := fill(t, db, vault.New(day), 3000)
		cfg := config(db, store, t.TempDir())
		cfg.Photographs, cfg.Languages = false, nil
		seen := 0
		cfg.Progress = func(p Progress) { seen = max(seen, p.Blocks) }
		report, err := Run(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if report.Voters != 2999 || seen != report.Of || report.Of < 3 {
			t.Errorf("%d voters, %d of %d blocks", report.Voters, seen, report.Of)
		}
		file, err := os.ReadFile(report.Manifest)
		if err != nil {
			t.Fatal(err)
		}
		var m Manifest
		if err := json.Unmarshal(file, &m); err != nil {
			t.Fatal(err)
		}
		voters, files := 0, map[string]File{}
		for _, p := range m.Printed {
			for _, f := range p.Files {
				voters += f.Voters
				files[f.Path] = f
			}
			if !intact(cfg.Out, p.Files) {
				t.Errorf("block %v is not as its manifest says", p.Block)
			}
		}
		if voters != 2999 || len(files) != report.Files {
			t.Errorf("files of %d voters, %d files, %d in the report", voters, len(files), report.Files)
		}
		rows, err := csv.NewReader(bytes.NewReader(must(os.ReadFile(filepath.Join(cfg.Out, "index.csv"))))).ReadAll()
		if err != nil || len(rows) != len(files)+1 {
			t.Errorf("%d rows, %v", len(rows), err)
		}
		for _, b := range m.Bundles {
			z, err := zip.OpenReader(filepath.Join(cfg.Out, b.Path))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range z.File {
				content, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				data, err := io.ReadAll(content) // checks the CRC
				if err != nil || f.Name != "index.csv" && int64(len(data)) != files[f.Name].Size || f.Method != zip.Store {
					t.Errorf("%s: %v", f.Name, err)
				}
				if f.Name != "index.csv" && !strings.HasPrefix(f.Name, strings.TrimSuffix(filepath.Base(b.Path), ".zip")+"/") {
					t.Errorf("%s lies in %s", f.Name, b.Path)
				}
				delete(files, f.Name)
			}
			z.Close()
		}
		if len(files) > 0 {
			t.Errorf("%d files are in no bundle", len(files))
		}
	})
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// TestOnlySupplements: what was issued is printed of the blocks that have any, and a
// change of the roll has a block printed anew.
func TestOnlySupplements(t *testing.T) {
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "roll.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	store := fill(t, db, vault.New(day), 1500)
	cfg := config(db, store, t.TempDir())
	cfg.Only = true
	report, err := Run(t.Context(), cfg)
	if err != nil || report.Files != 2 {
		t.Errorf("%d files, %v", report.Files, err)
	}
	cfg = config(db, store, t.TempDir())
	cfg.Photographs = false
	first, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	var block geography.BlockCode
	err = db.Update(t.Context(), func(tx *database.Tx) error {
		blocks, err := store.Blocks(tx, rolls.Scope{})
		if err != nil {
			return err
		}
		block = blocks[1].Code
		some, err := store.All(tx, block)
		if err != nil {
			return err
		}
		_, err = store.Remove(tx, some[0].ID, some[0].Version, rolls.Died, "feed:3")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	second, err := Run(t.Context(), cfg)
	if err != nil || second.Kept != first.Of-1 || second.Voters != first.Voters-1 {
		t.Errorf("%d of %d kept, %d voters, %v", second.Kept, second.Of, second.Voters, err)
	}
}
