package bus_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/test/databases"
	"intikhab/test/player"
)

// TestOutbox: a message is sent if the act is committed, and never otherwise.
func TestOutbox(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		b := open(t, bus.Options{})
		o, err := b.Outbox(db)
		must(t, err)
		var got sync.Map
		must(t, b.Work("notice", quick, func(_ context.Context, m bus.Message) error {
			got.Store(m.Key, m)
			return nil
		}))
		var events heard
		must(t, b.Listen("roll.new", events.hear))

		ctx := t.Context()
		refused := errors.New("the act is refused")
		err = db.Update(ctx, func(tx *database.Tx) error {
			must(t, o.Put(tx, "notice", "rolled-back", []byte("x")))
			return refused
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		for _, body := range []string{"first", "second"} { // of the same key the first counts
			must(t, db.Update(ctx, func(tx *database.Tx) error {
				if err := o.Put(tx, "notice", "k", []byte(body)); err != nil {
					return err
				}
				return o.Tell(tx, "roll.new", "k", []byte(body))
			}))
		}
		later := time.Now().Add(time.Second)
		must(t, db.Update(ctx, func(tx *database.Tx) error { return o.Put(tx, "notice", "later", nil, bus.NotBefore(later)) }))
		eventually(t, "the last is delivered", func() bool { _, ok := got.Load("later"); return ok })
		if time.Now().Before(later) {
			t.Error("too early")
		}
		v, ok := got.Load("k")
		if m, _ := v.(bus.Message); !ok || string(m.Body) != "first" {
			t.Errorf("%+v", v)
		}
		if _, ok := got.Load("rolled-back"); ok {
			t.Error("a message of an act that never was")
		}
		eventually(t, "the event is heard", func() bool { return events.String() == "[roll.new=first]" })
		eventually(t, "nothing waits", func() bool {
			l, err := o.Backlog(ctx)
			must(t, err)
			return l == bus.Backlog{}
		})
		for _, wrong := range []func(*database.Tx) error{
			func(tx *database.Tx) error { return o.Put(tx, "No Queue", "k", nil) },
			func(tx *database.Tx) error { return o.Put(tx, "notice", "", nil) },
			func(tx *database.Tx) error { return o.Put(tx, "notice", "k2", make([]byte, bus.MostBody+1)) },
			func(tx *database.Tx) error { return o.Tell(tx, ">", "k", nil) },
		} {
			if db.Update(ctx, wrong) == nil {
				t.Error("no error")
			}
		}
	})
}

// TestOutboxOrder: messages go out in the order in which they were put, also those
// that a command put while nothing relayed; and no body stays behind.
func TestOutboxOrder(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		db := databases.Open(t, where)
		ctx := t.Context()
		command, err := bus.NewOutbox(ctx, db)
		must(t, err)
		const n = 700 // more than a batch
		must(t, db.Update(ctx, func(tx *database.Tx) error {
			for i := range n {
				if err := command.Put(tx, "ordered", fmt.Sprint(i), fmt.Append(nil, "secret body ", i)); err != nil {
					return err
				}
			}
			return nil
		}))
		l, err := command.Backlog(ctx)
		if err != nil || l.Waiting != n || l.Oldest.IsZero() || time.Since(l.Oldest) > patience {
			t.Errorf("%+v, %v", l, err)
		}
		b := open(t, bus.Options{})
		_, err = b.Outbox(db)
		must(t, err)
		var mu sync.Mutex
		var keys []string
		must(t, b.Work("ordered", bus.WorkOptions{Ordered: true}, func(_ context.Context, m bus.Message) error {
			mu.Lock()
			defer mu.Unlock()
			keys = append(keys, m.Key)
			return nil
		}))
		eventually(t, "all are worked", func() bool { mu.Lock(); defer mu.Unlock(); return len(keys) >= n })
		for i, key := range keys {
			if key != fmt.Sprint(i) {
				t.Fatalf("message %d is %s", i, key)
			}
		}
		eventually(t, "all are marked", func() bool {
			l, err := command.Backlog(ctx)
			must(t, err)
			return l.Waiting == 0
		})
		var left int
		must(t, db.View(ctx, func(tx *database.Tx) error {
			return tx.QueryRow(`SELECT COUNT(*) FROM bus_outbox WHERE length(body) > 0`).Scan(&left)
		}))
		if left != 0 {
			t.Errorf("%d bodies stayed", left)
		}
	})
}

