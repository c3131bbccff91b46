package sms

import (
	"time"

	"intikhab/platform/sms/smpp"
)

// question is one question from its deliver_sm to its acknowledgement. Records are
// pooled; the operator's mutex guards them, except that the reply belongs to
// whoever runs the handler while stage is asking.
type question struct {
	refs     []ref // the deliver_sm it came in, at least one
	received time.Duration
	stage    stage
	reply    []byte // its submit_sm, whole, one after the other, without sequence numbers
	parts    []part
	tx       *session    // the session its reply goes over, nil while none is chosen
	in       *queue      // the list it stands in, nil for none
	left     int         // parts neither accepted nor refused for good
	inflight int         // parts waiting for their response
	lost     int         // parts in flight on the session that is just ending
	spent    bool        // one of them had been resent before
	refused  smpp.Status // the status that refused it for good
	due      time.Duration
	group    *group // while collecting

	prev, next *question // all questions of the operator
	behind     *question // in a waiting list or the pool
}

// ref is one deliver_sm.
type ref struct {
	session *session       // nil when its connection is gone
	resp    smpp.CommandID // what acknowledges it: deliver_sm_resp or data_sm_resp
	seq     uint32
	hash    uint64
	entry   *limboEntry // in limbo, when the connection is gone and the reply under way
}

type stage uint8

const (
	collecting stage = iota // parts of a concatenated question are missing
	asking                  // the handler is at it
	answering               // its reply is waiting, paused, or in flight
)

// part is one submit_sm of the reply.
type part struct {
	start, end int32
	state      partState
	resent     bool // sent again once after an unknown outcome
	unknown    bool // the outcome of an earlier submit was not learnt
}

type partState uint8

const (
	unsent partState = iota
	inFlight
	accepted
	refusedForGood // or not sent because another part was
)

// alive reports whether a deliver_sm of the question can still be acknowledged.
func (q *question) alive() bool {
	for i := range q.refs {
		if q.refs[i].session != nil {
			return true
		}
	}
	return false
}

// unsent reports whether a part is still to be submitted.
func (q *question) unsent() bool {
	for i := range q.parts {
		if q.parts[i].state == unsent {
			return true
		}
	}
	return false
}

// queue is a list of questions, first come first served.
type queue struct {
	head, tail *question
	len        int
}

func (w *queue) push(q *question) {
	q.behind, q.in = nil, w
	if w.tail == nil {
		w.head = q
	} else {
		w.tail.behind = q
	}
	w.tail = q
	w.len++
}

func (w *queue) pushFront(q *question) {
	q.behind, q.in = w.head, w
	if w.head = q; w.tail == nil {
		w.tail = q
	}
	w.len++
}

func (w *queue) pop() *question {
	q := w.head
	if q == nil {
		return nil
	}
	if w.head = q.behind; w.head == nil {
		w.tail = nil
	}
	q.behind, q.in = nil, nil
	w.len--
	return q
}

// remove takes q out wherever it stands; rare, so it walks.
func (w *queue) remove(q *question) {
	if w.head == q {
		w.pop()
		return
	}
	for at := w.head; at != nil; at = at.behind {
		if at.behind == q {
			if at.behind = q.behind; w.tail == q {
				w.tail = at
			}
			q.behind, q.in = nil, nil
			w.len--
			return
		}
	}
}

// newQuestion takes a record from the pool and enters it among the operator's.
func (o *operator) newQuestion(now time.Duration) *question {
	q := o.pool
	if q == nil {
		q = &question{refs: make([]ref, 0, 1), parts: make([]part, 0, 1)}
	} else {
		o.pool = q.behind
		o.pooled--
	}
	*q = question{refs: q.refs[:0], parts: q.parts[:0], reply: q.reply[:0], received: now, next: o.questions}
	if o.questions != nil {
		o.questions.prev = q
	} else {
		o.oldest = q
	}
	o.questions = q
	o.pending++
	return q
}

// free forgets the question. Nothing refers to it any more: its slots are emptied
// and it stands in no list.
func (o *operator) free(q *question) {
	if q.prev == nil {
		o.questions = q.next
	} else {
		q.prev.next = q.next
	}
	if q.next == nil {
		o.oldest = q.prev
	} else {
		q.next.prev = q.prev
	}
	o.pending--
	o.signalIdle()
	if o.pooled < maxPooled && cap(q.reply) <= 16<<10 {
		clear(q.refs[:cap(q.refs)])
		q.tx, q.group, q.next, q.prev = nil, nil, nil, nil
		q.behind, o.pool = o.pool, q
		o.pooled++
	}
}

const maxPooled = 1 << 14

// unhook takes the question out of the lists and windows it stands in.
func (o *operator) unhook(q *question) {
	if q.in != nil {
		q.in.remove(q)
	}
	if q.inflight > 0 {
		for _, s := range o.sessions {
			for i := range s.slots {
				if s.slots[i].question == q {
					s.slots[i].question = nil // its response will be counted as late
				}
			}
		}
	}
}
