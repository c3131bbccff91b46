package audit

import (
	"context"
	"errors"
	"fmt"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
)

var (
	// ErrDatabaseOlder says that the ledger has rows that the database has not, or
	// has otherwise: it was put back to an older state, or cut. Acts that were done
	// are missing from it. See [Resume].
	ErrDatabaseOlder = errors.New("the database is older than the ledger: it was restored from an earlier copy, or cut. Put a newer copy back; if there is none, see intikhab audit resume")

	// ErrLedgerOlder says that the database knows of entries that the ledger does
	// not have.
	ErrLedgerOlder = errors.New("the ledger is older than the database, or another: put the newer one back; a shorter one, once signed, is a fork that everybody can show")
)

// recover finds out how far the ledger is: what an earlier process appended and did
// not live to note is read from the ledger's end, and held against the rows.
func (s *Sealer) recover(ctx context.Context) error {
	var last seal
	err := s.db.View(ctx, func(tx *database.Tx) (err error) {
		last, err = lastSeal(tx)
		return err
	})
	if err != nil {
		return err
	}
	at, found, from := position{}, []seal{}, uint64(0)
	if last.last > 0 {
		from = last.next() - 1
	}
	var batch []ledger.Record
	for r, err := range s.log.Forward(ctx, from) {
		switch seq := int64(r.Number); {
		case err != nil:
			return fmt.Errorf("audit: reading the ledger's end: %w", err)
		case r.Kind != Kind:
			continue
		case last.last > 0 && r.Index == from && seq == last.last:
			at = position{seq, r.Commitment} // noted: if the row is gone since, Verify says so
			continue
		case last.last > 0 && at.seq == 0:
			return fmt.Errorf("audit: entry %d should be row %d and is row %d: %w", r.Index, last.last, seq, ErrLedgerOlder)
		case seq != at.seq+1:
			return fmt.Errorf("audit: entry %d of the ledger is row %d, where row %d should follow: run intikhab audit verify", r.Index, seq, at.seq+1)
		default:
			if n := len(found); n > 0 && found[n-1].next() == r.Index {
				found[n-1].last = seq
			} else {
				found = append(found, seal{seq, seq, int64(r.Index)})
			}
		}
		at = position{int64(r.Number), r.Commitment}
		if batch = append(batch, r); len(batch) == mostRows {
			if err := s.same(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if at.seq < last.last {
		return fmt.Errorf("audit: row %d was sealed as entry %d, which is not there: %w", last.last, from, ErrLedgerOlder)
	}
	if err := s.same(ctx, batch); err != nil {
		return err
	}
	s.at, s.owed, s.noted, s.known = at, found, last.last, true
	return nil
}

// same makes sure that the database has the rows that the ledger has.
func (s *Sealer) same(ctx context.Context, records []ledger.Record) error {
	if len(records) == 0 {
		return nil
	}
	return s.db.View(ctx, func(tx *database.Tx) error {
		rows, err := tx.Query(`SELECT commitment FROM audit_row WHERE seq >= ? AND seq <= ? ORDER BY seq`, int64(records[0].Number), int64(records[len(records)-1].Number))
		if err != nil {
			return err
		}
		defer rows.Close()
		i := 0
		for ; rows.Next(); i++ {
			var c []byte
			if err := rows.Scan(&c); err != nil {
				return err
			}
			if i == len(records) || string(c) != string(records[i].Commitment[:]) {
				break
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if i < len(records) {
			return fmt.Errorf("audit: row %d, entry %d of the ledger, is another in the database or is not there: %w", records[i].Number, records[i].Index, ErrDatabaseOlder)
		}
		return nil
	})
}
