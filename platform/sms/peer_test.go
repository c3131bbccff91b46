package sms_test

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"intikhab/platform/sms"
	"intikhab/platform/sms/smpp"
	"intikhab/platform/sms/smsc"
)

// peer is the SMSC's end of one connection, played PDU by PDU by a test.
type peer struct {
	*testing.T
	conn net.Conn
	in   *smpp.Reader
}

// listen starts a gateway towards a listener of the test's own.
func listen(t *testing.T, oc sms.OperatorConfig, h sms.Handler) (net.Listener, *sms.Gateway) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, startGateway(t, l.Addr().String(), oc, h)
}

func accept(t *testing.T, l net.Listener) *peer {
	t.Helper()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &peer{t, conn, smpp.NewReader(conn, 0)}
}

func (p *peer) send(pdu []byte) {
	p.Helper()
	if _, err := p.conn.Write(pdu); err != nil {
		p.Fatal(err)
	}
}

// want reads the next PDU, which must be this.
func (p *peer) want(cmd smpp.CommandID, status smpp.Status) (smpp.Header, []byte) {
	p.Helper()
	h, body, err := p.in.Next()
	if err != nil {
		p.Fatalf("waiting for %v: %v", cmd, err)
	}
	if h.Command != cmd || h.Status != status {
		p.Fatalf("got %v %v, want %v %v", h.Command, h.Status, cmd, status)
	}
	return h, body
}

// bound takes the bind.
func (p *peer) bound(cmd smpp.CommandID) *peer {
	p.Helper()
	h, _ := p.want(cmd, smpp.StatusOK)
	p.send(smpp.AppendBindResp(nil, cmd.Response(), smpp.StatusOK, h.Sequence, []byte("peer"), smpp.Version34))
	return p
}

func question(from, text string) *smpp.Message {
	return &smpp.Message{Source: smpp.Address{TON: 1, NPI: 1, Addr: []byte(from)},
		Dest: smpp.Address{NPI: 1, Addr: []byte("8300")}, ShortMessage: []byte(text)}
}

func deliver(seq uint32, m *smpp.Message) []byte {
	return smpp.AppendMessage(nil, smpp.DeliverSM, seq, m)
}

// Ensure that what is malformed is answered with the right status and that the
// bind goes on.
func TestMalformedPDUs(t *testing.T) {
	l, g := listen(t, sms.OperatorConfig{}, echo)
	p := accept(t, l).bound(smpp.BindTransceiver)
	short := smpp.AppendHeader(nil, smpp.EnquireLink, 0, 77)
	short[3] = 15 // a length that cannot be
	for _, test := range []struct {
		name   string
		pdu    []byte
		answer smpp.CommandID
		status smpp.Status
	}{
		{"text cut off", smsc.Malformed(0, 1), smpp.DeliverSMResp, smpp.StatusInvMsgLen},
		{"address cut off", smsc.Malformed(1, 2), smpp.DeliverSMResp, smpp.StatusInvCmdLen},
		{"unknown command", smsc.Malformed(2, 3), smpp.GenericNack, smpp.StatusInvCmdID},
		{"parameter cut off", smsc.Malformed(3, 4), smpp.DeliverSMResp, smpp.StatusInvOptParStream},
		{"user data header too long", smsc.Malformed(4, 5), smpp.DeliverSMResp, smpp.StatusXPAppn},
		{"no body", smpp.AppendHeader(nil, smpp.DeliverSM, 0, 6), smpp.DeliverSMResp, smpp.StatusInvCmdLen},
		{"impossible length", short, smpp.GenericNack, smpp.StatusInvCmdLen},
		{"a command not for us", smpp.AppendHeader(nil, smpp.QuerySM, 0, 8), smpp.QuerySMResp, smpp.StatusInvBndSts},
		{"a second bind", smpp.AppendHeader(nil, smpp.BindReceiver, 0, 9), smpp.BindReceiverResp, smpp.StatusInvBndSts},
		{"enquire_link", smpp.AppendHeader(nil, smpp.EnquireLink, 0, 10), smpp.EnquireLinkResp, smpp.StatusOK},
	} {
		t.Run(test.name, func(t *testing.T) {
			p.T = t
			p.send(test.pdu)
			h, _ := p.want(test.answer, test.status)
			if want := test.pdu[15]; byte(h.Sequence) != want {
				t.Errorf("answers %d, not %d", h.Sequence, want)
			}
		})
	}
	p.T = t
	// What needs no answer gets none.
	p.send(smpp.AppendHeader(nil, smpp.EnquireLinkResp, 0, 4711))
	p.send(smpp.AppendResp(nil, smpp.SubmitSMResp, 0, 4711, []byte("x")))
	p.send(smpp.AppendHeader(nil, smpp.GenericNack, smpp.StatusInvCmdID, 0))
	p.send(smpp.AppendHeader(nil, smpp.CommandID(0x80007777), 0, 4711))
	p.send(smpp.AppendAlert(nil, 4711, &smpp.Alert{}))
	p.send(deliver(20, question("923001234567", "hello")))
	h, _ := p.want(smpp.SubmitSM, smpp.StatusOK)
	p.send(smpp.AppendResp(nil, smpp.SubmitSMResp, 0, h.Sequence, []byte("x")))
	if h, _ := p.want(smpp.DeliverSMResp, smpp.StatusOK); h.Sequence != 20 {
		t.Errorf("acknowledged %d", h.Sequence)
	}
	if b := g.Snapshot().Operators[0].Binds[0]; b.Sessions != 1 || b.Malformed != 9 || b.Late != 3 {
		t.Errorf("%+v", b)
	}
}

