package trace

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"math"
	"os"
	"slices"

	_ "golang.org/x/image/tiff"
)

// mostDots is how large a picture may be: a sheet of A3 at 600 dots to the inch.
const mostDots = 80_000_000

// Open reads a page from a PNG, JPEG or TIFF file (the first page of a TIFF). A PDF
// of a scan is first to be drawn by another program, as pdftoppm -r 300 -gray does.
func Open(path string) (image.Image, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	size, _, err := image.DecodeConfig(file)
	if errors.Is(err, image.ErrFormat) {
		return nil, fmt.Errorf("%s is no PNG, JPEG or TIFF picture: draw the page of a PDF with pdftoppm -r 300 -gray -png first", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > mostDots/size.Height {
		return nil, fmt.Errorf("%s has %d by %d dots: %d million are the most, scan the page at 300 to the inch", path, size.Width, size.Height, mostDots/1_000_000)
	}
	if _, err := file.Seek(0, 0); err != nil {
		return nil, err
	}
	page, _, err := image.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return page, nil
}

// Bounds of what is taken for a mark.
const (
	resolutions = 3
	tries       = resolutions * (candidates + 1) * 4 * tile * tile // ways to lay the tile on a page
	mostChance  = 1e-9
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
// bounds the probability that a page without a mark would have pointed at any of them.
func Among(page image.Image, key []byte, copies []uint32) ([]Reading, error) {
	c, err := newCode(key)
	if err != nil {
		return nil, err
	}
	for v := range votes(page) {
		var found []Reading
		for _, at := range c.placings(v) {
			for _, n := range copies {
				r := v.reading(n, at.likeness(c.word(n)), float64(len(copies)))
				if r.Chance <= mostChance && !slices.ContainsFunc(found, func(o Reading) bool { return o.Copy == n }) {
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
		// As if it were a whole sheet of A4, then a half, then a quarter of one: each
		// lattice may be a little larger or smaller than that says.
		for n := range resolutions {
			dpi := max(long/11.7, short/8.3) * math.Pow(1.6, float64(n))
			by := work / dpi
			if by > 4 {
				continue
			}
			g := whole.scaled(by).smoothed()
			specks := strongest(g.specks())
			if len(specks) < 40 {
				continue
			}
			for _, l := range lattices(specks, float64(max(g.width, g.height))+1) {
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

// A placing is a way to lay the tile, and what each bit of the word then sums to.
type placing struct {
	soft   [wordBits]float64
	energy float64
	length float64 // of all moves, as a vector
}

// likeness is between -1 and 1.
func (p *placing) likeness(word uint64) (sum float64) {
	if p.length == 0 {
		return 0
	}
	for b, s := range p.soft {
		sum += s * float64(bitSign(word, b))
	}
	return sum / (p.length * math.Sqrt(chips))
}

const bestPlacings = 4

// placings gives the ways to lay the tile in which the bits are clearest.
func (c *code) placings(t *tally) (best []placing) {
	for range 4 {
		var square float64
		for _, m := range t.moves {
			square += m[0]*m[0] + m[1]*m[1]
		}
		for shift := range tile * tile {
			p := placing{length: math.Sqrt(square)}
			for at, m := range t.moves {
				chip := 2 * ((at/tile+shift/tile)&(tile-1)*tile + (at+shift)&(tile-1))
				p.soft[c.bit[chip]] += m[0] * float64(c.mask[chip])
				p.soft[c.bit[chip+1]] += m[1] * float64(c.mask[chip+1])
			}
			for _, s := range p.soft {
				p.energy += math.Abs(s)
			}
			best = append(best, p)
		}
		slices.SortFunc(best, func(a, b placing) int { return cmp.Compare(b.energy, a.energy) })
		best = best[:bestPlacings]
		t = t.turned()
	}
	return best
}

const weakest = 12 // bits that may be wrong

// read gives the copy that a tally says.
func (c *code) read(t *tally) (Reading, bool) {
	for _, p := range c.placings(t) {
		var order [wordBits]int
		var word uint64
		for b, s := range p.soft {
			order[b] = b
			if s > 0 {
				word |= 1 << b
			}
		}
		slices.SortFunc(order[:], func(a, b int) int { return cmp.Compare(math.Abs(p.soft[a]), math.Abs(p.soft[b])) })
		for flips := range 1 << weakest {
			other := word
			for k := range weakest {
				other ^= uint64(flips>>k&1) << order[k]
			}
			n, ok := c.copyOf(other)
			if !ok {
				continue
			}
			if r := t.reading(n, p.likeness(other), math.Exp2(32)); r.Chance <= mostChance {
				return r, true
			}
		}
	}
	return Reading{}, false
}

// reading bounds the chance of a likeness. For one way to lay the tile and one copy
// the signs of the 512 moves are, to whoever has not the key, independent throws of a
// coin: Hoeffding's inequality bounds their sum with any numbers by exp(-z²/2), where
// z is the likeness times the root of 512. All ways and all copies are so many tries.
func (t *tally) reading(copy uint32, likeness, copies float64) Reading {
	chance := 1.
	if z := likeness * math.Sqrt(chips); z > 0 {
		chance = min(1, tries*copies*math.Exp(-z*z/2))
	}
	return Reading{Copy: copy, Chance: chance, Likeness: likeness, Dots: t.dots}
}
