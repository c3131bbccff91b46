package pdf

import (
	"encoding/binary"
	"strconv"

	"intikhab/platform/document/fonts"
	"intikhab/platform/document/shape"
)

// Fonts are the letters that a document has used so far, each under a code of two
// bytes in one of its subsets. Codes are given in the order of asking, so the same
// document gets the same ones.
//
// A code stands for a whole cluster, a letter with its dots at its height on
// Nastaliq's slope: in the subset it is one composite glyph, and ToUnicode gives its
// text. So a line is drawn by one string of codes on one baseline, from left to
// right, which is what programs that search and copy expect of Arabic script.
type Fonts struct {
	subsets []*Subset
	codes   map[*shape.Word]coded
}

type coded struct {
	subset *Subset
	codes  string
}

// mostGlyphs of a subset leaves room below the format's 65,535 for one more word;
// mostWords is when the memory of words begins anew.
const (
	mostGlyphs = 60_000
	mostWords  = 1 << 16
)

// Codes gives the subset in which a word is drawn, and its codes from left to right.
func (f *Fonts) Codes(w *shape.Word) (*Subset, string) {
	if c, ok := f.codes[w]; ok {
		return c.subset, c.codes
	}
	if len(f.codes) >= mostWords || f.codes == nil {
		f.codes = make(map[*shape.Word]coded)
	}
	var s *Subset
	for _, open := range f.subsets {
		if open.face == w.Face && len(open.glyphs) < mostGlyphs {
			s = open
		}
	}
	if s == nil {
		s = newSubset(w.Face, "F"+strconv.Itoa(len(f.subsets)+1))
		f.subsets = append(f.subsets, s)
	}
	codes := make([]byte, 0, 2*len(w.Clusters))
	for _, c := range w.Clusters {
		codes = binary.BigEndian.AppendUint16(codes, s.cluster(c))
	}
	f.codes[w] = coded{s, string(codes)}
	return s, string(codes)
}

// A Subset is a font with those glyphs of a face that are used.
type Subset struct {
	Name      string // among the page's resources
	face      *fonts.Face
	glyphs    []glyph
	byGlyph   map[int]uint16    // of the face's glyphs
	byCluster map[string]uint16 // of the document's
	key       []byte
}

// A glyph of the subset; its number is its code.
type glyph struct {
	outline          []byte
	advance, bearing int
	text             string // empty for one that is only part of others
	points, contours int
	depth            int // 0 for a simple one
}

func newSubset(face *fonts.Face, name string) *Subset {
	s := &Subset{Name: name, face: face, byGlyph: make(map[int]uint16), byCluster: make(map[string]uint16)}
	s.part(0) // .notdef
	return s
}

// part gives the number, in the subset, of one of the face's glyphs.
func (s *Subset) part(id int) uint16 {
	if n, ok := s.byGlyph[id]; ok {
		return n
	}
	n := uint16(len(s.glyphs))
	s.byGlyph[id] = n
	s.glyphs = append(s.glyphs, glyph{}) // its own number before those of its parts
	g := glyph{outline: s.face.Outline(id), advance: s.face.Advance(id), bearing: s.face.Bearing(id)}
	if places := fonts.Components(g.outline); places != nil {
		g.outline = append([]byte(nil), g.outline...)
		for _, at := range places {
			part := s.part(int(binary.BigEndian.Uint16(g.outline[at:])))
			binary.BigEndian.PutUint16(g.outline[at:], part)
			g.include(s.glyphs[part])
		}
	} else if len(g.outline) >= 12 && g.outline[1] > 0 {
		g.contours = int(binary.BigEndian.Uint16(g.outline))
		g.points = int(binary.BigEndian.Uint16(g.outline[10+2*(g.contours-1):])) + 1
	}
	s.glyphs[n] = g
	return n
}

// include counts a part.
func (g *glyph) include(part glyph) {
	g.points, g.contours, g.depth = g.points+part.points, g.contours+part.contours, max(g.depth, part.depth+1)
}

// cluster gives the code of a cluster.
func (s *Subset) cluster(c shape.Cluster) uint16 {
	s.key = append(append(s.key[:0], c.Text...), 0)
	s.key = binary.AppendVarint(s.key, int64(c.Advance))
	for _, g := range c.Glyphs {
		s.key = binary.AppendVarint(binary.AppendVarint(binary.AppendVarint(s.key, int64(g.ID)), int64(g.X)), int64(g.Y))
	}
	if n, ok := s.byCluster[string(s.key)]; ok {
		return n
	}
	n := s.compose(c)
	s.byCluster[string(s.key)] = n
	return n
}

// compose makes the cluster's glyph: the face's own if it is drawn as it is and has
// no text yet, or else one that is composed.
func (s *Subset) compose(c shape.Cluster) uint16 {
	if len(c.Glyphs) == 1 && c.Glyphs[0].X == 0 && c.Glyphs[0].Y == 0 {
		n := s.part(c.Glyphs[0].ID)
		if g := &s.glyphs[n]; g.text == "" && n != 0 {
			g.text, g.advance = c.Text, c.Advance
			return n
		}
	}
	g := glyph{text: c.Text, advance: c.Advance}
	if len(c.Glyphs) > 0 {
		g.outline = make([]byte, 10, 10+8*len(c.Glyphs))
		s.assemble(&g, c.Glyphs)
	}
	s.glyphs = append(s.glyphs, g)
	return uint16(len(s.glyphs) - 1)
}

// Flags of a composite glyph's part: offsets of two bytes, along x and y; more follow.
const (
	wordOffsets = 0x0001 | 0x0002
	moreParts   = 0x0020
)

func (s *Subset) assemble(g *glyph, parts []shape.Glyph) {
	box := [4]int{1<<15 - 1, 1<<15 - 1, -1 << 15, -1 << 15}
	for i, part := range parts {
		bounds, _ := s.face.Bounds(part.ID) // shape leaves out what has none
		x, y := short(part.X), short(part.Y)
		box[0], box[1] = min(box[0], bounds[0]+x), min(box[1], bounds[1]+y)
		box[2], box[3] = max(box[2], bounds[2]+x), max(box[3], bounds[3]+y)
		flags := wordOffsets
		if i+1 < len(parts) {
			flags |= moreParts
		}
		n := s.part(part.ID)
		g.include(s.glyphs[n])
		for _, v := range []int{flags, int(n), x, y} {
			g.outline = binary.BigEndian.AppendUint16(g.outline, uint16(v))
		}
	}
	binary.BigEndian.PutUint16(g.outline, 0xffff) // composite
	for i, v := range box {
		binary.BigEndian.PutUint16(g.outline[2+2*i:], uint16(short(v)))
	}
	g.bearing = short(box[0])
}

// short holds a number within two bytes; only nonsense with dozens of marks on one
// letter goes beyond.
func short(v int) int { return min(max(v, -1<<15), 1<<15-1) }
