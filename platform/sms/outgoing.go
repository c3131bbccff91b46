package sms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"intikhab/platform/sms/smpp"
)

// An Outgoing is a text that goes to a telephone which has not asked for it now.
// It always waits behind the answers to questions, and asks for a delivery receipt.
type Outgoing struct {
	To       MSISDN
	From     string // sender: a short code, or the name that the operator knows us by; if "", the operator's source_addr
	Text     string
	Operator string // its name in the settings; if "", the one that gave the number out, else any that is bound
}

// Sent tells how an outgoing text was accepted: by whom, and under which numbers of
// the SMSC, one a part. A Receipt names them again.
type Sent struct {
	Operator string
	IDs      []string
}

// Reasons why a text was not sent. A refusal for good is a [Refused].
var (
	ErrNotNow         = errors.New("sms: no operator takes the text at present: send it again later")
	ErrUnknownOutcome = errors.New("sms: the connection ended before the operator answered: the text may have been sent, or part of it")
)

// Refused is the status with which an operator refused a text for good.
type Refused struct {
	Operator string
	Status   smpp.Status
}

func (r *Refused) Error() string {
	return fmt.Sprintf("sms: operator %s refuses the text for good: %v", r.Operator, r.Status)
}

// outgoing is one Outgoing on its way. The operator's mutex guards it.
type outgoing struct {
	pdus  []byte // its submit_sm, one after the other, without sequence numbers
	parts []part
	ids   []string
	left  int
	due   time.Duration // when a part refused for now may go again
	done  chan error    // of one
}

// Send hands the text to an operator and returns when it has accepted every part,
// refused one, or ctx ended. It is sent when no answer waits, in at most a quarter of a
// bind's window. After ErrNotNow nothing of it was sent. It is not kept: what must
// survive a crash is the caller's to keep (package notice does).
func (g *Gateway) Send(ctx context.Context, m Outgoing) (Sent, error) {
	o := g.operatorFor(m)
	if o == nil {
		return Sent{}, ErrNotNow
	}
	out, err := o.encode(m)
	if err != nil {
		return Sent{}, err
	}
	o.mu.Lock()
	if o.draining {
		o.unlock()
		return Sent{}, ErrNotNow
	}
	o.outgoing = append(o.outgoing, out)
	o.sendOutgoing(g.now())
	o.unlock()
	select {
	case err = <-out.done:
	case <-ctx.Done():
		o.mu.Lock()
		err = o.abandon(out)
		o.unlock()
	}
	return Sent{Operator: o.cfg.Name, IDs: out.ids}, err
}

// operatorFor chooses who carries the text.
func (g *Gateway) operatorFor(m Outgoing) *operator {
	wanted := m.Operator
	if wanted == "" {
		wanted = m.To.FirstOperator()
	}
	var any *operator
	for _, o := range g.operators {
		o.mu.Lock()
		bound := o.otherTransmitter(nil) != nil
		o.unlock()
		switch {
		case bound && o.cfg.Name == wanted:
			return o
		case bound && any == nil && m.Operator == "":
			any = o
		}
	}
	return any
}

// encode makes the submit_sm of the text.
func (o *operator) encode(m Outgoing) (*outgoing, error) {
	k := newCoder(&o.cfg)
	k.submit.RegisteredDelivery = smpp.ReceiptAlways
	asked := smpp.Message{Source: smpp.Address{TON: smpp.TONInternational, NPI: smpp.NPIE164, Addr: m.To.AppendReveal(nil)}}
	if m.From != "" {
		asked.Dest = senderAddress(m.From)
		k.cfg = &OperatorConfig{Concatenation: o.cfg.Concatenation} // the sender given goes before the operator's
	} else if o.cfg.SourceAddr == "" {
		return nil, fmt.Errorf("sms: operator %s: no sender is known for a text that answers nothing: set source_addr, or the notices' sender", o.cfg.Name)
	}
	var q question
	if err := k.write(&q, &asked, []byte(m.Text)); err != nil {
		return nil, fmt.Errorf("sms: %w", err)
	}
	return &outgoing{pdus: q.reply, parts: q.parts, left: len(q.parts), ids: make([]string, len(q.parts)), done: make(chan error, 1)}, nil
}

