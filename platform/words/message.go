package words

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

// A Message is a text of the catalogue with the values of its placeholders, before
// anybody knows in which language it will be read: an error of a field, a refusal.
type Message struct {
	Key   string
	Pairs []any // name and value in turn, as Text takes them
}

// Say is the message under a key.
func Say(key string, pairs ...any) Message { return Message{key, pairs} }

// IsZero tells that there is no message.
func (m Message) IsZero() bool { return m.Key == "" }

// Both is the text under key in both languages, for a page that has another
// catalogue.
func (c *Catalogue) Both(key string, pairs ...any) Both {
	return Both{En: c.Text(English, key, pairs...), Ur: c.Text(Urdu, key, pairs...)}
}

// Say is the message as text.
func (c *Catalogue) Say(lang Language, m Message) string { return c.Text(lang, m.Key, m.Pairs...) }
