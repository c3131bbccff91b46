// Package prefetch asks the processor for memory before it is needed. A table
// larger than the caches costs a wait at nearly every look into it; who has
// several looks to do asks for all of them first and waits once.
//
// It changes no result: BenchmarkLookupMany of package rollindex shows what it
// gains. On processors other than amd64 and arm64 it does nothing.
package prefetch

import "unsafe"

// Line begins to bring the cache line at p near the processor and returns at
// once. It reads nothing, so it needs no lock that a reader would.
func Line[T any](p *T) { line(unsafe.Pointer(p)) }

// String does so for the first bytes of a string.
func String(s string) {
	if len(s) > 0 {
		line(unsafe.Pointer(unsafe.StringData(s)))
	}
}
