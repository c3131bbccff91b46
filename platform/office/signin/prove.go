package signin

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/password"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/office/signin/totp"
)

// An attempt is what somebody offers as proof that he is an officer.
type attempt struct {
	login    string // or
	officer  string // of a session
	password string

	code   totp.Code // of his telephone, or
	hasOne bool      // six digits were typed

	byRecovery bool
	recovery   ticket.Code
	readable   bool // the recovery code has the shape of one
}

// A verdict is what became of an attempt.
type verdict struct {
	right bool
	wait  time.Duration // above 0: it was not looked at, and may be tried after that
}

// facts are what an attempt is judged by, read before the slow hash.
type facts struct {
	officer  Officer // zero for nobody
	account  records.Account
	counters []counter
	wait     time.Duration
}

// known tells whether there is an officer who may sign in.
func (f facts) known() bool { return f.officer.ID != "" }

func (s *Service) facts(tx *database.Tx, r *http.Request, a attempt, now time.Time) (f facts, err error) {
	if a.officer != "" {
		f.officer, err = s.cfg.Officers.ByID(tx, a.officer)
	} else {
		f.officer, err = s.cfg.Officers.ByLogin(tx, a.login)
	}
	if err != nil && !errors.Is(err, ErrUnknown) {
		return f, err
	}
	if err != nil || !f.officer.Active {
		f.officer = Officer{} // who is suspended is told what a stranger is told
	} else if f.account, err = records.ReadAccount(tx, f.officer.ID); errors.Is(err, records.ErrNone) {
		f.account = records.Account{}
	} else if err != nil {
		return f, err
	}
	device, err := s.knownDevice(tx, r, f.officer.ID)
	if err != nil {
		return f, err
	}
	f.counters = s.counters(f.officer.ID, strings.ToLower(a.login), device, networkKey(r))
	f.wait, err = waitOf(tx, f.counters, now)
	return f, err
}

// try judges an attempt. If it is right, then runs in the transaction in which its
// code is used up; whatever it returns ends the transaction. The answer and the time
// it takes do not tell whether there is such an officer, nor which part was wrong.
func (s *Service) try(r *http.Request, a attempt, then func(*database.Tx, Officer, records.Account) error) (v verdict, err error) {
	now := s.cfg.Now()
	var f facts
	err = s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		f, err = s.facts(tx, r, a, now)
		return err
	})
	if err != nil || f.wait > 0 {
		return verdict{wait: f.wait}, err
	}
	// The slow part, outside any transaction.
	right, old, err := s.hasher.Check(r.Context(), a.password, f.account.Password)
	if err != nil {
		return v, err
	}
	step, codeRight, err := s.checkCode(a, f, now)
	if err != nil {
		return v, err
	}
	renewed := ""
	if right && codeRight && old {
		if renewed, err = s.hasher.Hash(r.Context(), a.password); err != nil {
			return v, err
		}
	}
	if a.byRecovery && f.known() && f.account.Password == "" {
		right = true // a recovery code alone, of whoever has only passkeys
	}
	right = right && codeRight && f.known()
	err = s.cfg.DB.Update(r.Context(), func(tx *database.Tx) (err error) {
		v, err = s.judge(tx, r, a, f, right, step, now)
		if err != nil || !v.right {
			return err
		}
		if renewed != "" {
			if err := records.RenewPassword(tx, f.officer.ID, f.account.Password, renewed); err != nil {
				return err
			}
		}
		return then(tx, f.officer, f.account)
	})
	return v, err
}

// checkCode tells of which step the code is. For nobody, and for an officer without
// a code app, it does the same work on a secret that nobody has.
func (s *Service) checkCode(a attempt, f facts, now time.Time) (step int64, right bool, err error) {
	if a.byRecovery {
		return 0, a.readable, nil // whether it is there shows when it is used up
	}
	secret := totp.New()
	if len(f.account.Code) > 0 {
		if secret, err = s.openCode(f.officer.ID, f.account.Code); err != nil {
			return 0, false, err
		}
	}
	step, right = secret.Check(a.code, now, f.account.CodeStep)
	return step, right && a.hasOne && len(f.account.Code) > 0, nil
}

// judge uses the code up, or counts the attempt as wrong.
func (s *Service) judge(tx *database.Tx, r *http.Request, a attempt, f facts, right bool, step int64, now time.Time) (v verdict, err error) {
	// Of many attempts sent at once, those behind the last free one wait too.
	if v.wait, err = waitOf(tx, f.counters, now); err != nil || v.wait > 0 {
		return v, err
	}
	if right {
		// What was judged must still hold: another request may have changed it.
		account, err := records.ReadAccount(tx, f.officer.ID)
		if err != nil && !errors.Is(err, records.ErrNone) {
			return v, err
		}
		right = err == nil && account.Password == f.account.Password
	}
	if right && a.byRecovery {
		right, err = records.SpendRecovery(tx, f.officer.ID, a.recovery)
	} else if right {
		right, err = records.SpendCode(tx, f.officer.ID, step)
	}
	if err != nil {
		return v, err
	}
	if v.right = right; right {
		// The network's counter stays: whoever knows one password may guess others.
		return v, records.ClearAttempts(tx, f.counters[0].what)
	}
	return v, s.wrong(tx, r, f, now)
}

// wrong counts a wrong attempt; of a series of them the officer is told.
func (s *Service) wrong(tx *database.Tx, r *http.Request, f facts, now time.Time) error {
	failures, err := countWrong(tx, f.counters, now)
	if err != nil || !f.known() || !series(failures) {
		return err
	}
	data := map[string]string{"attempts": strconv.FormatInt(failures, 10), "network": networkOf(r)}
	if err := s.tell(tx, f.officer.ID, "wrong_attempts", now, data); err != nil {
		return err
	}
	return s.note(tx, r, now, "", actBegin, "officer:"+f.officer.ID,
		map[string]string{"did": "wrong attempts", "attempts": data["attempts"], "network": data["network"]})
}

// sealCode and openCode seal and open the secret of an officer's code app.
func (s *Service) sealCode(officer string, secret totp.Secret) []byte {
	return s.cfg.Sealer.Seal("signin_account", "code", officer, secret[:])
}

func (s *Service) openCode(officer string, sealed []byte) (secret totp.Secret, err error) {
	plain, err := s.cfg.Sealer.Open("signin_account", "code", officer, sealed)
	if err == nil && copy(secret[:], plain) != len(secret) {
		err = errors.New("the code app's secret in the database has another length: reset the officer's sign-in")
	}
	return secret, err
}

// hash hashes a new password.
func (s *Service) hash(ctx context.Context, text string) (string, error) {
	return s.hasher.Hash(ctx, text)
}

// weigh tells what is wrong with a new password.
func weigh(text string, officer Officer) password.Fault {
	return password.Weigh(text, append(strings.Fields(officer.Name.En), strings.Fields(officer.Name.Ur)...)...)
}
