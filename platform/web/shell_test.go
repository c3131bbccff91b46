package web

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/words"
)

var testFiles = fstest.MapFS{
	"pages/page.html":  {Data: []byte(`{{define "title"}}x{{end}}{{define "name"}}{{end}}{{define "sub"}}{{end}}{{define "main"}}{{range .View}}<p>{{$.Show .}}</p>{{end}}{{end}}`)},
	"words/en.json":    {Data: []byte(`{"test.notice.saved":"{n} saved","test.other":"never {n}"}`)},
	"words/ur.json":    {Data: []byte(`{"test.notice.saved":"{n} محفوظ","test.other":"{n} کبھی نہیں"}`)},
	"assets/x.css":     {Data: []byte(`a { background: url("x.svg"); }` + strings.Repeat("/* long */", 100))},
	"assets/x.svg":     {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
	"assets/README.md": {Data: []byte("not served")},
}

func testSite(t *testing.T, view ...any) http.Handler {
	t.Helper()
	assets := MustAssets("test", testFiles)
	pages := MustPages(MustCatalogue(testFiles), assets, testFiles)
	show := func(w http.ResponseWriter, r *http.Request) {
		pages.Render(w, r, 200, "page", ChooseLanguage(r, words.English), view)
	}
	signedIn := func(w http.ResponseWriter, r *http.Request) {
		show(w, r.WithContext(WithVisitor(r.Context(), Visitor{Name: "<Zahida>", SignOut: "/out", Office: words.Both{En: "Karachi", Ur: "کراچی"},
			Links: []Link{{Href: "/officers", Text: words.Plain("Officers")}}})))
	}
	return New(Config{Gate: open{}, Log: slog.New(slog.DiscardHandler)}, []Route{
		{Method: "GET", Path: "/private", Act: "test.any", Handler: show},
		{Method: "GET", Path: "/public", Act: "test.any", Handler: show, Public: time.Minute},
		{Method: "GET", Path: "/officers/7", Act: "test.any", Handler: signedIn, Public: time.Minute},
		{Method: "POST", Path: "/save", Act: "test.any", Handler: func(w http.ResponseWriter, r *http.Request) {
			SetNotice(w, r, "test.notice.saved", "n", 1200)
			SeeOther(w, r, "/public")
		}},
		assets.Route(),
	})
}

func get(h http.Handler, path string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", "text/html")
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// Ensure that only a page which is the same for everybody may be kept on the way.
func TestCaching(t *testing.T) {
	h := testSite(t)
	notice := &http.Cookie{Name: "notice", Value: "test.notice.saved?n=3"}
	for _, c := range []struct {
		path    string
		cookies []*http.Cookie
		want    string
	}{
		{"/private", nil, "no-store"}, {"/public", nil, "public, max-age=60"}, {"/officers/7", nil, "no-store"},
		{"/public", []*http.Cookie{notice}, "no-store"}, {"/none", nil, "no-store"},
	} {
		w := get(h, c.path, c.cookies...)
		if got := w.Header().Get("Cache-Control"); got != c.want {
			t.Errorf("%s: %q, want %q", c.path, got, c.want)
		}
		if c.want == "public, max-age=60" && w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", c.path)
		}
	}
	css, _ := MustAssets("test", testFiles).Path("x.css")
	w := get(h, css)
	if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("an asset: %q", got)
	}
	svg, _ := MustAssets("test", testFiles).Path("x.svg")
	if !strings.Contains(w.Body.String(), `url("`+filepath.Base(svg)+`")`) {
		t.Errorf("a style sheet names %s", w.Body)
	}
	if _, err := MustAssets("test", testFiles).Path("README.md"); err == nil {
		t.Error("README.md is served")
	}
	r := httptest.NewRequest("GET", css, nil)
	r.Header.Set("Accept-Encoding", "br, gzip")
	zipped := httptest.NewRecorder()
	h.ServeHTTP(zipped, r)
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len() >= w.Body.Len() {
		t.Errorf("not compressed: %d of %d bytes", zipped.Body.Len(), w.Body.Len())
	}
}

