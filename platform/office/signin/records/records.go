// Package records is what is kept about officers' sign-in, and the statements by
// which it is read and written, for SQLite and PostgreSQL alike. It decides nothing:
// package signin does, whose migrations make the tables and whose tests run on both
// databases (TestBothDatabases there).
package records

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/ticket"
)

// ErrNone says that there is no such record.
var ErrNone = errors.New("no such record")

// NewID makes the number by which a record is listed. It opens nothing.
func NewID() string { return rand.Text() }

func at(t time.Time) database.Time { return database.Time{Time: t} }

// found turns SQL's word for nothing into ours.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNone
	}
	return err
}

// changed tells whether a statement has changed a row.
func changed(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// An Account is how an officer proves who he is.
type Account struct {
	Officer    string
	Handle     string // by which passkeys name him
	Password   string // argon2id hash, "" for none
	PasswordAt time.Time
	Code       []byte // sealed secret of the code app, nil for none
	CodeStep   int64
	CodeAt     time.Time
	Language   string
}

// HasPassword tells whether the officer can sign in by password and code.
func (a Account) HasPassword() bool { return a.Password != "" && len(a.Code) > 0 }

// ReadAccount reads an officer's account.
func ReadAccount(tx *database.Tx, officer string) (a Account, err error) {
	var passwordAt, codeAt database.Time
	err = tx.QueryRow(`SELECT officer, handle, password, password_at, code, code_step, code_at, language FROM signin_account WHERE officer = ?`, officer).
		Scan(&a.Officer, &a.Handle, &a.Password, &passwordAt, &a.Code, &a.CodeStep, &codeAt, &a.Language)
	a.PasswordAt, a.CodeAt = passwordAt.Time, codeAt.Time
	return a, found(err)
}

// OfficerOfHandle tells whose passkeys have this handle.
func OfficerOfHandle(tx *database.Tx, handle string) (officer string, err error) {
	err = tx.QueryRow(`SELECT officer FROM signin_account WHERE handle = ?`, handle).Scan(&officer)
	return officer, found(err)
}

// OpenAccount makes an account with nothing in it, if there is none.
func OpenAccount(tx *database.Tx, officer string, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO signin_account (officer, handle, password, code_step, language, began) VALUES (?, ?, '', 0, '', ?)
		ON CONFLICT (officer) DO NOTHING`, officer, ticket.New().Reveal(), at(now))
	return err
}

// SetPassword keeps a password's hash; "" takes password and code app away.
func SetPassword(tx *database.Tx, officer, hash string, now time.Time) error {
	if hash == "" {
		_, err := tx.Exec(`UPDATE signin_account SET password = '', password_at = NULL, code = NULL, code_at = NULL WHERE officer = ?`, officer)
		return err
	}
	_, err := tx.Exec(`UPDATE signin_account SET password = ?, password_at = ? WHERE officer = ?`, hash, at(now), officer)
	return err
}

// RenewPassword puts a hash of newer parameters in the place of one of the same
// password, if that is still there.
func RenewPassword(tx *database.Tx, officer, old, hash string) error {
	_, err := tx.Exec(`UPDATE signin_account SET password = ? WHERE officer = ? AND password = ?`, hash, officer, old)
	return err
}

// SetCode keeps the sealed secret of a code app, and the step of the code by which
// the officer showed that he has it.
func SetCode(tx *database.Tx, officer string, sealed []byte, step int64, now time.Time) error {
	_, err := tx.Exec(`UPDATE signin_account SET code = ?, code_step = ?, code_at = ? WHERE officer = ?`, sealed, step, at(now), officer)
	return err
}

// SpendCode uses a code's step up. It is false if that step, or a later one, has
// been used before: of two that show the same code only one gets true.
func SpendCode(tx *database.Tx, officer string, step int64) (bool, error) {
	return changed(tx.Exec(`UPDATE signin_account SET code_step = ? WHERE officer = ? AND code_step < ?`, step, officer, step))
}

// SetLanguage keeps the language that an officer reads.
func SetLanguage(tx *database.Tx, officer, language string) error {
	_, err := tx.Exec(`UPDATE signin_account SET language = ? WHERE officer = ?`, language, officer)
	return err
}

// SetRecovery puts new recovery codes in the place of all older ones.
func SetRecovery(tx *database.Tx, officer string, codes [ticket.Codes]ticket.Code, now time.Time) error {
	if _, err := tx.Exec(`DELETE FROM signin_recovery WHERE officer = ?`, officer); err != nil {
		return err
	}
	for _, code := range codes {
		if _, err := tx.Exec(`INSERT INTO signin_recovery (hash, officer, made) VALUES (?, ?, ?)`, code.Hash(), officer, at(now)); err != nil {
			return err
		}
	}
	return nil
}

// CountRecovery counts the recovery codes that an officer has left.
func CountRecovery(tx *database.Tx, officer string) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM signin_recovery WHERE officer = ?`, officer).Scan(&n)
	return n, err
}

// SpendRecovery uses a recovery code up. It is false if it is not this officer's,
// or was used.
func SpendRecovery(tx *database.Tx, officer string, code ticket.Code) (bool, error) {
	return changed(tx.Exec(`DELETE FROM signin_recovery WHERE hash = ? AND officer = ?`, code.Hash(), officer))
}

// ClearAccount takes away everything by which an officer could sign in, and all
// that he has signed in to.
func ClearAccount(tx *database.Tx, officer string, now time.Time) error {
	if err := SetPassword(tx, officer, "", now); err != nil {
		return err
	}
	for _, table := range []string{"signin_passkey", "signin_recovery", "signin_session", "signin_device", "signin_token", "signin_restart"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE officer = ?`, officer); err != nil {
			return err
		}
	}
	return nil
}

// SetRestart keeps the link by which an officer sets up his sign-in anew, in the
// place of any older one.
func SetRestart(tx *database.Tx, officer string, code ticket.Secret, expires time.Time) error {
	_, err := tx.Exec(`INSERT INTO signin_restart (officer, hash, expires) VALUES (?, ?, ?)
		ON CONFLICT (officer) DO UPDATE SET hash = excluded.hash, expires = excluded.expires`, officer, code.Hash(), at(expires))
	return err
}

// ReadRestart tells whose link it is, if it is good at an instant.
func ReadRestart(tx *database.Tx, code ticket.Secret, now time.Time) (officer string, err error) {
	err = tx.QueryRow(`SELECT officer FROM signin_restart WHERE hash = ? AND expires > ?`, code.Hash(), at(now)).Scan(&officer)
	return officer, found(err)
}

// SpendRestart uses an officer's link up. It is false if there is none.
func SpendRestart(tx *database.Tx, officer string) (bool, error) {
	return changed(tx.Exec(`DELETE FROM signin_restart WHERE officer = ?`, officer))
}
