package sms

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/platform/sms/smpp"
)

// nowhere is a connection that nothing comes from; what a session writes is taken
// from its buffer.
type nowhere struct{ net.Conn }

func (nowhere) Close() error { return nil }

// world is a gateway's operator and an SMSC with a queue, without any network: every
// step that the network, the clock or a failure could take is a step of the test.
type world struct {
	t       *rapid.T
	o       *operator
	keeper  *worker
	links   []*link
	queue   []int       // questions that the SMSC has to deliver
	acked   map[int]int // how often acknowledged
	replies map[int]int
}

// link is one connection as both ends see it.
type link struct {
	s      *session
	w      *worker
	toSMSC []smpp.Header   // read by nobody yet
	bodies []*smpp.Message // of them
	toUs   [][]byte        // on the way to the gateway
	flying map[uint32]int  // question by sequence number
	seq    uint32
	dead   bool // the SMSC has closed it; the gateway does not know
}

func newWorld(t *rapid.T, mode Mode) *world {
	g := &Gateway{handler: HandlerFunc(func(in *Message, reply []byte) []byte { return append(reply, in.Text...) }), log: slog.New(slog.DiscardHandler), epoch: time.Now()}
	cfg := OperatorConfig{Name: "first", Mode: mode, Binds: 2, Window: 3, MaxPending: 6}.withDefaults()
	w := &world{t: t, o: newOperator(g, cfg), acked: map[int]int{}, replies: map[int]int{}}
	w.keeper = newWorker(w.o)
	for _, b := range w.o.binds {
		w.links = append(w.links, w.join(b))
	}
	return w
}

func (w *world) join(b *bind) *link {
	s := newSession(b, nowhere{})
	w.o.mu.Lock()
	w.o.join(s, w.o.gateway.now())
	w.o.unlock()
	return &link{s: s, w: newWorker(w.o), flying: map[uint32]int{}}
}

// carry takes what the gateway has written to the SMSC's end.
func (w *world) carry(l *link) {
	w.o.mu.Lock()
	out := bytes.NewReader(append([]byte(nil), l.s.out...))
	l.s.out = l.s.out[:0]
	w.o.mu.Unlock()
	select {
	case <-l.s.wake:
	default:
	}
	if l.dead {
		return
	}
	for r := smpp.NewReader(out, 0); ; {
		h, body, err := r.Next()
		if err != nil {
			return
		}
		m := new(smpp.Message)
		if h.Command == smpp.SubmitSM && m.Decode(append([]byte(nil), body...)) != nil {
			w.t.Fatal("a malformed submit_sm")
		}
		l.toSMSC, l.bodies = append(l.toSMSC, h), append(l.bodies, m)
	}
}

// heed has the SMSC take one PDU.
func (w *world) heed(l *link, status smpp.Status, mute bool) {
	if len(l.toSMSC) == 0 || l.dead {
		return
	}
	h, m := l.toSMSC[0], l.bodies[0]
	l.toSMSC, l.bodies = l.toSMSC[1:], l.bodies[1:]
	switch h.Command {
	case smpp.EnquireLink:
		l.toUs = append(l.toUs, smpp.AppendHeader(nil, smpp.EnquireLinkResp, 0, h.Sequence))
	case smpp.SubmitSM:
		var id int
		fmt.Sscan(string(m.ShortMessage), &id)
		if status == smpp.StatusOK {
			w.replies[id]++
		}
		if !mute {
			l.toUs = append(l.toUs, smpp.AppendResp(nil, smpp.SubmitSMResp, status, h.Sequence, []byte("x")))
		}
	case smpp.DeliverSMResp:
		id, ok := l.flying[h.Sequence]
		if !ok {
			w.t.Fatalf("acknowledged %d, which was not delivered", h.Sequence)
		}
		delete(l.flying, h.Sequence)
		if h.Status != smpp.StatusOK {
			w.queue = append(w.queue, id)
			return
		}
		if w.acked[id]++; w.replies[id] == 0 {
			w.t.Fatalf("question %d acknowledged before its reply was accepted", id)
		}
	}
}

// deliver has the SMSC send the next question.
func (w *world) deliver(l *link) {
	if len(w.queue) == 0 || l.dead || l.s.kind == transmitter {
		return
	}
	id := w.queue[0]
	w.queue = w.queue[1:]
	l.seq++
	l.flying[l.seq] = id
	m := smpp.Message{Source: smpp.Address{TON: 1, NPI: 1, Addr: fmt.Appendf(nil, "92300%07d", id)}, Dest: smpp.Address{Addr: []byte("8300")},
		ShortMessage: fmt.Append(nil, id)}
	l.toUs = append(l.toUs, smpp.AppendMessage(nil, smpp.DeliverSM, l.seq, &m))
}

