// Package password is an officer's password: what is refused as one (NIST SP
// 800-63B-4, 3.1.1: length and a list of common ones, no rules of composition), and
// how one is kept, as an argon2id hash (RFC 9106) that carries its own parameters.
// TestUpgrade shows that a hash of older parameters is known and told to be old,
// TestFlood that many at once use no more memory than was set.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Parameters are the cost of one hash.
type Parameters struct {
	Time    uint32 // passes over the memory
	Memory  uint32 // KiB
	Threads uint8
}

// Recommended is the second recommended option of RFC 9106, section 4, for places
// where 2 GiB a hash is too much: 64 MiB, 3 passes, 4 lanes. It takes some tenths
// of a second of one core, which an officer does not notice and a guesser does.
var Recommended = Parameters{Time: 3, Memory: 64 << 10, Threads: 4}

const (
	saltBytes = 16
	hashBytes = 32
	// A hash from the database that asks for more than this is damaged, and must
	// not take the machine's memory.
	mostMemory = 1 << 20 // KiB
	mostTime   = 64
)

// ErrBusy is what is said when too many sign-ins wait for their turn.
var ErrBusy = errors.New("too many sign-ins at once: try again in a few seconds")

// A Hasher makes and checks hashes, a few at a time, so that a flood of sign-ins
// uses no more memory than that many hashes. It is safe for concurrent use.
type Hasher struct {
	params  Parameters
	turns   chan struct{}
	waiting atomic.Int64
	queue   int64
	patient time.Duration
	dummy   string // a hash that no password has
}

// NewHasher makes a hasher that makes hashes of these parameters, at most together
// at a time; eight times as many may wait, up to 5 seconds each, and the rest are
// told ErrBusy at once.
func NewHasher(p Parameters, together int) (*Hasher, error) {
	if p.Time < 1 || p.Time > mostTime || p.Threads < 1 || p.Memory < 8*uint32(p.Threads) || p.Memory > mostMemory || together < 1 {
		return nil, fmt.Errorf("argon2id with %d passes, %d KiB, %d lanes, %d at a time: see RFC 9106, section 3.1", p.Time, p.Memory, p.Threads, together)
	}
	h := &Hasher{params: p, turns: make(chan struct{}, together), queue: 8 * int64(together), patient: 5 * time.Second}
	var none [hashBytes]byte
	rand.Read(none[:])
	h.dummy = write(p, none[:saltBytes], none[:])
	return h, nil
}

// Hash gives the text by which the password is kept, in the form
// $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	var salt [saltBytes]byte
	rand.Read(salt[:])
	return write(h.params, salt[:], key(h.params, password, salt[:], hashBytes)), nil
}

// Check tells whether this is the password of the hash, and whether the hash is to
// be made anew because its parameters are no longer those of the hasher. An empty
// hash stands for an account that has no password, or for none at all: no password
// is right, and to find that out takes as long as for any other.
func (h *Hasher) Check(ctx context.Context, password, hash string) (right, old bool, err error) {
	none := hash == ""
	if none {
		hash = h.dummy
	}
	p, salt, want, err := read(hash)
	if err != nil {
		return false, false, err
	}
	done, err := h.turn(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	same := subtle.ConstantTimeCompare(key(p, password, salt, uint32(len(want))), want) == 1
	return same && !none, p != h.params, nil
}

// turn waits for a turn to hash.
func (h *Hasher) turn(ctx context.Context) (done func(), err error) {
	if h.waiting.Add(1) > h.queue+int64(cap(h.turns)) {
		h.waiting.Add(-1)
		return nil, ErrBusy
	}
	patience := time.NewTimer(h.patient)
	defer patience.Stop()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns; h.waiting.Add(-1) }, nil
	case <-patience.C:
		err = ErrBusy
	case <-ctx.Done():
		err = ctx.Err()
	}
	h.waiting.Add(-1)
	return nil, err
}

func key(p Parameters, password string, salt []byte, n uint32) []byte {
	return argon2.IDKey([]byte(normal(password)), salt, p.Time, p.Memory, p.Threads, n)
}

// normal is the password as it is hashed: what looks the same on two keyboards is
// the same (Unicode NFKC, as SP 800-63B has it).
func normal(password string) string { return norm.NFKC.String(password) }

func write(p Parameters, salt, hash []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Time, p.Threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(hash))
}

// read takes a hash apart.
func read(hash string) (p Parameters, salt, key []byte, err error) {
	bad := errors.New("a password's hash in the database is damaged: reset the officer's sign-in")
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return p, nil, nil, bad
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads); n != 3 || err != nil {
		return p, nil, nil, bad
	}
	salt, err1 := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(salt) > 64 || len(key) < 16 || len(key) > 64 ||
		p.Time < 1 || p.Time > mostTime || p.Threads < 1 || p.Memory > mostMemory || write(p, salt, key) != hash {
		return p, nil, nil, bad
	}
	return p, salt, key, nil
}
