package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"net/url"

	"intikhab/platform/words"
)

// Pages are the templates of one package, each set into the shell: the part of
// every page that is the same, with the way to the content, the name of the
// service and the switch to the other language.
type Pages struct {
	words     *words.Catalogue
	assets    *Assets
	templates map[string]*template.Template
}

// NewPages parses the templates in the folder pages of source. A page NAME.html
// defines the templates "title" and "main", and may define "head"; files whose
// name begins with "part-" belong to every page.
func NewPages(catalogue *words.Catalogue, assets *Assets, source fs.FS, shared ...fs.FS) (*Pages, error) {
	p := &Pages{words: catalogue, assets: assets, templates: make(map[string]*template.Template)}
	entries, err := fs.Glob(source, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	shell := template.Must(template.ParseFS(ownFiles, "shell.html"))
	for _, from := range append([]fs.FS{source}, shared...) {
		if parts, _ := fs.Glob(from, "pages/part-*.html"); len(parts) > 0 {
			if _, err := shell.ParseFS(from, parts...); err != nil {
				return nil, fmt.Errorf("pages: %w", err)
			}
		}
	}
	for _, name := range entries {
		one, err := template.Must(shell.Clone()).ParseFS(source, name)
		if err != nil {
			return nil, fmt.Errorf("pages: %w", err)
		}
		p.templates[name[len("pages/"):len(name)-len(".html")]] = one
	}
	return p, nil
}

var ownPages = MustPages(MustCatalogue(), ownAssets, ownFiles)

// MustPages is NewPages for files embedded in the program.
func MustPages(catalogue *words.Catalogue, assets *Assets, source fs.FS, shared ...fs.FS) *Pages {
	p, err := NewPages(catalogue, assets, source, shared...)
	if err != nil {
		panic(err)
	}
	return p
}

// A Page is what a template is given: the language, and View, which is the page's own.
type Page struct {
	Lang words.Language
	View any
	Path string // of the page, without its query

	words  *words.Catalogue
	assets *Assets
	query  url.Values // of the page that the switch leads to, without lang
}

// T is the text under key in the page's language.
func (p Page) T(key string, pairs ...any) string { return p.words.Text(p.Lang, key, pairs...) }

// H is the text under key for the inside of an element; see [Catalogue.HTML].
func (p Page) H(key string, pairs ...any) template.HTML { return p.words.HTML(p.Lang, key, pairs...) }

// In is the text under key in another language, as the switch needs it.
func (p Page) In(lang words.Language, key string) string { return p.words.Text(lang, key) }

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

// With is the page with another view, for a template that is used in several.
func (p Page) With(view any) Page { p.View = view; return p }

// Part writes one template of a page, for a script that puts it into that page.
func (p *Pages) Part(out io.Writer, name, part string, lang words.Language, view any) error {
	page := Page{Lang: lang, View: view, words: p.words, assets: p.assets}
	return p.templates[name].ExecuteTemplate(out, part, page)
}

// Render answers with the page. Nothing on the way may keep it: what stands in
// it may be about one voter. Keep names the parameters of the page's query that
// the switch of language shall carry along.
func (p *Pages) Render(w http.ResponseWriter, r *http.Request, status int, name string, lang words.Language, view any, keep ...string) {
	query := url.Values{}
	for _, key := range keep {
		if v := r.URL.Query().Get(key); v != "" {
			query.Set(key, v)
		}
	}
	page := Page{Lang: lang, View: view, Path: r.URL.Path, words: p.words, assets: p.assets, query: query}
	var out bytes.Buffer
	one, ok := p.templates[name]
	if !ok {
		panic("web: no page " + name)
	}
	if err := one.ExecuteTemplate(&out, "shell", page); err != nil {
		panic(err) // the recoverer answers 500 and logs it
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", string(lang))
	header.Set("Cache-Control", "no-store")
	header.Add("Vary", "Accept-Language")
	w.WriteHeader(status)
	w.Write(out.Bytes())
}
