package smpp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var question = Message{
	Source:       Address{TON: TONInternational, NPI: NPIE164, Addr: []byte("923001234567")},
	Dest:         Address{TON: TONNetwork, NPI: NPIUnknown, Addr: []byte("8300")},
	ShortMessage: []byte("4230112345671"),
}

// TestBytes states the layout octet by octet, so that the vectors' absence does
// not leave it untested.
func TestBytes(t *testing.T) {
	tests := []struct {
		name, want string
		got        []byte
	}{
		{"enquire_link", "00000010 00000015 00000000 00000007", AppendHeader(nil, EnquireLink, StatusOK, 7)},
		{"generic_nack", "00000010 80000000 00000003 00000009", AppendHeader(nil, GenericNack, StatusInvCmdID, 9)},
		{"deliver_sm", "0000003e 00000005 00000000 00000001 00 0101 393233303031323334353637 00 0300 38333030 00" +
			"00 00 00 00 00 00 00 00 00 0d 34323330313132333435363731", AppendMessage(nil, DeliverSM, 1, &question)},
		{"deliver_sm_resp", "00000011 80000005 00000000 00000001 00", AppendResp(nil, DeliverSMResp, StatusOK, 1, nil)},
		{"submit_sm_resp", "00000013 80000004 00000000 00000002 613700", AppendResp(nil, SubmitSMResp, StatusOK, 2, []byte("a7"))},
		{"submit_sm_resp refused", "00000010 80000004 00000058 00000002", AppendResp(nil, SubmitSMResp, StatusThrottled, 2, []byte("a7"))},
		{"bind_transceiver", "00000021 00000009 00000000 00000001 3833303000 73656372657400 00 34 00 00 00",
			AppendBind(nil, BindTransceiver, 1, &Bind{SystemID: []byte("8300"), Password: []byte("secret"), InterfaceVersion: Version34})},
		{"bind_transceiver_resp", "0000001a 80000009 00000000 00000001 534d534300 0210 0001 34",
			AppendBindResp(nil, BindTransceiverResp, StatusOK, 1, []byte("SMSC"), Version34)},
		{"data_sm", "0000001f 00000103 00000000 00000001 00 000000 000000 40 00 08 0424 0001 41",
			AppendMessage(nil, DataSM, 1, &Message{ESMClass: ESMClassUDHI, DataCoding: 8, ShortMessage: []byte("A")})},
		{"sar", "020c 0002 abcd 020e 0001 03 020f 0001 02", AppendSAR(nil, 0xABCD, 3, 2)},
	}
	for _, tt := range tests {
		if got := hex.EncodeToString(tt.got); got != strings.ReplaceAll(tt.want, " ", "") {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, strings.ReplaceAll(tt.want, " ", ""))
		}
	}
}

func TestLongTextGoesIntoPayload(t *testing.T) {
	m := question
	m.ShortMessage = bytes.Repeat([]byte("x"), 64<<10-1)
	pdu := AppendMessage(nil, SubmitSM, 1, &m)
	h, body, err := NewReader(bytes.NewReader(pdu), 0).Next()
	if err != nil {
		t.Fatal(err)
	}
	var got Message
	if err := got.Decode(body); err != nil {
		t.Fatal(err)
	}
	if h.Command != SubmitSM || len(got.ShortMessage) != 0 || !bytes.Equal(got.Payload(), m.ShortMessage) {
		t.Errorf("payload of %d octets, want %d", len(got.Payload()), len(m.ShortMessage))
	}
	if m.Check() != nil {
		t.Error(m.Check())
	}
	m.ShortMessage = append(m.ShortMessage, 'x')
	if m.Check() == nil {
		t.Error("65,536 octets pass Check")
	}
}

