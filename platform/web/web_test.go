package web

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
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
		"a key of the shell":       {`{"shell.nav":"x"}`, `{"shell.nav":"x"}`, `stands twice`},
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

func TestChooseLanguage(t *testing.T) {
	for _, c := range []struct {
		query, header string
		want          Language
	}{
		{"", "", Urdu},
		{"?lang=en", "ur", English},
		{"?lang=xx", "en-GB,ur;q=0.5", English},
		{"", "fr, ur-PK;q=0.9, en;q=0.8", Urdu},
		{"", "pa, sd", Urdu},
		{"", ";;;;", Urdu},
		{"", strings.Repeat("en,", 400), Urdu},
	} {
		r := httptest.NewRequest("GET", "/"+c.query, nil)
		r.Header.Set("Accept-Language", c.header)
		if got := ChooseLanguage(r, Urdu); got != c.want {
			t.Errorf("%q %.20q: got %s, want %s", c.query, c.header, got, c.want)
		}
	}
}

func TestClientBelievesOnlyProxies(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8")}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:1", "", "192.0.2.1"},
		{"192.0.2.1:1", "198.51.100.7", "192.0.2.1"},
		{"10.1.1.1:1", "198.51.100.7", "198.51.100.7"},
		{"10.1.1.1:1", "203.0.113.9, 198.51.100.7, 10.2.2.2", "198.51.100.7"},
		{"10.1.1.1:1", "nonsense", "10.1.1.1"},
		{"10.1.1.1:1", "203.0.113.9, nonsense", "10.1.1.1"},
		{"[::ffff:192.0.2.1]:1", "", "192.0.2.1"},
		{"[2001:db8::1]:1", "", "2001:db8::1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := clientOf(r, proxies).String(); got != c.want {
			t.Errorf("%s forwarded for %q: got %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	if got, want := Network(netip.MustParseAddr("2001:db8:1:2:3::4")), "2001:db8:1:2::/64"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Ensure that neither query, body, path nor whole address reach the log.
func TestAccessLogHoldsNoPersonalData(t *testing.T) {
	const secret = "4230112345671"
	var log bytes.Buffer
	h := New(Config{Log: slog.New(slog.NewTextHandler(&log, nil))}, []Route{
		{Method: "POST", Path: "/ask/{who}", Who: Anyone, Handler: func(w http.ResponseWriter, r *http.Request) {}},
		{Method: "GET", Path: "/fail", Who: Anyone, Handler: func(http.ResponseWriter, *http.Request) { panic("a mistake") }},
	})
	for _, r := range []*http.Request{
		httptest.NewRequest("POST", "/ask/"+secret+"?cnic="+secret, strings.NewReader(secret)),
		httptest.NewRequest("GET", "/"+secret+"?cnic="+secret, nil),
		httptest.NewRequest("X"+secret, "/fail", nil),
		httptest.NewRequest("GET", "/fail?"+secret, nil),
	} {
		r.RemoteAddr = "198.51.100.77:4230"
		r.Header.Set("X-Request-Id", secret)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	if strings.Contains(log.String(), secret) {
		t.Errorf("the log holds the number:\n%s", &log)
	}
	if strings.Contains(log.String(), "198.51.100.77") || !strings.Contains(log.String(), "198.51.100.0/24") {
		t.Errorf("the log holds a whole address, or none:\n%s", &log)
	}
	if n := strings.Count(log.String(), "msg=request "); n != 4 {
		t.Errorf("got %d lines for 4 requests:\n%s", n, &log)
	}
}

func TestEveryAnswerHasTheHeaders(t *testing.T) {
	h := New(Config{Log: slog.New(slog.DiscardHandler), HSTS: true, Hosts: LoopbackHosts}, []Route{
		{Method: "GET", Path: "/page", Who: Anyone, Handler: func(w http.ResponseWriter, r *http.Request) {
			ownPages.Render(w, r, 200, "missing", English, nil)
		}},
	})
	for _, c := range []struct {
		method, path, host, accept string
		status                     int
	}{
		{"GET", "/page", "localhost:8080", "text/html", 200},
		{"HEAD", "/page", "[::1]:8080", "text/html", 200},
		{"POST", "/page", "127.0.0.1", "text/html", 405},
		{"GET", "/none", "127.0.0.1", "text/html", 404},
		{"GET", "/none", "127.0.0.1", "", 404},
		{"GET", "/page", "rebound.example:8080", "text/html", 421},
		{"GET", ownAssets.paths["shell.css"], "localhost", "text/css", 200},
		{"GET", "/assets/web/none.css", "localhost", "text/css", 404},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Host = c.host
		r.Header.Set("Accept", c.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s %s: got %d, want %d", c.method, c.path, w.Code, c.status)
		}
		for _, name := range []string{"Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "Strict-Transport-Security", "X-Request-Id"} {
			if w.Header().Get(name) == "" {
				t.Errorf("%s %s: no header %s", c.method, c.path, name)
			}
		}
	}
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is too open: %s", policy)
	}
}

// Ensure that Serve returns with nothing left when its context ends, streams
// included.
func TestServeEndsStreams(t *testing.T) {
	started := make(chan struct{})
	h := New(Config{Log: slog.New(slog.DiscardHandler)}, []Route{
		{Method: "GET", Path: "/stream", Who: Anyone, Handler: func(w http.ResponseWriter, r *http.Request) {
			close(started)
			<-Stopping(r.Context())
			w.Write([]byte("ended"))
		}},
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, listener, nil, h, nil) }()
	go func() { <-started; stop() }()
	res, err := http.Get("http://" + listener.Addr().String() + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("the listener is still open")
	}
}

// Ensure that a body beyond the limit is cut off whatever the handler does.
func TestBodyIsBounded(t *testing.T) {
	h := New(Config{Log: slog.New(slog.DiscardHandler)}, []Route{
		{Method: "POST", Path: "/", Who: Anyone, Handler: func(w http.ResponseWriter, r *http.Request) {
			if _, err := new(bytes.Buffer).ReadFrom(r.Body); err == nil {
				t.Error("the whole body was read")
			}
		}},
	})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", maxBody+1))))
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

func TestShellCatalogue(t *testing.T) {
	shell, err := os.ReadFile("shell.html")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(shell, []byte("style=")) || bytes.Contains(shell, []byte("onclick")) {
		t.Error("inline style or script in the shell: the policy forbids it")
	}
}
