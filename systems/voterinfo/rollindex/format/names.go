package format

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// AreaBytes and StationBytes are the lengths of one row of the areas and
// stations sections.
const (
	AreaBytes    = 20
	StationBytes = 8
)

// AreaRow is one row of the areas section; rows rise by block. References are
// numbers of a row plus one, 0 where there is none.
type AreaRow struct {
	Block      uint32
	NA, PA     uint16    // row of the names section's constituencies
	StationMFX [3]uint32 // row of the stations section, per gender
}

// Append writes the row.
func (a *AreaRow) Append(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(b, a.Block)
	b = le.AppendUint16(b, a.NA)
	b = le.AppendUint16(b, a.PA)
	for _, s := range a.StationMFX {
		b = le.AppendUint32(b, s)
	}
	return b
}

// ParseArea reads row i of the areas section.
func ParseArea(section []byte, i uint64) (a AreaRow) {
	b := section[i*AreaBytes:][:AreaBytes]
	le := binary.LittleEndian
	a.Block, a.NA, a.PA = le.Uint32(b), le.Uint16(b[4:]), le.Uint16(b[6:])
	for g := range a.StationMFX {
		a.StationMFX[g] = le.Uint32(b[8+4*g:])
	}
	return a
}

// Names is the names section: every string once, and which of them each
// constituency, area and station bears.
type Names struct {
	Strings        []string
	Constituencies []uint32    // code
	Areas          [][6]uint32 // name, tehsil, district, each in English and Urdu
	Stations       [][4]uint32 // id, kind, name in English, in Urdu
}

// Interner collects the distinct strings of a names section.
type Interner struct {
	Strings []string
	index   map[string]uint32
}

// Add returns the number of a string.
func (n *Interner) Add(s string) uint32 {
	if i, ok := n.index[s]; ok {
		return i
	}
	if n.index == nil {
		n.index = map[string]uint32{}
	}
	i := uint32(len(n.Strings))
	n.Strings, n.index[s] = append(n.Strings, s), i
	return i
}

// Append writes the section: four uvarint counts (strings, constituencies,
// areas, stations), each string as uvarint length and bytes, then the rows'
// string numbers as uvarints.
func (n *Names) Append(b []byte) []byte {
	for _, count := range []int{len(n.Strings), len(n.Constituencies), len(n.Areas), len(n.Stations)} {
		b = binary.AppendUvarint(b, uint64(count))
	}
	for _, s := range n.Strings {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	for _, c := range n.Constituencies {
		b = binary.AppendUvarint(b, uint64(c))
	}
	for i := range n.Areas {
		for _, s := range n.Areas[i] {
			b = binary.AppendUvarint(b, uint64(s))
		}
	}
	for i := range n.Stations {
		for _, s := range n.Stations[i] {
			b = binary.AppendUvarint(b, uint64(s))
		}
	}
	return b
}

// ParseNames reads the section. The strings share one copy of its bytes.
func ParseNames(section []byte) (*Names, error) {
	r := varints{b: section}
	counts := [4]uint64{}
	for i := range counts {
		counts[i] = r.next(uint64(len(section)))
	}
	n := &Names{
		Strings: make([]string, counts[0]), Constituencies: make([]uint32, counts[1]),
		Areas: make([][6]uint32, counts[2]), Stations: make([][4]uint32, counts[3]),
	}
	text := string(section)
	for i := range n.Strings {
		length := r.next(uint64(len(section)))
		if uint64(len(r.b)) < length {
			return nil, errNames
		}
		at := len(section) - len(r.b)
		n.Strings[i] = text[at : at+int(length)]
		if !utf8.ValidString(n.Strings[i]) {
			return nil, fmt.Errorf("string %d of the names is not UTF-8", i)
		}
		r.b = r.b[length:]
	}
	last := counts[0] - 1 // wraps to "none" when there is no string
	if counts[0] == 0 {
		last = 0
		if counts[1]+counts[2]+counts[3] > 0 {
			return nil, errNames
		}
	}
	for i := range n.Constituencies {
		n.Constituencies[i] = uint32(r.next(last))
	}
	for i := range n.Areas {
		for j := range n.Areas[i] {
			n.Areas[i][j] = uint32(r.next(last))
		}
	}
	for i := range n.Stations {
		for j := range n.Stations[i] {
			n.Stations[i][j] = uint32(r.next(last))
		}
	}
	if r.bad || len(r.b) != 0 {
		return nil, errNames
	}
	return n, nil
}

var errNames = errors.New("the names are cut short or damaged")

// varints reads uvarints; after one that is missing or above its bound, bad is
// set and all that follow are 0.
type varints struct {
	b   []byte
	bad bool
}

func (r *varints) next(most uint64) uint64 {
	v, n := binary.Uvarint(r.b)
	if r.bad || n <= 0 || v > most {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}
