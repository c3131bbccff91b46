package format

import "encoding/binary"

// Padding is how many zero bytes follow a section of packed bits, so that a
// reader may load eight bytes at the byte of any bit.
const Padding = 8

// Load57 returns at least the 57 bits that begin at bit position pos, lowest
// first; what stands above them is of no meaning.
func Load57(b []byte, pos uint64) uint64 {
	return binary.LittleEndian.Uint64(b[pos>>3:]) >> (pos & 7)
}

// BitWriter packs bits, lowest first, into Bytes. The zero value is ready.
type BitWriter struct {
	Bytes []byte
	acc   uint64 // bits not yet in Bytes
	n     uint   // how many, below 8 between calls
}

// Write appends the low width bits of v; width is at most 57.
func (w *BitWriter) Write(v uint64, width uint) {
	w.acc |= (v & (1<<width - 1)) << w.n
	w.n += width
	for w.n >= 8 {
		w.Bytes = append(w.Bytes, byte(w.acc))
		w.acc >>= 8
		w.n -= 8
	}
}

// Len returns the number of bits written since Bytes was last emptied.
func (w *BitWriter) Len() uint64 { return uint64(len(w.Bytes))*8 + uint64(w.n) }

// Flush fills up the last byte with zeros.
func (w *BitWriter) Flush() {
	if w.n > 0 {
		w.Bytes = append(w.Bytes, byte(w.acc))
		w.acc, w.n = 0, 0
	}
}

// selectByte[r][b] is the position of the r-th set bit, from 0, in byte b.
var selectByte = func() (t [8][256]uint8) {
	for b := range 256 {
		r := 0
		for i := range 8 {
			if b>>i&1 == 1 {
				t[r][b] = uint8(i)
				r++
			}
		}
	}
	return
}()

// selectBit returns the position of the r-th set bit of x, from 0; x has more
// than r of them. Byte-wise sums, then a table for the byte (Vigna, "Broadword
// implementation of rank/select queries", 2008).
func selectBit(x uint64, r uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	s := x - x>>1&0x5555555555555555
	s = s&0x3333333333333333 + s>>2&0x3333333333333333
	s = (s + s>>4) & 0x0f0f0f0f0f0f0f0f * ones // byte i: bits set in bytes 0..i
	// Count the bytes whose sum is at most r: the set bit is in the next one.
	le := ((r*ones | high) - s) & high
	byteAt := (le >> 7) * ones >> 56 * 8
	before := s << 8 >> byteAt & 0xff
	return byteAt + uint64(selectByte[r-before][x>>byteAt&0xff])
}
