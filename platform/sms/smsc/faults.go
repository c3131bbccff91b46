package smsc

import (
	"time"

	"intikhab/platform/sms/smpp"
)

// Faults are what a real SMSC does on a bad day. Where a number says "every n-th",
// 0 is never. They can be changed while running, with SetFaults.
type Faults struct {
	Rate      float64       `json:"rate"`       // submit_sm accepted a second; the others get ESME_RTHROTTLED
	Throttle  int           `json:"throttle"`   // every n-th submit_sm gets ESME_RTHROTTLED
	QueueFull int           `json:"queue_full"` // every n-th submit_sm gets ESME_RMSGQFUL
	Refuse    int           `json:"refuse"`     // every n-th submit_sm gets ESME_RINVDSTADR
	Delay     time.Duration `json:"delay"`      // before each submit_sm_resp
	Mute      int           `json:"mute"`       // every n-th submit_sm is accepted and gets no response
	Reorder   int           `json:"reorder"`    // so many submit_sm_resp are kept back and sent mixed up
	Drop      int           `json:"drop"`       // a connection is cut at every n-th PDU that it sends
	DropOdds  float64       `json:"drop_odds"`  // … or with this probability at each
	LoseAcks  int           `json:"lose_acks"`  // at every n-th deliver_sm_resp the connection is cut, and it is not heeded
	Drops     int           `json:"drops"`      // no more than so many connections are cut by the three above; 0 is no limit
	Garbage   int           `json:"garbage"`    // before every n-th deliver_sm comes a malformed PDU
	Seed      uint64        `json:"seed"`       // of what is left to chance; heeded at Start
}

type faultState struct {
	Faults
	submits, mute, acks, garbage, kind, drops int
	tokens                                    float64
	filled                                    time.Time
}

// SetFaults begins and ends faults.
func (s *Server) SetFaults(f Faults) {
	s.mu.Lock()
	s.faults.Faults = f
	s.faults.drops = 0
	for _, c := range s.conns {
		if f.Reorder == 0 {
			s.release(c, 0)
		}
	}
	s.unlock()
}

// every counts, and reports every n-th time.
func (s *Server) every(count *int, n int) bool {
	if n <= 0 {
		return false
	}
	*count++
	return *count%n == 0
}

// refuse decides the status of a submit_sm.
func (s *Server) refuse() smpp.Status {
	f := &s.faults
	f.submits++
	nth := func(n int) bool { return n > 0 && f.submits%n == 0 }
	switch {
	case nth(f.Throttle):
		return smpp.StatusThrottled
	case nth(f.QueueFull):
		return smpp.StatusMsgQFul
	case nth(f.Refuse):
		return smpp.StatusInvDstAdr
	case f.Rate > 0:
		now := time.Now()
		f.tokens = min(f.tokens+f.Rate*now.Sub(f.filled).Seconds(), max(1, f.Rate/10))
		f.filled = now
		if f.tokens < 1 {
			return smpp.StatusThrottled
		}
		f.tokens--
	}
	return smpp.StatusOK
}

// respond answers a submit_sm: now, later, mixed up with others, or never.
func (s *Server) respond(c *conn, h smpp.Header, status smpp.Status, id []byte) {
	f := &s.faults
	if s.every(&f.mute, f.Mute) {
		return
	}
	pdu := smpp.AppendResp(nil, smpp.SubmitSMResp, status, h.Sequence, id)
	switch {
	case f.Delay > 0:
		s.later = append(s.later, timed{at: time.Now().Add(f.Delay), conn: c, pdu: pdu})
	case f.Reorder > 1:
		c.held = append(c.held, pdu)
		s.release(c, f.Reorder)
	default:
		c.append(pdu)
	}
}

// release sends what was kept back, mixed up, once there are so many.
func (s *Server) release(c *conn, many int) {
	if len(c.held) == 0 || len(c.held) < many {
		return
	}
	s.rng.Shuffle(len(c.held), func(i, j int) { c.held[i], c.held[j] = c.held[j], c.held[i] })
	for _, pdu := range c.held {
		c.append(pdu)
	}
	c.held = nil
}

// dropNow cuts the connection if its time has come; true also when it is cut.
func (s *Server) dropNow(c *conn) bool {
	c.pdus++
	f := &s.faults
	if f.Drop > 0 && c.pdus%f.Drop == 0 || f.DropOdds > 0 && s.rng.Float64() < f.DropOdds {
		s.fault(c)
	}
	return c.cut
}

// fault cuts a connection unless that was done often enough, and reports whether it
// did.
func (s *Server) fault(c *conn) bool {
	if s.faults.Drops > 0 && s.faults.drops >= s.faults.Drops {
		return false
	}
	s.faults.drops++
	s.cut(c)
	return true
}

// garbage writes a malformed PDU if its time has come, another kind each time.
func (s *Server) garbage(c *conn) {
	f := &s.faults
	if !s.every(&f.garbage, f.Garbage) {
		return
	}
	c.append(Malformed(f.kind, c.nextSeq()))
	f.kind++
	s.count.Garbage++
}

// Malformed makes a PDU of one of five kinds that no ESME can take for good.
func Malformed(kind int, seq uint32) []byte {
	m := smpp.Message{Source: smpp.Address{TON: 1, NPI: 1, Addr: []byte("923009999999")},
		Dest: smpp.Address{Addr: []byte("8300")}, ShortMessage: []byte("4230149640001")}
	whole := smpp.AppendMessage(nil, smpp.DeliverSM, seq, &m)
	cutTo := func(n int) []byte {
		pdu := append([]byte(nil), whole[:n]...)
		pdu[2], pdu[3] = byte(n>>8), byte(n)
		return pdu
	}
	switch kind % 5 {
	case 0: // ends within the text
		return cutTo(len(whole) - 5)
	case 1: // an address without its end
		return cutTo(smpp.HeaderSize + 8)
	case 2: // a command nobody knows
		return smpp.AppendHeader(nil, smpp.CommandID(0x00009999), smpp.StatusOK, seq)
	case 3: // an optional parameter longer than the PDU
		m.TLVs = smpp.TLVs{0x02, 0x04, 0xFF, 0xFF, 1}
		return smpp.AppendMessage(nil, smpp.DeliverSM, seq, &m)
	}
	// a user data header longer than the message
	m.ESMClass, m.ShortMessage = smpp.ESMClassUDHI, []byte{200, 0, 3}
	return smpp.AppendMessage(nil, smpp.DeliverSM, seq, &m)
}
