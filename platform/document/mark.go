package document

import (
	"fmt"

	"intikhab/platform/document/pdf"
)

// Size and distances of the recipient's mark, and how light it is.
const (
	markSize   = 13 * Point
	markAcross = 60 * Point  // between two beside each other
	markStep   = 220 * Point // and of the beginnings of two, at least
	markDown   = 110 * Point // between two rows
	markLight  = 880         // thousandths, 1000 is white
)

// writeMark writes the recipient's mark, once for all pages: a pattern (ISO 32000-1,
// 8.7.3) whose rows climb over the page, so that no part of a table can be copied
// without one. It is drawn as outlines and not as letters, so that it stays out of
// what is copied and searched as text.
func (c *composer) writeMark() {
	l := setText(c.o.Mark, c.style(markSize, true), largestSheet)[0]
	step := max(l.width+markAcross, markStep)
	p := &page{}
	p.grey(markLight)
	// Two rows, the second moved by half a step: what leaves the tile on one side
	// comes in on the other.
	for _, at := range [][2]Length{{0, 0}, {-step / 2, markDown}, {step / 2, markDown}} {
		p.op("q")
		p.op("cm", 1000, 0, 0, 1000, at[0], at[1]+l.descent)
		p.outlines(l)
		p.op("Q")
	}
	// Turned by 30 degrees, as the matrix says: cosine and sine.
	c.out.Stream(c.mark, fmt.Sprintf("/PatternType 1/PaintType 1/TilingType 2/BBox[0 0 %s %s]/XStep %s/YStep %s/Matrix[.866 .5 -.5 .866 0 0]/Resources<<>>%s",
		points(step), points(2*markDown), points(step), points(2*markDown), pdf.Packed), pdf.Pack(p.content))
}

// drawMark draws the mark over a whole page.
func (p *page) drawMark(sheet Size) {
	p.op("/Pattern cs/Mark scn")
	p.rectangle(0, 0, sheet.Width, sheet.Height)
}

// outlines fills a line's letters, from the origin to the right.
func (p *page) outlines(l line) {
	var x Length
	for _, part := range l.parts {
		scale := func(units int) Length { return Length(units) * part.size / 1000 }
		pen := 0
		for _, cluster := range part.word.Clusters {
			for _, glyph := range cluster.Glyphs {
				var atX, atY int // the last point, in units
				for _, s := range part.word.Face.Segments(glyph.ID) {
					dx, dy := pen+glyph.X, glyph.Y
					switch s.Op {
					case 'M':
						p.op("m", x+scale(s.X1+dx), scale(s.Y1+dy))
					case 'L':
						p.op("l", x+scale(s.X1+dx), scale(s.Y1+dy))
					case 'Q': // PDF has cubic curves alone
						p.op("c", x+scale((atX+2*s.X1)/3+dx), scale((atY+2*s.Y1)/3+dy),
							x+scale((s.X2+2*s.X1)/3+dx), scale((s.Y2+2*s.Y1)/3+dy), x+scale(s.X2+dx), scale(s.Y2+dy))
					}
					atX, atY = s.X1, s.Y1
					if s.Op == 'Q' {
						atX, atY = s.X2, s.Y2
					}
				}
			}
			pen += cluster.Advance
		}
		x += part.width()
	}
	p.op("f")
}
