package document

import (
	"fmt"

	"rsc.io/qr"
)

// QR draws a QR code (ISO/IEC 18004) with a caption below it: what it holds, for
// whoever has no camera. It is as wide as said, or 35 mm if width is 0. The error
// says that the text is longer than a code can hold.
func (d *Document) QR(text, caption string, width Length, a Align) error {
	code, err := qr.Encode(text, qr.M) // a seventh of it may be torn or dirty
	if err != nil {
		return fmt.Errorf("QR code of %d bytes: %w", len(text), err)
	}
	if width <= 0 {
		width = 35 * MM
	}
	d.add(&qrBlock{code: code, width: width, align: a,
		caption: textBlock{text: caption, style: d.options.style(d.options.Text*8/10, false), align: a}})
	return nil
}

type qrBlock struct {
	code    *qr.Code
	width   Length
	align   Align
	caption textBlock
}

// quiet is the white border that the standard asks for, in modules.
const quiet = 4

func (b *qrBlock) measure(o *Options) {
	b.width = min(b.width, o.width(), o.Sheet.Height-2*o.Margin-footerRoom)
	b.caption.measure(o)
}

func (b *qrBlock) place(c *composer) {
	height := b.width
	if b.caption.text != "" {
		height += b.caption.lines[0].height()
	}
	c.room(height)
	module := b.width / Length(b.code.Size+2*quiet)
	x, y := c.at(b.width, c.left(), c.o.width(), b.align)+quiet*module, c.page.y+quiet*module
	c.page.grey(1000) // no mark beneath it
	c.page.rectangle(x-quiet*module, y-quiet*module, b.width, b.width)
	c.page.grey(0)
	for row := range b.code.Size {
		for from := 0; from < b.code.Size; from++ {
			to := from
			for b.code.Black(to, row) {
				to++
			}
			if to > from { // a stroke: no seams between its modules
				c.page.op("re", x+Length(from)*module, c.page.height-y-Length(row+1)*module, Length(to-from)*module, module)
				from = to
			}
		}
	}
	c.page.op("f")
	c.page.y += b.width
	if b.caption.text != "" {
		b.caption.place(c) // which is never long
	}
}
