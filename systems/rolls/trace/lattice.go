package trace

import (
	"cmp"
	"math"
	"math/cmplx"
	"slices"
)

// A lattice tells for places of a picture which place of the dots' lattice they are:
// two polynomials, since paper is photographed aslant and lies in waves.
type lattice struct {
	half float64 // half of the picture's longer side: polynomials run from -1 to 1
	u, v []float64
}

// at gives the lattice's coordinates: whole numbers where a dot that is not moved
// would be.
func (l *lattice) at(x, y float64) (u, v float64) {
	var terms [mostTerms]float64
	fill(&terms, x/l.half-1, y/l.half-1)
	for i := range l.u {
		u += l.u[i] * terms[i]
		v += l.v[i] * terms[i]
	}
	return u, v
}

const mostTerms = 10 // of a polynomial of third degree in two unknowns

// fill gives a polynomial's terms, those of lower degree first.
func fill(t *[mostTerms]float64, x, y float64) {
	*t = [mostTerms]float64{1, x, y, x * x, x * y, y * y, x * x * x, x * x * y, x * y * y, y * y * y}
}

const (
	side           = 1024 // of the field of frequencies; the picture fills a half each way
	candidates     = 6    // lattices tried for one picture
	nearer, widest = 0.60, 1.70
)

// latticesOf gives those that a picture's specks may stand on, the likeliest first. The
// longer side of the picture has length dots. It looks for a wave along which specks
// come again and again, of about the right length, with another as long across it.
func latticesOf(specks []speck, length float64) (found []*lattice) {
	field := make([]complex128, side*side)
	scale := side / 2 / length
	for _, s := range specks {
		x, y := int(s.x*scale), int(s.y*scale)
		field[y*side+x] += complex(s.weight, 0)
	}
	transform2(field)
	strength := func(x, y int) float64 { return cmplx.Abs(field[(y&(side-1))*side+x&(side-1)]) }
	expected := pitch / 72000. * work * scale // a wave's length on the field
	most := side / expected * widest
	type peak struct {
		x, y   int
		height float64
	}
	var peaks []peak
	for y := -int(most); y <= int(most); y++ {
		for x := 1; x <= int(most); x++ {
			if r := math.Hypot(float64(x), float64(y)); y > x || y <= -x || r > most || r < side/expected*nearer {
				continue // the other three quarters are the same waves
			}
			if h := min(strength(x, y), strength(-y, x)); h > 0 {
				peaks = append(peaks, peak{x, y, h})
			}
		}
	}
	slices.SortFunc(peaks, func(a, b peak) int { return cmp.Compare(b.height, a.height) })
	var taken []peak
	for _, p := range peaks {
		if slices.ContainsFunc(taken, func(o peak) bool { return max(p.x-o.x, o.x-p.x, p.y-o.y, o.y-p.y) < 5 }) {
			continue
		}
		if taken = append(taken, p); len(taken) > candidates {
			break
		}
		unit := scale / side // waves to a dot of the picture
		f1 := sharpened(specks, wave{float64(p.x) * unit, float64(p.y) * unit}, unit)
		f2 := sharpened(specks, wave{-float64(p.y) * unit, float64(p.x) * unit}, unit)
		found = append(found, straight(f1, f2, length).laid(specks))
	}
	return found
}

// laid moves the lattice to the specks, more and more of it, as long as more of them
// stand where dots may.
func (l *lattice) laid(specks []speck) *lattice {
	best, most := l, 0
	for _, terms := range [...]int{1, 3, 6, 6, 10} {
		next := &lattice{l.half, l.u, l.v}
		next.follow(specks, terms)
		if n := next.tally(specks).dots; n > most {
			best, most = next, n
		}
		l = next
	}
	return best
}

// A wave is a frequency: how often it comes to a dot of the picture, each way.
type wave struct{ x, y float64 }

// sum is how well specks stand on a wave: its length, and where.
func (f wave) sum(specks []speck) (all complex128) {
	for _, s := range specks {
		sin, cos := math.Sincos(2 * math.Pi * (f.x*s.x + f.y*s.y))
		all += complex(s.weight*cos, s.weight*sin)
	}
	return all
}

// sharpened looks around a wave for the one that fits best.
func sharpened(specks []speck, f wave, step float64) wave {
	best := cmplx.Abs(f.sum(specks))
	for step /= 2; step > 1e-6; step /= 2 {
		for _, d := range [...]wave{{step, 0}, {-step, 0}, {0, step}, {0, -step}} {
			g := wave{f.x + d.x, f.y + d.y}
			if h := cmplx.Abs(g.sum(specks)); h > best {
				f, best = g, h
			}
		}
	}
	return f
}

