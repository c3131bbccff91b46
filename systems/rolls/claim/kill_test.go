package claim

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/systems/rolls/phase"
	"intikhab/test/databases"
)

// The process that is killed is this test binary, run again.
const killVariable = "INTIKHAB_TEST_CLAIM_KILL" // database, keyring, officer and time, a line each

func TestMain(m *testing.M) {
	part := os.Getenv(killVariable)
	if part == "" {
		os.Exit(m.Run())
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { // it does not outlive the test, however that ends
		io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	if err := decideAll(ctx, strings.Split(part, "\n")); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// decideAll decides every claim that waits, two at a time, and says each afterwards.
func decideAll(ctx context.Context, part []string) error {
	db, err := database.Open(ctx, part[0])
	if err != nil {
		return err
	}
	text, err := os.ReadFile(part[1])
	if err != nil {
		return err
	}
	keys, err := vault.Parse(text)
	if err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, part[3])
	if err != nil {
		return err
	}
	now := func() time.Time { return at }
	outbox, err := bus.NewOutbox(ctx, db)
	if err != nil {
		return err
	}
	notices, err := notice.New(notice.Config{DB: db, Outbox: outbox, Keys: keys, Now: now}, Told()...)
	if err != nil {
		return err
	}
	s := NewStore(Config{Rolls: rolls.NewStore(keys, now), Phases: &calendar{is: phase.Continuous}, Book: office.NewBook(keys, now), Keys: keys, Notices: notices, Now: now})
	var waiting []Claim
	err = db.View(ctx, func(tx *database.Tx) (err error) {
		waiting, err = s.all(tx, `WHERE state IN ('received', 'heard') ORDER BY number`)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Println("ready -")
	var group sync.WaitGroup
	var mute sync.Mutex
	for worker := range 2 {
		group.Go(func() {
			for i := worker; i < len(waiting) && ctx.Err() == nil; i += 2 {
				c := waiting[i]
				err := db.Update(ctx, func(tx *database.Tx) error {
					e, found, err := s.Entry(tx, &c)
					if err != nil {
						return err
					}
					looked := int64(0)
					if found {
						looked = e.Version
					}
					return s.Decide(tx, office.Acting{Officer: office.OfficerID(part[2])}, c.Number, c.Version, looked, Decision{Outcome: Allowed, Reasons: "the card was seen"})
				})
				mute.Lock()
				if err == nil {
					fmt.Println("decided", c.Number)
				} else if ctx.Err() == nil {
					fmt.Fprintln(os.Stderr, err)
				}
				mute.Unlock()
			}
		})
	}
	group.Wait()
	return ctx.Err()
}

// TestKilled kills the process while it decides: what it said it decided is decided, and
// of each claim everything is there (state, history, roll, trail, notice) or nothing.
func TestKilled(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		w := open(t, databases.Open(t, where))
		keyring := filepath.Join(t.TempDir(), "keyring")
		if err := os.WriteFile(keyring, w.Keys.Reveal(), 0o600); err != nil {
			t.Fatal(err)
		}
		about := map[receipt.Number]int{}
		for range 60 {
			n := w.next()
			form := []Form{Form21, Form22, Form23}[n%3]
			about[w.take1(office.Acting{}, w.filing(form, n)).Number] = n
		}
		for n := range about {
			if n.Form() == 22 {
				w.do(func(tx *database.Tx) error { return w.step(tx, w.claimIn(tx, n), List, "") })
			}
		}
		w.Pass(5 * 24 * time.Hour)
		for n := range about {
			if n.Form() == 22 {
				w.do(func(tx *database.Tx) error { return w.step(tx, w.claimIn(tx, n), Hear, "") })
			}
		}
		said := map[receipt.Number]bool{}
		kills := 0
		for round := 0; round < 40 && len(said) < len(about); round++ {
			if w.killOnce(where, keyring, said) {
				kills++
			}
			done := 0
			for n, person := range about {
				if w.whole(n, person) {
					done++
					said[n] = true // committed, and killed before it said so
				} else if said[n] {
					t.Errorf("%s was decided, and is not", n)
				}
			}
			t.Logf("round %d: %d decided", round, done)
		}
		if len(said) != len(about) || kills == 0 {
			t.Errorf("%d of %d decided, %d kills", len(said), len(about), kills)
		}
	})
}

func (w *world) claimIn(tx *database.Tx, n receipt.Number) Claim {
	c, err := w.get(tx, n)
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// killOnce runs the process and kills it soon after some decisions; false if it was
// done before.
func (w *world) killOnce(where, keyring string, said map[receipt.Number]bool) bool {
	w.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killVariable+"="+strings.Join([]string{where, keyring, string(w.ro.Officer), w.Commission.Now().Format(time.RFC3339)}, "\n"))
	cmd.Stderr = os.Stderr
	hold, err := cmd.StdinPipe()
	if err != nil {
		w.Fatal(err)
	}
	defer hold.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		w.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.Fatal(err)
	}
	lines, after := bufio.NewReader(out), 1+rand.IntN(8)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // an unfinished line was not said
		}
		if word, n, _ := strings.Cut(strings.TrimSpace(line), " "); word == "decided" {
			said[receipt.Number(n)] = true
			if after--; after == 0 {
				go func() {
					<-time.After(rand.N(20 * time.Millisecond))
					cmd.Process.Kill()
				}()
			}
		}
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); errors.As(err, &exit) && exit.ExitCode() >= 0 {
		w.Fatalf("the process ended by itself: %v", err)
	}
	return after <= 0
}

// whole tells whether a claim is decided, and fails where it is so by half.
func (w *world) whole(n receipt.Number, person int) bool {
	w.Helper()
	c := w.claim(n)
	var told int
	var events []Event
	w.do(func(tx *database.Tx) (err error) {
		if events, err = w.events(tx, n); err != nil {
			return err
		}
		return tx.QueryRow(`SELECT count(*) FROM notice WHERE on_what = ? AND kind = 'claim.allowed'`, c.on()).Scan(&told)
	})
	trail, err := audit.Search(w.Context(), w.DB, audit.Query{Act: string(ActDecide), On: c.on()})
	if err != nil {
		w.Fatal(err)
	}
	decided := c.State == Decided
	changed := w.entry(person).Cause == c.Cause()
	acts := 0
	for _, r := range trail.Rows {
		if r.Act == string(ActDecide) {
			acts++
		}
	}
	if c.Form == Form22 {
		acts-- // it was heard
	}
	written := events[len(events)-1].Step == Decide
	if changed != decided || written != decided || (acts == 1) != decided || acts > 1 || (told == 1) != decided || told > 1 {
		w.Errorf("%s: %s, on the roll %t, in its history %t, rows of the trail %d, notices %d", n, c.State, changed, written, acts, told)
	}
	return decided
}
