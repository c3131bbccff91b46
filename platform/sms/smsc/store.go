package smsc

import (
	"strconv"
	"strings"
	"time"

	"intikhab/platform/sms/gsm"
	"intikhab/platform/sms/smpp"
)

// question is what a telephone asked; it lives until it is acknowledged and the
// records of its number make room for another's.
type question struct {
	id      uint64
	from    string
	left    int // deliver_sm not acknowledged
	refused bool
	done    bool // acknowledged or refused
	replies int
	answer  chan Reply // optional; takes the first reply
	asked   time.Time
}

// delivery is one deliver_sm in the SMSC's store: a question, a part of one, or a
// delivery receipt (question nil).
type delivery struct {
	id       uint64
	question *question
	pdu      []byte // whole, its sequence number to be written in
	tries    int
}

// number is a telephone that asked something.
type number struct {
	questions []*question       // not yet both acknowledged and replied to, and the last of those that are
	parts     map[uint16]*reply // replies of which parts are missing, by reference
}

// reply is a reply as it comes in.
type reply struct {
	texts    []string
	have     []bool
	left     int
	encoding string
	octets   int
}

// ask stores a question and queues its deliver_sm. The lock is held.
func (s *Server) ask(from string, messages []smpp.Message, answer chan Reply) *question {
	s.lastID++
	q := &question{id: s.lastID, from: from, left: len(messages), answer: answer, asked: time.Now()}
	n := s.numbers[from]
	if n == nil {
		n = &number{}
		s.numbers[from] = n
	}
	n.questions = append(n.questions, q)
	s.count.Asked++
	for i := range messages {
		s.lastID++
		d := &delivery{id: s.lastID, question: q, pdu: smpp.AppendMessage(nil, smpp.DeliverSM, 0, &messages[i])}
		s.journal.asked(q, d)
		s.queue.push(d)
	}
	return q
}

// pump writes queued deliver_sm over the sessions that have room, in turn.
func (s *Server) pump() {
	for full := 0; s.queue.len() > 0 && len(s.conns) > 0 && full < len(s.conns); {
		s.turn++
		c := s.conns[s.turn%len(s.conns)]
		if !c.receives() || c.cut || len(c.inFlight) >= s.cfg.Window {
			full++
			continue
		}
		full = 0
		s.deliver(c, s.queue.pop())
	}
}

func (s *Server) deliver(c *conn, d *delivery) {
	s.garbage(c)
	seq := c.nextSeq()
	putSeq(d.pdu, seq)
	c.append(d.pdu)
	c.inFlight[seq] = d
	c.order.push(seq)
	for c.order.len() > 0 && c.inFlight[c.order.first()] == nil {
		c.order.pop()
	}
	s.count.Delivered++
	if d.tries++; d.tries > 1 {
		s.count.Redelivered++
	}
}

func putSeq(pdu []byte, seq uint32) {
	pdu[12], pdu[13], pdu[14], pdu[15] = byte(seq>>24), byte(seq>>16), byte(seq>>8), byte(seq)
}

// requeue puts what a connection has not acknowledged before all that waits.
func (s *Server) requeue(c *conn) {
	var back []*delivery
	for c.order.len() > 0 {
		seq := c.order.pop()
		if d := c.inFlight[seq]; d != nil {
			back = append(back, d)
			delete(c.inFlight, seq)
		}
	}
	for i := len(back) - 1; i >= 0; i-- {
		s.queue.pushFront(back[i])
	}
}

func (s *Server) acked(d *delivery) {
	s.journal.acked(d)
	q := d.question
	if q == nil {
		s.count.Receipts++
		return
	}
	if q.left--; q.left == 0 {
		s.settle(q)
	}
}

func (s *Server) rejected(d *delivery) {
	s.journal.rejected(d)
	if q := d.question; q != nil {
		q.refused = true
		if q.left--; q.left == 0 {
			s.settle(q)
		}
	}
}

// settle is called when all of a question's deliver_sm are acknowledged or refused.
func (s *Server) settle(q *question) {
	q.done = true
	switch {
	case q.refused:
		s.count.Rejected++
	default:
		s.count.Acked++
		if q.replies == 0 {
			s.count.Lost++
		}
	}
	if q.answer != nil && q.replies == 0 {
		close(q.answer) // nobody will answer
		q.answer = nil
	}
	s.forget(q.from)
}

// forget keeps of a number only what a reply can still be for.
func (s *Server) forget(from string) {
	n := s.numbers[from]
	if n == nil {
		return
	}
	for len(n.questions) > 1 && n.questions[0].done && n.questions[0].replies > 0 {
		n.questions = n.questions[1:]
	}
	if q := n.questions[0]; len(n.questions) > 1 || !q.done {
		return
	}
	s.ended.push(from)
	for s.ended.len() > s.cfg.Keep {
		old := s.ended.pop()
		if n := s.numbers[old]; n != nil && len(n.questions) == 1 && n.questions[0].done {
			delete(s.numbers, old)
		}
	}
}

