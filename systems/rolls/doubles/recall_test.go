package doubles

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"intikhab/systems/rolls"
)

var (
	voters = flag.Int("doubles", 100_000, "how many voters TestRecall looks at")
	seed   = flag.Uint64("seed", 1, "which people TestRecall makes")
	lower  = flag.Float64("lower", 0, "by how many bits TestRecall lowers the threshold, to see what is below it")
)

// TestRecall measures on synthetic people, whose names have the real spellings of
// names-pk, how many of the doubles among them are found and how many of the pairs
// reported are doubles. docs/doubles.md has the figures of a million and of ten.
func TestRecall(t *testing.T) {
	s := newSociety(readParts(t), *seed, *voters)
	settings := Standard()
	settings.Threshold -= *lower
	f := New(settings)
	var adding time.Duration
	begin := time.Now()
	known := s.roll(*voters, share, func(r *Record) {
		before := time.Now()
		f.Add(0, r)
		adding += time.Since(before)
	})
	filled := time.Now()
	pairs, figures, err := f.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := time.Since(filled)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("made in %.1f s, read in %.1f s, found in %.1f s, %d MiB from the system; %+v",
		(filled.Sub(begin) - adding).Seconds(), adding.Seconds(), found.Seconds(), m.Sys>>20, figures)
	r := judge(pairs, known)
	t.Logf("doubles %d, reported %d, %.0f a million voters: recall %.3f, precision %.3f; wrong: %d relatives, %d strangers",
		len(known), len(pairs), 1e6*float64(len(pairs))/float64(figures.Voters), r.recall, r.precision, r.relatives, r.strangers)
	t.Log("found of those in whom something is otherwise:\n" + r.byKind)
	t.Log("found and right from a score up:\n" + r.byScore)
	t.Logf("without a key in common, of those whose score would do: %d", f.unkeyed(pairs, known, settings.Threshold))
	if *lower == 0 && (r.recall < 0.85 || r.precision < 0.75) {
		t.Error("below what docs/doubles.md says")
	}
}

type judged struct {
	recall, precision    float64
	relatives, strangers int
	byKind, byScore      string
}

// judge holds the pairs of a report against what is known.
func judge(pairs []Pair, known map[pairOf][]string) (r judged) {
	right, kinds, hit := 0, map[string]int{}, map[string]int{}
	type band struct{ all, right int }
	bands := map[int]band{}
	for _, p := range pairs {
		how, ok := known[pairOf{p.A, p.B}]
		b := bands[int(math.Floor(p.Score))]
		b.all++
		switch {
		case ok:
			right++
			b.right++
			for _, h := range how {
				hit[h]++
			}
		case p.A%again0/16 == p.B%again0/16:
			r.relatives++
		default:
			r.strangers++
		}
		bands[int(math.Floor(p.Score))] = b
	}
	for _, how := range known {
		for _, h := range how {
			kinds[h]++
		}
	}
	r.recall, r.precision = float64(right)/float64(len(known)), float64(right)/float64(max(1, len(pairs)))
	var text strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(&text, "%-22s %6d  %.3f\n", kind, kinds[kind], float64(hit[kind])/float64(kinds[kind]))
	}
	r.byKind = text.String()
	text.Reset()
	var sum band
	for _, score := range slices.SortedFunc(maps.Keys(bands), func(a, b int) int { return cmp.Compare(b, a) }) {
		sum.all, sum.right = sum.all+bands[score].all, sum.right+bands[score].right
		fmt.Fprintf(&text, "%3d %6d of which right %.3f; recall %.3f precision %.3f\n", score, bands[score].all,
			float64(bands[score].right)/float64(bands[score].all), float64(sum.right)/float64(len(known)), float64(sum.right)/float64(sum.all))
	}
	r.byScore = text.String()
	return r
}

// unkeyed counts the doubles that no pass brought together though they are like enough.
func (f *Finder) unkeyed(pairs []Pair, known map[pairOf][]string, threshold float64) (n int) {
	got, at := map[pairOf]bool{}, map[rolls.VoterID]uint32{}
	for _, p := range pairs {
		got[pairOf{p.A, p.B}] = true
	}
	for k := range known {
		at[k[0]], at[k[1]] = 0, 0
	}
	for i := range uint32(f.n) {
		if _, ok := at[f.id(i)]; ok {
			at[f.id(i)] = i
		}
	}
	for k := range known {
		if !got[k] && f.weigh(f.person(at[k[0]]), f.person(at[k[1]])).score >= threshold {
			n++
		}
	}
	return n
}
