package sms

import (
	"slices"
	"time"

	"intikhab/platform/sms/smpp"
)

// answered ends a question whose reply was accepted or refused for good: each of
// its deliver_sm is acknowledged, or stays in limbo for when it is brought again.
func (o *operator) answered(q *question, now time.Duration) {
	if q.refused == smpp.StatusOK {
		o.counters.answered++
		o.latency.Add(now - q.received)
	} else {
		o.counters.refused++
	}
	o.acknowledge(q, now)
}

func (o *operator) acknowledge(q *question, now time.Duration) {
	for i := range q.refs {
		r := &q.refs[i]
		switch {
		case r.session != nil:
			r.session.pending--
			r.session.ack(r, now)
		case r.entry != nil:
			r.entry.question = nil
		}
	}
	o.free(q)
}

// reject ends a question with a status other than OK: the SMSC will bring it again
// when the status is a temporary one.
func (o *operator) reject(q *question, status smpp.Status) {
	o.unhook(q)
	for i := range q.refs {
		r := &q.refs[i]
		switch {
		case r.session != nil:
			r.session.pending--
			o.asked.remove(r.hash, r.session.id)
			r.session.nak(r.resp, r.seq, status)
		case r.entry != nil:
			o.limbo.drop(r.entry)
		}
	}
	o.free(q)
}

// drop forgets a question none of whose connections is left: the SMSC has not seen
// an acknowledgement and brings it again.
func (o *operator) drop(q *question) {
	o.unhook(q)
	for i := range q.refs {
		if e := q.refs[i].entry; e != nil {
			o.limbo.drop(e)
		}
	}
	o.counters.dropped++
	o.countUnknown(q)
	o.free(q)
}

// giveUp gives a question back to the SMSC.
func (o *operator) giveUp(q *question) {
	o.counters.givenUp++
	o.countUnknown(q)
	o.reject(q, o.cfg.TemporaryStatus)
}

// countUnknown counts a question that will be answered again and may have been
// answered.
func (o *operator) countUnknown(q *question) {
	for i := range q.parts {
		if p := &q.parts[i]; p.unknown || p.state == accepted || p.state == inFlight {
			o.counters.unknown++
			return
		}
	}
}

// join takes a session in that has just been bound.
func (o *operator) join(s *session, now time.Duration) {
	for {
		o.lastID++
		if o.lastID != 0 && !slices.ContainsFunc(o.sessions, func(x *session) bool { return x.id == o.lastID }) {
			break
		}
	}
	s.id = o.lastID
	s.lastHeard = now
	o.sessions = append(o.sessions, s)
	if s.kind == receiver {
		return
	}
	for q := o.homeless.pop(); q != nil; q = o.homeless.pop() {
		o.send(q, now)
	}
	o.sendOutgoing(now)
}

// leave takes a session out whose connection is gone, and decides what becomes of
// all that hung on it.
func (o *operator) leave(s *session, now time.Duration) {
	s.dead = true
	o.sessions = slices.DeleteFunc(o.sessions, func(x *session) bool { return x == s })

	// Acknowledgements that the peer may not have read.
	for s.unconfirmed.len() > 0 {
		h := s.unconfirmed.pop()
		o.asked.remove(h, s.id)
		o.limbo.add(h, now, nil)
	}
	// Parts of replies that the peer may have read.
	for i := range s.slots {
		if at := &s.slots[i]; at.used && at.question != nil {
			q, p := at.question, &at.question.parts[at.part]
			p.unknown = true
			q.inflight--
			if q.refused != smpp.StatusOK {
				p.state = refusedForGood
				q.left--
			} else {
				p.state = unsent
				q.lost++
				q.spent = q.spent || p.resent
				p.resent = true
			}
		} else if at.used && at.outgoing != nil {
			o.outgoingLost(at.outgoing)
		}
		s.slots[i] = slot{}
	}
	s.inUse = 0
	for q := s.waiting.pop(); q != nil; q = s.waiting.pop() {
	}
	// Questions that came over it, or whose reply was to leave over it.
	for q, next := o.questions, (*question)(nil); q != nil; q = next {
		next = q.next
		o.bereave(q, s, now)
	}
	o.wakeUp() // for what was parked because of it
}

// bereave settles one question at the end of a session.
func (o *operator) bereave(q *question, s *session, now time.Duration) {
	hit := q.lost > 0 || q.tx == s
	for i := range q.refs {
		if r := &q.refs[i]; r.session == s {
			o.asked.remove(r.hash, s.id)
			r.session = nil
			hit = true
		}
	}
	if !hit {
		return
	}
	lost := q.lost
	q.lost = 0
	if q.tx == s {
		q.tx = nil
	}
	if q.stage != answering {
		if q.stage == collecting && !q.alive() {
			o.dropGroup(q)
		}
		return // asking: the worker at it will see
	}
	switch {
	case q.left == 0: // was refused for good, and its last part hung on this session
		o.answered(q, now)
		return
	case !q.alive() && !o.underWay(q):
		o.drop(q)
		return
	case q.spent:
		o.giveUp(q)
		return
	}
	o.mourn(q, now)
	o.counters.resends += uint64(lost)
	if q.in == nil && q.unsent() {
		o.send(q, now)
	}
}

// mourn puts those deliver_sm of a question into limbo whose connection is gone, so
// that they are known when they are brought again.
func (o *operator) mourn(q *question, now time.Duration) {
	for i := range q.refs {
		if r := &q.refs[i]; r.session == nil && r.entry == nil {
			r.entry = o.limbo.add(r.hash, now, q)
		}
	}
}

// underWay reports whether part of the reply is in flight or accepted on a session
// that lives.
func (o *operator) underWay(q *question) bool {
	if q.tx == nil {
		return false
	}
	for i := range q.parts {
		if st := q.parts[i].state; st == inFlight || st == accepted {
			return true
		}
	}
	return false
}
