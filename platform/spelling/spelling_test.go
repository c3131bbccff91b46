package spelling

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	known := []string{"block", "serial", "household"}
	for word, want := range map[string]string{"blok": "block", "houshold": "household", "seriel": "serial", "": "block"} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
	if got := Nearest("x", nil); got != "" {
		t.Errorf("nearest of none: %q", got)
	}
}

// Ensure that it is a distance: none to itself, the same both ways, and never
// longer over a third word.
func TestDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching("[a-c]{0,6}")
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		if d := Distance(a, b); (d == 0) != (a == b) || d != Distance(b, a) || d > Distance(a, c)+Distance(c, b) {
			t.Fatalf("%q, %q: %d", a, b, d)
		}
	})
}
