package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"intikhab/platform/web"
)

// An ask is a request; zero fields are what a browser of ours sends.
type ask struct {
	method, path string // the path as it stands on the wire
	by           *attacker
	form         url.Values
	body         io.Reader
	header       http.Header // a nil value takes a header away
	gate         bool        // ask the gate alone
}

// An answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

var plainClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 8}, Timeout: patience}

// do sends a request, and looks at what every answer must have.
func (a *attacked) do(q ask) answer {
	a.t.Helper()
	body := q.body
	if q.form != nil {
		body = strings.NewReader(q.form.Encode())
	}
	r, err := http.NewRequestWithContext(a.t.Context(), q.method, "http://"+a.host+q.path, body)
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if q.form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if q.by != nil {
		r.Header.Set("Cookie", "session="+q.by.session)
	}
	if q.gate {
		r.Header.Set(onlyGate, "1")
	}
	for name, values := range q.header {
		r.Header[name] = values
	}
	res, err := plainClient.Do(r)
	if err != nil {
		a.t.Fatalf("%s %s: %v", q.method, q.path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatalf("%s %s: %v", q.method, q.path, err)
	}
	for _, c := range res.Cookies() {
		if len(c.Value) >= 40 {
			a.secrets[c.Value] = true
		}
	}
	got := answer{res.StatusCode, res.Header, string(text)}
	a.look(q, got)
	return got
}

// routeOf is the route that a request belongs to; nil if none.
func (a *attacked) routeOf(method, path string) *web.Route {
	u, err := url.Parse(path)
	if err != nil {
		return nil
	}
	r := httptest.NewRequest(method, "http://"+a.host+"/", nil)
	r.URL.Path, r.URL.RawPath, r.URL.RawQuery = u.Path, u.RawPath, u.RawQuery
	_, pattern := a.match.Handler(r)
	for i := range a.routes {
		if a.routes[i].Method+" "+a.routes[i].Path == pattern {
			return &a.routes[i]
		}
	}
	return nil
}

// mostSaid is how much is said of one route: the first holes tell of the rest.
const mostSaid = 4

// wrong says what is wrong, each thing once for a route.
func (a *attacked) wrong(q ask, what string, args ...any) {
	a.t.Helper()
	where := q.method + " " + q.path
	if route := a.routeOf(q.method, q.path); route != nil {
		where = route.Method + " " + route.Path
	}
	told := fmt.Sprintf(what, args...)
	if a.said[where] < mostSaid && a.said[where+told] == 0 {
		a.t.Errorf("%s (%.300s): %s", where, q.path, told)
	}
	a.said[where]++
	a.said[where+told]++
}
