package format

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// A roll's lists, one for each block and gender, are in the order of serials.
// From one voter of a list to the next, the serial nearly always rises by one
// and the household by nothing or one, so a voter is one short code word: a
// symbol of a prefix code made for the roll at hand.
//
// A symbol is a step, or one of two words that spell a household out:
//
//	step      the serial's excess rises by Excess, the household by Household
//	addition  excess step and household follow; the household of the list's
//	          order stays where it was (a voter added out of household order)
//	jump      excess and household follow whole; the first of each list and of
//	          each chunk is one, so that reading can begin there
//
// where excess is serial − 1 − index in the list.

// Kind tells what a symbol does.
type Kind uint8

// The kinds of symbol.
const (
	Step Kind = iota
	Addition
	Jump
)

// Symbol is one word of the code.
type Symbol struct {
	Kind      Kind
	Excess    int32  // for a Step
	Household uint32 // for a Step
	Bits      uint8  // length of its code word, 1 to MaxCodeBits
}

// MaxCodeBits bounds the length of a code word, so that one table look-up
// decodes any.
const MaxCodeBits = 12

// maxSymbols bounds the code book: more steps than these are rarer than what a
// word of MaxCodeBits can pay for.
const maxSymbols = 200

// Code is the prefix code of one roll's lists.
type Code struct {
	Symbols       []Symbol
	HouseholdBits uint // bits of a household that is spelled out
	words         []uint16
	steps         map[[2]int32]int
	single        []uint8 // MaxCodeBits of stream -> symbol
	runs          []run   // MaxCodeBits of stream -> as many steps as lie in it
}

// run is what a window of the stream says when only steps are read from it.
type run struct {
	n, bits   uint8 // n = 0: the first word is not a step
	excess    int16
	household int16
}

// newCode completes a code whose symbols have their lengths. Words are
// canonical: in the order of length, then of position in Symbols, each the
// successor of the one before, read from the stream highest bit first.
func newCode(symbols []Symbol, householdBits uint) (*Code, error) {
	c := &Code{Symbols: symbols, HouseholdBits: householdBits, words: make([]uint16, len(symbols)), steps: map[[2]int32]int{}, single: make([]uint8, 1<<MaxCodeBits), runs: make([]run, 1<<MaxCodeBits)}
	if len(symbols) < 2 || len(symbols) > maxSymbols || householdBits < 1 || householdBits > 32 {
		return nil, fmt.Errorf("code book of %d symbols, households of %d bits", len(symbols), householdBits)
	}
	order := make([]int, len(symbols))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(symbols[a].Bits, symbols[b].Bits) })
	next, length := uint32(0), uint8(0)
	kinds := [3]int{}
	for _, i := range order {
		s := symbols[i]
		if s.Bits < 1 || s.Bits > MaxCodeBits || s.Kind > Jump {
			return nil, fmt.Errorf("symbol %d of the code book: kind %d, %d bits", i, s.Kind, s.Bits)
		}
		kinds[s.Kind]++
		next <<= s.Bits - length
		length = s.Bits
		if next >= 1<<length {
			return nil, errors.New("the code book has more words than fit their lengths")
		}
		// The stream is read lowest bit first, so the word stands reversed.
		c.words[i] = bits.Reverse16(uint16(next)) >> (16 - length)
		for w := uint32(c.words[i]); w < 1<<MaxCodeBits; w += 1 << length {
			c.single[w] = uint8(i)
		}
		if s.Kind == Step {
			c.steps[[2]int32{s.Excess, int32(s.Household)}] = i
		}
		next++
	}
	if next != 1<<length {
		return nil, errors.New("the code book has fewer words than its lengths promise")
	}
	if kinds[Addition] != 1 || kinds[Jump] != 1 {
		return nil, errors.New("the code book needs one word for an addition and one for a jump")
	}
	for w := range c.runs {
		c.runs[w] = c.readRun(w)
	}
	return c, nil
}

// readRun reads as many whole steps as a window of MaxCodeBits bits holds.
func (c *Code) readRun(window int) (r run) {
	for {
		s := c.Symbols[c.single[window>>r.bits]]
		if s.Kind != Step || r.bits+s.Bits > MaxCodeBits || s.Household > 1000 || s.Excess > 1000 || s.Excess < -1000 {
			return r
		}
		r.n++
		r.bits += s.Bits
		r.excess += int16(s.Excess)
		r.household += int16(s.Household)
	}
}

// Append writes the code book: number of symbols, household bits, and for each
// symbol kind, length, and for a step the zig-zag excess and the household as
// varints.
func (c *Code) Append(b []byte) []byte {
	b = append(b, byte(len(c.Symbols)), byte(c.HouseholdBits))
	for _, s := range c.Symbols {
		b = append(b, byte(s.Kind), s.Bits)
		if s.Kind == Step {
			b = binary.AppendVarint(b, int64(s.Excess))
			b = binary.AppendUvarint(b, uint64(s.Household))
		}
	}
	return b
}

// ParseCode reads what Append wrote.
func ParseCode(b []byte) (*Code, error) {
	short := errors.New("the code book is cut short")
	if len(b) < 2 {
		return nil, short
	}
	symbols := make([]Symbol, b[0])
	householdBits := uint(b[1])
	b = b[2:]
	for i := range symbols {
		if len(b) < 2 {
			return nil, short
		}
		symbols[i] = Symbol{Kind: Kind(b[0]), Bits: b[1]}
		b = b[2:]
		if symbols[i].Kind == Step {
			excess, n := binary.Varint(b)
			if n <= 0 || excess != int64(int32(excess)) {
				return nil, short
			}
			b = b[n:]
			household, n := binary.Uvarint(b)
			if n <= 0 || household > 1<<31-1 {
				return nil, short
			}
			b = b[n:]
			symbols[i].Excess, symbols[i].Household = int32(excess), uint32(household)
		}
	}
	if len(b) > 0 {
		return nil, errors.New("bytes follow the code book's last symbol")
	}
	return newCode(symbols, householdBits)
}
