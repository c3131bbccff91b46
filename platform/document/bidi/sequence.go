package bidi

import "golang.org/x/text/unicode/bidi"

// A sequence is an isolating run sequence (BD13): runs of one level, joined over
// the isolates between them, on which the rules W, N and I work.
type sequence struct {
	p        *paragraph
	at       []int // places in the paragraph, those of X9 left out
	level    uint8
	sos, eos bidi.Class // L or R, what stands before and after
}

// sequences cuts the paragraph (X10).
func (p *paragraph) sequences() []*sequence {
	var kept []int
	for i, c := range p.original {
		if !isRemoved(c) {
			kept = append(kept, i)
		}
	}
	var runs [][]int // each of places, in order
	runOf := make(map[int]int)
	for k, i := range kept {
		if k == 0 || p.levels[i] != p.levels[kept[k-1]] {
			runs = append(runs, nil)
		}
		last := len(runs) - 1
		runs[last] = append(runs[last], i)
		runOf[i] = last
	}
	var all []*sequence
	for _, run := range runs {
		first := run[0]
		if p.original[first] == bidi.PDI && p.partner[first] >= 0 {
			continue // goes on from an earlier run
		}
		s := &sequence{p: p, at: append([]int(nil), run...), level: p.levels[first]}
		for {
			last := s.at[len(s.at)-1]
			if !isInitiator(p.original[last]) || p.partner[last] < 0 {
				break
			}
			s.at = append(s.at, runs[runOf[p.partner[last]]]...)
		}
		s.borders(kept)
		all = append(all, s)
	}
	return all
}

// borders finds what the sequence is read as lying between.
func (s *sequence) borders(kept []int) {
	first, last := s.at[0], s.at[len(s.at)-1]
	before, after := s.p.level, s.p.level
	lo, hi := 0, len(kept) // kept is sorted: first by bisection
	for lo < hi {
		if mid := (lo + hi) / 2; kept[mid] < first {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo > 0 {
		before = s.p.levels[kept[lo-1]]
	}
	if !isInitiator(s.p.original[last]) { // an initiator here has no PDI
		for hi = lo; hi < len(kept) && kept[hi] <= last; {
			hi++
		}
		if hi < len(kept) {
			after = s.p.levels[kept[hi]]
		}
	}
	s.sos, s.eos = direction(max(before, s.level)), direction(max(after, s.level))
}

// direction is the strong class of a level.
func direction(level uint8) bidi.Class {
	if level%2 == 1 {
		return bidi.R
	}
	return bidi.L
}

// class and set reach the k-th character of the sequence.
func (s *sequence) class(k int) bidi.Class  { return s.p.classes[s.at[k]] }
func (s *sequence) set(k int, c bidi.Class) { s.p.classes[s.at[k]] = c }

// weak resolves numbers and what belongs to them (W1 to W7).
func (s *sequence) weak() {
	previous := s.sos // W1
	for k := range s.at {
		c := s.class(k)
		switch {
		case c == bidi.NSM:
			c = previous
			s.set(k, c)
		case isInitiator(c) || c == bidi.PDI:
			c = bidi.ON
		}
		previous = c
	}
	strong := s.sos // W2, W3
	for k := range s.at {
		switch c := s.class(k); c {
		case bidi.L, bidi.R:
			strong = c
		case bidi.AL:
			strong = c
			s.set(k, bidi.R)
		case bidi.EN:
			if strong == bidi.AL {
				s.set(k, bidi.AN)
			}
		}
	}
	for k := 1; k+1 < len(s.at); k++ { // W4
		c, before, after := s.class(k), s.class(k-1), s.class(k+1)
		if (c == bidi.ES || c == bidi.CS) && before == bidi.EN && after == bidi.EN {
			s.set(k, bidi.EN)
		} else if c == bidi.CS && before == bidi.AN && after == bidi.AN {
			s.set(k, bidi.AN)
		}
	}
	for k := 0; k < len(s.at); k++ { // W5
		if s.class(k) != bidi.ET {
			continue
		}
		end := k
		for end < len(s.at) && s.class(end) == bidi.ET {
			end++
		}
		if k > 0 && s.class(k-1) == bidi.EN || end < len(s.at) && s.class(end) == bidi.EN {
			for ; k < end; k++ {
				s.set(k, bidi.EN)
			}
		}
		k = end - 1
	}
	strong = s.sos
	for k := range s.at { // W6, W7
		switch c := s.class(k); c {
		case bidi.ES, bidi.ET, bidi.CS:
			s.set(k, bidi.ON)
		case bidi.L, bidi.R:
			strong = c
		case bidi.EN:
			if strong == bidi.L {
				s.set(k, bidi.L)
			}
		}
	}
}

// neutral gives spaces and signs the direction of what surrounds them (N1, N2).
func (s *sequence) neutral() {
	for k := 0; k < len(s.at); k++ {
		if !isNeutral(s.class(k)) {
			continue
		}
		end := k
		for end < len(s.at) && isNeutral(s.class(end)) {
			end++
		}
		before, after := s.sos, s.eos
		if k > 0 {
			before = strongOf(s.class(k - 1))
		}
		if end < len(s.at) {
			after = strongOf(s.class(end))
		}
		if before != after {
			before = direction(s.level)
		}
		for ; k < end; k++ {
			s.set(k, before)
		}
		k = end - 1
	}
}

func isNeutral(c bidi.Class) bool {
	return c == bidi.B || c == bidi.S || c == bidi.WS || c == bidi.ON || c == bidi.PDI || isInitiator(c)
}

// strongOf reads a number as right to left (N0, N1).
func strongOf(c bidi.Class) bidi.Class {
	if c == bidi.EN || c == bidi.AN {
		return bidi.R
	}
	return c
}

// implicit raises the level of what runs against the sequence's direction (I1, I2).
func (s *sequence) implicit() {
	for k, i := range s.at {
		switch c := s.class(k); {
		case s.level%2 == 0 && c == bidi.R:
			s.p.levels[i] = s.level + 1
		case s.level%2 == 0 && (c == bidi.AN || c == bidi.EN):
			s.p.levels[i] = s.level + 2
		case s.level%2 == 1 && c != bidi.R:
			s.p.levels[i] = s.level + 1
		}
	}
}
