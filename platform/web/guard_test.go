package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"intikhab/platform/words"
)

func quietHandler(routes ...Route) http.Handler {
	return New(Config{Gate: open{}, Log: slog.New(slog.DiscardHandler), Hosts: LoopbackHosts}, routes)
}

func ok(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "done") }

// Ensure that what changes something comes from a page of this site, or from a
// program without a cookie.
func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	h := quietHandler(Route{Method: "POST", Path: "/x", Act: "test.any", Handler: ok}, Route{Method: "GET", Path: "/x", Act: "test.any", Handler: ok},
		Route{Method: "POST", Path: "/machine", Act: "test.any", Handler: ok, Machine: true})
	for _, c := range []struct {
		name, method, path, site, origin, cookie string
		status                                   int
	}{
		{"own page", "POST", "/x", "same-origin", "", "session=1", 200},
		{"typed address", "POST", "/x", "none", "", "session=1", 200},
		{"another site", "POST", "/x", "cross-site", "", "session=1", 403},
		{"another site without a cookie", "POST", "/x", "cross-site", "", "", 403},
		{"a sister site", "POST", "/x", "same-site", "", "session=1", 403},
		{"old browser, own page", "POST", "/x", "", "http://localhost:8080", "session=1", 200},
		{"old browser, another site", "POST", "/x", "", "http://evil.example", "session=1", 403},
		{"old browser, another port", "POST", "/x", "", "http://localhost:9", "session=1", 403},
		{"hidden origin", "POST", "/x", "", "null", "session=1", 403},
		{"nothing told, with a cookie", "POST", "/x", "", "", "session=1", 403},
		{"a program", "POST", "/machine", "", "", "", 200},
		{"a program's route, from another site", "POST", "/machine", "cross-site", "", "", 403},
		{"reading", "GET", "/x", "cross-site", "http://evil.example", "session=1", 200},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Host = "localhost:8080"
		r.Header.Set("Accept", "text/html")
		for name, value := range map[string]string{"Sec-Fetch-Site": c.site, "Origin": c.origin, "Cookie": c.cookie} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: got %d, want %d", c.name, w.Code, c.status)
		}
		if c.status == 403 && c.path == "/x" && !strings.Contains(w.Body.String(), "کچھ تبدیل نہیں ہوا") {
			t.Errorf("%s: the page does not say what to do:\n%s", c.name, w.Body)
		}
	}
}

// Ensure that every refusal is a page in both languages with the request's number,
// and a problem for programs, and that a panic is told to the log and to nobody else.
func TestErrorPages(t *testing.T) {
	var log bytes.Buffer
	routes := []Route{
		{Method: "GET", Path: "/panic", Act: "test.any", Handler: func(http.ResponseWriter, *http.Request) { panic("a secret of the program") }},
		{Method: "GET", Path: "/late", Act: "test.any", Handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/csv")
			w.Header().Set("Content-Disposition", "attachment")
			panic("before a word was sent")
		}},
	}
	for _, status := range Failures() {
		routes = append(routes, Route{Method: "GET", Path: fmt.Sprintf("/fail/%d", status), Act: "test.any",
			Handler: func(w http.ResponseWriter, r *http.Request) { Fail(w, r, status) }})
	}
	h := New(Config{Gate: open{}, Log: slog.New(slog.NewTextHandler(&log, nil))}, routes)
	get := func(path, accept string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	paths := map[string]int{"/panic": 500, "/late": 500}
	for _, status := range Failures() {
		paths[fmt.Sprintf("/fail/%d", status)] = status
	}
	for path, status := range paths {
		for _, lang := range words.Languages {
			w := get(path+"?lang="+string(lang), "text/html,*/*;q=0.8")
			id := w.Header().Get("X-Request-Id")
			body := w.Body.String()
			title := shellWords.Text(lang, fmt.Sprintf("shell.fail.%d", status))
			if w.Code != status || id == "" || !strings.Contains(body, id) || !strings.Contains(body, title) {
				t.Errorf("%s in %s: %d without title or number:\n%s", path, lang, w.Code, body)
			}
			if strings.Contains(body, "secret") || strings.Contains(body, "goroutine") || strings.Contains(body, "shell.fail") {
				t.Errorf("%s in %s shows the program's insides:\n%s", path, lang, body)
			}
			if w.Header().Get("Content-Disposition") != "" || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: headers %v", path, w.Header())
			}
		}
		var p Problem
		w := get(path, "application/json")
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != status || w.Code != status || p.ID != w.Header().Get("X-Request-Id") {
			t.Errorf("%s for a program: %d %v\n%s", path, w.Code, err, w.Body)
		}
		if w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s for a program: %s", path, w.Header().Get("Content-Type"))
		}
	}
	if !strings.Contains(log.String(), "a secret of the program") || !strings.Contains(log.String(), "goroutine") {
		t.Error("the log does not have the cause of the panic")
	}
}

