package sms

import (
	"context"
	"time"

	"intikhab/platform/sms/smpp"
)

const (
	tickEvery  = 5 * time.Millisecond   // while something waits for time to pass
	sweepEvery = 100 * time.Millisecond // time-outs, enquire_link, rate
)

// wakeUp has housekeep look at once.
func (o *operator) wakeUp() {
	select {
	case o.kick <- struct{}{}:
	default:
	}
}

// housekeep does for the operator what time asks for: one goroutine, no timer a
// message.
func (o *operator) housekeep(ctx context.Context) {
	w := newWorker(o)
	timer := time.NewTimer(sweepEvery)
	defer timer.Stop()
	var swept time.Duration
	for {
		select {
		case <-ctx.Done():
			return
		case <-o.kick:
		case <-timer.C:
		}
		now := o.gateway.now()
		o.mu.Lock()
		settled := o.unpark()
		if now-swept >= sweepEvery {
			swept = now
			o.sweep(now)
		}
		for q := o.paused.head; q != nil && q.due <= now; q = o.paused.head {
			o.paused.pop()
			o.sendFirst(q, now)
		}
		wait := sweepEvery
		if o.paused.len > 0 {
			wait = tickEvery
		}
		for _, s := range o.sessions {
			if s.waiting.len > 0 {
				o.drain(s, now)
			}
			if s.waiting.len > 0 {
				wait = tickEvery
			}
		}
		o.sendOutgoing(now)
		if len(o.outgoing) > 0 {
			wait = tickEvery
		}
		o.unlock()
		for _, p := range settled {
			w.add(p.header, p.body).sure = p.sure
			w.process(p.session)
		}
		timer.Reset(wait)
	}
}

// sendFirst is send for a part that went out before: it goes before all that wait.
func (o *operator) sendFirst(q *question, now time.Duration) {
	if q.tx == nil || q.tx.dead {
		q.tx = o.transmitterFor(q)
	}
	if q.tx == nil {
		o.homeless.pushFront(q)
	} else if !o.sendParts(q, now) {
		q.tx.waiting.pushFront(q)
	}
}

// sweep looks for everything that has taken too long.
func (o *operator) sweep(now time.Duration) {
	c := &o.cfg
	o.rate.tick(now)
	o.limbo.expire(now)
	for _, s := range o.sessions {
		for i := range s.slots {
			if at := &s.slots[i]; at.used && now-at.sent > time.Duration(c.ResponseTimeout) {
				o.unanswered(s, at, now)
			}
		}
		e := &s.enquire
		switch {
		case e.out && now-e.at > time.Duration(c.ResponseTimeout):
			o.log.Warn("enquire_link not answered", "bind", s.bind.name)
			s.conn.Close()
		case e.out:
		case now-s.lastHeard > time.Duration(c.EnquireInterval) && now-e.at > time.Duration(c.EnquireInterval),
			s.unconfirmed.len() > 0 && now-s.lastAck > time.Duration(c.ConfirmAfter):
			s.probe(now)
		}
	}
	for q := o.oldest; q != nil && now-q.received > time.Duration(c.GiveUpAfter); {
		older := q
		q = q.prev
		if older.stage == answering {
			o.giveUp(older)
		}
	}
	o.expireGroups(now)
}

// unanswered is told of a submit_sm without a response in time. Its outcome is
// unknown: it is resent once, over another session if there is one.
func (o *operator) unanswered(s *session, at *slot, now time.Duration) {
	q, i, out := at.question, at.part, at.outgoing
	*at = slot{}
	s.inUse--
	o.counters.timeouts++
	if out != nil {
		o.outgoingLost(out)
		return
	}
	if q == nil {
		return
	}
	q.inflight--
	p := &q.parts[i]
	p.unknown = true
	switch {
	case q.refused != smpp.StatusOK:
		p.state = refusedForGood
		if q.left--; q.left == 0 {
			o.answered(q, now)
		}
	case p.resent:
		o.giveUp(q)
	default:
		p.state, p.resent = unsent, true
		o.counters.resends++
		if q.in == nil {
			q.tx = o.otherTransmitter(s)
			o.sendFirst(q, now)
		}
	}
}