func TestMessageErrors(t *testing.T) {
	good := AppendMessage(nil, DeliverSM, 1, &question)[HeaderSize:]
	longAddr := append([]byte{0, 1, 1}, bytes.Repeat([]byte("9"), 100)...)
	tests := []struct {
		name, field string
		body        []byte
		offset      int
		status      Status
	}{
		{"empty", "service_type", nil, 16, StatusInvCmdLen},
		{"cut in source", "source_addr", good[:9], 19, StatusInvCmdLen},
		{"source without end", "source_addr", longAddr, 19, StatusInvParLen},
		{"cut before esm_class", "esm_class", good[:23], 39, StatusInvCmdLen},
		{"cut before sm_length", "sm_length", good[:32], 48, StatusInvCmdLen},
		{"cut in text", "short_message", good[:40], 49, StatusInvMsgLen},
		{"half a tag", "optional parameter", append(good[:len(good):len(good)], 2), 62, StatusInvOptParStream},
		{"tag too long", "optional parameter", append(good[:len(good):len(good)], 2, 4, 0, 9, 1), 62, StatusInvOptParStream},
	}
	for _, tt := range tests {
		var m Message
		err := m.Decode(tt.body)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: error %v", tt.name, err)
			continue
		}
		if e.Field != tt.field || e.Offset != tt.offset || e.Status != tt.status {
			t.Errorf("%s: %v, want %s at %d, %v", tt.name, err, tt.field, tt.offset, tt.status)
		}
	}
}

// TestMasked: whatever the verb, no subscriber's number, text or password.
func TestMasked(t *testing.T) {
	bind := Bind{SystemID: []byte("8300"), Password: []byte("secret")}
	out := OutbindBody{SystemID: []byte("smsc"), Password: []byte("secret")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for _, v := range []any{question, &question, question.Source, bind, &bind, out,
			[]Message{question}, struct{ M Message }{question}} {
			s := fmt.Sprintf(verb, v)
			for _, bad := range []string{"1234567", "4230112", "secret", "333435", "73656372", "51 52", "115 101"} {
				if strings.Contains(s, bad) {
					t.Errorf("%s of %T: %s", verb, v, s)
				}
			}
		}
	}
	if got := fmt.Sprint(question.Source, question.Dest); got != "1/1:9230***67 3/0:8300" {
		t.Error(got)
	}
}

func TestNames(t *testing.T) {
	for s := range statuses {
		if !strings.HasPrefix(s.String(), "ESME_R") || s.Text() == "" {
			t.Errorf("status %d: %s %s", uint32(s), s, s.Text())
		}
	}
	for _, tt := range []struct {
		got  fmt.Stringer
		want string
	}{
		{StatusThrottled, "ESME_RTHROTTLED"}, {Status(0x555), "status 0x00000555"},
		{DeliverSM.Response(), "deliver_sm_resp"}, {CommandID(0x77), "command 0x00000077"},
		{TagMessagePayload, "message_payload"}, {Tag(0x1500), "tag 0x1500"},
		{StateDelivered, "DELIVRD"}, {MessageState(77), "state 77"},
	} {
		if tt.got.String() != tt.want {
			t.Errorf("%s, want %s", tt.got, tt.want)
		}
	}
	for _, c := range []CommandID{BindReceiver, BindTransceiver, QuerySM, SubmitSM, Unbind, EnquireLink, DataSM} {
		if c.IsResponse() || !c.Response().IsResponse() || c.Response().String() != c.String()+"_resp" {
			t.Errorf("%v and %v", c, c.Response())
		}
	}
}

// drawString is what may stand in a C-octet string.
func drawString(t *rapid.T, name string) []byte {
	return rapid.SliceOfN(rapid.ByteRange(1, 255), 0, longestString-1).Draw(t, name)
}

func drawAddress(t *rapid.T, name string) Address {
	return Address{rapid.Byte().Draw(t, "ton"), rapid.Byte().Draw(t, "npi"), drawString(t, name)}
}

func drawTLVs(t *rapid.T) (tlvs TLVs) {
	for range rapid.IntRange(0, 4).Draw(t, "tlvs") {
		tlvs = AppendTLV(tlvs, Tag(rapid.Uint16().Draw(t, "tag")), rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "value"))
	}
	if tlvs == nil {
		tlvs = TLVs{}
	}
	return tlvs
}

