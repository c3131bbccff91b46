package sms

import (
	"encoding/binary"
	"net"
	"time"

	"intikhab/platform/sms/smpp"
)

// session is one connection to the SMSC, from its bind_resp to its end. The
// operator's mutex guards everything in it but conn.
type session struct {
	operator *operator
	bind     *bind
	id       uint16 // among the operator's sessions; 0 is none
	conn     net.Conn
	kind     kind
	dead     bool

	out, spare []byte // what is to be written; what the writer wrote last
	dirty      bool   // out has something the writer has not been told of
	wake       chan struct{}

	seq    uint32 // of the last request written
	slots  []slot // submit_sm in flight, by sequence number modulo length
	inUse  int
	window int

	waiting queue // questions whose reply has parts that found no room

	pending     int    // deliver_sm not acknowledged
	written     uint64 // acknowledgements
	confirmed   uint64 // of them
	unconfirmed ring   // hashes of those between
	lastAck     time.Duration

	lastHeard time.Duration
	enquire   struct { // at most one enquire_link is out
		seq            uint32
		at             time.Duration
		mark           uint64 // acknowledgements written before it
		out            bool
		again          bool // another one as soon as this one is answered
		sent, answered uint64
	}
	unbindSeq uint32
	unbound   chan struct{} // closed when the peer has answered our unbind
}

// slot is one submit_sm in flight.
type slot struct {
	question *question // nil when the question ended without waiting for it
	outgoing *outgoing // instead of a question
	part     int32
	used     bool
	seq      uint32
	sent     time.Duration
	mark     uint64 // acknowledgements written before it
}

// kind is what a connection is bound as.
type kind uint8

const (
	transceiver kind = iota
	receiver
	transmitter
)

func (k kind) String() string { return [...]string{"transceiver", "receiver", "transmitter"}[k] }

func (k kind) command() smpp.CommandID {
	return [...]smpp.CommandID{smpp.BindTransceiver, smpp.BindReceiver, smpp.BindTransmitter}[k]
}

func newSession(b *bind, conn net.Conn) *session {
	s := &session{operator: b.operator, bind: b, conn: conn, kind: b.kind,
		window: b.operator.cfg.Window, wake: make(chan struct{}, 1), unbound: make(chan struct{})}
	if s.kind != receiver {
		size := 16
		for size < 2*s.window { // half empty, so that a free slot is near
			size *= 2
		}
		s.slots = make([]slot, size)
	}
	return s
}

// nextSeq gives the next sequence number, within 1 to 0x7FFFFFFF.
func (s *session) nextSeq() uint32 {
	if s.seq++; s.seq > 0x7FFFFFFF {
		s.seq = 1
	}
	return s.seq
}

// submit writes a part of a question's reply. There must be room in the window.
func (s *session) submit(q *question, i int, now time.Duration) {
	p := &q.parts[i]
	s.send(q.reply[p.start:p.end], slot{question: q, part: int32(i)}, now)
	p.state = inFlight
	q.inflight++
}

// send writes a submit_sm under the next sequence number, and notes in a slot whose
// it is.
func (s *session) send(pdu []byte, whose slot, now time.Duration) {
	seq := s.nextSeq()
	at := &s.slots[int(seq)&(len(s.slots)-1)]
	for at.used { // a slot whose response is long in coming
		seq = s.nextSeq()
		at = &s.slots[int(seq)&(len(s.slots)-1)]
	}
	whose.used, whose.seq, whose.sent, whose.mark = true, seq, now, s.written
	*at = whose
	s.inUse++
	pos := len(s.out)
	s.out = append(s.out, pdu...)
	binary.BigEndian.PutUint32(s.out[pos+12:], seq)
	s.touch()
	s.bind.submitted++
}

// ack acknowledges a deliver_sm that is not pending any more.
func (s *session) ack(r *ref, now time.Duration) {
	s.out = smpp.AppendResp(s.out, r.resp, smpp.StatusOK, r.seq, nil)
	s.touch()
	s.bind.acked++
	s.written++
	s.lastAck = now
	if s.unconfirmed.len() == maxUnconfirmed { // a peer that answers nothing: forget the oldest
		s.confirm(s.confirmed + 1)
		s.operator.limbo.evicted++
	}
	s.unconfirmed.push(r.hash)
}

