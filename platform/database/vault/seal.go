package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"hash"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// A sealed value is
//
//	1 byte   form, now 1
//	4 bytes  number of the key
//	24 bytes nonce, random
//	n bytes  the value, encrypted
//	16 bytes tag over all of it and the place
//
// and a blind index is
//
//	4 bytes  number of the key
//	16 bytes of HMAC-SHA-256 over the column and the value
const (
	sealedForm = 1
	headLength = 1 + len(KeyID{}) + chacha20poly1305.NonceSizeX

	// Overhead is by how many bytes a sealed value is longer than the value.
	Overhead = headLength + chacha20poly1305.Overhead

	indexMAC = 16
)

// ErrSealed says that bytes are no sealed value of the place where they are.
var ErrSealed = errors.New("it is no sealed value of this table, column and row: it was damaged, or moved here from another place")

// Seal gives a value as it is kept in a column of a row, under the newest key. The
// row is its primary key as text.
func (k *Keyring) Seal(table, column, row string, plain []byte) []byte {
	return k.seal(place(table, column, row), plain)
}

// Open gives the value that was sealed for the column of that row. Its errors are
// ErrNoKey and ErrSealed; they tell the place, never the value.
func (k *Keyring) Open(table, column, row string, sealed []byte) ([]byte, error) {
	plain, err := k.open(place(table, column, row), sealed)
	if err != nil {
		return nil, fmt.Errorf("%s.%s of row %s: %w", table, column, row, err)
	}
	return plain, nil
}

// boundHead is how many bytes of a sealed value are bound to it together with its
// place: its form and the number of its key.
const boundHead = 1 + len(KeyID{})

// place gives the associated data of a value, with room for boundHead bytes of the
// sealed value in front, which seal and open fill.
func place(parts ...string) []byte {
	const what = "intikhab vault 1"
	length := boundHead + len(what)
	for _, p := range parts {
		length += 1 + len(p)
	}
	out := append(make([]byte, boundHead, length), what...)
	for _, p := range parts {
		out = append(append(out, 0), p...)
	}
	return out
}

func (k *Keyring) seal(place, plain []byte) []byte {
	with := k.newest()
	out := make([]byte, headLength, Overhead+len(plain))
	out[0] = sealedForm
	copy(out[1:], with.id[:])
	nonce := out[headLength-chacha20poly1305.NonceSizeX:]
	rand.Read(nonce)
	copy(place, out[:boundHead])
	return with.aead.Seal(out, nonce, plain, place)
}

func (k *Keyring) open(place, sealed []byte) ([]byte, error) {
	id, ok := SealedUnder(sealed)
	if !ok {
		return nil, ErrSealed
	}
	with := k.find(id)
	if with == nil {
		return nil, fmt.Errorf("it is sealed under key %v: %w", id, ErrNoKey)
	}
	nonce := sealed[headLength-chacha20poly1305.NonceSizeX : headLength]
	copy(place, sealed[:boundHead])
	plain, err := with.aead.Open(nil, nonce, sealed[headLength:], place)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// SealedUnder tells which key a sealed value names; ok is false if it is none.
func SealedUnder(sealed []byte) (id KeyID, ok bool) {
	if len(sealed) < Overhead || sealed[0] != sealedForm {
		return id, false
	}
	return KeyID(sealed[1:]), true
}

// Index gives the blind index of a value under the newest key, to be kept in a column
// beside the sealed one. Column is "table.column". Of equal values it is equal; without
// the key nobody can tell or try which value it is of.
//
// A search must look for all of [Keyring.Indexes], since between the making of a new
// key and the end of the rotation rows have either. For the same reason a UNIQUE
// index does not keep a value single then; look for it first, in the transaction
// that writes it.
func (k *Keyring) Index(column, value string) []byte { return k.newest().blind(column, value) }

// Indexes gives the blind indexes of a value under every key, the newest first.
func (k *Keyring) Indexes(column, value string) [][]byte {
	keys := k.all()
	out := make([][]byte, len(keys))
	for i, one := range keys {
		out[len(keys)-1-i] = one.blind(column, value)
	}
	return out
}

// Match gives a condition of SQL, such as "cnic_index IN (?, ?)", with its arguments,
// that finds the rows whose column has the value; indexColumn has its blind index.
func (k *Keyring) Match(indexColumn, column, value string) (condition string, args []any) {
	for _, index := range k.Indexes(column, value) {
		args = append(args, index)
	}
	return indexColumn + " IN (?" + strings.Repeat(", ?", len(args)-1) + ")", args
}

func (one *key) blind(column, value string) []byte {
	m := one.macs.Get().(*mac)
	defer one.macs.Put(m)
	m.hash.Reset()
	m.text = append(append(append(m.text[:0], column...), 0), value...)
	m.hash.Write(m.text)
	m.sum = m.hash.Sum(m.sum[:0])
	out := make([]byte, 0, len(one.id)+indexMAC)
	return append(append(out, one.id[:]...), m.sum[:indexMAC]...)
}

// mac is HMAC under a key's index key. It is used again and again, since to begin one
// anew costs as much as the rest of an index.
type mac struct {
	hash hash.Hash
	text []byte // room for what goes in
	sum  []byte // and what comes out
}

// Named seals values that are bound to a name alone and not to a row: secrets of
// which there is one, or whose row has no name when they are sealed. A Column for
// [Rotate] has that name in its field As.
type Named struct{ Keys *Keyring }

// Seal gives a value as it is kept. The error is always nil.
func (n Named) Seal(name string, plain []byte) ([]byte, error) {
	return n.Keys.seal(place(name), plain), nil
}

// Open gives the value that was sealed under that name.
func (n Named) Open(name string, sealed []byte) ([]byte, error) {
	plain, err := n.Keys.open(place(name), sealed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return plain, nil
}
