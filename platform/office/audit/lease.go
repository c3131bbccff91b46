package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"intikhab/platform/database"
)

// lease takes or renews the right to seal and tells whether this process has it. A
// process has at once what an earlier one on its machine left when it was killed:
// the ledger, which one process has open at a time, shows that it is dead.
//
// A process that was stopped for longer than its lease, in the middle of an append,
// would seal beside its successor. What then stands twice is named by Verify; that
// it cannot happen in one folder is because the ledger lets one process write.
func (s *Sealer) lease(ctx context.Context) (bool, error) {
	now := s.opts.Now()
	if now.Before(s.until.Add(-leaseFor / 2)) {
		return true, nil
	}
	ours, until := false, now.Add(leaseFor)
	err := s.db.Update(ctx, func(tx *database.Tx) error {
		var holder string
		var held database.Time
		ours = false
		err := tx.QueryRow(`SELECT holder, until FROM audit_lease WHERE id = 1`).Scan(&holder, &held)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			_, err = tx.Exec(`INSERT INTO audit_lease (id, holder, until, sealed) VALUES (1, ?, ?, 0)`, s.opts.Node, database.Time{Time: until})
		case err == nil && holder != s.opts.Node && now.Before(held.Time):
			return nil
		case err == nil:
			_, err = tx.Exec(`UPDATE audit_lease SET holder = ?, until = ? WHERE id = 1`, s.opts.Node, database.Time{Time: until})
			if holder != s.opts.Node {
				s.known = false
			}
		}
		ours = err == nil
		return err
	})
	if err != nil {
		return false, fmt.Errorf("audit: the lease of sealing: %w", err)
	}
	if !ours {
		s.known, s.until = false, time.Time{}
		s.mu.Lock()
		s.state = SealerState{At: now}
		s.mu.Unlock()
		return false, nil
	}
	s.until = until
	return true, nil
}

// release gives the lease back, so that another need not wait for its end.
func (s *Sealer) release() {
	s.pass.Lock()
	defer s.pass.Unlock()
	if s.until.IsZero() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	s.db.Update(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(`UPDATE audit_lease SET until = ? WHERE id = 1 AND holder = ?`, database.Time{Time: time.Unix(0, 0)}, s.opts.Node)
		return err
	})
	s.until, s.known = time.Time{}, false
}

// recover finds out how far the ledger is: what an earlier process appended and did
// not live to note is read from the ledger's end.
func (s *Sealer) recover(ctx context.Context) error {
	var last seal
	var h head
	err := s.db.View(ctx, func(tx *database.Tx) (err error) {
		if h, err = readHead(tx); err != nil {
			return err
		}
		last, err = lastSeal(tx)
		return err
	})
	if err != nil {
		return err
	}
	at := position{}
	from := uint64(0)
	if last.last > 0 {
		from = last.next() - 1
	}
	var found []seal
	for r, err := range s.log.Forward(ctx, from) {
		switch seq := int64(r.Number); {
		case err != nil:
			return fmt.Errorf("audit: reading the ledger's end: %w", err)
		case r.Kind != Kind:
		case last.last > 0 && r.Index == from && seq == last.last:
			at.seq, at.commitment = seq, r.Commitment
		case seq != at.seq+1:
			return fmt.Errorf("audit: entry %d of the ledger is row %d, where row %d should follow: run intikhab audit verify", r.Index, seq, at.seq+1)
		case seq > h.seq:
			return fmt.Errorf("audit: the ledger has row %d and the database ends at row %d: it was restored from an older copy, or cut; acts that were done are missing from it. See docs/audit-trail.md", seq, h.seq)
		default:
			at.seq, at.commitment = seq, r.Commitment
			if n := len(found); n > 0 && found[n-1].next() == r.Index {
				found[n-1].last = seq
			} else {
				found = append(found, seal{seq, seq, int64(r.Index)})
			}
		}
	}
	if at.seq < last.last {
		return fmt.Errorf("audit: row %d was sealed as entry %d, which the ledger does not have: it is older than the database. Put the newer ledger back; a shorter one, once signed, is a fork that everybody can show", last.last, from)
	}
	if at.seq > h.seq {
		return fmt.Errorf("audit: row %d is noted as sealed, and the database ends at row %d: run intikhab audit verify", at.seq, h.seq)
	}
	s.at, s.owed, s.noted, s.known = at, found, last.last, true
	return nil
}
