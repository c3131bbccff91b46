package smsc

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"math/bits"
	"sync"
	"time"

	"intikhab/platform/sms/gsm"
	"intikhab/platform/sms/smpp"
)

// Load is a crowd that asks as fast as the ESME takes it, or at a given rate. Its
// questions bypass the store, the journal and the faults: the simulated operator
// must cost less than what it measures.
type Load struct {
	Askers    int           // different telephones; default 1,000,000
	First     uint64        // number of the first, 12 digits; default 923000000000
	Rate      float64       // questions a second over all binds; 0 is as fast as the window allows
	Window    int           // deliver_sm in flight, each bind; default Config.Window
	Questions uint64        // stop after so many; 0 is no limit
	Duration  time.Duration // stop after that long; default 10 s
	Texts     []string      // asked in turn, each one segment; default one CNIC
}

// Result is what a load came to.
type Result struct {
	Questions uint64        `json:"questions"` // asked
	Acked     uint64        `json:"acked"`     // of them acknowledged with ESME_ROK
	Refused   uint64        `json:"refused"`   // of them answered with another status
	Segments  uint64        `json:"segments"`  // submit_sm taken
	Replies   uint64        `json:"replies"`   // of them first or only parts
	Seconds   float64       `json:"seconds"`   // from the first question to the last acknowledgement
	Rate      float64       `json:"rate"`      // acknowledged a second
	CPU       float64       `json:"cpu"`       // seconds of processor this process took, both ends if both are in it
	Micros    float64       `json:"micros"`    // of them a question, in microseconds
	P50       time.Duration `json:"p50"`       // from deliver_sm to deliver_sm_resp
	P99       time.Duration `json:"p99"`
	Max       time.Duration `json:"max"`
	Binds     int           `json:"binds"`
}

// loadRun is a load on its way.
type loadRun struct {
	Load
	pdus  [][]byte // one for each text, sequence number and asker to be written in
	at    int      // where in them the asker's twelve digits are
	start time.Time

	mu      sync.Mutex
	granted uint64 // questions that may have been asked by now
	asked   uint64
	stopped bool
}

// loadConn is one connection's part of a load; conn.mu guards it.
type loadConn struct {
	active                                   bool
	inFlight                                 int
	sent                                     []uint32 // when, in microseconds of the run, by sequence number modulo length
	base                                     uint32
	next                                     uint64 // asker
	asked, acked, refused, segments, replies uint64
	slowest                                  uint32
	times                                    [8 * 33]uint64
}

// RunLoad asks over all sessions bound now, waits for the last acknowledgement, and
// returns what came of it. One load runs at a time.
func (s *Server) RunLoad(ctx context.Context, l Load) (Result, error) {
	l.Askers = cmp.Or(l.Askers, 1_000_000)
	l.First = cmp.Or(l.First, 92_300_0000000)
	l.Window = cmp.Or(l.Window, s.cfg.Window)
	l.Duration = cmp.Or(l.Duration, 10*time.Second)
	if len(l.Texts) == 0 {
		l.Texts = []string{"4230149640001"}
	}
	run := &loadRun{Load: l}
	if err := run.prepare(s); err != nil {
		return Result{}, err
	}
	s.mu.Lock()
	var conns []*conn
	for _, c := range s.conns {
		if c.bound != 0 {
			conns = append(conns, c)
		}
	}
	s.mu.Unlock()
	if len(conns) == 0 {
		return Result{}, errors.New("smsc: nobody is bound to ask")
	}
	run.start = time.Now()
	if !s.load.CompareAndSwap(nil, run) {
		return Result{}, errors.New("smsc: a load is running")
	}
	defer s.load.Store(nil)
	size := 1 << bits.Len(uint(4*l.Window))
	cpu := processTime()
	for i, c := range conns {
		c.mu.Lock()
		c.load = loadConn{active: true, sent: make([]uint32, size), base: c.seq, next: uint64(i) * uint64(l.Askers) / uint64(len(conns))}
		c.mu.Unlock()
	}
	for _, c := range conns {
		c.mu.Lock()
		run.fill(c)
		c.mu.Unlock()
		c.flush()
	}

	limit := time.NewTimer(l.Duration)
	defer limit.Stop()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for asking := true; asking; {
		select {
		case <-ctx.Done():
			asking = false
		case <-limit.C:
			asking = false
		case <-ticker.C:
			run.mu.Lock()
			asking = l.Questions == 0 || run.asked < l.Questions
			run.mu.Unlock()
		}
	}
	run.mu.Lock()
	run.stopped = true
	run.mu.Unlock()
	last := time.Now().Add(10 * time.Second)
	for run.inFlight(conns) > 0 && time.Now().Before(last) {
		time.Sleep(time.Millisecond)
	}
	return run.result(conns, processTime()-cpu), ctx.Err()
}

// prepare encodes the texts once.
func (run *loadRun) prepare(s *Server) error {
	for _, text := range run.Texts {
		e, err := gsm.Encode(text, gsm.Allowed{}, 0)
		if err != nil {
			return err
		}
		if e.Len() != 1 {
			return errors.New("smsc: a load's texts must fit in one segment each")
		}
		m := smpp.Message{DataCoding: e.DataCoding, ShortMessage: e.Part(0),
			Source: smpp.Address{TON: smpp.TONInternational, NPI: smpp.NPIE164, Addr: []byte("000000000000")},
			Dest:   smpp.Address{NPI: smpp.NPIE164, Addr: []byte(s.cfg.ShortCode)}}
		run.pdus = append(run.pdus, smpp.AppendMessage(nil, smpp.DeliverSM, 0, &m))
	}
	run.at = smpp.HeaderSize + 1 + 2 // service_type, and the type and plan of the source
	return nil
}

