package document

import (
	"fmt"

	"intikhab/platform/document/pdf"
)

// Size and distances of the recipient's mark, and how light it is.
const (
	markSize   = 13 * Point
	markAcross = 60 * Point  // between two beside each other
	markDown   = 110 * Point // between two rows
	markLight  = 880         // thousandths, 1000 is white
)

// writeMark writes the recipient's mark, once for all pages: rows of it that climb
// over the page, so that no part of a row of a table can be copied without one.
func (c *composer) writeMark() {
	l := setText(c.o.Mark, c.style(markSize, true), largestSheet)[0]
	p := &page{}
	p.grey(markLight)
	// The rows are turned by 30 degrees about the lower left corner, as the matrix
	// says: cosine and sine in thousandths.
	p.op("cm", 866, 500, -500, 866, 0, 0)
	length := c.o.Sheet.Width + c.o.Sheet.Height
	step := l.width + markAcross
	for row, up := 0, -c.o.Sheet.Width; up < c.o.Sheet.Height; row, up = row+1, up+markDown {
		for x := -step * Length(row%2) / 2; x < length; x += step {
			p.text(l, &c.letters, x, -up)
		}
	}
	c.out.Stream(c.mark, fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 %s %s]/Resources<</Font %v>>%s",
		points(c.o.Sheet.Width), points(c.o.Sheet.Height), c.fonts, pdf.Packed), pdf.Pack(p.content))
}
