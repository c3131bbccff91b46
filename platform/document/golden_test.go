package document

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"intikhab/platform/document/fonts"
	"intikhab/platform/words"
	"intikhab/test/need"
)

var update = flag.Bool("update", false, "make the golden pictures anew; then look at them")

// drawn has pdftoppm draw the first page, or another that args name.
func drawn(t *testing.T, document []byte, args ...string) image.Image {
	t.Helper()
	out := filepath.Join(t.TempDir(), "page")
	run(t, poppler, "pdftoppm", append(append([]string{"-f", "1", "-l", "1"}, args...), "-singlefile", "-gray", "-png", saved(t, document), out)...)
	file, err := os.ReadFile(out + ".png")
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// blurred gives each dot as the mean of the nine around it: two versions of a program
// that draws differ by half a dot.
func blurred(p image.Image) (grey []int, width, height int) {
	b := p.Bounds()
	width, height = b.Dx(), b.Dy()
	grey = make([]int, width*height)
	at := func(x, y int) int {
		v, _, _, _ := p.At(b.Min.X+min(max(x, 0), width-1), b.Min.Y+min(max(y, 0), height-1)).RGBA()
		return int(v >> 8)
	}
	for y := range height {
		for x := range width {
			sum := 0
			for d := range 9 {
				sum += at(x+d%3-1, y+d/3-1)
			}
			grey[y*width+x] = sum / 9
		}
	}
	return grey, width, height
}

// differ is the share of dots, in millionths, that are clearly lighter or darker in
// one picture than in the other.
func differ(a, b image.Image) (int, error) {
	one, w1, h1 := blurred(a)
	other, w2, h2 := blurred(b)
	if w1 != w2 || h1 != h2 {
		return 0, fmt.Errorf("%d by %d dots, not %d by %d", w1, h1, w2, h2)
	}
	n := 0
	for i := range one {
		if d := one[i] - other[i]; d > 48 || d < -48 {
			n++
		}
	}
	return n * 1_000_000 / len(one), nil
}

// TestGolden: pages look as they did when somebody looked at them.
func TestGolden(t *testing.T) {
	for _, lang := range words.Languages {
		got := drawn(t, everything(t, lang), "-r", "75")
		name := filepath.Join("testdata", "everything-"+string(lang)+".png")
		if *update {
			var b bytes.Buffer
			if err := png.Encode(&b, got); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		want, err := png.Decode(file)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := differ(got, want); err != nil || n > 500 {
			t.Errorf("%s: %d millionths of the dots differ (%v); look, and make it anew with -update", name, n, err)
		}
	}
}

// TestGoldenSees: the comparison sees one letter that lies on the baseline instead of
// above it, as a shaper without Nastaliq's slope would put it.
func TestGoldenSees(t *testing.T) {
	page := func(text string) image.Image {
		return drawn(t, made(t, Options{Language: words.Urdu, Sheet: Size{300 * Point, 200 * Point}}, func(d *Document) { d.Paragraph(text) }), "-r", "75")
	}
	if n, err := differ(page("محمد صفدر علی"), page("محمد صفدر علی")); n != 0 || err != nil {
		t.Errorf("the same page differs by %d, %v", n, err)
	}
	if n, err := differ(page("محمد صفدر علی"), page("محمود صفدر علی")); n < 500 || err != nil {
		t.Errorf("another name differs by %d, %v", n, err)
	}
}

// TestLikeHarfBuzz: a name on a page has the ink that HarfBuzz's own program draws,
// so that what package shape found also comes through the fonts' subsets.
func TestLikeHarfBuzz(t *testing.T) {
	view := need.Program(t, "Debian's libharfbuzz-bin", "hb-view")
	face := filepath.Join(t.TempDir(), "face.ttf")
	if err := os.WriteFile(face, fonts.Nastaliq().Data, 0o600); err != nil {
		t.Fatal(err)
	}
	// No name with a tall kaf: hb-view cuts it off.
	for _, name := range []string{"محمد صفدر علی", "عبدالرحمٰن", "پیر سید محمد شاہ", "بلاول بھٹو زرداری", "نثار احمد چیمہ"} {
		out := filepath.Join(t.TempDir(), "view.png")
		if msg, err := exec.Command(view, "--language=ur", "--font-size=100", "--margin=60", "--output-file="+out, face, name).CombinedOutput(); err != nil {
			t.Fatalf("hb-view: %v\n%s", err, msg)
		}
		file, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		// 72 dots to the inch: a point is a dot, as for hb-view.
		ours := drawn(t, made(t, Options{Language: words.Urdu, Text: 50 * Point, Sheet: Size{500 * Point, 300 * Point}}, func(d *Document) { d.Paragraph(name) }), "-r", "144", "-H", "400")
		a, b := ink(theirs), ink(ours)
		if d := a.Bounds().Max.Sub(b.Bounds().Max); d.X < -1 || d.X > 1 || d.Y < -1 || d.Y > 1 {
			t.Errorf("%s: ink of %v, hb-view's of %v", name, b.Bounds().Max, a.Bounds().Max)
		}
		if n := strays(a, b) + strays(b, a); n > 0 {
			t.Errorf("%s: %d dots of ink have none within two dots in the other picture", name, n)
		}
	}
}

// strays counts the black dots of one picture near which the other is white. The two
// programs begin letters at different parts of a dot.
func strays(a, b *image.Gray) (n int) {
	size := a.Bounds().Max
	for y := range size.Y {
		for x := range size.X {
			if a.GrayAt(x, y).Y > 50 {
				continue
			}
			near := false
			for d := range 25 {
				p := image.Pt(x+d%5-2, y+d/5-2)
				near = near || p.In(b.Bounds()) && b.GrayAt(p.X, p.Y).Y < 200
			}
			if !near {
				n++
			}
		}
	}
	return n
}

// ink cuts a picture to what is drawn on it.
func ink(p image.Image) *image.Gray {
	var box image.Rectangle
	b := p.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if v, _, _, _ := p.At(x, y).RGBA(); v < 0x8000 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	out := image.NewGray(image.Rect(0, 0, box.Dx(), box.Dy()))
	for y := range box.Dy() {
		for x := range box.Dx() {
			out.Set(x, y, p.At(box.Min.X+x, box.Min.Y+y))
		}
	}
	return out
}
