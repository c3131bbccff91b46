package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"intikhab/platform/words"
)

// Config is what a handler needs beside its routes.
type Config struct {
	Gate    Gate           // who may use which route; there is no handler without one
	Log     *slog.Logger   // if nil, slog.Default()
	Proxies []netip.Prefix // proxies whose X-Forwarded-For is believed
	Hosts   []string       // if not empty, the only Host names answered, without port
	HSTS    bool           // say that this site is to be reached by HTTPS only
}

// maxBody bounds every request's body. The longest honest one is an SMS in JSON.
const maxBody = 16 << 10

// New makes one handler of tables of routes. Every answer has the security
// headers, every request a number and one line in the log. It panics without a
// gate, and on a route whose act the gate does not know: such a program must not
// start.
func New(cfg Config, tables ...[]Route) http.Handler {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	mux := http.NewServeMux()
	for _, table := range append(tables, []Route{ownAssets.Route()}) {
		for _, route := range table {
			if cfg.Gate == nil || !cfg.Gate.Knows(route.Act) {
				panic(fmt.Sprintf("web: route %s %s: nobody says who may do %q", route.Method, route.Path, route.Act))
			}
			mux.Handle(route.Method+" "+route.Path, guarded(cfg.Gate, route))
		}
	}
	return &handler{cfg: cfg, mux: mux}
}

// guarded lets a request through to the route only when the gate admits it.
func guarded(gate Gate, route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if admitted, ok := gate.Admit(w, r, route); ok {
			route.Handler(w, admitted)
		}
	})
}

type handler struct {
	cfg Config
	mux *http.ServeMux
}

func (h *handler) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	start := time.Now()
	var raw [8]byte
	rand.Read(raw[:]) // never fails
	id := hex.EncodeToString(raw[:])
	client := clientOf(r, h.cfg.Proxies)
	ctx := context.WithValue(r.Context(), requestIDKey, id)
	r = r.WithContext(context.WithValue(ctx, clientKey, client))

	w := &recorder{ResponseWriter: rw}
	h.setHeaders(w.Header())
	w.Header().Set("X-Request-Id", id)
	_, pattern := h.mux.Handler(r)

	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			h.cfg.Log.Error("request panicked", "id", id, "route", pattern, "panic", p, "stack", string(debug.Stack()))
			if w.status == 0 {
				http.Error(w, "internal error", http.StatusInternalServerError)
			}
		}
		// The pattern and not the path: a person may have put a CNIC into a path.
		h.cfg.Log.LogAttrs(r.Context(), slog.LevelInfo, "request",
			slog.String("id", id), slog.String("method", method(r)), slog.String("route", pattern),
			slog.Int("status", w.status), slog.Int64("bytes", w.bytes),
			slog.Duration("took", time.Since(start)), slog.String("client", maskAddr(client)))
	}()

	if !h.hostAllowed(r.Host) {
		NewProblem(http.StatusMisdirectedRequest, "wrong_host", "Not served under this name",
			"This address is not one that the server was set up for. Use the one in its settings, or add yours there.").Write(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if pattern == "" {
		h.refuse(w, r)
		return
	}
	h.mux.ServeHTTP(w, r)
}

// refuse answers a request that no route takes: 404, or 405 for a path whose
// route has another method. A browser gets a page, a program a problem.
func (h *handler) refuse(w *recorder, r *http.Request) {
	probe := &recorder{ResponseWriter: discard{make(http.Header)}}
	h.mux.ServeHTTP(probe, r)
	allow := probe.Header().Get("Allow")
	if allow != "" {
		w.Header().Set("Allow", allow)
		NewProblem(http.StatusMethodNotAllowed, "method_not_allowed", "Method not allowed",
			"This address takes "+allow+" and nothing else.").Write(w, r)
		return
	}
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		ownPages.Render(w, r, http.StatusNotFound, "missing", ChooseLanguage(r, words.Urdu), nil)
		return
	}
	NewProblem(http.StatusNotFound, "not_found", "Not found",
		"There is nothing at this address. Look at the path for a slip.").Write(w, r)
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

// LoopbackHosts are the names under which a listener on loopback is reached. A
// page of another site that has its own name resolve to 127.0.0.1 is refused by
// them (DNS rebinding).
var LoopbackHosts = []string{"localhost", "127.0.0.1", "::1"}

// policy lets a page use this site's own files and nothing else: no inline
// script or style, no frame, no foreign form.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
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

// method gives the known methods by name; a made-up one does not reach the log.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch:
		return r.Method
	}
	return "other"
}

// A recorder remembers what an answer was, for the log.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
