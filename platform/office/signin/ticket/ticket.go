// Package ticket is the random secrets that whoever holds them is let in by: a
// session's and a device's cookie, an invitation, a token for unattended use, a
// recovery code. Each is 256 bits (a recovery code 80) from the system's generator,
// so that none can be guessed, and is kept only as its SHA-256: a copy of the
// database opens nothing. A slow hash is for secrets that people choose; these have
// too many values to be tried. FuzzParse shows that nothing else is taken for one.
package ticket

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"hash/crc32"
	"strings"
)

// A Secret is a secret as it is handed out, once. It does not print itself.
type Secret [32]byte

// New makes a secret.
func New() (s Secret) {
	rand.Read(s[:]) // never fails
	return s
}

// String hides the secret from logs and errors; see Reveal.
func (s Secret) String() string { return "(secret)" }

// GoString hides it from %#v.
func (s Secret) GoString() string { return "(secret)" }

// MarshalText hides it from JSON and slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// Hash is what is kept of the secret.
func (s Secret) Hash() string { return hash("ticket", s[:]) }

func hash(kind string, b []byte) string {
	sum := sha256.Sum256(append([]byte(kind+"\x00"), b...))
	return hex.EncodeToString(sum[:])
}

var unpadded = base64.RawURLEncoding.Strict()

// Reveal is the secret as a cookie or a link carries it: 43 characters.
func (s Secret) Reveal() string { return unpadded.EncodeToString(s[:]) }

// Parse reads what Reveal gave. There is one way to write a secret.
func Parse(text string) (s Secret, ok bool) {
	if len(text) != 43 {
		return s, false
	}
	var buf [33]byte
	n, err := unpadded.Decode(buf[:], []byte(text))
	if err != nil || n != len(s) || strings.ContainsAny(text, "\r\n") {
		return s, false
	}
	copy(s[:], buf[:])
	return s, true
}

// TokenPrefix begins every token for unattended use, so that whoever scans
// repositories and logs for secrets finds it: ik_[a-z2-7]{59}.
const TokenPrefix = "ik_"

var small = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const tokenLength = len(TokenPrefix) + 52 + 7

// RevealToken is the secret as a token: the prefix, 52 characters, and 7 of a
// checksum (CRC-32 of what stands before it), by which a scanner tells a token from
// a chance likeness without asking us.
func (s Secret) RevealToken() string {
	body := TokenPrefix + small.EncodeToString(s[:])
	return body + checksum(body)
}

// ParseToken reads what RevealToken gave.
func ParseToken(text string) (s Secret, ok bool) {
	if len(text) != tokenLength || !strings.HasPrefix(text, TokenPrefix) || strings.ContainsAny(text, "\r\n") {
		return s, false
	}
	body := text[:tokenLength-7]
	b, err := small.DecodeString(body[len(TokenPrefix):])
	if err != nil || len(b) != len(s) {
		return s, false
	}
	copy(s[:], b)
	// The last character has four bits to spare: only one way to write it is taken.
	return s, s.RevealToken() == text
}

func checksum(body string) string {
	sum := crc32.ChecksumIEEE([]byte(body))
	return small.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

// Codes is how many recovery codes an officer has at a time.
const Codes = 10

// A Code is a recovery code: 80 bits, printed and kept on paper.
type Code [10]byte

// NewCodes makes an officer's recovery codes.
func NewCodes() (codes [Codes]Code) {
	for i := range codes {
		rand.Read(codes[i][:])
	}
	return codes
}

// String hides the code; see Reveal.
func (c Code) String() string { return "(secret)" }

// GoString hides it from %#v.
func (c Code) GoString() string { return "(secret)" }

// MarshalText hides it from JSON and slog.
func (c Code) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// Hash is what is kept of the code.
func (c Code) Hash() string { return hash("recovery", c[:]) }

// Reveal is the code as it is printed: abcd-efgh-ijkl-mnop, without the digits 0, 1,
// 8 and 9, which are taken for letters or for each other.
func (c Code) Reveal() string {
	s := small.EncodeToString(c[:])
	return s[0:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:16]
}

// ParseCode reads a code as a person types it from paper: capitals, spaces and
// dashes do not matter, and 0, 1 and 8 stand for o, l and b.
func ParseCode(text string) (c Code, ok bool) {
	if len(text) > 100 {
		return c, false
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		case r == '0':
			return 'o'
		case r == '1':
			return 'l'
		case r == '8':
			return 'b'
		case r == ' ', r == '-', r == '\u00a0', r == '\u2010', r == '\u2011', r == '\u2012', r == '\u2013', r == '\u2066', r == '\u2069':
			return -1
		case r == '\r', r == '\n': // base32 would skip them
			return '?'
		}
		return r
	}, text)
	b, err := small.DecodeString(text)
	if err != nil || len(b) != len(c) {
		return c, false
	}
	copy(c[:], b)
	return c, true
}
