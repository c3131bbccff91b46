package notice

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"intikhab/platform/sms/gsm"
	"intikhab/platform/words"
)

// A Kind is one sort of notice, such as "your objection was received". Its texts
// stand in the catalogue of the package whose notice it is.
type Kind struct {
	Name    string // "rolls.objection_received", the same for ever
	Texts   *words.Catalogue
	Text    string // key of the text
	Subject string // key of an e-mail's subject; must be set
	// Duty says that the law or a person's safety asks for it: neither the night nor
	// STOP holds it back.
	Duty bool
}

// Channel is how a notice reaches a person.
type Channel string

// The channels.
const (
	SMS  Channel = "sms"
	Mail Channel = "mail"
)

// Preview is a notice as it would be sent, before anybody pays for it.
type Preview struct {
	Text       string
	Encoding   string // of the SMS
	Characters int
	Segments   int
	Paisa      int // what the segments cost, by the settings
}

// text fills a kind's text. A notice has no isolates around numbers: old telephones
// draw them as boxes.
func (k Kind) text(lang words.Language, key string, data map[string]string) string {
	pairs := make([]any, 0, 2*len(data))
	for name, value := range data {
		pairs = append(pairs, name, value)
	}
	return strings.NewReplacer("\u2066", "", "\u2069", "").Replace(k.Texts.Text(lang, key, pairs...))
}

// check finds a kind that would send its key instead of a text.
func (k Kind) check() error {
	for _, key := range []string{k.Text, k.Subject} {
		if k.Name == "" || k.Texts == nil || !k.Texts.Has(key) {
			return fmt.Errorf("notice %q: its catalogue has no text %q", k.Name, key)
		}
	}
	return nil
}

// Preview shows what a notice of this kind would be. The segments are those of the
// national standard alphabet and UCS-2; an operator that passes the Urdu tables on
// takes fewer.
func (s *Service) Preview(kind string, lang words.Language, data map[string]string) (Preview, error) {
	k, ok := s.kinds[kind]
	if !ok {
		return Preview{}, fmt.Errorf("there is no notice %q", kind)
	}
	text := k.text(lang, k.Text, data)
	encoding, characters, segments := gsm.Count(text, gsm.Allowed{})
	return Preview{Text: text, Encoding: encoding.String(), Characters: characters, Segments: segments, Paisa: segments * s.cfg.Paisa}, nil
}

// Kinds are the names of all kinds, sorted.
func (s *Service) Kinds() []string { return slices.Sorted(maps.Keys(s.kinds)) }
