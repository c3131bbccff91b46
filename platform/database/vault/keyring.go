package vault

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/chacha20poly1305"
)

// KeyID is a number by which people and sealed values tell keys apart; it does not
// help to find a key.
type KeyID [4]byte

func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

// ParseKeyID reads what String gave.
func ParseKeyID(text string) (id KeyID, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(id) {
		return id, fmt.Errorf("%q is no number of a key: it has eight hexadecimal digits", text)
	}
	return KeyID(b), nil
}

const secretLength = 32

// key is one secret and what is derived from it.
type key struct {
	id     KeyID
	made   time.Time
	secret [secretLength]byte
	aead   cipher.AEAD
	macs   sync.Pool // of *mac, under the key of blind indexes
}

// newKey derives what a secret is used for.
func newKey(secret [secretLength]byte, made time.Time) *key {
	derive := func(purpose string, length int) []byte {
		b, err := hkdf.Key(sha256.New, secret[:], nil, "intikhab vault 1 "+purpose, length)
		if err != nil {
			panic(err) // only for a length of thousands
		}
		return b
	}
	aead, err := chacha20poly1305.NewX(derive("seal", chacha20poly1305.KeySize))
	if err != nil {
		panic(err) // only for another length
	}
	index := derive("index", sha256.Size)
	return &key{
		id: KeyID(derive("id", len(KeyID{}))), made: made.UTC().Truncate(time.Second),
		secret: secret, aead: aead,
		macs: sync.Pool{New: func() any { return &mac{hash: hmac.New(sha256.New, index)} }},
	}
}

// A Keyring is the keys of a database, the newest of which seals. Its methods may be
// called at the same time. It prints without its secrets.
type Keyring struct {
	source *Source // where it was read, to be read again; nil for none

	mu     sync.RWMutex
	keys   []*key // oldest first, never empty
	reread time.Time
}

// New gives a keyring with one new key, which nothing keeps.
func New(now time.Time) *Keyring {
	k := &Keyring{}
	k.Add(now)
	return k
}

// Add puts a new key on the ring, under which values are sealed from then on.
func (k *Keyring) Add(now time.Time) KeyID {
	var secret [secretLength]byte
	rand.Read(secret[:]) // never fails: crypto/rand ends the program instead
	added := newKey(secret, now)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = append(k.keys, added)
	return added.id
}

// ErrNoKey says that a value is sealed under a key that is not on the ring.
var ErrNoKey = errors.New("its key is not on the keyring: give the program the keyring file that belongs to this database")

// Drop takes a key off the ring. The newest stays. What is sealed under the dropped
// key cannot be opened any more: ask [Uses] first.
func (k *Keyring) Drop(id KeyID) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := slices.IndexFunc(k.keys, func(one *key) bool { return one.id == id })
	switch {
	case at < 0:
		return fmt.Errorf("key %v is not on the keyring", id)
	case at == len(k.keys)-1:
		return fmt.Errorf("key %v is the newest and in use: make a new one first", id)
	}
	k.keys = slices.Delete(k.keys, at, at+1)
	return nil
}

// A KeyInfo is what may be said of a key.
type KeyInfo struct {
	ID     KeyID
	Made   time.Time // UTC
	Newest bool      // it seals
}

// Keys tells of the keys, oldest first.
func (k *Keyring) Keys() (all []KeyInfo) {
	keys := k.all()
	for i, one := range keys {
		all = append(all, KeyInfo{one.id, one.made, i == len(keys)-1})
	}
	return all
}

// Newest is the number of the key that seals.
func (k *Keyring) Newest() KeyID { return k.newest().id }

func (k *Keyring) all() []*key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return slices.Clone(k.keys)
}

// rereadEvery is how soon a node that only writes learns of a new key by itself.
const rereadEvery = time.Minute

// Settled is how old the newest key must be before an older one may go: by then no
// node seals under the older one any more.
const Settled = 5 * rereadEvery

func (k *Keyring) newest() *key {
	k.mu.RLock()
	due := k.source != nil && time.Since(k.reread) > rereadEvery
	k.mu.RUnlock()
	if due {
		k.rereadAfter(rereadEvery)
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys[len(k.keys)-1]
}

// find gives the key of that number. A node that was started before the key was made
// reads its keyring again.
func (k *Keyring) find(id KeyID) *key {
	for range 2 {
		k.mu.RLock()
		at := slices.IndexFunc(k.keys, func(one *key) bool { return one.id == id })
		var one *key
		if at >= 0 {
			one = k.keys[at]
		}
		k.mu.RUnlock()
		if one != nil {
			return one
		}
		if !k.rereadAfter(time.Second) {
			return nil
		}
	}
	return nil
}

// rereadAfter reads the keyring again if the last time is so long ago, and tells
// whether it has. A ring that cannot be read stays as it was.
func (k *Keyring) rereadAfter(pause time.Duration) bool {
	k.mu.Lock()
	if k.source == nil || time.Since(k.reread) < pause {
		k.mu.Unlock()
		return false
	}
	k.reread = time.Now()
	k.mu.Unlock()
	return k.Reload() == nil
}

// Reload reads the keyring again from where it was read, so that a key made since
// then is used. By itself the ring does so once a minute while it seals, and when it
// meets a key that it does not know.
func (k *Keyring) Reload() error {
	if k.source == nil {
		return nil
	}
	fresh, err := k.source.Read()
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = fresh.keys
	return nil
}

// String names the keys without telling them.
func (k *Keyring) String() string {
	keys := k.Keys()
	return fmt.Sprintf("keyring of %d keys, the newest %v", len(keys), keys[len(keys)-1].ID)
}

// GoString names the keys without telling them.
func (k *Keyring) GoString() string { return k.String() }
