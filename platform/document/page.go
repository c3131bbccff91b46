package document

import (
	"strconv"

	"intikhab/platform/document/pdf"
)

// A page is one that is being filled: the operators of its content (ISO 32000-1,
// annex A) in the order of drawing.
type page struct {
	number   int // from 0
	content  []byte
	y        Length // from the top: the first free place
	rows     int    // of tables so far
	pictures map[string]pdf.Ref
	height   Length // of the sheet
	free     *page  // what is kept free of dots, if there are any
}

// number in points, with at most three places.
func (p *page) value(l Length) {
	if l < 0 {
		p.content = append(p.content, '-')
		l = -l
	}
	p.content = strconv.AppendInt(p.content, int64(l/1000), 10)
	if rest := l % 1000; rest != 0 {
		p.content = append(p.content, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10))
		for p.content[len(p.content)-1] == '0' {
			p.content = p.content[:len(p.content)-1]
		}
	}
}

// op appends operands and an operator.
func (p *page) op(operator string, operands ...Length) {
	for _, l := range operands {
		p.value(l)
		p.content = append(p.content, ' ')
	}
	p.content = append(p.content, operator...)
	p.content = append(p.content, '\n')
}

// grey sets how dark what follows is, in thousandths: 0 is black.
func (p *page) grey(light Length) { p.op("g", light) }

// rectangle fills one; y is its upper edge.
func (p *page) rectangle(x, y, width, height Length) {
	p.op("re", x, p.height-y-height, width, height)
	p.op("f")
}

// text draws a line with its left end and baseline there. One string of codes is
// drawn for neighbours of one font.
func (p *page) text(l line, letters *pdf.Fonts, x, baseline Length) {
	if len(l.parts) == 0 {
		return
	}
	p.keepFree(l, x, baseline)
	p.op("BT")
	p.op("Td", x, p.height-baseline)
	var font string
	var size Length
	open := false
	for _, part := range l.parts {
		subset, codes := letters.Codes(part.word)
		if subset.Name != font || part.size != size {
			if open {
				p.content = append(p.content, ")Tj\n"...)
			}
			font, size, open = subset.Name, part.size, false
			p.content = append(append(append(p.content, '/'), font...), ' ')
			p.op("Tf", size)
		}
		if !open {
			p.content = append(p.content, '(')
			open = true
		}
		p.codes(codes)
	}
	if open {
		p.content = append(p.content, ")Tj\n"...)
	}
	p.op("ET")
}

// codes appends codes inside a string.
func (p *page) codes(codes string) {
	for i := range len(codes) {
		switch c := codes[i]; c {
		case '(', ')', '\\':
			p.content = append(p.content, '\\', c)
		case '\r':
			p.content = append(p.content, `\r`...)
		default:
			p.content = append(p.content, c)
		}
	}
}

// picture draws one; y is its upper edge.
func (p *page) picture(name string, ref pdf.Ref, x, y, width, height Length) {
	if p.pictures == nil {
		p.pictures = make(map[string]pdf.Ref)
	}
	p.pictures[name] = ref
	p.op("q")
	p.op("cm", width, 0, 0, height, x, p.height-y-height)
	p.content = append(append(p.content, '/'), name...)
	p.op(" Do")
	p.op("Q")
}
