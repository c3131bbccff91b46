package office

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestTidyName(t *testing.T) {
	for in, want := range map[string]string{
		"  Ayesha \t Bibi\n":          "Ayesha Bibi",
		"عائشه بي بي":                 "عائشہ بی بی",
		"كامران":                      "کامران",
		"\u202bعلی\u202c":             "علی",
		"نیک\u200cمحمد":               "نیک\u200cمحمد", // the joiner belongs to the spelling
		"Jose\u0301":                  "José",
		"a\x00b":                      "ab",
		"\xff":                        "\uFFFD",
		"":                            "",
		"\u06c1\u0654":                "ۂ",
		"Officer\u00a0Number\u20031 ": "Officer Number 1",
	} {
		if got := TidyName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for name, want := range map[string][2]bool{
		"Ayesha Bibi": {true, false}, "عائشہ بی بی": {false, true}, "ریٹرننگ افسر NA-118": {false, true}, "Ayesha عائشہ": {false, true},
		"": {}, "123": {}, "Ayesha  Bibi": {}, strings.Repeat("a", 200): {}, "A\uFFFD": {},
	} {
		if got := [2]bool{isEnglish(name), isUrdu(name)}; got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func FuzzTidyName(f *testing.F) {
	for _, s := range []string{"Ayesha Bibi", "عائشه بي بي", "\u202bعلی\u202c", "a\x00\xff\u0301", "\u0647\u0654", "ك\u0653ی\u0654"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := TidyName(s)
		if again := TidyName(name); again != name {
			t.Errorf("%q becomes %q, and that %q", s, name, again)
		}
		if !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) || strings.Contains(name, "  ") {
			t.Errorf("%q becomes %q", s, name)
		}
	})
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{"s.khan@ecp.gov.pk", "", "a@b", "A <a@b.c>", "a@b.c\r\nBcc: d@e.f", "\"a b\"@c.d", "a@[1.2.3.4]", "a@b.c."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseEmail(s)
		if err != nil || e.IsZero() {
			return
		}
		text := e.Reveal()
		if again, err := ParseEmail(text); err != nil || again != e {
			t.Errorf("%q comes back as %q, %v", text, again.Reveal(), err)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) || strings.ContainsAny(text, "<>,;") {
			t.Errorf("%q was taken", text)
		}
	})
}
