package trace

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// tile places of the lattice, each way, say the whole word; then it begins anew.
const (
	tile     = 16
	chips    = tile * tile * 2 // moves in a tile: right or left, and up or down
	wordBits = 64              // of the word
)

// A code is what a key says about moves.
type code struct {
	block cipher.Block
	bit   [chips]uint8 // which bit of the word a move says
	mask  [chips]int8  // 1 or -1: which way it says 1
}

func newCode(key []byte) (*code, error) {
	if len(key) < leastKey {
		return nil, ErrKey
	}
	derived := func(what string) (out [32]byte) {
		h := hmac.New(sha256.New, key)
		h.Write([]byte("intikhab rolls trace 1: " + what))
		h.Sum(out[:0])
		return out
	}
	c := &code{}
	words := derived("words")
	c.block, _ = aes.NewCipher(words[:16]) // which fails for no key of 16 bytes
	stream := rand.NewChaCha8(derived("moves"))
	for i := range c.bit {
		c.bit[i] = uint8(i % wordBits)
		c.mask[i] = int8(stream.Uint64()&2) - 1
	}
	// The order of the bits is the key's too, so that a rule or a column of the table
	// that covers dots takes a little of each and not all of one.
	for i := len(c.bit) - 1; i > 0; i-- {
		k := stream.Uint64() % uint64(i+1)
		c.bit[i], c.bit[k] = c.bit[k], c.bit[i]
	}
	return c, nil
}

// rounds of the permutation of words (Luby and Rackoff; four would do).
const rounds = 6

func (c *code) round(n uint32, half uint32) uint32 {
	var b [16]byte
	binary.BigEndian.PutUint32(b[:], n)
	binary.BigEndian.PutUint32(b[4:], half)
	c.block.Encrypt(b[:], b[:])
	return binary.BigEndian.Uint32(b[:])
}

// word is what the page says for a copy: its number and 32 zeros, permuted by the key.
// So each copy differs from each other one in about half of the bits, and a word
// that nobody made has no zeros.
func (c *code) word(copy uint32) uint64 {
	left, right := copy, uint32(0)
	for n := range uint32(rounds) {
		left, right = right, left^c.round(n, right)
	}
	return uint64(left)<<32 | uint64(right)
}

// copyOf is the copy of a word.
func (c *code) copyOf(word uint64) (copy uint32, ok bool) {
	left, right := uint32(word>>32), uint32(word)
	for n := range uint32(rounds) {
		left, right = right^c.round(rounds-1-n, left), left
	}
	return left, right == 0
}

// signs are the moves of a copy's tile, row by row: right and down are 1.
func (c *code) signs(copy uint32) (signs [tile * tile][2]int8) {
	word := c.word(copy)
	for i := range chips {
		signs[i/2][i%2] = c.mask[i] * bitSign(word, int(c.bit[i]))
	}
	return signs
}

// bitSign is 1 for a one and -1 for a zero.
func bitSign(word uint64, bit int) int8 { return int8(word>>bit&1)*2 - 1 }
