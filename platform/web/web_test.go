package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"

	"intikhab/platform/database"
	"intikhab/platform/words"
)

func TestChooseLanguage(t *testing.T) {
	for _, c := range []struct {
		query, header string
		want          words.Language
	}{
		{"", "", words.Urdu},
		{"?lang=en", "ur", words.English},
		{"?lang=xx", "en-GB,ur;q=0.5", words.English},
		{"", "fr, ur-PK;q=0.9, en;q=0.8", words.Urdu},
		{"", "pa, sd", words.Urdu},
		{"", ";;;;", words.Urdu},
		{"", strings.Repeat("en,", 400), words.Urdu},
	} {
		r := httptest.NewRequest("GET", "/"+c.query, nil)
		r.Header.Set("Accept-Language", c.header)
		if got := ChooseLanguage(r, words.Urdu); got != c.want {
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
	h := New(Config{Gate: open{}, Log: slog.New(slog.NewTextHandler(&log, nil))}, []Route{
		{Method: "POST", Path: "/ask/{who}", Act: "test.any", Handler: func(w http.ResponseWriter, r *http.Request) {}},
		{Method: "GET", Path: "/fail", Act: "test.any", Handler: func(http.ResponseWriter, *http.Request) { panic("a mistake") }},
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
	h := New(Config{Gate: open{}, Log: slog.New(slog.DiscardHandler), HSTS: true, Hosts: LoopbackHosts}, []Route{
		{Method: "GET", Path: "/page", Act: "test.any", Handler: func(w http.ResponseWriter, r *http.Request) {
			ownPages.Render(w, r, 200, "fail", words.English, failure{Key: "shell.fail.404"})
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
	h := New(Config{Gate: open{}, Log: slog.New(slog.DiscardHandler)}, []Route{
		{Method: "GET", Path: "/stream", Act: "test.any", Handler: func(w http.ResponseWriter, r *http.Request) {
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
	h := New(Config{Gate: open{}, Log: slog.New(slog.DiscardHandler)}, []Route{
		{Method: "POST", Path: "/", Act: "test.any", Handler: func(w http.ResponseWriter, r *http.Request) {
			if _, err := new(bytes.Buffer).ReadFrom(r.Body); err == nil {
				t.Error("the whole body was read")
			}
		}},
	})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", defaultBody+1))))
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

// open admits everybody; webtest.Open cannot be imported here.
type open struct{}

func (open) Knows(Act) bool { return true }

func (open) Admit(_ http.ResponseWriter, r *http.Request, _ Route) (*http.Request, bool) {
	return r, true
}

// Ensure that whoever does not know whether a change was made is told to look first,
// and that nobody but the log is told why.
func TestBroken(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("disk 7: %w", database.ErrOutcomeUnknown), "Only if it is not, send it again."},
		{errors.New("disk 7 is full"), "does not answer"},
	} {
		var log bytes.Buffer
		h := New(Config{Gate: open{}, Log: slog.New(slog.NewTextHandler(&log, nil))}, []Route{
			{Method: "GET", Path: "/", Act: "test.any", Handler: func(w http.ResponseWriter, r *http.Request) {
				Broken(w, r, slog.New(slog.NewTextHandler(&log, nil)), c.err)
			}},
		})
		r := httptest.NewRequest("GET", "/?lang=en", nil)
		r.Header.Set("Accept", "text/html")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 503 || !strings.Contains(w.Body.String(), c.want) || strings.Contains(w.Body.String(), "disk 7") {
			t.Errorf("%v: %d, without %q or with the reason:\n%s", c.err, w.Code, c.want, w.Body)
		}
		if !strings.Contains(log.String(), "disk 7") {
			t.Errorf("the log does not say why: %s", &log)
		}
	}
}
