package web

import (
	"io/fs"
	"net/http"

	"golang.org/x/text/language"

	"intikhab/platform/words"
)

// MustCatalogue is the catalogue of a package with pages: its own words and the
// shell's. A mistake in them stops the program at its start.
func MustCatalogue(sources ...fs.FS) *words.Catalogue {
	return words.MustCatalogue(append([]fs.FS{ownFiles}, sources...)...)
}

// shellWords are the shell's alone.
var shellWords = MustCatalogue()

// ChooseLanguage tells in which language a request is to be answered: the lang
// parameter of its URL, else the language that a signed-in visitor chose before,
// else its Accept-Language, else fallback.
func ChooseLanguage(r *http.Request, fallback words.Language) words.Language {
	if l, ok := words.ParseLanguage(r.URL.Query().Get("lang")); ok {
		return l
	}
	if chosen, err := r.Cookie(languageCookie); err == nil {
		if l, ok := words.ParseLanguage(chosen.Value); ok {
			return l
		}
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
		if l, ok := words.ParseLanguage(base.String()); ok {
			return l
		}
	}
	return fallback
}
