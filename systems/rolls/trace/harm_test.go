package trace

import (
	"bytes"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"
)

// A harm is what a printed page goes through before it is read. The zero value is a
// flawless scan at 300 dots to the inch.
type harm struct {
	dpi         float64 // of the scan; 300 if zero
	turned      float64 // degrees, at most so many either way
	stretched   float64 // a part, at most so much either way
	aslant      float64 // a side of the page is so much shorter, for whoever photographs it
	wavy        float64 // mm that paper in waves moves what is on it
	blur        float64 // of the scan, in its dots
	noise       float64 // of shades
	dirt        int     // specks of dirt, as large as dots and larger
	shade       float64 // how much darker one side of a photograph is
	jpeg        int     // quality; 0: none
	lines       int     // drawn by hand
	table       float64 // what the page fills of a photograph, each way, on a dark table; 0: all
	keep        float64 // what is left of the page, a part of its area; 0: all
	threshold   int     // black below it and white else: a copier without greys; 0: none
	thin, thick bool    // the copier draws all a little thinner, or thicker
}

// scan gives the page after the harm. source is its resolution.
func (h harm) scan(t testing.TB, page *grey, source float64, chance *rand.Rand) *grey {
	t.Helper()
	if h.dpi == 0 {
		h.dpi = 300
	}
	either := func(most float64) float64 { return most * (2*chance.Float64() - 1) }
	sin, cos := math.Sincos(either(h.turned) * math.Pi / 180)
	by := source / h.dpi / (1 + either(h.stretched))
	out := &grey{width: int(float64(page.width) / source * h.dpi), height: int(float64(page.height) / source * h.dpi)}
	out.dots = make([]uint8, out.width*out.height)
	slantX, slantY := either(h.aslant), either(h.aslant)
	wave, phase := h.wavy/25.4*source, chance.Float64()*6
	if h.table > 0 {
		by /= h.table
	}
	left, top, keepX, keepY := 0., 0., float64(out.width), float64(out.height)
	if h.keep > 0 {
		f := math.Sqrt(h.keep)
		left, top = chance.Float64()*keepX*(1-f), chance.Float64()*keepY*(1-f)
		keepX, keepY = keepX*f, keepY*f
	}
	const per = 2 // places each way that one dot of the scan is the mean of
	for y := range out.height {
		for x := range out.width {
			var sum float64
			for k := range per * per {
				px := float64(x) + (float64(k%per)+0.5)/per - float64(out.width)/2
				py := float64(y) + (float64(k/per)+0.5)/per - float64(out.height)/2
				w := 1 + slantX*px/float64(out.width) + slantY*py/float64(out.height)
				px, py = px/w, py/w
				sx, sy := (px*cos-py*sin)*by+float64(page.width)/2, (px*sin+py*cos)*by+float64(page.height)/2
				if wave != 0 {
					sx += wave * math.Sin(3*sy/float64(page.height)*2*math.Pi+phase)
				}
				if h.table > 0 && (sx < 0 || sy < 0 || sx >= float64(page.width) || sy >= float64(page.height)) {
					sum += 60
					continue
				}
				sum += page.between(sx-0.5, sy-0.5)
			}
			out.dots[y*out.width+x] = uint8(sum/per/per + 0.5)
		}
	}
	for range h.lines {
		out.line(chance, h.dpi)
	}
	for range h.dirt {
		x, y, r := chance.IntN(out.width), chance.IntN(out.height), h.dpi/25.4*(0.05+0.15*chance.Float64())
		out.disc(float64(x), float64(y), r, 60)
	}
	out = out.blurred(h.blur)
	for i := range out.dots {
		v := 25 + float64(out.dots[i])*(238-25)/255 // ink is not black, paper not white
		if h.shade > 0 {
			v *= 1 - h.shade*float64(i%out.width)/float64(out.width)
		}
		out.dots[i] = uint8(min(max(v+h.noise*chance.NormFloat64(), 0), 255))
	}
	if h.keep > 0 {
		out = out.part(int(left), int(top), int(keepX), int(keepY))
	}
	if h.threshold > 0 {
		out = out.copied(h)
	}
	if h.jpeg > 0 {
		out = out.packed(t, h.jpeg)
	}
	return out
}

