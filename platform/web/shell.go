package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"intikhab/platform/words"
)

// Pages are the templates of one package, each set into the shell: the part of
// every page that is the same, with the way to the content, the name of the
// service, who has signed in, and the switch to the other language.
type Pages struct {
	words     *words.Catalogue
	assets    *Assets
	templates map[string]*template.Template
}

// NewPages parses the templates in the folder pages of source. A page NAME.html
// defines the templates "title" and "main", and may define "head", "nav", "name",
// "sub", "before" (breadcrumbs) and "foot"; files whose name begins with "part-"
// belong to every page, and so do the shell's own parts, the components: see
// package design.
func NewPages(catalogue *words.Catalogue, assets *Assets, source fs.FS, shared ...fs.FS) (*Pages, error) {
	p := &Pages{words: catalogue, assets: assets, templates: make(map[string]*template.Template)}
	entries, err := fs.Glob(source, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	shell := template.Must(template.ParseFS(ownFiles, "shell.html"))
	for _, from := range append([]fs.FS{ownFiles, source}, shared...) {
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

var ownPages = MustPages(shellWords, ownAssets, ownFiles)

// MustPages is NewPages for files embedded in the program.
func MustPages(catalogue *words.Catalogue, assets *Assets, source fs.FS, shared ...fs.FS) *Pages {
	p, err := NewPages(catalogue, assets, source, shared...)
	if err != nil {
		panic(err)
	}
	return p
}

// Part writes one template of a page, for a script that puts it into that page.
func (p *Pages) Part(out io.Writer, name, part string, lang words.Language, view any) error {
	page := Page{Lang: lang, View: view, words: p.words, assets: p.assets}
	return p.templates[name].ExecuteTemplate(out, part, page)
}

// drawn are buffers of pages that have been sent: a page grows to tens of kilobytes.
var drawn = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render answers with the page. Nothing on the way may keep it, since what stands
// in it may be about one voter, unless its route says that it is public. Keep names
// the parameters of the page's query that the switch of language shall carry along.
func (p *Pages) Render(w http.ResponseWriter, r *http.Request, status int, name string, lang words.Language, view any, keep ...string) {
	one, ok := p.templates[name]
	if !ok {
		panic("web: no page " + name)
	}
	asked := r.URL.Query()
	query := url.Values{}
	for _, key := range keep {
		if values := asked[key]; len(values) > 0 && values[0] != "" {
			query[key] = values
		}
	}
	page := Page{Lang: lang, View: view, Path: r.URL.Path, Visitor: VisitorOf(r.Context()), Notice: takeNotice(w, r, p.words),
		words: p.words, assets: p.assets, query: query}
	out := drawn.Get().(*bytes.Buffer)
	defer drawn.Put(out)
	out.Reset()
	if err := one.ExecuteTemplate(out, "shell", page); err != nil {
		panic(err) // the recoverer answers 500 and logs it
	}
	header := w.Header()
	if chosen, ok := words.ParseLanguage(asked.Get("lang")); ok && page.Visitor != nil {
		http.SetCookie(w, cookie(r, languageCookie, string(chosen), year))
	}
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", string(lang))
	header.Set("Cache-Control", caching(r, status, page, header))
	header.Add("Vary", "Accept-Language, Cookie")
	header.Set("Content-Length", strconv.Itoa(out.Len()))
	w.WriteHeader(status)
	w.Write(out.Bytes())
}

// caching tells who may keep a page: nobody, unless its route is public and this
// answer is the same for everybody.
func caching(r *http.Request, status int, page Page, header http.Header) string {
	route := factsOf(r.Context()).route
	if route == nil || route.Public <= 0 || status != http.StatusOK || page.Visitor != nil ||
		!page.Notice.IsZero() || header.Get("Set-Cookie") != "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return "no-store"
	}
	return fmt.Sprintf("public, max-age=%d", int(route.Public/time.Second))
}
