package trace

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"intikhab/platform/document"
)

// mixed is what people make who lay their copies' files side by side.
func mixed(t *testing.T, copies []uint32, pick func(chance *rand.Rand, dots []document.Dot) (document.Dot, bool)) func(document.Size) []document.Dot {
	t.Helper()
	return func(sheet document.Size) (out []document.Dot) {
		chance := rand.New(rand.NewPCG(8, 8))
		var all [][]document.Dot
		for _, n := range copies {
			dots, err := Mark(theKey, n)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, dots(sheet))
		}
		for i := range all[0] {
			var same []document.Dot
			for _, dots := range all {
				same = append(same, dots[i])
			}
			if dot, ok := pick(chance, same); ok {
				out = append(out, dot)
			}
		}
		return out
	}
}

func anyOf(chance *rand.Rand, dots []document.Dot) (document.Dot, bool) {
	return dots[chance.IntN(len(dots))], true
}

func alike(_ *rand.Rand, dots []document.Dot) (document.Dot, bool) {
	return dots[0], !slices.ContainsFunc(dots, func(d document.Dot) bool { return d != dots[0] })
}

// TestCollusion: who mixes copies, or takes out the dots in which they differ, is
// pointed out all the same, and nobody else is, as long as there are few of them.
func TestCollusion(t *testing.T) {
	var known []uint32
	for n := range uint32(1000) {
		known = append(known, n)
	}
	for _, try := range []struct {
		name   string
		copies []uint32
		pick   func(*rand.Rand, []document.Dot) (document.Dot, bool)
		least  int // of them are pointed out
	}{
		{"two, each dot of either", []uint32{3, 900}, anyOf, 2},
		{"two, without the dots that differ", []uint32{3, 900}, alike, 1},
		{"three, each dot of any", []uint32{3, 900, 77}, anyOf, 1},
		{"three, without the dots that differ", []uint32{3, 900, 77}, alike, 0},
		{"five, each dot of any", []uint32{3, 900, 77, 412, 5}, anyOf, 0},
	} {
		page := printed(t, roll(t, document.Options{Dots: mixed(t, try.copies, try.pick)}, 1, 4), "-r", "300", "-mono")[0]
		page = usual(200).scan(t, page, 300, rand.New(rand.NewPCG(9, 9)))
		if r, err := Read(page.picture(), theKey); err == nil && !slices.Contains(try.copies, r.Copy) {
			t.Errorf("%s: read %+v", try.name, r)
		}
		found, err := Among(page.picture(), theKey, known)
		if err != nil && !errors.Is(err, ErrNoMark) {
			t.Fatal(err)
		}
		for _, r := range found {
			t.Logf("%s: %+v", try.name, r)
			if !slices.Contains(try.copies, r.Copy) {
				t.Errorf("%s: %d is pointed at", try.name, r.Copy)
			}
		}
		if len(found) < try.least {
			t.Errorf("%s: only %v", try.name, found)
		}
	}
}
