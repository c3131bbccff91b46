package shape

import (
	"hash/maphash"
	"sync"

	"intikhab/platform/document/fonts"
)

// A Word is a piece of text that is never broken, as it is drawn. All lengths are in
// thousandths of the size.
type Word struct {
	Face        *fonts.Face
	Clusters    []Cluster // from left to right
	Width       int
	Top, Bottom int // of the ink, above the baseline
}

// A Cluster is the smallest part of a word that stands for a part of its text: a
// letter with its dots, a ligature. Its glyphs keep their places among themselves
// wherever it is drawn.
type Cluster struct {
	Text    string // in reading order
	Glyphs  []Glyph
	Advance int
}

// A Glyph is one outline and where it lies from the cluster's left end on the
// baseline.
type Glyph struct{ ID, X, Y int }

// shards of the cache of words. Names repeat: a roll of a district has a few
// thousand different words.
const (
	shards   = 32
	perShard = 2048
)

type key struct {
	face        *fonts.Face
	text        string
	rightToLeft bool
}

var (
	cache [shards]struct {
		sync.RWMutex
		words map[key]*Word
	}
	seed = maphash.MakeSeed()
)

// Shape gives the word, from the cache if it was asked for before.
func Shape(face *fonts.Face, text string, rightToLeft bool) *Word {
	k := key{face, text, rightToLeft}
	shard := &cache[maphash.String(seed, text)%shards]
	shard.RLock()
	w := shard.words[k]
	shard.RUnlock()
	if w != nil {
		return w
	}
	w = set(face, text, rightToLeft)
	shard.Lock()
	defer shard.Unlock()
	if other := shard.words[k]; other != nil {
		return other
	}
	if len(shard.words) >= perShard || shard.words == nil {
		shard.words = make(map[key]*Word) // begin anew: simple, and names come again soon
	}
	shard.words[k] = w
	return w
}

// Forget empties the cache, for measurements.
func Forget() {
	for i := range cache {
		cache[i].Lock()
		cache[i].words = nil
		cache[i].Unlock()
	}
}

// set shapes a word and parts it into clusters.
func set(face *fonts.Face, text string, rightToLeft bool) *Word {
	runes := []rune(clean(text))
	w := &Word{Face: face}
	if len(runes) == 0 {
		return w
	}
	placed := Glyphs(face, runes, rightToLeft)
	starts := make([]bool, len(runes)+1) // of clusters, in reading order
	starts[len(runes)] = true
	for _, p := range placed {
		starts[p.Cluster] = true
	}
	for i := 0; i < len(placed); {
		first := placed[i].Cluster
		end := first + 1
		for !starts[end] {
			end++
		}
		c := Cluster{Text: string(runes[first:end])}
		for ; i < len(placed) && placed[i].Cluster == first; i++ {
			p := placed[i]
			if bounds, ok := face.Bounds(p.Glyph); ok {
				c.Glyphs = append(c.Glyphs, Glyph{p.Glyph, c.Advance + p.XOffset, p.YOffset})
				w.Top, w.Bottom = max(w.Top, p.YOffset+bounds[3]), min(w.Bottom, p.YOffset+bounds[1])
			}
			c.Advance += p.Advance
		}
		w.add(c, rightToLeft)
	}
	return w
}

// add appends a cluster. One that takes no room goes into the one before it, so
// that no two letters lie at one place, where readers of PDF would take them for
// one letter printed twice.
func (w *Word) add(c Cluster, rightToLeft bool) {
	w.Width += c.Advance
	last := len(w.Clusters) - 1
	if last < 0 || c.Advance > 0 && w.Clusters[last].Advance > 0 {
		w.Clusters = append(w.Clusters, c)
		return
	}
	to := &w.Clusters[last]
	for _, g := range c.Glyphs {
		to.Glyphs = append(to.Glyphs, Glyph{g.ID, g.X + to.Advance, g.Y})
	}
	to.Advance += c.Advance
	if rightToLeft {
		to.Text = c.Text + to.Text
	} else {
		to.Text += c.Text
	}
}

// Fit is how many clusters, in reading order, are no wider than the width.
func (w *Word) Fit(width int, rightToLeft bool) int {
	for n := range w.Clusters {
		i := n
		if rightToLeft {
			i = len(w.Clusters) - 1 - n
		}
		if width -= w.Clusters[i].Advance; width < 0 {
			return n
		}
	}
	return len(w.Clusters)
}

// Cut parts a word behind its first n clusters in reading order. The letters keep
// the forms that they have in the whole word.
func (w *Word) Cut(n int, rightToLeft bool) (first, rest *Word) {
	a, b := w.Clusters[:n], w.Clusters[n:]
	if rightToLeft {
		a, b = w.Clusters[len(w.Clusters)-n:], w.Clusters[:len(w.Clusters)-n]
	}
	part := func(clusters []Cluster) *Word {
		p := &Word{Face: w.Face, Clusters: clusters, Top: w.Top, Bottom: w.Bottom}
		for _, c := range clusters {
			p.Width += c.Advance
		}
		return p
	}
	return part(a), part(b)
}
