package trace

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/tiff"
	"pgregory.net/rapid"

	"intikhab/platform/document"
)

// drawn is a page with nothing on it but the dots of a copy, at a resolution.
func drawn(t testing.TB, key []byte, copy uint32, sheet document.Size, dpi float64) *grey {
	t.Helper()
	dots, err := Mark(key, copy)
	if err != nil {
		t.Fatal(err)
	}
	at := func(l document.Length) float64 { return float64(l) / 72000 * dpi }
	g := &grey{width: int(at(sheet.Width)), height: int(at(sheet.Height))}
	g.dots = bytes.Repeat([]byte{255}, g.width*g.height)
	for _, d := range dots(sheet) {
		g.disc(at(d.X), at(d.Y), at(d.Width)/2+0.5, 0)
	}
	return g
}

// TestReadsBack: any copy of any key is read from the dots alone, on any sheet and in
// any direction, and to any other key there is nothing.
func TestReadsBack(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 1))
	sheets := []document.Size{document.A4, document.Legal, document.A4.Turned(), {Width: 300 * document.Point, Height: 400 * document.Point}}
	for i, copy := range []uint32{0, 1, 1<<32 - 1, chance.Uint32(), chance.Uint32()} {
		key := randomKey(chance)[:leastKey+i]
		page := drawn(t, key, copy, sheets[i%len(sheets)], 150).quarter(i % 4)
		r, err := Read(page.picture(), key)
		if err != nil || r.Copy != copy || r.Likeness < 0.9 || r.Chance > 1e-20 {
			t.Errorf("copy %d: %+v, %v", copy, r, err)
		}
		if i > 1 {
			continue
		}
		if r, err := Read(page.picture(), append(slices.Clone(key), 1)); !errors.Is(err, ErrNoMark) {
			t.Errorf("with another key: %+v, %v", r, err)
		}
	}
}

// TestWords: the word of a copy holds, and one with any bit turned does not; the moves
// of a tile are about as often one way as the other.
func TestWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := newCode(rapid.SliceOfN(rapid.Byte(), leastKey, 64).Draw(t, "key"))
		if err != nil {
			t.Fatal(err)
		}
		copy := rapid.Uint32().Draw(t, "copy")
		var word uint64
		for i, s := range c.signs(copy) {
			if i < wordBits && s > 0 {
				word |= 1 << i
			}
		}
		if uint32(word) != copy || !c.holds(word) {
			t.Errorf("the word of %d is %x", copy, word)
		}
		if bit := rapid.IntRange(0, wordBits-1).Draw(t, "bit"); c.holds(word ^ 1<<bit) {
			t.Errorf("bit %d may be wrong", bit)
		}
		right := 0
		for _, m := range c.tile(copy) {
			right += int(m[0] + m[1])
		}
		if right > 150 || right < -150 {
			t.Errorf("%d of %d moves more are one way", right, moves)
		}
	})
}

// TestMark: the dots of a copy are the same each time, lie on the sheet, and differ
// from another copy's.
func TestMark(t *testing.T) {
	if _, err := Mark([]byte("short"), 1); !errors.Is(err, ErrKey) {
		t.Errorf("a short key: %v", err)
	}
	if _, err := Read(image.NewGray(image.Rect(0, 0, 1, 1)), nil); !errors.Is(err, ErrKey) {
		t.Errorf("no key: %v", err)
	}
	var all [2][]document.Dot
	for n := range all {
		dots, err := Mark(theKey, uint32(n))
		if err != nil {
			t.Fatal(err)
		}
		all[n] = dots(document.A4)
		if !slices.Equal(all[n], dots(document.A4)) {
			t.Error("the dots differ from time to time")
		}
		for _, d := range all[n] {
			if d.X < edge || d.Y < edge || d.X > document.A4.Width-edge+moved || d.Y > document.A4.Height-edge+moved || d.Width != width {
				t.Errorf("a dot at %v", d)
			}
		}
	}
	differ := 0
	for i := range all[0] {
		if all[0][i] != all[1][i] {
			differ++
		}
	}
	if n := len(all[0]); n < 2000 || n > 3000 || differ < n/4 {
		t.Errorf("%d dots, of which %d differ between two copies", n, differ)
	}
}

// TestOpen: a page is read from each kind of file, in colour too, and what cannot be
// read is refused with what to do.
func TestOpen(t *testing.T) {
	page := drawn(t, theKey, 99, document.A4, 150)
	colour := image.NewNRGBA(page.picture().Rect)
	mono := image.NewPaletted(page.picture().Rect, color.Palette{color.Black, color.White})
	for i, v := range page.dots {
		colour.Pix[4*i+3] = 255 - v // black, and else nothing at all
		mono.Pix[i] = v / 255
	}
	dir := t.TempDir()
	for name, write := range map[string]func(b *bytes.Buffer) error{
		"grey.png":   func(b *bytes.Buffer) error { return png.Encode(b, page.picture()) },
		"colour.png": func(b *bytes.Buffer) error { return png.Encode(b, colour) },
		"mono.png":   func(b *bytes.Buffer) error { return png.Encode(b, mono) },
		"page.jpg":   func(b *bytes.Buffer) error { return jpeg.Encode(b, page.picture(), nil) },
		"page.tif": func(b *bytes.Buffer) error {
			return tiff.Encode(b, page.picture(), &tiff.Options{Compression: tiff.Deflate})
		},
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := Read(p, theKey); err != nil || r.Copy != 99 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		if err := os.WriteFile(path, b.Bytes()[:b.Len()/2], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("a half of %s: %v", name, err)
		}
	}
	pdf := filepath.Join(dir, "scan.pdf")
	if err := os.WriteFile(pdf, []byte("%PDF-1.7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(pdf); err == nil || !strings.Contains(err.Error(), "pdftoppm") {
		t.Errorf("a PDF: %v", err)
	}
	// A PNG that says it has 100,000 by 100,000 dots.
	huge := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x00\x00\x00\x00\x38\x5f\x4b\x8f")
	if err := os.WriteFile(pdf, huge, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(pdf); err == nil || !strings.Contains(err.Error(), "are the most") && !strings.Contains(err.Error(), "checksum") {
		t.Errorf("a huge picture: %v", err)
	}
}

// FuzzRead: no picture makes the reader fall over, and none has a mark.
func FuzzRead(f *testing.F) {
	f.Add(uint16(1), uint16(1), []byte{0})
	f.Add(uint16(110), uint16(20), []byte{255, 255, 0, 255, 9})
	f.Add(uint16(64), uint16(100), []byte("dots"))
	page := drawn(f, theKey, 1, document.Size{Width: 100 * document.Point, Height: 100 * document.Point}, 150)
	f.Add(uint16(page.width), uint16(page.height), page.dots)
	f.Fuzz(func(t *testing.T, width, height uint16, dots []byte) {
		w, h := int(width)%120, int(height)%120
		p := image.NewGray(image.Rect(0, 0, w, h))
		for i := range p.Pix {
			if len(dots) > 0 {
				p.Pix[i] = dots[i%len(dots)]
			}
		}
		if r, err := Read(p, []byte("another key for fuzzing")); err == nil {
			t.Errorf("%d by %d dots are read as %+v", w, h, r)
		}
		if r, err := Among(p.SubImage(image.Rect(w/3, h/3, w, h)), []byte("another key for fuzzing"), []uint32{1, 2, 3}); err == nil {
			t.Errorf("%d by %d dots are read as %v", w, h, r)
		}
	})
}
