package signin

import (
	"errors"
	"maps"
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/words"
)

// toldPrefix begins the keys of what officers are told about their accounts.
const toldPrefix = "signin.told."

// Told are the kinds of notices about an officer's account. All are duties: a warning
// that waits until morning, or for who has sent STOP, warns nobody.
func Told() (kinds []notice.Kind) {
	for _, key := range catalogue.Keys() {
		if kind, ok := strings.CutPrefix(key, toldPrefix); ok {
			kinds = append(kinds, notice.Kind{Name: "signin." + kind, Texts: catalogue, Text: key, Subject: "signin.told_subject", Duty: true})
		}
	}
	return kinds
}

// Teller is the Notifier that ships: it tells an officer by e-mail, or by SMS where
// there is no address, in the language that he has chosen.
type Teller struct {
	Book    *office.Book
	Notices *notice.Service
	Now     func() time.Time
}

// Notify implements Notifier. Whoever is not reached by either way reads it on his
// pages.
func (t Teller) Notify(tx *database.Tx, officer, kind string, data map[string]string) error {
	o, err := t.Book.Officer(tx, office.OfficerID(officer))
	if errors.Is(err, office.ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	n := notice.Notice{Kind: "signin." + kind, On: "officer:" + officer}
	switch {
	case !o.Personal.Email.IsZero():
		n.Address = o.Personal.Email.Reveal()
	case o.Personal.Telephone.Reveal() != "":
		n.Telephone = o.Personal.Telephone
	default:
		return nil
	}
	if n.Language, err = Language(tx, officer); err != nil {
		return err
	}
	if n.Language == "" {
		n.Language = words.Urdu
	}
	n.Data = map[string]string{"at": words.Instant(n.Language, t.Now())}
	maps.Copy(n.Data, data)
	for name, value := range n.Data {
		if value == "" {
			n.Data[name] = catalogue.Text(n.Language, "signin.unknown")
		}
	}
	_, err = t.Notices.Put(tx, n)
	return err
}
