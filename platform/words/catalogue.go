package words

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A Catalogue holds every text that a person sees, under a key, in each
// language. Its files are words/en.json and words/ur.json: one flat object, key
// to text, with placeholders such as {digits}.
type Catalogue struct {
	texts map[Language]map[string]string
	html  map[Language]map[string]template.HTML // the same, escaped
}

// NewCatalogue reads words/LANG.json of each language from every file system
// given; a key that stands twice is an error, and so is a key, or a placeholder
// of a text, that one language has and another lacks.
func NewCatalogue(sources ...fs.FS) (*Catalogue, error) {
	c := &Catalogue{texts: make(map[Language]map[string]string)}
	for _, lang := range Languages {
		c.texts[lang] = make(map[string]string)
		for _, source := range sources {
			name := "words/" + string(lang) + ".json"
			content, err := fs.ReadFile(source, name)
			if err != nil {
				return nil, fmt.Errorf("catalogue: %w", err)
			}
			var texts map[string]string
			if err := json.Unmarshal(content, &texts); err != nil {
				return nil, fmt.Errorf("catalogue: %s: %w", name, err)
			}
			for key, text := range texts {
				if _, twice := c.texts[lang][key]; twice {
					return nil, fmt.Errorf("catalogue: %s: key %q stands twice", name, key)
				}
				c.texts[lang][key] = text
			}
		}
	}
	c.html = make(map[Language]map[string]template.HTML)
	for lang, texts := range c.texts {
		c.html[lang] = make(map[string]template.HTML, len(texts))
		for key, text := range texts {
			c.html[lang][key] = template.HTML(template.HTMLEscapeString(text))
		}
	}
	return c, c.check()
}

// MustCatalogue is NewCatalogue for files embedded in the program.
func MustCatalogue(sources ...fs.FS) *Catalogue {
	c, err := NewCatalogue(sources...)
	if err != nil {
		panic(err)
	}
	return c
}

// Keys returns all keys, sorted.
func (c *Catalogue) Keys() []string {
	return slices.Sorted(maps.Keys(c.texts[English]))
}

// Has tells whether there is a text under key.
func (c *Catalogue) Has(key string) bool {
	_, ok := c.texts[English][key]
	return ok
}

// Text returns the text under key with its placeholders filled from pairs of
// name and value. An unknown key gives the key itself, so that a mistake is
// seen and nothing breaks; webtest finds it before a person does.
func (c *Catalogue) Text(lang Language, key string, pairs ...any) string {
	text, ok := c.texts[lang][key]
	if !ok {
		return key
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		value := c.value(lang, pairs[i+1])
		if lang.Dir() == "rtl" && isLatin(value) {
			value = isolate(value)
		}
		text = strings.ReplaceAll(text, "{"+fmt.Sprint(pairs[i])+"}", value)
	}
	return text
}

// HTML is Text for the inside of an element: the text is escaped, and a number or
// Latin word that fills a placeholder gets an element of class num, which keeps it
// in one line, in its own direction and in a plain face.
func (c *Catalogue) HTML(lang Language, key string, pairs ...any) template.HTML {
	if len(pairs) == 0 {
		if html, ok := c.html[lang][key]; ok {
			return html
		}
	}
	text := template.HTMLEscapeString(c.Text(lang, key))
	for i := 0; i+1 < len(pairs); i += 2 {
		value := template.HTMLEscapeString(c.value(lang, pairs[i+1]))
		switch pairs[i+1].(type) {
		case Message, Both, Day: // words of this language, or a name in the other
			if lang.Dir() == "rtl" && isLatin(value) {
				value = `<bdi>` + value + `</bdi>`
			}
		default:
			if isLatin(value) {
				value = `<span class="num">` + value + `</span>`
			}
		}
		text = strings.ReplaceAll(text, "{"+fmt.Sprint(pairs[i])+"}", value)
	}
	return template.HTML(text)
}

// isolate keeps a number or a Latin word in its own left-to-right order inside
// Urdu text. Without it "42301-1234567-1" behind an Urdu letter would be drawn
// with its parts turned round (Unicode bidirectional algorithm, rules W2, W4).
func isolate(s string) string { return "\u2066" + s + "\u2069" }

func isLatin(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// check compares the languages with each other.
func (c *Catalogue) check() error {
	for _, lang := range Languages[1:] {
		for _, pair := range [][2]Language{{English, lang}, {lang, English}} {
			for key, text := range c.texts[pair[0]] {
				other, ok := c.texts[pair[1]][key]
				if !ok {
					return fmt.Errorf("catalogue: %q is there in %q and missing in %q: add it", key, pair[0], pair[1])
				}
				if strings.TrimSpace(text) == "" {
					return fmt.Errorf("catalogue: %q is empty in %q", key, pair[0])
				}
				if a, b := placeholders(text), placeholders(other); !slices.Equal(a, b) {
					return fmt.Errorf("catalogue: %q has placeholders %v in %q and %v in %q", key, a, pair[0], b, pair[1])
				}
			}
		}
	}
	return nil
}

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}
