package bidi

import "golang.org/x/text/unicode/bidi"

// A bracket is one that is still open, or a pair.
type bracket struct {
	open, close int // places in the sequence
	closer      rune
}

// mostBrackets may be open at once (BD16).
const mostBrackets = 63

// brackets gives a pair of brackets the direction of what it holds, or of what
// stands before it (N0).
func (s *sequence) brackets() {
	if s.p.runes == nil {
		return
	}
	for _, pair := range s.bracketPairs() {
		own, found, other := direction(s.level), false, false
		for k := pair.open + 1; k < pair.close && !found; k++ {
			if c := strongOf(s.class(k)); c == bidi.L || c == bidi.R {
				found = c == own
				other = other || c != own
			}
		}
		switch {
		case found:
		case other:
			before := s.sos
			for k := pair.open - 1; k >= 0; k-- {
				if c := strongOf(s.class(k)); c == bidi.L || c == bidi.R {
					before = c
					break
				}
			}
			own = before // the opposite direction, or else the sequence's own
		default:
			continue
		}
		for _, k := range []int{pair.open, pair.close} {
			s.set(k, own)
			for k++; k < len(s.at) && s.p.original[s.at[k]] == bidi.NSM; k++ {
				s.set(k, own)
			}
		}
	}
}

// bracketPairs finds them, in the order of the openings (BD16).
func (s *sequence) bracketPairs() (pairs []bracket) {
	var open []bracket
	for k, i := range s.at {
		if s.class(k) != bidi.ON {
			continue
		}
		r := s.p.runes[i]
		properties, _ := bidi.LookupRune(r)
		switch {
		case !properties.IsBracket():
		case properties.IsOpeningBracket():
			if len(open) == mostBrackets {
				return nil
			}
			open = append(open, bracket{open: k, closer: canonical(mirror(r))})
		default:
			for top := len(open) - 1; top >= 0; top-- {
				if open[top].closer == canonical(r) {
					open[top].close = k
					pairs = append(pairs, open[top])
					open = open[:top]
					break
				}
			}
		}
	}
	for i := 1; i < len(pairs); i++ { // by the opening; few, and nearly sorted
		for j := i; j > 0 && pairs[j].open < pairs[j-1].open; j-- {
			pairs[j], pairs[j-1] = pairs[j-1], pairs[j]
		}
	}
	return pairs
}

// mirror is the other bracket of a pair.
func mirror(r rune) rune {
	for _, m := range bidi.ReverseString(string(r)) {
		return m
	}
	return r
}

// canonical makes the two forms of angle brackets one.
func canonical(r rune) rune {
	switch r {
	case '\u2329':
		return '\u3008'
	case '\u232a':
		return '\u3009'
	}
	return r
}

// separators puts separators, and white space before them and at the end, back at
// the paragraph's level (L1), and gives removed characters a neighbour's level.
func (p *paragraph) separators() {
	trailing := true
	for i := len(p.original) - 1; i >= 0; i-- {
		switch c := p.original[i]; {
		case c == bidi.B || c == bidi.S:
			p.levels[i] = p.level
			trailing = true
		case c == bidi.WS || c == bidi.PDI || isInitiator(c) || isRemoved(c):
			if trailing {
				p.levels[i] = p.level
			}
		default:
			trailing = false
		}
	}
	for i, c := range p.original {
		if isRemoved(c) && i > 0 {
			p.levels[i] = p.levels[i-1]
		}
	}
}

// Order gives the places of a line's parts as they are drawn from left to right,
// from their levels in reading order (L2).
func Order(levels []uint8) []int {
	order := make([]int, len(levels))
	var highest, lowestOdd uint8 = 0, 255
	for i, l := range levels {
		order[i] = i
		highest = max(highest, l)
		if l%2 == 1 {
			lowestOdd = min(lowestOdd, l)
		}
	}
	for level := highest; level >= lowestOdd && level > 0; level-- {
		for i := 0; i < len(order); i++ {
			if levels[order[i]] < level {
				continue
			}
			end := i
			for end < len(order) && levels[order[end]] >= level {
				end++
			}
			for a, b := i, end-1; a < b; a, b = a+1, b-1 {
				order[a], order[b] = order[b], order[a]
			}
			i = end
		}
	}
	return order
}