// senderAddress is a sender's name or short code as SMPP has it.
func senderAddress(from string) smpp.Address {
	for i := range len(from) {
		if from[i] < '0' || from[i] > '9' {
			return smpp.Address{TON: smpp.TONAlphanumeric, Addr: []byte(from)}
		}
	}
	return smpp.Address{NPI: smpp.NPIE164, Addr: []byte(from)}
}

// sendOutgoing submits what no answer stands before.
func (o *operator) sendOutgoing(now time.Duration) {
	for i := 0; i < len(o.outgoing) && o.homeless.len == 0 && o.paused.len == 0; i++ {
		out := o.outgoing[i]
		if out.due > now {
			continue
		}
		for p := range out.parts {
			if out.parts[p].state != unsent {
				continue
			}
			s := o.roomForOutgoing()
			if s == nil || !o.rate.spare(now) {
				return
			}
			s.submitOutgoing(out, p, now)
		}
	}
}

// roomForOutgoing gives a session on which no answer waits and whose window has
// room to spare.
func (o *operator) roomForOutgoing() *session {
	for _, s := range o.sessions {
		if s.waiting.len > 0 {
			return nil // answers want room: everything else stands back
		}
	}
	s := o.otherTransmitter(nil)
	if s == nil || s.inUse >= max(1, s.window/4) {
		return nil
	}
	return s
}

// outgoingAnswered takes the answer to a part's submit_sm.
func (o *operator) outgoingAnswered(out *outgoing, part int, status smpp.Status, body []byte, now time.Duration) {
	p := &out.parts[part]
	switch {
	case status == smpp.StatusOK:
		id, _, _ := cutNUL(body)
		p.state = accepted
		out.ids[part] = string(id)
		o.counters.outgoing++
		o.rate.accepted++
		if out.left--; out.left == 0 {
			o.finish(out, nil)
		}
	case forNow(status):
		o.deferred[status]++
		if status.Throttling() {
			o.rate.throttled(now)
		}
		p.state = unsent
		out.due = now + time.Duration(o.cfg.RetryPause)
	default:
		o.refused[status]++
		o.finish(out, &Refused{o.cfg.Name, status})
	}
}

// outgoingLost is told that the outcome of a part is unknown. It is not sent again:
// whoever keeps the text decides that.
func (o *operator) outgoingLost(out *outgoing) { o.finish(out, ErrUnknownOutcome) }

// abandon ends a text whose sender does not wait any longer.
func (o *operator) abandon(out *outgoing) error {
	for _, p := range out.parts {
		if p.state != unsent {
			o.finish(out, ErrUnknownOutcome)
			break
		}
	}
	o.finish(out, ErrNotNow)
	return <-out.done
}

// finish takes a text out. What of it is still in a window is counted as late when
// its response comes.
func (o *operator) finish(out *outgoing, err error) {
	o.outgoing = slices.DeleteFunc(o.outgoing, func(x *outgoing) bool { return x == out })
	for _, s := range o.sessions {
		for i := range s.slots {
			if s.slots[i].outgoing == out {
				s.slots[i].outgoing = nil
			}
		}
	}
	select {
	case out.done <- err:
	default: // it has ended before
	}
	o.signalIdle()
}

// endOutgoing ends everything that is not under way, when no more is to be sent.
func (o *operator) endOutgoing() {
	for _, out := range slices.Clone(o.outgoing) {
		if !slices.ContainsFunc(out.parts, func(p part) bool { return p.state != unsent }) {
			o.finish(out, ErrNotNow)
		}
	}
}

// submitOutgoing writes a part. There must be room in the window.
func (s *session) submitOutgoing(out *outgoing, i int, now time.Duration) {
	p := &out.parts[i]
	s.send(out.pdus[p.start:p.end], slot{outgoing: out, part: int32(i)}, now)
	p.state = inFlight
}
