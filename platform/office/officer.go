package office

import (
	"errors"
	"net/mail"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"intikhab/domain/cnic"
	"intikhab/platform/sms"
	"intikhab/platform/words"
)

// OfficerID names an account for ever: 26 random letters and digits, never a CNIC.
type OfficerID string

// State is where an account stands.
type State string

// The states; docs/officers.md draws the ways between them.
const (
	Invited   State = "invited"   // has never signed in: the invitation is open, or is to be given anew
	Active    State = "active"    // may sign in
	Suspended State = "suspended" // may do nothing, and holds what he held
	Closed    State = "closed"    // for good: what he held has ended
)

// Key is the key of the state's name in the catalogue.
func (s State) Key() string { return "office.state." + string(s) }

// An Officer is a person of the commission with one account. Who holds three roles
// has three appointments and still one account, found by the CNIC: otherwise one
// person could be the two officers that an act takes.
type Officer struct {
	ID             OfficerID
	State          State
	NameEn, NameUr string
	Home           OfficeID // where the account is kept: who answers for that area answers for it
	Added          time.Time
	AddedBy        OfficerID // "" of the first
	Personal       Personal
}

// Personal is what is sealed in the database. Each value prints masked, and opens
// by a method that begins with Reveal.
type Personal struct {
	CNIC      cnic.Number
	Email     Email
	Telephone sms.MSISDN
}

// Email is an address for letters to the officer. It prints masked: s•••@ecp.gov.pk.
type Email struct{ address string }

var errEmail = errors.New("the e-mail address must be like s.khan@ecp.gov.pk, without a name before it")

// ParseEmail reads one address, in small letters: RFC 5321 lets capitals before the
// @ mean another mailbox, and no mail service of people does. Nothing is none, and
// no error.
func ParseEmail(text string) (Email, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return Email{}, nil
	}
	a, err := mail.ParseAddress(text)
	_, host, _ := strings.Cut(text, "@")
	if err != nil || a.Name != "" || a.Address != text || len(text) > 254 || !strings.Contains(host, ".") ||
		strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || r <= ' ' }) {
		return Email{}, errEmail
	}
	return Email{text}, nil
}

// Reveal gives the address. Whoever calls it answers for where it goes.
func (e Email) Reveal() string { return e.address }

// IsZero tells whether there is no address.
func (e Email) IsZero() bool { return e.address == "" }

// String gives the address masked.
func (e Email) String() string {
	if e.address == "" {
		return ""
	}
	_, host, _ := strings.Cut(e.address, "@")
	return e.address[:1] + "•••@" + host
}

// GoString masks the address.
func (e Email) GoString() string { return e.String() }

// MarshalText masks the address.
func (e Email) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// Name is the name in both languages.
func (o Officer) Name() words.Both { return words.Both{En: o.NameEn, Ur: o.NameUr} }

// Check tells what is wrong with the names and the personal columns.
func (o Officer) Check() error {
	switch {
	case !isEnglish(o.NameEn):
		return fieldError("name_en", say("name_en"), "the officer's English name: %w", errNoName)
	case !isUrdu(o.NameUr):
		return fieldError("name_ur", say("name_ur"), "the officer's Urdu name: %w", errNoName)
	case o.Home == "":
		return fieldError("office", say("no_office"), "the officer's office is missing")
	case o.Personal.CNIC == cnic.Number{}:
		return fieldError("cnic", say("cnic"), "the officer's CNIC is missing: it is what keeps one person to one account")
	}
	return nil
}

// TidyName writes a name in one way: composed characters (NFC), the Urdu letters
// yeh, kaf and heh for their Arabic look-alikes, single spaces, nothing invisible.
func TidyName(name string) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, "\uFFFD"))
	name = strings.Map(func(r rune) rune {
		switch {
		case r == 'ي' || r == 'ى':
			return 'ی'
		case r == 'ك':
			return 'ک'
		case r == 'ه':
			return 'ہ'
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r) && r != '\u200c', unicode.IsControl(r):
			return -1
		}
		return r
	}, name)
	return strings.Join(strings.Fields(norm.NFC.String(name)), " ") // what was put in may compose
}

const maxName = 120 // runes

// isEnglish tells whether a tidy name has Latin letters and no Arabic ones.
func isEnglish(name string) bool {
	return written(name, unicode.Latin) && !strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
}

// isUrdu tells whether a tidy name has letters of Urdu. Latin ones may stand beside
// them, as in the name of a constituency's office.
func isUrdu(name string) bool { return written(name, unicode.Arabic) }

func written(name string, script *unicode.RangeTable) bool {
	return name == TidyName(name) && len([]rune(name)) <= maxName && !strings.ContainsRune(name, '\uFFFD') &&
		strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) && unicode.Is(script, r) })
}

func lower(s string) string { return strings.ToLower(s) }
