package trace

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// tile places of the lattice, each way, say all that a copy says; then it begins anew.
const (
	tile      = 16
	moves     = tile * tile * 2 // of a tile's dots: right or left, and up or down
	wordBits  = 64              // each said by four moves
	signature = 256             // each of its signs is said by one move
	repeated  = (moves - signature) / wordBits
)

// A code is what a key says about moves. It belongs to one goroutine.
type code struct {
	block cipher.Block
	// says is which of a copy's signs each move says: first those of the word, then
	// those of the signature.
	says [moves]int
	mask [moves]int8 // 1 or -1: which way a move says 1

	room, check [aes.BlockSize]byte // what AES reads and writes
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
	for i := range c.says {
		c.says[i] = i % wordBits
		if i >= repeated*wordBits {
			c.says[i] = wordBits + i - repeated*wordBits
		}
		c.mask[i] = int8(stream.Uint64()&2) - 1
	}
	// The order is the key's too, so that a rule or a column of the table
	// that covers dots takes a little of each bit and not all of one.
	for i := len(c.says) - 1; i > 0; i-- {
		k := stream.Uint64() % uint64(i+1)
		c.says[i], c.says[k] = c.says[k], c.says[i]
	}
	return c, nil
}

// signs are what a copy says, 1 or -1 each. The word is the copy's number and 32 bits
// that check it; the signature is as good as chance for each copy, so that no two are
// alike, and proves the copy. AES is the pseudo-random function that gives both.
func (c *code) signs(copy uint32) (signs [wordBits + signature]int8) {
	fill := func(signs []int8, from []byte) {
		for i := range signs {
			signs[i] = int8(from[i/8]>>(i%8)&1)*2 - 1
		}
	}
	var out [3 * aes.BlockSize]byte
	for n := range 3 {
		c.cipher(out[n*aes.BlockSize:], copy, uint32(n))
	}
	var number [4]byte
	binary.LittleEndian.PutUint32(number[:], copy)
	fill(signs[:32], number[:])
	fill(signs[32:wordBits], out[:4])
	fill(signs[wordBits:], out[aes.BlockSize:])
	return signs
}

func (c *code) cipher(to []byte, copy, n uint32) {
	c.room = [aes.BlockSize]byte{}
	binary.LittleEndian.PutUint32(c.room[:], copy)
	binary.LittleEndian.PutUint32(c.room[4:], n)
	c.block.Encrypt(to, c.room[:])
}

// holds tells whether the check of a word is that of its number, the word's first bit
// being its lowest.
func (c *code) holds(word uint64) bool {
	c.cipher(c.check[:], uint32(word), 0)
	return binary.LittleEndian.Uint32(c.check[:]) == uint32(word>>32)
}

// tile gives how a copy's dots are moved, row by row: right and down are 1.
func (c *code) tile(copy uint32) (out [tile * tile][2]int8) {
	signs := c.signs(copy)
	for i := range moves {
		out[i/2][i%2] = c.mask[i] * signs[c.says[i]]
	}
	return out
}
