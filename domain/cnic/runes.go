package cnic

import (
	"unicode"
	"unicode/utf8"
)

// kind is what a character does in a number: 0 to 9 are the digits themselves.
type kind uint8

const (
	separator kind = iota + 10 // may stand between the digits of one number
	space                      // the same, and ends a word
	letter
	invisible // as if it were not there
	ender     // ends a number or a label: line's end, colon, closing bracket
)

var asciiKinds = func() (t [128]kind) {
	for c := range t {
		switch r := rune(c); {
		case r >= '0' && r <= '9':
			t[c] = kind(r - '0')
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			t[c] = letter
		case r == ' ' || r == '\t':
			t[c] = space
		case r == '\n' || r == '\r' || r == '\v' || r == '\f':
			t[c] = ender
		case r < ' ' || r == 0x7f:
			t[c] = invisible
		default:
			t[c] = separator
		}
	}
	for _, r := range ":;=#)]}>?!\"'" {
		t[r] = ender
	}
	return t
}()

// arabicKinds are those of the Arabic block, U+0600 to U+06FF, which Urdu is
// written in: asking package unicode for each letter takes ten times as long.
var arabicKinds = func() (t [256]kind) {
	for i := range t {
		t[i] = kindBeyondASCII(rune(0x600 + i))
	}
	return t
}()

func kindOf(r rune) kind {
	switch {
	case r < utf8.RuneSelf:
		return asciiKinds[r]
	case r>>8 == 6:
		return arabicKinds[r&0xff]
	}
	return kindBeyondASCII(r)
}

func kindBeyondASCII(r rune) kind {
	switch {
	case r >= '\u0660' && r <= '\u0669': // Arabic-Indic
		return kind(r - '\u0660')
	case r >= '\u06f0' && r <= '\u06f9': // Extended Arabic-Indic, as in Urdu
		return kind(r - '\u06f0')
	case r >= '\uff10' && r <= '\uff19': // full width
		return kind(r - '\uff10')
	}
	switch r {
	case '\u0640', '\u06d4': // tatweel and the Urdu full stop: the dashes of an Urdu keyboard
		return separator
	case '\u00ad': // soft hyphen: a dash to some telephones, nothing to others
		return separator
	case '؛', '؟', '\uff1a', '\u201d', '\u2019', '\u0085', '\u2028', '\u2029': // marks that end a label, line ends
		return ender
	case utf8.RuneError: // damaged: it may have been a digit, so no guess
		return letter
	}
	switch {
	case unicode.IsSpace(r):
		return space
	case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me, unicode.Cc):
		return invisible
	case unicode.IsPunct(r), unicode.IsSymbol(r):
		return separator
	}
	return letter // digits of other scripts too: nobody is guessed at
}
