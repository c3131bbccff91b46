package sms

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"time"

	"intikhab/platform/sms/smpp"
)

// bind is one configured place for a connection to an operator. Its counters
// outlive its sessions. The operator's mutex guards everything but its name.
type bind struct {
	operator *operator
	name     string
	kind     kind

	state    State
	since    time.Time
	session  *session // while bound
	failure  string   // why it is not bound, or was not the last time
	sessions uint64   // how many it has had

	received, questions, submitted, accepted, acked, malformed, late uint64
}

// State is where a bind stands; docs/smpp-session.md has the diagram.
type State string

// The states of a bind.
const (
	Waiting   State = "waiting"
	Dialing   State = "dialing"
	Binding   State = "binding"
	Bound     State = "bound"
	Draining  State = "draining"
	Unbinding State = "unbinding"
	Closed    State = "closed"
)

func (b *bind) set(state State, failure error) {
	b.operator.mu.Lock()
	b.state, b.since = state, time.Now()
	if failure != nil {
		b.failure = failure.Error()
	}
	b.operator.mu.Unlock()
}

// run keeps the bind bound until the context ends.
func (b *bind) run(ctx context.Context) {
	o := b.operator
	pause := time.Duration(o.cfg.ReconnectMin)
	for ctx.Err() == nil {
		bound, err := b.once(ctx)
		if ctx.Err() != nil {
			break
		}
		if bound > time.Duration(o.cfg.ReconnectMax) {
			pause = time.Duration(o.cfg.ReconnectMin)
		}
		b.set(Waiting, err)
		wait := pause/2 + rand.N(pause/2+1)
		o.log.Warn("not bound", "bind", b.name, "error", err, "again_in", wait.Round(time.Millisecond))
		pause = min(2*pause, time.Duration(o.cfg.ReconnectMax))
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
	b.set(Closed, nil)
}

// once makes one session and serves it to its end, which it returns with how long
// the session was bound.
func (b *bind) once(ctx context.Context) (bound time.Duration, err error) {
	o := b.operator
	timeout := time.Duration(o.cfg.ResponseTimeout)
	b.set(Dialing, nil)
	dial, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var conn net.Conn
	if o.cfg.TLSConfig != nil {
		conn, err = (&tls.Dialer{Config: o.cfg.TLSConfig}).DialContext(dial, "tcp", o.cfg.Address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(dial, "tcp", o.cfg.Address)
	}
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()

	b.set(Binding, nil)
	s := newSession(b, conn)
	reader := smpp.NewReader(conn, 0)
	conn.SetDeadline(time.Now().Add(timeout))
	if err := s.open(reader); err != nil {
		return 0, err
	}
	conn.SetDeadline(time.Time{})

	began := time.Now()
	o.mu.Lock()
	o.join(s, o.gateway.now())
	b.session, b.state, b.since, b.failure = s, Bound, began, ""
	b.sessions++
	o.unlock()
	o.log.Info("bound", "bind", b.name)
	written := make(chan struct{})
	go func() { s.write(); close(written) }()

	err = s.read(reader)

	conn.Close()
	o.mu.Lock()
	o.leave(s, o.gateway.now())
	b.session = nil
	o.unlock()
	close(s.wake) // after leave nobody touches it
	<-written
	return time.Since(began), err
}

// open binds: it writes the request and waits for its answer.
func (s *session) open(r *smpp.Reader) error {
	c := s.operator.cfg
	req := smpp.Bind{SystemID: []byte(c.SystemID), Password: []byte(c.Password), SystemType: []byte(c.SystemType),
		InterfaceVersion: smpp.Version34, AddressRange: []byte(c.AddressRange)}
	seq := s.nextSeq()
	if _, err := s.conn.Write(smpp.AppendBind(nil, s.kind.command(), seq, &req)); err != nil {
		return err
	}
	for {
		h, _, err := r.Next()
		if err != nil {
			return fmt.Errorf("no answer to bind_%v: %w", s.kind, err)
		}
		switch {
		case h.Command == s.kind.command().Response() || h.Command == smpp.GenericNack:
			if h.Status != smpp.StatusOK {
				return fmt.Errorf("bind_%v refused: %v, %s; see system_id, password and system_type", s.kind, h.Status, h.Status.Text())
			}
			return nil
		case h.Command == smpp.EnquireLink:
			_, err = s.conn.Write(smpp.AppendHeader(nil, smpp.EnquireLinkResp, smpp.StatusOK, h.Sequence))
		case !h.Command.IsResponse():
			_, err = s.conn.Write(smpp.AppendHeader(nil, smpp.GenericNack, smpp.StatusInvBndSts, h.Sequence))
		}
		if err != nil {
			return err
		}
	}
}

var errUnbound = errors.New("the SMSC has unbound us")

// read takes in what the peer sends, batch by batch, until the connection ends.
func (s *session) read(r *smpp.Reader) error {
	w := newWorker(s.operator)
	for {
		var failure error
		for {
			h, body, err := r.Next()
			if err != nil {
				var wrong *smpp.LengthError
				if errors.As(err, &wrong) {
					w.add(smpp.Header{Sequence: wrong.Header.Sequence}, nil).status = wrong.Status()
				}
				if wrong == nil || errors.Is(err, smpp.ErrLost) {
					failure = err
					break
				}
			} else if w.add(h, body).what == isUnbind {
				failure = errUnbound
				break
			}
			if len(w.items) == maxBatch || !r.Buffered() {
				break
			}
		}
		w.process(s)
		if failure != nil {
			if failure == errUnbound || errors.Is(failure, smpp.ErrLost) {
				s.flush()
			}
			if failure == io.EOF {
				failure = errors.New("the SMSC closed the connection")
			}
			return failure
		}
	}
}

// flush gives the writer a moment to write the last answers.
func (s *session) flush() {
	for range 50 {
		s.operator.mu.Lock()
		rest := len(s.out)
		s.operator.mu.Unlock()
		if rest == 0 {
			time.Sleep(5 * time.Millisecond)
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}
