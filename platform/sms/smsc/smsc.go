// Package smsc is a simulated mobile operator: an SMPP 3.4 message centre that
// ESMEs bind to over TCP or TLS, which delivers the questions of simulated
// telephones, keeps each until it is acknowledged, brings it again when the
// connection dies before, takes replies, and misbehaves on demand (see Faults).
//
// It stands in tests, in the demo and in `intikhab smsc` for an operator's SMSC,
// and knows nothing of the gateway it is bound by: both only share the codec.
// TestGatewayUnderFaults of package sms shows the two at each other.
package smsc

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"intikhab/platform/sms/smpp"
)

// Config says what kind of operator is simulated. The zero Config is one on a free
// port of the loopback interface that lets everybody bind.
type Config struct {
	Listen   string            // host:port; default 127.0.0.1:0
	TLS      *tls.Config       // optional
	Accounts map[string]string // system_id: password; empty lets everybody in
	SystemID string            // of the SMSC; default "SMSC"

	ShortCode  string        // default "8300"
	Window     int           // deliver_sm in flight, each bind; default 256
	RetryAfter time.Duration // a deliver_sm refused with a temporary status comes again; default 1 s
	Enquire    time.Duration // sends enquire_link that often; default 30 s
	Keep       int           // numbers whose last answered question is remembered; default 1,000,000

	// Unasked is told of each whole text to a number that asked nothing, or whose
	// questions all have a reply. It must not call the server.
	Unasked func(to, from, text string)

	Journal string // file in which questions, acknowledgements and replies outlive the process; optional
	Faults  Faults
	Log     *slog.Logger // optional
}

// Server is a running SMSC.
type Server struct {
	cfg      Config
	log      *slog.Logger
	listener net.Listener
	load     atomic.Pointer[loadRun]
	stop     chan struct{}
	running  sync.WaitGroup

	mu      sync.Mutex
	conns   []*conn
	closed  bool
	turn    int
	queue   deque[*delivery]
	later   []timed
	numbers map[string]*number
	unasked map[string]*number // parts of texts to numbers that asked nothing
	ended   deque[string]      // numbers with nothing open, in order of becoming so
	lastID  uint64
	msgID   uint64
	ref     atomic.Uint32 // of the last question of several parts
	journal *journal
	faults  faultState
	count   Counters
	rng     *rand.Rand
}

// Counters are totals since the start, the journal's included.
type Counters struct {
	Asked       uint64 `json:"asked"`       // questions
	Acked       uint64 `json:"acked"`       // questions all of whose deliver_sm were acknowledged with ESME_ROK
	Rejected    uint64 `json:"rejected"`    // questions refused by the ESME for good
	Replied     uint64 `json:"replied"`     // questions that got at least one whole reply
	Replies     uint64 `json:"replies"`     // whole replies
	Duplicates  uint64 `json:"duplicates"`  // replies beyond a question's first
	Lost        uint64 `json:"lost"`        // questions acknowledged and without a reply: silence, or a loss
	Stray       uint64 `json:"stray"`       // replies to numbers that asked nothing
	Segments    uint64 `json:"segments"`    // submit_sm accepted
	Delivered   uint64 `json:"delivered"`   // deliver_sm written
	Redelivered uint64 `json:"redelivered"` // of them, not for the first time
	PutOff      uint64 `json:"put_off"`     // deliver_sm refused with a temporary status
	Throttled   uint64 `json:"throttled"`   // submit_sm refused for now
	Receipts    uint64 `json:"receipts"`    // delivery receipts acknowledged
	Garbage     uint64 `json:"garbage"`     // malformed PDUs sent
	Nacked      uint64 `json:"nacked"`      // of them answered with generic_nack or an error status
	Drops       uint64 `json:"drops"`       // connections that we cut
	Sessions    uint64 `json:"sessions"`    // binds accepted
	Queued      int    `json:"queued"`      // deliver_sm waiting, now
	InFlight    int    `json:"in_flight"`   // deliver_sm not acknowledged, now
	Bound       int    `json:"bound"`       // sessions, now
}

