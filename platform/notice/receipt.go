package notice

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/sms"
)

// keepReceipts is for how long a receipt is kept that belongs to no notice yet: most
// are of 8300's answers, where an operator gives those too.
const keepReceipts = time.Hour

// noReceipt is after how long an SMS without a receipt is taken as gone: operators
// keep trying for a day or two (their validity period).
const noReceipt = 72 * time.Hour

// noteParts writes down under which numbers an operator has taken the parts, and
// what receipts have said of them already.
func (s *Service) noteParts(tx *database.Tx, id string, sent sms.Sent) error {
	for _, number := range sent.IDs {
		if _, err := tx.Exec(`INSERT INTO notice_part (operator, number, notice, state) VALUES (?, ?, ?, '')
			ON CONFLICT (operator, number) DO UPDATE SET notice = excluded.notice, state = ''`, sent.Operator, number, id); err != nil {
			return err
		}
		var state string
		err := tx.QueryRow(`SELECT state FROM notice_receipt WHERE operator = ? AND number = ?`, sent.Operator, number).Scan(&state)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.received(tx, id, sent.Operator, number, state); err != nil {
			return err
		}
	}
	return nil
}

// Receipts keeps what operators say became of SMS; it is what sms.Gateway.Receipts
// takes. When it returns nil they are written down.
func (s *Service) Receipts(ctx context.Context, all []sms.Receipt) error {
	return s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		now := s.cfg.Now()
		for _, r := range all {
			if !r.Final {
				continue
			}
			var id string
			err := tx.QueryRow(`SELECT notice FROM notice_part WHERE operator = ? AND number = ?`, r.Operator, r.ID).Scan(&id)
			switch {
			case errors.Is(err, sql.ErrNoRows):
				_, err = tx.Exec(`INSERT INTO notice_receipt (operator, number, state, came) VALUES (?, ?, ?, ?)
					ON CONFLICT (operator, number) DO UPDATE SET state = excluded.state, came = excluded.came`,
					r.Operator, r.ID, r.State, database.Time{Time: now})
			case err == nil:
				err = s.received(tx, id, r.Operator, r.ID, r.State)
			}
			if err != nil {
				return err
			}
		}
		_, err := tx.Exec(`DELETE FROM notice_receipt WHERE came < ?`, database.Time{Time: now.Add(-keepReceipts)})
		return err
	})
}

// received notes a part's receipt. A notice is delivered when every part is, and is
// not when one is not.
func (s *Service) received(tx *database.Tx, id, operator, number, state string) error {
	if _, err := tx.Exec(`UPDATE notice_part SET state = ? WHERE operator = ? AND number = ?`, state, operator, number); err != nil {
		return err
	}
	var parts, delivered, failed int
	err := tx.QueryRow(`SELECT count(*), coalesce(sum(CASE WHEN state = 'DELIVRD' THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN state NOT IN ('', 'DELIVRD') THEN 1 ELSE 0 END), 0) FROM notice_part WHERE notice = ?`, id).Scan(&parts, &delivered, &failed)
	switch {
	case err != nil:
		return err
	case failed > 0:
		return s.note(tx, id, Undelivered, whyNoReceipt+": "+state)
	case delivered == parts:
		return s.note(tx, id, Delivered, "")
	}
	return nil
}

// Sweep marks SMS whose receipt has not come in three days, and those that were being
// sent when a node died and that nobody came back to. It gives how many.
func (s *Service) Sweep(ctx context.Context) (n int64, err error) {
	now := s.cfg.Now()
	err = s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		r, err := tx.Exec(`UPDATE notice SET state = ?, reason = ?, changed = ? WHERE channel = ? AND state = ? AND changed < ?`,
			string(Undelivered), whyNoReceipt, database.Time{Time: now}, string(SMS), string(Sent), database.Time{Time: now.Add(-noReceipt)})
		if err != nil {
			return err
		}
		n, err = r.RowsAffected()
		return err
	})
	return n, err
}