// grant gives a connection leave for so many questions more.
func (run *loadRun) grant(want int) int {
	run.mu.Lock()
	defer run.mu.Unlock()
	if run.stopped {
		return 0
	}
	if run.Rate > 0 {
		run.granted = uint64(time.Since(run.start).Seconds() * run.Rate)
		want = min(want, int(run.granted-min(run.granted, run.asked)))
	}
	if run.Questions > 0 {
		want = min(want, int(run.Questions-min(run.Questions, run.asked)))
	}
	run.asked += uint64(want)
	return want
}

// fill asks until the window is full. conn.mu is held.
func (run *loadRun) fill(c *conn) {
	l := &c.load
	if !c.receives() || l.inFlight >= run.Window {
		return
	}
	n := run.grant(run.Window - l.inFlight)
	if n == 0 {
		return
	}
	now := uint32(time.Since(run.start).Microseconds())
	for range n {
		pdu := run.pdus[l.next%uint64(len(run.pdus))]
		pos := len(c.out)
		c.out = append(c.out, pdu...)
		seq := c.nextSeqLocked()
		binary.BigEndian.PutUint32(c.out[pos+12:], seq)
		putDigits(c.out[pos+run.at:pos+run.at+12], run.First+l.next%uint64(run.Askers))
		l.next++
		l.sent[int(seq)&(len(l.sent)-1)] = now
	}
	l.asked += uint64(n)
	l.inFlight += n
}

func putDigits(b []byte, n uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		q := n / 10
		b[i] = byte(n-q*10) + '0'
		n = q
	}
}

// take handles what a connection read while the load runs.
func (run *loadRun) take(c *conn, batch []request) {
	now := uint32(time.Since(run.start).Microseconds())
	c.mu.Lock()
	l := &c.load
	for i := range batch {
		h := &batch[i].header
		switch h.Command {
		case smpp.SubmitSM:
			l.segments++
			if firstPart(batch[i].body) {
				l.replies++
			}
			c.out = append(c.out, 0, 0, 0, 26, 0x80, 0, 0, 4, 0, 0, 0, 0)
			c.out = binary.BigEndian.AppendUint32(c.out, h.Sequence)
			c.out = append(c.out, 'L', '0', '0', '0', '0', '0', '0', '0', '1', 0)
		case smpp.DeliverSMResp:
			l.inFlight--
			took := now - l.sent[int(h.Sequence)&(len(l.sent)-1)]
			l.slowest = max(l.slowest, took)
			l.times[bucket(took)]++
			if h.Status == smpp.StatusOK {
				l.acked++
			} else {
				l.refused++
			}
		case smpp.EnquireLink, smpp.Unbind:
			c.out = smpp.AppendHeader(c.out, h.Command.Response(), smpp.StatusOK, h.Sequence)
		}
	}
	if run.Rate == 0 { // else pace asks: answering each answer with a question would make batches of one
		run.fill(c)
	}
	c.mu.Unlock()
	c.flush()
}

// firstPart reports whether a submit_sm is the first or only part of a reply, as its
// user data header or the lack of one tells; it looks at no more than that.
func firstPart(body []byte) bool {
	var m smpp.Message
	if m.Decode(body) != nil {
		return false
	}
	if !m.HasUDH() {
		_, _, seq, ok := m.TLVs.SAR()
		return !ok || seq == 1
	}
	u, _, err := gsm.ParseUDH(m.Payload())
	return err == nil && u.Seq <= 1
}

// pace asks on, when the load has a rate, what the clock now allows.
func (run *loadRun) pace(s *Server) {
	if run.Rate == 0 {
		return
	}
	s.mu.Lock()
	conns := append([]*conn(nil), s.conns...)
	s.mu.Unlock()
	for _, c := range conns {
		c.mu.Lock()
		if c.load.active {
			run.fill(c)
		}
		c.mu.Unlock()
		c.flush()
	}
}

func (run *loadRun) inFlight(conns []*conn) (n int) {
	for _, c := range conns {
		c.mu.Lock()
		if !c.ended {
			n += c.load.inFlight
		}
		c.mu.Unlock()
	}
	return n
}

func (run *loadRun) result(conns []*conn, cpu time.Duration) Result {
	r := Result{Seconds: time.Since(run.start).Seconds(), CPU: cpu.Seconds(), Binds: len(conns)}
	var times [8 * 33]uint64
	for _, c := range conns {
		c.mu.Lock()
		l := &c.load
		r.Questions += l.asked
		r.Acked += l.acked
		r.Refused += l.refused
		r.Segments += l.segments
		r.Replies += l.replies
		r.Max = max(r.Max, time.Duration(l.slowest)*time.Microsecond)
		for i, n := range l.times {
			times[i] += n
		}
		l.active = false
		c.mu.Unlock()
	}
	r.Rate = float64(r.Acked) / r.Seconds
	r.Micros = r.CPU * 1e6 / float64(max(1, r.Acked))
	r.P50, r.P99 = quantile(&times, 0.50), quantile(&times, 0.99)
	return r
}

// bucket is that of a time in microseconds, an eighth of an octave wide.
func bucket(us uint32) int {
	if us < 8 {
		return int(us)
	}
	octave := bits.Len32(us) - 4
	return octave*8 + int(us>>octave)
}

func quantile(times *[8 * 33]uint64, q float64) time.Duration {
	var all uint64
	for _, n := range times {
		all += n
	}
	rank := uint64(q * float64(all))
	for i, n := range times {
		if n > rank {
			if i < 8 {
				return time.Duration(i+1) * time.Microsecond
			}
			return time.Duration(i%8+9) << (i/8 - 1) * time.Microsecond
		}
		rank -= n
	}
	return 0
}
