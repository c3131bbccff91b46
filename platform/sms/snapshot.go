package sms

import (
	"time"

	"intikhab/platform/sms/smpp"
)

// counters are an operator's totals since the start.
type counters struct {
	answered, refused, silent, failed, givenUp, dropped, busy, left, notes uint64
	timeouts, resends, unknown, limboHits, parked, expiredParts, outgoing  uint64
}

// Snapshot is the gateway at one instant, for the console and for metrics. Every
// count is a total since the start and only grows: rates are differences.
type Snapshot struct {
	At        time.Time          `json:"at"`
	Operators []OperatorSnapshot `json:"operators"`
}

// OperatorSnapshot is one operator.
type OperatorSnapshot struct {
	Name  string         `json:"name"`
	Mode  Mode           `json:"mode"`
	Binds []BindSnapshot `json:"binds"`

	Questions uint64 `json:"questions"` // deliver_sm that ask, all binds
	Submitted uint64 `json:"submitted"` // submit_sm written
	Accepted  uint64 `json:"accepted"`  // submit_sm accepted
	Acked     uint64 `json:"acked"`     // deliver_sm acknowledged
	Malformed uint64 `json:"malformed"` // PDUs answered as such

	Answered     uint64 `json:"answered"`      // questions whose whole reply was accepted
	Refused      uint64 `json:"refused"`       // … was refused for good; why is in Refusals
	Silent       uint64 `json:"silent"`        // … that the handler met with silence
	Failed       uint64 `json:"failed"`        // … at which the handler failed
	GivenUp      uint64 `json:"given_up"`      // … given back with a temporary status
	Dropped      uint64 `json:"dropped"`       // … that went with their connection; the SMSC brings them again
	Unknown      uint64 `json:"unknown"`       // of those dropped or given up: the reply may have been accepted
	Busy         uint64 `json:"busy"`          // deliver_sm refused because too many were pending
	Left         uint64 `json:"left"`          // deliver_sm left unanswered while draining
	ExpiredParts uint64 `json:"expired_parts"` // deliver_sm whose other parts never came
	Notes        uint64 `json:"notes"`         // deliver_sm that ask nothing
	Timeouts     uint64 `json:"timeouts"`      // submit_sm without a response in time
	Resends      uint64 `json:"resends"`       // submit_sm sent again, outcome of the first unknown
	LimboHits    uint64 `json:"limbo_hits"`    // deliver_sm brought again and not answered again
	LimboEvicted uint64 `json:"limbo_evicted"`
	Parked       uint64 `json:"parked_total"` // deliver_sm put aside until another session was known to be alive

	Outgoing        uint64 `json:"outgoing"`         // submit_sm accepted of texts that nobody has asked for
	OutgoingWaiting int    `json:"outgoing_waiting"` // such texts not ended

	Refusals map[string]uint64 `json:"refusals"` // submit_sm refused for good, by status
	Deferred map[string]uint64 `json:"deferred"` // submit_sm refused for now, by status
	Naks     map[string]uint64 `json:"naks"`     // statuses other than ESME_ROK that we answered with
	Receipts map[string]uint64 `json:"receipts"` // delivery receipts by state

	Pending    int       `json:"pending"`    // questions not ended
	Waiting    int       `json:"waiting"`    // of them: reply waits for room in a window, or for a session
	Paused     int       `json:"paused"`     // of them: refused for now
	ParkedNow  int       `json:"parked"`     // deliver_sm put aside
	Limbo      int       `json:"limbo"`      // acknowledgements in limbo
	Rate       float64   `json:"rate"`       // submit_sm a second allowed now; 0 is no limit
	Throughput float64   `json:"throughput"` // agreed; 0 is no limit
	Throttled  bool      `json:"throttled"`  // Rate was cut because the SMSC throttles
	Latency    Histogram `json:"-"`          // from a question's arrival to the acceptance of its reply
}

