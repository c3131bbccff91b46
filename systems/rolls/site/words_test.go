package site

import (
	"testing"

	"intikhab/platform/office"
	"intikhab/platform/web/webtest"
)

func TestWords(t *testing.T) { webtest.Templates(t, catalogue, "site.", files, webtest.Code(t, ".")) }

// TestActs: every route has an act that the table of permissions knows, and every form
// that is sent has a page at its own path, to which whoever must prove himself comes back.
func TestActs(t *testing.T) {
	paths := map[string]bool{}
	routes := New(Config{}).Routes()
	for _, r := range routes {
		if !office.Standard().Knows(r.Act) {
			t.Errorf("%s %s: no act %q", r.Method, r.Path, r.Act)
		}
		paths[r.Method+" "+r.Path] = true
	}
	for _, r := range routes {
		if r.Method == "POST" && !paths["GET "+r.Path] {
			t.Errorf("no page at %s", r.Path)
		}
	}
}
