package peers

import (
	"io"
	"net"
	"strings"
	"testing"

	"intikhab/platform/sms/gsm"
	"intikhab/platform/sms/smpp"
)

// A tap stands between an ESME and its SMSC and reads along what the ESME sends.
type tap struct {
	addr  string
	heard chan heard
}

// heard is a whole message or an acknowledgement of the ESME.
type heard struct {
	acknowledges bool
	to, text     string
	segments     int
	coding       byte
}

func newTap(t *testing.T, smsc string) *tap {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tp := &tap{addr: l.Addr().String(), heard: make(chan heard, 1<<12)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			esme, err := l.Accept()
			if err != nil {
				return
			}
			tp.pass(esme, smsc)
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-ended
	})
	return tp
}

// pass passes one connection on until either side ends it.
func (tp *tap) pass(esme net.Conn, address string) {
	defer esme.Close()
	smsc, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer smsc.Close()
	go func() {
		io.Copy(esme, smsc)
		esme.Close()
	}()
	var parts []string
	for r := smpp.NewReader(io.TeeReader(esme, smsc), 0); ; {
		h, body, err := r.Next()
		if err != nil {
			return
		}
		switch h.Command {
		case smpp.DeliverSMResp:
			tp.heard <- heard{acknowledges: true}
		case smpp.SubmitSM:
			var m smpp.Message
			if err := m.Decode(body); err != nil {
				tp.heard <- heard{text: err.Error()}
				continue
			}
			text, udh, err := gsm.Decode(m.DataCoding, m.HasUDH(), m.Payload())
			if err != nil {
				text = err.Error()
			}
			if parts = append(parts, text); !udh.IsPart() || udh.Seq == udh.Total {
				tp.heard <- heard{to: string(m.Dest.Addr), text: strings.Join(parts, ""), segments: len(parts), coding: m.DataCoding}
				parts = nil
			}
		}
	}
}
