package figures

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// Small is the number from which on a count is published. 0 is published too: that there
// is nobody tells of nobody.
const Small = 5

// hide decides which numbers are published. The counts of places (rows) and columns (list
// and age band) are not published themselves; forms are: sums over the places of an area
// and some columns. Hiding the small ones is not enough, since a hidden number can often be
// computed from its row, its column, the area around it, or the constituencies that make up
// the same district.
//
// The rule: for every small form there is a move, a change of a few counts by one such
// that no count falls below nobody, under which that form has another value. A form is
// published if no move of all those changes it. So whoever has everything that is
// published, and computes with it what he likes, has it alike from the true counts and
// from the moved ones: what a move changes can't be computed. What is fixed (the number of
// voters of the roll, which the ledger has) is changed by no move.
//
// Moves are chosen so that they hide little: voters of two places of one district are
// exchanged between two age bands before anything is hidden of the district.
type hide struct {
	columns int
	layers  [][]int64 // each of places × columns: all are moved alike
	areasOf [][]int   // of a place, by number
	placeOf [][]int   // of an area
	forms   []form
	byArea  [][]int // forms of an area
	fixed   []int   // forms that no move changes

	moves  []move
	hidden []bool
}

// form is the sum over the places of an area and a set of columns.
type form struct {
	area    int
	columns uint32
	weight  int64 // how much it costs to hide it
}

// step is a change of one count by one.
type step struct {
	place, column int
	by            int64
}

type move []step

func (h *hide) value(layer int, f *form) (sum int64) {
	for _, p := range h.placeOf[f.area] {
		for set := f.columns; set != 0; set &= set - 1 {
			sum += h.layers[layer][p*h.columns+bits.TrailingZeros32(set)]
		}
	}
	return sum
}

// small tells whether a form is to be hidden for its own sake.
func (h *hide) small(f *form) bool {
	for layer := range h.layers {
		if v := h.value(layer, f); v > 0 && v < Small {
			return true
		}
	}
	return false
}

// change is how a move changes a form.
func (h *hide) change(m move, f *form) (sum int64) {
	for _, s := range m {
		if f.columns>>s.column&1 == 1 && slices.Contains(h.areasOf[s.place], f.area) {
			sum += s.by
		}
	}
	return sum
}

// run hides forms. After it h.hidden says which.
func (h *hide) run() {
	h.hidden = make([]bool, len(h.forms))
	h.byArea = make([][]int, len(h.placeOf))
	for i := range h.forms {
		h.byArea[h.forms[i].area] = append(h.byArea[h.forms[i].area], i)
	}
	var targets []int
	for i := range h.forms {
		if h.small(&h.forms[i]) {
			targets = append(targets, i)
		}
	}
	slices.SortStableFunc(targets, func(a, b int) int { return cmp.Compare(h.forms[b].weight, h.forms[a].weight) })
	for _, t := range targets {
		if !h.hidden[t] {
			h.protect(t)
		}
	}
}

// protect finds the move that hides a form and least besides.
func (h *hide) protect(target int) {
	best, least := move(nil), int64(math.MaxInt64)
	h.candidates(target, func(m move) {
		if !h.possible(m) || h.change(m, &h.forms[target]) == 0 {
			return
		}
		for _, f := range h.fixed {
			if h.change(m, &h.forms[f]) != 0 {
				return
			}
		}
		if c := h.cost(m, least); c < least {
			best, least = slices.Clone(m), c
		}
	})
	if best == nil {
		return // it is what is fixed, under another name: no move exists, and all know it
	}
	h.moves = append(h.moves, best)
	h.changed(best, func(f int) { h.hidden[f] = true })
}

// possible tells whether a move, or its reverse, leaves all counts at nobody or more.
func (h *hide) possible(m move) bool {
	forth, back := true, true
	for _, s := range m {
		for _, layer := range h.layers {
			v := layer[s.place*h.columns+s.column]
			forth = forth && v+s.by >= 0
			back = back && v-s.by >= 0
		}
	}
	return forth || back
}

// changed gives the forms that a move changes, each once.
func (h *hide) changed(m move, f func(form int)) {
	var areas []int
	for _, s := range m {
		for _, a := range h.areasOf[s.place] {
			if !slices.Contains(areas, a) {
				areas = append(areas, a)
			}
		}
	}
	for _, a := range areas {
		// What a move does to an area is how it changes its columns.
		var by [32]int64
		any := false
		for _, s := range m {
			if slices.Contains(h.areasOf[s.place], a) {
				by[s.column] += s.by
			}
		}
		for _, n := range by {
			any = any || n != 0
		}
		if !any {
			continue
		}
		for _, i := range h.byArea[a] {
			sum := int64(0)
			for set := h.forms[i].columns; set != 0; set &= set - 1 {
				sum += by[bits.TrailingZeros32(set)]
			}
			if sum != 0 {
				f(i)
			}
		}
	}
}

func (h *hide) cost(m move, enough int64) (sum int64) {
	h.changed(m, func(i int) {
		if !h.hidden[i] {
			sum += h.forms[i].weight
		}
	})
	return sum
}

// How far candidates are looked for.
const (
	mostHere  = 3 // places of the area
	mostAlike = 4 // places to exchange with, of each degree of nearness
)

// candidates gives moves that may hide a form: exchanges of two columns between two
// places, of two columns in one place, and of one column between two places.
func (h *hide) candidates(target int, f func(move)) {
	t := &h.forms[target]
	for _, p := range h.here(t) {
		there := h.near(p, t.area)
		for c := range h.columns {
			if t.columns>>c&1 == 0 || !h.some(p, c) {
				continue
			}
			for d := range h.columns {
				if d == c {
					continue
				}
				f(move{{p, c, -1}, {p, d, 1}})
				for _, q := range there {
					f(move{{p, c, -1}, {p, d, 1}, {q, c, 1}, {q, d, -1}})
				}
			}
			for _, q := range there {
				f(move{{p, c, -1}, {q, c, 1}})
			}
			if len(h.fixed) == 0 {
				f(move{{p, c, 1}})
			}
		}
	}
}

func (h *hide) some(place, column int) bool {
	for _, layer := range h.layers {
		if layer[place*h.columns+column] > 0 {
			return true
		}
	}
	return false
}

// here are places of a form's area that have something of it, those with most first.
func (h *hide) here(f *form) (all []int) {
	one := func(p int) (n int64) {
		for set := f.columns; set != 0; set &= set - 1 {
			for _, layer := range h.layers {
				n += layer[p*h.columns+bits.TrailingZeros32(set)]
			}
		}
		return n
	}
	for _, p := range h.placeOf[f.area] {
		if one(p) > 0 {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(one(b), one(a)) })
	return all[:min(len(all), mostHere)]
}

// near are places that have many areas in common with one, some of each degree, and the
// nearest outside an area, if there is one.
func (h *hide) near(p, outside int) (some []int) {
	common := make([]int, len(h.areasOf))
	for _, a := range h.areasOf[p] {
		for _, q := range h.placeOf[a] {
			common[q]++
		}
	}
	order := make([]int, 0, len(common))
	for q := range common {
		if q != p {
			order = append(order, q)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(common[b], common[a]) })
	alike, out := 0, false
	for i, q := range order {
		if i > 0 && common[q] != common[order[i-1]] {
			alike = 0
		}
		alike++
		first := !out && !slices.Contains(h.areasOf[q], outside)
		if first || alike <= mostAlike {
			some = append(some, q)
		}
		out = out || first
	}
	return some
}
