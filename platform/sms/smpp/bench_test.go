package smpp

import (
	"bytes"
	"io"
	"testing"
)

// TestNoAllocation holds the hot path to its promise.
func TestNoAllocation(t *testing.T) {
	pdu := AppendMessage(nil, DeliverSM, 1, &question)
	receipt := []byte("id:1 sub:001 dlvrd:001 submit date:2402081011 done date:2402081012 stat:DELIVRD err:000 text:Hello")
	again := &endless{b: pdu}
	rd := NewReader(again, 0)
	buf := make([]byte, 0, 4096)
	var m Message
	var q Query
	for name, f := range map[string]func(){
		"Reader.Next and Decode": func() {
			_, body, err := rd.Next()
			if err != nil || m.Decode(body) != nil {
				t.Fatal(err)
			}
		},
		"AppendMessage": func() { buf = AppendMessage(buf[:0], SubmitSM, 2, &question) },
		"AppendResp":    func() { buf = AppendResp(buf[:0], DeliverSMResp, StatusOK, 2, nil) },
		"SAR": func() {
			buf = AppendSAR(buf[:0], 1, 2, 1)
			TLVs(buf).SAR()
		},
		"ParseReceipt": func() {
			if _, err := ParseReceipt(receipt); err != nil {
				t.Fatal(err)
			}
		},
		"Query.Decode": func() {
			buf = AppendQuery(buf[:0], 1, &Query{MessageID: receipt[3:4]})
			if q.Decode(buf[HeaderSize:]) != nil {
				t.Fatal("query_sm")
			}
		},
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// endless repeats b, many at a read.
type endless struct {
	b   []byte
	off int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		k := copy(p[n:], e.b[e.off:])
		n += k
		e.off = (e.off + k) % len(e.b)
	}
	return n, nil
}

func BenchmarkReadDecode(b *testing.B) {
	b.ReportAllocs()
	rd := NewReader(&endless{b: AppendMessage(nil, DeliverSM, 1, &question)}, 0)
	var m Message
	for b.Loop() {
		_, body, _ := rd.Next()
		if m.Decode(body) != nil {
			b.Fatal("decode")
		}
	}
}

func BenchmarkAppendMessage(b *testing.B) {
	b.ReportAllocs()
	reply := Message{Source: question.Dest, Dest: question.Source, ESMClass: ESMClassUDHI, DataCoding: 8,
		ShortMessage: bytes.Repeat([]byte{6}, 140)}
	buf := make([]byte, 0, 4096)
	for b.Loop() {
		buf = AppendMessage(buf[:0], SubmitSM, 2, &reply)
	}
}

func BenchmarkAppendResp(b *testing.B) {
	b.ReportAllocs()
	buf := make([]byte, 0, 4096)
	for b.Loop() {
		buf = AppendResp(buf[:0], DeliverSMResp, StatusOK, 2, nil)
	}
}

func BenchmarkParseReceipt(b *testing.B) {
	b.ReportAllocs()
	text := []byte("id:1 sub:001 dlvrd:001 submit date:2402081011 done date:2402081012 stat:DELIVRD err:000 text:Hello")
	for b.Loop() {
		if _, err := ParseReceipt(text); err != nil {
			b.Fatal(err)
		}
	}
}

var _ io.Reader = (*endless)(nil)