// read has the gateway read so many PDUs.
func (w *world) read(l *link, n int) {
	n = min(n, len(l.toUs))
	if n == 0 {
		return
	}
	r := smpp.NewReader(bytes.NewReader(bytes.Join(l.toUs[:n], nil)), 0)
	l.toUs = l.toUs[n:]
	for range n {
		h, body, err := r.Next()
		if err != nil {
			w.t.Fatal(err)
		}
		l.w.add(h, append([]byte(nil), body...))
	}
	l.w.process(l.s)
}

// cut has the SMSC close a connection: what it has not acknowledged is queued again
// at once, before the gateway knows.
func (w *world) cut(l *link) {
	if l.dead {
		return
	}
	l.dead = true
	for seq := uint32(1); seq <= l.seq; seq++ {
		if id, ok := l.flying[seq]; ok {
			w.queue = append([]int{id}, w.queue...)
		}
	}
	l.flying = map[uint32]int{}
	l.toSMSC, l.bodies = nil, nil
}

// notice has the gateway find out, having read some of what was still on the way.
func (w *world) notice(i, rest int) {
	l := w.links[i]
	if !l.dead {
		return
	}
	w.read(l, rest)
	w.o.mu.Lock()
	w.o.leave(l.s, w.o.gateway.now())
	w.o.unlock()
	w.links[i] = w.join(l.s.bind)
}

// pass lets time pass for the gateway, as housekeep does.
func (w *world) pass(d time.Duration) {
	o := w.o
	o.gateway.epoch = o.gateway.epoch.Add(-d)
	now := o.gateway.now()
	o.mu.Lock()
	settled := o.unpark()
	o.sweep(now)
	for q := o.paused.head; q != nil && q.due <= now; q = o.paused.head {
		o.paused.pop()
		o.sendFirst(q, now)
	}
	for _, s := range o.sessions {
		o.drain(s, now)
	}
	o.unlock()
	for _, p := range settled {
		w.keeper.add(p.header, p.body).sure = p.sure
		w.keeper.process(p.session)
	}
}

// check compares the operator's books with each other.
func (w *world) check() {
	o, t := w.o, w.t
	pending, unconfirmed := 0, 0
	for _, s := range o.sessions {
		pending += s.pending
		unconfirmed += s.unconfirmed.len()
		used := 0
		for i := range s.slots {
			if s.slots[i].used {
				used++
			}
		}
		if used != s.inUse || s.inUse > s.window || s.pending > 2*o.cfg.MaxPending || s.pending < 0 { // adopted questions come on top
			t.Fatalf("window %d of %d, counted %d; pending %d", s.inUse, s.window, used, s.pending)
		}
	}
	if o.asked.count != pending+unconfirmed {
		t.Fatalf("asked has %d, pending are %d and unconfirmed %d", o.asked.count, pending, unconfirmed)
	}
	n := 0
	for q := o.questions; q != nil; q = q.next {
		n++
		flying, open := 0, 0
		for i := range q.parts {
			if q.parts[i].state == inFlight {
				flying++
			}
			if st := q.parts[i].state; st == unsent || st == inFlight {
				open++
			}
		}
		if flying != q.inflight || open != q.left || q.unsent() != (q.in != nil) {
			t.Fatalf("in flight %d, counted %d; left %d, counted %d; unsent %v, in a list %v", q.inflight, flying, q.left, open, q.unsent(), q.in != nil)
		}
	}
	if n != o.pending {
		t.Fatalf("%d questions, counted %d", o.pending, n)
	}
}

