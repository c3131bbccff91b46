// Package statement is what the commission says for ever: a public text, such as the root
// of a frozen roll or the digest of a copy that was handed out, to which the ledger has an
// entry (C2SP tlog-tiles, package ledger). The text is written in the transaction of the
// act that it speaks of, with its number and salt; the ledger's entry follows at once or,
// after a crash, at the next start, exactly one for each text (TestKilledBetween). Who has
// text and salt checks it against the ledger with openssl; docs/ledger-format.md says how.
//
// A text is published with everything else: it holds no personal data.
package statement

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/web"
)

//go:embed migrations
var migrations embed.FS

// Migrate makes the table.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "statement", dir)
}

// ErrNone says that there is no statement of that kind and number.
var ErrNone = errors.New("there is no such statement")

// A Statement is one text. Its ID is "roll/3".
type Statement struct {
	Kind    string // as the ledger's kinds: a-z, 0-9 and hyphen
	Number  uint64 // from 1, within the kind
	Made    time.Time
	Salt    []byte // 32 bytes
	Content []byte // what the ledger commits to
	Entry   int64  // the ledger's entry, -1 while there is none
}

// ID names a statement.
func (s Statement) ID() string { return s.Kind + "/" + strconv.FormatUint(s.Number, 10) }

// Sealed tells whether the ledger has its entry.
func (s Statement) Sealed() bool { return s.Entry >= 0 }

// Bytes is the ledger's entry.
func (s Statement) Bytes() []byte {
	return ledger.Entry{Kind: s.Kind, Number: s.Number, Commitment: ledger.Commit([32]byte(s.Salt), s.Content)}.Bytes()
}

const columns = `kind, number, made, salt, content, entry`

// Put writes a statement in the transaction of the act that it speaks of. Seal gives it
// its entry afterwards.
func Put(tx *database.Tx, now time.Time, kind string, content []byte) (Statement, error) {
	s := Statement{Kind: kind, Made: now.UTC(), Salt: make([]byte, 32), Content: content, Entry: -1}
	rand.Read(s.Salt)
	var last sql.NullInt64
	if err := tx.QueryRow(`SELECT MAX(number) FROM statement WHERE kind = ?`, kind).Scan(&last); err != nil {
		return s, err
	}
	s.Number = uint64(last.Int64) + 1
	if _, err := ledger.ParseEntry(s.Bytes()); err != nil {
		return s, fmt.Errorf("statement of kind %q: %w", kind, err)
	}
	_, err := tx.Exec(`INSERT INTO statement (id, `+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		s.ID(), s.Kind, int64(s.Number), database.Time{Time: s.Made}, s.Salt, s.Content, s.Entry)
	return s, err
}

// Get gives a statement, or ErrNone.
func Get(tx *database.Tx, kind string, number uint64) (Statement, error) {
	all, err := read(tx, 1, `kind = ? AND number = ?`, kind, int64(number))
	if err == nil && len(all) == 0 {
		return Statement{}, fmt.Errorf("%s/%d: %w", kind, number, ErrNone)
	}
	if err != nil {
		return Statement{}, err
	}
	return all[0], nil
}

// All gives the statements of a kind, the newest first.
func All(tx *database.Tx, kind string, limit int) ([]Statement, error) {
	return read(tx, limit, `kind = ?`, kind)
}

func read(tx *database.Tx, limit int, where string, args ...any) (all []Statement, err error) {
	rows, err := tx.Query(`SELECT `+columns+` FROM statement WHERE `+where+` ORDER BY kind, number DESC LIMIT ?`, append(args, limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s Statement
		var made database.Time
		if err := rows.Scan(&s.Kind, &s.Number, &made, &s.Salt, &s.Content, &s.Entry); err != nil {
			return nil, err
		}
		s.Made = made.Time
		all = append(all, s)
	}
	return all, rows.Err()
}

// public is a statement as anybody gets it.
type public struct {
	Kind       string    `json:"kind"`
	Number     uint64    `json:"number"`
	Made       time.Time `json:"made"`
	Content    string    `json:"content"`
	Salt       []byte    `json:"salt"`
	Commitment []byte    `json:"commitment"` // as it stands in the ledger's entry
	Entry      int64     `json:"entry"`
}

// Route serves the statements at /statements/{kind}/{number}, to anybody.
func Route(db *database.DB, act web.Act) web.Route {
	return web.Route{Method: http.MethodGet, Path: "/statements/{kind}/{number}", Act: act, Machine: true, Handler: func(w http.ResponseWriter, r *http.Request) {
		number, err := strconv.ParseUint(r.PathValue("number"), 10, 62)
		var s Statement
		if err == nil {
			err = db.View(r.Context(), func(tx *database.Tx) (err error) {
				s, err = Get(tx, r.PathValue("kind"), number)
				return err
			})
		}
		switch {
		case errors.Is(err, ErrNone) || errors.Is(err, strconv.ErrSyntax) || errors.Is(err, strconv.ErrRange):
			web.Fail(w, r, http.StatusNotFound)
			return
		case err != nil:
			web.Broken(w, r, nil, err)
			return
		}
		commitment := ledger.Commit([32]byte(s.Salt), s.Content)
		web.WriteJSON(w, http.StatusOK, "application/json", public{s.Kind, s.Number, s.Made, string(s.Content), s.Salt, commitment[:], s.Entry})
	}}
}
