package cnic

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

const one = 4230149640001

func TestParseWhatPeopleType(t *testing.T) {
	for _, text := range []string{
		"4230149640001",
		"42301-4964000-1",
		"42301 4964000 1",
		" 42301-4964000-1 \r\n",
		"42301.4964000.1",
		"42301/4964000/1",
		"42301,4964000,1",
		"42301_4964000_1",
		"42301 - 4964000 - 1",
		"42301--4964000--1",
		"4230-1496-4000-1",
		"4 2 3 0 1 4 9 6 4 0 0 0 1",
		"42301‐4964000‐1", // hyphen
		"42301‑4964000‑1", // non-breaking hyphen
		"42301–4964000—1", // en dash, em dash
		"42301−4964000−1", // minus
		"42301ـ4964000ـ1", // tatweel
		"42301۔4964000۔1", // Urdu full stop
		"42301\u00ad4964000\u00ad1",
		"42301\u00a04964000\u00a01",
		"42301\u202f4964000\u20091",
		"42301\t4964000\t1",
		"٤٢٣٠١٤٩٦٤٠٠٠١",
		"٤٢٣٠١-٤٩٦٤٠٠٠-١",
		"۴۲۳۰۱۴۹۶۴۰۰۰۱",
		"۴۲۳۰۱-۴۹۶۴۰۰۰-۱",
		"۴۲۳۰۱ 4964000 ١", // three kinds of digit
		"４２３０１４９６４０００１",
		"\u200e4230149640001\u200e",
		"\u202b42301\u202c-\u20664964000\u2069-1",
		"42301\u200b49640\u200d00\ufeff1",
		"4\ufe0f\u20e32\ufe0f\u20e33014964000\ufe0f\u20e31", // keycap emoji
		"\x0042301\x014964000-1",
		"my cnic is 42301-4964000-1",
		"My CNIC no. is 4230149640001.",
		"ID: 42301-4964000-1",
		"ID:4230149640001",
		"id#4230149640001",
		"CNIC=4230149640001;",
		"cnic4230149640001",
		"(42301-4964000-1)",
		"[4230149640001]",
		"\"4230149640001\"",
		"<4230149640001>",
		"“42301-4964000-1”",
		"Assalam o alaikum, mera shanakhti card number 42301-4964000-1 hai, shukria!",
		"شناختی کارڈ نمبر ۴۲۳۰۱-۴۹۶۴۰۰۰-۱",
		"شناختی کارڈ نمبر۴۲۳۰۱۴۹۶۴۰۰۰۱ہے",
		"شناختی کارڈ نمبر: 42301-4964000-1۔",
		"میرا ووٹ کہاں ہے؟ 4230149640001 ؟",
		"EN 4230149640001", "4230149640001 ur", "RO4230149640001", "4230149640001EN", "4230149640001-UR", "4230149640001, en",
		"4230149640001 4230149640001",
		"42301-4964000-1, 4230149640001",
		"42301-4964000-1\n42301-4964000-1",
		"4230149640001 yaani ۴۲۳۰۱۴۹۶۴۰۰۰۱",
		"4230149640001اور4230149640001",
		"my cnic is 42301-4964000-1 and my age is 35",
		"call 03001234567, cnic is 42301-4964000-1",
		"1) 42301-4964000-1",
		"2: 42301-4964000-1",
		"8300\n4230149640001",
		"+4230149640001",
		"*4230149640001#",
		"4230149640001!!!",
		"4230149640001 😀",
		"😀42301😀4964000😀1",
	} {
		n, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if n.RevealUint64() != one {
			t.Errorf("%q: %s", text, n.Reveal())
		}
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		text   string
		reason Reason
		digits int
	}{
		{"", NoNumber, 0},
		{"   \n", NoNumber, 0},
		{"help", NoNumber, 0},
		{"مدد", NoNumber, 0},
		{"UR", NoNumber, 0},
		{"---", NoNumber, 0},
		{"\u200e", NoNumber, 0},
		{"1", TooFewDigits, 1},
		{"423014964000", TooFewDigits, 12},
		{"42301-4964000", TooFewDigits, 12},
		{"42301-4964000-", TooFewDigits, 12},
		{"42301-*******-*", TooFewDigits, 5},
		{"42301 4964000 l", TooFewDigits, 12},
		{"۴۲۳۰۱۴۹۶۴۰۰۰", TooFewDigits, 12},
		{"my cnic is 42301", TooFewDigits, 5},
		{"cnic423014964000", TooFewDigits, 12},
		{"423014964000 ur", TooFewDigits, 12},
		{"423014964000\n1", TooFewDigits, 12},
		{"call 03001234567", TooFewDigits, 11},
		{"42301496400012", TooManyDigits, 14},
		{"42301-4964000-12", TooManyDigits, 14},
		{"42301-4964000-1-2", TooManyDigits, 14},
		{"4230149640001 2", TooManyDigits, 14},
		{"4230149640001 8300", TooManyDigits, 17},
		{"42301-4964000-1 42301-4964001", TooManyDigits, 25},
		{"42301496400014230149640013", TooManyDigits, 26},
		{strings.Repeat("9", 160), TooManyDigits, 160},
		{"42301-49640O0-1", Letters, 12},
		{"4230149640O01", Letters, 12},
		{"42301x4964000x1", Letters, 13},
		{"42301-4964000a1", Letters, 13},
		{"4230149640001a5", Letters, 14},
		{"42301-4964000-l", Letters, 12},
		{"O2301-4964000-1", Letters, 12},
		{"42301-XXXXXXX-1", Letters, 6},
		{"42301-O964000-1", Letters, 12},
		{"42301 4964O00 1", Letters, 12},
		{"id: 42301-49640O0-1 please", Letters, 12},
		{"42301٤96४000-1", Letters, 12}, // a Devanagari digit is none of ours
		{"42301\xff4964000-1", Letters, 13},
		{"4230149640001 4230149640013", TwoNumbers, 26},
		{"42301-4964000-1 42301-4964001-3", TwoNumbers, 26},
		{"42301-4964000-1\n42301-4964001-3", TwoNumbers, 26},
		{"42301-4964000-1, 42301-4964001-3", TwoNumbers, 26},
		{"42301-4964000-1 / 42301-4964001-3", TwoNumbers, 26},
		{"4230149640001 and 4230149640013", TwoNumbers, 26},
		{"4230149640001 4230149640001 4230149640013", TwoNumbers, 39},
		{"4230149640001 اور ۴۲۳۰۱۴۹۶۴۰۰۱۳", TwoNumbers, 26},
	} {
		n, err := Parse(c.text)
		var pe *ParseError
		if !errors.As(err, &pe) {
			t.Errorf("%q was taken as %s", c.text, n.Reveal())
			continue
		}
		if pe.Reason != c.reason || pe.Digits != c.digits {
			t.Errorf("%q: %v with %d digits, want %v with %d", c.text, pe.Reason, pe.Digits, c.reason, c.digits)
		}
		if n != (Number{}) {
			t.Errorf("%q: a number beside the error", c.text)
		}
	}
}

