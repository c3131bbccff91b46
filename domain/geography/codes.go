// Package geography holds where a voter votes: province, division, district,
// tehsil, charge, circle and census block; the constituencies of the National
// and Provincial Assemblies; polling stations and their booths. Areas are those
// of the census, which the Elections Act 2017 makes the electoral areas of the
// rolls; constituencies are those delimited for the general election of 2024.
// TestSeatsOfEachAssembly shows their number.
//
// The tables are in tables/, whose README names their sources.
package geography

import (
	"fmt"
	"strconv"
)

// StationID is the number by which the polling scheme names a polling station,
// unique in the whole roll. Example: "NA-245-0117".
type StationID string

// BlockCode is the nine-digit code of a census block, which is the electoral
// area of the rolls. Example: 440160404.
//
// The digits are read 3+2+2+2: census district, charge, circle, block. No
// published rule for this was found; it is as the Bureau of Statistics is
// remembered to do it, and fits the codes seen (440160404 stands in circle
// No. 4) and the count of 475 census districts. Nothing but the names of
// synthetic areas depends on it.
type BlockCode uint32

// BlockCodeLimit is above every block code.
const BlockCodeLimit BlockCode = 1_000_000_000

// MakeBlockCode puts a code together from its parts.
func MakeBlockCode(district, charge, circle, block int) (BlockCode, error) {
	if district < 0 || district > 999 || charge < 0 || charge > 99 || circle < 0 || circle > 99 || block < 0 || block > 99 {
		return 0, fmt.Errorf("geography: block code of district %d, charge %d, circle %d, block %d: a part has too many digits (3, 2, 2, 2 are allowed)",
			district, charge, circle, block)
	}
	return BlockCode(((district*100+charge)*100+circle)*100 + block), nil
}

// District is the census district's part of the code.
func (c BlockCode) District() int { return int(c / 1_000_000) }

// Charge is the charge's part of the code.
func (c BlockCode) Charge() int { return int(c / 10_000 % 100) }

// Circle is the circle's part of the code.
func (c BlockCode) Circle() int { return int(c / 100 % 100) }

// Block is the block's part of the code.
func (c BlockCode) Block() int { return int(c % 100) }

// String gives the nine digits.
func (c BlockCode) String() string {
	var b [9]byte
	return string(c.Append(b[:0]))
}

// Append appends the nine digits.
func (c BlockCode) Append(to []byte) []byte {
	var b [9]byte
	v := uint32(c)
	for i := 8; i >= 0; i-- {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return append(to, b[:]...)
}

// ParseBlockCode reads nine digits.
func ParseBlockCode[T string | []byte](text T) (BlockCode, error) {
	if len(text) != 9 {
		return 0, fmt.Errorf("geography: block code %q: it has %d characters, nine digits are needed", clip(string(text)), len(text))
	}
	var c BlockCode
	for i := range 9 {
		d := text[i] - '0'
		if d > 9 {
			return 0, fmt.Errorf("geography: block code %q: character %d is no digit, nine digits are needed", clip(string(text)), i+1)
		}
		c = c*10 + BlockCode(d)
	}
	return c, nil
}

// Gender is the gender a roll's list is kept for: men, women, and X.
type Gender uint8

// The lists of a roll, in the order in which a block keeps them.
const (
	Male Gender = iota
	Female
	X
)

// Genders is how many lists a block keeps.
const Genders = 3

// String gives the letter that stands in the roll files: M, F or X.
func (g Gender) String() string {
	if g > X {
		return "gender_" + strconv.Itoa(int(g))
	}
	return "MFX"[g : g+1]
}

// ParseGender reads M, F or X, in either case; T, as older rolls write X, too.
func ParseGender[T string | []byte](text T) (Gender, error) {
	if len(text) == 1 {
		switch text[0] {
		case 'M', 'm':
			return Male, nil
		case 'F', 'f':
			return Female, nil
		case 'X', 'x', 'T', 't':
			return X, nil
		}
	}
	return 0, fmt.Errorf("geography: gender %q: M, F or X is needed", clip(string(text)))
}

// StationIDLimit is how many bytes a station's number has at most.
const StationIDLimit = 32

// ParseStationID reads a polling station's number: letters, digits and "-",
// "/", "_", ".", no spaces.
func ParseStationID[T string | []byte](text T) (StationID, error) {
	if len(text) == 0 {
		return "", fmt.Errorf("geography: polling station: no number; write it as NA-245-117")
	}
	if len(text) > StationIDLimit {
		return "", fmt.Errorf("geography: polling station %q: more than %d characters", clip(string(text)), StationIDLimit)
	}
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '-', c == '/', c == '_', c == '.':
		default:
			return "", fmt.Errorf("geography: polling station %q: character %d is not allowed (letters, digits, - / _ . are)", clip(string(text)), i+1)
		}
	}
	return StationID(text), nil
}

// String gives the number itself.
func (s StationID) String() string { return string(s) }

// clip keeps an error about a field from holding a whole file.
func clip(s string) string {
	if len(s) > 24 {
		return s[:24] + "…"
	}
	return s
}
