// Package chart is the drawing of figures as columns, lines and stacks: SVG made by
// the server, styled by classes (a page's policy allows no style within it), beside a
// table that holds the same figures for whoever does not see them or wants to copy
// them. Colours only repeat what the legend and the table say. See
// TestDrawingIsWithinItsFrame, and the page /design/charts.
//
// Time runs from left to right in both languages, as on a clock. Figures below zero
// are not drawn: what an election counts is never less than nothing.
package chart

import (
	"math"
	"strconv"
	"strings"

	"intikhab/platform/words"
)

// A Series is one row of figures, a figure for each name on the axis.
type Series struct {
	Name   words.Message
	Values []float64
}

// A Data is what is drawn. Title must be set.
type Data struct {
	Title  words.Message
	Axis   words.Message // what the names are: day, district
	Names  []words.Message
	Series []Series
	Places int // digits behind the point
}

// A Chart is the view of the template "chart".
type Chart struct {
	Data
	Sort   string // columns, line, stacked, rows
	Rects  []Rect
	Bars   []Row // of a chart of rows
	Lines  []Line
	Grid   []Tick // from the bottom up
	Ticks  []Tick // of the names
	Beside int    // pixels that the figures beside the grid need
	Open   bool   // the table stands open: it is short
}

// A Rect is one column, or one part of a stack. X and W are parts of the width.
type Rect struct {
	X, Y, W, H string
	Series     int // from 1
	Name       words.Message
	Value      string
}

// A Line is one series as a path over a frame of 1000 by Height.
type Line struct {
	Path   string
	Series int
}

// A Tick is a text on an axis.
type Tick struct {
	At   string
	Text words.Message
}

// Height is that of the drawing, in pixels; Foot is what the names have below it.
const (
	Height = 200
	Foot   = 30
)

// mostSeries is how many series have a colour of their own.
const mostSeries = 6

// Columns draws one column for each name; with several series, side by side.
func Columns(d Data) Chart {
	c, top := begin(d, "columns", peak(d))
	step := 100 / float64(max(1, len(d.Names)))
	width := step * 0.8 / float64(max(1, len(d.Series)))
	for s, series := range d.Series {
		for i, v := range series.Values {
			c.Rects = append(c.Rects, c.rect(s, i, step*float64(i)+step*0.1+width*float64(s), width, 0, v, top))
		}
	}
	return c
}

// Stacked draws for each name one column in which the series stand on each other.
func Stacked(d Data) Chart {
	highest := 0.0
	for i := range d.Names {
		highest = max(highest, sum(d, i))
	}
	c, top := begin(d, "stacked", highest)
	step := 100 / float64(max(1, len(d.Names)))
	for i := range d.Names {
		below := 0.0
		for s, series := range d.Series {
			v := at(series, i)
			c.Rects = append(c.Rects, c.rect(s, i, step*float64(i)+step*0.1, step*0.8, below, v, top))
			below += v
		}
	}
	return c
}

// Lines draws one line for each series.
func Lines(d Data) Chart {
	c, top := begin(d, "line", peak(d))
	step := 1000 / float64(max(1, len(d.Names)))
	for s, series := range d.Series {
		var path strings.Builder
		for i := range min(len(series.Values), len(d.Names)) {
			mark := "L"
			if i == 0 {
				mark = "M"
			}
			path.WriteString(mark + fixed(step*(float64(i)+0.5)) + " " + fixed(Height-at(series, i)/top*Height))
		}
		c.Lines = append(c.Lines, Line{path.String(), s%mostSeries + 1})
	}
	return c
}

// Rows draws for each name one row, from side to side, in which the series follow on
// each other: for names that are words. The drawing is its own table.
func Rows(d Data) Chart {
	c := Chart{Data: d, Sort: "rows"}
	highest := 0.0
	for i := range d.Names {
		highest = max(highest, sum(d, i))
	}
	for i := range d.Names {
		x := 0.0
		row := Row{Name: d.Names[i]}
		for s, series := range d.Series {
			v := at(series, i)
			width := 100 * v / max(highest, 1e-9)
			if v > 0 {
				width = max(width, 0.5)
			}
			row.Rects = append(row.Rects, Rect{X: fixed(x) + "%", W: fixed(width) + "%", Series: s%mostSeries + 1})
			row.Values = append(row.Values, c.Write(v))
			x += width
		}
		c.Bars = append(c.Bars, row)
	}
	return c
}

// A Row is one name of a chart of rows.
type Row struct {
	Name   words.Message
	Rects  []Rect
	Values []string
}

func sum(d Data, i int) (total float64) {
	for _, s := range d.Series {
		total += at(s, i)
	}
	return total
}

// begin draws the frame: a grid of round figures, and up to eight names.
func begin(d Data, sort string, highest float64) (Chart, float64) {
	c := Chart{Data: d, Sort: sort, Open: len(d.Names) <= 12}
	step := round(highest / 4)
	top := step * max(1, math.Ceil(highest/step-1e-9))
	for v := step; v <= top+step/2; v += step {
		text := words.Plain(words.Decimal(words.English, v, places(step)))
		c.Grid = append(c.Grid, Tick{fixed(Height - v/top*Height), text})
	}
	for _, tick := range c.Grid {
		c.Beside = max(c.Beside, 12+9*len(tick.Text.Name.En))
	}
	every := max(1, (len(d.Names)+7)/8)
	for i := 0; i < len(d.Names); i += every {
		c.Ticks = append(c.Ticks, Tick{fixed((float64(i)+0.5)*100/float64(len(d.Names))) + "%", d.Names[i]})
	}
	return c, top
}

// round is the next figure of 1, 2, 5, 10, … above v, and no fraction of a whole
// unless all is below one.
func round(v float64) float64 {
	if v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5, 10} {
		if m*power >= v*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

func places(step float64) int {
	return int(max(0, math.Ceil(-math.Log10(step)-1e-9)))
}

func (c *Chart) rect(series, i int, x, width, below, v, top float64) Rect {
	v = clean(v)
	height := v / top * Height
	if v > 0 {
		height = max(height, 1.5) // one is still seen
	}
	r := Rect{X: fixed(x) + "%", W: fixed(width) + "%", H: fixed(height), Y: fixed(max(0, Height-below/top*Height-height)),
		Series: series%mostSeries + 1, Value: c.Write(v)}
	if i < len(c.Names) {
		r.Name = c.Names[i]
	}
	return r
}

// Write writes one figure as the table has it.
func (c Chart) Write(v float64) string { return words.Decimal(words.English, v, c.Places) }

// At is the figure of a series at a name, for the table.
func (c Chart) At(s Series, i int) string { return c.Write(at(s, i)) }

// Mark is the number of a series' colour.
func (c Chart) Mark(i int) int { return i%mostSeries + 1 }

func at(s Series, i int) float64 {
	if i >= len(s.Values) {
		return 0
	}
	return clean(s.Values[i])
}

func clean(v float64) float64 {
	if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

func peak(d Data) float64 {
	highest := 0.0
	for _, s := range d.Series {
		for i := range s.Values {
			highest = max(highest, at(s, i))
		}
	}
	return highest
}

func fixed(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
