package trace

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

var trials = flag.Int("trials", 0, "how many pages TestSurvival puts through every harm, as the table of the book has them; 0: one, and only through the harms that a change of the reader may not fail")

// usual is a page printed in black and white at 300 dots to the inch and scanned in
// grey on a flatbed, kept as a JPEG picture.
func usual(dpi float64) harm {
	return harm{dpi: dpi, turned: 3, stretched: 0.05, blur: 0.6, noise: 8, jpeg: 60}
}

func with(h harm, change func(h *harm)) harm {
	change(&h)
	return h
}

// The harms, and which part of the pages is to be read after each.
var harms = []struct {
	name   string
	steps  []harm // each a printing and a scan
	least  float64
	source string // how it was printed, of pdftoppm
	always bool   // also without -trials
}{
	{"the file itself, drawn at 150 dpi", nil, 1, "-r 150 -gray", true},
	{"the same at 200 dpi", nil, 1, "-r 200 -gray", false},
	{"the same at 300 dpi", nil, 1, "-r 300 -gray", false},
	{"the same at 600 dpi", nil, 1, "-r 600 -gray", false},
	{"printed, scanned at 300 dpi", []harm{usual(300)}, 1, "", true},
	{"printed, scanned at 200 dpi", []harm{usual(200)}, 1, "", false},
	{"printed, scanned at 150 dpi", []harm{usual(150)}, 1, "", false},
	{"printed by a finer printer (600 dpi), scanned at 200 dpi", []harm{usual(200)}, 1, "-r 600 -mono", false},
	{"printed, scanned at 100 dpi", []harm{usual(100)}, 0, "", false},
	{"scanned at 200 dpi, 30 % of the page cut off", []harm{with(usual(200), func(h *harm) { h.keep = 0.7 })}, 1, "", false},
	{"the same, and five lines drawn by hand", []harm{with(usual(200), func(h *harm) { h.keep, h.lines = 0.7, 5 })}, 1, "", true},
	{"a quarter of the page, 200 dpi", []harm{with(usual(200), func(h *harm) { h.keep = 0.25 })}, 0.5, "", false},
	{"a tenth of the page, 200 dpi", []harm{with(usual(200), func(h *harm) { h.keep = 0.1 })}, 0, "", false},
	{"200 dpi, strong noise", []harm{with(usual(200), func(h *harm) { h.noise = 20 })}, 1, "", false},
	{"200 dpi, out of focus", []harm{with(usual(200), func(h *harm) { h.blur = 1.3 })}, 1, "", false},
	{"200 dpi, 3,000 specks of dirt", []harm{with(usual(200), func(h *harm) { h.dirt = 3000 })}, 1, "", false},
	{"200 dpi, JPEG of quality 25", []harm{with(usual(200), func(h *harm) { h.jpeg = 25 })}, 1, "", false},
	{"photographed, sides 8 % unequal, uneven light", []harm{{dpi: 260, turned: 3, aslant: 0.08, blur: 1, noise: 8, shade: 0.5, jpeg: 80}}, 1, "", true},
	{"photographed, the paper in waves of 1 mm", []harm{{dpi: 260, turned: 3, aslant: 0.04, wavy: 1, blur: 1, noise: 8, shade: 0.3, jpeg: 80}}, 0, "", false},
	{"photographed on a dark table, two thirds of the picture's width", []harm{{dpi: 320, turned: 5, aslant: 0.04, table: 0.66, blur: 1, noise: 8, shade: 0.3, jpeg: 80}}, 1, "", false},
	{"black and white alone: 300 dpi, threshold in the middle", []harm{with(usual(300), func(h *harm) { h.threshold = 128 })}, 1, "", false},
	{"the same, at 200 dpi", []harm{with(usual(200), func(h *harm) { h.threshold = 128 })}, 1, "", false},
	{"copied in black and white, then scanned at 200 dpi", []harm{with(usual(300), func(h *harm) { h.threshold, h.jpeg = 128, 0 }), usual(200)}, 1, "", true},
	{"the same by a copier that draws thicker", []harm{with(usual(300), func(h *harm) { h.threshold, h.jpeg, h.thick = 128, 0, true }), usual(200)}, 1, "", false},
	{"the same by a copier that draws thinner", []harm{with(usual(300), func(h *harm) { h.threshold, h.jpeg, h.thin = 128, 0, true }), usual(200)}, 0, "", false},
	{"copied twice, then scanned at 200 dpi", []harm{with(usual(300), func(h *harm) { h.threshold, h.jpeg = 128, 0 }), with(usual(300), func(h *harm) { h.threshold, h.jpeg = 128, 0 }), usual(200)}, 0, "", false},
	{"copied in light setting (threshold 80), scanned at 200 dpi", []harm{with(usual(300), func(h *harm) { h.threshold, h.jpeg = 80, 0 }), usual(200)}, 0, "", false},
	{"fax (204 by 196 dpi, black and white)", []harm{with(usual(200), func(h *harm) { h.turned, h.threshold, h.jpeg = 1, 128, 0 })}, 0, "", false},
	{"photographed and sent by a messenger (1,600 dots high, JPEG of quality 70)", []harm{{dpi: 137, turned: 3, aslant: 0.04, blur: 0.7, noise: 6, shade: 0.3, jpeg: 70}}, 0, "", false},
	{"the same of half a page", []harm{{dpi: 137 * 1.41, turned: 3, aslant: 0.04, blur: 0.7, noise: 6, shade: 0.3, jpeg: 70, keep: 0.5}}, 0, "", false},
}

