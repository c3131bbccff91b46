package cnic

// scan is where Parse stands in a text. A run is what may be a number; its
// digits come in groups; a token is what stands between two spaces.
type scan struct {
	number uint64 // the first whole number of the text
	found  bool
	two    bool // another, different number was found
	glued  bool // letters alone between digits that are no two whole numbers
	within bool // letters inside a token that could have been the number

	total, longest int // digits in the text, and in its longest run

	run       int    // digits of the run
	part      uint64 // the last digits of the run, thirteen at most
	partLen   int    // how many; beyond thirteen they are counted but not kept
	held      uint64 // the first number of the run, if groups went on after it
	heldAny   bool
	heldTwo   bool
	inGroup   bool
	afterGlue bool // the run began right after letters that followed digits
	lastWhole bool // the run before was one number, or several

	gap                     gap
	tokenDigits, tokenChars int
	tokenTail               bool // letters followed digits within the token
}

// gap is what has come since the last digit.
type gap uint8

const (
	gapOther gap = iota
	gapNone
	gapLetters
)

func (s *scan) digit(v uint64) {
	if s.run == 0 {
		s.afterGlue = s.gap == gapLetters
	}
	if !s.inGroup && s.partLen == Digits {
		s.hold()
		s.part, s.partLen = 0, 0
	}
	s.inGroup = true
	s.gap = gapNone
	s.total++
	s.run++
	s.partLen++
	if s.partLen <= Digits {
		s.part = s.part*10 + v
	}
	if s.tokenTail {
		s.within = true
	}
	s.tokenDigits++
	s.tokenChars++
}

// hold keeps the whole number just read while the run goes on.
func (s *scan) hold() {
	if s.heldAny && s.held != s.part {
		s.heldTwo = true
	}
	if !s.heldAny {
		s.held, s.heldAny = s.part, true
	}
}

func (s *scan) separate() {
	s.inGroup = false
	s.gap = gapOther
}

func (s *scan) letter() {
	s.endRun()
	if s.gap != gapOther {
		s.gap = gapLetters
	}
	s.tokenTail = s.tokenTail || s.tokenDigits > 0
	s.tokenChars++
}

func (s *scan) endRun() {
	if s.run == 0 {
		return
	}
	s.longest = max(s.longest, s.run)
	whole := s.partLen == Digits
	if whole {
		s.hold()
		s.two = s.two || s.heldTwo || s.found && s.number != s.held
		if !s.found {
			s.number, s.found = s.held, true
		}
	}
	if s.afterGlue && !(whole && s.lastWhole) {
		s.glued = true
	}
	s.lastWhole = whole
	s.run, s.part, s.partLen = 0, 0, 0
	s.heldAny, s.heldTwo, s.inGroup = false, false, false
}

// fewestInToken is how many digits a token needs before its letters are taken
// for digits mistyped: "42301-4964000-l" is such a token, "pakistan12345" none
// but by chance of its length.
const fewestInToken = 5

func (s *scan) endToken() {
	if s.gap == gapLetters {
		s.gap = gapOther
	}
	if s.tokenDigits >= fewestInToken && s.tokenDigits < Digits && s.tokenChars == Digits {
		s.within = true
	}
	s.tokenDigits, s.tokenChars, s.tokenTail = 0, 0, false
}

func (s *scan) result() (Number, error) {
	switch {
	case s.glued:
		return Number{}, &ParseError{Letters, s.total}
	case s.two:
		return Number{}, &ParseError{TwoNumbers, s.total}
	case s.found:
		return number(s.number), nil
	case s.longest == 0:
		return Number{}, &ParseError{NoNumber, 0}
	case s.longest > Digits:
		return Number{}, &ParseError{TooManyDigits, s.longest}
	case s.within:
		return Number{}, &ParseError{Letters, s.total}
	}
	return Number{}, &ParseError{TooFewDigits, s.longest}
}
