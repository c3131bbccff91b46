package document

import "intikhab/platform/document/bidi"

// breakLines fills lines with parts, breaking at spaces.
func breakLines(parts []part, s style, width Length) (lines []line) {
	var current []part // of the line
	var used Length
	for i := 0; i < len(parts); {
		end, wide := i, Length(0) // of a word: parts without a space between them
		for end < len(parts) && (end == i || !parts[end].space && !parts[i].space) {
			wide += parts[end].width()
			end++
		}
		word := parts[i:end]
		switch {
		case used+wide <= width || word[0].space:
			current, used = append(current, word...), used+wide
			i = end
		case len(current) > 0 && allSpace(current):
			current, used = nil, 0
		case len(current) > 0:
			lines = append(lines, s.line(current))
			current, used = nil, 0
		default: // wider than a line
			head, rest := cut(word, width)
			lines = append(lines, s.line(head))
			current, used = nil, 0
			parts, i = append(rest, parts[end:]...), 0
		}
	}
	if len(current) > 0 || len(lines) == 0 {
		lines = append(lines, s.line(current))
	}
	return lines
}

func allSpace(parts []part) bool {
	for _, p := range parts {
		if !p.space {
			return false
		}
	}
	return true
}

// cut takes as much of a word as fits, at least one letter.
func cut(word []part, width Length) (head, rest []part) {
	var used Length
	for i, p := range word {
		if used+p.width() <= width {
			used += p.width()
			continue
		}
		n := p.word.Fit(int((width-used)*1000/p.size), p.level%2 == 1, i == 0)
		if n == len(p.word.Clusters) {
			return append(head, word[:i+1]...), append(rest, word[i+1:]...)
		}
		head = append(head, word[:i]...)
		if n == 0 {
			return head, append(rest, word[i:]...)
		}
		a, b := p.word.Cut(n, p.level%2 == 1)
		first, second := p, p
		first.word, second.word = a, b
		return append(head, first), append(append(rest, second), word[i+1:]...)
	}
	return word, nil
}

// Heights of a line of Nastaliq and of Latin, in thousandths of the size. What
// reaches beyond them makes its line higher.
const (
	nastaliqAscent, nastaliqDescent = 1350, 600
	latinAscent, latinDescent       = 1000, 300
)

// line puts parts in the order in which they are drawn. Spaces at the end go.
func (s style) line(parts []part) line {
	for len(parts) > 0 && parts[len(parts)-1].space {
		parts = parts[:len(parts)-1]
	}
	levels := make([]uint8, len(parts))
	for i, p := range parts {
		levels[i] = p.level
	}
	l := line{parts: make([]part, 0, len(parts))}
	l.ascent, l.descent = latinAscent*s.size/1000, latinDescent*s.size/1000
	if s.rightToLeft {
		l.ascent, l.descent = nastaliqAscent*s.size/1000, nastaliqDescent*s.size/1000
	}
	for _, i := range bidi.Order(levels) {
		p := parts[i]
		l.parts = append(l.parts, p)
		l.width += p.width()
		l.ascent = max(l.ascent, Length(p.word.Top)*p.size/1000)
		l.descent = max(l.descent, -Length(p.word.Bottom)*p.size/1000)
	}
	return l
}
