// Package format is the layout of a frozen roll's file, for the hand that
// writes it and the hand that reads it. docs/index-format.md specifies it byte
// by byte; TestLayout holds a small file against that page.
//
// The file is a header and, each at a multiple of Align, the sections that the
// header names with their lengths and digests. All numbers are little-endian.
package format

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"time"
	"unicode/utf8"
)

// Version is the version of the format that this package writes and reads.
const Version = 1

// Align is what each section's place in the file is a multiple of: a cache line.
const Align = 64

// magic ends in CR LF and Ctrl-Z, so that a file that was treated as text on
// its way is seen at once.
var magic = [16]byte([]byte("INTIKHAB-ROLL\r\n\x1a"))

const (
	fixedLength   = 128
	sectionLength = 16 + 8 + 8 + sha256.Size
	// MACLength is the length of the header's last field.
	MACLength = sha256.Size
	maxHeader = 1 << 20
	// SaltLength is the length of the header's salt.
	SaltLength = 16
)

// Section is one part of the file.
type Section struct {
	Name   string // at most 16 bytes: "voters", "groups", …
	Offset uint64
	Length uint64
	Digest [sha256.Size]byte // see NewDigest
}

// Header is what the file says of itself.
type Header struct {
	Name     string    // of the roll: "General election 2027"
	Frozen   time.Time // date of freezing, midnight UTC
	Geometry Geometry
	Areas    uint64
	Stations uint64
	KeyID    uint32           // of the key it was frozen under, to name it in an error
	Salt     [SaltLength]byte // what makes this roll's keys its own
	Sections []Section
	FileSize uint64
	Root     [sha256.Size]byte // digest of all the above: the roll's root hash
	MAC      [MACLength]byte   // of Root, under the roll's key
}

// Section returns the section of that name.
func (h *Header) Section(name string) (Section, bool) {
	for _, s := range h.Sections {
		if s.Name == name {
			return s, true
		}
	}
	return Section{}, false
}

// HeaderLength returns the length of a header with these names.
func HeaderLength(name string, sections int) int {
	return fixedLength + sections*sectionLength + (len(name)+7)/8*8 + sha256.Size + MACLength
}

// Append writes the header. It computes Root; mac is asked for its MAC.
func (h *Header) Append(b []byte, mac func(root []byte) []byte) []byte {
	start := len(b)
	le := binary.LittleEndian
	b = append(b, magic[:]...)
	b = le.AppendUint32(b, Version)
	b = le.AppendUint32(b, uint32(HeaderLength(h.Name, len(h.Sections))))
	b = le.AppendUint64(b, h.FileSize)
	b = le.AppendUint64(b, h.Geometry.Voters)
	b = le.AppendUint64(b, h.Geometry.Places)
	b = le.AppendUint64(b, h.Areas)
	b = le.AppendUint64(b, h.Stations)
	b = le.AppendUint64(b, uint64(h.Frozen.Unix()))
	b = le.AppendUint32(b, uint32(h.Geometry.RecordBits))
	b = le.AppendUint32(b, GroupBuckets)
	b = le.AppendUint64(b, h.Geometry.Width)
	b = le.AppendUint64(b, h.Geometry.Groups)
	b = le.AppendUint32(b, uint32(len(h.Sections)))
	b = le.AppendUint32(b, uint32(len(h.Name)))
	b = le.AppendUint32(b, h.KeyID)
	b = le.AppendUint32(b, 0)
	b = append(b, h.Salt[:]...)
	for _, s := range h.Sections {
		var name [16]byte
		copy(name[:], s.Name)
		b = append(b, name[:]...)
		b = le.AppendUint64(b, s.Offset)
		b = le.AppendUint64(b, s.Length)
		b = append(b, s.Digest[:]...)
	}
	b = append(b, h.Name...)
	for (len(b)-start)%8 != 0 {
		b = append(b, 0)
	}
	h.Root = sha256.Sum256(b[start:])
	b = append(b, h.Root[:]...)
	copy(h.MAC[:], mac(h.Root[:]))
	return append(b, h.MAC[:]...)
}

