package document

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"intikhab/platform/document/pdf"
)

// writePage writes the page that has waited longest.
func (c *composer) writePage() {
	f := c.waiting[0]
	c.waiting = c.waiting[1:]
	content := c.out.Reserve()
	c.out.Stream(content, pdf.Packed, <-f.packed)
	var pictures strings.Builder
	pattern := ""
	if c.mark != 0 {
		pattern = fmt.Sprintf("/Pattern<</Mark %v>>", c.mark)
	}
	if c.dots != 0 {
		fmt.Fprintf(&pictures, "/Dots %v", c.dots)
	}
	for _, name := range slices.Sorted(maps.Keys(f.page.pictures)) {
		fmt.Fprintf(&pictures, "/%s %v", name, f.page.pictures[name])
	}
	n := f.page.number
	c.out.Object(c.pages[n], fmt.Sprintf("<</Type/Page/Parent %v/MediaBox[0 0 %s %s]/Resources<</Font %v/XObject<<%s>>%s>>/Contents[%v %v]>>",
		c.tree, points(c.o.Sheet.Width), points(c.o.Sheet.Height), c.fonts, pictures.String(), pattern, content, c.footers[n]))
}

func points(l Length) string {
	p := &page{}
	p.value(l)
	return string(p.content)
}

// finish writes what could only be written now: the last pages, the number of pages
// in every foot, the letters used.
func (c *composer) finish() error {
	c.flush()
	for len(c.waiting) > 0 {
		c.writePage()
	}
	for n := range c.pages {
		c.footer(n)
	}
	if c.o.Pages != nil {
		*c.o.Pages = len(c.pages)
	}
	if c.mark != 0 {
		c.writeMark()
	}
	if c.dots != 0 {
		c.writeDots()
	}
	for _, picture := range slices.SortedFunc(maps.Keys(c.pictures), func(a, b *pdf.Picture) int {
		return int(c.pictures[a].ref - c.pictures[b].ref)
	}) {
		picture.Write(c.out, c.pictures[picture].ref)
	}
	c.out.Object(c.fonts, c.letters.Write(c.out))
	var kids strings.Builder
	for _, ref := range c.pages {
		kids.WriteString(ref.String())
		kids.WriteByte(' ')
	}
	c.out.Object(c.tree, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(c.pages), strings.TrimSpace(kids.String())))
	direction := "L2R"
	if c.rightToLeft() {
		direction = "R2L"
	}
	root := c.out.Add(fmt.Sprintf("<</Type/Catalog/Pages %v/Lang(%s)/ViewerPreferences<</DisplayDocTitle true/Direction/%s>>>>", c.tree, c.o.Language, direction))
	info := "<</Producer(intikhab)"
	if c.o.Title != "" {
		info += "/Title" + pdf.Text(c.o.Title)
	}
	if !c.o.Created.IsZero() {
		date := c.o.Created.UTC().Format("20060102150405")
		info += "/CreationDate(D:" + date + "Z)/ModDate(D:" + date + "Z)"
	}
	return c.out.Close(root, c.out.Add(info+">>"))
}

// footer writes the foot of a page: its text where lines begin, its number where
// they end.
func (c *composer) footer(n int) {
	p := &page{height: c.o.Sheet.Height}
	s := c.style(c.o.Text*8/10, false)
	baseline := c.bottom() + footerRoom + min(c.o.Margin/3, 6*Point)
	number := setText(Words.Text(c.o.Language, "document.page", "page", strconv.Itoa(n+1), "pages", strconv.Itoa(len(c.pages))), s, c.o.width())[0]
	text := setText(c.o.Footer, s, c.o.width()-number.width-10*Point)[0]
	p.grey(300)
	p.text(number, &c.letters, c.at(number.width, c.left(), c.o.width(), End), baseline)
	p.text(text, &c.letters, c.at(text.width, c.left(), c.o.width(), Start), baseline)
	c.out.Stream(c.footers[n], pdf.Packed, pdf.Pack(p.content))
}

// rightToLeft tells the document's direction.
func (c *composer) rightToLeft() bool { return c.o.rightToLeft() }

func (o *Options) rightToLeft() bool { return o.Language.Dir() == "rtl" }

func (c *composer) style(size Length, bold bool) style { return c.o.style(size, bold) }

func (o *Options) style(size Length, bold bool) style {
	return style{size: size, bold: bold, rightToLeft: o.rightToLeft()}
}

// An Align is the side of a column or a page at which text stands.
type Align int

const (
	Start  Align = iota // where lines begin: on the right in Urdu
	End                 // where they end
	Centre              // in the middle
)

// at is the left end of something of that width in a column.
func (c *composer) at(width, left, column Length, a Align) Length {
	return at(width, left, column, a, c.rightToLeft())
}

func at(width, left, column Length, a Align, rightToLeft bool) Length {
	switch {
	case a == Centre:
		return left + (column-width)/2
	case (a == Start) == rightToLeft:
		return left + column - width
	}
	return left
}
