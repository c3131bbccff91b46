package sms_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"intikhab/platform/sms"
	"intikhab/platform/sms/gsm"
	"intikhab/platform/sms/smpp"
	"intikhab/platform/sms/smsc"
)

// mirror answers every message with itself.
var mirror = sms.HandlerFunc(func(in *sms.Message, reply []byte) []byte { return append(reply, in.Text...) })

const urdu = "شماریاتی بلاک کوڈ 440160404 سلسلہ نمبر 226 گھرانہ نمبر 158"

// Ensure that what a telephone types comes to the handler and back, by every
// encoding and every way of carrying a long text.
func TestTextsThere(t *testing.T) {
	long := strings.Repeat("0123456789", 30)
	longUrdu := strings.Repeat(urdu+"۔ ", 4)
	encoded := func(text string, c gsm.Concatenation, urduTables bool) []smpp.Message {
		e, err := gsm.Encode(text, gsm.Allowed{Concatenation: c, UrduTables: urduTables}, 4711)
		if err != nil {
			t.Fatal(err)
		}
		var list []smpp.Message
		for i := range e.Len() {
			m := smpp.Message{DataCoding: e.DataCoding, ShortMessage: append([]byte(nil), e.Part(i)...)}
			if e.UDHI {
				m.ESMClass = smpp.ESMClassUDHI
			}
			if e.SAR {
				m.TLVs = smpp.AppendSAR(nil, 4711, byte(e.Len()), byte(i+1))
			}
			list = append(list, m)
		}
		return list
	}
	payload := smpp.Message{DataCoding: 8, TLVs: smpp.AppendTLV(nil, smpp.TagMessagePayload, encoded(longUrdu, gsm.Payload, false)[0].ShortMessage)}
	for _, test := range []struct {
		name  string
		text  string
		parts []smpp.Message
	}{
		{"default alphabet", "CNIC {42301}", encoded("CNIC {42301}", 0, false)},
		{"Latin-1", "42301 é", []smpp.Message{{DataCoding: 3, ShortMessage: []byte("42301 \xe9")}}},
		{"ASCII", "42301", []smpp.Message{{DataCoding: 1, ShortMessage: []byte("42301")}}},
		{"8-bit", "42301", []smpp.Message{{DataCoding: 4, ShortMessage: []byte("42301")}}},
		{"UCS-2", urdu, encoded(urdu, 0, false)},
		{"UCS-2 with class", urdu[:16], []smpp.Message{{DataCoding: 0x18, ShortMessage: encoded(urdu[:16], 0, false)[0].ShortMessage}}},
		{"Urdu tables", urdu, encoded(urdu, 0, true)},
		{"message_payload", longUrdu, []smpp.Message{payload}},
		{"UDH 8 bit", long, encoded(long, gsm.UDH8, false)},
		{"UDH 16 bit", longUrdu, encoded(longUrdu, gsm.UDH16, false)},
		{"sar_*", longUrdu, encoded(longUrdu, gsm.SAR, false)},
		{"Urdu tables in parts", longUrdu, encoded(longUrdu, gsm.UDH8, true)},
		{"unread data_coding", "x", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			h, parts := sms.Handler(mirror), test.parts
			if parts == nil { // Korean: the handler gets "" and says so
				parts = []smpp.Message{{DataCoding: 14, ShortMessage: []byte("42301")}}
				h = sms.HandlerFunc(func(in *sms.Message, reply []byte) []byte { return append(append(reply, in.Text...), 'x') })
			}
			p := start(t, smsc.Config{}, sms.OperatorConfig{Binds: 2}, h)
			r, err := p.smsc.AskRaw(timeout(t), "923001234567", parts...)
			if err != nil || r.Text != test.text {
				t.Errorf("%q came back as %q, %v", test.text, r.Text, err)
			}
			if c := p.until(t, "acknowledged", func(c smsc.Counters) bool { return c.Acked == 1 }); c.Segments != uint64(r.Segments) && parts[0].TLVs == nil {
				t.Errorf("%+v for %d segments", c, r.Segments)
			}
		})
	}
}

