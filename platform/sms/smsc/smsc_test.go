package smsc_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"intikhab/platform/sms/gsm"
	"intikhab/platform/sms/smpp"
	"intikhab/platform/sms/smsc"
)

// esme is an ESME played PDU by PDU by a test.
type esme struct {
	*testing.T
	conn net.Conn
	in   *smpp.Reader
	seq  uint32
}

func dial(t *testing.T, s *smsc.Server) *esme {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &esme{t, conn, smpp.NewReader(conn, 0), 0}
}

func (e *esme) send(pdu []byte) { e.conn.Write(pdu) }

func (e *esme) want(cmd smpp.CommandID, status smpp.Status) (smpp.Header, smpp.Message) {
	e.Helper()
	h, body, err := e.in.Next()
	if err != nil || h.Command != cmd || h.Status != status {
		e.Fatalf("got %v %v %v, want %v %v", h.Command, h.Status, err, cmd, status)
	}
	var m smpp.Message
	if cmd == smpp.DeliverSM {
		if err := m.Decode(append([]byte(nil), body...)); err != nil {
			e.Fatal(err)
		}
	}
	return h, m
}

func (e *esme) bind(cmd smpp.CommandID, id, password string, status smpp.Status) {
	e.Helper()
	e.seq++
	e.send(smpp.AppendBind(nil, cmd, e.seq, &smpp.Bind{SystemID: []byte(id), Password: []byte(password), InterfaceVersion: smpp.Version34}))
	e.want(cmd.Response(), status)
}

func (e *esme) submit(to, text string, status smpp.Status) {
	e.Helper()
	e.seq++
	e.send(smpp.AppendMessage(nil, smpp.SubmitSM, e.seq, &smpp.Message{Source: smpp.Address{Addr: []byte("8300")},
		Dest: smpp.Address{Addr: []byte(to)}, ShortMessage: []byte(text)}))
	e.want(smpp.SubmitSMResp, status)
}

func (e *esme) ack(h smpp.Header, status smpp.Status) {
	e.send(smpp.AppendResp(nil, smpp.DeliverSMResp, status, h.Sequence, nil))
}

func serve(t *testing.T, cfg smsc.Config) *smsc.Server {
	t.Helper()
	s, err := smsc.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func until(t *testing.T, s *smsc.Server, ok func(smsc.Counters) bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(s.Counters()); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %+v", s.Counters())
		}
	}
}

func TestBind(t *testing.T) {
	s := serve(t, smsc.Config{Accounts: map[string]string{"8300": "secret"}})
	e := dial(t, s)
	e.submit("923001234567", "too early", smpp.StatusInvBndSts)
	e.bind(smpp.BindTransceiver, "8301", "secret", smpp.StatusInvSysID)
	e.bind(smpp.BindTransceiver, "8300", "guess", smpp.StatusInvPaswd)
	e.bind(smpp.BindReceiver, "8300", "secret", smpp.StatusOK)
	e.bind(smpp.BindReceiver, "8300", "secret", smpp.StatusAlyBnd)
	e.submit("923001234567", "by a receiver", smpp.StatusInvBndSts)
	e.send(smpp.AppendHeader(nil, smpp.CommandID(0x4444), 0, 9))
	e.want(smpp.GenericNack, smpp.StatusInvCmdID)
	e.send(smpp.AppendHeader(nil, smpp.EnquireLink, 0, 9))
	e.want(smpp.EnquireLinkResp, smpp.StatusOK)
	e.send(smpp.AppendHeader(nil, smpp.Unbind, 0, 9))
	e.want(smpp.UnbindResp, smpp.StatusOK)
	until(t, s, func(c smsc.Counters) bool { return c.Bound == 0 && c.Sessions == 1 })
}

// Ensure that the SMSC keeps a question until it is acknowledged, and counts what
// becomes of it.
func TestStoreAndForward(t *testing.T) {
	s := serve(t, smsc.Config{RetryAfter: time.Millisecond})
	e := dial(t, s)
	e.bind(smpp.BindTransceiver, "any", "", smpp.StatusOK)
	answer := make(chan smsc.Reply, 1)
	go func() {
		r, err := s.Ask(context.Background(), "923001234567", "4230149640001")
		if err != nil {
			t.Error(err)
		}
		answer <- r
	}()
	h, m := e.want(smpp.DeliverSM, smpp.StatusOK)
	if string(m.Source.Addr) != "923001234567" || string(m.Dest.Addr) != "8300" || string(m.ShortMessage) != "4230149640001" {
		t.Fatalf("delivered %q", m.ShortMessage)
	}
	e.ack(h, smpp.StatusMsgQFul)
	e.want(smpp.DeliverSM, smpp.StatusOK) // again
	e.conn.Close()
	e = dial(t, s)
	e.bind(smpp.BindTransceiver, "any", "", smpp.StatusOK)
	h, _ = e.want(smpp.DeliverSM, smpp.StatusOK) // and again
	e.submit("923001234567", "hello", smpp.StatusOK)
	if r := <-answer; r.Text != "hello" || r.Segments != 1 || r.Encoding != gsm.GSM7.String() {
		t.Errorf("%+v", r)
	}
	e.submit("923001234567", "hello again", smpp.StatusOK)
	e.submit("923009999999", "who?", smpp.StatusOK)
	e.ack(h, smpp.StatusOK)
	until(t, s, func(c smsc.Counters) bool { return c.Acked == 1 })
	c := s.Counters()
	if c.Asked != 1 || c.Replied != 1 || c.Replies != 2 || c.Duplicates != 1 || c.Stray != 1 || c.Redelivered != 2 || c.PutOff != 1 || c.Lost != 0 {
		t.Errorf("%+v", c)
	}

	// Acknowledged without a reply, and refused for good.
	go func() {
		h, _ := e.want(smpp.DeliverSM, smpp.StatusOK)
		e.ack(h, smpp.StatusOK)
		h, _ = e.want(smpp.DeliverSM, smpp.StatusOK)
		e.ack(h, smpp.StatusXPAppn)
	}()
	for range 2 {
		if _, err := s.Ask(context.Background(), "923001234567", "hello"); !errors.Is(err, smsc.ErrSilence) {
			t.Error(err)
		}
	}
	if c := s.Counters(); c.Lost != 1 || c.Rejected != 1 {
		t.Errorf("%+v", c)
	}
}

// Ensure that Redeliver brings what is unacknowledged again on a living connection.
func TestRedeliver(t *testing.T) {
	s := serve(t, smsc.Config{})
	e := dial(t, s)
	e.bind(smpp.BindTransceiver, "any", "", smpp.StatusOK)
	s.Queue("hello", "923001234567")
	first, _ := e.want(smpp.DeliverSM, smpp.StatusOK)
	s.Redeliver()
	second, _ := e.want(smpp.DeliverSM, smpp.StatusOK)
	if first.Sequence == second.Sequence {
		t.Error("the same sequence number")
	}
	s.DropAll()
	if _, _, err := e.in.Next(); err == nil || errors.Is(err, io.ErrNoProgress) {
		t.Error("still connected")
	}
}