// Start listens and serves until Close.
func Start(cfg Config) (*Server, error) {
	cfg.Listen = cmp.Or(cfg.Listen, "127.0.0.1:0")
	cfg.SystemID = cmp.Or(cfg.SystemID, "SMSC")
	cfg.ShortCode = cmp.Or(cfg.ShortCode, "8300")
	cfg.Window = cmp.Or(cfg.Window, 256)
	cfg.RetryAfter = cmp.Or(cfg.RetryAfter, time.Second)
	cfg.Enquire = cmp.Or(cfg.Enquire, 30*time.Second)
	cfg.Keep = cmp.Or(cfg.Keep, 1_000_000)
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{cfg: cfg, log: cfg.Log, stop: make(chan struct{}), numbers: make(map[string]*number), unasked: make(map[string]*number),
		rng: rand.New(rand.NewPCG(cfg.Faults.Seed, 8300))}
	s.faults.Faults = cfg.Faults
	if cfg.Journal != "" {
		if err := s.openJournal(cfg.Journal); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		s.journal.close()
		return nil, fmt.Errorf("smsc: %w", err)
	}
	if cfg.TLS != nil {
		l = tls.NewListener(l, cfg.TLS)
	}
	s.listener = l
	s.running.Go(s.accept)
	s.running.Go(s.tick)
	return s, nil
}

// Addr is where it listens, host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Counters reads the counters.
func (s *Server) Counters() Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.count
	c.Queued = s.queue.len()
	for _, t := range s.later {
		if t.delivery != nil {
			c.Queued++
		}
	}
	for _, x := range s.conns {
		c.InFlight += len(x.inFlight)
		if x.bound != 0 {
			c.Bound++
		}
	}
	return c
}

// DropAll cuts every connection, as a restart of the SMSC does. What was not
// acknowledged is brought again over the next binds.
func (s *Server) DropAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		s.cut(c)
	}
}

// Redeliver puts everything unacknowledged into the queue again while the
// connections live, like an SMSC that has tired of waiting.
func (s *Server) Redeliver() {
	s.mu.Lock()
	for _, c := range s.conns {
		s.requeue(c)
	}
	s.pump()
	s.unlock()
}

// Close cuts all connections and ends. After it returns nothing runs any more.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.stop)
	for _, c := range s.conns {
		c.conn.Close()
	}
	s.mu.Unlock()
	err := s.listener.Close()
	s.running.Wait()
	return errors.Join(err, s.journal.close())
}

func (s *Server) accept() {
	for {
		nc, err := s.listener.Accept()
		if err != nil {
			return
		}
		c := &conn{server: s, conn: nc, wake: make(chan struct{}, 1), inFlight: make(map[uint32]*delivery)}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			nc.Close()
			return
		}
		s.conns = append(s.conns, c)
		s.mu.Unlock()
		s.running.Go(c.write)
		s.running.Go(c.serve)
	}
}

// WaitBound waits until n sessions are bound.
func (s *Server) WaitBound(ctx context.Context, n int) error {
	for s.Counters().Bound < n {
		select {
		case <-ctx.Done():
			return fmt.Errorf("smsc: %d of %d sessions bound: %w", s.Counters().Bound, n, ctx.Err())
		case <-time.After(2 * time.Millisecond):
		}
	}
	return nil
}

// unlock releases the lock once the journal is written, and has all written that
// was appended meanwhile: nothing leaves before it is in the journal.
func (s *Server) unlock() {
	s.journal.flush()
	for _, c := range s.conns {
		c.flush()
	}
	s.mu.Unlock()
}

// timed is something that happens later: a delivery comes again, or a response goes.
type timed struct {
	at       time.Time
	delivery *delivery
	conn     *conn
	pdu      []byte
}

// tick does what time asks for.
func (s *Server) tick() {
	t := time.NewTicker(2 * time.Millisecond)
	defer t.Stop()
	enquired := time.Now()
	for {
		select {
		case <-s.stop:
			return
		case <-t.C:
		}
		if run := s.load.Load(); run != nil {
			run.pace(s)
			continue
		}
		now := time.Now()
		s.mu.Lock()
		keep := s.later[:0]
		for _, x := range s.later {
			switch {
			case x.at.After(now):
				keep = append(keep, x)
			case x.delivery != nil:
				s.queue.push(x.delivery)
			default:
				x.conn.append(x.pdu)
			}
		}
		clear(s.later[len(keep):])
		s.later = keep
		for _, c := range s.conns {
			s.release(c, 0)
			if c.bound != 0 && now.Sub(enquired) >= s.cfg.Enquire {
				c.append(smpp.AppendHeader(nil, smpp.EnquireLink, smpp.StatusOK, c.nextSeq()))
			}
		}
		if now.Sub(enquired) >= s.cfg.Enquire {
			enquired = now
		}
		s.pump()
		s.unlock()
	}
}