// Ensure that a question is acknowledged after its reply is accepted, not before.
func TestAcknowledgedLate(t *testing.T) {
	l, _ := listen(t, sms.OperatorConfig{}, echo)
	p := accept(t, l).bound(smpp.BindTransceiver)
	p.send(deliver(1, question("923001234567", "one")))
	p.send(deliver(2, question("923001234568", "two")))
	first, body := p.want(smpp.SubmitSM, smpp.StatusOK)
	var m smpp.Message
	if err := m.Decode(body); err != nil || string(m.Source.Addr) != "8300" || string(m.Dest.Addr) != "923001234567" || m.Dest.TON != 1 {
		t.Fatalf("%v %v", m, err)
	}
	second, _ := p.want(smpp.SubmitSM, smpp.StatusOK)
	p.send(smpp.AppendHeader(nil, smpp.EnquireLink, 0, 3))
	p.want(smpp.EnquireLinkResp, smpp.StatusOK) // and no acknowledgement before it
	p.send(smpp.AppendResp(nil, smpp.SubmitSMResp, 0, second.Sequence, []byte("b")))
	if h, _ := p.want(smpp.DeliverSMResp, smpp.StatusOK); h.Sequence != 2 {
		t.Fatalf("acknowledged %d", h.Sequence)
	}
	p.send(smpp.AppendResp(nil, smpp.SubmitSMResp, smpp.StatusInvDstAdr, first.Sequence, nil))
	if h, _ := p.want(smpp.DeliverSMResp, smpp.StatusOK); h.Sequence != 1 {
		t.Fatalf("acknowledged %d", h.Sequence)
	}
}

// Ensure that the same reply goes out again after a refusal for now.
func TestResubmitted(t *testing.T) {
	for _, status := range []smpp.Status{smpp.StatusThrottled, smpp.StatusMsgQFul, smpp.StatusSysErr} {
		t.Run(status.String(), func(t *testing.T) {
			l, g := listen(t, sms.OperatorConfig{RetryPause: sms.Duration(time.Millisecond)}, echo)
			p := accept(t, l).bound(smpp.BindTransceiver)
			p.send(deliver(1, question("923001234567", "one")))
			h, body := p.want(smpp.SubmitSM, smpp.StatusOK)
			first := string(body)
			for range 3 {
				p.send(smpp.AppendResp(nil, smpp.SubmitSMResp, status, h.Sequence, nil))
				if h, body = p.want(smpp.SubmitSM, smpp.StatusOK); string(body) != first {
					t.Fatal("another reply")
				}
			}
			p.send(smpp.AppendResp(nil, smpp.SubmitSMResp, 0, h.Sequence, []byte("b")))
			p.want(smpp.DeliverSMResp, smpp.StatusOK)
			if s := g.Snapshot().Operators[0]; s.Deferred[status.String()] != 3 || s.Throttled != status.Throttling() {
				t.Errorf("%+v", s)
			}
		})
	}
}

