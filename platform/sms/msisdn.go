package sms

import (
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
)

// MSISDN is a telephone number in its international form without the plus sign,
// or a short code. Example: 923001234567, 8300. The zero MSISDN is no number.
//
// Printed by fmt, slog or JSON it is masked, for it names a person: 92300*******.
// Short codes name nobody and are printed whole. Reveal gives all the digits.
type MSISDN struct{ n uint64 }

// shortCode is below any number of a person.
const shortCode = 1_000_000

var errMSISDN = errors.New("not a telephone number: want 3 to 15 digits, as in 03001234567, 923001234567 or +923001234567")

// ParseMSISDN reads a telephone number as people and operators write it. Pakistani
// mobile numbers come out the same however they were written: 03001234567,
// 3001234567, 923001234567, +92 300 1234567 and 00923001234567 are one number.
func ParseMSISDN(text string) (MSISDN, error) { return parseMSISDN(text) }

func parseMSISDN[T string | []byte](text T) (MSISDN, error) {
	var n uint64
	digits, zeros := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '0' && digits == 0:
			zeros++
		case c >= '0' && c <= '9':
			if digits++; digits > 15 {
				return MSISDN{}, errMSISDN
			}
			n = n*10 + uint64(c-'0')
		case c == '+' && i == 0, c == ' ', c == '-':
		default:
			return MSISDN{}, errMSISDN
		}
	}
	if digits < 3 || zeros > 2 {
		return MSISDN{}, errMSISDN
	}
	if digits == 10 && n/1_000_000_000 == 3 && zeros < 2 { // a mobile number without its country
		n += 92_0_000_000_000
	}
	return MSISDN{n}, nil
}

// Reveal gives every digit. Whoever calls it answers for where they go.
func (m MSISDN) Reveal() string { return string(m.AppendReveal(nil)) }

// AppendReveal is Reveal without an allocation.
func (m MSISDN) AppendReveal(dst []byte) []byte {
	if m.n == 0 {
		return dst
	}
	return strconv.AppendUint(dst, m.n, 10)
}

// RevealUint64 gives the digits as a number.
func (m MSISDN) RevealUint64() uint64 { return m.n }

// String gives the masked number.
func (m MSISDN) String() string {
	if m.n == 0 {
		return "no number"
	}
	digits := strconv.FormatUint(m.n, 10)
	if m.n < shortCode {
		return digits
	}
	keep := min(5, len(digits)-4)
	return digits[:keep] + strings.Repeat("*", len(digits)-keep)
}

// Format masks the number under every verb.
func (m MSISDN) Format(f fmt.State, _ rune) { fmt.Fprint(f, m.String()) }

// GoString masks the number.
func (m MSISDN) GoString() string { return m.String() }

// LogValue masks the number in logs.
func (m MSISDN) LogValue() slog.Value { return slog.StringValue(m.String()) }

// MarshalText masks the number in JSON and whatever else asks for text.
func (m MSISDN) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

//go:embed msisdn_prefixes.csv
var prefixCSV string

var prefixTable = sync.OnceValue(func() map[uint64]string {
	table := make(map[uint64]string)
	for line := range strings.Lines(prefixCSV) {
		prefix, rest, _ := strings.Cut(strings.TrimSpace(line), ",")
		if n, err := strconv.ParseUint(prefix, 10, 64); err == nil {
			table[n], _, _ = strings.Cut(rest, ",")
		}
	}
	return table
})

// FirstOperator names the operator that gave a Pakistani mobile number out, "" for
// every other number. The number may have been ported since.
func (m MSISDN) FirstOperator() string {
	if m.n < 92_3_000_000_000 || m.n > 92_3_999_999_999 {
		return ""
	}
	return prefixTable()[m.n/100_000_000]
}
