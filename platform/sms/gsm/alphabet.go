// Package gsm is the text of a short message as telephones read it: alphabets,
// 7-bit packing, the user data header and the cut into parts. Joining the parts
// that come in is the gateway's, package sms, since each has its own acknowledgement.
//
// An alphabet here is one of 3GPP TS 23.038 (GSM 03.38): the default alphabet
// of 7 bits with its extension table, the two national language tables for Urdu
// (language identifier 13), and UCS-2, which is sent as UTF-16 so that every
// character has a place. The user data header is that of 3GPP TS 23.040,
// section 9.2.3.24. TestTables compares the tables with another implementation,
// TestRoundTrip sends random texts through every setting and back.
//
// A character is never replaced by another: what has no place in one alphabet
// goes out in the next larger one, and what cannot be sent at all is an error.
//
// The package is pure: reference numbers are given by the caller.
package gsm

// escape introduces a character of the single shift (extension) table.
const escape = 0x1B

// LanguageUrdu is the national language identifier of Urdu.
const LanguageUrdu byte = 13

// The default alphabet (6.2.1). Position 0x1B, the escape, stands as U+001B.
const defaultAlphabet = "@£$¥èéùìòÇ\nØø\rÅå" +
	"Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ" +
	" !\"#¤%&'()*+,-./" +
	"0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNO" +
	"PQRSTUVWXYZÄÖÑÜ§" +
	"¿abcdefghijklmno" +
	"pqrstuvwxyzäöñüà"

// The Urdu locking shift table (A.3.13), which takes the default alphabet's
// place.
//
// Every position was compared with three transcriptions of the standard that
// were made independently of each other; they agree with one another and with
// this one. So the oddities are the standard's own: there is no ghain (U+063A),
// no hamza on a chair (U+0624, U+0626), no fatha and no tanwin, and the
// parentheses at 0x28 and 0x29 are mirrored. An Urdu text with a ghain or with
// "ئ" therefore always goes out in UCS-2.
//
// Written in code points, as letters would run from right to left here.
const urduLocking = "\u0627\u0622\u0628\u067B\u0680\u067E\u06A6\u062A\u06C2\u067F\n\u0679\u067D\r\u067A\u067C" +
	"\u062B\u062C\u0681\u0684\u0683\u0685\u0686\u0687\u062D\u062E\u062F\x1b\u068C\u0688\u0689\u068A" +
	" !\u068F\u068D\u0630\u0631\u0691\u0693)(\u0699\u0632,\u0696.\u0698" +
	"0123456789:;\u069A\u0633\u0634?" +
	"\u0635\u0636\u0637\u0638\u0639\u0641\u0642\u06A9\u06AA\u06AB\u06AF\u06B3\u06B1\u0644\u0645\u0646" +
	"\u06BA\u06BB\u06BC\u0648\u06C4\u06D5\u06C1\u06BE\u0621\u06CC\u06D0\u06D2\u064D\u0650\u064F\u0657" +
	"\u0654abcdefghijklmno" +
	"pqrstuvwxyz\u0655\u0651\u0653\u0656\u0670"

// A place of a single shift table: the code that follows the escape.
type place struct {
	code byte
	char rune
}

// The extension of the default alphabet (6.2.1.1). 0x0D there is a control that
// no sender uses, 0x1B a second escape; neither is a character.
var extension = []place{
	{0x0A, '\f'}, {0x14, '^'}, {0x28, '{'}, {0x29, '}'}, {0x2F, '\\'},
	{0x3C, '['}, {0x3D, '~'}, {0x3E, ']'}, {0x40, '|'}, {0x65, '€'},
}

