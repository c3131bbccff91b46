package web

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// policy lets a page use this site's own files and nothing else: no inline
// script or style, no frame, no foreign form.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (h *handler) setHeaders(header http.Header) {
	header.Set("Content-Security-Policy", policy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	if h.cfg.HSTS {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// LoopbackHosts are the names under which a listener on loopback is reached. A
// page of another site that has its own name resolve to 127.0.0.1 is refused by
// them (DNS rebinding).
var LoopbackHosts = []string{"localhost", "127.0.0.1", "::1"}

// sound tells whether a request is one that a route may see; else it is answered.
func (h *handler) sound(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case !plausibleHost(r.Host):
		Fail(w, r, http.StatusBadRequest)
	case !h.hostAllowed(r.Host):
		Fail(w, r, http.StatusMisdirectedRequest)
	case !readable(r):
		Fail(w, r, http.StatusBadRequest)
	case !ownRequest(r):
		FailBecause(w, r, http.StatusForbidden, crossSite, shellWords.Both("shell.fail.cross_site"))
	default:
		return true
	}
	return false
}

// readable tells whether the address is text: no page of ours has one with a control
// character or with bytes that are not UTF-8, which a database refuses as an error of
// the program. What a program asks in its query is its route's to judge: a gateway
// may put an SMS there in another alphabet.
func readable(r *http.Request) bool {
	text := func(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
	if !text(r.URL.Path) || strings.ContainsFunc(r.URL.Path, unicode.IsControl) {
		return false
	}
	if route := factsOf(r.Context()).route; r.URL.RawQuery == "" || route == nil || route.Machine {
		return true
	}
	for name, values := range r.URL.Query() {
		if !text(name) || slices.ContainsFunc(values, func(v string) bool { return !text(v) }) {
			return false
		}
	}
	return true
}

// plausibleHost tells whether a Host header can be a name or an address with a port.
// Nothing here builds a link from it, but what stands behind us might.
func plausibleHost(host string) bool {
	for _, c := range host {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == ':', c == '[', c == ']', c == '_':
		default:
			return false
		}
	}
	return len(host) <= 262
}

func (h *handler) hostAllowed(host string) bool {
	if len(h.cfg.Hosts) == 0 {
		return true
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	for _, allowed := range h.cfg.Hosts {
		if strings.EqualFold(host, allowed) {
			return true
		}
	}
	return false
}

var crossOrigin = http.NewCrossOriginProtection()

// ownRequest tells whether a request that may change something comes from a page of
// this site, or from a program. A browser says where it comes from in Sec-Fetch-Site
// or Origin (see [http.CrossOriginProtection]); a program says neither, and sends no
// cookie: a request with a cookie that says neither comes from a browser so old, or
// through a proxy so odd, that nobody can tell, and is refused.
func ownRequest(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	if crossOrigin.Check(r) != nil {
		return false
	}
	told := r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != ""
	return told || r.Header.Get("Cookie") == ""
}

// slowestUpload is how few bytes a second a large body may come at before the server
// gives up: a telephone at the edge of its network.
const slowestUpload = 16 << 10

// bound holds the body to what the route takes. A body that announces itself as
// larger is refused before a byte of it is read; one that does not is cut off.
func bound(w http.ResponseWriter, r *http.Request, route *Route) bool {
	most := int64(defaultBody)
	if route != nil {
		most = route.body()
	}
	if r.ContentLength > most {
		w.Header().Set("Connection", "close")
		Fail(w, r, http.StatusRequestEntityTooLarge)
		return false
	}
	if most > defaultBody {
		patience := readTimeout + time.Duration(most/slowestUpload)*time.Second
		// A connection without deadlines (in a test) has none to move.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience))
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	return true
}
