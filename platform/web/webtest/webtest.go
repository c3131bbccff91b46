// Package webtest holds the checks that every package with pages makes of its
// words and templates: no text in a template, no key that the catalogue lacks, no
// key that nothing uses.
package webtest

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"intikhab/platform/words"
)

var (
	action  = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	forRoot = regexp.MustCompile(`\{\{define "(?:class|scheme)"\}\}[^{]*\{\{end\}\}`)
	tag     = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>`)
	spoken  = regexp.MustCompile(`(?:alt|title|placeholder|aria-label|content|value)="([^"{]*)"`)
	literal = regexp.MustCompile(`(?:T|H|With|In \S+) "([a-z0-9_.]+)"`)
	built   = regexp.MustCompile(`printf "([a-z0-9_.]+)%s"`)
	// Names that look like keys of texts and are not: of acts, of forms, of drafts.
	acts     = regexp.MustCompile(`(?:Act(?:: |\()|(?:Name|Form): )"[a-z0-9_.]+"`)
	fileName = regexp.MustCompile(`\.(?:html|css|js|svg|txt|json|csv|sql)$`)
	inSource = regexp.MustCompile(`"([a-z]+\.[a-z0-9_.]*)"`)
)

// Templates checks the folder pages of source against the catalogue. The prefix
// is that of the package's own keys ("door."); code holds the package's Go files,
// where keys are also named.
func Templates(t *testing.T, words *words.Catalogue, prefix string, source fs.FS, code string) {
	t.Helper()
	used := make(map[string]bool)
	var begins []string
	names, err := fs.Glob(source, "pages/*.html")
	if err != nil || len(names) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, name := range names {
		content, err := fs.ReadFile(source, name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(content)
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
			if !words.Has(m[1]) {
				t.Errorf("%s names the key %q, which the catalogue lacks", name, m[1])
			}
		}
		for _, m := range built.FindAllStringSubmatch(text, -1) {
			begins = append(begins, m[1])
		}
		bare := action.ReplaceAllString(forRoot.ReplaceAllString(text, ""), "")
		for _, m := range spoken.FindAllStringSubmatch(bare, -1) {
			if strings.ContainsFunc(m[1], unicode.IsLetter) && !technical[m[1]] {
				t.Errorf("%s has the text %q in an attribute: take it from the catalogue", name, m[1])
			}
		}
		for _, word := range strings.Fields(tag.ReplaceAllString(bare, " ")) {
			if strings.ContainsFunc(word, unicode.IsLetter) {
				t.Errorf("%s has the text %q: take it from the catalogue", name, word)
			}
		}
	}
	for _, m := range inSource.FindAllStringSubmatch(acts.ReplaceAllString(code, ""), -1) {
		if fileName.MatchString(m[1]) {
			continue
		}
		if strings.HasSuffix(m[1], ".") {
			begins = append(begins, m[1])
		}
		used[m[1]] = true
		if strings.HasPrefix(m[1], prefix) && !strings.HasSuffix(m[1], ".") && !words.Has(m[1]) {
			t.Errorf("the code names the key %q, which the catalogue lacks", m[1])
		}
	}
	for _, key := range words.Keys() {
		if !strings.HasPrefix(key, prefix) || used[key] || beginsWithAny(key, begins) {
			continue
		}
		t.Errorf("nothing uses the key %q: take it out of the catalogue", key)
	}
}

// technical are attribute values that a browser reads, not a person.
var technical = map[string]bool{"light dark": true, "dark": true, "telephone=no": true, "send": true, "later": true, "change": true}

func beginsWithAny(key string, begins []string) bool {
	for _, b := range begins {
		if b != "" && strings.HasPrefix(key, b) {
			return true
		}
	}
	return false
}
