// Package audit is the officers' audit trail: one row for each act, written in the
// transaction of the act itself, so that there is no act without its row and no
// row without its act (TestTogether, and package test/crash with kill -9). Rows
// are numbered without a gap, each commits to its predecessor, and their
// commitments are sealed in order into the public ledger (C2SP tlog-tiles, package
// ledger), so that a row that is missing, altered, added behind or out of order is
// found and named; TestTamper does each to both databases.
//
// docs/audit-trail.md gives the bytes that are committed to, and says who is found
// when, and what stays possible. A row never holds a person's data in the clear:
// its values are masked by the types of those who write it.
package audit

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"intikhab/platform/database"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes the trail's tables and, the first time, gives the trail its name,
// 16 random bytes that every commitment holds: the rows of one database are never
// taken for those of another.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx, "audit", dir); err != nil {
		return err
	}
	return db.Update(ctx, func(tx *database.Tx) error {
		var trail [16]byte
		rand.Read(trail[:])
		_, err := tx.Exec(`INSERT INTO audit_head (id, trail, seq, commitment) VALUES (1, ?, 0, ?) ON CONFLICT (id) DO NOTHING`,
			hex.EncodeToString(trail[:]), make([]byte, 32))
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO audit_lease (id, holder, until, sealed) VALUES (1, '', ?, 0) ON CONFLICT (id) DO NOTHING`, database.Time{Time: time.Unix(0, 0)})
		return err
	})
}

// An Entry is an act as its package tells it. Text that is not UTF-8, and NUL, are
// replaced by U+FFFD: what a request brings must not stop the row that tells of it.
// What looks like a CNIC or a mobile number in Reason, Before and After is masked,
// whoever forgot to.
type Entry struct {
	Officer string // who; "" for what the program does by itself
	For     string // whose charge the officer holds, if it is not his own
	Office  string // for which office
	Act     string // as in the table of permissions: "office.appoint"
	On      string // on what, kind:id
	Reason  string // as the officer gave it, or why it was refused
	Request string // web.RequestID

	// What the act changed, by field, masked already. Fields with the same text
	// in both are left out of the row; see [Entry.Change].
	Before, After map[string]string

	Refused bool // the act was not done
}

// maxText is how many bytes the texts of a row may have together.
const maxText = 64 << 10

// ErrTooLong is what Write says of an entry of over 64 KiB.
var ErrTooLong = errors.New("audit: the entry's texts have over 64 KiB: give the reason a limit, and name a file's content by its digest")

// Write writes the entry's row. It belongs into the transaction of the act itself:
// after that has been committed both are there, and otherwise neither. A refusal
// has a transaction of its own. Two writers at a time get different numbers: the
// database makes one wait, or run again.
func Write(tx *database.Tx, now time.Time, e Entry) error {
	outcome := Done
	if e.Refused {
		outcome = Refused
	}
	return write(tx, now, e, outcome)
}

// Seen writes that an officer was shown what the entry names, for a reason. What
// shows a person's data calls it in the transaction that reads them, before they
// are shown; it refuses an entry without an officer, a reason or what was shown.
func Seen(tx *database.Tx, now time.Time, e Entry) error {
	if e.Officer == "" || e.Reason == "" || e.On == "" || e.Refused {
		return fmt.Errorf("audit: %s: a person's data is opened by a named officer for a reason: fill in Officer, Reason and On", e.Act)
	}
	return write(tx, now, e, Shown)
}

func write(tx *database.Tx, now time.Time, e Entry, outcome Outcome) error {
	if e.Act == "" {
		return errors.New("audit: an entry without an act")
	}
	r := Row{At: now.UTC().Truncate(time.Microsecond), Outcome: outcome,
		Officer: clean(e.Officer), For: clean(e.For), Office: clean(e.Office), Act: clean(e.Act), On: clean(e.On),
		Changes: Diff(e.Before, e.After), Reason: maskNumbers(clean(e.Reason)), Request: clean(e.Request)}
	r.changes = changesText(r.Changes)
	if len(r.Officer)+len(r.For)+len(r.Office)+len(r.Act)+len(r.On)+len(r.changes)+len(r.Reason)+len(r.Request) > maxText {
		return ErrTooLong
	}
	h, err := readHead(tx)
	if err != nil {
		return err
	}
	r.Seq = h.seq + 1
	rand.Read(r.salt[:])
	r.commitment = r.commit(h.trail, h.commitment)
	// The head first: a writer on another machine then meets this one there, which
	// is a conflict that is tried again, and not at the row's number, which would be
	// an error.
	if _, err := tx.Exec(`UPDATE audit_head SET seq = ?, commitment = ? WHERE id = 1`, r.Seq, r.commitment[:]); err != nil {
		return fmt.Errorf("audit head: %w", err)
	}
	return r.insert(tx)
}

func (r *Row) insert(tx *database.Tx) error {
	_, err := tx.Exec(`INSERT INTO audit_row (seq, at, officer, acting_for, office, act, on_what, outcome, changes, reason, request, salt, commitment)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.Seq, database.Time{Time: r.At}, r.Officer, r.For, r.Office, r.Act, r.On, int64(r.Outcome), r.changes, r.Reason, r.Request,
		r.salt[:], r.commitment[:])
	if err != nil {
		return fmt.Errorf("audit row %d: %w", r.Seq, err)
	}
	return nil
}

// head is the end of the trail.
type head struct {
	trail      [16]byte
	seq        int64
	commitment [32]byte
}

func readHead(tx *database.Tx) (h head, err error) {
	var trail string
	var commitment []byte
	if err := tx.QueryRow(`SELECT trail, seq, commitment FROM audit_head WHERE id = 1`).Scan(&trail, &h.seq, &commitment); err != nil {
		return h, fmt.Errorf("audit head: %w", err)
	}
	n, err := hex.Decode(h.trail[:], []byte(trail))
	if err != nil || n != len(h.trail) || len(trail) != 2*n || copy(h.commitment[:], commitment) != 32 || len(commitment) != 32 {
		return h, errors.New("audit head: damaged, its trail must be 32 hexadecimal digits and its commitment 32 bytes")
	}
	return h, nil
}
