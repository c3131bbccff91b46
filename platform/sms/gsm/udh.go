package gsm

import "fmt"

// Information elements of the user data header (TS 23.040, 9.2.3.24).
const (
	ieConcat8  = 0x00
	ieConcat16 = 0x08
	ieSingle   = 0x24
	ieLocking  = 0x25
)

// UDH is what a user data header says that matters here. The zero value is that
// of a message without one.
type UDH struct {
	Len        int    // octets of the header, its length octet counted
	Ref        uint16 // of a part: which message, together with Total
	Wide       bool   // Ref has 16 bits
	Total, Seq byte   // parts, and which this is, from 1; both 0 when it is no part
	Single     byte   // national language of the single shift table, 0 for the extension
	Locking    byte   // national language of the locking shift table, 0 for the default alphabet
}

// IsPart reports whether the message is one part of several.
func (u UDH) IsPart() bool { return u.Total > 1 }

// A UDHError says where a user data header cannot be read.
type UDHError struct {
	Offset  int // octet of the user data
	Problem string
}

func (e *UDHError) Error() string {
	return fmt.Sprintf("gsm: user data header at octet %d: %s", e.Offset, e.Problem)
}

// ParseUDH reads the user data header that payload begins with and returns the
// text after it. Elements that are not known here are skipped, of one that comes
// twice the last counts, and a part's number beyond the total makes the element
// void, all as the standard wants it. A header whose lengths do not fit is an
// error; text is then what follows the announced header, as far as there is any.
func ParseUDH(payload []byte) (u UDH, text []byte, err error) {
	if len(payload) == 0 {
		return u, nil, &UDHError{0, "announced, but the message is empty"}
	}
	end := 1 + int(payload[0])
	if end > len(payload) {
		return u, nil, &UDHError{0, fmt.Sprintf("its length of %d reaches beyond the message of %d octets", end-1, len(payload))}
	}
	u.Len = end
	text = payload[end:]
	for i := 1; i < end; {
		if i+2 > end || i+2+int(payload[i+1]) > end {
			return u, text, &UDHError{i, fmt.Sprintf("element 0x%02X reaches beyond the header", payload[i])}
		}
		id, data := payload[i], payload[i+2:i+2+int(payload[i+1])]
		want := -1
		switch id {
		case ieConcat8:
			if want = 3; len(data) == want {
				u.concat(uint16(data[0]), false, data[1], data[2])
			}
		case ieConcat16:
			if want = 4; len(data) == want {
				u.concat(uint16(data[0])<<8|uint16(data[1]), true, data[2], data[3])
			}
		case ieSingle:
			if want = 1; len(data) == want {
				u.Single = data[0]
			}
		case ieLocking:
			if want = 1; len(data) == want {
				u.Locking = data[0]
			}
		}
		if want >= 0 && len(data) != want {
			return u, text, &UDHError{i, fmt.Sprintf("element 0x%02X has %d octets, not %d", id, len(data), want)}
		}
		i += 2 + len(data)
	}
	return u, text, nil
}

func (u *UDH) concat(ref uint16, wide bool, total, seq byte) {
	if total == 0 || seq == 0 || seq > total {
		return
	}
	u.Ref, u.Wide, u.Total, u.Seq = ref, wide, total, seq
}

// tables is which tables the header switches to. Of the national languages only
// Urdu's are known; another one's text is read in the default alphabet, which is
// what the standard asks for and leaves at least the figures right, as they have
// one place in all tables.
func (u UDH) tables() (t int) {
	if u.Locking == LanguageUrdu {
		t |= urduLock
	}
	if u.Single == LanguageUrdu {
		t |= urduShift
	}
	return t
}

// putUDH writes the header of part seq of total into h, whose size the caller
// has worked out with headSize.
func putUDH(h []byte, c Concatenation, tables int, ref uint16, total, seq int) {
	h[0] = byte(len(h) - 1)
	n := 1
	if total > 1 {
		switch c {
		case UDH8:
			n += copy(h[n:], []byte{ieConcat8, 3, byte(ref), byte(total), byte(seq)})
		case UDH16:
			n += copy(h[n:], []byte{ieConcat16, 4, byte(ref >> 8), byte(ref), byte(total), byte(seq)})
		}
	}
	if tables&urduLock != 0 {
		n += copy(h[n:], []byte{ieLocking, 1, LanguageUrdu})
	}
	if tables&urduShift != 0 {
		copy(h[n:], []byte{ieSingle, 1, LanguageUrdu})
	}
}

// headSize is the size of a part's header as we write it, and the octets that it
// takes of the 140 on the air. They differ for sar_*, whose header the SMSC
// writes; it may do so with a reference of 16 bits.
func headSize(c Concatenation, tables int, parts bool) (written, onAir int) {
	n := 0
	if tables&urduLock != 0 {
		n += 3
	}
	if tables&urduShift != 0 {
		n += 3
	}
	if n > 0 {
		written = n + 1
	}
	if parts {
		switch c {
		case UDH8:
			n += 5
			written = n + 1
		case UDH16:
			n += 6
			written = n + 1
		case SAR:
			n += 6
		case Payload: // the SMSC cuts, most with a reference of 8 bits
			n += 5
		}
	}
	if n > 0 {
		onAir = n + 1
	}
	return written, onAir
}
