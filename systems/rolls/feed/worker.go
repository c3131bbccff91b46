package feed

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"log/slog"
	"strconv"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
)

// stale is how long a batch on which somebody works may stand still before another
// process goes on with it: a transaction of a run takes a second or two.
const stale = 2 * time.Minute

// A Worker does what officers have ordered on pages: it runs batches that are being
// applied or taken back. Every process of a cluster may have one.
type Worker struct {
	s     *Service
	log   *slog.Logger
	every time.Duration
	nudge chan struct{}
}

// NewWorker makes a worker; Run starts it.
func NewWorker(s *Service, log *slog.Logger) *Worker {
	if log == nil {
		log = slog.Default()
	}
	return &Worker{s, log, 30 * time.Second, make(chan struct{}, 1)}
}

// Nudge says that something was ordered. It never waits.
func (w *Worker) Nudge() {
	select {
	case w.nudge <- struct{}{}:
	default:
	}
}

// Run works until ctx ends. What it was doing then goes on where it stopped, in the next
// process.
func (w *Worker) Run(ctx context.Context) {
	tick := time.NewTicker(w.every)
	defer tick.Stop()
	for {
		if err := w.once(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("a batch of the identity authority stands still", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-w.nudge:
		case <-tick.C:
		}
	}
}

// once runs every batch on which nobody works.
func (w *Worker) once(ctx context.Context) error {
	var ids []ID
	err := w.s.cfg.DB.View(ctx, func(tx *database.Tx) error {
		ids = nil
		before := database.Time{Time: w.s.cfg.Now().Add(-stale)}
		return tx.Scan(`SELECT id FROM feed_batch WHERE state IN ('applying', 'reversing') AND (run = '' OR changed < ?) ORDER BY id`, []any{before}, func(r *database.Row) error {
			ids = append(ids, ID(r.Int64(0)))
			return nil
		})
	})
	for _, id := range ids {
		b, one := w.s.Run(ctx, id, nil)
		switch {
		case errors.Is(one, ErrTaken):
		case one != nil:
			err = errors.Join(err, one)
		default:
			w.log.Info("batch of the identity authority", "batch", int64(id), "state", string(b.State))
		}
	}
	return err
}

// WriteRejects writes the rows that were not taken as CSV: line, code, reason, row. They
// are personal: the row of the trail that says who saw them, and why, is written before.
// Whoever keeps them in a file makes it readable by its owner only.
func (s *Service) WriteRejects(ctx context.Context, id ID, by office.Acting, reason string, out io.Writer) error {
	if reason == "" {
		return ErrReason
	}
	err := s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		b, err := s.act(tx, id, by, ActRejects, reason)
		if err != nil {
			return err
		}
		return audit.Seen(tx, s.cfg.Now(), b.entry(ActRejects))
	})
	if err != nil {
		return err
	}
	w := csv.NewWriter(out)
	if err := w.Write([]string{"line", "code", "reason", "row"}); err != nil {
		return err
	}
	for after, more := int64(0), true; more; {
		err := s.cfg.DB.View(ctx, func(tx *database.Tx) error {
			all, next, err := s.Rejects(tx, id, after)
			for _, p := range all {
				if err := w.Write([]string{strconv.FormatInt(p.Line, 10), p.Code, p.Reason, p.Row}); err != nil {
					return err
				}
			}
			after, more = next, next != 0
			return err
		})
		if err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
