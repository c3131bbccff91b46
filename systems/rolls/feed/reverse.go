package feed

import (
	"context"
	"errors"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
)

// The steps of a reversal: first those who were changed are put back, then those who
// came in go, then what was changed since is listed.
const (
	stepRestore = 1
	stepUnload  = 2
)

// How many entries a transaction of a reversal takes: what is put back is opened, sealed
// and indexed anew, what goes is only deleted.
const (
	some = 2_000
	many = 10_000
)

// frozen is how many of the electoral areas of a batch may not change now.
func (s *Service) frozen(tx *database.Tx, id ID) (n int, err error) {
	var codes []geography.BlockCode
	err = tx.Scan(`SELECT block FROM feed_block WHERE batch = ? ORDER BY block`, []any{int64(id)}, func(r *database.Row) error {
		codes = append(codes, geography.BlockCode(r.Int64(0)))
		return nil
	})
	if err != nil {
		return 0, err
	}
	list, err := s.cfg.Rolls.Blocks(tx, rolls.Scope{Blocks: append([]geography.BlockCode{}, codes...)})
	if err != nil {
		return 0, err
	}
	blocks := make(map[geography.BlockCode]rolls.Block, len(list))
	for _, b := range list {
		blocks[b.Code] = b
	}
	open, err := s.gates(tx, blocks)
	if err != nil {
		return 0, err
	}
	for _, code := range codes {
		if !open(code) {
			n++
		}
	}
	return n, nil
}

func (s *Service) reverse(ctx context.Context, b Batch, progress Progress) error {
	done := false
	for !done {
		if err := ctx.Err(); err != nil {
			return err
		}
		var changed int64
		err := s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
			b, err := s.mine(tx, b.ID, b.run, Reversing)
			if err != nil {
				return err
			}
			frozen, err := s.frozen(tx, b.ID)
			if err != nil {
				return err
			}
			if frozen > 0 {
				return &FrozenError{b.ID, frozen}
			}
			if b.step == stepRestore {
				err = s.restoreSome(tx, &b)
			} else {
				done, err = s.unloadSome(tx, &b)
			}
			changed = b.Done.Restored + b.Done.Unloaded
			return err
		})
		if err != nil {
			return err
		}
		if progress != nil {
			progress(changed, 0)
		}
	}
	return nil
}

// restoreSome puts some entries back to what they were. A batch has one row a person,
// and so one change of each: their order does not matter.
func (s *Service) restoreSome(tx *database.Tx, b *Batch) error {
	all, err := s.cfg.Rolls.Caused(tx, b.ID.Cause(), b.Reached, some)
	if err != nil {
		return err
	}
	restored := 0
	for _, c := range all {
		b.Reached = c.ID
		switch _, err := s.cfg.Rolls.Restore(tx, c, b.ID.Back()); {
		case err == nil:
			restored++
		case !errors.Is(err, rolls.ErrChanged): // one that was changed since is listed in the end
			return err
		}
	}
	b.Done = b.Done.clone()
	b.Done.Restored += int64(restored)
	if len(all) < some {
		b.step, b.Reached = stepUnload, int64(b.first)-1
	}
	return s.step(tx, b, "restored", restored)
}

// unloadSome takes some of those who came in away, and in the end lists who stays.
func (s *Service) unloadSome(tx *database.Tx, b *Batch) (done bool, err error) {
	last, deleted, err := s.cfg.Rolls.Unload(tx, b.ID.Cause(), rolls.VoterID(b.Reached), many)
	if err != nil {
		return false, err
	}
	b.Done = b.Done.clone()
	b.Done.Unloaded += int64(deleted)
	if last != 0 {
		b.Reached = int64(last)
		return false, s.step(tx, b, "unloaded", deleted)
	}
	left, err := s.cfg.Rolls.ChangedSince(tx, b.ID.Cause(), b.ID.Back())
	if err != nil {
		return false, err
	}
	_, err = tx.Bulk("feed_left", []string{"id", "batch", "voter"}, func(yield func([]any, error) bool) {
		for _, v := range left {
			if !yield([]any{chunkID(b.ID, int64(v)), int64(b.ID), int64(v)}, nil) {
				return
			}
		}
	})
	if err != nil {
		return false, err
	}
	b.Done.Left = int64(len(left))
	b.State, b.run = Reversed, ""
	if err := forget(tx, b.ID, "feed_reject", "feed_block"); err != nil {
		return false, err
	}
	return true, s.step(tx, b, "left", len(left))
}

// step writes how far a reversal is, and its row of the audit trail.
func (s *Service) step(tx *database.Tx, b *Batch, what string, n int) error {
	if err := b.put(tx, s.cfg.Now()); err != nil {
		return err
	}
	e := b.entry(ActReverse)
	e.Change("state", nil, b.State)
	e.Change(what, nil, n)
	e.Change("reached", nil, b.Reached)
	return audit.Write(tx, s.cfg.Now(), e)
}

// Left gives the entries that the reversal of a batch left as they are, since something
// else has happened to them: by number, after one, at most limit.
func (s *Service) Left(tx *database.Tx, id ID, after rolls.VoterID, limit int) (all []rolls.VoterID, err error) {
	err = tx.Scan(`SELECT voter FROM feed_left WHERE batch = ? AND voter > ? ORDER BY voter LIMIT ?`, []any{int64(id), int64(after), limit}, func(r *database.Row) error {
		all = append(all, rolls.VoterID(r.Int64(0)))
		return nil
	})
	return all, err
}