// submit takes a submit_sm.
func (s *Server) submit(c *conn, h smpp.Header, body []byte) {
	var m smpp.Message
	if !c.transmits() {
		s.respond(c, h, smpp.StatusInvBndSts, nil)
		return
	}
	if err := m.Decode(body); err != nil {
		s.respond(c, h, smpp.StatusInvMsgLen, nil)
		return
	}
	if status := s.refuse(); status != smpp.StatusOK {
		s.count.Throttled++
		s.respond(c, h, status, nil)
		return
	}
	s.msgID++
	id := strconv.AppendUint(nil, s.msgID, 16)
	s.count.Segments++
	s.replied(&m)
	if m.RegisteredDelivery&3 == smpp.ReceiptAlways {
		s.receipt(&m, id)
	}
	s.respond(c, h, smpp.StatusOK, id)
}

// receipt queues the delivery receipt of a reply that the telephone, there being
// none, has of course received.
func (s *Server) receipt(m *smpp.Message, id []byte) {
	text := smpp.AppendReceipt(nil, &smpp.Receipt{ID: id, State: smpp.StateDelivered,
		Submit: []byte(time.Now().Format("0601021504")), Done: []byte(time.Now().Format("0601021504"))})
	r := smpp.Message{Source: m.Dest, Dest: m.Source, ESMClass: smpp.ESMClassDeliveryReceipt, ShortMessage: text}
	s.lastID++
	s.queue.push(&delivery{id: s.lastID, pdu: smpp.AppendMessage(nil, smpp.DeliverSM, 0, &r)})
}

// replied puts a submit_sm to the question it answers: the oldest of its number
// that has no reply, or as a duplicate to the last.
func (s *Server) replied(m *smpp.Message) {
	n := s.numbers[string(m.Dest.Addr)]
	if n == nil {
		s.count.Stray++
		s.takeUnasked(m)
		return
	}
	r := n.take(m)
	if r == nil {
		return // parts are missing
	}
	s.count.Replies++
	q := n.questions[len(n.questions)-1]
	for _, x := range n.questions {
		if x.replies == 0 && !x.refused {
			q = x
			break
		}
	}
	if q.replies++; q.replies > 1 {
		s.count.Duplicates++
		if s.cfg.Unasked != nil {
			s.cfg.Unasked(string(m.Dest.Addr), string(m.Source.Addr), strings.Join(r.texts, ""))
		}
		return
	}
	s.journal.replied(q)
	s.count.Replied++
	if q.done {
		s.count.Lost-- // it came late, but it came
	}
	if q.answer != nil {
		q.answer <- r.whole(q)
		q.answer = nil
	}
	if q.done {
		s.forget(q.from)
	}
}

// takeUnasked puts the parts of a text together that nobody has asked for.
func (s *Server) takeUnasked(m *smpp.Message) {
	if s.cfg.Unasked == nil {
		return
	}
	to := string(m.Dest.Addr)
	n := s.unasked[to]
	if n == nil {
		n = &number{}
		s.unasked[to] = n
	}
	if r := n.take(m); r != nil {
		delete(s.unasked, to)
		s.cfg.Unasked(to, string(m.Source.Addr), strings.Join(r.texts, ""))
	}
}

// take adds a submit_sm to the replies of a number, and returns the reply when it
// is whole.
func (n *number) take(m *smpp.Message) *reply {
	var u gsm.UDH
	payload := m.Payload()
	octets := len(payload)
	if m.HasUDH() {
		u, payload, _ = gsm.ParseUDH(payload)
	}
	text, _ := gsm.DecodeText(m.DataCoding, u, payload)
	encoding := gsm.GSM7
	switch {
	case m.DataCoding == 8:
		encoding = gsm.UCS2
	case u.Locking != 0 && u.Single != 0:
		encoding = gsm.UrduBoth
	case u.Locking != 0:
		encoding = gsm.UrduLocking
	case u.Single != 0:
		encoding = gsm.UrduSingle
	}
	ref, total, seq := u.Ref, u.Total, u.Seq
	if !u.IsPart() {
		var ok bool
		if ref, total, seq, ok = m.TLVs.SAR(); !ok || total < 2 {
			segments := 1
			if enc, _, n := gsm.Count(text, gsm.Allowed{UrduTables: encoding != gsm.GSM7 && encoding != gsm.UCS2}); enc == encoding {
				segments = max(n, 1)
			}
			r := &reply{texts: make([]string, segments), encoding: encoding.String(), octets: octets}
			r.texts[0] = text
			return r
		}
	}
	r := n.parts[ref]
	if r == nil || len(r.texts) != int(total) {
		r = &reply{texts: make([]string, total), have: make([]bool, total), left: int(total), encoding: encoding.String()}
		if n.parts == nil {
			n.parts = make(map[uint16]*reply)
		}
		n.parts[ref] = r
	}
	if !r.have[seq-1] {
		r.have[seq-1], r.texts[seq-1] = true, text
		r.left--
		r.octets += octets
	}
	if r.left > 0 {
		return nil
	}
	delete(n.parts, ref)
	return r
}
