package password

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Shortest and Longest are the bounds of a password's length, in characters and in
// bytes. The upper one only bounds the work.
const (
	Shortest = 12
	Longest  = 512
)

// A Fault is why a text is refused as a password; "" is no fault.
type Fault string

// The faults, as the last part of a text's key.
const (
	TooShort Fault = "too_short"
	TooLong  Fault = "too_long"
	Common   Fault = "common"  // among the first that a guesser tries
	Pattern  Fault = "pattern" // one character or a short piece again and again, or a row of the keyboard
	OwnName  Fault = "own_name"
	NotText  Fault = "not_text"
)

//go:embed common.txt
var commonText string

var common = func() map[string]bool {
	set := make(map[string]bool)
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			set[line] = true
		}
	}
	return set
}()

// Weigh tells whether a text may be an officer's password. names are what a guesser
// knows of him: the name he signs in with, his own name. There is no rule that a
// password must have capitals or signs, since people then write "Password1234!";
// SP 800-63B forbids such rules for that reason.
func Weigh(password string, names ...string) Fault {
	if !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl) {
		return NotText
	}
	if len(password) > Longest {
		return TooLong
	}
	plain := normal(password)
	if utf8.RuneCountInString(plain) < Shortest {
		return TooShort
	}
	bare := strings.Map(letterOrDigit, strings.ToLower(plain))
	switch {
	case common[bare], common[strings.TrimRight(bare, "0123456789")]:
		return Common
	case repeats([]rune(bare)), runs([]rune(bare)), strings.Contains(keyboard, bare):
		return Pattern
	}
	for _, name := range names {
		name = strings.Map(letterOrDigit, strings.ToLower(normal(name)))
		if utf8.RuneCountInString(name) < 3 || !strings.Contains(bare, name) {
			continue
		}
		// The name is allowed in a password that is long enough without it.
		if utf8.RuneCountInString(strings.ReplaceAll(bare, name, "")) < Shortest-4 {
			return OwnName
		}
	}
	return ""
}

// letterOrDigit leaves out what people put between the words of a bad password.
func letterOrDigit(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return r
	}
	return -1
}

const keyboard = "qwertyuiopasdfghjklzxcvbnm qazwsxedcrfvtgbyhnujmikolp 1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 " +
	"poiuytrewqlkjhgfdsamnbvcxz 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p zaq1xsw2cde3vfr4bgt5nhy6mju7 " +
	"qwertyuiop1234567890 1234567890qwertyuiop asdfghjkl123456789 zxcvbnm123456789"

// repeats tells whether a text is a piece of up to 4 characters again and again.
func repeats(text []rune) bool {
	for piece := 1; piece <= 4; piece++ {
		same := true
		for i := piece; i < len(text) && same; i++ {
			same = text[i] == text[i-piece]
		}
		if same {
			return true
		}
	}
	return false
}

// runs tells whether each character follows the one before it, up or down, as in
// abcdefghijkl and 9876543210987.
func runs(text []rune) bool {
	for _, step := range []rune{1, -1} {
		breaks := 0
		for i := 1; i < len(text); i++ {
			if text[i] != text[i-1]+step {
				breaks++
			}
		}
		if breaks <= 1 {
			return true
		}
	}
	return false
}
