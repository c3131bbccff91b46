package audit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/verify"
)

// A Resumption is what [Resume] did.
type Resumption struct {
	LostFrom, LostTo   int64 // rows that the ledger has and the database lost
	MovedFrom, MovedTo int64 // rows written since, under the numbers that they had; 0 if there were none
	Row                int64 // the row that tells of it
}

// Resume lets sealing go on in a database that had to be put back to an older copy
// ([ErrDatabaseOlder]), while nothing else writes. Rows that were written since get
// the numbers after those in the ledger, and a row of the officer whom by names tells
// what was lost, and why. What was lost stays lost: Verify names these rows for
// ever, and the ledger's commitments to them stay public.
func Resume(ctx context.Context, db *database.DB, where string, opts verify.Options, now time.Time, by Entry) (Resumption, error) {
	if by.Officer == "" || by.Reason == "" {
		return Resumption{}, errors.New("audit resume: a named officer does this for a reason: give both")
	}
	files, err := ledger.OpenFiles(where)
	if err != nil {
		return Resumption{}, err
	}
	l, err := verify.Log(ctx, files, opts)
	if err == nil && len(l.Findings) > 0 {
		err = fmt.Errorf("the ledger itself is not in order: %s", l.Findings[0])
	}
	if err != nil {
		return Resumption{}, fmt.Errorf("audit resume: %w", err)
	}
	var done Resumption
	err = db.Update(ctx, func(tx *database.Tx) error {
		done = Resumption{}
		r := &resumer{tx: tx}
		if r.head, err = readHead(tx); err != nil {
			return err
		}
		for record, err := range records(ctx, files, l.Size, l.Root) {
			if err == nil && record.Kind == Kind {
				err = r.entry(record)
			}
			if err != nil {
				return err
			}
		}
		return r.finish(now, by, &done)
	})
	if err != nil {
		return Resumption{}, fmt.Errorf("audit resume: %w", err)
	}
	return done, nil
}

type resumer struct {
	tx    *database.Tx
	head  head
	noted seal
	begun bool

	first int64    // the first row that the ledger has and the database does not
	last  position // the ledger's last
	found []seal   // what is not noted
	page  []Row
}

// entry takes the next entry of the trail.
func (r *resumer) entry(record ledger.Record) (err error) {
	if !r.begun {
		r.begun = true
		if r.noted, err = lastSeal(r.tx); err != nil {
			return err
		}
	}
	seq := int64(record.Number)
	r.last = position{seq, record.Commitment}
	if seq <= r.noted.last {
		return nil
	}
	if n := len(r.found); n > 0 && r.found[n-1].next() == record.Index {
		r.found[n-1].last = seq
	} else {
		r.found = append(r.found, seal{seq, seq, int64(record.Index)})
	}
	if r.first > 0 {
		return nil
	}
	if len(r.page) == 0 {
		if r.page, err = rowsAfter(r.tx, seq-1, pageSize); err != nil {
			return err
		}
	}
	if len(r.page) == 0 || r.page[0].Seq != seq || r.page[0].commitment != record.Commitment {
		r.first = seq
		return nil
	}
	r.page = r.page[1:]
	return nil
}

// finish writes what was found out.
func (r *resumer) finish(now time.Time, by Entry, done *Resumption) error {
	if r.first == 0 {
		return errors.New("the database has all rows that the ledger has: there is nothing to be resumed")
	}
	done.LostFrom, done.LostTo = r.first, r.last.seq
	moved, err := rowsAfter(r.tx, r.first-1, int(r.head.seq-r.first+2))
	if err != nil {
		return err
	}
	for i := range moved {
		row := &moved[i]
		if row.odd != "" {
			return fmt.Errorf("row %d was altered (%s): run intikhab audit verify", row.Seq, row.odd)
		}
		if _, err := r.tx.Exec(`DELETE FROM audit_row WHERE seq = ?`, row.Seq); err != nil {
			return err
		}
		if i == 0 {
			done.MovedFrom = row.Seq
		}
		done.MovedTo = row.Seq
	}
	at := r.last
	for i := range moved {
		row := &moved[i]
		row.Seq = at.seq + 1
		rand.Read(row.salt[:])
		row.commitment = row.commit(r.head.trail, at.commitment)
		if err := row.insert(r.tx); err != nil {
			return err
		}
		at = position{row.Seq, row.commitment}
	}
	if _, err := r.tx.Exec(`UPDATE audit_head SET seq = ?, commitment = ? WHERE id = 1`, at.seq, at.commitment[:]); err != nil {
		return err
	}
	if err := writeNotes(r.tx, r.found); err != nil {
		return err
	}
	if by.Act == "" {
		by.Act = "audit.resume"
	}
	by.On = "audit:rows"
	by.After = map[string]string{"lost": fmt.Sprintf("%d to %d", done.LostFrom, done.LostTo)}
	if len(moved) > 0 {
		by.After["moved"] = fmt.Sprintf("%d to %d, now %d to %d", done.MovedFrom, done.MovedTo, r.last.seq+1, at.seq)
	}
	done.Row = at.seq + 1
	return Write(r.tx, now, by)
}
