package bus

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"intikhab/platform/database"
)

// TestRelayCutShort: a relay that ends between sending and marking sends again what it
// sent, and nobody gets it twice. A line that nobody can send holds up no other.
func TestRelayCutShort(t *testing.T) {
	ctx := t.Context()
	b, err := Open(ctx, Options{Dir: t.TempDir(), Node: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	db, err := database.Open(ctx, filepath.Join(t.TempDir(), "test.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o, err := NewOutbox(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(ctx, func(tx *database.Tx) error {
		if err := o.put(tx, "nonsense", "k", nil, time.Time{}); err != nil {
			return err
		}
		for i := range 10 {
			if err := o.Put(tx, "q", fmt.Sprint(i), nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	for range 3 { // and each time killed before the mark
		batch, err := o.oldest(ctx)
		if err != nil || len(batch) != 11 {
			t.Fatal(len(batch), err)
		}
		if sent, err := b.sendBatch(batch); len(sent) != 10 || err == nil {
			t.Fatalf("%d sent, %v", len(sent), err)
		}
	}
	if n, err := b.relayOnce(o); n != 10 || err == nil {
		t.Fatal(n, err)
	}
	if l, err := o.Backlog(ctx); err != nil || l.Waiting != 1 {
		t.Errorf("%+v, %v", l, err)
	}
	var mu sync.Mutex
	var keys []string
	last := make(chan struct{})
	err = b.Work("q", WorkOptions{Ordered: true}, func(_ context.Context, m Message) error {
		mu.Lock()
		defer mu.Unlock()
		if keys = append(keys, m.Key); m.Key == "9" {
			close(last)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	<-last
	b.Close()
	if got := fmt.Sprint(keys); got != "[0 1 2 3 4 5 6 7 8 9]" {
		t.Error(got)
	}
}

// TestTidy: lines go when their time is over, and no sooner.
func TestTidy(t *testing.T) {
	ctx := t.Context()
	db, err := database.Open(ctx, filepath.Join(t.TempDir(), "test.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o, err := NewOutbox(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		t.Helper()
		if err := db.View(ctx, func(tx *database.Tx) error { return tx.QueryRow(`SELECT COUNT(*) FROM bus_outbox`).Scan(&n) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, key := range []string{"sent", "waiting"} {
		if err := db.Update(ctx, func(tx *database.Tx) error { return o.Put(tx, "q", key, nil) }); err != nil {
			t.Fatal(err)
		}
	}
	batch, err := o.oldest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.mark(ctx, []string{batch[0].id}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		left  int
	}{{KeepSent - time.Hour, 2}, {KeepSent + time.Hour, 1}, {10 * KeepSent, 1}} {
		o.now = func() time.Time { return time.Now().Add(step.after) }
		if err := o.tidy(ctx); err != nil {
			t.Fatal(err)
		}
		if n := count(); n != step.left {
			t.Errorf("after %v %d lines are left, want %d", step.after, n, step.left)
		}
	}
}
