package document

import (
	"strconv"

	"intikhab/platform/document/pdf"
)

// Heading sets a title: level 1 for the document, 2 and 3 for its parts. It stays on
// the page of what follows.
func (d *Document) Heading(level int, text string) {
	size := d.options.Text * Length(18-2*min(max(level, 1), 3)) / 10
	d.add(&textBlock{text: text, style: d.options.style(size, true), keep: 3 * size, before: size / 2})
}

// Paragraph sets text, broken into lines. A new line in it begins a new one. It
// begins at the side of its own language.
func (d *Document) Paragraph(text string) {
	d.add(&textBlock{text: text, style: d.options.style(d.options.Text, false)})
}

// Aligned is Paragraph at another side, or in bold.
func (d *Document) Aligned(text string, a Align, bold bool) {
	d.add(&textBlock{text: text, style: d.options.style(d.options.Text, bold), align: a})
}

// Space leaves room.
func (d *Document) Space(height Length) { d.add(&space{height: height}) }

// NewPage begins a new page, unless nothing is on this one.
func (d *Document) NewPage() { d.add(&space{turn: true}) }

// textBlock is a heading or a paragraph.
type textBlock struct {
	text   string
	style  style
	align  Align
	before Length // room above, but not at the top of a page
	keep   Length // room that must follow on the same page
	lines  []line
}

func (b *textBlock) measure(o *Options) { b.lines = setText(b.text, b.style, o.width()) }

func (b *textBlock) place(c *composer) {
	var height Length
	for _, l := range b.lines {
		height += l.height()
	}
	if b.keep > 0 {
		c.room(b.before + height + gap + b.keep)
	}
	if c.page.y > c.top() {
		c.page.y += b.before
	}
	c.page.grey(0)
	for _, l := range b.lines {
		c.room(l.height())
		c.page.text(l, &c.letters, at(l.width, c.left(), c.o.width(), b.align, l.rightToLeft), c.page.y+l.ascent)
		c.page.y += l.height()
	}
	c.page.y += gap
}

type space struct {
	height Length
	turn   bool
}

func (b *space) measure(*Options) {}

func (b *space) place(c *composer) {
	switch {
	case b.turn && c.page.y > c.top():
		c.turn()
	case !c.fits(b.height):
		c.room(b.height) // at the top of a page none is needed
	case !b.turn && b.height > 0:
		c.page.y += b.height
	}
}

// A Picture is a JPEG or PNG that may stand at many places of a document, and is
// held in it once.
type Picture = pdf.Picture

// ReadPicture reads a JPEG or PNG file.
func ReadPicture(file []byte) (*Picture, error) { return pdf.ReadPicture(file) }

// Picture puts a picture there, as wide as said and as high as its shape asks; no
// larger than a page.
func (d *Document) Picture(p *Picture, width Length, a Align) {
	d.add(&pictureBlock{picture: p, width: width, align: a})
}

type pictureBlock struct {
	picture       *Picture
	width, height Length
	align         Align
}

func (b *pictureBlock) measure(o *Options) {
	b.width, b.height = fitPicture(b.picture, min(b.width, o.width()), o.Sheet.Height-2*o.Margin-footerRoom)
}

// fitPicture gives the size of a picture within a width and a height.
func fitPicture(p *Picture, width, height Length) (w, h Length) {
	width = max(width, Point)
	high := width * Length(p.Height) / Length(p.Width)
	if high > height {
		return max(height*Length(p.Width)/Length(p.Height), 1), height
	}
	return width, max(high, 1)
}

func (b *pictureBlock) place(c *composer) {
	c.room(b.height)
	c.draw(b.picture, c.at(b.width, c.left(), c.o.width(), b.align), c.page.y, b.width, b.height)
	c.page.y += b.height + gap
}

// draw draws a picture; y is its upper edge.
func (c *composer) draw(p *Picture, x, y, width, height Length) {
	n, ok := c.pictures[p]
	if !ok {
		n = named{"P" + strconv.Itoa(len(c.pictures)+1), c.out.Reserve()}
		c.pictures[p] = n
	}
	c.page.picture(n.name, n.ref, x, y, width, height)
}
