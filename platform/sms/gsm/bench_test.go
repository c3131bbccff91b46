package gsm

import (
	"strings"
	"testing"
)

// Replies of the length that 8300 sends: five segments of UCS-2, one of English.
var (
	urduReply    = []byte(strings.Repeat(urdu+" 440160404"+ghain, 11))
	urduTables   = []byte(strings.Repeat(urdu+" 440160404"+urduStop, 11))
	englishReply = []byte(strings.Repeat("Block 440160404, serial 1234. ", 5))
)

func TestNoAllocation(t *testing.T) {
	var e Encoded
	question := []byte("4230112345671")
	dst := make([]byte, 0, 1024)
	for name, f := range map[string]func() error{
		"UCS-2":   func() error { return e.Set(urduReply, Allowed{}, 7) },
		"Urdu":    func() error { return e.Set(urduTables, Allowed{UrduTables: true}, 7) },
		"Packed":  func() error { return e.Set(englishReply, Allowed{Packed: true}, 7) },
		"English": func() error { return e.Set(englishReply, Allowed{}, 7) },
		"decode":  func() (err error) { dst, err = AppendText(dst[:0], 0, Packed, UDH{}, question); return err },
	} {
		var err error
		if n := testing.AllocsPerRun(100, func() { err = f() }); n != 0 || err != nil {
			t.Errorf("%s: %v allocations, %v", name, n, err)
		}
	}
}

func benchmarkSet(b *testing.B, text []byte, allow Allowed, segments int) {
	b.ReportAllocs()
	var e Encoded
	ref := uint16(0)
	for b.Loop() {
		ref++
		if err := e.Set(text, allow, ref); err != nil {
			b.Fatal(err)
		}
	}
	if e.Segments != segments {
		b.Fatalf("%v in %d segments", e.Encoding, e.Segments)
	}
}

func BenchmarkSetUCS2(b *testing.B)     { benchmarkSet(b, urduReply, Allowed{}, 5) }
func BenchmarkSetUrdu(b *testing.B)     { benchmarkSet(b, urduTables, Allowed{UrduTables: true}, 3) }
func BenchmarkSetGSM7(b *testing.B)     { benchmarkSet(b, englishReply, Allowed{}, 1) }
func BenchmarkSetPacked(b *testing.B)   { benchmarkSet(b, englishReply, Allowed{Packed: true}, 1) }
func BenchmarkSetUCS2Wide(b *testing.B) { benchmarkSet(b, urduReply, Allowed{Concatenation: UDH16}, 5) }

func BenchmarkAppendText(b *testing.B) {
	b.ReportAllocs()
	dst := make([]byte, 0, 1024)
	for b.Loop() {
		dst, _ = AppendText(dst[:0], 0, Unpacked, UDH{}, []byte("4230112345671"))
	}
}
