package words

import "fmt"

// Both is a text in both languages that is no fixed sentence of the catalogue: the
// name of an office, of a district, of a party.
type Both struct{ En, Ur string }

// In is the text in one language, or in the other where there is only that one.
func (b Both) In(lang Language) string {
	if lang == Urdu && b.Ur != "" || b.En == "" {
		return b.Ur
	}
	return b.En
}

// IsZero tells that there is no text in either language.
func (b Both) IsZero() bool { return b == Both{} }

// A Message is a text before anybody knows in which language it will be read: a
// label, an error of a field, a refusal. It is a text of the catalogue with the
// values of its placeholders (see Say), or a name (see Name). The zero Message is
// none.
type Message struct {
	Key   string
	Pairs []any // name and value in turn, as Text takes them
	Name  Both  // where Key is ""
}

// Say is the message under a key of the catalogue.
func Say(key string, pairs ...any) Message { return Message{Key: key, Pairs: pairs} }

// Named is the message that is a name in both languages.
func Named(name Both) Message { return Message{Name: name} }

// Plain is the message that is the same in both languages, as a code or a person's
// name in the roll is.
func Plain(text string) Message { return Message{Name: Both{En: text, Ur: text}} }

// IsZero tells that there is no message.
func (m Message) IsZero() bool { return m.Key == "" && m.Name.IsZero() }

// Both is the text under key in both languages, for a page that has another
// catalogue.
func (c *Catalogue) Both(key string, pairs ...any) Both {
	return Both{En: c.Text(English, key, pairs...), Ur: c.Text(Urdu, key, pairs...)}
}

// Say is the message as text.
func (c *Catalogue) Say(lang Language, m Message) string {
	if m.Key == "" {
		return m.Name.In(lang)
	}
	return c.Text(lang, m.Key, m.Pairs...)
}

// value writes what fills a placeholder: a message and a name in the language, a day
// as a person reads it, and anything else as fmt does.
func (c *Catalogue) value(lang Language, v any) string {
	switch v := v.(type) {
	case Message:
		return c.Say(lang, v)
	case Both:
		return v.In(lang)
	case Day:
		return v.In(lang)
	}
	return fmt.Sprint(v)
}
