package doubles

import (
	"cmp"
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"intikhab/systems/rolls"
)

var voters = flag.Int("doubles", 100_000, "how many voters TestRecall looks at")
var showWrong = flag.Int("wrong", 0, "how many wrong and missed pairs to show")

// TestRecall measures on synthetic people, whose names have the real spellings of
// names-pk, how many of the doubles among them are found and how many of the pairs
// reported are doubles. docs/doubles.md has the figures of a million and of ten.
func TestRecall(t *testing.T) {
	s := newSociety(readParts(t), 1, *voters)
	standard := Standard()
	f := New(Settings{Threshold: standard.Threshold - 3})
	var show map[rolls.VoterID]Record
	if *showWrong > 0 {
		show = map[rolls.VoterID]Record{}
	}
	begin := time.Now()
	known := s.roll(*voters, share, func(r *Record) {
		f.Add(0, r)
		if show != nil {
			show[r.ID] = *r
		}
	})
	filled := time.Now()
	pairs, figures, err := f.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(filled)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("made and read in %.1f s, found in %.1f s, %d MiB from the system; %+v", filled.Sub(begin).Seconds(), took.Seconds(), m.Sys>>20, figures)

	right, kinOf, strangers := 0, 0, 0
	foundOf := map[string]int{}
	wrongAt := map[int][2]int{}
	for _, p := range pairs {
		how, ok := known[pairOf{p.A, p.B}]
		at := wrongAt[int(p.Score+100)-100]
		at[0]++
		switch {
		case ok:
			right++
			at[1]++
			for _, h := range how {
				foundOf[h]++
			}
		case p.A%1_000_000_000/16 == p.B%1_000_000_000/16:
			kinOf++
		default:
			strangers++
		}
		wrongAt[int(p.Score+100)-100] = at
		if !ok && *showWrong > 0 {
			*showWrong--
			t.Logf("WRONG %v\n\t%+v\n\t%+v", p, show[p.A], show[p.B])
		}
	}
	if show != nil {
		got := map[pairOf]bool{}
		for _, p := range pairs {
			got[pairOf{p.A, p.B}] = true
		}
		at := map[rolls.VoterID]uint32{}
		for i := range uint32(f.n) {
			at[f.id(i)] = i
		}
		for k, how := range known {
			if !got[k] {
				p := f.pair(found{a: at[k[0]], b: at[k[1]]})
				t.Logf("MISSED %v %.1f %v\n\t%+v\n\t%+v", how, p.Score, p.Reasons, show[k[0]], show[k[1]])
			}
		}
	}
	allOf := map[string]int{}
	for _, how := range known {
		for _, h := range how {
			allOf[h]++
		}
	}
	recall, precision := float64(right)/float64(len(known)), float64(right)/float64(max(1, len(pairs)))
	t.Logf("doubles %d, reported %d (%.0f a million): recall %.3f, precision %.3f; wrong: relatives %d, strangers %d",
		len(known), len(pairs), 1e6*float64(len(pairs))/float64(figures.Voters), recall, precision, kinOf, strangers)
	var lines []string
	for how, n := range allOf {
		lines = append(lines, fmt.Sprintf("%-22s %6d  %.3f", how, n, float64(foundOf[how])/float64(n)))
	}
	slices.Sort(lines)
	t.Log("recall by what is otherwise:\n" + strings.Join(lines, "\n"))
	var scores []int
	for at := range wrongAt {
		scores = append(scores, at)
	}
	slices.SortFunc(scores, func(a, b int) int { return cmp.Compare(b, a) })
	cumAll, cumRight := 0, 0
	for _, at := range scores {
		cumAll += wrongAt[at][0]
		cumRight += wrongAt[at][1]
		t.Logf("score %3d: %6d, right %.3f; from here up recall %.3f precision %.3f", at, wrongAt[at][0], float64(wrongAt[at][1])/float64(wrongAt[at][0]), float64(cumRight)/float64(len(known)), float64(cumRight)/float64(cumAll))
	}
}
