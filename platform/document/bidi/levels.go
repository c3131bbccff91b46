// Package bidi is the order of a line in which Urdu and English stand together:
// the Unicode Bidirectional Algorithm (UAX #9) with embeddings, overrides,
// isolates and paired brackets. golang.org/x/text/unicode/bidi gives each
// character's class; its paragraphs are not used, since they give directions
// without levels. TestConformance runs the two files of tests that Unicode
// publishes with the algorithm, BidiTest.txt and BidiCharacterTest.txt.
package bidi

import "golang.org/x/text/unicode/bidi"

// Auto asks for the paragraph's level to be taken from its first strong letter
// (rules P2, P3).
const Auto = -1

// maxDepth is the deepest level that an embedding may open (BD2).
const maxDepth = 125

// Levels gives the level of each rune of one paragraph and that of the paragraph:
// even is left to right, odd right to left. base is 0, 1 or Auto. Characters that
// rule X9 removes (embeddings, overrides, boundary neutrals) get the level of the
// rune before them. Rule L1 is applied as if the text were one line.
func Levels(text []rune, base int) ([]uint8, uint8) {
	p := &paragraph{runes: text, original: make([]bidi.Class, len(text))}
	seen := 0 // a bit a class
	for i, r := range text {
		properties, _ := bidi.LookupRune(r)
		p.original[i] = properties.Class()
		seen |= 1 << p.original[i]
	}
	const (
		neutral = 1<<bidi.WS | 1<<bidi.ON | 1<<bidi.NSM | 1<<bidi.CS | 1<<bidi.ES | 1<<bidi.ET
		right   = 1<<bidi.R | 1<<bidi.AL
		left    = 1<<bidi.L | 1<<bidi.EN
	)
	// Most cells of a table run one way: no rule would change anything.
	switch {
	case seen&^(neutral|right) == 0 && (base == 1 || base == Auto && seen&right != 0):
		levels := make([]uint8, len(text))
		for i := range levels {
			levels[i] = 1
		}
		return levels, 1
	case seen&^(neutral|left) == 0 && base != 1:
		return make([]uint8, len(text)), 0
	}
	return p.resolve(base), p.level
}

// A paragraph is the state that the rules pass on.
type paragraph struct {
	runes    []rune // nil in tests that give classes alone
	original []bidi.Class
	classes  []bidi.Class // after the rules so far
	levels   []uint8
	level    uint8
	partner  []int // of an isolate initiator its PDI and the other way round, -1 without
}

func (p *paragraph) resolve(base int) []uint8 {
	p.classes = append([]bidi.Class(nil), p.original...)
	p.levels = make([]uint8, len(p.original))
	p.pairIsolates()
	p.level = uint8(max(base, 0))
	if base == Auto {
		p.level = p.firstStrong(0, len(p.original), 0)
	}
	p.explicit()
	for _, s := range p.sequences() {
		s.weak()
		s.brackets()
		s.neutral()
		s.implicit()
	}
	p.separators()
	return p.levels
}

// pairIsolates finds which PDI closes which initiator (BD9).
func (p *paragraph) pairIsolates() {
	p.partner = make([]int, len(p.original))
	var open []int
	for i, c := range p.original {
		p.partner[i] = -1
		switch {
		case isInitiator(c):
			open = append(open, i)
		case c == bidi.PDI && len(open) > 0:
			start := open[len(open)-1]
			open = open[:len(open)-1]
			p.partner[i], p.partner[start] = start, i
		}
	}
}

// firstStrong is the level of the first strong letter between two places, what
// stands in isolates not looked at (P2, P3).
func (p *paragraph) firstStrong(from, to int, otherwise uint8) uint8 {
	for i := from; i < to; i++ {
		switch c := p.original[i]; {
		case c == bidi.L:
			return 0
		case c == bidi.R || c == bidi.AL:
			return 1
		case isInitiator(c):
			if p.partner[i] < 0 {
				return otherwise
			}
			i = p.partner[i]
		}
	}
	return otherwise
}

// An embedding is what rules X1 to X8 keep on their stack.
type embedding struct {
	level    uint8
	override bidi.Class // L, R or ON: none
	isolate  bool
}

// explicit gives each character the level of the embeddings and isolates that it
// stands in (X1 to X8).
func (p *paragraph) explicit() {
	stack := []embedding{{level: p.level, override: bidi.ON}}
	overflowIsolates, overflowEmbeddings, validIsolates := 0, 0, 0
	for i, c := range p.original {
		top := stack[len(stack)-1]
		switch {
		case c == bidi.RLE || c == bidi.LRE || c == bidi.RLO || c == bidi.LRO:
			p.levels[i] = top.level
			next := nextLevel(top.level, c == bidi.RLE || c == bidi.RLO)
			if next <= maxDepth && overflowIsolates == 0 && overflowEmbeddings == 0 {
				stack = append(stack, embedding{level: next, override: overrideOf(c)})
			} else if overflowIsolates == 0 {
				overflowEmbeddings++
			}
		case isInitiator(c):
			p.place(i, top)
			right := c == bidi.RLI
			if c == bidi.FSI {
				end := p.partner[i]
				if end < 0 {
					end = len(p.original)
				}
				right = p.firstStrong(i+1, end, 0) == 1
			}
			next := nextLevel(top.level, right)
			if next <= maxDepth && overflowIsolates == 0 && overflowEmbeddings == 0 {
				validIsolates++
				stack = append(stack, embedding{level: next, override: bidi.ON, isolate: true})
			} else {
				overflowIsolates++
			}
		case c == bidi.PDI:
			if overflowIsolates > 0 {
				overflowIsolates--
			} else if validIsolates > 0 {
				overflowEmbeddings = 0
				for !stack[len(stack)-1].isolate {
					stack = stack[:len(stack)-1]
				}
				stack = stack[:len(stack)-1]
				validIsolates--
			}
			p.place(i, stack[len(stack)-1])
		case c == bidi.PDF:
			p.levels[i] = top.level
			if overflowIsolates > 0 {
			} else if overflowEmbeddings > 0 {
				overflowEmbeddings--
			} else if !top.isolate && len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
		case c == bidi.B:
			p.levels[i] = p.level
		case c == bidi.BN:
			p.levels[i] = top.level
		default:
			p.place(i, top)
		}
	}
}

// place sets a character into the embedding.
func (p *paragraph) place(i int, e embedding) {
	p.levels[i] = e.level
	if e.override != bidi.ON {
		p.classes[i] = e.override
	}
}

func nextLevel(level uint8, right bool) uint8 {
	if right {
		return (level + 1) | 1
	}
	return (level + 2) &^ 1
}

func overrideOf(c bidi.Class) bidi.Class {
	switch c {
	case bidi.RLO:
		return bidi.R
	case bidi.LRO:
		return bidi.L
	}
	return bidi.ON
}

func isInitiator(c bidi.Class) bool { return c == bidi.LRI || c == bidi.RLI || c == bidi.FSI }

// isRemoved tells the classes that rule X9 takes out.
func isRemoved(c bidi.Class) bool {
	return c == bidi.RLE || c == bidi.LRE || c == bidi.RLO || c == bidi.LRO || c == bidi.PDF || c == bidi.BN
}
