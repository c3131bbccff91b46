package chart

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"intikhab/platform/words"
)

func number(t interface{ Fatalf(string, ...any) }, text string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil {
		t.Fatalf("%q is no number", text)
	}
	return v
}

// Ensure that nothing is drawn outside the frame, whatever the figures are.
func TestDrawingIsWithinItsFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Float64Range(0, 1e9), rapid.SampledFrom([]float64{0, 1, -5, math.NaN(), math.Inf(1), 1e-9}))
		d := Data{}
		for range rapid.IntRange(0, 30).Draw(t, "names") {
			d.Names = append(d.Names, words.Plain("x"))
		}
		for range rapid.IntRange(0, 8).Draw(t, "series") {
			d.Series = append(d.Series, Series{Values: rapid.SliceOfN(value, len(d.Names), len(d.Names)).Draw(t, "values")})
		}
		for _, c := range []Chart{Columns(d), Stacked(d), Rows(d)} {
			rects := c.Rects
			for _, row := range c.Bars {
				rects = append(rects, row.Rects...)
			}
			for _, r := range rects {
				if r.Y != "" {
					if y, h := number(t, r.Y), number(t, r.H); y < 0 || y+h > Height+2 {
						t.Fatalf("%s: y %v, height %v", c.Sort, y, h)
					}
				}
				if x, w := number(t, r.X), number(t, r.W); x < 0 || x+w > 100.1+0.5*float64(len(d.Series)) {
					t.Fatalf("%s: x %v, width %v", c.Sort, x, w)
				}
				if r.Series < 1 || r.Series > mostSeries {
					t.Fatalf("series %d has no colour", r.Series)
				}
			}
		}
		for _, line := range Lines(d).Lines {
			for _, point := range strings.FieldsFunc(line.Path, func(r rune) bool { return r == 'M' || r == 'L' }) {
				x, y, _ := strings.Cut(point, " ")
				if v := number(t, x); v < 0 || v > 1000 {
					t.Fatalf("x %v", v)
				}
				if v := number(t, y); v < 0 || v > Height {
					t.Fatalf("y %v", v)
				}
			}
		}
	})
}

func TestGridIsRound(t *testing.T) {
	for highest, want := range map[float64]string{0: "1", 3: "1 2 3", 100: "50 100", 2240: "1,000 2,000 3,000", 0.07: "0.02 0.04 0.06 0.08", 73_000_000: "20,000,000 40,000,000 60,000,000 80,000,000"} {
		c := Columns(Data{Names: []words.Message{words.Plain("x")}, Series: []Series{{Values: []float64{highest}}}})
		var got []string
		for _, tick := range c.Grid {
			got = append(got, tick.Text.Name.En)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("up to %v: %v, want %s", highest, got, want)
		}
	}
}

// Ensure that columns are as high as their figures say, and stacks add up.
func TestHeights(t *testing.T) {
	d := Data{Names: []words.Message{words.Plain("a"), words.Plain("b")}, Series: []Series{{Values: []float64{100, 50}}, {Values: []float64{0, 50}}}}
	c := Columns(d)
	if c.Rects[0].H != "200.00" || c.Rects[0].Y != "0.00" || c.Rects[1].H != "100.00" || c.Rects[2].H != "0.00" {
		t.Errorf("columns %+v", c.Rects)
	}
	s := Stacked(d)
	if s.Rects[2].Y != "100.00" || s.Rects[3].Y != "0.00" || s.Rects[3].H != "100.00" {
		t.Errorf("stack %+v", s.Rects)
	}
	if got := s.At(d.Series[0], 7); got != "0" {
		t.Errorf("a figure that is not there is written %q", got)
	}
	if r := Rows(d); r.Bars[1].Rects[1].X != "50.00%" || r.Bars[1].Rects[1].W != "50.00%" {
		t.Errorf("rows %+v", r.Bars)
	}
}
