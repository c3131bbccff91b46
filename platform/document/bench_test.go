package document

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"intikhab/platform/document/shape"
	"intikhab/platform/words"
)

// densePage is what the bar of 150 pages a second is about: a heading and a table of
// 31 rows by five columns in Urdu, as a page of an electoral roll has them.
func densePages(b *testing.B, pages int, name func(i int) string) {
	before := shape.Words()
	err := Write(io.Discard, Options{Language: words.Urdu, Title: "انتخابی فہرست", Text: 9500}, func(d *Document) error {
		for page := range pages {
			d.NewPage()
			d.Heading(2, fmt.Sprintf("انتخابی فہرست: حلقہ NA-125، شماریاتی بلاک کوڈ %09d", 123456000+page))
			t := d.Table(Column{Head: "سلسلہ", Width: 40 * Point, Align: Centre}, Column{Head: "نام"}, Column{Head: "والد / شوہر کا نام"},
				Column{Head: "شناختی کارڈ نمبر", Width: 95 * Point}, Column{Head: "عمر", Width: 35 * Point, Align: Centre})
			for row := range 31 {
				i := page*31 + row
				t.Texts(fmt.Sprint(i+1), name(2*i), name(2*i+1), fmt.Sprintf("%05d-%07d-%d", 35200+i%90, i*7919%10_000_000, i%10), fmt.Sprint(18+i%70))
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(shape.Words()-before)/float64(pages), "words-shaped/page")
}

// processorTime is what this process has used of all cores: unlike the clock it does
// not count what others on the machine do.
func processorTime(b *testing.B) time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

func benchmarkPages(b *testing.B, cold bool, name func(i int) string) {
	const pages = 190
	densePages(b, 1, name) // faces are read
	before := processorTime(b)
	for b.Loop() {
		if cold {
			shape.Forget()
		}
		densePages(b, pages, name)
	}
	b.ReportMetric(pages*float64(b.N)/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(pages*float64(b.N)/(processorTime(b)-before).Seconds(), "pages/core-s")
}

// BenchmarkPages: all names of the candidates of 2024, each once, with nothing known
// before; then again, with the words known; then words of which each is new.
func BenchmarkPages(b *testing.B) {
	names := realNames(b)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(names), func(i, k int) { names[i], names[k] = names[k], names[i] })
	real := func(i int) string { return names[i%len(names)] }
	b.Run("names", func(b *testing.B) { benchmarkPages(b, true, real) })
	b.Run("again", func(b *testing.B) { benchmarkPages(b, false, real) })
	chance := rand.New(rand.NewPCG(3, 4))
	letters := []rune("اابتجچحخدرزسشصعغفقکگلمنوہیی")
	b.Run("new", func(b *testing.B) {
		benchmarkPages(b, true, func(int) string {
			var s strings.Builder
			for n := range 11 {
				if n == 5 {
					s.WriteByte(' ')
				} else {
					s.WriteRune(letters[chance.IntN(len(letters))])
				}
			}
			return s.String()
		})
	})
}
