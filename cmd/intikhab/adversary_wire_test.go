package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// raw sends bytes as they are and reads the answers until the server closes.
func (a *attacked) raw(text string) (answers []*http.Response) {
	a.t.Helper()
	conn, err := net.Dial("tcp", strings.Replace(a.host, "localhost", "127.0.0.1", 1))
	if err != nil {
		a.t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, text); err != nil {
		return nil // it was refused before all was sent
	}
	for r := bufio.NewReader(conn); ; {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				a.t.Errorf("it does not end: %.200q", text)
			}
			return answers
		}
		body, _ := io.ReadAll(res.Body)
		res.Body = io.NopCloser(bytes.NewReader(body))
		answers = append(answers, res)
		conn.(*net.TCPConn).CloseWrite() // not before: to a server that is an end of the first request
	}
}

// smuggled are requests that two readers behind each other could read differently.
// HOST stands for the site's own name; a request behind another asks for /smuggled.
func smuggled(path, cookie string) map[string]string {
	get := "GET " + path + " HTTP/1.1\r\nHost: HOST\r\n" + cookie
	post := "POST " + path + " HTTP/1.1\r\nHost: HOST\r\nSec-Fetch-Site: same-origin\r\n" + cookie
	inner := "GET /smuggled HTTP/1.1\r\nHost: HOST\r\n\r\n"
	return map[string]string{
		"two hosts":                   "GET " + path + " HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n",
		"no host":                     "GET " + path + " HTTP/1.1\r\n\r\n",
		"host with a space":           "GET " + path + " HTTP/1.1\r\nHost: HOST evil.example\r\n\r\n",
		"host with a path":            "GET " + path + " HTTP/1.1\r\nHost: HOST/evil\r\n\r\n",
		"host with a name":            "GET " + path + " HTTP/1.1\r\nHost: user@HOST\r\n\r\n",
		"host with markup":            "GET " + path + " HTTP/1.1\r\nHost: <script>zq(1)</script>\r\n\r\n",
		"two lengths":                 post + "Content-Length: 0\r\nContent-Length: 60\r\n\r\n" + inner,
		"two lengths in one":          post + "Content-Length: 0, 60\r\n\r\n" + inner,
		"length with a sign":          post + "Content-Length: +3\r\n\r\na=b" + inner,
		"length below nothing":        post + "Content-Length: -1\r\n\r\n" + inner,
		"length beyond numbers":       post + "Content-Length: 99999999999999999999\r\n\r\n" + inner,
		"length in hex":               post + "Content-Length: 0x3\r\n\r\na=b" + inner,
		"a space before the colon":    post + "Content-Length : 3\r\n\r\na=b" + inner,
		"transfer unknown":            post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + inner,
		"transfer xchunked":           post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner,
		"transfer twice":              post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + inner,
		"transfer with a tab":         post + "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + inner,
		"chunk of no size":            post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n" + inner,
		"chunk beyond numbers":        post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n" + inner,
		"a header without a name":     get + ": x\r\n\r\n",
		"a header with a zero":        get + "X-A: b\x00c\r\n\r\n",
		"a bare return in a header":   get + "X-A: b\rSet-Cookie: a=b\r\n\r\n",
		"a target with a space":       "GET " + path + " evil HTTP/1.1\r\nHost: HOST\r\n\r\n",
		"no target":                   "GET HTTP/1.1\r\nHost: HOST\r\n\r\n",
		"no path":                     "GET evil.example HTTP/1.1\r\nHost: HOST\r\n\r\n",
		"an old version":              "GET " + path + "\r\n\r\n",
		"a version to come":           "GET " + path + " HTTP/9.9\r\nHost: HOST\r\n\r\n",
		"headers without an end":      get + strings.Repeat("X-A: "+strings.Repeat("b", 100)+"\r\n", 400) + "\r\n",
		"a method that is none":       "G@T " + path + " HTTP/1.1\r\nHost: HOST\r\n\r\n",
		"a session in a folded line":  "GET " + path + " HTTP/1.1\r\nHost: HOST\r\nX: y\r\n " + cookie + "\r\n",
		"the method of a proxy":       "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
		"the beginning of HTTP/2":     "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"a chunk's line with a space": post + "Transfer-Encoding: chunked\r\n\r\n3 x\r\na=b\r\n0\r\n\r\n",
	}
}

// TestAdversaryWire: what is no request of ours is refused before a route sees it,
// nothing that stands behind it is taken for a request of its own, and no header of a
// stranger tells where a request came from or went to.
func TestAdversaryWire(t *testing.T) {
	a := attackOffices(t, "")
	o := a.administrator()
	a.onTheWire("/account", "Cookie: session="+o.session+"\r\n")
	for name, header := range map[string]http.Header{
		"forwarded":     {"X-Forwarded-For": {"203.0.113.77"}, "Forwarded": {"for=203.0.113.77;host=evil.example"}, "X-Real-Ip": {"203.0.113.77"}},
		"forwarded far": {"X-Forwarded-For": {strings.Repeat("203.0.113.77, ", 300) + "127.0.0.1"}},
		"another host":  {"X-Forwarded-Host": {"evil.example"}, "X-Forwarded-Proto": {"https"}, "X-Original-Url": {"/watch"}, "X-Rewrite-Url": {"/watch"}},
	} {
		for _, path := range []string{"/account", "/sign-in", "/ledger/key"} {
			q := ask{method: "GET", path: path, by: o, header: header}
			if got := a.do(q); strings.Contains(got.body, "evil.example") || strings.Contains(fmt.Sprint(got.header), "evil.example") || strings.Contains(got.body, "203.0.113") {
				a.wrong(q, "%s shows in the answer", name)
			}
		}
	}
	if strings.Contains(a.log.String(), "203.0.113") {
		t.Error("the log believes a stranger where he is")
	}
	a.whole()
}

func (a *attacked) onTheWire(path, cookie string) {
	a.t.Helper()
	for name, text := range smuggled(path, cookie) {
		before := strings.Count(a.log.String(), "\n")
		answers := a.raw(strings.ReplaceAll(text, "HOST", a.host))
		for _, line := range strings.Split(a.log.String(), "\n")[before:] {
			if strings.Contains(line, "msg=request") && strings.Contains(line, "method=GET") && strings.Contains(line, "status=404") {
				a.t.Errorf("%s: what stood behind the request was taken for another", name)
			}
		}
		for i, res := range answers {
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode < 400 || res.StatusCode >= 500 && res.StatusCode != 501 && res.StatusCode != 505 {
				a.t.Errorf("%s: answer %d is %d", name, i, res.StatusCode)
			}
			if m := live.Find(body); m != nil || i > 0 {
				a.t.Errorf("%s: %d answers, %q", name, len(answers), m)
			}
		}
	}
}
