// Package ff1 is the keyed permutation of the thirteen-digit space under which
// a frozen roll holds its identity numbers: format-preserving encryption by
// mode FF1 of NIST SP 800-38G with AES-128, radix 10, length 13, empty tweak.
//
// See TestAgainstSpecification, which holds it against a slow copy of the
// standard's algorithm that reproduces NIST's published samples.
package ff1

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
)

const (
	rounds = 10
	powU   = 1_000_000  // radix^u, u = 6 digits: the left half
	powV   = 10_000_000 // radix^v, v = 7 digits: the right half

	// Space is the number of thirteen-digit strings; every value that goes in
	// or comes out is below it.
	Space = powU * powV
)

// BatchSize is how many values EncryptBatch takes at a time at most: enough to
// keep the processor's AES unit busy while each value waits for its last round.
const BatchSize = 32

// Cipher is the permutation under one key. It is safe for concurrent use, each
// caller with a Scratch of its own.
type Cipher struct {
	block cipher.Block
	// AES of the standard's constant block P, in two halves: PRF(P || Q) is
	// AES(AES(P) xor Q), and Q fills only the last four bytes.
	hi, lo uint64
}

// Scratch is working memory for one caller. It exists because a buffer handed
// to cipher.Block lands on the heap; keeping it makes a permutation free of
// allocation.
type Scratch struct {
	one    [aes.BlockSize]byte
	blocks [BatchSize][aes.BlockSize]byte
	left   [BatchSize]uint64
	right  [BatchSize]uint64
}

// New returns the permutation under a 16-byte key.
func New(key []byte) (*Cipher, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	// P = [1] [2] [1] [radix]3 [10] [u mod 256] [n]4 [t]4, step 5 of FF1.
	p := [aes.BlockSize]byte{1, 2, 1, 0, 0, 10, 10, 6, 0, 0, 0, 13, 0, 0, 0, 0}
	block.Encrypt(p[:], p[:])
	return &Cipher{block, binary.BigEndian.Uint64(p[:8]), binary.BigEndian.Uint64(p[8:])}, nil
}

// round is the standard's y for one round: the first d = 8 bytes of the
// PRF over the round number and the half that stays.
func (c *Cipher) round(b *[aes.BlockSize]byte, i uint64, half uint64) uint64 {
	binary.BigEndian.PutUint64(b[:8], c.hi)
	binary.BigEndian.PutUint64(b[8:], c.lo^(i<<24|half))
	c.block.Encrypt(b[:], b[:])
	return binary.BigEndian.Uint64(b[:8])
}

// Encrypt returns the image of n, which is below Space, as the result is.
func (c *Cipher) Encrypt(s *Scratch, n uint64) uint64 {
	a, b := n/powV, n%powV
	for i := uint64(0); i < rounds; i += 2 {
		a = (a + c.round(&s.one, i, b)%powU) % powU
		b = (b + c.round(&s.one, i+1, a)%powV) % powV
	}
	return a*powV + b
}

// EncryptBatch replaces up to BatchSize numbers by their images. The values
// walk through the rounds side by side, so that one value's AES does not wait
// for another's.
func (c *Cipher) EncryptBatch(s *Scratch, ns []uint64) {
	left, right := s.left[:len(ns)], s.right[:len(ns)]
	for j, n := range ns {
		left[j], right[j] = n/powV, n%powV
	}
	for i := uint64(0); i < rounds; i += 2 {
		c.roundBatch(s, i, right)
		for j := range left {
			left[j] = (left[j] + binary.BigEndian.Uint64(s.blocks[j][:8])%powU) % powU
		}
		c.roundBatch(s, i+1, left)
		for j := range right {
			right[j] = (right[j] + binary.BigEndian.Uint64(s.blocks[j][:8])%powV) % powV
		}
	}
	for j := range ns {
		ns[j] = left[j]*powV + right[j]
	}
}

// roundBatch leaves in s.blocks what round gives for each half. All blocks are
// written before the first is read: a block read back at once would wait for
// its two stores to leave the processor's store buffer.
func (c *Cipher) roundBatch(s *Scratch, i uint64, halves []uint64) {
	blocks := s.blocks[:len(halves)]
	for j, half := range halves {
		binary.BigEndian.PutUint64(blocks[j][:8], c.hi)
		binary.BigEndian.PutUint64(blocks[j][8:], c.lo^(i<<24|half))
	}
	for j := range blocks {
		c.block.Encrypt(blocks[j][:], blocks[j][:])
	}
}

// Decrypt returns the number whose image is n.
func (c *Cipher) Decrypt(s *Scratch, n uint64) uint64 {
	a, b := n/powV, n%powV
	for i := uint64(rounds); i > 0; i -= 2 {
		b = (b + powV - c.round(&s.one, i-1, a)%powV) % powV
		a = (a + powU - c.round(&s.one, i-2, b)%powU) % powU
	}
	return a*powV + b
}
