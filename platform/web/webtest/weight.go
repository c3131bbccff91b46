package webtest

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
)

var loaded = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`)

// Weight is how many bytes a page is, with the style sheets, scripts and pictures
// that it loads, uncompressed and without the faces, which a browser keeps for ever.
func Weight(t *testing.T, h http.Handler, path string) int {
	t.Helper()
	page := Fetch(h, path)
	total := page.Body.Len()
	seen := map[string]bool{}
	for _, m := range loaded.FindAllStringSubmatch(page.Body.String(), -1) {
		if seen[m[1]] {
			continue
		}
		seen[m[1]] = true
		part := Fetch(h, m[1])
		if part.Code != http.StatusOK {
			t.Errorf("%s loads %s, which answers %d", path, m[1], part.Code)
		}
		if part.Header().Get("Content-Type") != "font/woff2" {
			total += part.Body.Len()
		}
	}
	return total
}

// Fetch asks the handler for a page as a browser does.
func Fetch(h http.Handler, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
