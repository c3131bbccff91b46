package rollindex

import (
	"crypto/aes"
	"encoding/binary"

	"intikhab/systems/voterinfo/rollindex/format"
)

// unmasked is a window on the houses section through its mask: 32 bytes, which
// hold most of what a look-up reads, and the next ones when reading goes on.
type unmasked struct {
	roll  *Roll
	base  uint64 // byte in the section at which the window begins
	bytes [windowBytes + format.Padding]byte
	block [aes.BlockSize]byte
}

const windowBytes = 32

func (u *unmasked) begin(r *Roll, bit uint64) {
	u.roll = r
	u.fill(bit / 8 / aes.BlockSize * aes.BlockSize)
}

func (u *unmasked) fill(at uint64) {
	u.base = at
	section := u.roll.houses
	src := section[min(at, uint64(len(section))):]
	src = src[:min(len(src), windowBytes)]
	u.roll.masks.Houses.XOR(&u.block, u.bytes[:windowBytes], src, at)
	clear(u.bytes[len(src):])
}

// Load57 implements format.Stream. A position outside the section, which only
// a file that contradicts itself can ask for, reads as zeros.
func (u *unmasked) Load57(pos uint64) uint64 {
	at := pos/8 - u.base
	if at > windowBytes-8 {
		u.fill(pos / 8 / aes.BlockSize * aes.BlockSize)
		at = pos/8 - u.base
	}
	return binary.LittleEndian.Uint64(u.bytes[at:]) >> (pos & 7)
}

func (r *Roll) chunkStart(place uint64) uint64  { return format.ChunkStart(r.chunks, place) }
func (r *Roll) chunkOffset(place uint64) uint64 { return place % format.ChunkPlaces }
