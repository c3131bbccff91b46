// Package otp is the one-time code by which a citizen shows that a telephone is his: six
// digits by SMS, good for ten minutes and five tries. It knows nothing of the roll and
// answers for every number alike, so that nobody learns from it who stands there.
//
// A code is kept as a digest, and that sealed (package vault); compared in constant
// time. TestGuessing shows how many guesses anybody gets: at most 30 a day for a number,
// of a million codes.
//
// What remains: whoever knows somebody's number can have codes sent to it until the
// number's limit is reached, and the person himself gets none until the hour is over.
package otp

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/netip"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/notice"
	"intikhab/platform/sms"
	"intikhab/platform/words"
)

//go:embed migrations words
var files embed.FS

// Words is the folder of this package's texts, for the catalogue of pages.
var Words fs.FS = files

// Texts are this package's own texts.
var Texts = words.MustCatalogue(files)

// Migrate makes the table.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "otp", dir)
}

const table = "otp_code"

// SealedColumns are the columns that package vault rotates.
func SealedColumns() []vault.Column {
	return []vault.Column{
		{Table: table, Key: "id", Name: "number", Index: "number_index"},
		{Table: table, Key: "id", Name: "address", Index: "address_index"},
		{Table: table, Key: "id", Name: "code"},
	}
}

// kind is the notice that brings a code. It is a duty: it cannot wait until morning.
const kind = "otp.code"

// Told is the kind of notice that brings a code.
func Told() []notice.Kind {
	return []notice.Kind{{Name: kind, Texts: Texts, Text: "otp.told.code", Subject: "otp.told_subject", Duty: true}}
}

// Limits of codes.
type Limits struct {
	Lives     time.Duration // of a code
	Holds     time.Duration // of a confirmation
	Tries     int           // of a code
	Between   time.Duration // two codes to one number
	PerHour   int           // codes to one number
	PerDay    int
	PerOrigin int // codes an hour asked for from one network address; mobile operators put many people behind one
}

// Standard are the limits of a program that was not told otherwise.
func Standard() Limits {
	return Limits{Lives: 10 * time.Minute, Holds: time.Hour, Tries: 5, Between: time.Minute, PerHour: 3, PerDay: 6, PerOrigin: 40}
}

var (
	// ErrWrong says that a code is not the one that was sent, or that it is too old, was
	// tried too often, or never sent: which of them is not told.
	ErrWrong = errors.New("the code is wrong or too old: ask for another")
	// ErrNumber says that it is no mobile number of Pakistan. To others nothing is sent:
	// calls to them could be made dear by whoever gets the charge.
	ErrNumber = errors.New("it is no mobile telephone number of Pakistan")
)

// A LimitError says that too many codes were asked for.
type LimitError struct{ Wait time.Duration }

func (e *LimitError) Error() string { return "too many codes were asked for: wait " + e.Wait.String() }

// Notices puts a code into the transaction; a *notice.Service does.
type Notices interface {
	Put(tx *database.Tx, n notice.Notice) (id string, err error)
}

// A Store sends and confirms codes.
type Store struct {
	db      *database.DB
	keys    *vault.Keyring
	notices Notices
	limits  Limits
	now     func() time.Time
}

// New makes a store.
func New(db *database.DB, keys *vault.Keyring, notices Notices, limits Limits, now func() time.Time) *Store {
	if now == nil {
		now = time.Now
	}
	return &Store{db, keys, notices, limits, now}
}

// origin is a network address as it counts: of IPv6 the /64 that one household gets.
func origin(from netip.Addr) string {
	from = from.Unmap().WithZone("")
	if from.Is6() {
		if p, err := from.Prefix(64); err == nil {
			return p.String()
		}
	}
	return from.String()
}

