package console

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"intikhab/systems/voterinfo/statistics"
)

// columns is a series drawn as columns, one a day or an hour. Time runs from left
// to right in both languages, as on a clock.
type columns struct {
	Rects  []rect
	Ticks  []tick
	Top    string // what the highest column counts
	Peak   string // its name
	Values []columnValue
}

type rect struct {
	X, Y, W, H string
	Title      string
}

type tick struct {
	X    string
	Text string
}

type columnValue struct{ Name, Count string }

// plotHeight is that of the highest column, in pixels. Widths are parts of the
// page's, in percent.
const plotHeight = 160

var hoursOfDay = func() (names []string) {
	for h := range 24 {
		names = append(names, strconv.Itoa(h))
	}
	return names
}()

// newColumns draws the counts of a table with one dimension over all its possible
// names, so that an hour without questions is seen as a gap.
func newColumns(names []string, t statistics.Table) columns {
	count := make(map[string]uint64, len(t.Rows))
	for _, r := range t.Rows {
		count[r.Values[0]] += r.Questions
	}
	var c columns
	var top uint64
	for _, name := range names {
		if count[name] > top {
			top, c.Peak = count[name], name
		}
	}
	c.Top = group(top)
	step := 100 / float64(max(1, len(names)))
	gap := step / 8
	for i, name := range names {
		n := count[name]
		c.Values = append(c.Values, columnValue{name, group(n)})
		height := float64(n) / float64(max(1, top)) * plotHeight
		if n > 0 {
			height = max(height, 1.5) // one question is still seen
		}
		x := float64(i) * step
		c.Rects = append(c.Rects, rect{
			X: fixed(x+gap/2) + "%", Y: fixed(plotHeight - height), W: fixed(step-gap) + "%", H: fixed(height),
			Title: name + ": " + group(n),
		})
	}
	for _, i := range ticksAt(len(names)) {
		c.Ticks = append(c.Ticks, tick{X: fixed((float64(i)+0.5)*step) + "%", Text: short(names[i])})
	}
	return c
}

// ticksAt chooses up to eight columns, evenly apart, whose names are written.
func ticksAt(n int) (at []int) {
	every := max(1, (n+7)/8)
	for i := 0; i < n; i += every {
		at = append(at, i)
	}
	return at
}

// short leaves the year out of a day.
func short(name string) string {
	if len(name) == len(time.DateOnly) {
		return name[5:]
	}
	return name
}

func fixed(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// daysBetween names every day of a period.
func daysBetween(from, to string) (days []string) {
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return nil
	}
	for d := first; ; d = d.AddDate(0, 0, 1) {
		day := d.Format(time.DateOnly)
		if day > to || len(days) > mostDays {
			return slices.Clip(days)
		}
		days = append(days, day)
	}
}

// share is a part of the whole in percent, with a decimal.
func share(part, whole uint64) string {
	return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(max(1, whole)))
}
