package rollindex

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"

	"intikhab/systems/voterinfo/rollindex/ff1"
)

// Masks are the secrets that a key becomes in one roll: the permutation of the
// identity numbers, the mask of the places they lead to, and the masks of the
// sections that tell what stands there.
type Masks struct {
	Permute               *ff1.Cipher
	places                cipher.Block
	Houses, Lists, Chunks Mask
}

// NewMasks derives a roll's masks.
func NewMasks(k Key, salt Salt) *Masks {
	permute, err := ff1.New(k.Derive(salt, "permutation", 16))
	if err != nil {
		panic(err) // only for a key of another length
	}
	block := func(purpose string) cipher.Block { return newBlock(k.Derive(salt, purpose, 16)) }
	return &Masks{Permute: permute, places: block("places"),
		Houses: Mask{block("houses")}, Lists: Mask{block("lists")}, Chunks: Mask{block("chunks")}}
}

func newBlock(key []byte) cipher.Block {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for a key of another length
	}
	return b
}

// Place returns what is added, modulo the number of places, to the place of
// the voter whose permuted number it is. b is working memory.
func (m *Masks) Place(b *[aes.BlockSize]byte, permuted uint64) uint64 {
	binary.LittleEndian.PutUint64(b[:8], permuted)
	binary.LittleEndian.PutUint64(b[8:], 0)
	m.places.Encrypt(b[:], b[:])
	return binary.LittleEndian.Uint64(b[:8])
}

// Mask hides a section: each 16 bytes are xored with AES of their number.
type Mask struct{ block cipher.Block }

// XOR masks or unmasks bytes of the section that begin at offset, a multiple of
// 16. b is working memory; dst and src may be the same.
func (m Mask) XOR(b *[aes.BlockSize]byte, dst, src []byte, offset uint64) {
	le := binary.LittleEndian
	for ; len(src) > 0; offset += aes.BlockSize {
		le.PutUint64(b[:8], offset/aes.BlockSize)
		le.PutUint64(b[8:], 0)
		m.block.Encrypt(b[:], b[:])
		if len(src) < aes.BlockSize {
			for i := range src {
				dst[i] = src[i] ^ b[i]
			}
			return
		}
		le.PutUint64(dst, le.Uint64(src)^le.Uint64(b[:8]))
		le.PutUint64(dst[8:], le.Uint64(src[8:])^le.Uint64(b[8:]))
		dst, src = dst[aes.BlockSize:], src[aes.BlockSize:]
	}
}

// unmasked returns a copy of a whole section without its mask.
func (m Mask) unmasked(section []byte) []byte {
	var b [aes.BlockSize]byte
	plain := make([]byte, len(section))
	m.XOR(&b, plain, section, 0)
	return plain
}

// Sum is a keyed sum over a roll's voters, the same in whatever order they are
// added; without the key nobody can make two rolls of the same sum.
type Sum struct {
	block cipher.Block
	b     [aes.BlockSize]byte
	lanes [2]uint64
}

// NewSum returns the sum of no voters.
func NewSum(k Key) *Sum { return &Sum{block: newBlock(k.Derive(Salt{}, "voters", 16))} }

// Add adds a voter: AES-CBC-MAC of the row's 32 bytes, in two halves, each added
// modulo 2^64.
func (s *Sum) Add(number uint64, block, gender, serial, household uint32) {
	le := binary.LittleEndian
	le.PutUint64(s.b[:8], number)
	le.PutUint32(s.b[8:], block)
	le.PutUint32(s.b[12:], gender)
	s.block.Encrypt(s.b[:], s.b[:])
	le.PutUint64(s.b[:8], le.Uint64(s.b[:8])^uint64(serial))
	le.PutUint64(s.b[8:], le.Uint64(s.b[8:])^uint64(household))
	s.block.Encrypt(s.b[:], s.b[:])
	s.lanes[0] += le.Uint64(s.b[:8])
	s.lanes[1] += le.Uint64(s.b[8:])
}

// Merge adds all of another sum.
func (s *Sum) Merge(other *Sum) {
	s.lanes[0] += other.lanes[0]
	s.lanes[1] += other.lanes[1]
}
