package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"intikhab/platform/database"
)

// A Query says which rows are looked for: those to which everything given applies.
type Query struct {
	Officer string // who did it, or whose charge he held
	Office  string
	Act     string // "office.appoint", or all of a package by its prefix: "office."
	On      string // "office:41", or all of a kind: "office:"
	Request string
	Reason  string // part of it, in capitals or not
	From    time.Time
	To      time.Time // rows before this instant
	Outcome Outcome   // 0: any

	Before int64 // rows with lower numbers, [Page.Next] of the page before; 0: from the newest
	Limit  int   // rows of a page, at most 1,000; 0: 50
}

// A Page is one page of rows, the newest first.
type Page struct {
	Rows []Row
	Next int64 // to be Before of the next page; 0: there is none
}

const mostRows = 1000

// Search gives a page of rows. Each thing asked for has an index but the reason,
// for which the rows to which the rest applies are read one by one (about a million
// a second): give it an officer or a time.
func Search(ctx context.Context, db *database.DB, q Query) (Page, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, mostRows)
	where, args := q.where()
	var page Page
	err := db.View(ctx, func(tx *database.Tx) error {
		page = Page{}
		rows, err := tx.Query(`SELECT `+rowColumns+` FROM audit_row`+where+` ORDER BY seq DESC LIMIT ?`, append(args, limit+1)...)
		if err != nil {
			return err
		}
		page.Rows, err = scanRows(rows)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("audit search: %w", err)
	}
	for i := range page.Rows {
		page.Rows[i].parse()
	}
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		page.Next = page.Rows[limit-1].Seq
	}
	return page, nil
}

// where gives the condition of the query and its arguments.
func (q Query) where() (string, []any) {
	var terms []string
	var args []any
	add := func(term string, values ...any) {
		terms = append(terms, term)
		args = append(args, values...)
	}
	if q.Officer != "" {
		add(`(officer = ? OR acting_for = ?)`, clean(q.Officer), clean(q.Officer))
	}
	if q.Office != "" {
		add(`office = ?`, clean(q.Office))
	}
	exactOrPrefix := func(column, value, mark string) {
		switch {
		case value == "":
		case strings.HasSuffix(value, mark):
			add(column+` LIKE ? ESCAPE '\'`, likeText(clean(value))+"%")
		default:
			add(column+` = ?`, clean(value))
		}
	}
	exactOrPrefix("act", q.Act, ".")
	exactOrPrefix("on_what", q.On, ":")
	if q.Request != "" {
		add(`request = ?`, clean(q.Request))
	}
	if q.Reason != "" {
		add(`lower(reason) LIKE lower(?) ESCAPE '\'`, "%"+likeText(clean(q.Reason))+"%")
	}
	if !q.From.IsZero() {
		add(`at >= ?`, database.Time{Time: q.From})
	}
	if !q.To.IsZero() {
		add(`at < ?`, database.Time{Time: q.To})
	}
	if q.Outcome != 0 {
		add(`outcome = ?`, int64(q.Outcome))
	}
	if q.Before != 0 {
		add(`seq < ?`, q.Before)
	}
	if len(terms) == 0 {
		return "", nil
	}
	return ` WHERE ` + strings.Join(terms, ` AND `), args
}

// likeText makes a text stand for itself in LIKE.
func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// ErrNoRow says that there is no row of the number.
var ErrNoRow = errors.New("no such row in the audit trail")

// A Shared row is one with everything that a person needs to hold it against the
// ledger himself: HMAC-SHA256 of Content under Salt is Commitment, which stands in
// entry Index of the ledger.
type Shared struct {
	Row
	Content    []byte
	Salt       [32]byte
	Commitment [32]byte
	Sealed     bool
	Index      uint64 // of the ledger, if it is sealed
}

// Show gives one row. Whoever is given its salt can check what it says, and nothing
// else: each row has its own.
func Show(ctx context.Context, db *database.DB, seq int64) (Shared, error) {
	var s Shared
	err := db.View(ctx, func(tx *database.Tx) error {
		s = Shared{}
		h, err := readHead(tx)
		if err != nil {
			return err
		}
		rows, err := rowsAfter(tx, seq-2, 2) // its predecessor too, to which it commits
		if err != nil {
			return err
		}
		i := slices.IndexFunc(rows, func(r Row) bool { return r.Seq == seq })
		if i < 0 {
			return ErrNoRow
		}
		var previous [32]byte
		if i == 1 {
			previous = rows[0].commitment
		}
		s.Row = rows[i]
		s.Row.parse()
		s.Content, s.Salt, s.Commitment = s.Row.content(h.trail, previous), s.Row.salt, s.Row.commitment
		s.Index, s.Sealed, err = sealedAt(tx, seq)
		return err
	})
	if err != nil {
		return Shared{}, fmt.Errorf("audit row %d: %w", seq, err)
	}
	return s, nil
}

// sealedAt tells where a row stands in the ledger.
func sealedAt(tx *database.Tx, seq int64) (uint64, bool, error) {
	var s seal
	err := tx.QueryRow(`SELECT first_seq, last_seq, ledger_index FROM audit_seal WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1`, seq).Scan(&s.first, &s.last, &s.index)
	if errors.Is(err, sql.ErrNoRows) || err == nil && s.last < seq {
		return 0, false, nil
	}
	return uint64(s.index + seq - s.first), err == nil, err
}
