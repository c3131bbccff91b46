package records

import (
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/ticket"
)

// A Token lets a program do some acts, in some area, until a date, as its officer.
type Token struct {
	ID       string
	Officer  string
	Name     string
	Acts     []string
	Area     string // "" for as far as the officer's own jurisdiction
	Office   string // for which the officer acts, "" if the act leaves no choice
	Made     time.Time
	Expires  time.Time
	LastUsed time.Time
}

const tokenColumns = `id, officer, name, acts, area, office, made, expires, last_used`

func scanToken(scan func(...any) error) (t Token, err error) {
	var made, expires, used database.Time
	var acts string
	err = scan(&t.ID, &t.Officer, &t.Name, &acts, &t.Area, &t.Office, &made, &expires, &used)
	t.Acts, t.Made, t.Expires, t.LastUsed = strings.Fields(acts), made.Time, expires.Time, used.Time
	return t, err
}

// ReadToken finds a token by its secret.
func ReadToken(tx *database.Tx, secret ticket.Secret) (Token, error) {
	t, err := scanToken(tx.QueryRow(`SELECT `+tokenColumns+` FROM signin_token WHERE hash = ?`, secret.Hash()).Scan)
	return t, found(err)
}

// Tokens lists an officer's tokens, the newest first.
func Tokens(tx *database.Tx, officer string) (all []Token, err error) {
	rows, err := tx.Query(`SELECT `+tokenColumns+` FROM signin_token WHERE officer = ? ORDER BY made DESC, id`, officer)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		t, err := scanToken(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// AddToken keeps a token under the hash of its secret.
func AddToken(tx *database.Tx, secret ticket.Secret, t Token) error {
	_, err := tx.Exec(`INSERT INTO signin_token (hash, `+tokenColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		secret.Hash(), t.ID, t.Officer, t.Name, strings.Join(t.Acts, " "), t.Area, t.Office, at(t.Made), at(t.Expires), at(t.LastUsed))
	return err
}

// TouchToken notes that a token was used.
func TouchToken(tx *database.Tx, id string, now time.Time) error {
	_, err := tx.Exec(`UPDATE signin_token SET last_used = ? WHERE id = ?`, at(now), id)
	return err
}

// RevokeToken ends a token of an officer. It is false if there is none.
func RevokeToken(tx *database.Tx, officer, id string) (bool, error) {
	return changed(tx.Exec(`DELETE FROM signin_token WHERE id = ? AND officer = ?`, id, officer))
}