// Ensure that a long reply comes to the telephone in one piece, by every way of
// carrying it.
func TestTextsBack(t *testing.T) {
	longUrdu := strings.Repeat(urdu+"۔ ", 5)
	for _, test := range []struct {
		concatenation gsm.Concatenation
		urduTables    bool
		encoding      string
		segments      int
	}{
		{gsm.UDH8, false, "UCS-2", 5}, {gsm.UDH16, false, "UCS-2", 5}, {gsm.SAR, false, "UCS-2", 5}, {gsm.Payload, false, "UCS-2", 5},
		{gsm.UDH8, true, "GSM 7-bit, Urdu locking and single shift", 3},
	} {
		name := test.concatenation.String()
		if test.urduTables {
			name += " with Urdu tables"
		}
		t.Run(name, func(t *testing.T) {
			p := start(t, smsc.Config{}, sms.OperatorConfig{Concatenation: test.concatenation, UrduTables: test.urduTables}, sms.Echo(longUrdu))
			r, err := p.smsc.Ask(timeout(t), "923001234567", "4230149640001")
			if err != nil || r.Text != longUrdu || r.Encoding != test.encoding || r.Segments != test.segments {
				t.Errorf("%v %+v", err, r)
			}
		})
	}
}

// Ensure that the parts of a question whose other parts never come are given back,
// and that the question is answered when they do come.
func TestPartsExpire(t *testing.T) {
	l, g := listen(t, sms.OperatorConfig{PartsExpiry: sms.Duration(100 * time.Millisecond)}, mirror)
	p := accept(t, l).bound(smpp.BindTransceiver)
	part := func(i byte, text string) *smpp.Message {
		m := question("923001234567", "")
		m.ESMClass, m.ShortMessage = smpp.ESMClassUDHI, append([]byte{5, 0, 3, 9, 2, i}, text...)
		return m
	}
	p.send(deliver(1, part(2, "9640001")))
	p.want(smpp.DeliverSMResp, smpp.StatusXTAppn)
	p.send(deliver(2, part(2, "9640001")))
	p.send(deliver(3, part(1, "423014")))
	h, body := p.want(smpp.SubmitSM, smpp.StatusOK)
	var m smpp.Message
	if m.Decode(body); string(m.ShortMessage) != "4230149640001" {
		t.Errorf("joined to %q", m.ShortMessage)
	}
	p.send(smpp.AppendResp(nil, smpp.SubmitSMResp, 0, h.Sequence, []byte("x")))
	for _, want := range []uint32{2, 3} {
		if h, _ := p.want(smpp.DeliverSMResp, smpp.StatusOK); h.Sequence != want {
			t.Errorf("acknowledged %d, not %d", h.Sequence, want)
		}
	}
	if s := g.Snapshot().Operators[0]; s.ExpiredParts != 1 || s.Pending != 0 {
		t.Errorf("%+v", s)
	}
}

// Ensure that the parts of one question are known again one by one when the
// connection of one of them dies.
func TestPartsOverTwoBinds(t *testing.T) {
	l, g := listen(t, sms.OperatorConfig{Binds: 2}, mirror)
	a, b := accept(t, l).bound(smpp.BindTransceiver), accept(t, l).bound(smpp.BindTransceiver)
	part := func(i byte, text string) *smpp.Message {
		m := question("923001234567", "")
		m.ESMClass, m.ShortMessage = smpp.ESMClassUDHI, append([]byte{5, 0, 3, 9, 2, i}, text...)
		return m
	}
	a.send(deliver(1, part(1, "one ")))
	a.send(smpp.AppendHeader(nil, smpp.EnquireLink, 0, 2))
	a.want(smpp.EnquireLinkResp, smpp.StatusOK)
	b.send(deliver(1, part(2, "two")))
	h, _ := b.want(smpp.SubmitSM, smpp.StatusOK)
	a.conn.Close() // the first part's
	a = accept(t, l).bound(smpp.BindTransceiver)
	a.send(deliver(7, part(1, "one ")))
	a.send(smpp.AppendHeader(nil, smpp.EnquireLink, 0, 8))
	a.want(smpp.EnquireLinkResp, smpp.StatusOK)
	b.send(smpp.AppendResp(nil, smpp.SubmitSMResp, 0, h.Sequence, []byte("x")))
	b.want(smpp.DeliverSMResp, smpp.StatusOK)
	a.want(smpp.DeliverSMResp, smpp.StatusOK)
	if s := g.Snapshot().Operators[0]; s.Submitted != 1 || s.LimboHits != 1 || s.Pending != 0 {
		t.Errorf("%+v", s)
	}
}

