package format

import (
	"cmp"
	"container/heap"
	"math/bits"
	"slices"
)

// Trainer counts what steps a roll's lists take and makes the code from it.
// A sample of the lists is enough: what the sample has not shown is spelled
// out, longer but never wrong.
type Trainer struct {
	steps               map[[2]int32]uint64
	additions, jumps    uint64
	householdBitLengths [33]uint64
}

// NewTrainer returns a trainer that has seen nothing.
func NewTrainer() *Trainer { return &Trainer{steps: map[[2]int32]uint64{}} }

// See counts one list, which is in the order of its serials.
func (t *Trainer) See(list []Voter) {
	var current, excess int64
	for i, v := range list {
		e, h := int64(v.Serial)-1-int64(i), int64(v.Household)
		step := h - current
		switch {
		case i == 0 || i%ChunkPlaces == 0:
			t.jumps++
			current = h
		case step < 0 || step > 1<<20 || addition(list, i, current) || int64(int32(e-excess)) != e-excess:
			t.additions++
		default:
			t.steps[[2]int32{int32(e - excess), int32(step)}]++
			current, excess = h, e
			continue
		}
		t.householdBitLengths[bits.Len32(v.Household)]++
		excess = e
	}
}

// addition tells whether the voter at i stands out of the list's household
// order: the next one goes back behind him, but not behind those before.
func addition(list []Voter, i int, current int64) bool {
	if i+1 == len(list) {
		return false
	}
	next := int64(list[i+1].Household)
	return next < int64(list[i].Household) && next >= current
}

// Code makes the code of what was seen.
func (t *Trainer) Code() (*Code, error) {
	type counted struct {
		Symbol
		n uint64
	}
	all := make([]counted, 0, len(t.steps)+2)
	for s, n := range t.steps {
		all = append(all, counted{Symbol{Kind: Step, Excess: s[0], Household: uint32(s[1])}, n})
	}
	slices.SortFunc(all, func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.Excess, b.Excess), cmp.Compare(a.Household, b.Household))
	})
	rest := uint64(0)
	for len(all) > maxSymbols-2 {
		rest += all[len(all)-1].n
		all = all[:len(all)-1]
	}
	all = append(all,
		counted{Symbol{Kind: Addition}, t.additions + rest + 1},
		counted{Symbol{Kind: Jump}, t.jumps + 1})
	counts, symbols := make([]uint64, len(all)), make([]Symbol, len(all))
	for i, c := range all {
		counts[i], symbols[i] = c.n, c.Symbol
	}
	for i, length := range codeLengths(counts) {
		symbols[i].Bits = length
	}
	return newCode(symbols, t.householdBits())
}

// householdBits chooses the width of a spelled-out household: one wider than
// it costs 32 bits more (the width's largest value announces it).
func (t *Trainer) householdBits() uint {
	best, bestCost := uint(32), uint64(0)
	for width := uint(1); width <= 32; width++ {
		cost := uint64(0)
		for length, n := range t.householdBitLengths {
			cost += n * uint64(width)
			if uint(length) > width {
				cost += n * 32
			}
		}
		if width == 1 || cost < bestCost {
			best, bestCost = width, cost
		}
	}
	return best
}

// codeLengths gives the word lengths of a Huffman code over the counts, none
// longer than MaxCodeBits: where one would be, the counts are made more alike
// and the code made again.
func codeLengths(counts []uint64) []uint8 {
	counts = slices.Clone(counts)
	for {
		lengths := huffman(counts)
		if slices.Max(lengths) <= MaxCodeBits {
			return lengths
		}
		for i := range counts {
			counts[i] = counts[i]/2 + 1
		}
	}
}

type node struct {
	count       uint64
	order       int // breaks ties, so that the same counts give the same code
	left, right *node
	symbol      int
}

type nodes []*node

func (h nodes) Len() int { return len(h) }
func (h nodes) Less(i, j int) bool {
	return h[i].count < h[j].count || h[i].count == h[j].count && h[i].order < h[j].order
}
func (h nodes) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *nodes) Push(x any)   { *h = append(*h, x.(*node)) }
func (h *nodes) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func huffman(counts []uint64) []uint8 {
	h := make(nodes, len(counts))
	for i, n := range counts {
		h[i] = &node{count: n, order: i, symbol: i}
	}
	heap.Init(&h)
	for order := len(counts); h.Len() > 1; order++ {
		a, b := heap.Pop(&h).(*node), heap.Pop(&h).(*node)
		heap.Push(&h, &node{count: a.count + b.count, order: order, left: a, right: b})
	}
	lengths := make([]uint8, len(counts))
	var walk func(n *node, depth uint8)
	walk = func(n *node, depth uint8) {
		if n.left == nil {
			lengths[n.symbol] = max(depth, 1)
			return
		}
		walk(n.left, depth+1)
		walk(n.right, depth+1)
	}
	walk(h[0], 0)
	return lengths
}
