package gsm

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Default is how an operator sends the text of data_coding 0, the "SMSC default
// alphabet" of SMPP. It has to be asked; Unpacked is usual.
type Default uint8

const (
	Unpacked Default = iota // the GSM default alphabet, one septet an octet
	Packed                  // the GSM default alphabet, eight septets to seven octets
	Latin1                  // ISO 8859-1 (or ASCII)
)

// A CodingError is a data_coding whose text is not read here.
type CodingError struct{ DataCoding byte }

func (e *CodingError) Error() string {
	name := "reserved"
	switch e.DataCoding {
	case 5, 10, 13:
		name = "Japanese"
	case 6:
		name = "Cyrillic"
	case 7:
		name = "Hebrew"
	case 9:
		name = "pictograms"
	case 14:
		name = "Korean"
	default:
		if e.DataCoding&0xA0 == 0x20 {
			name = "compressed"
		}
	}
	return fmt.Sprintf("gsm: data_coding 0x%02X (%s) is not read", e.DataCoding, name)
}

type coding uint8

const (
	septets coding = iota
	latin1
	octets
	ucs2
	unread
)

// codingOf reads data_coding: the values of SMPP 3.4 (5.2.19) below 0x10, and
// above them the coding groups of TS 23.038 (section 4), which SMSCs pass on.
func codingOf(dc byte) coding {
	switch dc {
	case 0:
		return septets
	case 1, 3:
		return latin1
	case 2, 4:
		return octets
	case 8:
		return ucs2
	}
	switch {
	case dc < 0x10:
		return unread
	case dc < 0x80: // general, and marked for deletion: class in bits 0-1, alphabet in bits 2-3
		if dc&0x20 != 0 {
			return unread // compressed
		}
		return [4]coding{septets, octets, ucs2, septets}[dc>>2&3]
	case dc >= 0xF0: // class in bits 0-1, alphabet in bit 2
		if dc&4 != 0 {
			return octets
		}
		return septets
	case dc >= 0xE0: // message waiting, in UCS-2
		return ucs2
	}
	return septets // message waiting; and reserved groups, which the standard says to read so
}

// AppendText appends as UTF-8 the text of a message (after its user data
// header, if it has one). What can be read is appended also beside an error.
// A wrong surrogate becomes U+FFFD.
//
// In the default alphabet an octet over 0x7F cannot be a septet; it is read as
// Latin-1, which is what operators then mean. Text in 8-bit data, which has no
// alphabet by the standard, is read as UTF-8 if it is that, else as Latin-1.
func AppendText(dst []byte, dataCoding byte, def Default, u UDH, text []byte) ([]byte, error) {
	switch codingOf(dataCoding) {
	case septets:
		switch {
		case def == Packed:
			var room [192]byte
			text = AppendUnpacked(room[:0], text, fillBits(u.Len))
		case def == Latin1 && dataCoding == 0 && u.tables() == 0:
			return appendLatin1(dst, text), nil
		}
		return appendSeptetText(dst, u.tables(), text), nil
	case latin1:
		return appendLatin1(dst, text), nil
	case octets:
		if utf8.Valid(text) {
			return append(dst, text...), nil
		}
		return appendLatin1(dst, text), nil
	case ucs2:
		return appendUTF16Text(dst, text)
	}
	return dst, &CodingError{dataCoding}
}

// DecodeText is AppendText for a message of an operator who sends the default
// alphabet unpacked.
func DecodeText(dataCoding byte, u UDH, text []byte) (string, error) {
	b, err := AppendText(nil, dataCoding, Unpacked, u, text)
	return string(b), err
}

// Decode reads a whole payload: with udhi its header, then its text.
func Decode(dataCoding byte, udhi bool, payload []byte) (text string, u UDH, err error) {
	if udhi {
		if u, payload, err = ParseUDH(payload); err != nil {
			return "", u, err
		}
	}
	text, err = DecodeText(dataCoding, u, payload)
	return text, u, err
}

func appendSeptetText(dst []byte, tables int, text []byte) []byte {
	d := &decoders[tables]
	shift := byte(0)
	for _, b := range text {
		switch {
		case b >= 0x80:
			dst = utf8.AppendRune(dst, rune(b))
		case b == escape && shift == 0:
			shift = 0x80
			continue
		default:
			dst = utf8.AppendRune(dst, d[b|shift])
		}
		shift = 0
	}
	return dst
}

func appendLatin1(dst, text []byte) []byte {
	for _, b := range text {
		dst = utf8.AppendRune(dst, rune(b))
	}
	return dst
}

func appendUTF16Text(dst, text []byte) ([]byte, error) {
	hi, lo := 0, 1
	if len(text) >= 2 {
		switch {
		case text[0] == 0xFE && text[1] == 0xFF:
			text = text[2:]
		case text[0] == 0xFF && text[1] == 0xFE: // little endian, which only this mark tells
			text = text[2:]
			hi, lo = 1, 0
		}
	}
	for ; len(text) >= 2; text = text[2:] {
		r := rune(text[hi])<<8 | rune(text[lo])
		if utf16.IsSurrogate(r) {
			r2 := rune(0)
			if len(text) >= 4 {
				r2 = rune(text[2+hi])<<8 | rune(text[2+lo])
			}
			if r = utf16.DecodeRune(r, r2); r != utf8.RuneError {
				text = text[2:]
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	if len(text) != 0 {
		return dst, fmt.Errorf("gsm: text in UCS-2 ends within a character: an odd number of octets")
	}
	return dst, nil
}
