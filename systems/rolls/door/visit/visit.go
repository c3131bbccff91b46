// Package visit is what a citizen has answered so far of a form over several pages: kept
// under the secret of a cookie until the form is sent, put away, or not touched for three
// hours. The cookie is the only way to it, the answers and documents are sealed (package
// vault), and the database knows the secret's digest alone. TestVisitIsOnesOwn shows it.
//
// What remains: whoever uses the same browser within those hours, without the first
// person's having ended, sees his answers. The pages offer to put them away, and a browser
// forgets the cookie when it is closed.
package visit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
)

//go:embed migrations
var files embed.FS

// Life is how long a visit is kept after it was last touched.
const Life = 3 * time.Hour

// bodyMost bounds what is kept of one visit, documents apart.
const bodyMost = 64 << 10

const (
	table     = "visit"
	documents = "visit_document"
)

var (
	// ErrNone says that there is no such visit, or its time is over.
	ErrNone = errors.New("no answers are kept: begin again")
	// ErrChanged says that the same visit went on in another window meanwhile.
	ErrChanged = errors.New("the answers were changed in another window: look at them again")
	// ErrTooLong says that the answers are too long to be kept.
	ErrTooLong = errors.New("the answers are too long: shorten them")
)

// Migrate makes the tables.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "visit", dir)
}

// SealedColumns are the columns that package vault rotates.
func SealedColumns() []vault.Column {
	return []vault.Column{{Table: table, Key: "id", Name: "body"}, {Table: documents, Key: "id", Name: "content"}}
}

// Store keeps visits whose answers are of type T, as JSON.
type Store[T any] struct {
	keys   *vault.Keyring
	now    func() time.Time
	secure bool
	name   string
}

// New makes a store. name is the cookie's; secure tells that the site is reached by
// HTTPS, and the cookie must be.
func New[T any](keys *vault.Keyring, name string, secure bool, now func() time.Time) *Store[T] {
	if secure {
		name = "__Host-" + name
	}
	return &Store[T]{keys: keys, now: now, secure: secure, name: name}
}

// A Visit is one citizen's.
type Visit[T any] struct {
	ID      string // nothing secret
	Answers T

	version int64
}

// Begin begins a visit in place of the one that the browser had, and sets its cookie.
func (s *Store[T]) Begin(tx *database.Tx, w http.ResponseWriter, r *http.Request, answers T) (*Visit[T], error) {
	if old, ok := s.id(r); ok {
		if err := s.end(tx, old); err != nil {
			return nil, err
		}
	}
	secret := rand.Text()
	v := &Visit[T]{ID: digest(secret), Answers: answers, version: 1}
	sealed, err := s.seal(v)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(`INSERT INTO visit (id, body, version, changed) VALUES (?, ?, 1, ?)`, v.ID, sealed, database.Time{Time: s.now()})
	if err != nil {
		return nil, err
	}
	http.SetCookie(w, s.cookie(secret, 0))
	return v, nil
}

func (s *Store[T]) cookie(secret string, age int) *http.Cookie {
	return &http.Cookie{Name: s.name, Value: secret, Path: "/", MaxAge: age, Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// digest is what the database knows a secret by.
func digest(secret string) string {
	sum := sha256.Sum256([]byte("visit\x00" + secret))
	return hex.EncodeToString(sum[:16])
}

// id is the visit that a request's cookie names. Two cookies of the name are none.
func (s *Store[T]) id(r *http.Request) (string, bool) {
	all := r.CookiesNamed(s.name)
	if len(all) != 1 || len(all[0].Value) < 20 || len(all[0].Value) > 64 {
		return "", false
	}
	return digest(all[0].Value), true
}

// Of gives the visit of a request, or ErrNone.
func (s *Store[T]) Of(tx *database.Tx, r *http.Request) (*Visit[T], error) {
	id, ok := s.id(r)
	if !ok {
		return nil, ErrNone
	}
	v := &Visit[T]{ID: id}
	var sealed []byte
	var changed database.Time
	err := tx.QueryRow(`SELECT body, version, changed FROM visit WHERE id = ?`, id).Scan(&sealed, &v.version, &changed)
	if errors.Is(err, sql.ErrNoRows) || err == nil && s.now().Sub(changed.Time) > Life {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	plain, err := s.keys.Open(table, "body", id, sealed)
	if err != nil {
		return nil, fmt.Errorf("a visit: %w", err)
	}
	return v, json.Unmarshal(plain, &v.Answers)
}

// seal gives the answers as they are kept.
func (s *Store[T]) seal(v *Visit[T]) ([]byte, error) {
	plain, err := json.Marshal(v.Answers)
	if err != nil {
		return nil, err
	}
	if len(plain) > bodyMost {
		return nil, ErrTooLong
	}
	return s.keys.Seal(table, "body", v.ID, plain), nil
}

// Save keeps the answers, once after Of. ErrChanged says that another window has saved
// meanwhile. A transaction that runs again may save again.
func (s *Store[T]) Save(tx *database.Tx, v *Visit[T]) error {
	sealed, err := s.seal(v)
	if err != nil {
		return err
	}
	result, err := tx.Exec(`UPDATE visit SET body = ?, version = version + 1, changed = ? WHERE id = ? AND version = ?`,
		sealed, database.Time{Time: s.now()}, v.ID, v.version)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(ErrChanged, err)
	}
	return nil
}

// End forgets a request's visit and takes its cookie away.
func (s *Store[T]) End(tx *database.Tx, w http.ResponseWriter, r *http.Request) error {
	http.SetCookie(w, s.cookie("", -1))
	if id, ok := s.id(r); ok {
		return s.end(tx, id)
	}
	return nil
}

func (s *Store[T]) end(tx *database.Tx, id string) error {
	if _, err := tx.Exec(`DELETE FROM visit_document WHERE visit = ?`, id); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM visit WHERE id = ?`, id)
	return err
}

// Sweep forgets visits whose time is over, and tells how many.
func Sweep(ctx context.Context, db *database.DB, now time.Time) (n int64, err error) {
	err = db.Update(ctx, func(tx *database.Tx) error {
		old := database.Time{Time: now.Add(-Life)}
		if _, err := tx.Exec(`DELETE FROM visit_document WHERE visit NOT IN (SELECT id FROM visit WHERE changed >= ?)`, old); err != nil {
			return err
		}
		result, err := tx.Exec(`DELETE FROM visit WHERE changed < ?`, old)
		if err == nil {
			n, err = result.RowsAffected()
		}
		return err
	})
	return n, err
}

// Secure tells whether a site's address is one of HTTPS.
func Secure(site string) bool { return strings.HasPrefix(site, "https://") }
