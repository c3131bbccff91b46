// Package words is the languages that people are spoken to in, the catalogue of
// every text they see, and the one place where dates, numbers and telephone numbers
// are written out for them. TestCatalogueRefuses shows what a catalogue is held to.
package words

// Language is a language that pages are written in, as its BCP 47 tag.
type Language string

// The two languages of every page.
const (
	English Language = "en"
	Urdu    Language = "ur"
)

// Languages are all languages of pages, in the order in which they are offered.
var Languages = []Language{English, Urdu}

// ParseLanguage reads a language's tag as a link or a form has it.
func ParseLanguage(tag string) (Language, bool) {
	for _, l := range Languages {
		if string(l) == tag {
			return l, true
		}
	}
	return "", false
}

// Dir is the direction of the language's script as HTML names it.
func (l Language) Dir() string {
	if l == Urdu {
		return "rtl"
	}
	return "ltr"
}

// Other is the language that a page's switch leads to.
func (l Language) Other() Language {
	if l == Urdu {
		return English
	}
	return Urdu
}
