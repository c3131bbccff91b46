package shape

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"unicode"

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
//
// In words from right to left a cluster has one character. Where the face draws
// several as one, the drawing goes to the leftmost and the room is shared, since
// programs that read PDF disagree about the order of a cluster's characters.
type Cluster struct {
	Text    string // in reading order
	Glyphs  []Glyph
	Advance int
	Inner   bool // drawn as one with the character before it in reading order
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
	seed   = maphash.MakeSeed()
	shaped atomic.Int64
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
	shaped.Add(1)
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

// Words is how many words have been shaped, for measurements.
func Words() int64 { return shaped.Load() }

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
	if rightToLeft {
		w.share()
	}
	return w
}

// share parts clusters of several characters. Marks above and below take no room.
func (w *Word) share() {
	shared := make([]Cluster, 0, len(w.Clusters))
	for _, c := range w.Clusters {
		runes := []rune(c.Text)
		letters := 0
		for _, r := range runes {
			if !unicode.Is(unicode.Mn, r) {
				letters++
			}
		}
		drawn := false
		for i, n, k := 0, len(runes), 0; i < n; i++ {
			r := runes[n-1-i]
			part := Cluster{Text: string(r), Inner: i+1 < n}
			if !unicode.Is(unicode.Mn, r) || letters == 0 && i == 0 {
				part.Advance = c.Advance*(k+1)/max(letters, 1) - c.Advance*k/max(letters, 1)
				k++
			}
			if !drawn {
				part.Glyphs, drawn = c.Glyphs, true
			}
			shared = append(shared, part)
		}
	}
	w.Clusters = shared
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

// Fit is how many clusters, in reading order, are no wider than the width. What is
// drawn as one stays together; of that there is at least one if one is set.
func (w *Word) Fit(width int, rightToLeft, one bool) (fit int) {
	for n, used := 0, 0; n <= len(w.Clusters) && (used <= width || one && fit == 0); n++ {
		if n == len(w.Clusters) {
			return n
		}
		c := w.Clusters[n]
		if rightToLeft {
			c = w.Clusters[len(w.Clusters)-1-n]
		}
		if !c.Inner {
			fit = n
		}
		used += c.Advance
	}
	return fit
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
