package frozen

import (
	"context"
	"errors"
	"os"
	"time"

	"intikhab/platform/database"
)

// kept is how many indexes of between the freezes are kept besides the newest. Frozen
// rolls are kept for ever.
const kept = 2

// Stale tells since when entries have changed that 8300 does not answer yet; ok is false
// if there are none. Of an office without any index it says so too.
func (k *Keeper) Stale(tx *database.Tx) (since time.Time, ok bool, err error) {
	newest, err := k.query(tx, `1 = 1 ORDER BY made DESC, id LIMIT 1`)
	if err != nil {
		return since, false, err
	}
	touched, err := k.cfg.Store.Touched(tx)
	if err != nil {
		return since, false, err
	}
	if len(newest) == 0 {
		return since, touched > 0, nil
	}
	if newest[0].touched == touched {
		return time.Time{}, false, nil
	}
	return newest[0].Made, true, nil
}

// Catch releases the newest roll where a crash came between its writing and its release.
func (k *Keeper) Catch(ctx context.Context) error {
	if err := k.seal(ctx); err != nil || k.cfg.Indexes == nil {
		return err
	}
	var newest []Roll
	err := k.cfg.DB.View(ctx, func(tx *database.Tx) (err error) {
		newest, err = k.query(tx, `1 = 1 ORDER BY made DESC, id LIMIT 1`)
		return err
	})
	if err != nil || len(newest) == 0 || !newest[0].Published.IsZero() {
		return err
	}
	return k.release(ctx, newest[0])
}

// Tidy removes the files of old indexes, and what a run that was killed has left.
func (k *Keeper) Tidy(ctx context.Context) error {
	k.once.Lock()
	defer k.once.Unlock()
	keep := make(map[string]bool)
	err := k.cfg.DB.View(ctx, func(tx *database.Tx) error {
		clear(keep)
		frozen, err := k.query(tx, `kind = ?`, string(Frozen))
		if err != nil {
			return err
		}
		indexes, err := k.All(tx, Index, kept+1)
		for _, r := range append(frozen, indexes...) {
			keep[r.File], keep[r.IndexFile] = true, true
		}
		return err
	})
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(k.cfg.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if !keep[e.Name()] {
			err = errors.Join(err, os.Remove(k.path(e.Name())))
		}
	}
	return err
}

// Run does what was approved, and keeps 8300 in step: with every night's hour, and within
// an hour of a decision, an index is built if anything has changed. It ends with ctx.
func (k *Keeper) Run(ctx context.Context, hour int, within time.Duration) {
	if err := k.Catch(ctx); err != nil && ctx.Err() == nil {
		k.cfg.Log.Error("the newest roll is not in use; it is tried again", "error", err)
	}
	if err := k.Tidy(ctx); err != nil && ctx.Err() == nil {
		k.cfg.Log.Error("what a killed run has left is still there; it is tried again with the next index", "error", err)
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	failed := time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := k.Work(ctx); err != nil && ctx.Err() == nil {
			k.cfg.Log.Error("what was approved for the roll is not done yet; it is tried again", "error", err)
		}
		if err := k.seal(ctx); err != nil && ctx.Err() == nil {
			k.cfg.Log.Error("a roll's root is not in the ledger yet; it is tried again", "error", err)
		}
		now := k.cfg.Store.Now()
		if k.cfg.Indexes == nil || now.Sub(failed) < retryAfter {
			continue
		}
		if err := k.step(ctx, now, hour, within); err != nil && ctx.Err() == nil {
			failed = now
			k.cfg.Log.Error("8300 answers from the roll before; a new index is tried again", "error", err)
		}
	}
}

const (
	lookEvery  = 5 * time.Second
	retryAfter = 5 * time.Minute
)

// step builds an index if one is due.
func (k *Keeper) step(ctx context.Context, now time.Time, hour int, within time.Duration) error {
	due := false
	err := k.cfg.DB.View(ctx, func(tx *database.Tx) error {
		since, stale, err := k.Stale(tx)
		due = stale && Due(since, now, hour, within)
		return err
	})
	if err != nil || !due {
		return err
	}
	r, err := k.Refresh(ctx)
	if err != nil {
		return err
	}
	k.cfg.Log.Info("8300 has a new index", "voters", r.Voters, "root", r.IndexRoot)
	return k.Tidy(ctx)
}

// Due tells whether, with changes that the index of since does not have, a new one is to
// be built now: within that time of the last one, or at the night's hour in Pakistan if
// within is 0.
func Due(since, now time.Time, hour int, within time.Duration) bool {
	if since.IsZero() || within > 0 && now.Sub(since) >= within {
		return true
	}
	pakistan := time.FixedZone("PKT", 5*60*60)
	local := now.In(pakistan)
	night := time.Date(local.Year(), local.Month(), local.Day(), hour, 0, 0, 0, pakistan)
	if night.After(now) {
		night = night.AddDate(0, 0, -1)
	}
	return since.Before(night)
}
