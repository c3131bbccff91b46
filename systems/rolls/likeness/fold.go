package likeness

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold gives text with one form of each letter, to be compared or searched for:
// Roman letters small and without accents, Arabic letters in their Urdu form (ye,
// kaf, he, alif with anything on it), without vowel signs, hamza, tatweel and
// invisible characters; digits of any kind as 0 to 9; everything that is no letter
// and no digit becomes one space between words. Folding what is folded changes
// nothing.
func Fold(text string) string {
	var room [128]byte
	return string(appendFold(room[:0], text))
}

func appendFold(dst []byte, text string) []byte {
	start, gap := len(dst), false
	for i := 0; i < len(text); {
		c := text[i]
		var r rune
		if c < utf8.RuneSelf {
			i++
			switch {
			case 'A' <= c && c <= 'Z':
				r = rune(c) + 'a' - 'A'
			case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
				r = rune(c)
			case c == '\'' || c == '`': // Sana'ullah
				continue
			default:
				gap = true
				continue
			}
		} else {
			var size int
			r, size = utf8.DecodeRuneInString(text[i:])
			i += size
			r = foldRune(r)
			switch {
			case r == rare:
				dst, gap = appendRare(dst, start, gap, text[i-size:i])
				continue
			case r == nothing:
				continue
			case r == space:
				gap = true
				continue
			}
		}
		dst = appendLetter(dst, start, gap, r)
		gap = false
	}
	return dst
}

// appendLetter adds one folded letter. The two-eyed he marks aspiration only after
// a letter that can be aspirated (چٹھہ); elsewhere it is another hand's he (فھد).
func appendLetter(dst []byte, start int, gap bool, r rune) []byte {
	if gap && len(dst) > start {
		dst = append(dst, ' ')
	}
	if r == 'ھ' {
		last, _ := utf8.DecodeLastRune(dst[start:])
		if !strings.ContainsRune("بپتٹجچدڈڑکگ", last) {
			r = 'ہ'
		}
	}
	return utf8.AppendRune(dst, r)
}

// appendRare folds a character that stands for others: a ligature, a letter in one
// of its four shapes, a Roman letter with an accent.
func appendRare(dst []byte, start int, gap bool, text string) ([]byte, bool) {
	if text == "ﷲ" {
		text = "اللہ" // its decomposition has a letter too few for a name
	}
	for _, r := range norm.NFKD.String(text) {
		r = unicode.ToLower(r)
		if r >= utf8.RuneSelf {
			r = foldRune(r)
		} else if !('a' <= r && r <= 'z' || '0' <= r && r <= '9') {
			r = space
		}
		switch {
		case r == nothing:
		case r == space:
			gap = true
		case r == rare: // nothing that decomposes is left; a sign of no script we read
			gap = true
		default:
			dst, gap = appendLetter(dst, start, gap, r), false
		}
	}
	return dst, gap
}

const (
	nothing rune = -1 - iota // is not there
	space                    // parts words
	rare                     // stands for other characters
)

// foldRune folds one character that is not ASCII.
func foldRune(r rune) rune {
	switch {
	case 0x0600 <= r && r <= 0x06FF:
		return arabic[r-0x0600]
	case 0x200B <= r && r <= 0x200F, 0x202A <= r && r <= 0x202E, 0x2060 <= r && r <= 0x206F,
		r == 0xFEFF, r == 0x00AD, r == 0x2018, r == 0x2019, 0x08CA <= r && r <= 0x08FF,
		0x0300 <= r && r <= 0x036F, 0xFE00 <= r && r <= 0xFE0F, r == 0x02BC, r == 0x02BF, r == 0x02BE:
		return nothing
	case 0x00C0 <= r && r <= 0x024F, 0x1E00 <= r && r <= 0x1EFF, 0xFB50 <= r && r <= 0xFDFF,
		0xFE70 <= r && r <= 0xFEFF, 0xFF10 <= r && r <= 0xFF5A:
		if r == 0x00D7 || r == 0x00F7 {
			return space
		}
		if d := norm.NFKD.String(string(r)); d == string(r) && !(0xFB50 <= r) && unicode.IsLower(r) {
			return r // ø, ł: a letter of its own
		}
		return rare
	case unicode.IsDigit(r) || unicode.IsLetter(r):
		return unicode.ToLower(r)
	case unicode.Is(unicode.Mn, r):
		return nothing
	}
	return space
}

// arabic folds the block of Arabic characters, U+0600 to U+06FF.
var arabic = func() (table [256]rune) {
	for i := range table {
		r := rune(0x0600 + i)
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || r == 'ـ' || r == 'ء':
			table[i] = nothing
		case 0x0660 <= r && r <= 0x0669:
			table[i] = '0' + r - 0x0660
		case 0x06F0 <= r && r <= 0x06F9:
			table[i] = '0' + r - 0x06F0
		case unicode.IsLetter(r):
			table[i] = r
		default:
			table[i] = space
		}
	}
	for to, from := range map[rune]string{
		'ا': "آأإٱٲٳٵ", 'و': "ؤٶۄۅۆۇۈۉۋۏٷ", 'ی': "يىئېۍێٸیؠۑ", 'ک': "كڪګڬڭڮ", 'ہ': "هةۃۀۂەۿ",
		'ے': "ۓ", 'ن': "ںڻڼ", 'ت': "ټٺ", 'ٹ': "ٽ", 'د': "ډڊ", 'ڈ': "ڌڋ", 'ڑ': "ړڙ", 'ج': "ځڄ", 'چ': "څڇ", 'س': "ښ", 'گ': "ڳ",
		'پ': "ڀ", 'ق': "ٯ", 'ف': "ڦ", 'ب': "ٻ",
	} {
		for _, r := range from {
			table[r-0x0600] = to
		}
	}
	return table
}()
