package crash

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/statement"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/frozen"
)

// The parts of the test of the rolls.
const (
	rollsWork   = "rolls-work"
	rollsSettle = "rolls-settle"
)

// playRolls is a node of the commission that does everything at the same time, or, to
// settle, only what is still to be done.
func playRolls(ctx context.Context, part, where, dir string) error {
	db, err := openDatabase(ctx, where)
	if err != nil {
		return err
	}
	key, err := checkpoint.ReadKey(filepath.Join(dir, "ledger.key"))
	if err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	l, err := ledger.Open(ctx, filepath.Join(dir, "ledger"), ledger.Options{Key: key, Log: log})
	if err != nil {
		return err
	}
	o, err := newRollsOffice(ctx, db, dir, l)
	if err != nil {
		return err
	}
	sealer := audit.NewSealer(db, l, audit.SealerOptions{Log: log, Every: 50 * time.Millisecond})
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group sync.WaitGroup
	group.Go(func() { sealer.Run(ctx) })
	if part == rollsSettle {
		if err := o.settle(ctx, l, sealer); err != nil {
			return err
		}
		say("settled")
		cancel()
	} else {
		say("ready")
		again := func(what string, pause time.Duration, step func(ctx context.Context) error) {
			group.Go(func() {
				for ctx.Err() == nil {
					if err := step(ctx); err != nil && !expected(err) {
						odd(what, err)
					}
					time.Sleep(rand.N(pause))
				}
			})
		}
		again("feed", 20*time.Millisecond, func(ctx context.Context) error { _, err := o.feedStep(ctx, true); return err })
		again("calendar", 100*time.Millisecond, func(ctx context.Context) error { _, err := o.plan(ctx); return err })
		again("claim", 10*time.Millisecond, o.claimStep)
		again("claim", 10*time.Millisecond, o.claimStep)
		again("numbers", 50*time.Millisecond, o.numberStep)
		group.Go(func() {
			if err := o.keeper.Catch(ctx); err != nil && !expected(err) {
				odd("catch", err)
			}
			again("freeze", 50*time.Millisecond, o.freezeStep)
		})
	}
	group.Wait()
	return errors.Join(l.Close(), db.Close())
}

// feedStep does what is to be done next with the authority's two batches: both come in
// and are applied; then, as long as it goes round, the second is taken back, and comes
// again. done says that there is nothing to do.
func (o *rollsOffice) feedStep(ctx context.Context, round bool) (done bool, err error) {
	var all []feed.Batch // the newest first
	if err := o.db.View(ctx, func(tx *database.Tx) (err error) { all, err = o.feed.Batches(tx, 0, 1000); return err }); err != nil {
		return false, err
	}
	file := "second"
	if len(all) == 0 || len(all) == 1 && all[0].State == feed.Receiving {
		file = "first"
	} else {
		b := all[0]
		order := func(word string, f func(tx *database.Tx) error) error {
			err := o.db.Update(ctx, f)
			if err == nil {
				say(word, b.ID)
			}
			return err
		}
		switch b.State {
		case feed.Previewed:
			return false, order("apply", func(tx *database.Tx) error { return o.feed.Apply(tx, b.ID, o.First, "as previewed") })
		case feed.Applying, feed.Reversing:
			b, err := o.feed.Run(ctx, b.ID, nil)
			if err == nil {
				say(string(b.State), b.ID)
			}
			return false, err
		case feed.Applied:
			if len(all) > 1 {
				if !round {
					return true, nil
				}
				return false, order("reverse", func(tx *database.Tx) error { return o.feed.Reverse(tx, b.ID, o.First, "to try it again") })
			}
			if ready, err := o.plan(ctx); err != nil || !ready {
				return false, err
			}
		}
	}
	b, err := o.deliver(ctx, file)
	if err == nil {
		say("delivered", b.ID)
	}
	return false, err
}

// freezeStep publishes a roll by two officers, or builds an index of between.
func (o *rollsOffice) freezeStep(ctx context.Context) error {
	if ready, err := o.plan(ctx); err != nil || !ready {
		return err
	}
	if rand.N(3) == 0 {
		r, err := o.keeper.Refresh(ctx)
		if err != nil {
			return err
		}
		say("indexed", r.ID)
		return o.keeper.Tidy(ctx)
	}
	return o.publish(ctx, []string{"district:kasur", "district:sheikhupura"}[rand.N(2)])
}

func (o *rollsOffice) publish(ctx context.Context, district string) error {
	a, err := o.approve(ctx, func(tx *database.Tx) (approval.Approval, error) {
		return o.keeper.Ask(tx, o.First, frozen.Order{Name: "Bye-election", Scope: frozen.Scope{District: district}}, "for the election")
	})
	if err == nil {
		say("approved", a.ID)
	} else if !errors.Is(err, approval.ErrAskedBefore) && !errors.Is(err, approval.ErrDecided) {
		return err
	}
	if _, err := o.keeper.Work(ctx); err != nil {
		return err
	}
	return o.db.View(ctx, func(tx *database.Tx) error {
		if a.ID == "" {
			return nil
		}
		is, err := o.desk.Get(tx, a.ID)
		if err == nil && is.State == approval.Done {
			say("published", a.ID)
		}
		return err
	})
}

// settle brings everything to its end: the second batch is applied, what was approved is
// done, and a roll is frozen to which nothing happens any more.
func (o *rollsOffice) settle(ctx context.Context, l *ledger.Log, sealer *audit.Sealer) error {
	if err := o.keeper.Catch(ctx); err != nil {
		return err
	}
	if err := o.rest(ctx); err != nil {
		return err
	}
	if err := o.pending(ctx); err != nil {
		return err
	}
	if _, err := o.keeper.Work(ctx); err != nil {
		return err
	}
	for _, district := range []string{"district:sheikhupura", "district:kasur"} {
		if err := o.publish(ctx, district); err != nil {
			return err
		}
	}
	if err := errors.Join(o.keeper.Catch(ctx), o.keeper.Tidy(ctx), statement.Seal(ctx, o.db, l)); err != nil {
		return err
	}
	for ctx.Err() == nil {
		var head int64
		err := o.db.View(ctx, func(tx *database.Tx) error { return tx.QueryRow(`SELECT seq FROM audit_head`).Scan(&head) })
		if err != nil || sealer.State().Sealed == head {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return ctx.Err()
}

// rest brings the feed and the calendar to their end.
func (o *rollsOffice) rest(ctx context.Context) error {
	for done := false; !done; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if done, err = o.feedStep(ctx, false); err != nil && !expected(err) {
			return err
		}
	}
	return nil
}