// Ensure that a question that cannot be answered in time is given back.
func TestGivenUp(t *testing.T) {
	l, g := listen(t, sms.OperatorConfig{RetryPause: sms.Duration(time.Millisecond), GiveUpAfter: sms.Duration(200 * time.Millisecond)}, echo)
	p := accept(t, l).bound(smpp.BindTransceiver)
	p.send(deliver(1, question("923001234567", "one")))
	for {
		h, _, err := p.in.Next()
		if err != nil {
			t.Fatal(err)
		}
		if h.Command == smpp.DeliverSMResp {
			if h.Status != smpp.StatusXTAppn {
				t.Errorf("given back with %v", h.Status)
			}
			break
		}
		p.send(smpp.AppendResp(nil, smpp.SubmitSMResp, smpp.StatusSysErr, h.Sequence, nil))
	}
	// Brought again, it is a new question: the SMSC was told that it is not answered.
	p.send(deliver(2, question("923001234567", "one")))
	h, _ := p.want(smpp.SubmitSM, smpp.StatusOK)
	p.send(smpp.AppendResp(nil, smpp.SubmitSMResp, 0, h.Sequence, []byte("b")))
	p.want(smpp.DeliverSMResp, smpp.StatusOK)
	if s := g.Snapshot().Operators[0]; s.GivenUp != 1 || s.LimboHits != 0 {
		t.Errorf("%+v", s)
	}
}

// Ensure that a reply without a response goes out a second time, no third, and that
// the question is then given back.
func TestUnansweredSubmit(t *testing.T) {
	l, g := listen(t, sms.OperatorConfig{ResponseTimeout: sms.Duration(150 * time.Millisecond)}, echo)
	p := accept(t, l).bound(smpp.BindTransceiver)
	p.send(deliver(1, question("923001234567", "one")))
	first, _ := p.want(smpp.SubmitSM, smpp.StatusOK)
	if second, _ := p.want(smpp.SubmitSM, smpp.StatusOK); second.Sequence == first.Sequence {
		t.Error("the same sequence number twice")
	}
	p.want(smpp.DeliverSMResp, smpp.StatusXTAppn)
	p.send(smpp.AppendResp(nil, smpp.SubmitSMResp, 0, first.Sequence, []byte("late")))
	p.send(smpp.AppendHeader(nil, smpp.EnquireLink, 0, 3))
	p.want(smpp.EnquireLinkResp, smpp.StatusOK)
	if s := g.Snapshot().Operators[0]; s.Resends != 1 || s.GivenUp != 1 || s.Unknown != 1 || s.Binds[0].Late != 1 {
		t.Errorf("%+v", s)
	}
}

// Ensure that silence is asked after, and that its lasting ends the session.
func TestEnquireLink(t *testing.T) {
	l, g := listen(t, sms.OperatorConfig{EnquireInterval: sms.Duration(50 * time.Millisecond), ResponseTimeout: sms.Duration(300 * time.Millisecond)}, echo)
	p := accept(t, l).bound(smpp.BindTransceiver)
	for range 2 {
		h, _ := p.want(smpp.EnquireLink, smpp.StatusOK)
		p.send(smpp.AppendHeader(nil, smpp.EnquireLinkResp, 0, h.Sequence))
	}
	p.want(smpp.EnquireLink, smpp.StatusOK)
	if _, _, err := p.in.Next(); !errors.Is(err, io.EOF) {
		t.Fatalf("the dead session goes on: %v", err)
	}
	accept(t, l).bound(smpp.BindTransceiver)
	for g.Snapshot().Operators[0].Binds[0].Sessions != 2 {
		time.Sleep(time.Millisecond)
	}
}

// Ensure that a refused bind is tried again, and its reason told.
func TestBindRefused(t *testing.T) {
	l, g := listen(t, sms.OperatorConfig{}, echo)
	for range 3 {
		p := accept(t, l)
		h, _ := p.want(smpp.BindTransceiver, smpp.StatusOK)
		p.send(smpp.AppendBindResp(nil, smpp.BindTransceiverResp, smpp.StatusInvPaswd, h.Sequence, nil, 0))
	}
	accept(t, l)
	if b := g.Snapshot().Operators[0].Binds[0]; b.Failure == "" || b.Sessions != 0 {
		t.Errorf("%+v", b)
	}
}

// Ensure that an SMSC that unbinds is answered and bound again.
func TestPeerUnbinds(t *testing.T) {
	l, _ := listen(t, sms.OperatorConfig{}, echo)
	p := accept(t, l).bound(smpp.BindTransceiver)
	p.send(smpp.AppendHeader(nil, smpp.Unbind, 0, 9))
	p.want(smpp.UnbindResp, smpp.StatusOK)
	accept(t, l).bound(smpp.BindTransceiver)
}

