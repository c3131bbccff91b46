package print

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/words"
	"intikhab/systems/rolls/trace"
)

var update = flag.Bool("update", false, "make the golden pictures anew; then look at them")

// drawn is a page as pdftoppm draws it.
func drawn(t testing.TB, path string, page, dpi int) image.Image {
	t.Helper()
	out, n := filepath.Join(t.TempDir(), "page"), strconv.Itoa(page)
	run(t, "pdftoppm", "-r", strconv.Itoa(dpi), "-f", n, "-l", n, "-singlefile", "-gray", "-png", path, out)
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

// differ is the share of dots, in millionths, that are clearly lighter or darker in one
// picture than in the other, each taken with the eight around it: two versions of a
// program that draws differ by half a dot.
func differ(a, b image.Image) int {
	size := a.Bounds().Size()
	if size != b.Bounds().Size() {
		return 1_000_000
	}
	mean := func(p image.Image, x, y int) (sum int) {
		for d := range 9 {
			v, _, _, _ := p.At(min(max(x+d%3-1, 0), size.X-1), min(max(y+d/3-1, 0), size.Y-1)).RGBA()
			sum += int(v >> 8)
		}
		return sum / 9
	}
	n := 0
	for y := range size.Y {
		for x := range size.X {
			if d := mean(a, x, y) - mean(b, x, y); d > 48 || d < -48 {
				n++
			}
		}
	}
	return n * 1_000_000 / (size.X * size.Y)
}

// TestGolden: pages look as they did when somebody looked at them.
func TestGolden(t *testing.T) {
	r := changed(block(t, 300))
	dots, err := trace.Mark([]byte("0123456789abcdef"), 17)
	if err != nil {
		t.Fatal(err)
	}
	copied := Options{Purpose: Candidate, Copy: Copy{17, "امیدوار، NA-117"}, Dots: dots}
	for _, c := range []struct {
		name        string
		lang        words.Language
		photographs bool
		o           Options
		list        geography.Gender
		page        int // from the end if below 1
	}{
		{"cover-ur", words.Urdu, false, copied, geography.Male, 1},
		{"list-ur", words.Urdu, false, Options{Purpose: Polling}, geography.Male, 2},
		{"photographs-ur", words.Urdu, true, copied, geography.Female, 2},
		{"photographs-en", words.English, true, Options{Purpose: Display}, geography.Female, 2},
		{"supplement-ur", words.Urdu, false, Options{Purpose: Polling}, geography.Male, 0},
		{"supplement-en", words.English, false, Options{Purpose: Polling}, geography.Male, 0},
	} {
		c.o.Language, c.o.Photographs = c.lang, c.photographs
		document, res := made(t, r, c.o, c.list)
		page := c.page
		if page < 1 {
			page += res.Pages
		}
		got := drawn(t, saved(t, document), page, 60)
		name := filepath.Join("testdata", c.name+".png")
		if *update {
			var b bytes.Buffer
			if err := png.Encode(&b, got); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if n := differ(got, want); n > 1000 {
			t.Errorf("%s: %d millionths of the dots differ; look, and make it anew with -update", name, n)
		}
	}
}

// BenchmarkPages: the pages of a block of 1,500 in Urdu: plain, as a candidate's copy
// with its marks, and with photographs. The clock's figure is of a machine shared with
// others, the other of the processors' time that it took.
func BenchmarkPages(b *testing.B) {
	r := block(b, 1500)
	dots, err := trace.Mark([]byte("0123456789abcdef"), 17)
	if err != nil {
		b.Fatal(err)
	}
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	for _, c := range []struct {
		name string
		o    Options
	}{
		{"plain", Options{}}, {"english", Options{Language: words.English}},
		{"copy", Options{Copy: Copy{17, "امیدوار"}, Dots: dots}}, {"photographs", Options{Copy: Copy{17, "امیدوار"}, Dots: dots, Photographs: true}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.o.Date, c.o.Qualifying = day, qualifying
			pages, before := 0, used()
			for b.Loop() {
				res, err := Write(io.Discard, r, c.o)
				if err != nil {
					b.Fatal(err)
				}
				pages += res.Pages
			}
			b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
			b.ReportMetric(float64(pages)/(used()-before).Seconds(), "pages/core-s")
		})
	}
}

// TestEveryPageIsMarked: the hidden mark is read back from every kind of page of a copy:
// its cover, a list, one with photographs, the last page, a supplement.
func TestEveryPageIsMarked(t *testing.T) {
	r := changed(block(t, 130))
	key := []byte("0123456789abcdef")
	dots, err := trace.Mark(key, 23)
	if err != nil {
		t.Fatal(err)
	}
	document, res := made(t, r, Options{Purpose: Candidate, Copy: Copy{23, "امیدوار"}, Dots: dots, Photographs: true})
	path := saved(t, document)
	for _, page := range []int{1, 2, res.Pages / 2, res.Pages - 1, res.Pages} {
		if got, err := trace.Read(drawn(t, path, page, 300), key); err != nil || got.Copy != 23 {
			t.Errorf("page %d of %d: copy %d, %v", page, res.Pages, got.Copy, err)
		}
	}
}
