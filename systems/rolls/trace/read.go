package trace

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// zooms are how large a part of its sheet a picture may show, each way: the whole, then
// less of it, then more, as a page photographed on a table. A lattice may be by a half
// larger or smaller than that says.
var zooms = [...]float64{1, 1.6, 2.56, 0.65}

// How often a page is tried, which is what chance may hit.
const (
	lattices     = len(zooms) * (candidates + 1)
	bestPlacings = 4                           // of each quarter turn, to lay the tile
	looked       = lattices * 4 * bestPlacings // ways in which signatures are compared
	weakest      = 16                          // bits of a word that may be wrong
	mostChance   = 1e-6                        // of pointing at a copy that is not there
)

// Read gives the copy that a page was printed from. The page may lie in any direction.
// The error is ErrNoMark if there is no mark, or one of another key, or one that is lost.
func Read(page image.Image, key []byte) (Reading, error) {
	c, err := newCode(key)
	if err != nil {
		return Reading{}, err
	}
	for v := range votes(page) {
		if r, ok := c.read(v); ok {
			return r, nil
		}
	}
	return Reading{}, ErrNoMark
}

// Among gives those of the copies whose marks a page has, the clearest first: as
// Read, but it knows which copies there are. So it reads pages that are too damaged
// for Read, and finds both copies where somebody made one page of two. Chance then
// bounds the probability that any copy which is not on the page is pointed at.
func Among(page image.Image, key []byte, copies []uint32) ([]Reading, error) {
	c, err := newCode(key)
	if err != nil {
		return nil, err
	}
	signs := make([][wordBits + signature]int8, len(copies))
	for i, n := range copies {
		signs[i] = c.signs(n)
	}
	for v := range votes(page) {
		var found []Reading
		for _, p := range c.placings(v) {
			for i, n := range copies {
				r := p.reading(n, &signs[i], float64(looked)*float64(len(copies)))
				if r.Chance <= mostChance && !slices.ContainsFunc(found, func(o Reading) bool { return o.Copy == n }) {
					r.Dots = v.dots
					found = append(found, r)
				}
			}
		}
		if len(found) > 0 {
			slices.SortStableFunc(found, func(a, b Reading) int { return cmp.Compare(b.Likeness, a.Likeness) })
			return found, nil
		}
	}
	return nil, ErrNoMark
}

// A tally is what a page's dots say about each move of a tile, wherever it begins.
type tally struct {
	moves [tile * tile][2]float64
	dots  int
}

// votes counts what the page's dots say, for one lattice after the other.
func votes(page image.Image) func(yield func(*tally) bool) {
	return func(yield func(*tally) bool) {
		b := page.Bounds()
		if b.Dx() < 16 || b.Dy() < 16 || b.Dx() > mostDots/b.Dy() || max(b.Dx(), b.Dy()) > 40*min(b.Dx(), b.Dy()) {
			return
		}
		whole := greyOf(page)
		long, short := float64(max(b.Dx(), b.Dy())), float64(min(b.Dx(), b.Dy()))
		for _, zoom := range zooms {
			dpi := max(long/11.7, short/8.3) * zoom
			by := work / dpi
			if by > 4 {
				continue
			}
			g := whole.scaled(by).smoothed()
			specks := strongest(g.specks())
			if len(specks) < 40 {
				continue
			}
			for _, l := range latticesOf(specks, float64(max(g.width, g.height))+1) {
				if !yield(l.tally(specks)) {
					return
				}
			}
		}
	}
}

const mostSpecks = 12_000 // three times the dots of a page

func strongest(all []speck) []speck {
	if len(all) > mostSpecks {
		slices.SortFunc(all, func(a, b speck) int { return cmp.Compare(b.weight, a.weight) })
		all = all[:mostSpecks]
	}
	return all
}

// tally counts specks that stand where dots may.
func (l *lattice) tally(specks []speck) *tally {
	t := &tally{}
	for _, s := range specks {
		u, v := l.at(s.x, s.y)
		if math.Abs(u) > 1e6 || math.Abs(v) > 1e6 || u != u || v != v {
			continue
		}
		i, j := math.Round(u), math.Round(v)
		du, dv := u-i, v-j
		off := math.Hypot(math.Abs(du)-1./8, math.Abs(dv)-1./8) / 0.06
		if off > 2.5 {
			continue
		}
		w := s.weight * math.Exp(-off*off/2)
		at := &t.moves[(int(j)&(tile-1))*tile+int(i)&(tile-1)]
		at[0] += math.Copysign(w, du)
		at[1] += math.Copysign(w, dv)
		if off < 1.5 {
			t.dots++
		}
	}
	return t
}

