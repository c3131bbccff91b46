package signin

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// Whoever is signed in for a demonstration is, again and again and on another device.
func TestDemonstrate(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for range 3 {
			w := httptest.NewRecorder()
			d.service.Demonstrate(w, httptest.NewRequest("GET", "https://offices.example/demo/as/x", nil), "o-nasreen", "/read")
			if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/read" || len(w.Result().Cookies()) == 0 {
				t.Errorf("%d %s %v", w.Code, w.Header().Get("Location"), w.Result().Cookies())
			}
		}
	})
}
