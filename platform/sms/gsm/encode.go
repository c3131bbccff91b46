package gsm

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// Encoded is a text ready to be sent. Its buffers are used again by the next
// Set, so one that is kept allocates nothing.
type Encoded struct {
	Encoding   Encoding
	DataCoding byte   // 0 or 8
	UDHI       bool   // every part begins with a header: esm_class bit 0x40
	SAR        bool   // every part needs the sar_* parameters with Ref, Len, and its number from 1
	Ref        uint16 // the reference given to Set
	Segments   int    // what the telephone gets: Len, but for a message_payload an estimate

	buf  []byte
	ends []int
}

// Len is the number of PDUs to send.
func (e *Encoded) Len() int { return len(e.ends) }

// Part is the user data of PDU i, from 0, with its header: short_message, or
// where it is longer than that holds, message_payload. It is valid until the
// next Set.
func (e *Encoded) Part(i int) []byte {
	begin := 0
	if i > 0 {
		begin = e.ends[i-1]
	}
	return e.buf[begin:e.ends[i]:e.ends[i]]
}

// Encode is Set for those who are in no hurry.
func Encode(text string, allow Allowed, ref uint16) (*Encoded, error) {
	e := new(Encoded)
	if err := e.Set([]byte(text), allow, ref); err != nil {
		return nil, err
	}
	return e, nil
}

// Count tells how a text would be sent, how many characters (code points) it
// has, and how many segments a telephone would get; 0 segments where Encode
// would return an error.
func Count(text string, allow Allowed) (enc Encoding, characters, segments int) {
	var e Encoded
	characters = utf8.RuneCountInString(text)
	if err := e.Set([]byte(text), allow, 0); err != nil {
		return UCS2, characters, 0
	}
	return e.Encoding, characters, e.Segments
}

