package records

import (
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/ticket"
)

// Kinds of a session. Only a full one opens anything but the pages on which an
// officer sets up how he signs in.
const (
	Full       = "full"
	Invitation = "invitation" // an invitation was opened
	Recovery   = "recovery"   // a recovery code was used
)

// A Session is a browser in which an officer has signed in, or is setting up how.
type Session struct {
	ID       string
	Officer  string
	Kind     string
	How      string // by what he signed in
	Device   string // hash of the device's cookie, "" if it has none yet
	Network  string // shortened
	Agent    string
	Began    time.Time
	LastUsed time.Time
	Proved   time.Time
	Office   string // for which he acts, if he has chosen

	Invitation []byte // sealed code of the invitation that is used up at the end
	Password   string // hash of a password chosen and not yet taken
	Code       []byte // sealed secret of a code app offered and not yet taken
}

const sessionColumns = `id, officer, kind, how, device, network, agent, began, last_used, proved, office, invitation, password, code`

func scanSession(scan func(...any) error) (s Session, err error) {
	var began, used, proved database.Time
	err = scan(&s.ID, &s.Officer, &s.Kind, &s.How, &s.Device, &s.Network, &s.Agent, &began, &used, &proved, &s.Office, &s.Invitation, &s.Password, &s.Code)
	s.Began, s.LastUsed, s.Proved = began.Time, used.Time, proved.Time
	return s, err
}

// ReadSession finds the session of a cookie.
func ReadSession(tx *database.Tx, secret ticket.Secret) (Session, error) {
	s, err := scanSession(tx.QueryRow(`SELECT `+sessionColumns+` FROM signin_session WHERE hash = ?`, secret.Hash()).Scan)
	return s, found(err)
}

// Sessions lists an officer's sessions, the newest first.
func Sessions(tx *database.Tx, officer string) (all []Session, err error) {
	rows, err := tx.Query(`SELECT `+sessionColumns+` FROM signin_session WHERE officer = ? ORDER BY began DESC, id`, officer)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		s, err := scanSession(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// AddSession keeps a session under the hash of its secret.
func AddSession(tx *database.Tx, secret ticket.Secret, s Session) error {
	_, err := tx.Exec(`INSERT INTO signin_session (hash, `+sessionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		secret.Hash(), s.ID, s.Officer, s.Kind, s.How, s.Device, s.Network, s.Agent, at(s.Began), at(s.LastUsed), at(s.Proved), s.Office,
		s.Invitation, s.Password, s.Code)
	return err
}

// RenewSession gives a session another secret and notes a proof just given. It is
// false if the session has ended meanwhile.
func RenewSession(tx *database.Tx, id string, secret ticket.Secret, now time.Time) (bool, error) {
	return changed(tx.Exec(`UPDATE signin_session SET hash = ?, proved = ?, last_used = ? WHERE id = ?`, secret.Hash(), at(now), at(now), id))
}

// TouchSession notes that a session was used.
func TouchSession(tx *database.Tx, id string, now time.Time) error {
	_, err := tx.Exec(`UPDATE signin_session SET last_used = ? WHERE id = ?`, at(now), id)
	return err
}

// ChooseOffice notes for which office the officer acts in this session.
func ChooseOffice(tx *database.Tx, id, office string) error {
	_, err := tx.Exec(`UPDATE signin_session SET office = ? WHERE id = ?`, office, id)
	return err
}

// KeepPending keeps what the officer has chosen and not yet shown to have.
func KeepPending(tx *database.Tx, id, password string, code []byte) error {
	_, err := tx.Exec(`UPDATE signin_session SET password = ?, code = ? WHERE id = ?`, password, code, id)
	return err
}

// EndSession ends one session of an officer. It is false if there is none.
func EndSession(tx *database.Tx, officer, id string) (bool, error) {
	return changed(tx.Exec(`DELETE FROM signin_session WHERE id = ? AND officer = ?`, id, officer))
}

// EndSessions ends all sessions of an officer but the one named, if any, and tells
// how many there were.
func EndSessions(tx *database.Tx, officer, but string) (int64, error) {
	result, err := tx.Exec(`DELETE FROM signin_session WHERE officer = ? AND id <> ?`, officer, but)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// EndOld ends the sessions that began before one instant or were last used before
// another, of an officer who signs in: nobody can use them any more.
func EndOld(tx *database.Tx, officer string, began, used time.Time) error {
	_, err := tx.Exec(`DELETE FROM signin_session WHERE officer = ? AND (began < ? OR last_used < ?)`, officer, at(began), at(used))
	return err
}

// KnowsDevice tells whether an officer has signed in on a device before.
func KnowsDevice(tx *database.Tx, officer, hash string) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM signin_device WHERE officer = ? AND hash = ?`, officer, hash).Scan(&n)
	return n > 0, err
}

// IssuedDevice tells whether a device's cookie was made here, for whichever officer.
func IssuedDevice(tx *database.Tx, hash string) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM signin_device WHERE hash = ?`, hash).Scan(&n)
	return n > 0, err
}

// CountDevices counts the devices on which an officer has signed in.
func CountDevices(tx *database.Tx, officer string) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM signin_device WHERE officer = ?`, officer).Scan(&n)
	return n, err
}

// SeeDevice notes that an officer has signed in on a device.
func SeeDevice(tx *database.Tx, officer, hash string, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO signin_device (hash, officer, first_seen, last_seen) VALUES (?, ?, ?, ?)
		ON CONFLICT (officer, hash) DO UPDATE SET last_seen = excluded.last_seen`, hash, officer, at(now), at(now))
	return err
}

// ForgetDevices forgets all devices of an officer but one.
func ForgetDevices(tx *database.Tx, officer, but string) error {
	_, err := tx.Exec(`DELETE FROM signin_device WHERE officer = ? AND hash <> ?`, officer, but)
	return err
}

// GiveSession says whose a session is that began before its officer was known.
func GiveSession(tx *database.Tx, id, officer string) error {
	_, err := tx.Exec(`UPDATE signin_session SET officer = ? WHERE id = ? AND officer = ''`, officer, id)
	return err
}