// Ensure that receipts are counted by state and acknowledged, and that a sender's
// name is not answered.
func TestReceiptsAndNotes(t *testing.T) {
	l, g := listen(t, sms.OperatorConfig{Receipts: true}, echo)
	p := accept(t, l).bound(smpp.BindTransceiver)
	for i, text := range []string{"id:1 sub:001 dlvrd:001 stat:DELIVRD err:000 text:", "id:2 stat:EXPIRED", "id:3 stat:DELIVRD", "what is this"} {
		m := question("923001234567", text)
		m.ESMClass = smpp.ESMClassDeliveryReceipt
		p.send(deliver(uint32(i), m))
		p.want(smpp.DeliverSMResp, smpp.StatusOK)
	}
	m := question("JAZZ", "win a car")
	m.Source.TON = smpp.TONAlphanumeric
	p.send(deliver(9, m))
	p.want(smpp.DeliverSMResp, smpp.StatusOK)
	p.send(deliver(10, question("923001234567", "one")))
	_, body := p.want(smpp.SubmitSM, smpp.StatusOK)
	var reply smpp.Message
	if reply.Decode(body); reply.RegisteredDelivery != smpp.ReceiptAlways {
		t.Error("no receipt asked for")
	}
	s := g.Snapshot().Operators[0]
	if s.Receipts["DELIVRD"] != 2 || s.Receipts["EXPIRED"] != 1 || s.Receipts["unreadable"] != 1 || s.Notes != 1 {
		t.Errorf("%+v", s)
	}
}

// Ensure that in receiver and transmitter mode a reply under way outlives the
// question's connection: brought again, the question waits for that reply.
func TestOrphanAdopted(t *testing.T) {
	l, g := listen(t, sms.OperatorConfig{Mode: sms.ReceiverTransmitter}, echo)
	var rx, tx *peer
	take := func() {
		p := accept(t, l)
		h, _, err := p.in.Next()
		if err != nil {
			t.Fatal(err)
		}
		p.send(smpp.AppendBindResp(nil, h.Command.Response(), 0, h.Sequence, nil, 0))
		if h.Command == smpp.BindReceiver {
			rx = p
		} else {
			tx = p
		}
	}
	take()
	take()
	rx.send(deliver(1, question("923001234567", "one")))
	h, _ := tx.want(smpp.SubmitSM, smpp.StatusOK)
	rx.conn.Close()
	take() // the receiver again
	rx.send(deliver(5, question("923001234567", "one")))
	rx.send(smpp.AppendHeader(nil, smpp.EnquireLink, 0, 6))
	rx.want(smpp.EnquireLinkResp, smpp.StatusOK) // adopted by now
	tx.send(smpp.AppendResp(nil, smpp.SubmitSMResp, 0, h.Sequence, []byte("b")))
	if h, _ := rx.want(smpp.DeliverSMResp, smpp.StatusOK); h.Sequence != 5 {
		t.Errorf("acknowledged %d", h.Sequence)
	}
	tx.send(smpp.AppendHeader(nil, smpp.EnquireLink, 0, 7))
	tx.want(smpp.EnquireLinkResp, smpp.StatusOK) // and no second reply
	if s := g.Snapshot().Operators[0]; s.LimboHits != 1 || s.Submitted != 1 {
		t.Errorf("%+v", s)
	}
}

// Ensure that the same when the reply was accepted before the question came again.
func TestAnsweredWhileGone(t *testing.T) {
	l, g := listen(t, sms.OperatorConfig{Mode: sms.ReceiverTransmitter}, echo)
	peers := map[smpp.CommandID]*peer{}
	take := func() {
		p := accept(t, l)
		h, _, _ := p.in.Next()
		p.send(smpp.AppendBindResp(nil, h.Command.Response(), 0, h.Sequence, nil, 0))
		peers[h.Command] = p
	}
	take()
	take()
	tx := peers[smpp.BindTransmitter]
	peers[smpp.BindReceiver].send(deliver(1, question("923001234567", "one")))
	h, _ := tx.want(smpp.SubmitSM, smpp.StatusOK)
	peers[smpp.BindReceiver].conn.Close()
	take()
	tx.send(smpp.AppendResp(nil, smpp.SubmitSMResp, 0, h.Sequence, []byte("b")))
	tx.send(smpp.AppendHeader(nil, smpp.EnquireLink, 0, 7))
	tx.want(smpp.EnquireLinkResp, smpp.StatusOK)
	rx := peers[smpp.BindReceiver]
	rx.send(deliver(5, question("923001234567", "one")))
	rx.want(smpp.DeliverSMResp, smpp.StatusOK)
	if s := g.Snapshot().Operators[0]; s.LimboHits != 1 || s.Submitted != 1 || s.Answered != 1 {
		t.Errorf("%+v", s)
	}
}