// Outside lists the characters of text, each once, that keep it out of the
// encoding: what an officer has to reword for fewer segments.
func Outside(text string, enc Encoding) (out []rune) {
	if enc >= UCS2 {
		return nil
	}
	for _, r := range text {
		if encoders[enc].of(r) == absent && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// Set encodes a text (UTF-8) in the smallest alphabet allowed: the default one
// if it has all characters, else the Urdu tables or UCS-2, whichever takes fewer
// segments, and UCS-2 where they tie as more telephones know it. ref is the
// reference of the message's parts, of which UDH8 takes the lower octet; it
// should differ from that of the last messages to the same number.
//
// No character, surrogate pair or escape sequence is cut by a part's end.
func (e *Encoded) Set(text []byte, allow Allowed, ref uint16) error {
	e.buf, e.ends = e.buf[:0], e.ends[:0]
	e.Ref, e.UDHI, e.SAR, e.Segments = ref, false, false, 0
	if n, ok := countSeptets(text); ok {
		return e.setSeptets(text, GSM7, n, allow)
	}
	units := utf16Units(text)
	if allow.UrduTables {
		if enc, n := chooseUrdu(text, units, allow); enc != UCS2 {
			return e.setSeptets(text, enc, n, allow)
		}
	}
	if allow.GSM7Only {
		return e.fail(notInGSM7(text, allow))
	}
	return e.setUTF16(text, units, allow)
}

// setSeptets writes text, whose n septets are all in the tables of enc.
func (e *Encoded) setSeptets(text []byte, enc Encoding, n int, allow Allowed) error {
	e.Encoding, e.DataCoding = enc, 0
	tables := int(enc)
	head, onAir := headSize(allow.Concatenation, tables, false)
	room := (140 - onAir) * 8 / 7
	if n > room {
		head, onAir = headSize(allow.Concatenation, tables, true)
		room = (140 - onAir) * 8 / 7
		if allow.Concatenation == Payload {
			e.Segments = (n + room - 1) / room
			room = n
		}
	}
	// The most that can be written: a part may end one septet early for an escape
	// sequence, and packing may need one octet more.
	e.buf = slices.Grow(e.buf, n+(n/max(room-1, 1)+2)*(head+1))
	buf := e.buf[:cap(e.buf)]
	t := &encoders[tables]
	begin, o := 0, head
	for i := 0; i < len(text); {
		var code uint16
		if b := text[i]; b < utf8.RuneSelf {
			code = t[b]
			i++
		} else if b < 0xE0 { // two octets, as the text is valid: all its characters are in the tables
			code = t[uint(b&0x1F)<<6|uint(text[i+1]&0x3F)]
			i += 2
		} else { // the euro sign is the only one
			code = t[0x800]
			i += 3
		}
		need := 1 + int(code>>8)
		if o+need > begin+head+room {
			begin = e.endPart(buf, begin, o, head, allow.Packed)
			o = begin + head
		}
		if code >= escaped {
			buf[o] = escape
			o++
		}
		buf[o] = byte(code)
		o++
	}
	o = e.endPart(buf, begin, o, head, allow.Packed)
	e.buf = buf[:o]
	return e.finish(tables, head, allow)
}

// endPart ends the part that stands in buf[begin:o] and returns where the next
// begins.
func (e *Encoded) endPart(buf []byte, begin, o, head int, packed bool) int {
	if packed {
		// In place: octet i of the packed form is written after septet i is read.
		text := buf[begin+head : o]
		o = begin + head + len(AppendPacked(text[:0], text, fillBits(head)))
	}
	e.ends = append(e.ends, o)
	return o
}

// setUTF16 writes text in units of 16 bits.
func (e *Encoded) setUTF16(text []byte, units int, allow Allowed) error {
	e.Encoding, e.DataCoding = UCS2, 8
	head, room := 0, 70
	if units > room {
		var onAir int
		head, onAir = headSize(allow.Concatenation, 0, true)
		room = (140 - onAir) / 2
		if allow.Concatenation == Payload {
			e.Segments = (units + room - 1) / room
			room = units
		}
	}
	// The most that can be written: a part may end one unit early for a pair.
	most := 2*units + (units/max(room-1, 1)+2)*head
	e.buf = slices.Grow(e.buf, most)
	buf := e.buf[:cap(e.buf)]
	o, end := head, head+2*room
	for i := 0; i < len(text); {
		b := text[i]
		u := uint32(b)
		if b < utf8.RuneSelf {
			i++
		} else if b >= 0xC2 && b < 0xE0 && i+1 < len(text) && text[i+1]&0xC0 == 0x80 { // Arabic script among others
			u = uint32(b&0x1F)<<6 | uint32(text[i+1]&0x3F)
			i += 2
		} else {
			r, size := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && size <= 1 {
				return e.fail(&TextError{Offset: i, Problem: "not UTF-8"})
			}
			i += size
			u = uint32(r)
			if r > 0xFFFF {
				u -= 0x10000
				if o+4 > end {
					e.ends = append(e.ends, o)
					o, end = o+head, o+head+2*room
				}
				binary.BigEndian.PutUint32(buf[o:], (0xD800|u>>10)<<16|0xDC00|u&0x3FF)
				o += 4
				continue
			}
		}
		if o == end {
			e.ends = append(e.ends, o)
			o, end = o+head, o+head+2*room
		}
		buf[o], buf[o+1] = byte(u>>8), byte(u)
		o += 2
	}
	e.ends = append(e.ends, o)
	e.buf = buf[:o]
	return e.finish(0, head, allow)
}

func (e *Encoded) fail(err error) error {
	e.buf, e.ends, e.Segments = e.buf[:0], e.ends[:0], 0
	return err
}

// notInGSM7 says why a text that may not go in UCS-2 cannot go at all.
func notInGSM7(text []byte, allow Allowed) error {
	for i, r := range string(text) {
		switch {
		case r == utf8.RuneError && !utf8.FullRune(text[i:]) || r == utf8.RuneError && text[i] != 0xEF:
			return &TextError{Offset: i, Problem: "not UTF-8"}
		case encoders[GSM7].of(r) != absent:
		case !allow.UrduTables:
			return &TextError{i, r, "not in the default alphabet, and UCS-2 is not allowed"}
		case encoders[UrduBoth].of(r) == absent:
			return &TextError{i, r, "not in the Urdu tables, and UCS-2 is not allowed"}
		}
	}
	return &TextError{Problem: "needs the Urdu tables but is too long for them, and UCS-2 is not allowed"}
}

// finish writes the headers, now that the number of parts is known.
func (e *Encoded) finish(tables, head int, allow Allowed) error {
	n := len(e.ends)
	most := maxParts
	if allow.MaxParts > 0 {
		most = min(most, allow.MaxParts)
	}
	if allow.Concatenation != Payload || n > 1 || e.Segments == 0 {
		e.Segments = n
	}
	if segments := e.Segments; segments > most {
		return e.fail(&TextError{Problem: fmt.Sprintf("takes %d segments, at most %d are allowed", segments, most)})
	}
	if len(e.buf) > 0xFFFF && allow.Concatenation == Payload {
		return e.fail(&TextError{Problem: fmt.Sprintf("takes %d octets, a message_payload holds 65535", len(e.buf))})
	}
	e.UDHI = head > 0
	e.SAR = n > 1 && allow.Concatenation == SAR
	if head > 0 {
		begin := 0
		for i, end := range e.ends {
			putUDH(e.buf[begin:begin+head], allow.Concatenation, tables, e.Ref, n, i+1)
			begin = end
		}
	}
	return nil
}

// countSeptets counts the septets of a text in the default alphabet; ok is
// false at the first character that it does not have.
func countSeptets(text []byte) (n int, ok bool) {
	t := &encoders[GSM7]
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:])
		}
		code := t.of(r)
		if code == absent {
			return 0, false
		}
		n += 1 + int(code>>8)
		i += size
	}
	return n, true
}

// utf16Units counts the 16-bit units of a text: one for each octet that begins
// a character, and one more where it begins one of four octets. Eight octets at
// a time; what is not UTF-8 is found while it is written.
func utf16Units(text []byte) (n int) {
	const ones = 0x0101010101010101
	for ; len(text) >= 8; text = text[8:] {
		w := binary.LittleEndian.Uint64(text)
		n += 8 - bits.OnesCount64(w>>7&^(w>>6)&ones) + bits.OnesCount64(w>>7&(w>>6)&(w>>5)&(w>>4)&ones)
	}
	for _, b := range text {
		if b&0xC0 != 0x80 {
			n++
		}
		if b >= 0xF0 {
			n++
		}
	}
	return n
}
