package voterinfo

import (
	"strings"
	"unicode"
)

// said is what a text says besides its number.
type said struct {
	word   Language // the language named by a word
	script Language // the language of the letters and digits; Urdu or none
	help   bool     // a word that asks for help, or a question mark alone
	words  int
}

// longestWord is longer, in bytes, than any word looked for.
const longestWord = 24

// read looks for the words that 8300 knows, in any case and with the letters of
// an Arabic keyboard in place of Urdu ones. Most questions are digits alone and
// are passed over at once. It does not allocate.
func read(text string) (s said) {
	if digitsOnly(text) {
		return s
	}
	var word [longestWord]byte
	n, long := 0, false
	end := func() {
		if n > 0 || long {
			s.words++
			if !long {
				s.know(string(word[:n]))
			}
		}
		n, long = 0, false
	}
	for _, r := range text {
		if isArabic(r) {
			s.script = Urdu
		}
		r = fold(r)
		switch {
		case r == ignored:
		case !unicode.IsLetter(r):
			end()
		case n+4 > longestWord:
			long = true
		default:
			n += copy(word[n:], string(r))
		}
	}
	end()
	if t := strings.TrimSpace(text); t == "?" || t == "؟" {
		s.help = true
	}
	return s
}

// digitsOnly tells whether there is nothing but Western digits and what stands
// between them.
func digitsOnly(text string) bool {
	for i := range len(text) {
		if c := text[i]; c-'0' > 9 && c != '-' && c != ' ' && c != '.' {
			return false
		}
	}
	return true
}

// know takes note of a word. The compiler makes no string of one that is only
// compared, so the words stand in a switch.
func (s *said) know(word string) {
	switch word {
	case "EN", "ENG", "ENGLISH", "انگریزی", "انگلش":
		s.choose(English)
	case "UR", "URDU", "اردو":
		s.choose(Urdu)
	case "RO", "ROMAN", "رومن":
		s.choose(RomanUrdu)
	case "HELP", "INFO", "MADAD", "مدد", "معلومات", "ہیلپ":
		s.help = true
	}
}

// choose lets the last language named count, but "Roman Urdu" is one language.
func (s *said) choose(l Language) {
	if !(s.word == RomanUrdu && l == Urdu) {
		s.word = l
	}
}

const ignored = -1

// fold makes one of the ways in which a letter may be typed.
func fold(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	case r < 0x80:
		return r
	}
	switch r {
	case 'ي', 'ى': // Arabic yeh
		return 'ی'
	case 'ك': // Arabic kaf
		return 'ک'
	case 'ه': // Arabic heh
		return 'ہ'
	case 'ـ': // tatweel
		return ignored
	}
	if unicode.In(r, unicode.Mn, unicode.Cf) { // vowel signs, marks that do not show
		return ignored
	}
	return r
}

// isArabic tells whether a character is of the Arabic script, in which Urdu is
// written, or one of its digits. Marks that do not show are of none.
func isArabic(r rune) bool {
	switch {
	case r < 0x0600:
		return false
	case r <= 0x06ff:
		return r != 0x061c // the Arabic letter mark
	}
	return r >= 0x0750 && r <= 0x077f || r >= 0xfb50 && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefe
}
