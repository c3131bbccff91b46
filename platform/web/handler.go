package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"time"
)

// Config is what a handler needs beside its routes.
type Config struct {
	Gate    Gate           // who may use which route; there is no handler without one
	Log     *slog.Logger   // if nil, slog.Default()
	Proxies []netip.Prefix // proxies whose X-Forwarded-For is believed
	Hosts   []string       // if not empty, the only Host names answered, without port
	HSTS    bool           // say that this site is to be reached by HTTPS only
}

// New makes one handler of tables of routes. Every answer has the security
// headers, every request a number and one line in the log. It panics without a
// gate, and on a route whose act the gate does not know: such a program must not
// start.
func New(cfg Config, tables ...[]Route) http.Handler {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	h := &handler{cfg: cfg, mux: http.NewServeMux(), routes: make(map[string]*Route)}
	for _, table := range append(tables, []Route{ownAssets.Route()}) {
		for _, route := range table {
			if cfg.Gate == nil || !cfg.Gate.Knows(route.Act) {
				panic(fmt.Sprintf("web: route %s %s: nobody says who may do %q", route.Method, route.Path, route.Act))
			}
			pattern := route.Method + " " + route.Path
			h.routes[pattern] = &route
			h.mux.Handle(pattern, guarded(cfg.Gate, route))
		}
	}
	return h
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
	cfg    Config
	mux    *http.ServeMux
	routes map[string]*Route // by pattern
}

// facts are what is known about a request before its route runs.
type facts struct {
	id     string
	client netip.Addr
	route  *Route // nil where none takes it
	secure bool   // the site is reached by HTTPS
}

func factsOf(ctx context.Context) facts {
	f, _ := ctx.Value(factsKey).(facts)
	return f
}

func (h *handler) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	start := time.Now()
	var raw [8]byte
	rand.Read(raw[:]) // never fails
	f := facts{id: hex.EncodeToString(raw[:]), client: clientOf(r, h.cfg.Proxies), secure: h.cfg.HSTS || r.TLS != nil}
	_, pattern := h.mux.Handler(r)
	f.route = h.routes[pattern]
	r = r.WithContext(context.WithValue(r.Context(), factsKey, f))

	w := &recorder{ResponseWriter: rw}
	h.setHeaders(w.Header())
	w.Header().Set("X-Request-Id", f.id)

	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			h.cfg.Log.Error("request panicked", "id", f.id, "route", pattern, "panic", p, "stack", string(debug.Stack()))
			if w.status == 0 {
				Fail(w, r, http.StatusInternalServerError)
			}
		}
		// The pattern and not the path: a person may have put a CNIC into a path.
		h.cfg.Log.LogAttrs(r.Context(), slog.LevelInfo, "request",
			slog.String("id", f.id), slog.String("method", method(r)), slog.String("route", pattern),
			slog.Int("status", w.status), slog.Int64("bytes", w.bytes),
			slog.Duration("took", time.Since(start)), slog.String("client", maskAddr(f.client)))
	}()

	if !h.sound(w, r) {
		return
	}
	if pattern == "" {
		h.refuse(w, r)
		return
	}
	if !bound(w, r, f.route) {
		return
	}
	h.mux.ServeHTTP(w, r)
}

// refuse answers a request that no route takes: 404, or 405 for a path whose
// route has another method.
func (h *handler) refuse(w *recorder, r *http.Request) {
	probe := &recorder{ResponseWriter: discard{make(http.Header)}}
	h.mux.ServeHTTP(probe, r)
	if allow := probe.Header().Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
		Fail(w, r, http.StatusMethodNotAllowed)
		return
	}
	Fail(w, r, http.StatusNotFound)
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
