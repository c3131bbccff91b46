package receipt

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEverySlipIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := New(rapid.SampledFrom([]int{15, 16, 17, 21, 22, 23}).Draw(t, "form"))
		if got, err := Parse(string(n)); err != nil || got != n {
			t.Fatalf("%s is read as %s, %v", n, got, err)
		}
		at := []int{0, 1, 3, 4, 5, 6, 8, 9, 10, 11}
		i := rapid.SampledFrom(at).Draw(t, "place")
		for _, other := range signs {
			wrong := []byte(n)
			if wrong[i] = byte(other); string(wrong) == string(n) {
				continue
			}
			if got, err := Parse(string(wrong)); err == nil {
				t.Fatalf("%s is %s with a slip, and is taken as %s", wrong, n, got)
			}
		}
		for _, j := range at {
			wrong := []byte(n)
			if wrong[i], wrong[j] = wrong[j], wrong[i]; string(wrong) == string(n) {
				continue
			}
			if _, err := Parse(string(wrong)); err == nil {
				t.Fatalf("%s is %s with two signs that changed places, and is taken", wrong, n)
			}
		}
	})
}

func TestParse(t *testing.T) {
	n := write(21, []byte{19, 7, 0, 1, 2, 22, 29})
	if n.Form() != 21 || len(n) != 12 || strings.Count(string(n), "-") != 2 {
		t.Errorf("%s is no receipt number of form 21", n)
	}
	slack := strings.NewReplacer("0", "o", "1", "l", "-", " ").Replace(strings.ToLower(string(n)))
	for _, text := range []string{string(n), slack, strings.ReplaceAll(string(n), "-", ""), " " + string(n) + " ", "\u2066" + string(n) + "\u2069"} {
		if got, err := Parse(text); err != nil || got != n {
			t.Errorf("%q is read as %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "21", "21-K7M4", string(n) + "0", "2A" + string(n[2:]), "21-K7M4-2QX!", "۲۱-K7M4-2QXP"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q is read as %s", text, got)
		}
	}
}

func TestNumbersAreFarApart(t *testing.T) {
	seen := map[Number]bool{}
	for range 1000 {
		n := New(22)
		if seen[n] {
			t.Fatalf("%s twice among a thousand", n)
		}
		seen[n] = true
	}
}

func FuzzParse(f *testing.F) {
	f.Add("21-K7M4-2QXP")
	f.Add(string(New(15)))
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Parse(text)
		if err != nil {
			return
		}
		if again, err := Parse(string(n)); err != nil || again != n {
			t.Errorf("%q is read as %s, which is read as %s, %v", text, n, again, err)
		}
	})
}