// TestSurvival puts dense pages through what happens to paper, and reads them. With
// -v -trials it logs the lines of the table in docs/trace.md.
func TestSurvival(t *testing.T) {
	copies := []uint32{17, 342}
	drawn := map[string][]*grey{}
	for n, h := range harms {
		if *trials == 0 && !h.always {
			continue
		}
		if h.source == "" {
			h.source = "-r 300 -mono"
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			if drawn[h.source] == nil {
				for i, copy := range copies {
					drawn[h.source] = append(drawn[h.source], printed(t, roll(t, marked(t, copy), 1, uint64(i)), strings.Fields(h.source)...)[0])
				}
			}
			var o outcome
			chance := rand.New(rand.NewPCG(2, uint64(n)))
			tries := max(*trials, 1)
			if h.steps == nil {
				tries = min(tries, len(copies))
			}
			for i := range tries {
				page := drawn[h.source][i%len(copies)]
				source := float64(page.height) / (841.89 / 72)
				for _, step := range h.steps {
					page = step.scan(t, page, source, chance)
					source = step.dpi
				}
				o.judge(t, page.quarter(chance.IntN(4)), copies[i%len(copies)])
			}
			clear := "– | –"
			if o.read > 0 {
				clear = fmt.Sprintf("%d | %.2f", o.dots/o.read, o.worst)
			}
			t.Logf("| %s | %d of %d | %d of %d | %s |", h.name, o.read, tries, o.pointed, tries, clear)
			if float64(o.read) < h.least*float64(tries) {
				t.Errorf("%s: %d of %d pages are read", h.name, o.read, tries)
			}
		})
	}
}

// An outcome is how many pages were read and pointed out, the dots found on those read,
// and the least likeness among them.
type outcome struct {
	read, pointed, dots int
	worst               float64
}

// judge reads a page. Nothing is worse than a page that is laid to another copy.
func (o *outcome) judge(t *testing.T, page *grey, copy uint32) {
	t.Helper()
	if r, err := Read(page.picture(), theKey); err == nil {
		if r.Copy != copy {
			t.Fatalf("copy %d read, not %d: %+v", r.Copy, copy, r)
		}
		if o.read == 0 || r.Likeness < o.worst {
			o.worst = r.Likeness
		}
		o.read++
		o.dots += r.Dots
	}
	var known []uint32
	for n := range uint32(500) {
		known = append(known, 1+n)
	}
	if among, err := Among(page.picture(), theKey, known); err == nil {
		if len(among) != 1 || among[0].Copy != copy {
			t.Fatalf("%v pointed out, not %d", among, copy)
		}
		o.pointed++
	}
}
