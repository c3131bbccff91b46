package gsm

import (
	"fmt"
	"slices"
)

// Encoding is the alphabet that a text goes out in.
type Encoding uint8

const (
	GSM7        Encoding = iota // default alphabet and extension
	UrduLocking                 // Urdu locking shift, extension
	UrduSingle                  // default alphabet, Urdu single shift
	UrduBoth                    // both Urdu tables
	UCS2                        // UTF-16, big endian
)

func (e Encoding) String() string {
	switch e {
	case GSM7:
		return "GSM 7-bit"
	case UrduLocking:
		return "GSM 7-bit, Urdu locking shift"
	case UrduSingle:
		return "GSM 7-bit, Urdu single shift"
	case UrduBoth:
		return "GSM 7-bit, Urdu locking and single shift"
	case UCS2:
		return "UCS-2"
	}
	return fmt.Sprintf("encoding %d", uint8(e))
}

// Concatenation is how a text that is too long for one message is sent.
type Concatenation uint8

const (
	UDH8    Concatenation = iota // cut here, a header with a reference of 8 bits
	UDH16                        // cut here, a header with a reference of 16 bits
	SAR                          // cut here, the sar_* parameters; the SMSC makes the header
	Payload                      // one message_payload, cut by the SMSC
)

var concatenations = [...]string{"udh8", "udh16", "sar", "payload"}

func (c Concatenation) String() string {
	if int(c) < len(concatenations) {
		return concatenations[c]
	}
	return fmt.Sprintf("concatenation %d", uint8(c))
}

// MarshalText writes the configuration's word.
func (c Concatenation) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the configuration's word.
func (c *Concatenation) UnmarshalText(text []byte) error {
	i := slices.Index(concatenations[:], string(text))
	if i < 0 {
		return fmt.Errorf("gsm: concatenation %q: must be one of %v", text, concatenations)
	}
	*c = Concatenation(i)
	return nil
}

// Allowed is what an operator takes. The zero value is what all take: the
// default alphabet unpacked, UCS-2, and headers with a reference of 8 bits.
type Allowed struct {
	// UrduTables allows the Urdu national language tables, which not every
	// telephone knows. A text that goes as one message_payload never uses them
	// beyond one segment: whether an SMSC repeats the header in each part that
	// it cuts is not sure.
	UrduTables bool
	// Packed packs septets, eight to seven octets.
	Packed bool
	// GSM7Only makes a text that would need UCS-2 an error.
	GSM7Only bool

	Concatenation Concatenation
	MaxParts      int // a text of more parts is an error; 0 is the standard's 255
}

// maxParts is what the octet for the total holds.
const maxParts = 255

// A TextError says why a text cannot be sent. The text itself is not in it, but
// for the one character.
type TextError struct {
	Offset  int  // octet of the text
	Char    rune // the character that has no place, 0 if it is not about one
	Problem string
}

func (e *TextError) Error() string {
	if e.Char != 0 {
		return fmt.Sprintf("gsm: character %U at octet %d of the text: %s", e.Char, e.Offset, e.Problem)
	}
	return fmt.Sprintf("gsm: text at octet %d: %s", e.Offset, e.Problem)
}