// Send sends a code to a number, and gives the name by which it is confirmed: for the
// page that asks for the code, and for nobody else.
func (s *Store) Send(ctx context.Context, number sms.MSISDN, from netip.Addr, lang words.Language) (id string, err error) {
	if number.FirstOperator() == "" {
		return "", ErrNumber
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	id, code := rand.Text(), fmt.Sprintf("%06d", n)
	err = s.db.Update(ctx, func(tx *database.Tx) error {
		now := s.now()
		if err := s.within(tx, number, origin(from), now); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO otp_code (id, number, number_index, address, address_index, code, sent, tries, used) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)`,
			id, s.keys.Seal(table, "number", id, []byte(number.Reveal())), s.keys.Index(table+".number", number.Reveal()),
			s.keys.Seal(table, "address", id, []byte(origin(from))), s.keys.Index(table+".address", origin(from)),
			s.keys.Seal(table, "code", id, digest(id, code)), database.Time{Time: now})
		if err != nil {
			return err
		}
		_, err = s.notices.Put(tx, notice.Notice{Kind: kind, Language: lang, Telephone: number, Data: map[string]string{"code": code}, On: "otp:" + id, Key: "otp:" + id})
		return err
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

func digest(id, code string) []byte {
	sum := sha256.Sum256([]byte(id + "\x00" + code))
	return sum[:]
}

// within checks the limits.
func (s *Store) within(tx *database.Tx, number sms.MSISDN, from string, now time.Time) error {
	hour, day := now.Add(-time.Hour), now.AddDate(0, 0, -1)
	checks := []struct {
		column, value string
		since         time.Time
		most          int
	}{
		{"number", number.Reveal(), now.Add(-s.limits.Between), 1},
		{"number", number.Reveal(), hour, s.limits.PerHour},
		{"number", number.Reveal(), day, s.limits.PerDay},
		{"address", from, hour, s.limits.PerOrigin},
	}
	for _, c := range checks {
		match, args := s.keys.Match(c.column+"_index", table+"."+c.column, c.value)
		var n int
		var first database.Time
		err := tx.QueryRow(`SELECT count(*), min(sent) FROM otp_code WHERE `+match+` AND sent > ?`, append(args, database.Time{Time: c.since})...).Scan(&n, &first)
		if err != nil {
			return err
		}
		if n >= c.most {
			return &LimitError{max(first.Sub(c.since).Round(time.Second), time.Second)}
		}
	}
	return nil
}

// Confirm tries a code. The try counts whatever becomes of the caller: it is committed
// before Confirm returns.
func (s *Store) Confirm(ctx context.Context, id, code string) error {
	answer := ErrWrong
	err := s.db.Update(ctx, func(tx *database.Tx) error {
		answer = ErrWrong
		var sealed []byte
		var sent, confirmed database.Time
		var tries int
		err := tx.QueryRow(`SELECT code, sent, tries, confirmed FROM otp_code WHERE id = ?`, id).Scan(&sealed, &sent, &tries, &confirmed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		now := s.now()
		if tries >= s.limits.Tries || !confirmed.IsZero() || now.Sub(sent.Time) >= s.limits.Lives {
			return nil
		}
		is, err := s.keys.Open(table, "code", id, sealed)
		if err != nil {
			return fmt.Errorf("a one-time code: %w", err)
		}
		if subtle.ConstantTimeCompare(is, digest(id, words.Digits(code))) == 1 {
			answer = nil
			_, err = tx.Exec(`UPDATE otp_code SET tries = tries + 1, confirmed = ? WHERE id = ?`, database.Time{Time: now}, id)
		} else {
			_, err = tx.Exec(`UPDATE otp_code SET tries = tries + 1 WHERE id = ?`, id)
		}
		return err
	})
	if err != nil {
		return err
	}
	return answer
}

// Confirmed gives the number that was confirmed under a name, while that holds; ErrWrong
// otherwise.
func (s *Store) Confirmed(tx *database.Tx, id string) (sms.MSISDN, error) {
	var sealed []byte
	var confirmed database.Time
	var used int
	err := tx.QueryRow(`SELECT number, confirmed, used FROM otp_code WHERE id = ?`, id).Scan(&sealed, &confirmed, &used)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return sms.MSISDN{}, ErrWrong
	case err != nil:
		return sms.MSISDN{}, err
	case confirmed.IsZero(), used != 0, s.now().Sub(confirmed.Time) >= s.limits.Holds:
		return sms.MSISDN{}, ErrWrong
	}
	plain, err := s.keys.Open(table, "number", id, sealed)
	if err != nil {
		return sms.MSISDN{}, fmt.Errorf("a one-time code: %w", err)
	}
	return sms.ParseMSISDN(string(plain))
}

// Use is Confirmed for an act that one confirmation is good for once: the filing of a
// claim, in its transaction.
func (s *Store) Use(tx *database.Tx, id string) (sms.MSISDN, error) {
	n, err := s.Confirmed(tx, id)
	if err == nil {
		_, err = tx.Exec(`UPDATE otp_code SET used = 1 WHERE id = ?`, id)
	}
	return n, err
}

// Sweep forgets codes that no limit counts any more.
func (s *Store) Sweep(ctx context.Context) (n int64, err error) {
	err = s.db.Update(ctx, func(tx *database.Tx) error {
		res, err := tx.Exec(`DELETE FROM otp_code WHERE sent < ?`, database.Time{Time: s.now().AddDate(0, 0, -2)})
		if err == nil {
			n, err = res.RowsAffected()
		}
		return err
	})
	return n, err
}