// ParseHeader reads and checks the header at the beginning of a file of that
// size: everything but the sections' digests and the MAC.
func ParseHeader(b []byte, fileSize uint64) (*Header, error) {
	if len(b) < fixedLength {
		return nil, fmt.Errorf("not a roll: %d bytes are less than the shortest header", len(b))
	}
	if !bytes.Equal(b[:len(magic)], magic[:]) {
		return nil, errors.New("not a roll: the file does not begin as a frozen roll does")
	}
	le := binary.LittleEndian
	if v := le.Uint32(b[16:]); v != Version {
		return nil, fmt.Errorf("the file has format version %d and this program reads version %d: freeze the roll again with this program", v, Version)
	}
	length := uint64(le.Uint32(b[20:]))
	if length < fixedLength+sha256.Size+MACLength || length > maxHeader || length > uint64(len(b)) {
		return nil, fmt.Errorf("the file is cut short or damaged: a header of %d bytes is promised", length)
	}
	signed := length - sha256.Size - MACLength
	h := &Header{
		FileSize: le.Uint64(b[24:]),
		Geometry: Geometry{
			Voters: le.Uint64(b[32:]), Places: le.Uint64(b[40:]),
			RecordBits: uint(le.Uint32(b[72:])), Width: le.Uint64(b[80:]), Groups: le.Uint64(b[88:]),
		},
		Areas: le.Uint64(b[48:]), Stations: le.Uint64(b[56:]),
		KeyID:  le.Uint32(b[104:]),
		Frozen: time.Unix(int64(le.Uint64(b[64:])), 0).UTC(),
	}
	h.Root = sha256.Sum256(b[:signed])
	if !bytes.Equal(h.Root[:], b[signed:][:sha256.Size]) {
		return nil, errors.New("the header is damaged: its digest does not fit what it says")
	}
	copy(h.Salt[:], b[fixedLength-SaltLength:])
	copy(h.MAC[:], b[signed+sha256.Size:])
	if h.FileSize != fileSize {
		return nil, fmt.Errorf("the file is not whole: it has %d bytes of %d", fileSize, h.FileSize)
	}
	sections, name := uint64(le.Uint32(b[96:])), uint64(le.Uint32(b[100:]))
	if fixedLength+sections*sectionLength+(name+7)/8*8 != signed {
		return nil, errors.New("the header is damaged: its parts do not add up to its length")
	}
	rest := b[fixedLength:]
	for range sections {
		s := Section{Name: string(bytes.TrimRight(rest[:16], "\x00")), Offset: le.Uint64(rest[16:]), Length: le.Uint64(rest[24:])}
		copy(s.Digest[:], rest[32:])
		if s.Offset < length || s.Offset > fileSize || s.Length > fileSize-s.Offset {
			return nil, fmt.Errorf("section %q lies outside the file", s.Name)
		}
		h.Sections = append(h.Sections, s)
		rest = rest[sectionLength:]
	}
	h.Name = string(rest[:name])
	if !utf8.ValidString(h.Name) {
		return nil, errors.New("the roll's name is not UTF-8")
	}
	g := h.Geometry
	if b := le.Uint32(b[76:]); b != GroupBuckets || g.Places == 0 || g.Places > 1<<32-1 || g.Voters > g.Places || g != NewGeometry(g.Voters, g.Places) {
		return nil, errors.New("the header's numbers contradict one another")
	}
	return h, nil
}

// DigestLeaf is the length of the leaves of a section's digest.
const DigestLeaf = 1 << 20

// Digest computes a section's digest as the section is written: SHA-256 over
// the SHA-256 of each of its leaves of DigestLeaf bytes, the last one shorter.
// Leaves make it possible to check a large section on all cores.
type Digest struct {
	leaf, all hash.Hash
	n         int
}

// NewDigest returns the digest of an empty section.
func NewDigest() *Digest { return &Digest{leaf: sha256.New(), all: sha256.New()} }

// Write takes the section's next bytes. It never fails.
func (d *Digest) Write(b []byte) (int, error) {
	total := len(b)
	for len(b) > 0 {
		n := min(DigestLeaf-d.n, len(b))
		d.leaf.Write(b[:n])
		b, d.n = b[n:], d.n+n
		if d.n == DigestLeaf {
			d.endLeaf()
		}
	}
	return total, nil
}

func (d *Digest) endLeaf() {
	d.all.Write(d.leaf.Sum(nil))
	d.leaf.Reset()
	d.n = 0
}

// Sum returns the digest of what was written; nothing may be written after.
func (d *Digest) Sum() (sum [sha256.Size]byte) {
	if d.n > 0 {
		d.endLeaf()
	}
	d.all.Sum(sum[:0])
	return sum
}
