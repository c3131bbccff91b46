package sms

import (
	"time"

	"intikhab/platform/sms/smpp"
)

// parked is a deliver_sm put aside: the same came over another session, which may
// be dead without our knowing. Whether it was brought again or asked again, that
// session's answer to an enquire_link tells, or its end.
type parked struct {
	session *session
	suspect *session
	need    uint64 // of the suspect's enquire_links that must be answered
	header  smpp.Header
	body    []byte
	sure    bool // the suspect lives: the person asked again
}

// admit decides what becomes of a deliver_sm. It sets it.question when the handler
// is to be asked.
func (o *operator) admit(s *session, it *incoming, now time.Duration) {
	if s.kind == transmitter {
		s.nak(it.resp(), it.header.Sequence, smpp.StatusInvBndSts)
		return
	}
	if o.draining {
		o.counters.left++ // no answer: the SMSC keeps it
		return
	}
	if o.limbo.count > 0 {
		if e := o.limbo.take(it.hash); e != nil {
			o.limboHit(s, it, e, now)
			return
		}
	}
	if !it.sure {
		if id, ok := o.asked.elsewhere(it.hash, s.id); ok && o.park(s, it, id, now) {
			return
		}
	}
	if s.pending >= o.cfg.MaxPending {
		o.counters.busy++
		s.nak(it.resp(), it.header.Sequence, o.cfg.BusyStatus)
		return
	}
	if it.total > 1 {
		o.collect(s, it, now)
		return
	}
	q := o.newQuestion(now)
	q.stage = asking
	o.attach(q, s, it)
	it.question = q
}

// attach makes a deliver_sm one of those that the question was asked in.
func (o *operator) attach(q *question, s *session, it *incoming) {
	q.refs = append(q.refs, it.ref(s))
	s.pending++
	o.asked.add(it.hash, s.id)
}

// limboHit takes a question that was brought again: answered before, it is only
// acknowledged; still being answered, it hears from that answer.
func (o *operator) limboHit(s *session, it *incoming, e *limboEntry, now time.Duration) {
	o.counters.limboHits++
	q := e.question
	if q == nil {
		o.asked.add(it.hash, s.id)
		r := it.ref(s)
		s.ack(&r, now)
		return
	}
	for i := range q.refs {
		if r := &q.refs[i]; r.entry == e {
			*r = it.ref(s)
			s.pending++
			o.asked.add(it.hash, s.id)
			return
		}
	}
}

// park puts a deliver_sm aside until the session with the given id is known to be
// alive or dead. It reports false when there is no such session.
func (o *operator) park(s *session, it *incoming, id uint16, now time.Duration) bool {
	for _, suspect := range o.sessions {
		if suspect.id != id {
			continue
		}
		if len(o.parked) >= o.cfg.MaxPending {
			o.counters.busy++
			s.nak(it.resp(), it.header.Sequence, o.cfg.BusyStatus)
			return true
		}
		o.parked = append(o.parked, parked{session: s, suspect: suspect, need: suspect.probe(now),
			header: it.header, body: append([]byte(nil), it.body...)})
		o.counters.parked++
		return true
	}
	return false
}

// unpark gives out what is settled and keeps the rest.
func (o *operator) unpark() (settled []parked) {
	keep := o.parked[:0]
	for _, p := range o.parked {
		switch {
		case p.session.dead: // the SMSC will bring it again
		case p.suspect.dead:
			settled = append(settled, p)
		case p.suspect.enquire.answered >= p.need:
			p.sure = true
			settled = append(settled, p)
		default:
			keep = append(keep, p)
		}
	}
	clear(o.parked[len(keep):])
	o.parked = keep
	return settled
}

func (it *incoming) ref(s *session) ref {
	return ref{session: s, resp: it.resp(), seq: it.header.Sequence, hash: it.hash}
}

func (it *incoming) resp() smpp.CommandID { return it.header.Command.Response() }
