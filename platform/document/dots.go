package document

import (
	"fmt"

	"intikhab/platform/document/pdf"
)

// A Dot is a small black square on paper: its middle, from the sheet's upper left
// corner, and how wide it is.
type Dot struct{ X, Y, Width Length }

// writeDots writes the document's dots, once for all pages: a form (ISO 32000-1,
// 8.10), and so a page costs no more with ten thousand of them.
func (c *composer) writeDots() {
	p := &page{height: c.o.Sheet.Height}
	p.grey(0)
	for _, dot := range c.o.Dots(c.o.Sheet) {
		p.op("re", dot.X-dot.Width/2, p.height-dot.Y-dot.Width/2, dot.Width, dot.Width)
	}
	p.op("f")
	c.out.Stream(c.dots, fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 %s %s]/Resources<<>>%s",
		points(c.o.Sheet.Width), points(c.o.Sheet.Height), pdf.Packed), pdf.Pack(p.content))
}
