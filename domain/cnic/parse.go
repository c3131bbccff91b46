package cnic

// Parse reads the one number in what a person typed: with or without dashes,
// spaces, dots and slashes, in Western, Arabic-Indic or Urdu digits, with words
// around it in any script, with marks that do not show.
//
// Which digits belong together: digits with nothing but such separators between
// them are one run; a letter, a line's end, or a mark that ends a label (":",
// ")", "#", …) ends the run. A run is a number if it has thirteen digits, and
// several numbers if its groups fill thirteen digits again and again. Shorter
// runs apart from the number ("…, age 35") are passed over. The same number
// twice is one number.
//
// Parse does not allocate unless it fails; the error is a *ParseError.
func Parse(text string) (Number, error) {
	if len(text) == Digits {
		if n, ok := thirteen(text); ok {
			return number(n), nil
		}
	}
	var s scan
	for _, r := range text {
		k := kindOf(r)
		switch {
		case k <= 9:
			s.digit(uint64(k))
		case k == invisible:
		case k == separator:
			s.separate()
		case k == space:
			s.separate()
			s.endToken()
		case k == letter:
			s.letter()
		default:
			s.endRun()
			s.endToken()
		}
	}
	s.endRun()
	s.endToken()
	return s.result()
}

// ParseStrict reads exactly thirteen Western digits, or the same as printed on
// the card (42301-4964000-1), and nothing besides: for files of the roll.
func ParseStrict(b []byte) (Number, error) {
	switch {
	case len(b) == Digits:
		if n, ok := thirteen(b); ok {
			return number(n), nil
		}
	case len(b) == Digits+2 && b[5] == '-' && b[13] == '-':
		var d [Digits]byte
		copy(d[0:5], b[0:5])
		copy(d[5:12], b[6:13])
		d[12] = b[14]
		if n, ok := thirteen(d[:]); ok {
			return number(n), nil
		}
	}
	return Number{}, strictError(b)
}

func strictError(b []byte) error {
	digits, others := 0, 0
	for _, c := range b {
		if c-'0' <= 9 {
			digits++
		} else if c != '-' {
			others++
		}
	}
	reason := Letters // or anything else that is no digit
	switch {
	case digits == 0:
		reason = NoNumber
	case others > 0:
	case digits < Digits:
		reason = TooFewDigits
	case digits > Digits:
		reason = TooManyDigits
	}
	return &ParseError{Reason: reason, Digits: digits}
}

// thirteen reads thirteen Western digits.
func thirteen[T string | []byte](s T) (uint64, bool) {
	if len(s) != Digits {
		return 0, false
	}
	var n uint64
	for i := range Digits {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	return n, true
}
