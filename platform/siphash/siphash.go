// Package siphash is SipHash-2-4: a keyed hash of 64 bits for short inputs such
// as telephone numbers, by which a program can recognise one again without
// holding it. It follows "SipHash: a fast short-input PRF" (Aumasson and
// Bernstein, 2012); TestReferenceVectors has the paper's own values.
//
// There are only some 10^11 telephone numbers and 10^13 identity numbers, so
// whoever has the key can try them all: a hash is worth as much as its key is
// secret. A key that is thrown away makes what it hashed unreadable for good.
package siphash

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
)

// KeySize is the length of a key in bytes.
const KeySize = 16

// Key is a secret under which things are hashed. Its zero value is a key too,
// but no secret.
type Key struct{ k0, k1 uint64 }

// NewKey gives a random key.
func NewKey() Key {
	var b [KeySize]byte
	rand.Read(b[:]) // never fails
	return KeyFrom(b)
}

// KeyFrom gives the key that the bytes write.
func KeyFrom(b [KeySize]byte) Key {
	return Key{binary.LittleEndian.Uint64(b[:8]), binary.LittleEndian.Uint64(b[8:])}
}

// String keeps a key out of logs.
func (Key) String() string { return "siphash.Key(secret)" }

// GoString keeps a key out of logs.
func (k Key) GoString() string { return k.String() }

// OpenKeyFile reads a key from the file at path, which has it in 32 hexadecimal
// digits. If there is no such file it makes one with a new random key, readable
// by its owner only.
func OpenKeyFile(path string) (Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKeyFile(path); err != nil {
			return Key{}, fmt.Errorf("key file %s: %w", path, err)
		}
		text, err = os.ReadFile(path) // another process may have been first
	}
	if err != nil {
		return Key{}, fmt.Errorf("key file: %w", err)
	}
	b, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(b) != KeySize {
		return Key{}, fmt.Errorf("key file %s: want %d hexadecimal digits; move the file away to get a new key", path, 2*KeySize)
	}
	return KeyFrom([KeySize]byte(b)), nil
}

// makeKeyFile gives the file its name only when it is whole, and never replaces
// one that is there.
func makeKeyFile(path string) error {
	var b [KeySize]byte
	rand.Read(b[:])
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(hex.EncodeToString(b[:]) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Uint64 hashes the eight bytes of x, least first.
func (k Key) Uint64(x uint64) uint64 {
	s := k.start()
	s.block(x)
	return s.finish(8 << 56)
}

// Bytes hashes b.
func (k Key) Bytes(b []byte) uint64 {
	s, n := k.start(), len(b)
	for ; len(b) >= 8; b = b[8:] {
		s.block(binary.LittleEndian.Uint64(b))
	}
	last := uint64(n) << 56
	for i, c := range b {
		last |= uint64(c) << (8 * i)
	}
	return s.finish(last)
}

// Text hashes the bytes of t.
func (k Key) Text(t string) uint64 {
	s, n := k.start(), len(t)
	for ; len(t) >= 8; t = t[8:] {
		s.block(uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56)
	}
	last := uint64(n) << 56
	for i := range len(t) {
		last |= uint64(t[i]) << (8 * i)
	}
	return s.finish(last)
}

type state struct{ v0, v1, v2, v3 uint64 }

func (k Key) start() state {
	return state{
		k.k0 ^ 0x736f6d6570736575, k.k1 ^ 0x646f72616e646f6d,
		k.k0 ^ 0x6c7967656e657261, k.k1 ^ 0x7465646279746573,
	}
}

func (s *state) round() {
	s.v0 += s.v1
	s.v2 += s.v3
	s.v1 = bits.RotateLeft64(s.v1, 13) ^ s.v0
	s.v3 = bits.RotateLeft64(s.v3, 16) ^ s.v2
	s.v0 = bits.RotateLeft64(s.v0, 32)
	s.v2 += s.v1
	s.v0 += s.v3
	s.v1 = bits.RotateLeft64(s.v1, 17) ^ s.v2
	s.v3 = bits.RotateLeft64(s.v3, 21) ^ s.v0
	s.v2 = bits.RotateLeft64(s.v2, 32)
}

func (s *state) block(m uint64) {
	s.v3 ^= m
	s.round()
	s.round()
	s.v0 ^= m
}

func (s *state) finish(last uint64) uint64 {
	s.block(last)
	s.v2 ^= 0xff
	for range 4 {
		s.round()
	}
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3
}
