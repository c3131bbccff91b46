package web

import (
	"html/template"
	"net/url"
	"strings"

	"intikhab/platform/words"
)

// A Page is what a template is given: the language, and View, which is the page's own.
type Page struct {
	Lang    words.Language
	View    any
	Path    string        // of the page, without its query
	Visitor *Visitor      // who has signed in, or nil
	Notice  words.Message // what the form before did; see SetNotice

	words  *words.Catalogue
	assets *Assets
	query  url.Values // of the page that the switch leads to, without lang
}

// T is the text under key in the page's language.
func (p Page) T(key string, pairs ...any) string { return p.words.Text(p.Lang, key, pairs...) }

// H is the text under key for the inside of an element; see [words.Catalogue.HTML].
func (p Page) H(key string, pairs ...any) template.HTML { return p.words.HTML(p.Lang, key, pairs...) }

// In is the text under key in another language, as the switch needs it.
func (p Page) In(lang words.Language, key string) string { return p.words.Text(lang, key) }

// Say is a message as text, for an attribute.
func (p Page) Say(m words.Message) string { return p.words.Say(p.Lang, m) }

// Asset is the path of a file of the page's own package.
func (p Page) Asset(file string) (string, error) { return p.assets.Path(file) }

// ShellAsset is the path of a file of the shell.
func (p Page) ShellAsset(file string) (string, error) { return ownAssets.Path(file) }

// SwitchTo is the address of this page in another language. It keeps the page's
// query, which therefore must hold nothing personal.
func (p Page) SwitchTo(lang words.Language) string {
	query := url.Values{"lang": {string(lang)}}
	for key, values := range p.query {
		query[key] = values
	}
	return p.Path + "?" + query.Encode()
}

// Href is the address of another page of this site. A visitor who has not signed in
// keeps the language in it.
func (p Page) Href(address string) string {
	if p.Visitor != nil || !Local(address) {
		return address
	}
	return withLanguage(address, p.Lang)
}

// Here tells whether an address leads to this page, or to one above it.
func (p Page) Here(address string) bool {
	path, _, _ := strings.Cut(address, "?")
	return path == p.Path || path != "/" && strings.HasPrefix(p.Path, strings.TrimSuffix(path, "/")+"/")
}

// With is the page with another view, for a template that is used in several.
func (p Page) With(view any) Page { p.View = view; return p }
