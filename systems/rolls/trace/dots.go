package trace

import (
	"image"
	"image/color"
	"math"
)

// A grey is a picture in shades from 0, black, to 255.
type grey struct {
	width, height int
	dots          []uint8
}

// greyOf gives a picture's shades. What shines through is white.
func greyOf(p image.Image) *grey {
	b := p.Bounds()
	g := &grey{b.Dx(), b.Dy(), make([]uint8, b.Dx()*b.Dy())}
	var palette [256]uint8
	if p, ok := p.(*image.Paletted); ok {
		for i, c := range p.Palette[:min(len(p.Palette), 256)] {
			palette[i] = shade(color.RGBA64Model.Convert(c).(color.RGBA64))
		}
	}
	for y := range g.height {
		row := g.dots[y*g.width : (y+1)*g.width]
		switch p := p.(type) {
		case *image.Gray:
			copy(row, p.Pix[p.PixOffset(b.Min.X, b.Min.Y+y):])
		case *image.YCbCr:
			copy(row, p.Y[p.YOffset(b.Min.X, b.Min.Y+y):])
		case *image.Paletted: // as a scan in black and white is
			for x := range row {
				row[x] = palette[p.ColorIndexAt(b.Min.X+x, b.Min.Y+y)]
			}
		case image.RGBA64Image:
			for x := range row {
				row[x] = shade(p.RGBA64At(b.Min.X+x, b.Min.Y+y))
			}
		default:
			for x := range row {
				row[x] = shade(color.RGBA64Model.Convert(p.At(b.Min.X+x, b.Min.Y+y)).(color.RGBA64))
			}
		}
	}
	return g
}

// shade is how light a colour is, by ITU-R BT.601, before white.
func shade(c color.RGBA64) uint8 {
	white := uint32(0xffff - c.A)
	return uint8((19595*(uint32(c.R)+white) + 38470*(uint32(c.G)+white) + 7471*(uint32(c.B)+white)) >> 24)
}

// scaled gives the picture made larger or smaller: the mean of what comes together,
// or what lies between.
func (g *grey) scaled(by float64) *grey {
	out := &grey{width: max(int(float64(g.width)*by), 1), height: max(int(float64(g.height)*by), 1)}
	out.dots = make([]uint8, out.width*out.height)
	xs, ys := spans(out.width, g.width, by), spans(out.height, g.height, by)
	sums := make([]float32, g.width)
	for y := range out.height {
		clear(sums)
		for k, w := range ys[y].weights {
			for x, v := range g.dots[(ys[y].from+k)*g.width : (ys[y].from+k+1)*g.width] {
				sums[x] += w * float32(v)
			}
		}
		for x := range out.width {
			var sum float32
			for k, w := range xs[x].weights {
				sum += w * sums[xs[x].from+k]
			}
			out.dots[y*out.width+x] = uint8(sum + 0.5)
		}
	}
	return out
}

// A span is what one new dot is made of.
type span struct {
	from    int
	weights []float32
}

func spans(n, of int, by float64) []span {
	all := make([]span, n)
	for i := range all {
		middle, half := (float64(i)+0.5)/by, max(0.5, 0.5/by)
		from, to := max(int(math.Floor(middle-half)), 0), min(int(math.Ceil(middle+half)), of)
		from = min(from, of-1)
		var sum float32
		for k := from; k < max(to, from+1); k++ {
			w := float32(min(middle+half, float64(k+1)) - max(middle-half, float64(k)))
			all[i].weights = append(all[i].weights, max(w, 1e-6))
			sum += max(w, 1e-6)
		}
		for k := range all[i].weights {
			all[i].weights[k] /= sum
		}
		all[i].from = from
	}
	return all
}

// smoothed takes out what is smaller than a dot.
func (g *grey) smoothed() *grey {
	out := &grey{g.width, g.height, make([]uint8, len(g.dots))}
	across := make([]uint16, len(g.dots))
	for y := range g.height {
		row := y * g.width
		for x := range g.width {
			across[row+x] = uint16(g.dots[row+max(x-1, 0)]) + 2*uint16(g.dots[row+x]) + uint16(g.dots[row+min(x+1, g.width-1)])
		}
	}
	for y := range g.height {
		up, down := max(y-1, 0)*g.width, min(y+1, g.height-1)*g.width
		for x := range g.width {
			out.dots[y*g.width+x] = uint8((across[up+x] + 2*across[y*g.width+x] + across[down+x] + 8) / 16)
		}
	}
	return out
}

// A speck is a small dark place with nothing dark near it.
type speck struct{ x, y, weight float64 }

// Where a speck is looked for, in dots of the picture at the resolution of work.
const (
	work   = 200 // to the inch
	radius = 4   // of the ring that is to be empty: half a millimetre

	faintest = 0.10 // how much darker than all of its ring a speck is, at least
	full     = 0.35 // one so dark counts whole
)

// ring is a circle of places around one.
var ring = func() (all []image.Point) {
	for i := range 16 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 8)
		all = append(all, image.Pt(int(math.Round(radius*cos)), int(math.Round(radius*sin))))
	}
	return all
}()

// specks finds all that a picture has. A letter or a rule runs through the ring around
// its darkest places, and so is none.
func (g *grey) specks() (all []speck) {
	if g.width <= 2*radius || g.height <= 2*radius {
		return nil
	}
	at := func(x, y int) uint8 { return g.dots[y*g.width+x] }
	offsets := make([]int, len(ring))
	for i, p := range ring {
		offsets[i] = p.Y*g.width + p.X
	}
	for y := radius; y < g.height-radius; y++ {
	next:
		for x := radius; x < g.width-radius; x++ {
			i := y*g.width + x
			v := g.dots[i]
			if v > 230 || g.dots[i-1] < v || g.dots[i+1] <= v || g.dots[i-g.width] < v || g.dots[i+g.width] <= v ||
				g.dots[i-g.width-1] < v || g.dots[i-g.width+1] < v || g.dots[i+g.width-1] <= v || g.dots[i+g.width+1] <= v {
				continue
			}
			lightest, darkest := 0, 255
			for _, o := range offsets {
				r := int(g.dots[i+o])
				if r < int(v)+8 {
					continue next
				}
				lightest, darkest = max(lightest, r), min(darkest, r)
			}
			depth := float64(darkest-int(v)) / float64(lightest)
			if depth < faintest {
				continue
			}
			all = append(all, speck{
				x:      float64(x) + lowest(at(x-1, y), v, at(x+1, y)),
				y:      float64(y) + lowest(at(x, y-1), v, at(x, y+1)),
				weight: min(depth/full, 1),
			})
		}
	}
	return all
}

// lowest is where a parabola through three neighbours is lowest, from the middle one.
func lowest(a, b, c uint8) float64 {
	bend := float64(a) + float64(c) - 2*float64(b)
	if bend <= 0 {
		return 0
	}
	return min(max((float64(a)-float64(c))/(2*bend), -0.5), 0.5)
}
