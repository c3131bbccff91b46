package ticket

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRoundTrips(t *testing.T) {
	scanner := regexp.MustCompile(`^ik_[a-z2-7]{59}$`)
	rapid.Check(t, func(t *rapid.T) {
		var s Secret
		copy(s[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "secret"))
		if got, ok := Parse(s.Reveal()); !ok || got != s {
			t.Fatalf("%s is read as %x, %v", s.Reveal(), got[:], ok)
		}
		if got, ok := ParseToken(s.RevealToken()); !ok || got != s || !scanner.MatchString(s.RevealToken()) {
			t.Fatalf("%s is read as %x, %v", s.RevealToken(), got[:], ok)
		}
		var c Code
		copy(c[:], s[:])
		typed := strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(c.Reveal(), "-", "  "), "o", "0"))
		if got, ok := ParseCode(typed); !ok || got != c {
			t.Fatalf("%s, typed %q, is read as %x, %v", c.Reveal(), typed, got[:], ok)
		}
	})
}

// Ensure that a slip in a token is seen by whoever has only the token.
func TestTokenChecksum(t *testing.T) {
	token := New().RevealToken()
	for i := range token {
		for _, c := range "ax7" {
			if wrong := token[:i] + string(c) + token[i+1:]; wrong != token {
				if _, ok := ParseToken(wrong); ok {
					t.Errorf("%s is taken for %s", wrong, token)
				}
			}
		}
	}
}

func TestNothingPrintsItself(t *testing.T) {
	s, c := New(), NewCodes()[0]
	j, err := json.Marshal(map[string]any{"secret": s, "code": c})
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprintf("%v %+v %#v %s %v %#v %s", s, s, s, s, c, c, j)
	for _, whole := range []string{s.Reveal(), s.RevealToken(), c.Reveal(), fmt.Sprintf("%x", s[:])} {
		if strings.Contains(said, whole) {
			t.Errorf("%s shows %s", said, whole)
		}
	}
}

func TestAllDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		for _, text := range []string{New().Hash(), NewCodes()[0].Hash()} {
			if seen[text] {
				t.Fatal("the same twice")
			}
			seen[text] = true
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(New().Reveal())
	f.Add(New().RevealToken())
	f.Add(NewCodes()[0].Reveal())
	f.Add("")
	f.Add(strings.Repeat("A", 42) + "\n")
	f.Add("ik_" + strings.Repeat("a", 59))
	f.Fuzz(func(t *testing.T, text string) {
		if s, ok := Parse(text); ok && s.Reveal() != text {
			t.Errorf("%q is taken for %q", text, s.Reveal())
		}
		if s, ok := ParseToken(text); ok && s.RevealToken() != text {
			t.Errorf("%q is taken for %q", text, s.RevealToken())
		}
		if c, ok := ParseCode(text); ok {
			if again, ok := ParseCode(c.Reveal()); !ok || again != c {
				t.Errorf("%q is read as %q", text, c.Reveal())
			}
		}
	})
}
