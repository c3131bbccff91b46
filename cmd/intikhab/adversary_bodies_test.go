package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/web"
)

// TestAdversaryBodies: no route reads more than it needs, however slowly it comes.
func TestAdversaryBodies(t *testing.T) {
	t.Parallel() // it waits for the patience of the server to end
	a := attackOffices(t, "")
	v, o := a.victimOf("district-kasur"), a.administrator()
	a.tooMuch(o, func(route web.Route) string { return pathOf(route, realIDs(route, v)) })
	a.slow("/sign-in", "Cookie: session="+o.session+"\r\n")
	a.whole()
}

// tooMuch sends each route more than it takes, told beforehand and not.
func (a *attacked) tooMuch(by *attacker, path func(web.Route) string) {
	a.t.Helper()
	for _, route := range a.routes {
		most := int64(16 << 10)
		if route.Body > 0 {
			most = route.Body
		}
		big := strings.Repeat("a=b&", int(most/4)+1024)
		parts := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../../etc/passwd\"\r\nContent-Type: text/csv\r\n\r\n"
		many := strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n", 3000)
		for name, one := range map[string]struct {
			kind, body string
			told       bool
		}{
			"told": {"application/x-www-form-urlencoded", big, true}, "not told": {"application/x-www-form-urlencoded", big, false},
			"a file": {"multipart/form-data; boundary=x", parts + big, false}, "JSON": {"application/json", `{"a":"` + big, false},
			"many parts":          {"multipart/form-data; boundary=x", many, false},
			"endless headers":     {"multipart/form-data; boundary=x", "--x\r\n" + strings.Repeat("X-A: b\r\n", 4000), false},
			"a table of one line": {"multipart/form-data; boundary=x", parts + strings.Repeat(",", int(min(most, 200_000)-1000)) + "\r\n--x--", false},
			"a quote without end": {"multipart/form-data; boundary=x", parts + `a,"` + strings.Repeat("\n", int(min(most, 200_000)-1000)) + "\r\n--x--", false},
			"a file of zeros":     {"multipart/form-data; boundary=x", parts + strings.Repeat("\x00", int(min(most, 200_000)-1000)) + "\r\n--x--", false},
			"a zip":               {"multipart/form-data; boundary=x", parts + "PK\x03\x04" + strings.Repeat("\xff", 1000) + "\r\n--x--", false},
		} {
			var body io.Reader = strings.NewReader(one.body)
			if !one.told {
				body = struct{ io.Reader }{body} // of a length that nobody knows
			}
			q := ask{method: route.Method, path: path(route), by: by, body: body, header: http.Header{"Content-Type": {one.kind}}}
			if strings.HasSuffix(route.Path, "/events") || route.Method == http.MethodGet && !one.told || hashes(route) && name != "told" && name != "not told" {
				continue
			}
			got := a.do(q)
			a.alive(by, got)
			if one.told && got.status != http.StatusRequestEntityTooLarge {
				a.wrong(q, "too large a body is answered %d", got.status)
			}
			if strings.Contains(got.body, "etc/passwd") {
				a.wrong(q, "a file's name comes back with its path")
			}
		}
	}
}

// slow opens connections that never go on. Others are answered meanwhile, and the
// server ends each by itself.
func (a *attacked) slow(path, cookie string) {
	a.t.Helper()
	head := "POST " + path + " HTTP/1.1\r\nHost: " + a.host + "\r\nSec-Fetch-Site: same-origin\r\nAccept: text/html\r\n" + cookie
	var all sync.WaitGroup
	for _, text := range []string{"", "P", "POST /x HTTP/1.1\r\nHost: ", head, head + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nlogin=a",
		head + "Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n--x\r\n"} {
		for range 5 {
			conn, err := net.Dial("tcp", strings.Replace(a.host, "localhost", "127.0.0.1", 1))
			if err != nil {
				a.t.Fatal(err)
			}
			io.WriteString(conn, text)
			all.Go(func() {
				defer conn.Close()
				conn.SetReadDeadline(time.Now().Add(patience))
				if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
					a.t.Errorf("a connection that sends no more stays: %.60q", text)
				}
			})
		}
	}
	if got := a.do(ask{method: "GET", path: path}); got.status != http.StatusOK && got.status != http.StatusSeeOther {
		a.t.Errorf("beside slow ones the answer is %d", got.status)
	}
	all.Wait()
}

// attackBodies sends bodies that are no form of ours, a third of them to each route.
func (a *attacked) attackBodies(route web.Route, by *attacker, path string, n int) {
	a.t.Helper()
	deep := strings.Repeat("[", 8000)
	for kind, bodies := range map[string][]string{
		"application/json":                     {"", "null", "{", `{"a":` + deep, deep, `{"cnic":{"$ne":1}}`, `{"name":"\u0000\ud800","credential":{}}`, `{"id":"x","rawId":"x","type":"public-key","response":{}}`, `"<script>zq(1)</script>"`},
		"application/x-www-form-urlencoded":    {"%zz=%", "a;b", strings.Repeat("a=b&", 4000), "\x00\xff", "=" + strings.Repeat("%", 100)},
		"multipart/form-data":                  {"x"},
		"multipart/form-data; boundary=x":      {"", "--x", "--x--", "--x\r\n\r\n--x--", "--x\r\nContent-Disposition: form-data; name=\"" + strings.Repeat("a", 9000), "--y\r\n\r\n--y--", strings.Repeat("--x\r\n", 3000)},
		"multipart/form-data; boundary=\"<>\r": {"x"},
		"text/plain":                           {"reason=x"},
		"text/html; charset=utf-7":             {"+ADw-script+AD4-zq(1)+ADw-/script+AD4-"},
		"application/xml":                      {`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`},
		"":                                     {"reason=x", "\x1f\x8b\x08\x00"},
	} {
		for i, body := range bodies {
			if (i+n)%3 != 0 && len(bodies) > 1 {
				continue
			}
			a.alive(by, a.do(ask{method: route.Method, path: path, by: by, body: bytes.NewReader([]byte(body)),
				header: http.Header{"Content-Type": {strings.TrimSuffix(kind, "\r")}, "Content-Encoding": {"gzip"}}}))
		}
	}
}
