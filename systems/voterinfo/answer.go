package voterinfo

import (
	"errors"
	"time"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/limits"
	"intikhab/systems/voterinfo/statistics"
)

// Answer answers a question.
func (s *Service) Answer(q Question) Answer {
	a, text := s.AppendAnswer(nil, &q)
	a.Text = string(text)
	return a
}

// AppendAnswer answers a question and appends what the asker reads to buf; with
// [Silent] nothing. It is for doors in a hurry: an answer about a number, found
// or not, makes no garbage.
func (s *Service) AppendAnswer(buf []byte, q *Question) (Answer, []byte) {
	return s.answer(buf, q, limits.ParseAsker(q.Asker), nil)
}

// answer does what every door's question needs, in this order: read the text,
// choose the language, keep the limits, look into the roll, count, write. known is
// what a roll has said about the number already, or nil; it counts only if that
// roll is still the one in use.
func (s *Service) answer(buf []byte, q *Question, asker limits.Asker, known *lookup) (Answer, []byte) {
	at := q.At
	if at.IsZero() {
		at = time.Now()
	}
	said := read(q.Text)
	number, err := cnic.Parse(q.Text)
	var about *cnic.Number
	if err == nil {
		about = &number
	}
	a := Answer{}
	var tongue uint64 // the asker's hash in the language memory
	if asker.IsNumber() {
		tongue = asker.Hash(s.memory.Key())
	}
	chosen := chosenLanguage(q, said)
	if a.Language = chosen; chosen == 0 {
		a.Language = s.rememberedLanguage(asker, tongue, at)
	}
	f := facts{language: a.Language, at: at, helpline: s.cfg.Helpline, have: always}
	if f.helpline != "" {
		f.have |= setOf(fieldHelpline)
	}

	t := textNoRoll
	roll := s.roll.Load()
	if refused := s.guard.Check(asker, about, at); refused.Reason != limits.None {
		a.Outcome, a.RetryAt = Silent, refused.RetryAt
		if refused.Tell {
			t, a.Outcome, f.retry = textTooOften, TooOften, refused.RetryAt
			s.notice(asker, q, at, refused)
		}
	} else {
		if chosen != 0 && asker.IsNumber() && q.Language == 0 {
			s.memory.Remember(tongue, uint8(chosen), day(at))
		}
		switch {
		case about == nil:
			t, a.Reason, a.Digits = understand(said, err)
		case roll == nil:
		default:
			f.lastFour = number.RevealUint64() % 10_000
			var found bool
			if known != nil && known.roll == roll {
				a.Entry, found = known.entry, known.found
			} else {
				a.Entry, found = (*roll).Lookup(number)
			}
			if !found {
				t = textNotOnRoll
				s.guard.Missed(asker, number, at)
				break
			}
			t = textFound
			if s.cfg.StationsFrom.IsZero() || at.Before(s.cfg.StationsFrom) {
				a.Entry.Station = nil
			}
		}
		a.Outcome = textKinds[t].outcome
	}

	counted := statistics.Question{At: at, Channel: uint8(q.Channel), Language: uint8(a.Language),
		Outcome: uint8(a.Outcome), Operator: s.statistics.Operator(q.Operator)}
	if a.Outcome == Found {
		place := s.place(a.Entry.Area.DistrictEn)
		counted.District, counted.Gender = place.district, 1+uint8(a.Entry.Gender)
		f.entry, f.office = &a.Entry, place.office
		if f.office != "" {
			f.have |= setOf(fieldOffice)
		}
		if a.Entry.Station != nil {
			f.have |= setOf(fieldStation)
		}
	}
	s.statistics.Count(counted)
	if a.Outcome == Silent {
		return a, buf
	}
	f.digits = a.Digits
	return a, s.wording[a.Language][t].append(buf, &f)
}

// always are the fields that have a value wherever they may stand.
var always = ^setOf(fieldStation, fieldOffice, fieldHelpline)

// chosenLanguage is the language that this question chooses: by a word, by the
// door (a page in English is answered in English), or by its script.
func chosenLanguage(q *Question, said said) Language {
	switch {
	case said.word != 0:
		return said.word
	case q.Language >= English && q.Language <= RomanUrdu:
		return q.Language
	}
	return said.script
}

// rememberedLanguage is the one chosen before, else the configured one. Only
// telephone numbers are remembered: an address is another client's tomorrow.
func (s *Service) rememberedLanguage(asker limits.Asker, tongue uint64, at time.Time) Language {
	if asker.IsNumber() {
		if l := Language(s.memory.Recall(tongue, day(at))); l != 0 {
			return l
		}
	}
	return s.cfg.Language
}

func day(at time.Time) uint16 {
	return uint16(min(max(at.Unix()/(24*60*60), 0), 1<<15-1))
}

// fewDigits are too few to have been meant as a CNIC beside a word for help, such
// as the 8300 in "HELP 8300".
const fewDigits = 5

// fewWords may stand beside a language's name without being a question.
const fewWords = 3

// understand says what a text without a number wants.
func understand(said said, err error) (t text, reason cnic.Reason, digits int) {
	var wrong *cnic.ParseError
	if !errors.As(err, &wrong) {
		wrong = &cnic.ParseError{Reason: cnic.NoNumber}
	}
	switch {
	case said.help && wrong.Digits < fewDigits:
		return textHelp, 0, 0
	case said.word != 0 && said.words <= fewWords && wrong.Reason == cnic.NoNumber:
		return textLanguageChosen, 0, 0
	}
	for t := textNoNumber; t <= textTwoNumbers; t++ {
		if textKinds[t].reason == wrong.Reason {
			return t, wrong.Reason, wrong.Digits
		}
	}
	return textNoNumber, cnic.NoNumber, wrong.Digits
}