// turned is the tally of the page turned by a quarter.
func (t *tally) turned() *tally {
	out := &tally{dots: t.dots}
	for j := range tile {
		for i := range tile {
			m := t.moves[j*tile+i]
			out.moves[i*tile+(-j)&(tile-1)] = [2]float64{-m[1], m[0]}
		}
	}
	return out
}

// A placing is a way to lay the tile, and what the page then says for each sign.
type placing struct {
	energy float64 // how clear the bits of the word are
	shift  int
	says   [wordBits + signature]float64
	length float64 // of all moves, as a vector
}

// reading tells how like the page is to a copy. To whoever has not the key the signs
// of a copy's signature are independent throws of a coin, whatever is on the page.
// Hoeffding's inequality bounds the sum of any numbers under such signs: it is z times
// their length, as a vector, by a chance of less than exp(-z²/2).
func (p *placing) reading(copy uint32, signs *[wordBits + signature]int8, tries float64) Reading {
	var all, proof, square float64
	for i, s := range p.says {
		all += s * float64(signs[i])
		if i >= wordBits {
			proof += s * float64(signs[i])
			square += s * s
		}
	}
	r := Reading{Copy: copy, Chance: 1}
	if all > 0 && proof > 0 {
		r.Likeness = all / (p.length * math.Sqrt(moves))
		r.Chance = min(1, tries*math.Exp(-proof*proof/square/2))
	}
	return r
}

// placings gives the ways to lay the tile in which the word's bits are clearest. They
// are chosen without the signature.
func (c *code) placings(t *tally) (all []placing) {
	for range 4 {
		var best []placing
		for shift := range tile * tile {
			p := placing{shift: shift}
			var word [wordBits]float64
			for at, m := range t.moves {
				chip := placed(at, shift)
				for k := range m {
					if n := c.says[chip+k]; n < wordBits {
						word[n] += m[k] * float64(c.mask[chip+k])
					}
				}
			}
			for _, s := range word {
				p.energy += math.Abs(s)
			}
			if len(best) == bestPlacings && best[bestPlacings-1].energy >= p.energy {
				continue
			}
			best = append(best, p)
			slices.SortFunc(best, func(a, b placing) int { return cmp.Compare(b.energy, a.energy) })
			best = best[:min(len(best), bestPlacings)]
		}
		for _, p := range best {
			for at, m := range t.moves {
				for k := range m {
					chip := placed(at, p.shift) + k
					p.says[c.says[chip]] += m[k] * float64(c.mask[chip])
				}
				p.length = math.Hypot(p.length, math.Hypot(m[0], m[1]))
			}
			all = append(all, p)
		}
		t = t.turned()
	}
	slices.SortFunc(all, func(a, b placing) int { return cmp.Compare(b.energy, a.energy) })
	return all
}

// placed is the first move of the tile's place that lies at a place of the tally.
func placed(at, shift int) int {
	return 2 * ((at/tile+shift/tile)&(tile-1)*tile + (at+shift)&(tile-1))
}

// read gives the copy that a tally says: its word holds, by one chance in 2 to the 32nd
// for each way to flip the weakest bits, and then its signature does.
func (c *code) read(t *tally) (Reading, bool) {
	for i, p := range c.placings(t) {
		most := 1 << weakest
		if i >= bestPlacings { // less likely, and not worth the time
			most >>= 4
		}
		var order [wordBits]int
		var plain uint64
		for b, s := range p.says[:wordBits] {
			order[b] = b
			if s > 0 {
				plain |= 1 << b
			}
		}
		slices.SortFunc(order[:], func(a, b int) int { return cmp.Compare(math.Abs(p.says[a]), math.Abs(p.says[b])) })
		for flips := range most {
			word := plain
			for k := range weakest {
				word ^= uint64(flips>>k&1) << order[k]
			}
			if !c.holds(word) {
				continue
			}
			n := uint32(word)
			signs := c.signs(n)
			if r := p.reading(n, &signs, float64(looked)*math.Exp2(weakest-32)); r.Chance <= mostChance {
				r.Dots = t.dots
				return r, true
			}
		}
	}
	return Reading{}, false
}