// Ensure that a notice is said once, and that no cookie has anything else said.
func TestNotice(t *testing.T) {
	h := testSite(t)
	r := httptest.NewRequest("POST", "/save?lang=ur", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	cookies := w.Result().Cookies()
	if w.Code != 303 || w.Header().Get("Location") != "/public?lang=ur" || len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	w = get(h, "/public?lang=ur", cookies...)
	if !strings.Contains(w.Body.String(), `<span class="num">1,200</span> محفوظ`) || w.Result().Cookies()[0].MaxAge >= 0 {
		t.Errorf("the notice is not said, or not forgotten:\n%s", w.Body)
	}
	for _, value := range []string{"test.other?n=1", "test.notice.none", "<b>.notice.</b>", "test.notice.saved?n=%zz"} {
		w := get(h, "/public?lang=en", &http.Cookie{Name: "notice", Value: value})
		if strings.Contains(w.Body.String(), `class="said"`) {
			t.Errorf("%q is said", value)
		}
	}
	if w := get(h, "/public?lang=en", &http.Cookie{Name: "notice", Value: "test.notice.saved?n=<b>"}); strings.Contains(w.Body.String(), "<b>.") {
		t.Errorf("markup is said:\n%s", w.Body)
	}
}

func TestVisitor(t *testing.T) {
	h := testSite(t)
	w := get(h, "/officers/7?lang=ur")
	body := w.Body.String()
	for _, want := range []string{"&lt;Zahida&gt;", "کراچی", `action="/out"`, `href="/officers" aria-current="true"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in:\n%s", want, body)
		}
	}
	// The language that an officer chose is remembered; no visitor without a sign-in gets a cookie.
	cookies := w.Result().Cookies()
	if len(cookies) != 1 || cookies[0].Value != "ur" {
		t.Fatalf("cookies %v", cookies)
	}
	if w := get(h, "/officers/7", cookies[0]); !strings.Contains(w.Body.String(), `<html lang="ur"`) {
		t.Error("the language is not remembered")
	}
	if w := get(h, "/private?lang=ur"); len(w.Result().Cookies()) != 0 {
		t.Error("a visitor who has not signed in gets a cookie")
	}
}

func TestShow(t *testing.T) {
	number, _ := cnic.Parse("4230112345671")
	type code string
	p := Page{Lang: words.Urdu, words: shellWords}
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, ""}, {"<b>", "<bdi>&lt;b&gt;</bdi>"}, {128585760, `<span class="num">128,585,760</span>`}, {uint8(3), `<span class="num">3</span>`},
		{number, `<span class="num">42301-*******-*</span>`}, {code("NA-1"), `<span class="num">NA-1</span>`},
		{words.Both{En: "Lahore", Ur: "لاہور"}, "لاہور"}, {words.Both{En: "Lahore"}, `<bdi lang="en" dir="ltr">Lahore</bdi>`},
		{time.Date(2027, 2, 8, 3, 12, 0, 0, time.UTC), "8 فروری 2027، صبح 8:12"}, {time.Time{}, ""}, {words.Day{Year: 2027, Month: 2, Day: 8}, "8 فروری 2027"},
		{Tag{Good, words.Plain("<i>")}, `<strong class="tag tag-good">&lt;i&gt;</strong>`},
		{Link{"/x?a=1&b=2", words.Plain("x")}, `<a href="/x?a=1&amp;b=2&amp;lang=ur">x</a>`},
		{Hint{"a", 1}, `<bdi>a</bdi><span class="below"><span class="num">1</span></span>`},
		{words.Say("shell.home"), "پہلے صفحے پر جائیں"}, {true, "true"},
	} {
		if got := string(p.Show(c.value)); got != c.want {
			t.Errorf("%v is shown as %q, want %q", c.value, got, c.want)
		}
	}
}

// Ensure that a stream carries what was sent, whole, and ends with the server.
func TestEvents(t *testing.T) {
	news := make(chan struct{})
	h := New(Config{Gate: open{}, Log: slog.New(slog.DiscardHandler)}, []Route{
		{Method: "GET", Path: "/events", Act: "test.any", Machine: true, Handler: func(w http.ResponseWriter, r *http.Request) {
			s := Events(w, r)
			s.Send([]byte("two\nlines\r\n"))
			for s.Wait(news) {
				s.Parts(map[string]string{"count": "<b>1</b>\n"})
			}
		}},
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, listener, nil, h, nil) }()
	res, err := http.Get("http://" + listener.Addr().String() + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	read := func(n int) (all []string) {
		for range n {
			lines.Scan()
			all = append(all, lines.Text())
		}
		return all
	}
	if got := strings.Join(read(6), "|"); got != "retry: 2000||data: two|data: lines|data: |" {
		t.Errorf("got %q", got)
	}
	news <- struct{}{}
	if got := strings.Join(read(2), "|"); got != `data: {"parts":{"count":"\u003cb\u003e1\u003c/b\u003e\n"}}|` {
		t.Errorf("got %q", got)
	}
	stop()
	if lines.Scan() {
		t.Errorf("after the end there is %q", lines.Text())
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// Ensure that the face of Urdu has every letter of the shell's own words: what it
// lacks would be set in another face in the middle of a word.
func TestFaceHasUrdu(t *testing.T) {
	readme, err := os.ReadFile("assets/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(readme), "--unicodes=")
	list, _, _ = strings.Cut(list, " ")
	var ranges [][2]rune
	for part := range strings.SplitSeq(list, ",") {
		low, high, isRange := strings.Cut(strings.TrimPrefix(part, "U+"), "-")
		if !isRange {
			high = low
		}
		ranges = append(ranges, [2]rune{hexRune(t, low), hexRune(t, high)})
	}
	for _, key := range shellWords.Keys() {
		for _, r := range shellWords.Text(words.Urdu, key) {
			found := r < 0x80 // in the face of figures
			for _, x := range ranges {
				found = found || r >= x[0] && r <= x[1]
			}
			if !found {
				t.Errorf("%s: U+%04X is not in the face", key, r)
			}
		}
	}
	for _, name := range []string{"nastaliq-regular.woff2", "nastaliq-bold.woff2"} {
		content, err := os.ReadFile("assets/" + name)
		if err != nil || len(content) > 130_000 || !strings.HasPrefix(string(content), "wOF2") {
			t.Errorf("%s: %d bytes, %v", name, len(content), err)
		}
	}
}

func hexRune(t *testing.T, text string) rune {
	t.Helper()
	var r rune
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | (c - '0')
		case c >= 'A' && c <= 'F':
			r = r<<4 | (c - 'A' + 10)
		default:
			t.Fatalf("%q is no code point", text)
		}
	}
	return r
}
