package design

import (
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/platform/words"
)

func handler() http.Handler {
	now := time.Date(2027, 2, 8, 3, 12, 7, 0, time.UTC)
	return web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)}, New(Config{Now: func() time.Time { return now }}).Routes())
}

func do(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestWords(t *testing.T) {
	webtest.Templates(t, catalogue, "design.", files, webtest.Code(t))
}

// Ensure that every page of components is drawn in both languages, and is light.
func TestDesignPages(t *testing.T) {
	h := handler()
	const most = 100_000 // bytes, of a page with all that it loads but the faces
	paths := []string{"/design", "/design/dialogs/confirm", "/design/failures/500"}
	for _, p := range parts {
		paths = append(paths, "/design/"+p.Name)
	}
	for _, path := range paths {
		for _, lang := range words.Languages {
			w := do(h, httptest.NewRequest("GET", path+"?lang="+string(lang), nil))
			text := w.Body.String()
			want := 200
			if path == "/design/failures/500" {
				want = 500
			}
			if w.Code != want {
				t.Errorf("%s in %s: got %d", path, lang, w.Code)
				continue
			}
			if !strings.Contains(text, `<html lang="`+string(lang)+`"`) || strings.Contains(text, ">design.") {
				t.Errorf("%s in %s: another language, or a key without a text", path, lang)
			}
			if strings.Contains(text, "style=") || strings.Contains(text, "ZgotmplZ") || strings.Contains(text, "<no value>") {
				t.Errorf("%s in %s: inline style, or a value that the template refused", path, lang)
			}
			got := webtest.Weight(t, h, path+"?lang="+string(lang))
			t.Logf("%s in %s weighs %d bytes", path, lang, got)
			if got > most {
				t.Errorf("%s in %s weighs %d bytes, %d are the most", path, lang, got, most)
			}
			if preloaded := strings.Contains(text, `rel="preload"`); preloaded != (lang == words.Urdu) {
				t.Errorf("%s in %s: the face of Urdu is loaded early: %v", path, lang, preloaded)
			}
		}
	}
}

func post(h http.Handler, path, form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return do(h, r)
}

// Ensure that the steps ask one after the other, carry what was answered, and check
// all of it at the end.
func TestSteps(t *testing.T) {
	h := handler()
	const date = "&from-day=8&from-month=2&from-year=2027"
	for _, c := range []struct {
		name, path, form string
		status           int
		says             string
	}{
		{"nothing answered", "name", "", 422, "Full name: write an answer."},
		{"the first", "name", "name=Zahida", 200, `name="from-day"`},
		{"carries", "from", "name=Zahida" + date, 200, `type="hidden" name="name" value="Zahida"`},
		{"no such day", "from", "name=Zahida&from-day=30&from-month=2&from-year=2027", 422, "not in the calendar"},
		{"an earlier one is missing", "from", date, 200, `id="name"`},
		{"all", "needs", "name=Zahida&needs=ramp&needs=water" + date, 200, "8 February 2027"},
		{"changes", "name", "do=change&name=Zahida&needs=ramp" + date, 200, `value="Zahida"`},
		{"forged", "needs", "name=Zahida&needs=moat" + date, 422, "choose one"},
		{"forged behind", "all", "name=Zahida&needs=moat" + date, 200, `type="checkbox"`},
		{"twice", "name", "name=a&name=b", 400, "could not be read"},
	} {
		w := post(h, "/design/steps/"+c.path+"?lang=en", c.form)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: got %d, want %d and %q in:\n%s", c.name, w.Code, c.status, c.says, w.Body)
		}
	}
	w := post(h, "/design/steps/all?lang=en", "name=Zahida&needs=ramp&needs=water"+date)
	if w.Code != 303 || w.Header().Get("Location") != "/design/steps?lang=en" {
		t.Fatalf("sent: %d to %q", w.Code, w.Header().Get("Location"))
	}
	r := httptest.NewRequest("GET", "/design/steps?lang=en", nil)
	for _, c := range w.Result().Cookies() {
		r.AddCookie(c)
	}
	w = do(h, r)
	if !strings.Contains(w.Body.String(), "It would have been sent.") {
		t.Error("the page that follows does not say what was done")
	}
	if c := w.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the notice is not forgotten: %v", c)
	}
}

func TestUpload(t *testing.T) {
	h := handler()
	send := func(name, content string) *httptest.ResponseRecorder {
		var body strings.Builder
		m := multipart.NewWriter(&body)
		part, _ := m.CreateFormFile("file", name)
		io.WriteString(part, content)
		m.Close()
		r := httptest.NewRequest("POST", "/design/upload?lang=en", strings.NewReader(body.String()))
		r.Header.Set("Content-Type", m.FormDataContentType())
		return do(h, r)
	}
	for _, c := range []struct {
		name, content string
		status        int
		says          string
	}{
		{"officers.csv", "name,role\nx,y\n", 303, ""},
		{"..\\..\\officers.CSV", "name,role\nx,y\n", 303, ""},
		{"officers.csv", "<html><script>alert(1)</script>", 422, "another kind of file"},
		{"officers.csv", "MZ\x90\x00\x03", 422, "another kind of file"},
		{"officers.csv", "", 422, "The file is empty"},
		{"", "x", 422, "choose a file"},
		{"officers.csv", strings.Repeat("a,b\n", mostUpload/4+1), 422, "too large"},
		{"officers.csv", strings.Repeat("a,b\n", mostUpload/2), 413, "too much at once"},
	} {
		w := send(c.name, c.content)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%q of %d bytes: got %d, want %d and %q in:\n%.2000s", c.name, len(c.content), w.Code, c.status, c.says, w.Body)
		}
	}
}