func TestParseStrict(t *testing.T) {
	for _, good := range []string{"4230149640001", "42301-4964000-1"} {
		if n, err := ParseStrict([]byte(good)); err != nil || n.RevealUint64() != one {
			t.Errorf("%q: %v, %v", good, n, err)
		}
	}
	for text, want := range map[string]Reason{
		"": NoNumber, "x": NoNumber, "423014964000": TooFewDigits, "42301496400012": TooManyDigits, "423014964000l": Letters,
		" 4230149640001": Letters, "42301 4964000 1": Letters, "42301-4964000-": TooFewDigits, "۴۲۳۰۱۴۹۶۴۰۰۰۱": NoNumber,
		"4230149640001\r": Letters, "42301-49640001-": Letters,
	} {
		_, err := ParseStrict([]byte(text))
		var pe *ParseError
		if !errors.As(err, &pe) || pe.Reason != want {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

func TestParseDoesNotAllocate(t *testing.T) {
	strict := []byte("42301-4964000-1")
	for _, text := range []string{"4230149640001", "my cnic is 42301-4964000-1", "شناختی کارڈ نمبر ۴۲۳۰۱-۴۹۶۴۰۰۰-۱"} {
		if a := testing.AllocsPerRun(100, func() { Parse(text) }); a != 0 {
			t.Errorf("%q: %v allocations", text, a)
		}
	}
	if a := testing.AllocsPerRun(100, func() { ParseStrict(strict) }); a != 0 {
		t.Errorf("ParseStrict: %v allocations", a)
	}
}

func TestErrorsHoldNoDigitsOfTheText(t *testing.T) {
	_, err := Parse("42301-4964000-12")
	if s := err.Error(); strings.Contains(s, "42301") || strings.Contains(s, "4964000") {
		t.Errorf("the error holds the number: %s", s)
	}
	for r := NoNumber; r <= TwoNumbers; r++ {
		if s := (&ParseError{Reason: r}).Error(); !strings.Contains(s, ": ") || strings.Contains(r.String(), "reason_") {
			t.Errorf("%v: %q says not what to do", r, s)
		}
	}
}

// Any number, in any digits, with any of the separators at any places, with
// words around it, is read as that number.
func TestParseAnyDress(t *testing.T) {
	zeros := []rune{'0', '\u0660', '\u06f0', '\uff10'}
	separators := []string{"", "-", " ", " - ", "\u00a0", "–", ".", "/", "\u200f", "ـ", "_"}
	before := []string{"", "my cnic is ", "ID: ", "شناختی کارڈ نمبر ", "EN ", "\u202a", "1) "}
	after := []string{"", ".", " UR", " hai", "۔", "\u202c", "\n", "?"}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(0, Space-1).Draw(t, "n")
		var b strings.Builder
		b.WriteString(rapid.SampledFrom(before).Draw(t, "before"))
		for i, d := range fmt.Sprintf("%013d", n) {
			if i > 0 {
				b.WriteString(rapid.SampledFrom(separators).Draw(t, "separator"))
			}
			b.WriteRune(rapid.SampledFrom(zeros).Draw(t, "zero") + d - '0')
		}
		b.WriteString(rapid.SampledFrom(after).Draw(t, "after"))
		got, err := Parse(b.String())
		if err != nil || got.RevealUint64() != n {
			t.Fatalf("%q: %v, %v", b.String(), got.Reveal(), err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"4230149640001", "42301-4964000-1 42301-4964001-3", "شناختی ۴۲۳۰۱۴۹۶۴۰۰۰۱", "42301-49640O0-1", "\xff\xfe1", "4230149640001a5", "1\n2\n3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Parse(s)
		if err != nil {
			var pe *ParseError
			if !errors.As(err, &pe) || pe.Reason < NoNumber || pe.Reason > TwoNumbers || pe.Digits < 0 {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		// Whoever gets a number typed all of its digits, in their order.
		want := n.Reveal()
		var typed strings.Builder
		for _, r := range s {
			if k := kindOf(r); k <= 9 {
				typed.WriteByte('0' + byte(k))
			}
		}
		if !strings.Contains(typed.String(), want) {
			t.Fatalf("%q gives %s, which was not typed", s, want)
		}
		if again, err := Parse(n.RevealDashed()); err != nil || again != n {
			t.Fatalf("%s comes back as %v, %v", want, again.Reveal(), err)
		}
	})
}

func FuzzParseStrict(f *testing.F) {
	for _, s := range []string{"4230149640001", "42301-4964000-1", "", "42301-4964000-", "4230149640001,"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := ParseStrict(b)
		if (err == nil) != (string(b) == n.Reveal() || string(b) == n.RevealDashed()) && !(err != nil && n == (Number{})) {
			t.Fatalf("%q: %v, %v", b, n.Reveal(), err)
		}
	})
}

func TestKindsOfAllCharacters(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		k := kindOf(r)
		if k > ender {
			t.Fatalf("%U: kind %d", r, k)
		}
		if k <= 9 && !unicode.IsDigit(r) {
			t.Errorf("%U is taken for a digit", r)
		}
		if unicode.Is(unicode.Pd, r) && k != separator {
			t.Errorf("%U, a dash, is no separator", r)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{"plain": "4230149640001", "dashed": "42301-4964000-1", "urdu": "شناختی کارڈ نمبر ۴۲۳۰۱-۴۹۶۴۰۰۰-۱"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Parse(text)
			}
		})
	}
}