// straight is the lattice of two waves; it may lie beside the dots.
func straight(f1, f2 wave, length float64) *lattice {
	l := &lattice{half: length / 2}
	of := func(f wave) []float64 { return []float64{(f.x + f.y) * l.half, f.x * l.half, f.y * l.half} }
	l.u, l.v = of(f1), of(f2)
	return l
}

// field is a part of the picture about six places wide, and where its specks stand on
// the lattice's two waves.
type field struct {
	x, y, n float64
	on      [2]complex128
	turn    [2]float64 // how far the lattice is to be moved there
	known   bool
}

const fieldPlaces = 6

// follow moves the lattice to where specks are, part by part of the picture, and lays
// polynomials of so many terms through what it found.
func (l *lattice) follow(specks []speck, terms int) {
	n := max(int(math.Ceil(2*math.Hypot(l.u[1], l.u[2])/fieldPlaces)), 1)
	n = min(n, 40)
	fields := make([]field, n*n)
	for _, s := range specks {
		f := &fields[min(int(s.y/(2*l.half)*float64(n)), n-1)*n+min(int(s.x/(2*l.half)*float64(n)), n-1)]
		u, v := l.at(s.x, s.y)
		for k, at := range [2]float64{u, v} {
			sin, cos := math.Sincos(2 * math.Pi * at)
			f.on[k] += complex(s.weight*cos, s.weight*sin)
		}
		f.x, f.y, f.n = f.x+s.x*s.weight, f.y+s.y*s.weight, f.n+s.weight
	}
	order := unrolled(fields, n)
	l.u, l.v = fitted(l, l.u, order, 0, terms), fitted(l, l.v, order, 1, terms)
}

// unrolled goes from the clearest field to its neighbours, the clearest first, and
// tells how far the lattice is to be moved in each: less than half a wave otherwise
// than in its neighbours.
func unrolled(fields []field, n int) (order []*field) {
	clearness := func(f *field) float64 {
		if f.n < 4 {
			return 0
		}
		return min(cmplx.Abs(f.on[0]), cmplx.Abs(f.on[1])) / math.Sqrt(f.n)
	}
	for {
		best, bestClear := -1, 1.2
		for i := range fields {
			if c := clearness(&fields[i]); !fields[i].known && c > bestClear && (len(order) == 0 || beside(fields, i, n) != nil) {
				best, bestClear = i, c
			}
		}
		if best < 0 {
			return order
		}
		f, near := &fields[best], beside(fields, best, n)
		for k := range f.on {
			f.turn[k] = cmplx.Phase(f.on[k]) / (2 * math.Pi)
			if near != nil {
				f.turn[k] += math.Round(near.turn[k] - f.turn[k])
			}
		}
		f.known = true
		order = append(order, f)
	}
}

// beside gives the known neighbour with the most specks.
func beside(fields []field, i, n int) (near *field) {
	x, y := i%n, i/n
	for _, d := range [...][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
		if a, b := x+d[0], y+d[1]; a >= 0 && a < n && b >= 0 && b < n {
			if f := &fields[b*n+a]; f.known && (near == nil || f.n > near.n) {
				near = f
			}
		}
	}
	return near
}

// fitted lays a polynomial through what the lattice should say in each field.
func fitted(l *lattice, old []float64, fields []*field, k, terms int) []float64 {
	if len(fields) < 3*terms {
		terms = min(terms, 3)
	}
	if len(fields) < 6 || terms == 1 { // move it alone
		moved := slices.Clone(old)
		var turn, n float64
		for _, f := range fields {
			turn, n = turn+f.turn[k]*f.n, n+f.n
		}
		if n > 0 {
			moved[0] -= turn / n
		}
		return moved
	}
	rows := make([][]float64, terms) // of the normal equations, with the right side
	for i := range rows {
		rows[i] = make([]float64, terms+1)
	}
	for _, f := range fields {
		x, y := f.x/f.n, f.y/f.n
		u, v := l.at(x, y)
		want := [2]float64{u, v}[k] - f.turn[k]
		var t [mostTerms]float64
		fill(&t, x/l.half-1, y/l.half-1)
		for i := range terms {
			for j := range terms {
				rows[i][j] += f.n * t[i] * t[j]
			}
			rows[i][terms] += f.n * t[i] * want
		}
	}
	if out := solved(rows); out != nil {
		return out
	}
	return old
}
