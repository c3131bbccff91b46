package records

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"intikhab/platform/database"
)

// A Passkey is one passkey of an officer.
type Passkey struct {
	ID       string
	Officer  string
	Name     string
	Record   []byte // sealed
	Added    time.Time
	LastUsed time.Time
	Stopped  time.Time // zero if it may be used
}

func credentialHash(credential []byte) string {
	sum := sha256.Sum256(credential)
	return hex.EncodeToString(sum[:])
}

// Passkeys lists an officer's passkeys, the oldest first.
func Passkeys(tx *database.Tx, officer string) (all []Passkey, err error) {
	rows, err := tx.Query(`SELECT id, officer, name, record, added, last_used, stopped FROM signin_passkey WHERE officer = ? ORDER BY added, id`, officer)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Passkey
		var added, used, stopped database.Time
		if err := rows.Scan(&p.ID, &p.Officer, &p.Name, &p.Record, &added, &used, &stopped); err != nil {
			return nil, err
		}
		p.Added, p.LastUsed, p.Stopped = added.Time, used.Time, stopped.Time
		all = append(all, p)
	}
	return all, rows.Err()
}

// AddPasskey keeps a passkey. It is false if the authenticator's credential is here
// already, whoever has it.
func AddPasskey(tx *database.Tx, p Passkey, credential []byte) (bool, error) {
	return changed(tx.Exec(`INSERT INTO signin_passkey (id, officer, credential, name, record, added) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (credential) DO NOTHING`, p.ID, p.Officer, credentialHash(credential), p.Name, p.Record, at(p.Added)))
}

// UsePasskey keeps a passkey's record as it is after a use: its counter has gone up.
func UsePasskey(tx *database.Tx, id string, record []byte, now time.Time) error {
	_, err := tx.Exec(`UPDATE signin_passkey SET record = ?, last_used = ? WHERE id = ?`, record, at(now), id)
	return err
}

// StopPasskey refuses a passkey from now on.
func StopPasskey(tx *database.Tx, id string, now time.Time) error {
	_, err := tx.Exec(`UPDATE signin_passkey SET stopped = ? WHERE id = ? AND stopped IS NULL`, at(now), id)
	return err
}

// NamePasskey gives an officer's passkey another name.
func NamePasskey(tx *database.Tx, officer, id, name string) (bool, error) {
	return changed(tx.Exec(`UPDATE signin_passkey SET name = ? WHERE id = ? AND officer = ?`, name, id, officer))
}

// RemovePasskey removes an officer's passkey.
func RemovePasskey(tx *database.Tx, officer, id string) (bool, error) {
	return changed(tx.Exec(`DELETE FROM signin_passkey WHERE id = ? AND officer = ?`, id, officer))
}
