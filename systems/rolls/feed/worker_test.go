package feed

import (
	"log/slog"
	"testing"
	"time"

	"intikhab/platform/database"
)

// TestWorker: what was ordered is done, what somebody works on is left to him, and what
// has stood still is gone on with.
func TestWorker(t *testing.T) {
	each(t, func(d *desk) {
		w := NewWorker(d.Service, slog.New(slog.DiscardHandler))
		state := func(id ID) (s State) {
			d.do(func(tx *database.Tx) error {
				b, err := d.Batch(tx, id)
				s = b.State
				return err
			})
			return s
		}
		once := func() {
			if err := w.once(t.Context()); err != nil {
				t.Error(err)
			}
		}
		b := d.receive(d.batch(row("new", 1)))
		once()
		if state(b.ID) != Previewed {
			t.Error("a batch was applied that nobody ordered")
		}
		d.do(func(tx *database.Tx) error { return d.Apply(tx, b.ID, d.who, "x") })
		d.do(func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE feed_batch SET run = 'somebody' WHERE id = ?`, int64(b.ID))
			return err
		})
		once()
		if state(b.ID) != Applying {
			t.Error("the worker took what somebody works on")
		}
		d.Pass(stale + time.Second)
		once()
		if state(b.ID) != Applied || d.list(one) != "M1 00001 Person 1" {
			t.Errorf("%s %s", state(b.ID), d.list(one))
		}
		d.do(func(tx *database.Tx) error { return d.Reverse(tx, b.ID, d.who, "x") })
		once()
		if state(b.ID) != Reversed || d.list(one) != "" {
			t.Errorf("%s %s", state(b.ID), d.list(one))
		}
	})
}
