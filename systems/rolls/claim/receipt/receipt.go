// Package receipt is the number by which a claim is spoken of, 21-K7M4-2QXP: the form,
// and eight letters and digits that can be read out over a telephone. The last of them
// checks the others, by a code over the field of 32 elements that finds every single
// wrong sign and every two that changed places; TestEverySlipIsFound shows it.
//
// The seven others are random: from one number nobody finds the next. It is still no
// secret: it stands on paper, and whoever shows a claim asks for more.
package receipt

import (
	"crypto/rand"
	"errors"
	"strings"
)

// Number is a receipt number as it is printed, "" for none.
type Number string

// The signs: Douglas Crockford's base 32, without I, L, O and U.
const signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// length is how many signs stand after the form, the check among them.
const length = 8

// ErrNone says that a text is no receipt number, or one with a slip.
var ErrNone = errors.New("it is no receipt number: it has a form's number and eight letters and digits, as 21-K7M4-2QXP; one of them is wrong or missing")

// New makes a number for a form.
func New(form int) Number {
	var random [length - 1]byte
	rand.Read(random[:])
	for i := range random {
		random[i] &= 31
	}
	return write(form, random[:])
}

// write gives the number of seven values below 32.
func write(form int, values []byte) Number {
	var b strings.Builder
	b.WriteByte('0' + byte(form/10))
	b.WriteByte('0' + byte(form%10))
	for i, v := range append(values[:len(values):len(values)], check(form, values)) {
		if i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(signs[v])
	}
	return Number(b.String())
}

// Parse reads a number as people type it: in small letters, with O for 0 and I or L for
// 1, with or without hyphens and spaces.
func Parse(text string) (Number, error) {
	var read []byte
	for _, r := range strings.ToUpper(text) {
		switch r {
		case ' ', '-', '‐', '‑', '–', '\t', '\u2066', '\u2069':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		v := strings.IndexRune(signs, r)
		if v < 0 || len(read) == 2+length {
			return "", ErrNone
		}
		read = append(read, byte(v))
	}
	if len(read) != 2+length || read[0] > 9 || read[1] > 9 {
		return "", ErrNone
	}
	form, values := int(read[0])*10+int(read[1]), read[2:]
	if check(form, values[:length-1]) != values[length-1] {
		return "", ErrNone
	}
	return write(form, values[:length-1]), nil
}

// Form is the number of the form, 0 of what is no receipt number.
func (n Number) Form() int {
	if len(n) < 2 {
		return 0
	}
	return int(n[0]-'0')*10 + int(n[1]-'0')
}

// check gives the sign that makes the sum of all signs, each times another power of the
// field's generator, zero.
func check(form int, values []byte) byte {
	sum, weight := byte(0), byte(2)
	for _, v := range append([]byte{byte(form / 10), byte(form % 10)}, values...) {
		sum ^= times(v, weight)
		weight = times(weight, 2)
	}
	return sum // its own weight is 1
}

// times multiplies in the field of 32 elements, modulo x^5 + x^2 + 1.
func times(a, b byte) (product byte) {
	for ; b != 0; b >>= 1 {
		if b&1 != 0 {
			product ^= a
		}
		if a <<= 1; a&32 != 0 {
			a ^= 0b100101
		}
	}
	return product
}