// The Urdu single shift table (A.2.13), which takes the extension's place.
// Compared as urduLocking was. U+002A and U+00A1 stand in it twice; the first
// is the one that is sent.
var urduSingle = []place{
	{0x00, '@'}, {0x01, '£'}, {0x02, '$'}, {0x03, '¥'}, {0x04, '¿'}, {0x05, '"'}, {0x06, '¤'}, {0x07, '%'},
	{0x08, '&'}, {0x09, '\''}, {0x0A, '\f'}, {0x0B, '*'}, {0x0C, '+'}, {0x0E, '-'}, {0x0F, '/'},
	{0x10, '<'}, {0x11, '='}, {0x12, '>'}, {0x13, '¡'}, {0x14, '^'}, {0x15, '¡'}, {0x16, '_'}, {0x17, '#'},
	{0x18, '*'}, {0x19, 0x0600}, {0x1A, 0x0601}, {0x1C, 0x06F0}, {0x1D, 0x06F1}, {0x1E, 0x06F2}, {0x1F, 0x06F3},
	{0x20, 0x06F4}, {0x21, 0x06F5}, {0x22, 0x06F6}, {0x23, 0x06F7}, {0x24, 0x06F8}, {0x25, 0x06F9},
	{0x26, 0x060C}, {0x27, 0x060D}, {0x28, '{'}, {0x29, '}'}, {0x2A, 0x060E}, {0x2B, 0x060F},
	{0x2C, 0x0610}, {0x2D, 0x0611}, {0x2E, 0x0612}, {0x2F, '\\'},
	{0x30, 0x0613}, {0x31, 0x0614}, {0x32, 0x061B}, {0x33, 0x061F}, {0x34, 0x0640}, {0x35, 0x0652},
	{0x36, 0x0658}, {0x37, 0x066B}, {0x38, 0x066C}, {0x39, 0x0672}, {0x3A, 0x0673}, {0x3B, 0x06CD},
	{0x3C, '['}, {0x3D, '~'}, {0x3E, ']'}, {0x3F, 0x06D4}, {0x40, '|'},
	{0x41, 'A'}, {0x42, 'B'}, {0x43, 'C'}, {0x44, 'D'}, {0x45, 'E'}, {0x46, 'F'}, {0x47, 'G'}, {0x48, 'H'},
	{0x49, 'I'}, {0x4A, 'J'}, {0x4B, 'K'}, {0x4C, 'L'}, {0x4D, 'M'}, {0x4E, 'N'}, {0x4F, 'O'}, {0x50, 'P'},
	{0x51, 'Q'}, {0x52, 'R'}, {0x53, 'S'}, {0x54, 'T'}, {0x55, 'U'}, {0x56, 'V'}, {0x57, 'W'}, {0x58, 'X'},
	{0x59, 'Y'}, {0x5A, 'Z'}, {0x65, '€'},
}

// A decoder gives the character of each septet: of the locking table in its
// first half, of the single shift table (after an escape) in its second. As the
// standard wants it, what the single shift table leaves free reads as in the
// locking table, and a second escape as a space.
type decoder [256]rune

// An encoder gives the septet of each character below U+0800, and in its last
// place that of the euro sign; bit escaped says that it follows an escape, and
// absent that there is none. All characters of these alphabets but the euro
// sign are below U+0800.
type encoder [0x801]uint16

const (
	escaped uint16 = 0x100
	absent  uint16 = 0x200
)

func (t *encoder) of(r rune) uint16 {
	switch {
	case r < 0x800:
		return t[r]
	case r == '€':
		return t[0x800]
	}
	return absent
}

// decoders and encoders are indexed by the tables in use.
var (
	decoders [4]decoder
	encoders [4]encoder
)

const (
	urduLock  = 1 // locking shift: Urdu in place of the default alphabet
	urduShift = 2 // single shift: Urdu in place of the extension
)

func init() {
	for tables := range decoders {
		locking, single := defaultAlphabet, extension
		if tables&urduLock != 0 {
			locking = urduLocking
		}
		if tables&urduShift != 0 {
			single = urduSingle
		}
		d, e := &decoders[tables], &encoders[tables]
		for i := range e {
			e[i] = absent
		}
		slot := func(r rune) *uint16 {
			if r == '€' {
				return &e[0x800]
			}
			return &e[r]
		}
		for i, p := range single {
			p = single[len(single)-1-i] // from the end, so that of two places the first stays
			*slot(p.char) = uint16(p.code) | escaped
		}
		code := 0
		for _, r := range locking {
			d[code], d[code+128] = r, r
			if code != escape {
				*slot(r) = uint16(code)
			}
			code++
		}
		for _, p := range single {
			d[p.code|0x80] = p.char
		}
		d[escape|0x80] = ' '
	}
	fillCosts()
}
