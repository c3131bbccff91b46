package document

import (
	"strings"
	"unicode"

	"intikhab/platform/document/bidi"
	"intikhab/platform/document/fonts"
	"intikhab/platform/document/shape"
)

// A style is how a text is set.
type style struct {
	size        Length // of Nastaliq in an Urdu document, of Latin in an English one
	bold        bool
	rightToLeft bool // the document's direction
}

// A part is a piece of a line that is shaped as one.
type part struct {
	word  *shape.Word
	size  Length
	level uint8
	space bool
}

func (p part) width() Length { return Length(p.word.Width) * p.size / 1000 }

// A line is parts from left to right.
type line struct {
	parts           []part
	width           Length
	ascent, descent Length
	rightToLeft     bool // its paragraph
}

func (l line) height() Length { return l.ascent + l.descent }

// setText breaks a text into lines of at most the width. No letter is lost: a word
// that is wider than a line is cut. There is at least one line.
func setText(text string, s style, width Length) (lines []line) {
	for _, paragraph := range strings.FieldsFunc(strings.ReplaceAll(text, "\r\n", "\n"), func(r rune) bool {
		return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029'
	}) {
		first := len(lines)
		lines = append(lines, breakLines(partsOf(paragraph, s), s, width)...)
		right := s.base([]rune(paragraph)) == 1
		for i := first; i < len(lines); i++ {
			lines[i].rightToLeft = right
		}
	}
	if len(lines) == 0 {
		lines = append(lines, s.line(nil))
	}
	return lines
}

// longest is how many letters are shaped together. Only what is no word is longer.
const longest = 100

// partsOf cuts a paragraph, in reading order, where its direction or face changes and
// at spaces.
func partsOf(text string, s style) (parts []part) {
	runes := isolateNumbers([]rune(text))
	levels, _ := bidi.Levels(runes, s.base(runes))
	arabic := faces(runes, s.rightToLeft)
	for i := 0; i < len(runes); {
		space := isSpace(runes[i])
		end := i + 1
		for end < len(runes) && !space && end-i < longest && !isSpace(runes[end]) && levels[end] == levels[i] && arabic[end] == arabic[i] {
			end++
		}
		if !arabic[i] && isNumber(runes[i:end]) {
			end = i + 1 // a number is set digit by digit: no two CNICs are the same
		}
		text := string(runes[i:end])
		if space {
			text = " "
		}
		face, size := s.face(arabic[i])
		word := shape.Shape(face, text, levels[i]%2 == 1)
		if len(word.Clusters) > 0 {
			parts = append(parts, part{word, size, levels[i], space})
		}
		i = end
	}
	return parts
}

// base is the direction of a paragraph: the document's, unless more than two in three
// of its letters run the other way. So an Urdu sentence may begin with an English
// word, and a whole sentence in English still runs from left to right.
func (s style) base(runes []rune) int {
	arabic, other := 0, 0
	for _, r := range runes {
		if isArabic(r) {
			arabic++
		} else if unicode.IsLetter(r) {
			other++
		}
	}
	if s.rightToLeft && other <= 2*arabic || arabic > 2*other || s.rightToLeft && other == 0 {
		return 1
	}
	return 0
}

// face is the font and its size. Nastaliq is small beside Latin of the same size.
func (s style) face(arabic bool) (*fonts.Face, Length) {
	small, size := s.size, s.size
	if s.rightToLeft {
		small = s.size * 17 / 20
	}
	switch {
	case arabic && s.bold:
		return fonts.NastaliqBold(), size
	case arabic:
		return fonts.Nastaliq(), size
	case s.bold:
		return fonts.SansBold(), small
	}
	return fonts.Sans(), small
}

func isArabic(r rune) bool {
	return r >= 0x600 && (unicode.Is(unicode.Arabic, r) || r <= 0x6ff || r == '\u200c' || r == '\u200d')
}

// isNumber tells a word of digits and signs alone.
func isNumber(word []rune) bool {
	for _, r := range word {
		if (r < '0' || r > '9') && !strings.ContainsRune("-/.:,+", r) {
			return false
		}
	}
	return true
}

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\u3000' }

// faces tells for each character whether it is set in Nastaliq. Signs are set as the
// letters before them, at the beginning as the first letter.
func faces(runes []rune, rightToLeft bool) []bool {
	last := rightToLeft
	for _, r := range runes {
		if isArabic(r) || unicode.IsLetter(r) || unicode.IsDigit(r) {
			last = isArabic(r)
			break
		}
	}
	arabic := make([]bool, len(runes))
	for i, r := range runes {
		switch {
		case isArabic(r):
			last, arabic[i] = true, true
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			last = false
		case isSpace(r): // Nastaliq's is narrow, too narrow beside a number
			arabic[i] = last && (i+1 == len(runes) || isArabic(runes[i+1]))
		default: // Nastaliq has the signs of Urdu alone
			arabic[i] = last && shape.Has(fonts.Nastaliq(), r)
		}
	}
	return arabic
}

// isolateNumbers puts numbers with signs between their digits, such as a CNIC, a date
// or a telephone number, into isolates from left to right. Without them
// 42301-1234567-1 behind an Urdu letter would be drawn with its parts turned round
// (UAX #9, rules W2 and W4).
func isolateNumbers(runes []rune) []rune {
	digit := func(i int) bool {
		return i >= 0 && i < len(runes) && (runes[i] >= '0' && runes[i] <= '9' || runes[i] >= '۰' && runes[i] <= '۹')
	}
	var out []rune
	done := 0
	for i := 0; i < len(runes); i++ {
		if !digit(i) || i > 0 && unicode.IsLetter(runes[i-1]) && !isArabic(runes[i-1]) {
			continue
		}
		start, end, signs := i, i, 0
		if i > done && strings.ContainsRune("+-−$£€", runes[i-1]) && (i == 1 || isSpace(runes[i-2]) || runes[i-2] == '(') {
			start, signs = i-1, 1
		}
		for digit(end) || end < len(runes) && strings.ContainsRune("-/.:,–", runes[end]) && digit(end+1) {
			if !digit(end) {
				signs++
			}
			end++
		}
		for end < len(runes) && strings.ContainsRune("%‰°", runes[end]) {
			end++
			signs++
		}
		if signs > 0 {
			out = append(append(append(append(out, runes[done:start]...), '\u2066'), runes[start:end]...), '\u2069')
			done = end
		}
		i = end - 1
	}
	if done == 0 {
		return runes
	}
	return append(out, runes[done:]...)
}
