package fonts

import (
	"os"
	"slices"
	"strings"
	"testing"

	"intikhab/test/need"
)

var all = []func() *Face{Nastaliq, NastaliqBold, Sans, SansBold}

// TestFaces: what the rest of the program relies on.
func TestFaces(t *testing.T) {
	for _, face := range all {
		f := face()
		if f.Ascent <= 0 || f.Descent <= 0 || f.CapHeight <= 0 || f.Glyphs() < 500 {
			t.Errorf("%s: ascent %d, descent %d, capitals %d, %d glyphs", f.Name, f.Ascent, f.Descent, f.CapHeight, f.Glyphs())
		}
		drawn := 0
		for g := range f.Glyphs() {
			bounds, ink := f.Bounds(g)
			segments := f.Segments(g)
			if ink != (len(segments) > 0) {
				t.Errorf("%s: glyph %d: ink %v, %d segments", f.Name, g, ink, len(segments))
			}
			if !ink {
				continue
			}
			drawn++
			if f.Bearing(g) != bounds[0] { // programs that draw move a glyph by the difference
				t.Errorf("%s: glyph %d: bearing %d, leftmost point %d", f.Name, g, f.Bearing(g), bounds[0])
			}
			for _, s := range segments {
				x, y := s.X1, s.Y1
				if s.Op == 'Q' {
					x, y = s.X2, s.Y2
				}
				if x < bounds[0]-2 || y < bounds[1]-2 || x > bounds[2]+2 || y > bounds[3]+2 {
					t.Errorf("%s: glyph %d: a point at %d,%d outside %v", f.Name, g, x, y, bounds)
					break
				}
			}
			for _, at := range Components(f.Outline(g)) {
				if part := u16(f.Outline(g), at); part >= f.Glyphs() {
					t.Errorf("%s: glyph %d has part %d", f.Name, g, part)
				}
			}
		}
		if drawn < f.Glyphs()*9/10 {
			t.Errorf("%s: only %d of %d glyphs draw anything", f.Name, drawn, f.Glyphs())
		}
	}
}

// TestSameAsPublished: taking the instructions out changed no glyph of Nastaliq, and
// gave none another number.
func TestSameAsPublished(t *testing.T) {
	for file, face := range map[string]func() *Face{"Regular": Nastaliq, "Bold": NastaliqBold} {
		path := "/usr/share/fonts/truetype/noto/NotoNastaliqUrdu-" + file + ".ttf"
		data, err := os.ReadFile(path)
		if err != nil {
			need.Missing(t, "%v: Debian's fonts-noto-core brings it", err)
		}
		published, err := parse("published", data)
		if err != nil {
			t.Fatal(err)
		}
		f := face()
		if f.Glyphs() != published.Glyphs() {
			t.Fatalf("%d glyphs, published %d", f.Glyphs(), published.Glyphs())
		}
		for g := range f.Glyphs() {
			if f.Advance(g) != published.Advance(g) || !slices.Equal(f.Segments(g), published.Segments(g)) {
				t.Errorf("%s: glyph %d is not as published", f.Name, g)
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	if _, err := parse("x", make([]byte, 12)); err == nil || !strings.Contains(err.Error(), "no table head") {
		t.Errorf("error %v", err)
	}
}

// TestLicence: the licence goes with the faces.
func TestLicence(t *testing.T) {
	text, err := os.ReadFile("OFL.txt")
	if err != nil || !strings.Contains(string(text), "SIL OPEN FONT LICENSE") {
		t.Errorf("OFL.txt: %v", err)
	}
}
