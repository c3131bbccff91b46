package trace

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"intikhab/platform/document"
	"intikhab/platform/words"
	"intikhab/test/need"
)

const poppler = "Debian's poppler-utils"

// names makes names in Urdu by chance from those that people have.
func names(t testing.TB, chance *rand.Rand) func() string {
	t.Helper()
	file, err := os.Open(need.Shared(t, "data", "names-pk", "name_tokens_urdu.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	tokens := rows[1:min(len(rows), 1500)]
	return func() string {
		return tokens[chance.IntN(200)][0] + " " + tokens[chance.IntN(len(tokens))][0]
	}
}

// roll is dense pages as a block's roll has them.
func roll(t testing.TB, o document.Options, pages int, seed uint64) []byte {
	t.Helper()
	chance := rand.New(rand.NewPCG(seed, 1))
	name := names(t, chance)
	o.Language, o.Text, o.Footer = words.Urdu, 9500, "فارم 28، حلقہ NA-125"
	var b bytes.Buffer
	if err := document.Write(&b, o, func(d *document.Document) error {
		for page := range pages {
			d.NewPage()
			d.Heading(2, fmt.Sprintf("انتخابی فہرست: حلقہ NA-125، شماریاتی بلاک کوڈ %09d", 123456000+page))
			table := d.Table(document.Column{Head: "سلسلہ", Width: 40 * document.Point, Align: document.Centre}, document.Column{Head: "نام"},
				document.Column{Head: "والد / شوہر کا نام"}, document.Column{Head: "پتہ"},
				document.Column{Head: "شناختی کارڈ نمبر", Width: 95 * document.Point}, document.Column{Head: "عمر", Width: 35 * document.Point, Align: document.Centre})
			for row := range 29 {
				table.Texts(strconv.Itoa(row+1), name(), name(), "مکان "+strconv.Itoa(chance.IntN(300))+"، محلہ "+name(),
					fmt.Sprintf("%05d-%07d-%d", chance.IntN(100000), chance.IntN(10000000), chance.IntN(10)), strconv.Itoa(18+chance.IntN(70)))
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// printed has the pages drawn by pdftoppm, with the options given.
func printed(t testing.TB, pdf []byte, args ...string) (pages []*grey) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "roll.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(need.Program(t, poppler, "pdftoppm"), append(args, "-png", file, filepath.Join(dir, "page"))...).CombinedOutput()
	if err != nil {
		t.Fatalf("pdftoppm: %v\n%s", err, out)
	}
	drawn, _ := filepath.Glob(filepath.Join(dir, "page*.png"))
	for _, path := range drawn {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, greyOf(p))
	}
	if len(pages) == 0 {
		t.Fatalf("pdftoppm drew nothing: %s", out)
	}
	return pages
}

func (g *grey) picture() *image.Gray {
	return &image.Gray{Pix: g.dots, Stride: g.width, Rect: image.Rect(0, 0, g.width, g.height)}
}

var theKey = []byte("a key that the commission keeps!")

// marked are the options for a copy.
func marked(t testing.TB, copy uint32) document.Options {
	t.Helper()
	dots, err := Mark(theKey, copy)
	if err != nil {
		t.Fatal(err)
	}
	return document.Options{Dots: dots, Mark: "نقل " + strings.Repeat(strconv.Itoa(int(copy)), 1)}
}

// BenchmarkMarked: what pages cost with the mark and without.
func BenchmarkMarked(b *testing.B) {
	for name, o := range map[string]document.Options{"with": marked(b, 1), "without": {Mark: "نقل 1"}} {
		b.Run(name, func(b *testing.B) {
			const pages = 100
			for b.Loop() {
				b.ReportMetric(float64(len(roll(b, o, pages, 1)))/pages, "bytes/page")
			}
			b.ReportMetric(float64(b.N*pages)/b.Elapsed().Seconds(), "pages/s")
		})
	}
}
