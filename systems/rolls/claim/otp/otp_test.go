package otp

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/notice"
	"intikhab/platform/sms"
	"intikhab/platform/words"
	"intikhab/test/databases"
)

var begin = time.Date(2026, 11, 25, 22, 0, 0, 0, time.UTC)

// desk is a store whose clock the test sets, and which hands what it sends to the test.
type desk struct {
	*testing.T
	*Store
	db   *database.DB
	now  time.Time
	sent []notice.Notice
}

func (d *desk) Put(_ *database.Tx, n notice.Notice) (string, error) {
	d.sent = append(d.sent, n)
	return n.Key, nil
}

func each(t *testing.T, f func(d *desk)) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		d := &desk{T: t, db: db, now: begin}
		if err := Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		d.Store = New(db, vault.New(begin), d, Standard(), func() time.Time { return d.now })
		f(d)
	})
}

func telephone(n int) sms.MSISDN {
	m, err := sms.ParseMSISDN(fmt.Sprintf("0300%07d", n))
	if err != nil {
		panic(err)
	}
	return m
}

var home = netip.MustParseAddr("203.0.113.9")

func (d *desk) send(n int, from netip.Addr) (id, code string) {
	d.Helper()
	id, err := d.Send(d.Context(), telephone(n), from, words.Urdu)
	if err != nil {
		d.Fatal(err)
	}
	return id, d.sent[len(d.sent)-1].Data["code"]
}

func (d *desk) number(id string) (n sms.MSISDN, err error) {
	d.Helper()
	err = d.db.Update(d.Context(), func(tx *database.Tx) (err error) {
		n, err = d.Use(tx, id)
		return err
	})
	return n, err
}

func TestConfirm(t *testing.T) {
	each(t, func(d *desk) {
		id, code := d.send(1, home)
		if len(code) != 6 || d.sent[0].Telephone != telephone(1) {
			t.Errorf("a code of %d digits was sent", len(code))
		}
		if _, err := d.number(id); !errors.Is(err, ErrWrong) {
			t.Errorf("it holds before it is confirmed: %v", err)
		}
		urdu := strings.NewReplacer("0", "۰", "1", "۱", "2", "۲", "3", "۳", "4", "۴", "5", "۵", "6", "۶", "7", "۷", "8", "۸", "9", "۹")
		if err := d.Confirm(t.Context(), id, urdu.Replace(code)); err != nil {
			t.Errorf("in Urdu digits: %v", err)
		}
		if err := d.Confirm(t.Context(), id, code); !errors.Is(err, ErrWrong) {
			t.Errorf("a second time: %v", err)
		}
		if n, err := d.number(id); err != nil || n != telephone(1) {
			t.Errorf("confirmed is %v, %v", n, err)
		}
		if _, err := d.number(id); !errors.Is(err, ErrWrong) {
			t.Errorf("it is used twice: %v", err)
		}

		d.now = d.now.Add(2 * time.Minute)
		id, code = d.send(1, home)
		d.now = d.now.Add(10 * time.Minute)
		if err := d.Confirm(t.Context(), id, code); !errors.Is(err, ErrWrong) {
			t.Errorf("after ten minutes: %v", err)
		}
		id, code = d.send(1, home)
		if err := d.Confirm(t.Context(), id, code); err != nil {
			t.Fatal(err)
		}
		d.now = d.now.Add(time.Hour)
		if _, err := d.number(id); !errors.Is(err, ErrWrong) {
			t.Errorf("an hour after it was confirmed: %v", err)
		}
	})
}

// TestGuessing: nobody gets more than five tries a code and thirty a day for a number.
func TestGuessing(t *testing.T) {
	each(t, func(d *desk) {
		guesses := 0
		for end := d.now.Add(24 * time.Hour); d.now.Before(end); d.now = d.now.Add(10 * time.Minute) {
			id, err := d.Send(t.Context(), telephone(7), home, words.English)
			if l := (*LimitError)(nil); errors.As(err, &l) {
				if l.Wait <= 0 || l.Wait > 24*time.Hour {
					t.Fatalf("wait %v", l.Wait)
				}
				continue
			} else if err != nil {
				t.Fatal(err)
			}
			code := d.sent[len(d.sent)-1].Data["code"]
			for range 5 {
				guesses++
				if err := d.Confirm(t.Context(), id, "x"); !errors.Is(err, ErrWrong) {
					t.Fatal(err)
				}
			}
			if err := d.Confirm(t.Context(), id, code); !errors.Is(err, ErrWrong) {
				t.Fatal("the sixth try was looked at")
			}
		}
		if guesses != 30 {
			t.Errorf("%d guesses in a day, want 30", guesses)
		}
	})
}

func TestLimits(t *testing.T) {
	each(t, func(d *desk) {
		d.send(1, home)
		if _, err := d.Send(t.Context(), telephone(1), netip.MustParseAddr("2001:db8::1"), words.Urdu); !isLimit(err) {
			t.Errorf("two in a minute: %v", err)
		}
		for n := range 39 {
			d.send(100+n, home)
		}
		if _, err := d.Send(t.Context(), telephone(2), home, words.Urdu); !isLimit(err) {
			t.Errorf("the 41st from one address: %v", err)
		}
		d.send(2, netip.MustParseAddr("203.0.113.10"))
		for n := range 40 {
			d.send(200+n, netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", n)))
		}
		if _, err := d.Send(t.Context(), telephone(3), netip.MustParseAddr("2001:db8::ffff"), words.Urdu); !isLimit(err) {
			t.Errorf("the 41st from one network of IPv6: %v", err)
		}
		d.send(3, netip.MustParseAddr("2001:db8:0:1::1"))
		foreign, err := sms.ParseMSISDN("+4915112345678")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Send(t.Context(), foreign, netip.MustParseAddr("203.0.113.11"), words.Urdu); !errors.Is(err, ErrNumber) {
			t.Errorf("abroad: %v", err)
		}
		d.now = d.now.AddDate(0, 0, 3)
		if n, err := d.Sweep(t.Context()); err != nil || n != 82 {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}

func isLimit(err error) bool {
	l := (*LimitError)(nil)
	return errors.As(err, &l)
}

// TestTold: the code's SMS is one segment in English and at most two in Urdu.
func TestTold(t *testing.T) {
	for _, lang := range words.Languages {
		text := Texts.Text(lang, "otp.told.code", "code", "123456")
		if most := map[words.Language]int{words.English: 160, words.Urdu: 134}[lang]; len([]rune(text)) > most {
			t.Errorf("%s: %d characters, %d are the most", lang, len([]rune(text)), most)
		}
	}
}
