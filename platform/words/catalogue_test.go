package words

import (
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

func catalogue(en, ur string) fstest.MapFS {
	return fstest.MapFS{"words/en.json": {Data: []byte(en)}, "words/ur.json": {Data: []byte(ur)}}
}

func TestCatalogueRefuses(t *testing.T) {
	for name, c := range map[string]struct{ en, ur, want string }{
		"a key missing in Urdu":    {`{"a.x":"x"}`, `{}`, `"a.x" is there in "en" and missing in "ur"`},
		"a key missing in English": {`{}`, `{"a.x":"x"}`, `missing in "en"`},
		"a placeholder missing":    {`{"a.x":"{n} x"}`, `{"a.x":"x"}`, `placeholders [{n}] in "en" and [] in "ur"`},
		"an empty text":            {`{"a.x":"x"}`, `{"a.x":" "}`, `empty in "ur"`},
		"no JSON":                  {`{`, `{}`, `words/en.json`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := NewCatalogue(catalogue(c.en, c.ur)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestTextFillsPlaceholders(t *testing.T) {
	c, err := NewCatalogue(catalogue(`{"a.n":"{n} of 13"}`, `{"a.n":"13 میں سے {n}"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Text(English, "a.n", "n", "4-2"), "4-2 of 13"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// In Urdu a Latin value is kept in its own direction, an Urdu one is not.
	if got, want := c.Text(Urdu, "a.n", "n", "4-2"), "13 میں سے \u20664-2\u2069"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := c.Text(Urdu, "a.n", "n", "چار"), "13 میں سے چار"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := string(c.HTML(English, "a.n", "n", "<b>")), `<span class="num">&lt;b&gt;</span> of 13`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := c.Text(English, "a.unknown"), "a.unknown"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Ensure that what fills a placeholder cannot become markup.
func TestHTMLEscapes(t *testing.T) {
	c, err := NewCatalogue(catalogue(`{"a.n":"a {n} b"}`, `{"a.n":"ا {n} ب"}`))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		for _, lang := range Languages {
			out := strings.NewReplacer(`<span class="num">`, "", `</span>`, "").Replace(string(c.HTML(lang, "a.n", "n", value)))
			if strings.ContainsAny(out, "<>\"") {
				t.Fatalf("markup in %q", out)
			}
		}
	})
}
