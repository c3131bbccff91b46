// Package draft is a form half filled in: kept for one officer until he comes back
// to it, sends it, or two weeks are over. It works without a script, by the button
// "save and come back later" that a form of package form has when its Later is set.
//
// Answers are sealed by package vault and bound to their row, so that one officer's
// draft moved into another's row is not opened. A draft is nothing that an office has
// done: it has no audit row, and nobody else sees it. See TestDraftIsOnesOwn.
package draft

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
)

//go:embed migrations
var migrations embed.FS

// Life is how long a draft is kept after it was last saved.
const Life = 14 * 24 * time.Hour

// The bounds of what an officer may leave lying.
const (
	mostBytes  = 128 << 10 // of one draft's answers
	mostDrafts = 100       // of one officer
)

// Columns are the sealed columns, for the rotation of the vault's key.
var Columns = []vault.Column{{Table: "web_draft", Key: "id", Name: "answers"}}

// Errors of Save: the form is too long to be kept, or the officer has too many.
var (
	ErrTooLong = errors.New("draft: the answers are too long to be kept: send the form, or shorten it")
	ErrTooMany = errors.New("draft: this officer has 100 drafts: send or delete some first")
)

// An Of says whose draft it is, of which form.
type Of struct {
	Officer string // who fills it in
	Form    string // the form's name: "office.appoint"
	About   string // the record that the form is about, or "": an id, nothing personal
}

func (o Of) id() string {
	// Each part is hashed for itself, so that no two ways of cutting are one.
	h := sha256.New()
	for _, part := range []string{o.Officer, o.Form, o.About} {
		one := sha256.Sum256([]byte(part))
		h.Write(one[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// A Draft is what was kept.
type Draft struct {
	Of
	Saved   time.Time
	Expires time.Time
	Answers url.Values // nil in a List
}

// A Store keeps drafts. It is made by New.
type Store struct {
	db   *database.DB
	keys *vault.Keyring
	now  func() time.Time
}

// New brings the store's table up to date. The clock is time.Now when now is nil.
func New(ctx context.Context, db *database.DB, keys *vault.Keyring, now func() time.Time) (*Store, error) {
	if keys == nil {
		return nil, errors.New("draft: no keyring: answers are not kept in the open")
	}
	if now == nil {
		now = time.Now
	}
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, "draft", dir); err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	return &Store{db, keys, now}, nil
}

// Save keeps the answers in the place of what was kept before of the same form. When
// it returns nil they are on the disk.
func (s *Store) Save(ctx context.Context, of Of, answers url.Values) error {
	plain := []byte(answers.Encode())
	if len(plain) > mostBytes {
		return ErrTooLong
	}
	id := of.id()
	sealed := s.keys.Seal("web_draft", "answers", id, plain)
	now := s.now()
	return s.db.Update(ctx, func(tx *database.Tx) error {
		if _, err := tx.Exec(`DELETE FROM web_draft WHERE expires <= ?`, database.Time{Time: now}); err != nil {
			return err
		}
		var others int
		if err := tx.QueryRow(`SELECT count(*) FROM web_draft WHERE officer = ? AND id <> ?`, of.Officer, id).Scan(&others); err != nil {
			return err
		}
		if others >= mostDrafts {
			return ErrTooMany
		}
		_, err := tx.Exec(`INSERT INTO web_draft (id, officer, form, about, answers, saved, expires) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET answers = excluded.answers, saved = excluded.saved, expires = excluded.expires`,
			id, of.Officer, of.Form, of.About, sealed, database.Time{Time: now}, database.Time{Time: now.Add(Life)})
		return err
	})
}

// Find gives what was kept, or false when there is nothing, or its time is over.
func (s *Store) Find(ctx context.Context, of Of) (d Draft, found bool, err error) {
	id := of.id()
	var sealed []byte
	var saved, expires database.Time
	err = s.db.View(ctx, func(tx *database.Tx) error {
		return tx.QueryRow(`SELECT answers, saved, expires FROM web_draft WHERE id = ?`, id).Scan(&sealed, &saved, &expires)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Draft{}, false, nil
	}
	if err != nil {
		return Draft{}, false, fmt.Errorf("draft: %w", err)
	}
	if !s.now().Before(expires.Time) {
		return Draft{}, false, nil
	}
	plain, err := s.keys.Open("web_draft", "answers", id, sealed)
	if err != nil {
		return Draft{}, false, fmt.Errorf("draft: %w", err)
	}
	answers, err := url.ParseQuery(string(plain))
	if err != nil {
		return Draft{}, false, fmt.Errorf("draft of form %s: the answers cannot be read", of.Form)
	}
	return Draft{Of: of, Saved: saved.Time, Expires: expires.Time, Answers: answers}, true, nil
}

// List gives an officer's drafts without their answers, the newest first.
func (s *Store) List(ctx context.Context, officer string) (all []Draft, err error) {
	err = s.db.View(ctx, func(tx *database.Tx) error {
		rows, err := tx.Query(`SELECT form, about, saved, expires FROM web_draft WHERE officer = ? AND expires > ? ORDER BY saved DESC, id`,
			officer, database.Time{Time: s.now()})
		if err != nil {
			return err
		}
		defer rows.Close()
		all = nil
		for rows.Next() {
			d := Draft{Of: Of{Officer: officer}}
			var saved, expires database.Time
			if err := rows.Scan(&d.Form, &d.About, &saved, &expires); err != nil {
				return err
			}
			d.Saved, d.Expires = saved.Time, expires.Time
			all = append(all, d)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	return all, nil
}

// Delete takes a draft away within the transaction of the act that the form was
// sent for, so that it goes exactly when the act is done.
func Delete(tx *database.Tx, of Of) error {
	_, err := tx.Exec(`DELETE FROM web_draft WHERE id = ?`, of.id())
	return err
}

// Throw takes a draft away because its officer does not want it any more.
func (s *Store) Throw(ctx context.Context, of Of) error {
	return s.db.Update(ctx, func(tx *database.Tx) error { return Delete(tx, of) })
}

// Sweep takes away what is over, and tells how much. Save does it too; a node calls
// this once a day.
func (s *Store) Sweep(ctx context.Context) (n int64, err error) {
	err = s.db.Update(ctx, func(tx *database.Tx) error {
		result, err := tx.Exec(`DELETE FROM web_draft WHERE expires <= ?`, database.Time{Time: s.now()})
		if err == nil {
			n, err = result.RowsAffected()
		}
		return err
	})
	return n, err
}
