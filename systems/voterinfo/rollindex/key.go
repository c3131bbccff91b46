package rollindex

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"intikhab/systems/voterinfo/rollindex/format"
)

// keyPrefix begins the text of a key, so that nobody takes it for something
// that may be shown.
const keyPrefix = "PRIVATE+ROLL+KEY+1+"

const keyLength = 32

// Key is the secret under which a roll is frozen. Whoever holds file and key
// can list the roll; whoever holds the file alone cannot. Example of its text:
//
//	PRIVATE+ROLL+KEY+1+7f3c09aa+<43 letters>
type Key struct{ secret [keyLength]byte }

// NewKey makes a key from the system's randomness.
func NewKey() (k Key) {
	rand.Read(k.secret[:]) // never fails: crypto/rand ends the program instead
	return k
}

// String names the key without telling it.
func (k Key) String() string { return fmt.Sprintf("roll key %08x", k.ID()) }

// GoString names the key without telling it.
func (k Key) GoString() string { return k.String() }

// ID is a number by which people tell keys apart; it does not help to find one.
func (k Key) ID() uint32 {
	sum := sha256.Sum256(append([]byte("intikhab roll key id\x00"), k.secret[:]...))
	return binary.BigEndian.Uint32(sum[:])
}

// Reveal returns the key's text, to be written where only the service reads it.
func (k Key) Reveal() string {
	return fmt.Sprintf("%s%08x+%s", keyPrefix, k.ID(), base64.RawURLEncoding.EncodeToString(k.secret[:]))
}

// ParseKey reads what Reveal gave.
func ParseKey(text string) (k Key, err error) {
	text = strings.TrimSpace(text)
	rest, ok := strings.CutPrefix(text, keyPrefix)
	id, secret, ok2 := strings.Cut(rest, "+")
	if !ok || !ok2 {
		return k, fmt.Errorf("not a roll key: its text begins with %s (make one with: intikhab roll keygen)", keyPrefix)
	}
	b, err := base64.RawURLEncoding.DecodeString(secret)
	if err != nil || len(b) != keyLength {
		return k, errors.New("not a whole roll key: 43 letters follow the key's number")
	}
	copy(k.secret[:], b)
	if fmt.Sprintf("%08x", k.ID()) != id {
		return Key{}, fmt.Errorf("the roll key is damaged: its text says number %s and it has number %08x", id, k.ID())
	}
	return k, nil
}

// ReadKey reads the key in a file: a path, or a systemd credential's.
func ReadKey(path string) (Key, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Key{}, fmt.Errorf("no roll key at %s (make one with: intikhab roll keygen --out %s)", path, path)
	}
	if err != nil {
		return Key{}, fmt.Errorf("roll key: %w", err)
	}
	k, err := ParseKey(string(b))
	if err != nil {
		return Key{}, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// Salt is what makes the keys of one roll its own; it stands in the header.
type Salt [format.SaltLength]byte

// NewSalt makes a roll's salt from its name, its date and a Sum of its voters. So
// the same roll frozen again is the same file, and two rolls that differ in
// anything have nothing in common that shows: the same voter stands under unlike
// numbers, and no mask is used twice.
func (k Key) NewSalt(name string, frozen time.Time, voters *Sum) (s Salt) {
	m := hmac.New(sha256.New, k.Derive(Salt{}, "salt", 32))
	fmt.Fprintf(m, "%s\x00%s\x00", frozen.UTC().Format(time.DateOnly), name)
	m.Write(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, voters.lanes[0]), voters.lanes[1]))
	copy(s[:], m.Sum(nil))
	return s
}

// Derive returns length bytes for one purpose in the roll that has this salt.
func (k Key) Derive(salt Salt, purpose string, length int) []byte {
	b, err := hkdf.Key(sha256.New, k.secret[:], salt[:], "intikhab roll 1 "+purpose, length)
	if err != nil {
		panic(err) // only for a length of thousands
	}
	return b
}

// MAC authenticates a roll's root: only a holder of the key can have made it.
func (k Key) MAC(salt Salt, root []byte) []byte {
	m := hmac.New(sha256.New, k.Derive(salt, "header", 32))
	m.Write(root)
	return m.Sum(nil)
}