// TestRoundTrip: what was encoded decodes to the same, for every body.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seq := rapid.Uint32().Draw(t, "seq")
		m := Message{ServiceType: drawString(t, "service"), Source: drawAddress(t, "source"), Dest: drawAddress(t, "dest"),
			ESMClass: rapid.Byte().Draw(t, "esm"), ProtocolID: rapid.Byte().Draw(t, "pid"), Priority: rapid.Byte().Draw(t, "prio"),
			Schedule: drawString(t, "schedule"), Validity: drawString(t, "validity"),
			RegisteredDelivery: rapid.Byte().Draw(t, "registered"), ReplaceIfPresent: rapid.Byte().Draw(t, "replace"),
			DataCoding: rapid.Byte().Draw(t, "dcs"), DefaultMsgID: rapid.Byte().Draw(t, "default"),
			ShortMessage: rapid.SliceOfN(rapid.Byte(), 0, MaxShortMessage).Draw(t, "text"), TLVs: drawTLVs(t)}
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
		var back Message
		pdu := AppendMessage([]byte("before"), SubmitSM, seq, &m)[6:]
		h, err := ParseHeader(pdu)
		if err != nil || int(h.Length) != len(pdu) || h.Command != SubmitSM || h.Sequence != seq {
			t.Fatal(h, err)
		}
		if err := back.Decode(pdu[HeaderSize:]); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(m, back) {
			t.Fatalf("%#v\nwant\n%#v", back, m)
		}

		var b, b2 = Bind{drawString(t, "id"), drawString(t, "password"), drawString(t, "type"), m.ESMClass, m.ProtocolID, m.Priority, m.Schedule}, Bind{}
		check(t, b2.Decode(AppendBind(nil, BindReceiver, seq, &b)[HeaderSize:]), b, &b2)
		var q, q2 = Query{m.ServiceType, m.Source}, Query{}
		check(t, q2.Decode(AppendQuery(nil, seq, &q)[HeaderSize:]), q, &q2)
		var r, r2 = QueryResp{m.ServiceType, m.Schedule, StateExpired, m.ESMClass}, QueryResp{}
		check(t, r2.Decode(AppendQueryResp(nil, StatusOK, seq, &r)[HeaderSize:]), r, &r2)
		var k, k2 = Cancel{m.ServiceType, m.Schedule, m.Source, m.Dest}, Cancel{}
		check(t, k2.Decode(AppendCancel(nil, seq, &k)[HeaderSize:]), k, &k2)
		var p, p2 = Replace{m.ServiceType, m.Source, m.Schedule, m.Validity, 1, 2, m.ShortMessage, m.TLVs}, Replace{}
		check(t, p2.Decode(AppendReplace(nil, seq, &p)[HeaderSize:]), p, &p2)
		var a, a2 = Alert{m.Source, m.Dest, m.TLVs}, Alert{}
		check(t, a2.Decode(AppendAlert(nil, seq, &a)[HeaderSize:]), a, &a2)
		var o, o2 = OutbindBody{m.ServiceType, m.Schedule}, OutbindBody{}
		check(t, o2.Decode(AppendOutbind(nil, seq, &o)[HeaderSize:]), o, &o2)
	})
}

func check[T any](t *rapid.T, err error, want T, got *T) {
	t.Helper()
	if err != nil || !reflect.DeepEqual(want, *got) {
		t.Fatalf("%T: %v", want, err)
	}
}

func TestSAR(t *testing.T) {
	ref, total, seq, ok := TLVs(AppendSAR(nil, 40000, 5, 5)).SAR()
	if ref != 40000 || total != 5 || seq != 5 || !ok {
		t.Error(ref, total, seq, ok)
	}
	for name, tlvs := range map[string][]byte{
		"none":            nil,
		"seq over total":  AppendSAR(nil, 1, 2, 3),
		"seq zero":        AppendSAR(nil, 1, 2, 0),
		"no total":        AppendTLV8(AppendTLV16(nil, TagSarMsgRefNum, 1), TagSarSegmentSeqnum, 1),
		"ref of 5 octets": AppendTLV8(AppendTLV8(AppendTLV(nil, TagSarMsgRefNum, make([]byte, 5)), TagSarTotalSegments, 1), TagSarSegmentSeqnum, 1),
	} {
		if _, _, _, ok := TLVs(tlvs).SAR(); ok {
			t.Errorf("%s: ok", name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(AppendMessage(nil, DeliverSM, 1, &question))
	f.Fuzz(func(t *testing.T, pdu []byte) {
		h, err := ParseHeader(pdu)
		if err != nil {
			return
		}
		again, err := recode(h, pdu[HeaderSize:])
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Offset < HeaderSize || e.Offset > len(pdu) || e.Status == StatusOK {
				t.Fatalf("error %#v", err)
			}
			return
		}
		// What decodes encodes to what decodes to the same bytes again.
		h2, err := ParseHeader(again)
		if err != nil || int(h2.Length) != len(again) {
			t.Fatal(h2, err)
		}
		third, err := recode(h2, again[HeaderSize:])
		if err != nil || !bytes.Equal(again, third) {
			t.Fatalf("%v\n%x\n%x", err, again, third)
		}
	})
}
