package office

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes the tables of offices and officers. Those of the audit trail must
// be there too, by audit.Migrate, before anything is written.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "office", dir)
}

// A Sealer keeps the personal columns; a *vault.Keyring is one. Seal's text can be
// opened only for the same table, column and row. Index gives for the same value of
// "table.column" the same bytes, of which nobody without the key can tell the value,
// and Indexes those under every key that there still is.
type Sealer interface {
	Seal(table, column, row string, plain []byte) []byte
	Open(table, column, row string, sealed []byte) ([]byte, error)
	Index(column, value string) []byte
	Indexes(column, value string) [][]byte
}

// A Book is the commission's offices and officers in a database. Its verbs are done
// in a transaction that the caller begins, best through [Book.Do]; each asks first
// whether the one who acts may, and writes its row of the audit trail there.
type Book struct {
	Rules Rules

	sealer   Sealer
	now      func() time.Time
	refusals refusals
}

// NewBook makes a book with the program's own table. A now of nil is time.Now.
func NewBook(sealer Sealer, now func() time.Time) *Book {
	if now == nil {
		now = time.Now
	}
	return &Book{Rules: Rules{Table: Standard()}, sealer: sealer, now: now}
}

// Place has the book ask links where stations and blocks lie. It must be called
// before the book is used.
func (b *Book) Place(links area.Links) { b.Rules.Links = links }

// Now is the book's clock.
func (b *Book) Now() time.Time { return b.now() }

var (
	// ErrMissing says that there is no office, officer or row of that id.
	ErrMissing = errors.New("it is not in the book")
	// ErrReason says that an act needs a reason, in words, and none was given.
	ErrReason = errors.New("a reason is needed, in words that whoever reads the record understands")
)

// maxReason bounds the reasons that officers type, in bytes.
const maxReason = 2000

// Reasoned checks a reason: there is one, and it is no book.
func Reasoned(reason string) error {
	if TidyName(reason) == "" {
		return fieldError("reason", say("reason"), "%w", ErrReason)
	}
	if len(reason) > maxReason {
		return fieldError("reason", say("reason_long", "most", maxReason), "the reason has %d bytes, %d are the most", len(reason), maxReason)
	}
	return nil
}

// A Refusal is the error of a verb whose doer may not.
type Refusal struct {
	Act    Act
	On     string // kind:id
	Reason Reason
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s is refused: %s", r.Act, englishReason(r.Reason))
}

// Decide tells whether the one who acts may do an act now, by the posts that the
// transaction sees.
func (b *Book) Decide(tx *database.Tx, by Acting, act Act, on Target) (Decision, error) {
	who, err := b.Standing(tx, by)
	if err != nil {
		return Decision{}, err
	}
	return b.Rules.Decide(b.now(), who, act, on), nil
}

// May is Decide that gives a *Refusal as its error where the answer is no. Its yes
// may be to ask only: see [Decision.Two].
func (b *Book) May(tx *database.Tx, by Acting, act Act, on Target) (Decision, error) {
	d, err := b.Decide(tx, by, act, on)
	if err == nil && !d.Allowed {
		err = &Refusal{Act: act, On: on.String(), Reason: d.Reason}
	}
	return d, err
}

// Must is May for whoever is about to do the act: it refuses, too, what takes a
// second officer. What has been approved is done by the executor of package
// approval and does not pass here.
func (b *Book) Must(tx *database.Tx, by Acting, act Act, on Target) (Decision, error) {
	d, err := b.May(tx, by, act, on)
	if err == nil && d.Two {
		err = &Refusal{Act: act, On: on.String(), Reason: NeedsSecond}
	}
	return d, err
}

// String names a target for the audit trail and for errors: the officer, the office,
// or the first area.
func (t Target) String() string {
	switch {
	case t.Officer != "":
		return "officer:" + string(t.Officer)
	case t.Office != "":
		return "office:" + string(t.Office)
	case len(t.Areas) > 0:
		return "area:" + t.Areas[0].String()
	}
	return ""
}

// Entry begins the row of the audit trail of an act that was decided: who, for whose
// charge, for which office.
func (d Decision) Entry(by Acting, act Act, on, reason string) audit.Entry {
	e := audit.Entry{Officer: by.who(), For: string(d.For), Office: string(d.Office), Act: string(act), On: on, Reason: reason, Request: by.Request}
	if e.Office == "" {
		e.Office = string(by.Office)
	}
	return e
}

// write writes an entry at the book's time.
func (b *Book) write(tx *database.Tx, e audit.Entry) error { return audit.Write(tx, b.now(), e) }

// Do runs f in a writing transaction, f may run again from its start. If f is
// refused, nothing of it is done, and the refusal gets its row of the audit trail in
// a transaction of its own, as far as their number is bounded.
func (b *Book) Do(ctx context.Context, db *database.DB, by Acting, f func(*database.Tx) error) error {
	err := db.Update(ctx, f)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return errors.Join(err, b.Refused(ctx, db, by, refusal))
	}
	return err
}
