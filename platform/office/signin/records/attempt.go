package records

import (
	"encoding/json"
	"errors"
	"time"

	"intikhab/platform/database"
)

// ReadAttempts tells how many wrong attempts there were of late, and when the last was.
func ReadAttempts(tx *database.Tx, what string) (failures int64, last time.Time, err error) {
	var when database.Time
	err = found(tx.QueryRow(`SELECT failures, last FROM signin_attempt WHERE what = ?`, what).Scan(&failures, &when))
	if errors.Is(err, ErrNone) {
		err = nil
	}
	return failures, when.Time, err
}

// SetAttempts keeps the number of wrong attempts.
func SetAttempts(tx *database.Tx, what string, failures int64, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO signin_attempt (what, failures, last) VALUES (?, ?, ?)
		ON CONFLICT (what) DO UPDATE SET failures = excluded.failures, last = excluded.last`, what, failures, at(now))
	return err
}

// ClearAttempts forgets the wrong attempts.
func ClearAttempts(tx *database.Tx, what string) error {
	_, err := tx.Exec(`DELETE FROM signin_attempt WHERE what = ?`, what)
	return err
}

// SpendChallenge notes that a challenge was answered. It is false if it had been.
// Those that have lapsed are forgotten, since nobody accepts them any more.
func SpendChallenge(tx *database.Tx, hash string, expires, now time.Time) (bool, error) {
	if _, err := tx.Exec(`DELETE FROM signin_spent WHERE expires < ?`, at(now)); err != nil {
		return false, err
	}
	return changed(tx.Exec(`INSERT INTO signin_spent (hash, expires) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING`, hash, at(expires)))
}

// A Notice tells an officer what has happened to his account.
type Notice struct {
	ID   string
	At   time.Time
	Kind string
	Data map[string]string
}

// AddNotice keeps a notice until the officer has seen it.
func AddNotice(tx *database.Tx, officer string, n Notice) error {
	data, err := json.Marshal(n.Data)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO signin_notice (id, officer, at, kind, data) VALUES (?, ?, ?, ?, ?)`, NewID(), officer, at(n.At), n.Kind, string(data))
	return err
}

// Notices lists the notices that an officer has not yet put away, the newest first.
func Notices(tx *database.Tx, officer string) (all []Notice, err error) {
	rows, err := tx.Query(`SELECT id, at, kind, data FROM signin_notice WHERE officer = ? AND seen IS NULL ORDER BY at DESC, id LIMIT 20`, officer)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n Notice
		var when database.Time
		var data string
		if err := rows.Scan(&n.ID, &when, &n.Kind, &data); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(data), &n.Data); err != nil {
			return nil, err
		}
		n.At = when.Time
		all = append(all, n)
	}
	return all, rows.Err()
}

// PutAway notes that an officer has seen his notices up to an instant.
func PutAway(tx *database.Tx, officer string, upTo, now time.Time) error {
	_, err := tx.Exec(`UPDATE signin_notice SET seen = ? WHERE officer = ? AND seen IS NULL AND at <= ?`, at(now), officer, at(upTo))
	return err
}

// Key reads the sealed key; nil if there is none yet.
func Key(tx *database.Tx) (sealed []byte, err error) {
	err = found(tx.QueryRow(`SELECT sealed FROM signin_key WHERE id = '1'`).Scan(&sealed))
	if errors.Is(err, ErrNone) {
		err = nil
	}
	return sealed, err
}

// KeepKey keeps the sealed key, unless there is one.
func KeepKey(tx *database.Tx, sealed []byte) error {
	_, err := tx.Exec(`INSERT INTO signin_key (id, sealed) VALUES ('1', ?) ON CONFLICT (id) DO NOTHING`, sealed)
	return err
}

// Tidy deletes sessions that began before one instant, and attempts of which the
// last was before another.
func Tidy(tx *database.Tx, began, attempted time.Time) error {
	if _, err := tx.Exec(`DELETE FROM signin_session WHERE began < ?`, at(began)); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM signin_attempt WHERE last < ?`, at(attempted))
	return err
}
