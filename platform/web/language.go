package web

import (
	"net/http"

	"golang.org/x/text/language"
)

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

// ChooseLanguage tells in which language a request is to be answered: the lang
// parameter of its URL, else its Accept-Language, else fallback.
func ChooseLanguage(r *http.Request, fallback Language) Language {
	if l, ok := ParseLanguage(r.URL.Query().Get("lang")); ok {
		return l
	}
	// A header longer than any browser's is not worth parsing.
	header := r.Header.Get("Accept-Language")
	if header == "" || len(header) > 512 {
		return fallback
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return fallback
	}
	for _, tag := range tags {
		base, _ := tag.Base()
		if l, ok := ParseLanguage(base.String()); ok {
			return l
		}
	}
	return fallback
}