// Ensure that bytes no browser sends are refused, and that headers in which a proxy
// might be believed change nothing.
func TestRawRequests(t *testing.T) {
	h := quietHandler(Route{Method: "POST", Path: "/x", Act: "test.any", Handler: func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %d %v", r.Method, len(body), err)
	}}, Route{Method: "GET", Path: "/x", Act: "test.any", Handler: ok})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, listener, nil, h, slog.New(slog.DiscardHandler)) }()
	defer func() { stop(); <-served }()
	for _, c := range []struct {
		name, request string
		status        int
	}{
		{"plain", "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n", 200},
		{"two hosts", "GET /x HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400},
		{"no host", "GET /x HTTP/1.1\r\n\r\n", 400},
		{"another host", "GET /x HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
		{"another host in the address", "GET http://evil.example/x HTTP/1.1\r\nHost: localhost\r\n\r\n", 421},
		{"a path as host", "GET /x HTTP/1.1\r\nHost: localhost/evil\r\n\r\n", 400},
		{"a host in another header", "GET /x HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\n\r\n", 421},
		{"another method in a header", "GET /x HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: POST\r\n\r\n", 200},
		{"another path in a header", "GET /none HTTP/1.1\r\nHost: localhost\r\nX-Original-URL: /x\r\nX-Rewrite-URL: /x\r\n\r\n", 404},
		{"a space before the colon", "GET /x HTTP/1.1\r\nHost: localhost\r\nContent-Length : 5\r\n\r\nhello", 400},
		{"two lengths", "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 400},
		{"a signed length", "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\nhello", 400},
		{"an unknown coding", "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\nhello", 501},
		{"a long header", "GET /x HTTP/1.1\r\nHost: localhost\r\nX-Long: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", 431},
		{"a long body", "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n", 413},
		{"a slash too many", "GET //evil.example/x HTTP/1.1\r\nHost: localhost\r\n\r\n", 404},
		{"dots", "GET /../../x HTTP/1.1\r\nHost: localhost\r\n\r\n", 307},
	} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, c.request)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else {
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode != c.status && !(c.status == 307 && res.StatusCode == 301) {
				t.Errorf("%s: got %d, want %d\n%s", c.name, res.StatusCode, c.status, body)
			}
			if location := res.Header.Get("Location"); location != "" && !Local(location) {
				t.Errorf("%s: sent on to %s", c.name, location)
			}
		}
		conn.Close()
	}
}

func TestLocal(t *testing.T) {
	for path, want := range map[string]bool{"/": true, "/x?y=1#z": true, "": false, "x": false, "//evil.example": false, "/\\evil.example": false,
		"https://evil.example/": false, "/x\r\nSet-Cookie: a": false, "\t/x": false, "javascript:alert(1)": false} {
		if Local(path) != want {
			t.Errorf("%q leads to this site: %v", path, !want)
		}
	}
}

func TestReadJSON(t *testing.T) {
	for _, c := range []struct {
		kind, body string
		status     int
	}{
		{"application/json", `{"n":1}`, 0}, {"application/json; charset=utf-8", " {\"n\":1}\n", 0},
		{"text/plain", `{"n":1}`, 415}, {"", `{"n":1}`, 415}, {"application/json", `{"n":1}{"n":2}`, 400}, {"application/json", `{"n":1}]`, 400},
		{"application/json", `{"n":1,"admin":true}`, 400}, {"application/json", `{"n":"x"}`, 400}, {"application/json", ``, 400},
		{"application/json", `{"n":"` + strings.Repeat("x", 2000) + `"}`, 413},
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		r.Body = http.MaxBytesReader(nil, r.Body, 1000)
		var v struct {
			N int `json:"n"`
		}
		p := ReadJSON(r, &v)
		if got := 0; p != nil {
			if got = p.Status; got != c.status {
				t.Errorf("%s %.30s: got %d, want %d", c.kind, c.body, got, c.status)
			}
		} else if c.status != 0 || v.N != 1 {
			t.Errorf("%s %.30s: read", c.kind, c.body)
		}
	}
}
