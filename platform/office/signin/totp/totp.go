// Package totp is the six digits that an officer's telephone shows for half a
// minute: time-based one-time passwords (RFC 6238, SHA-1, 30 seconds, the only kind
// that every authenticator app knows). TestVectors has the RFC's own; TestOnce shows
// that a code that was used is used up.
package totp

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"rsc.io/qr"
)

const (
	period = 30 // seconds
	digits = otp.DigitsSix
	// skew is how many steps a telephone's clock may be off, either way.
	skew = 1
)

// A Secret is what the server and the officer's app share. It does not print itself.
type Secret [20]byte

// New makes a secret.
func New() (s Secret) {
	rand.Read(s[:]) // never fails
	return s
}

// String hides the secret from logs and errors; see Reveal.
func (s Secret) String() string { return "(secret)" }

// GoString hides it from %#v.
func (s Secret) GoString() string { return "(secret)" }

var unpadded = base32.StdEncoding.WithPadding(base32.NoPadding)

// Reveal is the secret as one types it into an app that cannot read the picture, in
// groups of four.
func (s Secret) Reveal() string {
	text := unpadded.EncodeToString(s[:])
	var groups []string
	for len(text) > 4 {
		groups, text = append(groups, text[:4]), text[4:]
	}
	return strings.Join(append(groups, text), " ")
}

// RevealPicture is the QR code that an app reads, as a PNG. issuer and account name
// the entry in the app.
func (s Secret) RevealPicture(issuer, account string) ([]byte, error) {
	code, err := qr.Encode(s.address(issuer, account), qr.M)
	if err != nil {
		return nil, fmt.Errorf("picture of the code app's secret: %w", err)
	}
	code.Scale = 6
	return code.PNG(), nil
}

// address is the otpauth address, as the apps' makers describe it.
func (s Secret) address(issuer, account string) string {
	q := url.Values{"secret": {unpadded.EncodeToString(s[:])}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+account) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// Check tells in which step of 30 seconds, of those near now, the app showed this
// code; ok is false if in none later than the step last. Whoever accepts the code
// keeps its step as last, so that it is not accepted again, nor an older one. It
// takes the same time whichever step fits.
func (s Secret) Check(code Code, now time.Time, last int64) (step int64, ok bool) {
	current := now.Unix() / period
	for n := current - skew; n <= current+skew; n++ {
		if subtle.ConstantTimeCompare([]byte(s.code(n)), code[:]) == 1 && n > last {
			step, ok = n, true
		}
	}
	return step, ok
}

// At is the code that the app shows at this instant.
func (s Secret) At(at time.Time) string { return s.code(at.Unix() / period) }

func (s Secret) code(step int64) string {
	text, err := hotp.GenerateCodeCustom(unpadded.EncodeToString(s[:]), uint64(step),
		hotp.ValidateOpts{Digits: digits, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		panic(err) // the secret is base32: we have written it ourselves
	}
	return text
}

// A Code is six digits, in ASCII.
type Code [6]byte

// ParseCode reads six digits as a person types them: in the digits of English, Urdu
// or Arabic, with spaces or dashes between.
func ParseCode(text string) (c Code, ok bool) {
	if len(text) > 60 {
		return c, false
	}
	n := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			r -= '0'
		case r >= '۰' && r <= '۹': // Urdu's
			r -= '۰'
		case r >= '٠' && r <= '٩': // Arabic's
			r -= '٠'
		case r == ' ', r == '-', r == '\u00a0', r == '\u2066', r == '\u2069':
			continue
		default:
			return Code{}, false
		}
		if n == len(c) {
			return Code{}, false
		}
		c[n] = '0' + byte(r)
		n++
	}
	return c, n == len(c)
}

// Read reads what Reveal gave.
func (s *Secret) Read(text string) error {
	b, err := unpadded.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil || len(b) != len(s) {
		return errors.New("a code app's secret is 32 letters and digits of base32")
	}
	copy(s[:], b)
	return nil
}
