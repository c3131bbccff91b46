package cnic

import "fmt"

// Reason says why a text is not one number.
type Reason uint8

// The reasons, in the order in which a longer text is more of a number.
const (
	NoNumber      Reason = iota + 1 // no digit at all
	TooFewDigits                    // a number, but shorter than thirteen digits
	TooManyDigits                   // a number, but longer than thirteen digits
	Letters                         // letters stand within the number, as O for 0
	TwoNumbers                      // two different whole numbers
)

var reasonCodes = [...]string{
	NoNumber:      "no_number",
	TooFewDigits:  "too_few_digits",
	TooManyDigits: "too_many_digits",
	Letters:       "letters",
	TwoNumbers:    "two_numbers",
}

// String gives the reason's stable code.
func (r Reason) String() string {
	if int(r) < len(reasonCodes) && reasonCodes[r] != "" {
		return reasonCodes[r]
	}
	return fmt.Sprintf("reason_%d", uint8(r))
}

// ParseError says what kept a text from being one number. It holds none of the
// text.
type ParseError struct {
	Reason Reason
	// Digits is how many digits the best candidate had: for TooFewDigits and
	// TooManyDigits the number's own, otherwise all digits of the text.
	Digits int
}

// Error says what was wrong and what to do.
func (e *ParseError) Error() string {
	switch e.Reason {
	case NoNumber:
		return "cnic: no number: write the 13 digits of the identity card"
	case TooFewDigits:
		return fmt.Sprintf("cnic: %d of 13 digits: write all 13 digits of the identity card", e.Digits)
	case TooManyDigits:
		return fmt.Sprintf("cnic: %d digits, too many: write the 13 digits of the identity card and no others", e.Digits)
	case Letters:
		return "cnic: letters within the number: write digits only, 0 for O and 1 for l"
	case TwoNumbers:
		return "cnic: two different numbers: write one at a time"
	}
	return "cnic: not a number: write the 13 digits of the identity card"
}
