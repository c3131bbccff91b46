package feed

import (
	"context"
	"errors"
	"fmt"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
)

// ErrReason says that an act on a batch needs a reason.
var ErrReason = errors.New("a reason is needed: the audit trail keeps it")

// An EarlierError says that a batch may not be applied before another one.
type EarlierError struct{ ID, Earlier ID }

func (e *EarlierError) Error() string {
	return fmt.Sprintf("batch %v follows batch %v of the same authority: apply or discard that one first", e.ID, e.Earlier)
}

// A FrozenError says that a reversal would change rolls that may not change now.
type FrozenError struct {
	ID    ID
	Areas int // how many electoral areas
}

func (e *FrozenError) Error() string {
	return fmt.Sprintf("batch %v has changed the rolls of %d electoral areas that may not change now (Elections Act 2017, section 39 or a revision's display): it is taken back as a whole, and so not yet", e.ID, e.Areas)
}

// act does something to a batch in a transaction, after whether its author may.
func (s *Service) act(tx *database.Tx, id ID, by office.Acting, act office.Act, reason string) (b Batch, err error) {
	if _, err := s.cfg.Book.Must(tx, by, act, office.Target{}); err != nil {
		return b, err
	}
	if b, err = s.Batch(tx, id); err != nil {
		return b, err
	}
	b.by(by, reason)
	return b, nil
}

// Apply orders, in the transaction of the one who decides it, that a batch is applied,
// or what of it waits. Run does it.
func (s *Service) Apply(tx *database.Tx, id ID, by office.Acting, reason string) error {
	act := ActApply
	if by.Way == office.Shell {
		act = ActLoad
	}
	b, err := s.act(tx, id, by, act, reason)
	if err != nil {
		return err
	}
	if b.State != Previewed && (b.State != Applied || b.Waiting == 0) {
		return &StateError{id, b.State, "applied"}
	}
	var earlier ID
	err = tx.QueryRow(`SELECT id FROM feed_batch WHERE authority = ? AND id <> ? AND sequence < ? AND state IN ('previewed', 'applying', 'reversing') ORDER BY sequence LIMIT 1`,
		b.Manifest.Authority, int64(id), b.Manifest.Sequence).Scan(&earlier)
	if err == nil {
		return &EarlierError{id, earlier}
	}
	if !isNoRow(err) {
		return err
	}
	empty, err := s.empty(tx, &b)
	if err != nil {
		return err
	}
	if act == ActLoad && !empty {
		return fmt.Errorf("batch %v: only an empty roll is loaded at the machine: an officer applies what follows", id)
	}
	if b.State == Previewed {
		if b.first, err = s.cfg.Rolls.Next(tx); err != nil {
			return err
		}
		if empty && b.Rows >= s.cfg.FillLeast {
			b.filling = true
			if err := s.cfg.Rolls.Fill(tx); err != nil {
				return err
			}
		}
	}
	e := b.entry(act)
	e.Change("state", b.State, Applying)
	e.Change("digest", nil, b.Manifest.SHA256)
	b.State, b.Until, b.run = Applying, b.next, ""
	if err := b.put(tx, s.cfg.Now()); err != nil {
		return err
	}
	return audit.Write(tx, s.cfg.Now(), e)
}

// Discard decides against a batch: nothing of it is kept but that it was there.
func (s *Service) Discard(tx *database.Tx, id ID, by office.Acting, reason string) error {
	if reason == "" {
		return ErrReason
	}
	b, err := s.act(tx, id, by, ActDiscard, reason)
	if err != nil {
		return err
	}
	if b.State != Previewed && b.State != Receiving {
		return &StateError{id, b.State, "discarded"}
	}
	e := b.entry(ActDiscard)
	e.Change("state", b.State, Discarded)
	b.State, b.run = Discarded, ""
	if err := forget(tx, id, "feed_chunk", "feed_reject"); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE feed_batch SET preview = NULL WHERE id = ?`, int64(id)); err != nil {
		return err
	}
	if err := b.put(tx, s.cfg.Now()); err != nil {
		return err
	}
	return audit.Write(tx, s.cfg.Now(), e)
}

// Reverse orders that a batch is taken back as a whole; Run does it. What waits of it is
// forgotten. It fails with a *FrozenError as long as one of its electoral areas may not
// change.
func (s *Service) Reverse(tx *database.Tx, id ID, by office.Acting, reason string) error {
	if reason == "" {
		return ErrReason
	}
	b, err := s.act(tx, id, by, ActReverse, reason)
	if err != nil {
		return err
	}
	if b.State != Applied {
		return &StateError{id, b.State, "taken back"}
	}
	if frozen, err := s.frozen(tx, id); err != nil || frozen > 0 {
		if err == nil {
			err = &FrozenError{id, frozen}
		}
		return err
	}
	e := b.entry(ActReverse)
	e.Change("state", b.State, Reversing)
	b.State, b.run, b.step, b.Reached, b.Until = Reversing, "", stepRestore, 0, 0
	if err := forget(tx, id, "feed_chunk"); err != nil {
		return err
	}
	if err := b.put(tx, s.cfg.Now()); err != nil {
		return err
	}
	return audit.Write(tx, s.cfg.Now(), e)
}

// Progress is told of a run: how much is done, of how much; total is 0 where that is not
// known.
type Progress func(done, total int64)

// Run does what was ordered of a batch, to its end or until ctx ends: a batch that is
// being applied or taken back. It may be called again after whatever stopped it, by any
// process, and goes on where that was; of two processes the later does the work, and the
// other stops with ErrTaken.
func (s *Service) Run(ctx context.Context, id ID, progress Progress) (b Batch, err error) {
	run := newRun()
	err = s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		if b, err = s.Batch(tx, id); err != nil {
			return err
		}
		if b.State != Applying && b.State != Reversing {
			return nil
		}
		b.run = run
		return b.put(tx, s.cfg.Now())
	})
	switch {
	case err != nil:
		return b, err
	case b.State == Applying:
		err = s.apply(ctx, b, progress)
	case b.State == Reversing:
		err = s.reverse(ctx, b, progress)
	}
	if err != nil {
		return b, err
	}
	err = s.cfg.DB.View(ctx, func(tx *database.Tx) (err error) {
		b, err = s.Batch(tx, id)
		return err
	})
	return b, err
}
