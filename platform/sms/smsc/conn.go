package smsc

import (
	"errors"
	"net"
	"sync"
	"time"

	"intikhab/platform/sms/smpp"
)

// conn is one ESME's connection. The server's mutex guards it, but for out, which
// has its own so that a load can run without the server's.
type conn struct {
	server   *Server
	conn     net.Conn
	bound    smpp.CommandID // the bind request it was bound by, 0 before
	inFlight map[uint32]*delivery
	order    deque[uint32] // of their sequence numbers
	held     [][]byte      // responses kept back to be mixed up
	pdus     int           // read
	cut      bool

	mu         sync.Mutex
	out, spare []byte
	seq        uint32
	wake       chan struct{}
	ended      bool
	load       loadConn
}

func (c *conn) receives() bool {
	return c.bound == smpp.BindReceiver || c.bound == smpp.BindTransceiver
}

func (c *conn) transmits() bool {
	return c.bound == smpp.BindTransmitter || c.bound == smpp.BindTransceiver
}

func (c *conn) nextSeq() uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nextSeqLocked()
}

func (c *conn) nextSeqLocked() uint32 {
	if c.seq++; c.seq > 0x7FFFFFFF {
		c.seq = 1
	}
	return c.seq
}

func (c *conn) append(pdu []byte) {
	c.mu.Lock()
	c.out = append(c.out, pdu...)
	c.mu.Unlock()
}

// flush tells the writer that there is something to write.
func (c *conn) flush() {
	c.mu.Lock()
	if len(c.out) > 0 && !c.ended {
		select {
		case c.wake <- struct{}{}:
		default:
		}
	}
	c.mu.Unlock()
}

func (c *conn) write() {
	for range c.wake {
		c.mu.Lock()
		buf := c.out
		c.out, c.spare = c.spare[:0], nil
		c.mu.Unlock()
		if len(buf) > 0 {
			if _, err := c.conn.Write(buf); err != nil {
				c.conn.Close()
			}
		}
		c.mu.Lock()
		c.spare = buf
		c.mu.Unlock()
	}
}

// request is one PDU read.
type request struct {
	header smpp.Header
	body   []byte
}

const maxBatch = 256

// serve reads until the connection ends, batch by batch.
func (c *conn) serve() {
	s := c.server
	r := smpp.NewReader(c.conn, 0)
	batch := make([]request, 0, maxBatch)
	for failed := false; !failed; {
		batch = batch[:0]
		for {
			h, body, err := r.Next()
			if err == nil {
				batch = append(batch, request{h, body})
			} else if status, ok := wrongLength(err); ok {
				batch = append(batch, request{header: smpp.Header{Sequence: h.Sequence, Status: status}})
			} else {
				failed = true
				break
			}
			if len(batch) == maxBatch || !r.Buffered() {
				break
			}
		}
		if run := s.load.Load(); run != nil && c.load.active {
			run.take(c, batch)
			continue
		}
		s.mu.Lock()
		for i := range batch {
			if c.cut {
				break // what a dead connection still had to say is not heard
			}
			s.take(c, batch[i].header, batch[i].body)
		}
		s.pump()
		s.unlock()
	}
	c.end()
}

// wrongLength tells an error after which the stream can be read on, and what to
// answer.
func wrongLength(err error) (smpp.Status, bool) {
	var wrong *smpp.LengthError
	if !errors.As(err, &wrong) || errors.Is(err, smpp.ErrLost) {
		return 0, false
	}
	return wrong.Status(), true
}

// end forgets the connection and puts what it had not acknowledged into the queue.
func (c *conn) end() {
	s := c.server
	c.conn.Close()
	s.mu.Lock()
	c.bound = 0
	for i, x := range s.conns {
		if x == c {
			s.conns = append(s.conns[:i], s.conns[i+1:]...)
			break
		}
	}
	s.requeue(c)
	s.pump()
	s.unlock()
	c.mu.Lock()
	c.ended = true
	close(c.wake)
	c.mu.Unlock()
}

// cut closes a connection on purpose. From now on nothing it says is heeded, and
// what it has not acknowledged goes to the others at once.
func (s *Server) cut(c *conn) {
	if c.cut {
		return
	}
	c.cut = true
	c.bound = 0
	s.count.Drops++
	c.conn.Close()
	s.requeue(c)
}

// take handles one PDU.
func (s *Server) take(c *conn, h smpp.Header, body []byte) {
	if s.dropNow(c) {
		return
	}
	switch h.Command {
	case smpp.BindReceiver, smpp.BindTransmitter, smpp.BindTransceiver:
		s.bind(c, h, body)
	case smpp.EnquireLink:
		c.append(smpp.AppendHeader(nil, smpp.EnquireLinkResp, smpp.StatusOK, h.Sequence))
	case smpp.Unbind:
		c.append(smpp.AppendHeader(nil, smpp.UnbindResp, smpp.StatusOK, h.Sequence))
		c.bound = 0
		s.requeue(c)
	case smpp.SubmitSM:
		s.submit(c, h, body)
	case smpp.DeliverSMResp, smpp.DataSMResp, smpp.GenericNack:
		s.acknowledged(c, h)
	default:
		if !h.Command.IsResponse() {
			status := smpp.StatusInvCmdID
			if h.Command == 0 && h.Status != 0 {
				status = h.Status
			}
			c.append(smpp.AppendHeader(nil, smpp.GenericNack, status, h.Sequence))
		}
	}
}

func (s *Server) bind(c *conn, h smpp.Header, body []byte) {
	var b smpp.Bind
	status := smpp.StatusOK
	if err := b.Decode(body); err != nil {
		status = smpp.StatusInvCmdLen
	} else if c.bound != 0 {
		status = smpp.StatusAlyBnd
	} else if len(s.cfg.Accounts) > 0 {
		if password, ok := s.cfg.Accounts[string(b.SystemID)]; !ok {
			status = smpp.StatusInvSysID
		} else if password != string(b.Password) {
			status = smpp.StatusInvPaswd
		}
	}
	c.append(smpp.AppendBindResp(nil, h.Command.Response(), status, h.Sequence, []byte(s.cfg.SystemID), smpp.Version34))
	s.log.Info("bind", "system_id", string(b.SystemID), "command", h.Command.String(), "status", status.String())
	if status == smpp.StatusOK {
		c.bound = h.Command
		s.count.Sessions++
	}
}

// acknowledged takes the answer to a deliver_sm.
func (s *Server) acknowledged(c *conn, h smpp.Header) {
	d := c.inFlight[h.Sequence]
	if d == nil {
		if h.Status != smpp.StatusOK {
			s.count.Nacked++ // of garbage
		}
		return
	}
	if s.every(&s.faults.acks, s.faults.LoseAcks) && s.fault(c) {
		return
	}
	delete(c.inFlight, h.Sequence)
	switch {
	case h.Status == smpp.StatusOK:
		s.acked(d)
	case h.Status.Temporary():
		s.count.PutOff++
		s.later = append(s.later, timed{at: time.Now().Add(s.cfg.RetryAfter), delivery: d})
	default:
		s.rejected(d)
	}
}