// between gives the shade at a place between dots; white beside the page.
func (g *grey) between(x, y float64) float64 {
	i, j := int(math.Floor(x)), int(math.Floor(y))
	if i < 0 || j < 0 || i+1 >= g.width || j+1 >= g.height {
		return 255
	}
	x, y = x-float64(i), y-float64(j)
	at := j*g.width + i
	return (float64(g.dots[at])*(1-x)+float64(g.dots[at+1])*x)*(1-y) + (float64(g.dots[at+g.width])*(1-x)+float64(g.dots[at+g.width+1])*x)*y
}

func (g *grey) disc(x, y, r float64, shade uint8) {
	for j := max(int(y-r), 0); j <= min(int(y+r), g.height-1); j++ {
		for i := max(int(x-r), 0); i <= min(int(x+r), g.width-1); i++ {
			if math.Hypot(float64(i)-x, float64(j)-y) <= r {
				g.dots[j*g.width+i] = min(g.dots[j*g.width+i], shade)
			}
		}
	}
}

// line draws one as a pen does, over most of the page.
func (g *grey) line(chance *rand.Rand, dpi float64) {
	x, y, to := chance.Float64()*float64(g.width), chance.Float64()*float64(g.height), chance.Float64()*6
	for range 6 * g.width {
		to += 0.004 * chance.NormFloat64()
		x, y = x+0.5*math.Cos(to), y+0.5*math.Sin(to)
		g.disc(x, y, dpi/25.4*0.3, 70)
	}
}

func (g *grey) blurred(sigma float64) *grey {
	if sigma == 0 {
		return g
	}
	var weights []float64
	var all float64
	n := int(3*sigma) + 1
	for i := -n; i <= n; i++ {
		weights = append(weights, math.Exp(-float64(i*i)/(2*sigma*sigma)))
		all += weights[len(weights)-1]
	}
	out := &grey{g.width, g.height, make([]uint8, len(g.dots))}
	sums := make([]float64, len(g.dots))
	for k, w := range weights { // up and down, with the edge's row beyond the edge
		for y := range g.height {
			from := min(max(y+k-n, 0), g.height-1) * g.width
			for x, v := range g.dots[from : from+g.width] {
				sums[y*g.width+x] += w * float64(v)
			}
		}
	}
	for y := range g.height {
		row := sums[y*g.width : (y+1)*g.width]
		for x := range row {
			var sum float64
			for k, w := range weights {
				sum += w * row[min(max(x+k-n, 0), g.width-1)]
			}
			out.dots[y*g.width+x] = uint8(sum/all/all + 0.5)
		}
	}
	return out
}

func (g *grey) part(left, top, width, height int) *grey {
	out := &grey{width: width, height: height}
	for y := range height {
		out.dots = append(out.dots, g.dots[(top+y)*g.width+left:][:width]...)
	}
	return out
}

// copied is what a copier makes that knows black and white alone.
func (g *grey) copied(h harm) *grey {
	out := &grey{g.width, g.height, make([]uint8, len(g.dots))}
	for i, v := range g.dots {
		if int(v) >= h.threshold {
			out.dots[i] = 255
		}
	}
	if !h.thin && !h.thick {
		return out
	}
	spread := &grey{g.width, g.height, make([]uint8, len(g.dots))}
	for y := range g.height {
		for x := range g.width {
			v := out.dots[y*g.width+x]
			right, down := out.dots[y*g.width+min(x+1, g.width-1)], out.dots[min(y+1, g.height-1)*g.width+x]
			if h.thin {
				v = max(v, right, down)
			} else {
				v = min(v, right, down)
			}
			spread.dots[y*g.width+x] = v
		}
	}
	return spread
}

func (g *grey) packed(t testing.TB, quality int) *grey {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, g.picture(), &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	p, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return greyOf(p)
}

// quarter turns the picture by quarters.
func (g *grey) quarter(times int) *grey {
	for range times {
		out := &grey{g.height, g.width, make([]uint8, len(g.dots))}
		for y := range g.height {
			for x := range g.width {
				out.dots[x*out.width+g.height-1-y] = g.dots[y*g.width+x]
			}
		}
		g = out
	}
	return g
}
