package audit

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"intikhab/platform/database"
)

const rowColumns = `seq, at, officer, acting_for, office, act, on_what, outcome, changes, reason, request, salt, commitment`

// rowsAfter gives up to limit rows after a number, in order.
func rowsAfter(tx *database.Tx, seq int64, limit int) ([]Row, error) {
	rows, err := tx.Query(`SELECT `+rowColumns+` FROM audit_row WHERE seq > ? ORDER BY seq LIMIT ?`, seq, limit)
	if err != nil {
		return nil, err
	}
	return scanRows(rows)
}

func scanRows(rows *sql.Rows) ([]Row, error) {
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var r Row
		var at string
		var salt, commitment []byte
		if err := rows.Scan(&r.Seq, &at, &r.Officer, &r.For, &r.Office, &r.Act, &r.On, &r.Outcome, &r.changes, &r.Reason, &r.Request, &salt, &commitment); err != nil {
			return nil, err
		}
		r.fill(at, salt, commitment)
		out = append(out, r)
	}
	return out, rows.Err()
}

// fill takes what the database has in a form of its own. What Write would not have
// written is remembered in odd, for Verify to name: reading goes on.
func (r *Row) fill(at string, salt, commitment []byte) {
	var t database.Time
	if err := t.Scan(at); err != nil {
		r.odd = fmt.Sprintf("its instant is %q", at)
	} else if v, _ := t.Value(); v != at {
		r.odd = fmt.Sprintf("its instant is %q, which is not how one is written", at)
	}
	r.At = t.Time
	if copy(r.salt[:], salt) != 32 || len(salt) != 32 {
		r.odd = fmt.Sprintf("its salt has %d bytes, not 32", len(salt))
	}
	if copy(r.commitment[:], commitment) != 32 || len(commitment) != 32 {
		r.odd = fmt.Sprintf("its commitment has %d bytes, not 32", len(commitment))
	}
}

// parse fills Changes in, for a person. What is no JSON was altered, and Verify says
// so: its text is part of what is committed to.
func (r *Row) parse() {
	if r.changes != "" {
		json.Unmarshal([]byte(r.changes), &r.Changes)
	}
}

// A seal says that rows first to last are the entries index and following.
type seal struct{ first, last, index int64 }

// sealsAfter gives up to limit seals after a row's number, in order.
func sealsAfter(tx *database.Tx, seq int64, limit int) ([]seal, error) {
	rows, err := tx.Query(`SELECT first_seq, last_seq, ledger_index FROM audit_seal WHERE first_seq > ? ORDER BY first_seq LIMIT ?`, seq, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []seal
	for rows.Next() {
		var s seal
		if err := rows.Scan(&s.first, &s.last, &s.index); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// lastSeal is the newest note of what stands in the ledger; zero if there is none.
func lastSeal(tx *database.Tx) (s seal, err error) {
	err = tx.QueryRow(`SELECT first_seq, last_seq, ledger_index FROM audit_seal ORDER BY first_seq DESC LIMIT 1`).Scan(&s.first, &s.last, &s.index)
	if err == sql.ErrNoRows {
		return seal{}, nil
	}
	return s, err
}

// next is the first index after the seal's entries.
func (s seal) next() uint64 {
	if s.last == 0 {
		return 0
	}
	return uint64(s.index + s.last - s.first + 1)
}
