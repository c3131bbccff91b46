package document

import (
	"fmt"

	"intikhab/platform/document/pdf"
)

// A Dot is a small black square on paper: its middle, from the sheet's upper left
// corner, and how wide it is.
type Dot struct{ X, Y, Width Length }

// beside is how near to text no dot is.
const beside = Point

// keepFree keeps dots from a line of text.
func (p *page) keepFree(l line, x, baseline Length) {
	if p.free == nil {
		return
	}
	var top, bottom Length // of its ink, from the baseline up
	for _, part := range l.parts {
		top = max(top, Length(part.word.Top)*part.size/1000)
		bottom = min(bottom, Length(part.word.Bottom)*part.size/1000)
	}
	p.free.op("re", x-beside, p.height-baseline+bottom-beside, l.width+2*beside, top-bottom+2*beside)
}

// dotPage puts the dots below all that is on the page, and white below its text.
func (c *composer) dotPage() {
	p := c.page.free
	p.height = c.o.Sheet.Height
	before := &page{height: p.height}
	before.op("/Dots Do")
	before.grey(1000)
	// The foot is written later: its whole line is kept free.
	size := c.style(c.o.Text*8/10, false).size
	before.rectangle(c.left(), c.bottom()+footerRoom+min(c.o.Margin/3, 6*Point)-size*3/2, c.o.width(), size*5/2)
	if len(p.content) > 0 {
		p.op("f")
	}
	c.page.content = append(append(before.content, p.content...), c.page.content...)
}

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
