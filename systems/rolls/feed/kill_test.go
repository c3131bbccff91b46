package feed

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/verify"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/officetest"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
	"intikhab/systems/rolls/people"
	"intikhab/systems/rolls/phase"
	"intikhab/test/databases"
)

const killVariable = "INTIKHAB_TEST_FEED_CHILD"

func TestMain(m *testing.M) {
	text := os.Getenv(killVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { // it does not outlive the test, however that ends
		io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	var p play
	err := json.Unmarshal([]byte(text), &p)
	if err == nil {
		err = p.run(ctx)
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		os.Exit(1)
	}
}

// A play is what a child needs to know.
type play struct {
	Where, Dir, Keys, Verifier string
	Who                        office.Acting
}

func (p *play) service(db *database.DB) (*Service, error) {
	keys, err := vault.Parse([]byte(p.Keys))
	if err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(p.Verifier)
	if err != nil {
		return nil, err
	}
	now := func() time.Time { return officetest.Begin.Add(time.Hour) }
	book := office.NewBook(keys, now)
	return New(Config{DB: db, Keys: keys, Rolls: rolls.NewStore(keys, now), Phases: phase.NewStore(book), Book: book, Authorities: []note.Verifier{v}, Now: now,
		FillLeast: 1000, Bytes: 20 << 10, Together: 3}), nil
}

// run does what is to be done next, until all is done: two batches come in and are
// applied, the second is taken back, comes again and is applied again.
func (p *play) run(ctx context.Context) error {
	db, err := database.Open(ctx, p.Where)
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := p.service(db)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for step := 0; ctx.Err() == nil; step++ {
		more, err := p.next(ctx, s)
		if err != nil {
			return err
		}
		if !more {
			fmt.Println("done")
			return nil
		}
	}
	return ctx.Err()
}

func (p *play) next(ctx context.Context, s *Service) (more bool, err error) {
	var all []Batch
	if err := s.cfg.DB.View(ctx, func(tx *database.Tx) (err error) { all, err = s.Batches(tx, 0, 10); return err }); err != nil {
		return false, err
	}
	slices.Reverse(all)
	for i, b := range all {
		order := func(f func(tx *database.Tx, id ID, by office.Acting, reason string) error) error {
			return s.cfg.DB.Update(ctx, func(tx *database.Tx) error { return f(tx, b.ID, p.Who, "killed") })
		}
		switch {
		case b.State == Applying || b.State == Reversing:
			_, err = s.Run(ctx, b.ID, nil)
			return true, err
		case b.State == Previewed:
			return true, order(s.Apply)
		case b.State == Applied && i == 1 && len(all) == 2:
			return true, order(s.Reverse)
		}
	}
	file := "first"
	switch live := len(all); {
	case live == 3 && all[2].State == Applied:
		return false, nil
	case live > 1 || live == 1 && all[0].State != Receiving:
		file = "second"
	}
	manifest, err := os.ReadFile(filepath.Join(p.Dir, file+".note"))
	if err == nil {
		_, err = s.Receive(ctx, Delivery{File: filepath.Join(p.Dir, file+".csv"), Manifest: manifest, By: p.Who})
	}
	return true, err
}

// stage makes the commission, the roll's blocks and two batches.
func stage(t *testing.T, where, dir string, pop *people.Population) *play {
	t.Helper()
	db := databases.Open(t, where)
	c := officetest.Open(t, db)
	for _, migrate := range []func(context.Context, *database.DB) error{rolls.Migrate, phase.Migrate, Migrate} {
		if err := migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	key, err := checkpoint.GenerateKey("authority.example")
	if err != nil {
		t.Fatal(err)
	}
	p := &play{Where: where, Dir: dir, Keys: string(c.Keys.Reveal()), Verifier: key.Verifier(), Who: c.Appoint(t, office.SecretariatOfficer, "secretariat")}
	store := rolls.NewStore(c.Keys, c.Now)
	c.Update(t, func(tx *database.Tx) error { return store.PutBlocks(tx, pop.Areas()) })
	half := pop.Len() * 3 / 4
	first, second := &bytes.Buffer{}, &bytes.Buffer{}
	if _, err := pop.WriteFeed(first, 0, half); err != nil {
		t.Fatal(err)
	}
	if _, _, err := pop.WriteMoves(second, 300); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.SplitSeq(second.String(), "\n") {
		if fields := strings.Split(line, ","); len(fields) > 2 {
			seen[fields[2]] = true
		}
	}
	more := &bytes.Buffer{}
	if _, err := pop.WriteFeed(more, half-200, pop.Len()); err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(more.String(), "\n") {
		if fields := strings.Split(line, ","); i > 0 && len(fields) > 2 && !seen[fields[2]] {
			second.WriteString(line + "\n")
		}
	}
	deaths := strings.Split(first.String(), "\n")
	for i := 5; i < half; i += 97 {
		if fields := strings.Split(deaths[i], ","); !seen[fields[2]] && i < half-300 {
			second.WriteString("death" + strings.TrimPrefix(deaths[i], "new") + "\n")
		}
	}
	previous := ""
	for i, b := range []*bytes.Buffer{first, second} {
		name := filepath.Join(dir, []string{"first", "second"}[i])
		if err := os.WriteFile(name+".csv", b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := batchfile.Describe(t.Context(), name+".csv", nil)
		if err != nil {
			t.Fatal(err)
		}
		m.Authority, m.Batch, m.Sequence, m.Previous, m.Made = "authority.example", fmt.Sprint(i), int64(i+1), previous, officetest.Begin
		signed, err := m.Sign(key.Signer())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name+".note", signed, 0o600); err != nil {
			t.Fatal(err)
		}
		previous = m.SHA256
	}
	return p
}

// child runs until it is done or, after a while, killed.
func (p *play) child(t *testing.T, life time.Duration) (done bool) {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var timer *time.Timer
	for lines.Scan() {
		switch lines.Text() {
		case "ready":
			timer = time.AfterFunc(life, func() { cmd.Process.Kill() })
		case "done":
			done = true
		}
	}
	err = cmd.Wait()
	if timer != nil {
		timer.Stop()
	}
	var exit *exec.ExitError
	if !done && (!errors.As(err, &exit) || exit.ExitCode() != -1) {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return done
}

// roll is everything that the roll has, without the numbers of entries.
func (p *play) roll(t *testing.T, db *database.DB, pop *people.Population) string {
	t.Helper()
	s, err := p.service(db)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	err = db.View(t.Context(), func(tx *database.Tx) error {
		text.Reset()
		for _, b := range pop.Areas() {
			err := s.cfg.Rolls.Of(tx, b.Code, func(e rolls.Entry) error {
				at := e.Particulars
				fmt.Fprintf(&text, "%v %v %d %d %s %s %d %s\n", e.Block, e.List, e.Serial, e.Household, at.CNIC.Reveal(), e.Cause, e.Version, at.Permanent.En)
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// TestKilled is the bar: kill -9 at random instants while batches come in, are applied
// and taken back, on both databases. In the end the roll is the one of a run that nobody
// killed, the audit trail tells of every row once, and it verifies against the ledger.
func TestKilled(t *testing.T) {
	rounds := 6
	if n, err := strconv.Atoi(os.Getenv("INTIKHAB_CRASH_ROUNDS")); err == nil {
		rounds = n
	}
	pop, err := people.New(people.Config{Voters: 4000, Seed: 11, Districts: []string{"Kasur"}})
	if err != nil {
		t.Fatal(err)
	}
	databases.EachWhere(t, func(t *testing.T, where string) {
		p := stage(t, where, t.TempDir(), pop)
		calm := stage(t, databases.SQLite(t), t.TempDir(), pop)
		if !calm.child(t, time.Hour) {
			t.Fatal("a run that nobody kills does not end")
		}
		done := false
		for round := 0; round < rounds && !done; round++ {
			done = p.child(t, time.Duration(20+rand.IntN(300*(round+1)))*time.Millisecond)
			p.consistent(t, pop)
			t.Logf("killed: %s", p.states(t))
		}
		if !done && !p.child(t, time.Hour) {
			t.Fatal("it does not end")
		}
		p.consistent(t, pop)
		calmDB, db := databases.Open(t, calm.Where), databases.Open(t, p.Where)
		if a, b := strings.Split(calm.roll(t, calmDB, pop), "\n"), strings.Split(p.roll(t, db, pop), "\n"); !slices.Equal(a, b) {
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Errorf("the killed run's roll differs: %d lines and %d, first\n%s\n%s", len(a), len(b), a[i], b[i])
					break
				}
			}
			t.Error(len(a), len(b))
		}
		p.verify(t, db)
	})
}

// consistent holds the trail against the roll: who was added by a batch and is there, or
// was taken away again, is counted in the rows of the trail, no more and no fewer.
func (p *play) consistent(t *testing.T, pop *people.Population) {
	t.Helper()
	db, err := database.Open(t.Context(), p.Where)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	want, there := map[string]int{}, map[string]int{}
	for before := int64(0); ; {
		page, err := audit.Search(t.Context(), db, audit.Query{Act: "feed.", Limit: 1000, Before: before})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rows {
			for _, c := range r.Changes {
				if c.After == nil || c.Field != "added" && c.Field != "unloaded" {
					continue
				}
				n, err := strconv.Atoi(*c.After)
				if err != nil {
					t.Fatal(err)
				}
				if c.Field == "unloaded" {
					n = -n
				}
				want[r.On] += n
			}
		}
		if before = page.Next; before == 0 {
			break
		}
	}
	err = db.View(t.Context(), func(tx *database.Tx) error {
		clear(there)
		return tx.Scan(`SELECT v.cause, COALESCE((SELECT c.was FROM rolls_change c WHERE c.voter = v.id AND c.version = 1), '') FROM rolls_voter v`, nil, func(r *database.Row) error {
			cause := r.Text(0)
			if first := r.Text(1); first != "" {
				cause = first
			}
			there[cause]++
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for cause, n := range want {
		if there[cause] != n {
			t.Errorf("%s: the trail tells of %d who are there, and the roll has %d", cause, n, there[cause])
		}
	}
	for cause, n := range there {
		if want[cause] != n {
			t.Errorf("%s: the roll has %d, and the trail tells of %d", cause, n, want[cause])
		}
	}
}

// states tells how the batches stand, for the log.
func (p *play) states(t *testing.T) (text string) {
	t.Helper()
	db, err := database.Open(t.Context(), p.Where)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(t.Context(), func(tx *database.Tx) error {
		text = ""
		s, err := p.service(db)
		if err != nil {
			return err
		}
		all, err := s.Batches(tx, 0, 10)
		for _, b := range all {
			text += fmt.Sprintf("batch %v %s, %d of %d, %v; ", b.ID, b.State, b.Reached, b.Until, b.Done)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// verify seals the trail into a ledger, and holds one against the other.
func (p *play) verify(t *testing.T, db *database.DB) {
	t.Helper()
	key, err := checkpoint.GenerateKey("ledger.example.org/feed")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "ledger")
	l, err := ledger.Open(t.Context(), dir, ledger.Options{Key: key, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := audit.NewSealer(db, l, audit.SealerOptions{}).Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	report, err := audit.Verify(t.Context(), db, dir, verify.Options{Keys: []note.Verifier{v}})
	if err != nil || !report.OK() || report.Rows == 0 {
		t.Errorf("the trail: %+v %v", report, err)
	}
}