// TestTwoRelays: nodes that share a database and a bus may all relay.
func TestTwoRelays(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		b := open(t, bus.Options{})
		var mu sync.Mutex
		times := map[string]int{}
		must(t, b.Work("shared", quick, func(_ context.Context, m bus.Message) error {
			mu.Lock()
			defer mu.Unlock()
			times[m.Key]++
			return nil
		}))
		var group sync.WaitGroup
		for node := range 3 {
			db := databases.Open(t, where)
			o, err := b.Outbox(db)
			must(t, err)
			group.Go(func() {
				for i := range 40 {
					err := db.Update(t.Context(), func(tx *database.Tx) error {
						return o.Put(tx, "shared", fmt.Sprintf("%d-%d", node, i), nil)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		eventually(t, "all are worked", func() bool { mu.Lock(); defer mu.Unlock(); return len(times) == 120 })
		must(t, b.Close())
		for key, n := range times {
			if n != 1 {
				t.Errorf("%s was worked %d times", key, n)
			}
		}
	})
}

func TestOnce(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		ctx := t.Context()
		_, err := bus.NewOutbox(ctx, db)
		must(t, err)
		once := func(queue, key string, end error) (already bool) {
			err := db.Update(ctx, func(tx *database.Tx) (err error) {
				if already, err = bus.Once(tx, queue, key); err != nil {
					return err
				}
				return end
			})
			if !errors.Is(err, end) {
				t.Fatal(err)
			}
			return already
		}
		failed := errors.New("the work failed")
		for i, step := range []struct {
			queue, key string
			end        error
			already    bool
		}{{"q", "k", failed, false}, {"q", "k", nil, false}, {"q", "k", nil, true}, {"q", "k2", nil, false}, {"q2", "k", nil, false}, {"q", "k", nil, true}} {
			if got := once(step.queue, step.key, step.end); got != step.already {
				t.Errorf("step %d: already = %v", i, got)
			}
		}
		// Two nodes with the same message at the same moment: one has done it.
		var firsts atomic.Int32
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if !once("q", "at-once", nil) {
					firsts.Add(1)
				}
			})
		}
		group.Wait()
		if firsts.Load() != 1 {
			t.Errorf("done %d times", firsts.Load())
		}
	})
}

// playOffice does acts, each with its message, and works the messages, each with its
// effect once.
func playOffice(ctx context.Context, s *player.Stage) error {
	db, err := database.Open(ctx, os.Getenv("INTIKHAB_TEST_BUS_WHERE"))
	if err != nil {
		return err
	}
	b, err := bus.Open(ctx, bus.Options{Dir: os.Getenv("INTIKHAB_TEST_BUS_DIR"), Node: "office"})
	if err != nil {
		return err
	}
	o, err := b.Outbox(db)
	if err != nil {
		return err
	}
	work := bus.WorkOptions{Lease: 2 * time.Second, Attempts: 1000, Backoff: []time.Duration{10 * time.Millisecond}}
	err = b.Work("effects", work, func(ctx context.Context, m bus.Message) error {
		return db.Update(ctx, func(tx *database.Tx) error {
			already, err := bus.Once(tx, m.Queue, m.Key)
			if already || err != nil {
				return err
			}
			_, err = tx.Exec(`UPDATE act SET effects = effects + 1 WHERE id = ?`, m.Key)
			return err
		})
	})
	if err != nil {
		return err
	}
	for n := 0; ctx.Err() == nil; n++ {
		select {
		case <-s.Words(): // stop
			s.Say("quiet")
			<-ctx.Done()
			return b.Close()
		default:
		}
		key := fmt.Sprintf("%d-%d", os.Getpid(), n)
		err := db.Update(ctx, func(tx *database.Tx) error {
			if _, err := tx.Exec(`INSERT INTO act (id, effects) VALUES (?, 0)`, key); err != nil {
				return err
			}
			return o.Put(tx, "effects", key, []byte(key))
		})
		if err != nil {
			return err
		}
		s.Say("committed", key)
	}
	return nil
}

// TestOutboxKilled: the process that acts, relays and works is killed at random
// instants. In the end every act that was committed is there and has had its effect
// exactly once.
func TestOutboxKilled(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		db := databases.Open(t, where)
		must(t, db.Update(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec(`CREATE TABLE act (id TEXT NOT NULL PRIMARY KEY, effects BIGINT NOT NULL)`)
			return err
		}))
		dir := t.TempDir()
		var said player.Tally
		start := func() *player.Player {
			return player.Start(t, "office", said.Hear, "INTIKHAB_TEST_BUS_DIR="+dir, "INTIKHAB_TEST_BUS_WHERE="+where)
		}
		for range 8 {
			p := start()
			before := said.Count("committed")
			eventually(t, "it acts", func() bool { return said.Count("committed") > before+5 })
			time.Sleep(rand.N(120 * time.Millisecond))
			p.Kill()
		}
		p := start()
		p.Tell("stop")
		effects := func() (all map[string]int, wrong []string) {
			all = map[string]int{}
			must(t, db.View(t.Context(), func(tx *database.Tx) error {
				rows, err := tx.Query(`SELECT id, effects FROM act`)
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var id string
					var n int
					if err := rows.Scan(&id, &n); err != nil {
						return err
					}
					if all[id] = n; n != 1 {
						wrong = append(wrong, fmt.Sprint(id, " has ", n))
					}
				}
				return rows.Err()
			}))
			return all, wrong
		}
		var wrong []string
		eventually(t, "every act has had its effect", func() bool { _, wrong = effects(); return said.Count("quiet") == 1 && len(wrong) == 0 })
		p.Finish()
		all, wrong := effects()
		if len(wrong) > 0 {
			t.Error(strings.Join(wrong, ", "))
		}
		for key := range all {
			said.Hear("there", key)
		}
		if lost := said.Missing("committed", "there"); len(lost) > 0 {
			t.Errorf("acts were committed and are not there: %v", lost)
		}
		t.Logf("%d acts committed, %d heard of, each with its effect", len(all), said.Count("committed"))
	})
}