const (
	maxUnconfirmed = 1 << 15
	manyUnconfirm  = 512 // do not wait for idleness then
)

// nak answers a deliver_sm with a status other than OK.
func (s *session) nak(resp smpp.CommandID, seq uint32, status smpp.Status) {
	s.out = smpp.AppendResp(s.out, resp, status, seq, nil)
	s.touch()
	s.operator.naks[status]++
}

// plain answers what is no question: at once, and never twice.
func (s *session) plain(h smpp.Header, status smpp.Status) {
	switch {
	case h.Command == smpp.DeliverSM || h.Command == smpp.DataSM:
		s.out = smpp.AppendResp(s.out, h.Command.Response(), status, h.Sequence, nil)
	case h.Command.Known():
		s.out = smpp.AppendHeader(s.out, h.Command.Response(), status, h.Sequence)
	default:
		s.out = smpp.AppendHeader(s.out, smpp.GenericNack, status, h.Sequence)
	}
	s.touch()
	if status != smpp.StatusOK {
		s.operator.naks[status]++
	}
}

// confirm notes that the peer has read all acknowledgements up to mark.
func (s *session) confirm(mark uint64) {
	for s.confirmed < mark {
		s.operator.asked.remove(s.unconfirmed.pop(), s.id)
		s.confirmed++
	}
}

// probe sends an enquire_link, or when one is out, another one after it. It returns
// how many must be answered until one sent from now on is.
func (s *session) probe(now time.Duration) uint64 {
	e := &s.enquire
	if e.out {
		e.again = true
		return e.sent + 1
	}
	e.seq, e.at, e.mark, e.out = s.nextSeq(), now, s.written, true
	e.sent++
	s.out = smpp.AppendHeader(s.out, smpp.EnquireLink, smpp.StatusOK, e.seq)
	s.touch()
	return e.sent
}

// enquired takes the answer to our enquire_link.
func (s *session) enquired(seq uint32, now time.Duration) {
	e := &s.enquire
	if !e.out || e.seq != seq {
		s.bind.late++
		return
	}
	e.out = false
	e.answered++
	s.confirm(e.mark)
	if e.again {
		e.again = false
		s.probe(now)
	}
}

// touch has the session written out when the operator's lock is next released.
func (s *session) touch() {
	if !s.dirty {
		s.dirty = true
		s.operator.dirty = append(s.operator.dirty, s)
	}
}

// write is the session's writer: it takes all that stands to be written and writes
// it, until the connection is closed. It is apart from the reader so that a peer
// that does not read cannot keep us from reading, which would stop both for good.
func (s *session) write() {
	o := s.operator
	for range s.wake {
		o.mu.Lock()
		buf := s.out
		s.out, s.spare = s.spare[:0], nil
		o.mu.Unlock()
		if len(buf) > 0 {
			s.conn.SetWriteDeadline(time.Now().Add(time.Duration(o.cfg.ResponseTimeout)))
			if _, err := s.conn.Write(buf); err != nil {
				s.conn.Close() // the reader will notice, and say so
				return
			}
		}
		o.mu.Lock()
		if cap(buf) <= 1<<20 {
			s.spare = buf
		}
		o.mu.Unlock()
	}
}

// ring is a first-in first-out list of hashes that keeps its memory.
type ring struct {
	buf        []uint64
	head, tail uint32 // modulo len(buf)
}

func (r *ring) len() int { return int(r.tail - r.head) }

func (r *ring) push(h uint64) {
	if r.len() == len(r.buf) {
		grown := make([]uint64, max(64, 2*len(r.buf)))
		for i := range r.len() {
			grown[i] = r.buf[(r.head+uint32(i))&uint32(len(r.buf)-1)]
		}
		r.buf, r.head, r.tail = grown, 0, r.tail-r.head
	}
	r.buf[r.tail&uint32(len(r.buf)-1)] = h
	r.tail++
}

func (r *ring) pop() uint64 {
	h := r.buf[r.head&uint32(len(r.buf)-1)]
	r.head++
	return h
}
