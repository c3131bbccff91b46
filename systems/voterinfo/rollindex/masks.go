package rollindex

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"time"

	"intikhab/systems/voterinfo/rollindex/ff1"
)

// Masks are the three secrets that a key becomes in one roll: the permutation
// of the identity numbers, the mask of the places they lead to, and the mask of
// the lists' code words.
type Masks struct {
	Permute *ff1.Cipher
	places  cipher.Block
	houses  cipher.Block
}

// NewMasks derives a roll's masks.
func NewMasks(k Key, name string, frozen time.Time) *Masks {
	permute, err := ff1.New(k.Derive(name, frozen, "permutation", 16))
	if err != nil {
		panic(err) // only for a key of another length
	}
	m := &Masks{Permute: permute}
	for purpose, block := range map[string]*cipher.Block{"places": &m.places, "houses": &m.houses} {
		if *block, err = aes.NewCipher(k.Derive(name, frozen, purpose, 16)); err != nil {
			panic(err)
		}
	}
	return m
}

// Place returns what is added, modulo the number of places, to the place of
// the voter whose permuted number it is. b is working memory.
func (m *Masks) Place(b *[aes.BlockSize]byte, permuted uint64) uint64 {
	binary.LittleEndian.PutUint64(b[:8], permuted)
	binary.LittleEndian.PutUint64(b[8:], 0)
	m.places.Encrypt(b[:], b[:])
	return binary.LittleEndian.Uint64(b[:8])
}

// XORHouses masks or unmasks bytes of the houses section that begin at offset;
// offset and length are multiples of 16: each 16 bytes with AES of their number.
func (m *Masks) XORHouses(b *[aes.BlockSize]byte, dst, src []byte, offset uint64) {
	le := binary.LittleEndian
	for ; len(src) >= aes.BlockSize; offset += aes.BlockSize {
		le.PutUint64(b[:8], offset/aes.BlockSize)
		le.PutUint64(b[8:], 0)
		m.houses.Encrypt(b[:], b[:])
		le.PutUint64(dst, le.Uint64(src)^le.Uint64(b[:8]))
		le.PutUint64(dst[8:], le.Uint64(src[8:])^le.Uint64(b[8:]))
		dst, src = dst[aes.BlockSize:], src[aes.BlockSize:]
	}
}
