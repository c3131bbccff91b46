// Package portrait is drawn pictures for people who do not exist, to stand where an
// electoral roll has photographs: head and shoulders without a face, in colours of the
// person's own, with the word SYNTHETIC below, so that nobody takes one for a photograph.
//
// The same person has the same pixels everywhere: whole numbers decide all of them.
// TestPixels shows it. The bytes of the file are those of the standard library's encoder
// and may change with it.
package portrait

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
)

// Size of a picture in pixels.
const (
	Width  = 168
	Height = 208
)

// quality makes files of three to five kilobytes.
const quality = 72

// Of is whom to draw. Key tells one person from another; which, does not matter.
type Of struct {
	Key   uint64
	Woman bool
	Age   int // years; hair turns grey
}

// JPEG draws a person as a JPEG file.
func JPEG(of Of) []byte {
	var b bytes.Buffer
	b.Grow(6 << 10)
	if err := jpeg.Encode(&b, Draw(of), &jpeg.Options{Quality: quality}); err != nil {
		panic(err) // a buffer takes everything, and the size is one that JPEG has
	}
	return b.Bytes()
}

// look is what tells one from another.
type look struct {
	back, skin, hair, dress, shade color.RGBA
	head                           ellipse
	hairline, shoulder             int
	beard, cap, weave              bool
}

type ellipse struct{ x, y, rx, ry int }

func (e ellipse) has(x, y int) bool {
	dx, dy := (x-e.x)*e.ry, (y-e.y)*e.rx
	return dx*dx+dy*dy <= e.rx*e.rx*e.ry*e.ry
}

var (
	backs  = []color.RGBA{{214, 226, 236, 255}, {226, 232, 220, 255}, {236, 228, 216, 255}, {222, 220, 234, 255}}
	skins  = []color.RGBA{{224, 188, 156, 255}, {206, 166, 130, 255}, {184, 142, 106, 255}, {160, 118, 86, 255}}
	hairs  = []color.RGBA{{34, 30, 30, 255}, {50, 38, 30, 255}, {66, 48, 36, 255}}
	cloths = []color.RGBA{{46, 84, 70, 255}, {84, 60, 96, 255}, {52, 70, 112, 255}, {120, 62, 58, 255}, {232, 230, 224, 255},
		{96, 104, 112, 255}, {140, 110, 60, 255}, {40, 110, 118, 255}}
	grey = color.RGBA{190, 188, 184, 255}
)

func lookOf(of Of) look {
	v := of.Key*0x9e3779b97f4a7c15 ^ 0xd6e8feb86659fd93
	draw := func(n int) int {
		v ^= v >> 29
		v *= 0xbf58476d1ce4e5b9
		v ^= v >> 32
		return int(v >> 16 % uint64(n))
	}
	l := look{back: backs[draw(len(backs))], skin: skins[draw(len(skins))], hair: hairs[draw(len(hairs))], dress: cloths[draw(len(cloths))]}
	l.shade = mix(l.dress, color.RGBA{0, 0, 0, 255}, 60)
	l.head = ellipse{Width/2 + draw(9) - 4, 84 + draw(7) - 3, 31 + draw(6), 40 + draw(6)}
	l.hairline, l.shoulder = 12+draw(9), 60+draw(12)
	if of.Age > 45 {
		l.hair = mix(l.hair, grey, min(256, (of.Age-45)*256/30))
	}
	if !of.Woman {
		l.shoulder += 8
		l.beard, l.cap = draw(5) < 2, draw(6) == 0
	}
	l.weave = draw(2) == 0
	return l
}

// mix gives a with so many of 256 parts of b.
func mix(a, b color.RGBA, parts int) color.RGBA {
	m := func(a, b uint8) uint8 { return uint8((int(a)*(256-parts) + int(b)*parts) / 256) }
	return color.RGBA{m(a.R, b.R), m(a.G, b.G), m(a.B, b.B), 255}
}

// Draw draws a person.
func Draw(of Of) *image.RGBA {
	l := lookOf(of)
	m := image.NewRGBA(image.Rect(0, 0, Width, Height))
	for y := range Height {
		for x := range Width {
			m.SetRGBA(x, y, l.at(of, x, y))
		}
	}
	stamp(m)
	return m
}

// at gives one pixel, from what is in front to what is behind.
func (l *look) at(of Of, x, y int) color.RGBA {
	h := l.head
	body := ellipse{h.x, Height + 6, l.shoulder, 84}
	neck := x > h.x-12 && x < h.x+12 && y > h.y && y < h.y+h.ry+16
	face := h.has(x, y)
	scarf := ellipse{h.x, h.y + 8, h.rx + 14, h.ry + 18}
	switch {
	case l.cap && y < h.y-h.ry+l.hairline && ellipse{h.x, h.y, h.rx + 3, h.ry + 5}.has(x, y):
		return l.shade
	case face && y < h.y-h.ry+l.hairline:
		return l.hair
	case face && l.beard && y > h.y+h.ry/3 && !(ellipse{h.x, h.y, h.rx - 7, h.ry - 9}).has(x, y):
		return l.hair
	case face:
		return l.skin
	case of.Woman && scarf.has(x, y), of.Woman && y > h.y && y < h.y+h.ry+40 && x > h.x-h.rx-14-(y-h.y)/6 && x < h.x+h.rx+14+(y-h.y)/6:
		if l.weave && (x+y)/4%5 == 0 {
			return mix(l.dress, l.back, 50)
		}
		return mix(l.dress, l.back, 30)
	case !of.Woman && !l.cap && y < h.y && ellipse{h.x, h.y - 5, h.rx + 3, h.ry + 3}.has(x, y):
		return l.hair
	case body.has(x, y):
		if abs(x-h.x) < 2+(y-h.y-h.ry)/12 {
			return l.shade
		}
		return l.dress
	case neck:
		return mix(l.skin, l.shade, 50)
	}
	return mix(l.back, color.RGBA{255, 255, 255, 255}, y*90/Height)
}

func abs(n int) int { return max(n, -n) }

// letters are those of SYNTHETIC: seven rows of five bits each.
var letters = map[rune][7]uint8{
	'S': {0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110},
	'Y': {0b10001, 0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b00100},
	'N': {0b10001, 0b11001, 0b10101, 0b10101, 0b10011, 0b10001, 0b10001},
	'T': {0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100},
	'H': {0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001},
	'E': {0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111},
	'I': {0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110},
	'C': {0b01111, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b01111},
}

// stamp writes SYNTHETIC along the lower edge.
func stamp(m *image.RGBA) {
	const word, dot, high = "SYNTHETIC", 2, 22
	for y := Height - high; y < Height; y++ {
		for x := range Width {
			m.SetRGBA(x, y, color.RGBA{250, 250, 250, 255})
		}
	}
	left := (Width - len(word)*7*dot) / 2
	for i, c := range word {
		for row, bits := range letters[c] {
			for col := range 5 {
				if bits>>(4-col)&1 == 0 {
					continue
				}
				for d := range dot * dot {
					m.SetRGBA(left+i*7*dot+col*dot+d%dot, Height-high+4+row*dot+d/dot, color.RGBA{120, 20, 20, 255})
				}
			}
		}
	}
}