// Ensure the promise of this package at every order of events that a network, a
// clock and a bad SMSC can make: no question is acknowledged before its reply is
// accepted, all are answered in the end, and no more doubled than counted.
func TestEveryOrderOfEvents(t *testing.T) {
	for _, mode := range []Mode{Transceiver, ReceiverTransmitter} {
		t.Run(string(mode), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := newWorld(t, mode)
				asked := 0
				pick := func() *link { return w.links[rapid.IntRange(0, len(w.links)-1).Draw(t, "link")] }
				for range rapid.IntRange(1, 250).Draw(t, "steps") {
					switch do := rapid.IntRange(0, 19).Draw(t, "do"); do {
					case 0, 1, 2, 3:
						asked++
						w.queue = append(w.queue, asked)
						w.deliver(pick())
					case 4, 5:
						w.deliver(pick())
					case 6, 7, 8, 9:
						w.read(pick(), rapid.IntRange(1, 4).Draw(t, "n"))
					case 10, 11, 12, 13:
						l := pick()
						w.carry(l)
						status := rapid.SampledFrom([]smpp.Status{0, 0, 0, 0, 0, 0, smpp.StatusThrottled, smpp.StatusSysErr}).Draw(t, "status")
						w.heed(l, status, rapid.IntRange(0, 19).Draw(t, "mute") == 0)
					case 14, 15:
						w.carry(pick())
					case 16:
						w.cut(pick())
					case 17:
						w.notice(rapid.IntRange(0, len(w.links)-1).Draw(t, "link"), rapid.IntRange(0, 3).Draw(t, "rest"))
					case 18:
						w.pass(time.Duration(rapid.IntRange(0, 700).Draw(t, "ms")) * time.Millisecond)
					case 19:
						if rapid.IntRange(0, 9).Draw(t, "long") == 0 {
							w.pass(11 * time.Second)
						}
					}
					w.check()
				}
				for i := range w.links {
					w.notice(i, 0)
				}
				for round := 0; len(w.acked) < asked; round++ {
					if round == 1000 {
						t.Fatalf("%d of %d acknowledged; queue %v; %+v", len(w.acked), asked, w.queue, w.o.snapshot())
					}
					for i, l := range w.links {
						w.deliver(l)
						w.read(l, 100)
						w.carry(l)
						for len(l.toSMSC) > 0 {
							w.heed(l, smpp.StatusOK, false)
						}
						w.notice(i, 0)
					}
					w.pass(100 * time.Millisecond)
					w.check()
				}
				extra := uint64(0)
				for id := 1; id <= asked; id++ {
					if w.acked[id] != 1 || w.replies[id] == 0 {
						t.Fatalf("question %d acknowledged %d times, answered %d times", id, w.acked[id], w.replies[id])
					}
					extra += uint64(w.replies[id] - 1)
				}
				if c := w.o.counters; extra > c.unknown+c.resends {
					t.Fatalf("%d doubled, %d unknown, %d resent", extra, c.unknown, c.resends)
				}
			})
		})
	}
}

// Ensure that whatever bytes a peer sends, nothing of it stays behind.
func FuzzSession(f *testing.F) {
	m := smpp.Message{Source: smpp.Address{TON: 1, NPI: 1, Addr: []byte("923001234567")}, Dest: smpp.Address{Addr: []byte("8300")}, ShortMessage: []byte("x")}
	whole := smpp.AppendMessage(nil, smpp.DeliverSM, 1, &m)
	f.Add(whole)
	f.Add(append(append(append([]byte(nil), whole...), smpp.AppendResp(nil, smpp.SubmitSMResp, 0, 1, []byte("a"))...), smpp.AppendHeader(nil, smpp.Unbind, 0, 9)...))
	for i := byte(1); i <= 2; i++ {
		m.ESMClass, m.ShortMessage = smpp.ESMClassUDHI, []byte{5, 0, 3, 9, 2, i, 'x'}
		whole = smpp.AppendMessage(whole, smpp.DeliverSM, uint32(i)+1, &m)
	}
	f.Add(whole)
	f.Fuzz(func(t *testing.T, data []byte) {
		g := &Gateway{handler: Echo("reply"), log: slog.New(slog.DiscardHandler), epoch: time.Now()}
		o := newOperator(g, OperatorConfig{Name: "first", MaxPending: 50}.withDefaults())
		s := newSession(o.binds[0], nowhere{})
		o.join(s, 0)
		go func() {
			for range s.wake {
				o.mu.Lock()
				s.out = s.out[:0]
				o.mu.Unlock()
			}
		}()
		if s.read(smpp.NewReader(bytes.NewReader(data), 4096)) == nil {
			t.Error("read to no end")
		}
		o.mu.Lock()
		o.leave(s, g.now())
		o.unlock()
		close(s.wake)
		if o.asked.count != 0 || o.pending != 0 || o.homeless.len != 0 || len(o.groups) != 0 {
			t.Errorf("left behind: asked %d, pending %d, waiting %d, groups %d", o.asked.count, o.pending, o.homeless.len, len(o.groups))
		}
	})
}
