// Package fonts is the faces that documents are set in, Noto Nastaliq Urdu and
// Noto Sans under the SIL Open Font License (OFL.txt), and a reader of those
// tables of an OpenType font that a PDF needs: head, hhea, hmtx, loca, glyf.
// README.md tells how the files were made from the published ones; TestFaces and
// TestSameAsPublished show that nothing was lost on the way.
package fonts

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"sync"
)

// A Face is one font of one weight. All lengths are in thousandths of the size.
type Face struct {
	Name            string // as in a PDF, such as NotoSans-Bold
	Data            []byte // the whole file
	Ascent, Descent int    // of a line above and below its baseline, both positive
	CapHeight       int
	BBox            [4]int // around all glyphs: xMin, yMin, xMax, yMax
	Bold            bool
	Arabic          bool // written from right to left

	glyphs  int
	metrics int // glyphs that have an advance of their own
	hmtx    []byte
	loca    []byte
	glyf    []byte
	long    bool // offsets of loca are of four bytes
}

//go:embed NotoNastaliqUrdu-Regular.ttf
var nastaliq []byte

//go:embed NotoNastaliqUrdu-Bold.ttf
var nastaliqBold []byte

//go:embed NotoSans-Regular.ttf
var sans []byte

//go:embed NotoSans-Bold.ttf
var sansBold []byte

// The faces, read when they are first asked for.
var (
	Nastaliq     = sync.OnceValue(func() *Face { return must("NotoNastaliqUrdu", nastaliq, true, false) })
	NastaliqBold = sync.OnceValue(func() *Face { return must("NotoNastaliqUrdu-Bold", nastaliqBold, true, true) })
	Sans         = sync.OnceValue(func() *Face { return must("NotoSans", sans, false, false) })
	SansBold     = sync.OnceValue(func() *Face { return must("NotoSans-Bold", sansBold, false, true) })
)

// must reads a face that is part of the program.
func must(name string, data []byte, arabic, bold bool) *Face {
	f, err := parse(name, data)
	if err != nil {
		panic(err)
	}
	f.Arabic, f.Bold = arabic, bold
	return f
}

func parse(name string, data []byte) (*Face, error) {
	table := tables(data)
	for _, tag := range []string{"head", "hhea", "hmtx", "loca", "glyf", "maxp", "OS/2"} {
		if table[tag] == nil {
			return nil, fmt.Errorf("font %s: no table %s", name, tag)
		}
	}
	head, hhea := table["head"], table["hhea"]
	if unit := u16(head, 18); unit != 1000 {
		return nil, fmt.Errorf("font %s: %d units to the size, not 1000", name, unit)
	}
	f := &Face{Name: name, Data: data,
		Ascent: i16(hhea, 4), Descent: -i16(hhea, 6), CapHeight: i16(table["OS/2"], 88),
		BBox:   [4]int{i16(head, 36), i16(head, 38), i16(head, 40), i16(head, 42)},
		glyphs: u16(table["maxp"], 4), metrics: u16(hhea, 34), long: i16(head, 50) == 1,
		hmtx: table["hmtx"], loca: table["loca"], glyf: table["glyf"]}
	return f, nil
}

// tables cuts a font file at its directory.
func tables(data []byte) map[string][]byte {
	all := make(map[string][]byte)
	for i := range u16(data, 4) {
		entry := data[12+16*i:]
		at, n := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		all[string(entry[:4])] = data[at : at+n]
	}
	return all
}

func u16(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
func i16(b []byte, at int) int { return int(int16(binary.BigEndian.Uint16(b[at:]))) }

// Glyphs is how many glyphs the face has; their numbers begin with 0.
func (f *Face) Glyphs() int { return f.glyphs }

// Advance is how far a glyph moves the pen.
func (f *Face) Advance(glyph int) int { return u16(f.hmtx, 4*min(glyph, f.metrics-1)) }

// Bearing is where a glyph's leftmost point lies from the pen.
func (f *Face) Bearing(glyph int) int {
	if glyph < f.metrics {
		return i16(f.hmtx, 4*glyph+2)
	}
	return i16(f.hmtx, 4*f.metrics+2*(glyph-f.metrics))
}

// Outline is the entry of table glyf, empty for a glyph that draws nothing.
func (f *Face) Outline(glyph int) []byte {
	if f.long {
		return f.glyf[binary.BigEndian.Uint32(f.loca[4*glyph:]):binary.BigEndian.Uint32(f.loca[4*glyph+4:])]
	}
	return f.glyf[2*u16(f.loca, 2*glyph) : 2*u16(f.loca, 2*glyph+2)]
}

// Bounds are the corners of a glyph, xMin, yMin, xMax, yMax; false if it draws
// nothing.
func (f *Face) Bounds(glyph int) ([4]int, bool) {
	o := f.Outline(glyph)
	if len(o) < 10 {
		return [4]int{}, false
	}
	return [4]int{i16(o, 2), i16(o, 4), i16(o, 6), i16(o, 8)}, true
}

// Flags of a component of a composite glyph (OpenType, table glyf).
const (
	argsAreWords   = 0x0001
	haveScale      = 0x0008
	moreComponents = 0x0020
	haveXYScale    = 0x0040
	haveTwoByTwo   = 0x0080
)

// Components gives the places in an outline at which the numbers of the glyphs
// stand that it is made of; none for a simple glyph.
func Components(outline []byte) (at []int) {
	if len(outline) < 10 || i16(outline, 0) >= 0 {
		return nil
	}
	for i := 10; ; {
		flags := u16(outline, i)
		at = append(at, i+2)
		i += 6
		if flags&argsAreWords != 0 {
			i += 2
		}
		switch {
		case flags&haveScale != 0:
			i += 2
		case flags&haveXYScale != 0:
			i += 4
		case flags&haveTwoByTwo != 0:
			i += 8
		}
		if flags&moreComponents == 0 {
			return at
		}
	}
}

// Table is one of the tables of the file, nil if there is none.
func (f *Face) Table(tag string) []byte { return tables(f.Data)[tag] }
