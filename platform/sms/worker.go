package sms

import (
	"errors"
	"hash/maphash"
	"runtime/debug"
	"time"

	"intikhab/platform/sms/smpp"
)

// maxBatch is the most PDUs handled in one go.
const maxBatch = 128

// incoming is one PDU that came in, on its way through worker.process.
type incoming struct {
	header    smpp.Header
	body      []byte // lives until the reader's next read
	what      what
	status    smpp.Status // what a malformed one is answered with
	message   smpp.Message
	hash      uint64
	total     byte // of a concatenated question: parts, and which this is
	part      byte
	reference uint16
	from, to  MSISDN
	text      string
	state     string // of a receipt
	receiptID string // which part it is about
	final     bool   // nothing more will become of it
	sure      bool   // not to be parked
	question  *question
}

type what uint8

const (
	isOther   what = iota // nothing to do
	isDeliver             // a question or a part of one
	isReceipt
	isNote      // from a telephone but no question: acknowledged only
	isMalformed // answered with status
	isResponse  // to our submit_sm
	isEnquire
	isEnquired
	isUnbind
	isUnbound
)

// worker handles batches of PDUs: it belongs to one goroutine.
type worker struct {
	operator *operator
	items    []incoming
	messages []Message // of the batch's questions
	replies  [][]byte
	scratch  []byte

	malformedSeen uint64
	coder
}

func newWorker(o *operator) *worker {
	return &worker{operator: o, items: make([]incoming, 0, maxBatch), messages: make([]Message, 0, maxBatch),
		replies: make([][]byte, maxBatch), coder: newCoder(&o.cfg)}
}

var hashSeed = maphash.MakeSeed()

// add makes a PDU one of the batch: everything that needs no lock is done here.
func (w *worker) add(h smpp.Header, body []byte) *incoming {
	w.items = w.items[:len(w.items)+1]
	it := &w.items[len(w.items)-1]
	it.header, it.body, it.status, it.total, it.sure, it.question = h, body, smpp.StatusOK, 0, false, nil
	switch h.Command {
	case smpp.SubmitSMResp, smpp.DataSMResp, smpp.GenericNack:
		it.what = isResponse
	case smpp.DeliverSM, smpp.DataSM:
		w.deliver(it)
	case smpp.EnquireLink:
		it.what = isEnquire
	case smpp.EnquireLinkResp:
		it.what = isEnquired
	case smpp.Unbind:
		it.what = isUnbind
	case smpp.UnbindResp:
		it.what = isUnbound
	case smpp.AlertNotification: // has no answer
		it.what = isOther
	default:
		it.what, it.status = isMalformed, smpp.StatusInvCmdID
		if h.Command.IsResponse() {
			it.what = isOther // answering an answer would go on for ever
		} else if h.Command.Known() {
			it.status = smpp.StatusInvBndSts
		}
	}
	return it
}

// deliver reads a deliver_sm or data_sm.
func (w *worker) deliver(it *incoming) {
	m := &it.message
	var err error
	if it.header.Command == smpp.DataSM {
		err = m.DecodeData(it.body)
	} else {
		err = m.Decode(it.body)
	}
	if err != nil {
		w.malformed(it, smpp.StatusSysErr, err)
		return
	}
	switch {
	case m.IsReceipt():
		it.what, it.state, it.receiptID = isReceipt, "unreadable", ""
		if r, err := m.Receipt(); err == nil {
			it.state, it.receiptID, it.final = r.State.String(), string(r.ID), r.State.Final()
		}
		return
	case m.ESMClass&smpp.ESMClassTypeMask != 0:
		it.what = isNote
		return
	}
	it.what = isDeliver
	from, err := parseMSISDN(m.Source.Addr)
	if err != nil || m.Source.TON == smpp.TONAlphanumeric {
		it.what = isNote // a name cannot be answered
		return
	}
	it.from = from
	it.to, _ = parseMSISDN(m.Dest.Addr)
	it.hash = w.hash(m)
	if err := w.read(it); err != nil {
		w.malformed(it, smpp.StatusXPAppn, err)
	}
}

func (w *worker) malformed(it *incoming, status smpp.Status, err error) {
	var e *smpp.Error
	if errors.As(err, &e) {
		status = e.Status
	}
	it.what, it.status = isMalformed, status
	if w.malformedSeen++; w.malformedSeen&(w.malformedSeen-1) == 0 { // the 1st, 2nd, 4th, 8th: a bad peer must not fill the disk
		w.operator.log.Warn("malformed message", "command", it.header.Command.String(), "error", err, "so_far", w.malformedSeen)
	}
}

// hash is what a question is known by when it is brought again.
func (w *worker) hash(m *smpp.Message) uint64 {
	b := append(w.scratch[:0], m.ESMClass, m.DataCoding, m.Source.TON, m.Source.NPI)
	b = append(append(b, m.Source.Addr...), 0, m.Dest.TON, m.Dest.NPI)
	b = append(append(b, m.Dest.Addr...), 0)
	b = append(b, m.Payload()...)
	for tag, value, rest, ok := m.TLVs.Next(); ok; tag, value, rest, ok = rest.Next() {
		switch tag {
		case smpp.TagUserMessageReference, smpp.TagSarMsgRefNum, smpp.TagSarTotalSegments, smpp.TagSarSegmentSeqnum,
			smpp.TagSourcePort, smpp.TagDestinationPort:
			b = append(append(b, byte(tag>>8), byte(tag), byte(len(value))), value...)
		}
	}
	w.scratch = b
	return maphash.Bytes(hashSeed, b)
}

