package names

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// urdu are the letters that Urdu names are written with here.
const urdu = "آابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوؤہۂھءیئےٰۃأ"

func shaped(word, letters string) bool {
	return word != "" && strings.TrimSpace(word) == word && !strings.Contains(word, "  ") && strings.Trim(word, letters+" ") == "" &&
		strings.IndexFunc(word, func(r rune) bool { return r != ' ' && !strings.ContainsRune(letters, r) }) < 0
}

// Ensure that no Roman letter stands in an Urdu name and no Urdu letter in a Roman one.
func TestNamesAreShaped(t *testing.T) {
	const roman = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	total := 0
	for k := range kinds {
		for _, w := range Words(k) {
			total++
			for _, en := range append([]string{w.En}, w.AlsoEn...) {
				if !shaped(en, roman) || en[0] < 'A' || en[0] > 'Z' {
					t.Errorf("word %q", en)
				}
			}
			for _, ur := range append([]string{w.Ur}, w.AlsoUr...) {
				if !shaped(ur, urdu) {
					t.Errorf("word %q of %s", ur, w.En)
				}
			}
			for _, also := range w.AlsoEn {
				if also == w.En {
					t.Errorf("%s is another spelling of itself", w.En)
				}
			}
		}
	}
	if total < 400 {
		t.Errorf("only %d words", total)
	}
	if len(Words(Woman)) < 100 {
		t.Errorf("only %d women's names", len(Words(Woman)))
	}
}

// Ensure that every word of a place is picked, and no other.
func TestPick(t *testing.T) {
	for at := range Place(len(provinces)) {
		for k := range kinds {
			seen := map[*Word]bool{}
			for r := range uint64(slots) {
				seen[Pick(k, at, r)] = true
			}
			if len(seen) < 2 {
				t.Errorf("kind %d at %d: %d words", k, at, len(seen))
			}
		}
	}
	for code, want := range map[string]Place{"PB": 0, "SD": 1, "KP": 2, "BA": 3, "IS": 4, "JK": 0, "": 0, "PB SD": 0} {
		if got := PlaceOf(code); got != want {
			t.Errorf("%q is at %d, not %d", code, got, want)
		}
	}
	for r := range uint64(slots) {
		if w := Pick(Family, PlaceOf("PB"), r); w.En == "Achakzai" {
			t.Error("an Achakzai of Punjab")
		}
	}
}

// Ensure that a name spelled otherwise is the same name: as many words, in the other
// script the same; and that a shorter one lacks one word.
func TestRespell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := Place(rapid.IntRange(0, len(provinces)-1).Draw(t, "at"))
		r, s := rapid.Uint64().Draw(t, "r"), rapid.Uint64().Draw(t, "s")
		n := OfWoman(at, Pick(Family, at, r>>17), r, s)
		if rapid.Bool().Draw(t, "man") {
			n = OfMan(at, nil, r, s)
		}
		if en, ok := n.RespellEn(s); ok && (en.En() == n.En() || en.Ur() != n.Ur() || words(en.En()) != words(n.En()) && n.n == 1) {
			t.Errorf("%s, %s was spelled %s, %s", n.En(), n.Ur(), en.En(), en.Ur())
		}
		if ur, ok := n.RespellUr(s); ok && (ur.Ur() == n.Ur() || ur.En() != n.En()) {
			t.Errorf("%s, %s was spelled %s, %s", n.En(), n.Ur(), ur.En(), ur.Ur())
		}
		if short, ok := n.Shorten(); ok != (n.n > 1) || ok && (short.n != n.n-1 || !strings.Contains(n.En(), short.En()) || !strings.Contains(n.Ur(), short.Ur())) {
			t.Errorf("%s, %s was shortened to %s, %s", n.En(), n.Ur(), short.En(), short.Ur())
		}
		if !n.Namesake(&n) {
			t.Error("nobody is his own namesake")
		}
	})
}

func words(s string) int { return strings.Count(s, " ") }