// Ensure that silence and a failing handler are acknowledged at once.
func TestSilence(t *testing.T) {
	p := start(t, smsc.Config{}, sms.OperatorConfig{}, sms.HandlerFunc(func(in *sms.Message, reply []byte) []byte {
		if in.Text == "fail" {
			panic("on purpose")
		}
		return reply
	}))
	for _, text := range []string{"hello", "fail"} {
		if _, err := p.smsc.Ask(timeout(t), "923001234567", text); !errors.Is(err, smsc.ErrSilence) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if s := p.gateway.Snapshot().Operators[0]; s.Silent != 1 || s.Failed != 1 || s.Pending != 0 {
		t.Errorf("%+v", s)
	}
}

// batches fails whenever a message of its batch says so.
type batches struct{ seen *atomic.Int64 }

func (b batches) HandleSMS(in *sms.Message, reply []byte) []byte {
	replies := [][]byte{reply}
	b.HandleSMSBatch([]sms.Message{*in}, replies)
	return replies[0]
}

func (b batches) HandleSMSBatch(in []sms.Message, replies [][]byte) {
	b.seen.Store(max(b.seen.Load(), int64(len(in))))
	for i := range in {
		if in[i].Text == "fail" {
			panic("on purpose")
		}
		replies[i] = append(replies[i], "reply to "+in[i].Text...)
	}
}

// Ensure that a handler of batches sees batches, through the table of routes, and
// that a message it fails at takes no other with it.
func TestBatches(t *testing.T) {
	h := batches{new(atomic.Int64)}
	p := start(t, smsc.Config{}, sms.OperatorConfig{}, sms.Routes{{System: "one", Words: []string{"other"}, Handler: echo}, {System: "two", Handler: h}})
	from := make([]string, 100)
	for i := range from {
		from[i] = fmt.Sprintf("9230012345%02d", i)
	}
	for _, text := range []string{"a", "fail", "b", "other"} {
		if err := p.smsc.Queue(text, from...); err != nil {
			t.Fatal(err)
		}
	}
	p.until(t, "acknowledged", func(c smsc.Counters) bool { return c.Acked == 300 && c.Rejected == 100 })
	if s := p.gateway.Snapshot().Operators[0]; s.Answered != 300 || s.Failed != 100 || h.seen.Load() < 2 {
		t.Errorf("at most %d at once; %+v", h.seen.Load(), s)
	}
}

// Ensure that delivery receipts come, and nothing but the CA's word is believed.
func TestTLS(t *testing.T) {
	cert, pool := certificate(t)
	oc := sms.OperatorConfig{TLS: true, CAFile: pool, Receipts: true, Password: "secret"}
	p := start(t, smsc.Config{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}, Accounts: map[string]string{"8300": "secret"}}, oc, echo)
	if _, err := p.smsc.Ask(timeout(t), "923001234567", "4230149640001"); err != nil {
		t.Fatal(err)
	}
	p.until(t, "receipted", func(c smsc.Counters) bool { return c.Receipts == 1 })
	if s := p.gateway.Snapshot().Operators[0]; s.Receipts["DELIVRD"] != 1 {
		t.Errorf("%+v", s)
	}
	oc.CAFile = ""
	g := startGateway(t, p.smsc.Addr(), oc, echo)
	for g.Snapshot().Operators[0].Binds[0].Failure == "" {
		time.Sleep(time.Millisecond)
	}
	if receives, sends := g.Snapshot().Operators[0].Bound(); receives || sends {
		t.Error("bound to a stranger")
	}
}

func certificate(t *testing.T) (tls.Certificate, string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "SMSC"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
