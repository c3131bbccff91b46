package crash

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/office/audit"
)

// The process that is killed is this test binary, run again with a part to play.
const (
	partVariable  = "INTIKHAB_TEST_CRASH_PART" // work, or settle: do no new acts
	whereVariable = "INTIKHAB_TEST_CRASH_DATABASE"
	dirVariable   = "INTIKHAB_TEST_CRASH_DIR"
)

func TestMain(m *testing.M) {
	part := os.Getenv(partVariable)
	if part == "" {
		os.Exit(m.Run())
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { // it does not outlive the test, however that ends
		io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	do := play
	if part == rollsWork || part == rollsSettle {
		do = playRolls
	}
	if err := do(ctx, part, os.Getenv(whereVariable), os.Getenv(dirVariable)); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, part, "failed:", err)
		os.Exit(1)
	}
}

var tables = fstest.MapFS{"0001_crash.sql": {Data: []byte(`
CREATE TABLE crash_act (id TEXT NOT NULL PRIMARY KEY);
CREATE TABLE crash_done (id TEXT NOT NULL PRIMARY KEY);
CREATE TABLE crash_account (name TEXT NOT NULL PRIMARY KEY, balance BIGINT NOT NULL);
INSERT INTO crash_account (name, balance) VALUES ('from', 0), ('to', 0);`)}}

var mute sync.Mutex

// say writes a line at once: what was said before a kill, was so.
func say(words ...any) {
	if os.Getenv(partVariable) == "" {
		return // the test itself, which knows
	}
	mute.Lock()
	defer mute.Unlock()
	fmt.Println(words...)
}

// system is what the service is made of, as far as it keeps anything.
type system struct {
	db     *database.DB
	outbox *bus.Outbox
	sealer *audit.Sealer
}

func play(ctx context.Context, part, where, dir string) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	if part == "work" { // whose server is killed under it: what it logs then is no news
		log = slog.New(slog.DiscardHandler)
	}
	db, err := openDatabase(ctx, where)
	if err != nil {
		return err
	}
	key, err := checkpoint.ReadKey(filepath.Join(dir, "ledger.key"))
	if err != nil {
		return err
	}
	l, err := ledger.Open(ctx, filepath.Join(dir, "ledger"), ledger.Options{Key: key, Log: log})
	if err != nil {
		return err
	}
	b, err := bus.Open(ctx, bus.Options{Dir: filepath.Join(dir, "bus"), Node: "crash", Log: log})
	if err != nil {
		return err
	}
	s := &system{db: db, sealer: audit.NewSealer(db, l, audit.SealerOptions{Log: log, Every: 50 * time.Millisecond})}
	if s.outbox, err = b.Outbox(db); err != nil {
		return err
	}
	again := bus.WorkOptions{Attempts: 1000, Backoff: []time.Duration{50 * time.Millisecond}, Lease: time.Second}
	if err := b.Work("crash", again, s.message); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group sync.WaitGroup
	group.Go(func() { s.sealer.Run(ctx) })
	if part == "work" {
		say("ready")
		for worker := range 4 {
			group.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					s.act(ctx, fmt.Sprintf("%d-%d-%d", os.Getpid(), worker, n)+fmt.Sprint("-", rand.Uint32()), n)
				}
			})
		}
	} else if err := s.settle(ctx); err != nil {
		return err
	} else {
		say("settled")
		cancel()
	}
	group.Wait()
	return errors.Join(b.Close(), l.Close(), db.Close())
}

// openDatabase waits for a server that is just coming up again.
func openDatabase(ctx context.Context, where string) (db *database.DB, err error) {
	for range 300 {
		if db, err = database.Open(ctx, where); err == nil {
			break
		}
		if !database.IsURL(where) {
			return nil, err
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, "crash", tables); err != nil {
		return nil, err
	}
	return db, audit.Migrate(ctx, db)
}

// act does one act of several parts, every fifth of which is refused.
func (s *system) act(ctx context.Context, id string, n int) {
	said := "acted"
	f := func(tx *database.Tx) error {
		if _, err := tx.Exec(`INSERT INTO crash_act (id) VALUES (?)`, id); err != nil {
			return err
		}
		for account, amount := range map[string]int{"from": -1, "to": 1} {
			if _, err := tx.Exec(`UPDATE crash_account SET balance = balance + ? WHERE name = ?`, amount, account); err != nil {
				return err
			}
		}
		e := audit.Entry{Officer: "officer", Office: "district", Act: "crash.act", On: "act:" + id, Reason: "load"}
		e.Change("step", nil, n)
		if err := audit.Write(tx, time.Now(), e); err != nil {
			return err
		}
		return s.outbox.Put(tx, "crash", id, []byte("do"))
	}
	if n%5 == 4 {
		said = "refused"
		f = func(tx *database.Tx) error {
			return audit.Write(tx, time.Now(), audit.Entry{Officer: "officer", Act: "crash.refused", On: "refused:" + id, Refused: true})
		}
	}
	switch err := s.db.Update(ctx, f); {
	case err == nil:
		s.sealer.Nudge()
		say(said, id)
	case errors.Is(err, database.ErrOutcomeUnknown):
		say("unknown", id)
	default: // nothing of it may be there
		say("failed", id)
		time.Sleep(10 * time.Millisecond)
	}
}

// message does what the act's message asks for, once.
func (s *system) message(ctx context.Context, m bus.Message) error {
	return s.db.Update(ctx, func(tx *database.Tx) error {
		already, err := bus.Once(tx, "crash", m.Key)
		if err != nil || already {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO crash_done (id) VALUES (?)`, m.Key); err != nil {
			return err
		}
		return audit.Write(tx, time.Now(), audit.Entry{Act: "crash.done", On: "done:" + m.Key})
	})
}

// settle waits until all messages have done their work and all rows are sealed.
func (s *system) settle(ctx context.Context) error {
	for ctx.Err() == nil {
		var acts, done, head int64
		err := s.db.View(ctx, func(tx *database.Tx) error {
			return tx.QueryRow(`SELECT (SELECT count(*) FROM crash_act), (SELECT count(*) FROM crash_done), (SELECT seq FROM audit_head)`).Scan(&acts, &done, &head)
		})
		if err != nil {
			return err
		}
		if acts == done && s.sealer.State().Sealed == head {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return ctx.Err()
}