// process handles the batch: what the session read, in the order it came.
//
// The lock is held for the answers and the admissions, then let go while the
// handler is asked, then held for the sending.
func (w *worker) process(s *session) {
	o := w.operator
	wall := time.Now()
	now := wall.Sub(o.gateway.epoch)
	o.mu.Lock()
	if s.dead {
		o.unlock()
		w.items = w.items[:0]
		return
	}
	s.lastHeard = now
	s.bind.received += uint64(len(w.items))
	asked := 0
	for i := range w.items {
		it := &w.items[i]
		o.apply(s, it, now)
		if it.question != nil {
			asked++
		}
	}
	if s.waiting.len > 0 {
		o.drain(s, now)
	}
	if s.unconfirmed.len() >= manyUnconfirm && !s.enquire.out && s.inUse == 0 {
		s.probe(now)
	}
	if asked == 0 {
		o.sendOutgoing(now)
		o.unlock()
		w.items = w.items[:0]
		return
	}
	o.mu.Unlock() // what there is to write goes out with the replies

	w.ask(wall)

	o.mu.Lock()
	for i := range w.items {
		if q := w.items[i].question; q != nil {
			w.items[i].question = nil
			o.resume(q, now)
		}
	}
	o.unlock()
	w.items = w.items[:0]
}

// apply takes one PDU in, under the lock.
func (o *operator) apply(s *session, it *incoming, now time.Duration) {
	switch it.what {
	case isDeliver:
		s.bind.questions++
		o.admit(s, it, now)
	case isResponse:
		o.response(s, it.header, it.body, now)
	case isReceipt:
		o.receipt(s, it)
	case isNote:
		o.counters.notes++
		s.plain(it.header, smpp.StatusOK)
	case isMalformed:
		s.bind.malformed++
		s.plain(it.header, it.status)
	case isEnquire:
		s.plain(it.header, smpp.StatusOK)
	case isEnquired:
		s.enquired(it.header.Sequence, now)
		if len(o.parked) > 0 {
			o.wakeUp()
		}
	case isUnbind:
		s.plain(it.header, smpp.StatusOK)
	case isUnbound:
		if it.header.Sequence == s.unbindSeq && s.unbindSeq != 0 {
			s.unbindSeq = 0
			close(s.unbound)
		}
	}
}

// ask runs the handler on the batch's questions and makes submit_sm of its replies.
// No lock is held.
func (w *worker) ask(wall time.Time) {
	o := w.operator
	w.messages = w.messages[:0]
	for i := range w.items {
		if it := &w.items[i]; it.question != nil {
			w.replies[len(w.messages)] = w.replies[len(w.messages)][:0]
			w.messages = append(w.messages, Message{Operator: o.cfg.Name, From: it.from, To: it.to, Text: it.text, Received: wall})
		}
	}
	together := len(w.messages) == 1 || w.handle(w.messages, w.replies)
	n := 0
	for i := range w.items {
		it := &w.items[i]
		if it.question == nil {
			continue
		}
		// Where one message of a batch fails the handler, each is asked alone, so
		// that the failure is its own.
		good := together && len(w.messages) > 1
		if !good {
			w.replies[n] = w.replies[n][:0]
			good = w.handle(w.messages[n:n+1], w.replies[n:n+1])
		}
		w.reply(it, good, w.replies[n])
		n++
	}
}

// handle runs the handler, and reports false when it failed.
func (w *worker) handle(in []Message, replies [][]byte) (good bool) {
	defer func() {
		if p := recover(); p != nil {
			w.operator.log.Error("handler failed", "panic", p, "stack", string(debug.Stack()))
			good = false
		}
	}()
	handleBatch(w.operator.gateway.handler, in, replies[:len(in)])
	return true
}

// reply makes submit_sm of the handler's reply to a question.
func (w *worker) reply(it *incoming, good bool, text []byte) {
	q := it.question
	if !good {
		q.reply, q.parts = q.reply[:0], q.parts[:0]
		q.refused = smpp.StatusXPAppn
		return
	}
	if len(text) == 0 {
		return
	}
	if err := w.write(q, &it.message, text); err != nil {
		w.operator.log.Error("reply cannot be sent", "error", err)
		q.refused = smpp.StatusXPAppn
	}
}

// resume goes on with a question after the handler had it.
func (o *operator) resume(q *question, now time.Duration) {
	q.stage = answering
	if !q.alive() { // its connection went meanwhile
		o.drop(q)
		return
	}
	o.mourn(q, now)
	switch {
	case q.refused != smpp.StatusOK:
		o.counters.failed++
		o.reject(q, q.refused)
	case len(q.parts) == 0:
		o.counters.silent++
		o.acknowledge(q, now)
	default:
		q.left = len(q.parts)
		o.send(q, now)
	}
}