// BindSnapshot is one bind.
type BindSnapshot struct {
	Name        string    `json:"name"`
	Kind        string    `json:"kind"`
	State       State     `json:"state"`
	Since       time.Time `json:"since"`
	Failure     string    `json:"failure,omitempty"` // why not bound
	Sessions    uint64    `json:"sessions"`          // connections it has had
	WindowUsed  int       `json:"window_used"`
	WindowSize  int       `json:"window_size"` // 0 where it cannot transmit
	Pending     int       `json:"pending"`
	MaxPending  int       `json:"max_pending"` // 0 where it cannot receive
	Unconfirmed int       `json:"unconfirmed"` // acknowledgements that the peer may not have read yet
	Received    uint64    `json:"received"`    // PDUs of every kind
	Questions   uint64    `json:"questions"`
	Submitted   uint64    `json:"submitted"`
	Accepted    uint64    `json:"accepted"`
	Acked       uint64    `json:"acked"`
	Malformed   uint64    `json:"malformed"`
	Late        uint64    `json:"late"` // responses to nothing that waits
}

// Snapshot takes one; each operator is at one instant.
func (g *Gateway) Snapshot() Snapshot {
	s := Snapshot{At: time.Now(), Operators: []OperatorSnapshot{}}
	for _, o := range g.operators {
		s.Operators = append(s.Operators, o.snapshot())
	}
	return s
}

// Bound tells whether the operator has a bind up that receives, and one that sends.
func (o OperatorSnapshot) Bound() (receives, sends bool) {
	for _, b := range o.Binds {
		if b.State == Bound {
			receives = receives || b.MaxPending > 0
			sends = sends || b.WindowSize > 0
		}
	}
	return receives, sends
}

func (o *operator) snapshot() OperatorSnapshot {
	o.mu.Lock()
	defer o.unlock()
	c := o.counters
	s := OperatorSnapshot{Name: o.cfg.Name, Mode: o.cfg.Mode,
		Answered: c.answered, Refused: c.refused, Silent: c.silent, Failed: c.failed, GivenUp: c.givenUp,
		Dropped: c.dropped, Unknown: c.unknown, Busy: c.busy, Left: c.left, ExpiredParts: c.expiredParts,
		Notes: c.notes, Timeouts: c.timeouts, Resends: c.resends, LimboHits: c.limboHits,
		LimboEvicted: o.limbo.evicted, Parked: c.parked,
		Refusals: byName(o.refused), Deferred: byName(o.deferred), Naks: byName(o.naks), Receipts: map[string]uint64{},
		Pending: o.pending, Waiting: o.homeless.len, Paused: o.paused.len, ParkedNow: len(o.parked), Limbo: o.limbo.count,
		Outgoing: c.outgoing, OutgoingWaiting: len(o.outgoing),
		Rate: o.rate.rate, Throughput: o.rate.ceiling, Throttled: o.rate.cut,
		Latency: o.latency}
	for state, n := range o.receipts {
		s.Receipts[state] = n
	}
	for _, b := range o.binds {
		bs := BindSnapshot{Name: b.name, Kind: b.kind.String(), State: b.state, Since: b.since, Failure: b.failure,
			Sessions: b.sessions, Received: b.received, Questions: b.questions, Submitted: b.submitted,
			Accepted: b.accepted, Acked: b.acked, Malformed: b.malformed, Late: b.late}
		if b.kind != receiver {
			bs.WindowSize = o.cfg.Window
		}
		if b.kind != transmitter {
			bs.MaxPending = o.cfg.MaxPending
		}
		if b.session != nil {
			bs.WindowUsed, bs.Pending, bs.Unconfirmed = b.session.inUse, b.session.pending, b.session.unconfirmed.len()
			s.Waiting += b.session.waiting.len
		}
		s.Questions += b.questions
		s.Submitted += b.submitted
		s.Accepted += b.accepted
		s.Acked += b.acked
		s.Malformed += b.malformed
		s.Binds = append(s.Binds, bs)
	}
	return s
}

func byName(m map[smpp.Status]uint64) map[string]uint64 {
	named := make(map[string]uint64, len(m))
	for status, n := range m {
		named[status.String()] = n
	}
	return named
}
