package words

import (
	"strconv"
	"strings"

	"intikhab/domain/cnic"
)

// Integer is any whole number.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Number is a whole number with a comma between thousands: 128,585,760, as the
// commission prints it, and not 12,85,85,760 as newspapers do. This is the one place
// to change if that changes.
func Number[N Integer](_ Language, n N) string {
	text := strconv.FormatUint(uint64(n), 10)
	if n < 0 {
		text = strconv.FormatInt(int64(n), 10)
	}
	return thousands(text)
}

func thousands(text string) string {
	digits, sign := text, ""
	if strings.HasPrefix(text, "-") {
		digits, sign = text[1:], "-"
	}
	digits, fraction, broken := strings.Cut(digits, ".")
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if broken {
		digits += "." + fraction
	}
	return sign + digits
}

// Decimal is a number with so many digits behind the point.
func Decimal(_ Language, v float64, places int) string {
	return thousands(strconv.FormatFloat(v, 'f', places, 64))
}

// Percent is a part of the whole, with one digit behind the point: 48.3%. Of
// nothing it is 0.0%.
func Percent(lang Language, part, whole float64) string {
	share := 0.0
	if whole != 0 {
		share = 100 * part / whole
	}
	return fill(lang, "words.percent", "n", Decimal(lang, share, 1))
}

// Bytes is a size: 12.3 MB, of a thousand thousands each.
func Bytes(lang Language, n int64) string {
	switch v := float64(n); {
	case n >= 1e9:
		return fill(lang, "words.gb", "n", Decimal(lang, v/1e9, 1))
	case n >= 1e6:
		return fill(lang, "words.mb", "n", Decimal(lang, v/1e6, 1))
	case n >= 1e3:
		return fill(lang, "words.kb", "n", Decimal(lang, v/1e3, 1))
	}
	return fill(lang, "words.bytes", "n", Number(lang, n))
}

// Telephone is a telephone number as people in Pakistan write it. It takes the
// international form without the plus sign, whole or masked: 923001234567 is
// 0300 1234567, and 92300******* is 0300 *******. Others get their plus sign.
func Telephone(number string) string {
	if rest, ok := strings.CutPrefix(number, "923"); ok && len(number) == 12 {
		return "03" + rest[:2] + " " + rest[2:]
	}
	if len(number) > 6 { // no short code
		return "+" + number
	}
	return number
}

// CNIC is the identity number as lists show it, masked: 42301-*******-*.
func CNIC(n cnic.Number) string { return n.String() }

// fill is a text of this package with its placeholders filled, without the marks of
// direction that Text sets: what comes out is set into a sentence as one value.
func fill(lang Language, key string, pairs ...string) string {
	text := own.Text(lang, key)
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

// Digits writes the digits of Urdu (۰–۹) and Arabic (٠–٩) in a text as 0–9, and
// leaves the rest: what a person types in a number's place.
func Digits(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		}
		return r
	}, text)
}
