package voterinfo

import (
	"fmt"
	"time"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/rollindex"
)

// Question is what came in by some door.
type Question struct {
	Asker    string    // telephone number (923001234567) or address of the client
	Channel  Channel   // by which door
	Operator string    // the mobile operator, "" where there is none
	Text     string    // what was typed
	At       time.Time // when; zero for now
	Language Language  // chosen by the door, such as a page in English; zero for not
}

// Answer is what goes back.
type Answer struct {
	Outcome  Outcome
	Language Language
	Text     string          // what the asker reads; "" with Silent, and from AppendAnswer
	Entry    rollindex.Entry // with Found. Its Station is nil while the scheme is not final
	Reason   cnic.Reason     // with NotUnderstood: what was wrong
	Digits   int             // with NotUnderstood: how many digits there were
	RetryAt  time.Time       // with TooOften and Silent: when to ask again
}

// Channel is the door by which a question came.
type Channel uint8

// The channels. Their numbers and codes never change.
const (
	SMS Channel = iota + 1
	HTTP
	Web
	USSD
	Voice
)

var channelCodes = []string{"", "sms", "http", "web", "ussd", "voice"}

// String gives the channel's stable code.
func (c Channel) String() string { return code(channelCodes, uint8(c), "channel") }

// Language is a language of answers.
type Language uint8

// The languages. Their numbers and codes never change.
const (
	English   Language = iota + 1
	Urdu               // in Urdu script
	RomanUrdu          // Urdu in Latin letters, for telephones that cannot show the script
)

var languageCodes = []string{"", "en", "ur", "ro"}

// Languages are all languages of answers.
var Languages = []Language{English, Urdu, RomanUrdu}

// String gives the language's stable code: en, ur, ro.
func (l Language) String() string { return code(languageCodes, uint8(l), "language") }

// ParseLanguage reads a language's code.
func ParseLanguage(s string) (Language, error) {
	for _, l := range Languages {
		if s == l.String() {
			return l, nil
		}
	}
	return 0, fmt.Errorf("language %q: want en, ur or ro", s)
}

// UnmarshalText reads a language's code from the settings.
func (l *Language) UnmarshalText(text []byte) (err error) {
	*l, err = ParseLanguage(string(text))
	return err
}

// MarshalText writes a language's code.
func (l Language) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Outcome is what became of a question.
type Outcome uint8

// The outcomes. Their numbers and codes never change; new ones are added at the
// end.
const (
	Found          Outcome = iota + 1 // on the roll
	NotOnRoll                         // told what to do next
	NotUnderstood                     // told what was wrong, with an example
	Help                              // told how to ask
	LanguageChosen                    // told that answers will be in this language
	TooOften                          // told when to ask again
	Silent                            // asked too often and has been told so
	NoRoll                            // no roll is loaded; doors stay shut meanwhile
)

var outcomeCodes = []string{"", "found", "not_on_roll", "not_understood", "help",
	"language_chosen", "too_often", "silent", "no_roll"}

// Outcomes are all outcomes.
var Outcomes = []Outcome{Found, NotOnRoll, NotUnderstood, Help, LanguageChosen, TooOften, Silent, NoRoll}

// String gives the outcome's stable code.
func (o Outcome) String() string { return code(outcomeCodes, uint8(o), "outcome") }

func code(codes []string, i uint8, kind string) string {
	if int(i) < len(codes) && i > 0 {
		return codes[i]
	}
	return fmt.Sprintf("%s_%d", kind, i)
}
