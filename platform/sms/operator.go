package sms

import (
	"log/slog"
	"sync"
	"time"

	"intikhab/platform/sms/smpp"
)

// operator is one mobile operator: its binds, and all questions that came over
// them. One mutex guards everything here and in the sessions; a reader takes it
// twice for a whole batch of PDUs (see worker.process).
type operator struct {
	cfg     OperatorConfig
	gateway *Gateway
	log     *slog.Logger
	binds   []*bind
	kick    chan struct{} // wakes housekeep before its tick

	mu        sync.Mutex
	sessions  []*session
	lastID    uint16
	dirty     []*session // to be written when the lock is released
	questions *question  // every one that is not ended, the newest first
	oldest    *question
	pending   int // of them
	pool      *question
	pooled    int
	homeless  queue // replies for which no session is bound
	paused    queue // refused for now, in order of due
	parked    []parked
	outgoing  []*outgoing // texts that nobody has asked for; they stand behind every answer
	groups    map[groupKey]*question
	asked     asked
	limbo     limbo
	rate      limiter
	turn      int // which transmitter is next
	draining  bool
	idle      chan struct{} // closed when draining and nothing is pending

	latency  Histogram
	counters counters
	refused  map[smpp.Status]uint64 // for good, by status
	deferred map[smpp.Status]uint64 // for now, by status
	naks     map[smpp.Status]uint64 // statuses other than OK that we answered with
	receipts map[string]uint64      // delivery receipts by state
}

// unlock releases the lock and has everything written that was appended under it.
func (o *operator) unlock() {
	for _, s := range o.dirty {
		s.dirty = false
		select {
		case s.wake <- struct{}{}:
		default: // the writer has been told and has not looked yet
		}
	}
	o.dirty = o.dirty[:0]
	o.mu.Unlock()
}

// send brings the unsent parts of a reply on their way, or into the list of those
// that wait for room.
func (o *operator) send(q *question, now time.Duration) {
	if q.tx == nil {
		q.tx = o.transmitterFor(q)
	}
	switch {
	case q.tx == nil:
		o.homeless.push(q)
	case q.tx.waiting.len > 0 || !o.sendParts(q, now):
		q.tx.waiting.push(q)
	}
}

// sendParts submits the unsent parts in order, and reports whether none is left.
func (o *operator) sendParts(q *question, now time.Duration) bool {
	s := q.tx
	for i := range q.parts {
		if q.parts[i].state != unsent {
			continue
		}
		if s.inUse >= s.window || !o.rate.take(now) {
			return false
		}
		s.submit(q, i, now)
	}
	return true
}

// drain sends what waits on the session, as far as there is room.
func (o *operator) drain(s *session, now time.Duration) {
	for q := s.waiting.head; q != nil; q = s.waiting.head {
		if q.due > now {
			s.waiting.pop()
			o.paused.push(q)
			continue
		}
		if !o.sendParts(q, now) {
			return
		}
		s.waiting.pop()
	}
}

// transmitterFor chooses the session for a reply: the question's own where it can
// transmit, else the one with the fewest waiting, in turn.
func (o *operator) transmitterFor(q *question) *session {
	if o.cfg.Mode == Transceiver {
		if s := q.refs[len(q.refs)-1].session; s != nil {
			return s
		}
	}
	return o.otherTransmitter(nil)
}

// otherTransmitter chooses a session for a reply, not the one given if there is
// another.
func (o *operator) otherTransmitter(not *session) *session {
	var best *session
	o.turn++
	for i := range o.sessions {
		s := o.sessions[(i+o.turn)%len(o.sessions)]
		if s.kind == receiver || s == not {
			continue
		}
		if best == nil || s.waiting.len+s.inUse < best.waiting.len+best.inUse {
			best = s
		}
	}
	if best == nil && not != nil && !not.dead {
		return not
	}
	return best
}

// response takes the answer to a submit_sm, or a generic_nack of one.
func (o *operator) response(s *session, h smpp.Header, body []byte, now time.Duration) {
	if s.kind == receiver {
		s.bind.late++
		return
	}
	at := &s.slots[int(h.Sequence)&(len(s.slots)-1)]
	if !at.used || at.seq != h.Sequence {
		s.bind.late++
		return
	}
	at.used = false
	s.inUse--
	s.confirm(at.mark)
	q, i, out := at.question, at.part, at.outgoing
	at.question, at.outgoing = nil, nil
	if out != nil {
		if h.Status == smpp.StatusOK {
			s.bind.accepted++
		}
		o.outgoingAnswered(out, int(i), h.Status, body, now)
		return
	}
	if q == nil {
		s.bind.late++
		return
	}
	q.inflight--
	switch {
	case h.Status == smpp.StatusOK:
		q.parts[i].state = accepted
		q.left--
		s.bind.accepted++
		o.rate.accepted++
	case forNow(h.Status):
		o.deferred[h.Status]++
		if h.Status.Throttling() {
			o.rate.throttled(now)
		}
		o.pause(q, &q.parts[i], now)
	default:
		o.refused[h.Status]++
		q.refused = h.Status
		q.parts[i].state = refusedForGood
		q.left--
		o.giveUpUnsent(q)
	}
	if q.left == 0 {
		o.answered(q, now)
	}
}

// forNow reports whether a refused reply may be accepted later.
func forNow(s smpp.Status) bool {
	return s.Temporary() || s == smpp.StatusSubmitFail || s == smpp.StatusInvBndSts
}

// pause has a part sent again after a while.
func (o *operator) pause(q *question, p *part, now time.Duration) {
	p.state = unsent
	if q.refused != smpp.StatusOK { // another part was refused for good: this one is of no use
		p.state = refusedForGood
		q.left--
		return
	}
	q.due = now + time.Duration(o.cfg.RetryPause)
	if q.in == nil {
		o.paused.push(q)
	} // else drain will move it
}

// giveUpUnsent leaves out the parts that were not sent yet: a part of the reply was
// refused for good, so it will never be whole.
func (o *operator) giveUpUnsent(q *question) {
	for i := range q.parts {
		if q.parts[i].state == unsent {
			q.parts[i].state = refusedForGood
			q.left--
		}
	}
	if q.in != nil {
		q.in.remove(q)
	}
}
