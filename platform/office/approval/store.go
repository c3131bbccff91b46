package approval

import (
	"database/sql"
	"errors"
	"fmt"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
)

const columns = `id, act, on_what, areas, payload, hash, state, asked, asked_by, asked_as, reason, lapses, decided, decided_by, decided_as, answer, done`

func scan(from func(...any) error) (a Approval, err error) {
	var areas, payload string
	var asked, lapses, decided, done database.Time
	if err := from(&a.ID, &a.Act, &a.On, &areas, &payload, &a.Hash, &a.State, &asked, &a.AskedBy, &a.AskedAs, &a.Reason, &lapses,
		&decided, &a.DecidedBy, &a.DecidedAs, &a.Answer, &done); err != nil {
		return a, err
	}
	a.Payload = []byte(payload)
	a.Asked, a.Lapses, a.Decided, a.Done = asked.Time, lapses.Time, decided.Time, done.Time
	a.Areas, err = area.ParseList(areas)
	return a, err
}

// Get gives one approval, or office.ErrMissing.
func (d *Desk) Get(tx *database.Tx, id string) (Approval, error) {
	a, err := scan(tx.QueryRow(`SELECT `+columns+` FROM office_approval WHERE id = ?`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return a, fmt.Errorf("approval: %w", office.ErrMissing)
	}
	return a, err
}

func list(tx *database.Tx, where string, args ...any) (all []Approval, err error) {
	rows, err := tx.Query(`SELECT `+columns+` FROM office_approval WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// insert writes a new approval. The column pending holds its hash while it waits, and
// only one row may have it.
func insert(tx *database.Tx, a Approval) error {
	done, err := tx.Exec(`INSERT INTO office_approval (`+columns+`, pending) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, '', '', '', NULL, ?)
		ON CONFLICT (pending) DO NOTHING`, a.ID, a.Act, a.On, area.Join(a.Areas), string(a.Payload), a.Hash, a.State, database.Time{Time: a.Asked},
		a.AskedBy, a.AskedAs, a.Reason, database.Time{Time: a.Lapses}, a.Hash)
	return one(done, err, ErrAskedBefore)
}

// update writes the new state of an approval that is still in the state it was read
// in; if it is not, somebody was faster.
func update(tx *database.Tx, a Approval, from State) error {
	var pending any
	if !a.State.Over() {
		pending = a.Hash
	}
	done, err := tx.Exec(`UPDATE office_approval SET state = ?, decided = ?, decided_by = ?, decided_as = ?, answer = ?, done = ?, pending = ?
		WHERE id = ? AND state = ?`, a.State, database.Time{Time: a.Decided}, a.DecidedBy, a.DecidedAs, a.Answer, database.Time{Time: a.Done}, pending, a.ID, from)
	return one(done, err, ErrDecided)
}

func one(done sql.Result, err, otherwise error) error {
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(otherwise, err)
	}
	return nil
}

// For gives the approvals that the one who acts can decide, the first to lapse first.
func (d *Desk) For(tx *database.Tx, by office.Acting) (mine []Approval, err error) {
	all, err := list(tx, `state = ? AND lapses > ? ORDER BY lapses, id`, Asked, database.Time{Time: d.book.Now()})
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		_, err := d.MayApprove(tx, by, a)
		var refusal *office.Refusal
		switch {
		case err == nil:
			mine = append(mine, a)
		case !errors.As(err, &refusal) && !errors.Is(err, ErrSame):
			return nil, err
		}
	}
	return mine, nil
}

// By gives what an officer has asked for, the newest first, as it stands now.
func (d *Desk) By(tx *database.Tx, officer office.OfficerID, limit, offset int) ([]Approval, error) {
	all, err := list(tx, `asked_by = ? ORDER BY asked DESC, id LIMIT ? OFFSET ?`, officer, limit, offset)
	for i := range all {
		all[i] = all[i].At(d.book.Now())
	}
	return all, err
}

// All gives every approval, the newest first, as it stands now; for the auditor.
func (d *Desk) All(tx *database.Tx, limit, offset int) ([]Approval, error) {
	all, err := list(tx, `1 = 1 ORDER BY asked DESC, id LIMIT ? OFFSET ?`, limit, offset)
	for i := range all {
		all[i] = all[i].At(d.book.Now())
	}
	return all, err
}
