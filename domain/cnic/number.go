// Package cnic holds the number of a Pakistani identity card: thirteen digits,
// printed 42301-4964000-1 on the card (computerised, smart and overseas cards
// alike), with no check digit. The National Database and Registration Authority
// gives it; the Elections Act 2017 makes it the key of the electoral rolls.
//
// A Number is personal data. Whatever prints it, by any verb of fmt, by slog or
// as JSON, prints it masked (42301-*******-*); the whole number comes out only
// by a method whose name begins with Reveal. TestNothingPrintsTheWholeNumber
// shows it.
//
// The sex of the holder is not derived from the last digit: cards with sex X
// exist, and the roll says which list a voter is on.
package cnic

import (
	"fmt"
	"log/slog"
	"strconv"
)

// Digits is how many digits a number has.
const Digits = 13

// Space is how many numbers there are: every Number is below it.
const Space = 10_000_000_000_000

// Number is one identity card number. The zero value is the number of thirteen
// zeros, which is on no card.
type Number struct {
	// fmt calls no method of a value in another struct's unexported field, nor
	// after a wrong verb such as %p; it prints the field itself. So the field
	// holds the number times an odd constant: not a secret, but no log line
	// holds digits that can be read as somebody's number.
	veiled uint64
}

// veil and unveil are inverse to each other modulo 2^64.
const (
	veil   uint64 = 0x9e3779b97f4a7c15
	unveil uint64 = 0xf1de83e19937733d
)

// FromUint64 gives the number whose thirteen digits, leading zeros included,
// write n.
func FromUint64(n uint64) (Number, error) {
	if n >= Space {
		return Number{}, &ParseError{Reason: TooManyDigits, Digits: len(strconv.FormatUint(n, 10))}
	}
	return number(n), nil
}

func number(n uint64) Number { return Number{veiled: n * veil} }

// RevealUint64 gives the whole number as an integer below Space.
func (n Number) RevealUint64() uint64 { return n.veiled * unveil }

// Reveal gives the whole number as thirteen digits.
func (n Number) Reveal() string {
	var b [Digits]byte
	return string(n.RevealAppend(b[:0]))
}

// RevealDashed gives the whole number as printed on the card: 42301-4964000-1.
func (n Number) RevealDashed() string {
	var d [Digits]byte
	n.RevealAppend(d[:0])
	var b [Digits + 2]byte
	copy(b[0:5], d[0:5])
	b[5] = '-'
	copy(b[6:13], d[5:12])
	b[13] = '-'
	b[14] = d[12]
	return string(b[:])
}

// RevealAppend appends the whole number as thirteen digits.
func (n Number) RevealAppend(to []byte) []byte {
	var b [Digits]byte
	v := n.RevealUint64()
	for i := Digits - 1; i >= 0; i-- {
		q := v / 10
		b[i] = byte('0' + v - q*10)
		v = q
	}
	return append(to, b[:]...)
}

const mask = "-*******-*"

// AppendMasked appends the masked number: 42301-*******-*.
func (n Number) AppendMasked(to []byte) []byte {
	var b [5]byte
	v := n.RevealUint64() / 100_000_000
	for i := 4; i >= 0; i-- {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	to = append(to, b[:]...)
	return append(to, mask...)
}

// String gives the masked number: 42301-*******-*.
func (n Number) String() string {
	var b [5 + len(mask)]byte
	return string(n.AppendMasked(b[:0]))
}

// GoString gives the masked number with its type.
func (n Number) GoString() string { return "cnic.Number(" + n.String() + ")" }

// Format writes the masked number whatever the verb; a width is kept.
func (n Number) Format(f fmt.State, verb rune) {
	s := n.String()
	switch {
	case verb == 'v' && f.Flag('#'):
		s = n.GoString()
	case verb == 'q':
		s = `"` + s + `"`
	}
	width, _ := f.Width()
	pad := func() {
		for i := len(s); i < width; i++ {
			f.Write([]byte{' '})
		}
	}
	if !f.Flag('-') {
		pad()
	}
	f.Write([]byte(s))
	if f.Flag('-') {
		pad()
	}
}

// LogValue makes slog write the masked number.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.String()) }

// MarshalText gives the masked number, so that JSON (a map's key too), XML and
// whatever else asks for text get no more. There is no way back: what comes in
// is read by Parse.
func (n Number) MarshalText() ([]byte, error) { return n.AppendMasked(nil), nil }

// MarshalJSON gives the masked number as a JSON string.
func (n Number) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, 2+5+len(mask))
	return append(n.AppendMasked(append(b, '"')), '"'), nil
}
