package web

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
)

type contextKey int

const (
	factsKey contextKey = iota
	stoppingKey
	visitorKey
)

// RequestID is the number by which the log knows a request; audit rows and error
// pages carry the same.
func RequestID(ctx context.Context) string { return factsOf(ctx).id }

// Client is the address that a request came from: the peer's, or, when the peer
// is a proxy that the settings trust, the last address in X-Forwarded-For that is
// not itself such a proxy.
func Client(r *http.Request) netip.Addr {
	if addr := factsOf(r.Context()).client; addr.IsValid() {
		return addr
	}
	return peer(r)
}

// peer is the other end of the connection, whatever the headers say.
func peer(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

func clientOf(r *http.Request, proxies []netip.Prefix) netip.Addr {
	addr := peer(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && within(addr, proxies); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap().WithZone("")
	}
	return addr
}

func within(addr netip.Addr, prefixes []netip.Prefix) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// Network is the part of an address that one household or office shares and that
// limits count by: an IPv4 address, or the /64 of an IPv6 address, since a single
// telephone may take any address in its /64.
func Network(addr netip.Addr) string {
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}

// maskAddr leaves of an address what the log may hold: the /24, or the /48.
func maskAddr(addr netip.Addr) string {
	bits := 24
	if addr.Is6() {
		bits = 48
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}
