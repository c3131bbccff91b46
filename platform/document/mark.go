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

// writeMark writes the recipient's mark, once for all pages: rows of it that climb
// over the page, so that no part of a table can be copied without one. It is drawn
// as outlines and not as letters, so that it stays out of what is copied and
// searched as text.
func (c *composer) writeMark() {
	l := setText(c.o.Mark, c.style(markSize, true), largestSheet)[0]
	once := &page{}
	once.outlines(l)
	one := c.out.Reserve()
	c.out.Stream(one, fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[%s %s %s %s]%s",
		points(-markSize), points(-l.descent), points(l.width+markSize), points(l.ascent), pdf.Packed), pdf.Pack(once.content))
	p := &page{}
	p.grey(markLight)
	// The rows are turned by 30 degrees about the lower left corner, as the matrix
	// says: cosine and sine in thousandths.
	p.op("cm", 866, 500, -500, 866, 0, 0)
	length := c.o.Sheet.Width + c.o.Sheet.Height
	step := max(l.width+markAcross, markStep)
	for row, up := 0, -c.o.Sheet.Width; up < c.o.Sheet.Height; row, up = row+1, up+markDown {
		for x := -step * Length(row%2) / 2; x < length; x += step {
			p.op("q")
			p.op("cm", 1000, 0, 0, 1000, x, up)
			p.op("/One Do")
			p.op("Q")
		}
	}
	c.out.Stream(c.mark, fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 %s %s]/Resources<</XObject<</One %v>>>>%s",
		points(c.o.Sheet.Width), points(c.o.Sheet.Height), one, pdf.Packed), pdf.Pack(p.content))
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
