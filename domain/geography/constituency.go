package geography

import (
	"fmt"
	"strconv"
	"strings"
)

// Constituency is the code of a National or Provincial Assembly constituency.
// Examples: "NA-245", "PS-110".
type Constituency string

// Assembly is an assembly that constituencies elect members to.
type Assembly string

// The assemblies, by the letters before a constituency's number.
const (
	National            Assembly = "NA"
	Punjab              Assembly = "PP"
	Sindh               Assembly = "PS"
	KhyberPakhtunkhwa   Assembly = "PK"
	BalochistanAssembly Assembly = "PB"
)

// Seats is how many general seats the assembly has since 2024; zero for an
// assembly that is unknown.
func (a Assembly) Seats() int {
	switch a {
	case National:
		return 266
	case Punjab:
		return 297
	case Sindh:
		return 130
	case KhyberPakhtunkhwa:
		return 115
	case BalochistanAssembly:
		return 51
	}
	return 0
}

// ParseConstituency reads a code as "NA-245", or as people write it: "na 245",
// "NA245", "NA-0245".
func ParseConstituency(text string) (Constituency, error) {
	s := strings.ToUpper(strings.TrimSpace(text))
	if len(s) < 3 {
		return "", constituencyError(text, "it is too short")
	}
	a := Assembly(s[:2])
	if a.Seats() == 0 {
		return "", constituencyError(text, "it begins with none of NA, PP, PS, PK, PB")
	}
	digits := strings.TrimLeft(s[2:], "- ")
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || n == 0 {
		return "", constituencyError(text, "after "+string(a)+" a number is needed")
	}
	if int(n) > a.Seats() {
		return "", constituencyError(text, fmt.Sprintf("the last is %s-%d", a, a.Seats()))
	}
	return MakeConstituency(a, int(n)), nil
}

func constituencyError(text, why string) error {
	return fmt.Errorf("geography: constituency %q: %s (write it as NA-245)", clip(text), why)
}

// MakeConstituency gives the code of an assembly's seat.
func MakeConstituency(a Assembly, number int) Constituency {
	return Constituency(string(a) + "-" + strconv.Itoa(number))
}

// Assembly gives the assembly, "" for a code that is none.
func (c Constituency) Assembly() Assembly {
	if len(c) > 3 && c[2] == '-' {
		return Assembly(c[:2])
	}
	return ""
}

// Number gives the seat's number, 0 for a code that is none.
func (c Constituency) Number() int {
	if c.Assembly() == "" {
		return 0
	}
	n, _ := strconv.Atoi(string(c[3:]))
	return n
}

// String gives the code itself.
func (c Constituency) String() string { return string(c) }
