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
