package sms_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"intikhab/platform/sms"
	"intikhab/platform/sms/smpp"
	"intikhab/platform/sms/smsc"
)

// numbers are n telephones, none of which asks in another test of the process.
func numbers(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("9233%08d", i)
	}
	return list
}

// until waits for a condition, and fails the test with the state of both sides.
func (p pair) until(t *testing.T, what string, ok func(smsc.Counters) bool) smsc.Counters {
	t.Helper()
	ctx := timeout(t)
	for {
		c := p.smsc.Counters()
		if ok(c) {
			return c
		}
		select {
		case <-ctx.Done():
			t.Fatalf("never %s\nSMSC %+v\ngateway %+v", what, c, p.gateway.Snapshot().Operators[0])
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// settled waits until every question is acknowledged and every reply attributed,
// and checks that none is lost and no more doubled than the gateway says.
func (p pair) settled(t *testing.T, n int) (smsc.Counters, sms.OperatorSnapshot) {
	t.Helper()
	c := p.until(t, "all acknowledged", func(c smsc.Counters) bool { return c.Acked+c.Rejected >= uint64(n) })
	s := p.gateway.Snapshot().Operators[0]
	if c.Acked != uint64(n) || c.Replied != uint64(n) || c.Lost != 0 || c.Rejected != 0 {
		t.Errorf("questions lost:\nSMSC %+v\ngateway %+v", c, s)
	}
	if c.Duplicates > s.Unknown+s.Resends {
		t.Errorf("%d doubled, only %d unknown and %d resent:\nSMSC %+v\ngateway %+v", c.Duplicates, s.Unknown, s.Resends, c, s)
	}
	return c, s
}

// Ensure that every question is answered and none lost, whatever the operator does.
func TestGatewayUnderFaults(t *testing.T) {
	const ms = time.Millisecond
	d := func(x time.Duration) sms.Duration { return sms.Duration(x) }
	for _, test := range []struct {
		name   string
		faults smsc.Faults
		n      int
		short  sms.Duration // response_timeout
		check  func(t *testing.T, c smsc.Counters, s sms.OperatorSnapshot)
	}{
		{name: "none", n: 5000, check: noneDoubled},
		{name: "dropped connections", faults: smsc.Faults{Drop: 400}, n: 3000, check: func(t *testing.T, c smsc.Counters, s sms.OperatorSnapshot) {
			if c.Drops == 0 || c.Redelivered == 0 {
				t.Errorf("nothing dropped: %+v", c)
			}
		}},
		{name: "dropped at random", faults: smsc.Faults{DropOdds: 0.002, Seed: 7}, n: 3000},
		{name: "lost acknowledgements", faults: smsc.Faults{LoseAcks: 100}, n: 3000, check: func(t *testing.T, c smsc.Counters, s sms.OperatorSnapshot) {
			if s.LimboHits == 0 {
				t.Errorf("no lost acknowledgement came to light: %+v", s)
			}
		}},
		{name: "slow responses", faults: smsc.Faults{Delay: 30 * ms}, n: 2000, check: noneDoubled},
		{name: "missing responses", faults: smsc.Faults{Mute: 50}, n: 1000, short: d(150 * ms), check: func(t *testing.T, c smsc.Counters, s sms.OperatorSnapshot) {
			if s.Timeouts == 0 || s.Resends == 0 {
				t.Errorf("no response was missed: %+v", s)
			}
		}},
		{name: "throttling", faults: smsc.Faults{Throttle: 20}, n: 200, check: func(t *testing.T, c smsc.Counters, s sms.OperatorSnapshot) {
			noneDoubled(t, c, s)
			if s.Deferred["ESME_RTHROTTLED"] == 0 {
				t.Errorf("nothing throttled: %+v", s)
			}
		}},
		{name: "queue full", faults: smsc.Faults{QueueFull: 20}, n: 200, check: noneDoubled},
		{name: "rate", faults: smsc.Faults{Rate: 1500}, n: 1000, check: noneDoubled},
		{name: "garbage", faults: smsc.Faults{Garbage: 3}, n: 3000, check: func(t *testing.T, c smsc.Counters, s sms.OperatorSnapshot) {
			noneDoubled(t, c, s)
			if c.Nacked != c.Garbage || c.Garbage < 900 {
				t.Errorf("%d malformed PDUs, %d answered", c.Garbage, c.Nacked)
			}
			for _, b := range s.Binds {
				if b.Sessions != 1 {
					t.Errorf("%s was bound %d times: a malformed PDU stopped it", b.Name, b.Sessions)
				}
			}
		}},
		{name: "reordered responses", faults: smsc.Faults{Reorder: 9}, n: 3000, check: noneDoubled},
		{name: "everything", faults: smsc.Faults{Drop: 700, LoseAcks: 500, Garbage: 11, Reorder: 3, Mute: 400, Throttle: 300, Delay: ms}, n: 2000, short: d(150 * ms)},
	} {
		for _, mode := range []sms.Mode{sms.Transceiver, sms.ReceiverTransmitter} {
			t.Run(test.name+"/"+string(mode), func(t *testing.T) {
				t.Parallel()
				p := start(t, smsc.Config{Window: 100, RetryAfter: 20 * ms, Faults: test.faults}, sms.OperatorConfig{Mode: mode,
					Binds: 2, Window: 50, ResponseTimeout: test.short, RetryPause: d(20 * ms), ConfirmAfter: d(50 * ms)}, echo)
				if err := p.smsc.Queue("4230149640001", numbers(test.n)...); err != nil {
					t.Fatal(err)
				}
				c, s := p.settled(t, test.n)
				if test.check != nil {
					test.check(t, c, s)
				}
				t.Logf("drops %d redelivered %d duplicates %d; unknown %d resends %d limbo hits %d parked %d dropped %d given up %d", c.Drops,
					c.Redelivered, c.Duplicates, s.Unknown, s.Resends, s.LimboHits, s.Parked, s.Dropped, s.GivenUp)
			})
		}
	}
}

func noneDoubled(t *testing.T, c smsc.Counters, s sms.OperatorSnapshot) {
	t.Helper()
	if c.Duplicates != 0 {
		t.Errorf("%d answered twice: %+v\n%+v", c.Duplicates, c, s)
	}
}

// Ensure that a question whose acknowledgement went down with its connection gets
// no second reply, and one that is asked again does.
func TestLostAcknowledgement(t *testing.T) {
	for _, mode := range []sms.Mode{sms.Transceiver, sms.ReceiverTransmitter} {
		t.Run(string(mode), func(t *testing.T) {
			p := start(t, smsc.Config{}, sms.OperatorConfig{Mode: mode, Binds: 2, ConfirmAfter: sms.Duration(20 * time.Millisecond)}, echo)
			ask := func() {
				t.Helper()
				if _, err := p.smsc.Ask(timeout(t), "923001234567", "4230149640001"); err != nil {
					t.Fatal(err)
				}
			}
			for i := range uint64(10) {
				p.smsc.SetFaults(smsc.Faults{LoseAcks: 1, Drops: 1})
				ask()
				c := p.until(t, "acknowledged", func(c smsc.Counters) bool { return c.Acked == 2*i+1 })
				if c.Replies != 2*i+1 || c.Redelivered != i+1 {
					t.Fatalf("brought again and answered again: %+v", c)
				}
				if s := p.gateway.Snapshot().Operators[0]; s.LimboHits != i+1 {
					t.Fatalf("%d of %d taken from limbo", s.LimboHits, i+1)
				}
				ask()
				p.until(t, "acknowledged", func(c smsc.Counters) bool { return c.Acked == 2*i+2 && c.Replies == 2*i+2 })
				// Before the next one is lost the peer must have confirmed this one.
				p.until(t, "confirmed", func(c smsc.Counters) bool {
					n := 0
					for _, b := range p.gateway.Snapshot().Operators[0].Binds {
						n += b.Unconfirmed
					}
					return n == 0
				})
			}
		})
	}
}

// Ensure that the same question from the same person is answered as often as it is
// asked while all connections live, also when it comes over two at once.
func TestAskedAgain(t *testing.T) {
	p := start(t, smsc.Config{}, sms.OperatorConfig{Binds: 3, ConfirmAfter: sms.Duration(time.Hour)}, echo)
	const n = 300
	for range n {
		if err := p.smsc.Queue("4230149640001", "923001234567"); err != nil {
			t.Fatal(err)
		}
	}
	c := p.until(t, "all answered", func(c smsc.Counters) bool { return c.Acked == n })
	if c.Replies != n || c.Lost != 0 {
		t.Errorf("asked %d times: %+v", n, c)
	}
	if s := p.gateway.Snapshot().Operators[0]; s.Parked == 0 || s.LimboHits != 0 {
		t.Errorf("parked %d, limbo hits %d", s.Parked, s.LimboHits)
	}
}

// Ensure that Shutdown answers what was taken in, leaves the rest to the SMSC, and
// ends.
func TestShutdownDrains(t *testing.T) {
	p := start(t, smsc.Config{Window: 50, Faults: smsc.Faults{Delay: 100 * time.Millisecond}}, sms.OperatorConfig{Binds: 2}, echo)
	p.smsc.Queue("4230149640001", numbers(1000)...)
	p.until(t, "under way", func(c smsc.Counters) bool { return c.Segments >= 200 })
	if err := p.gateway.Shutdown(timeout(t)); err != nil {
		t.Fatal(err)
	}
	c := p.until(t, "unbound", func(c smsc.Counters) bool { return c.Bound == 0 && c.InFlight == 0 })
	if c.Acked != c.Replied || c.Duplicates != 0 || c.Lost != 0 || c.Acked+uint64(c.Queued) != 1000 || c.Queued == 0 {
		t.Errorf("after the shutdown: %+v", c)
	}
	for _, b := range p.gateway.Snapshot().Operators[0].Binds {
		if b.State != sms.Closed {
			t.Errorf("%s is %s", b.Name, b.State)
		}
	}
	// A new process goes on where this one stopped.
	p.smsc.SetFaults(smsc.Faults{})
	p.gateway = startGateway(t, p.smsc.Addr(), sms.OperatorConfig{}, echo)
	if c = p.until(t, "all answered", func(c smsc.Counters) bool { return c.Acked == 1000 }); c.Duplicates != 0 || c.Lost != 0 {
		t.Errorf("after the restart: %+v", c)
	}
}

// Ensure that a Shutdown whose time is up leaves the questions to the SMSC.
func TestShutdownInHaste(t *testing.T) {
	p := start(t, smsc.Config{Faults: smsc.Faults{Mute: 1}}, sms.OperatorConfig{}, echo)
	p.smsc.Queue("4230149640001", numbers(10)...)
	p.until(t, "under way", func(c smsc.Counters) bool { return c.Segments == 10 })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.gateway.Shutdown(ctx); err == nil {
		t.Error("no word of the questions left")
	}
	if c := p.until(t, "queued", func(c smsc.Counters) bool { return c.Queued == 10 }); c.Acked != 0 {
		t.Errorf("acknowledged without an accepted reply: %+v", c)
	}
}

// Ensure that an SMSC that sends more than may be pending is put off, not stored.
func TestPendingIsBounded(t *testing.T) {
	p := start(t, smsc.Config{Window: 400, RetryAfter: 10 * time.Millisecond, Faults: smsc.Faults{Delay: 10 * time.Millisecond}},
		sms.OperatorConfig{MaxPending: 20, Window: 10}, echo)
	p.smsc.Queue("4230149640001", numbers(500)...)
	most := 0
	p.until(t, "all answered", func(c smsc.Counters) bool {
		most = max(most, p.gateway.Snapshot().Operators[0].Pending)
		return c.Acked == 500
	})
	c, s := p.settled(t, 500)
	noneDoubled(t, c, s)
	if most > 20 || s.Busy == 0 || s.Naks["ESME_RMSGQFUL"] != s.Busy {
		t.Errorf("%d pending, %d put off: %+v", most, s.Busy, s)
	}
}

// Ensure that a reply refused for good is acknowledged and counted by its status.
func TestRefusedForGood(t *testing.T) {
	p := start(t, smsc.Config{Faults: smsc.Faults{Refuse: 1}}, sms.OperatorConfig{}, echo)
	p.smsc.Queue("4230149640001", numbers(30)...)
	c := p.until(t, "acknowledged", func(c smsc.Counters) bool { return c.Acked == 30 })
	if s := p.gateway.Snapshot().Operators[0]; s.Refusals[smpp.StatusInvDstAdr.String()] != 30 || s.Refused != 30 || c.Replies != 0 {
		t.Errorf("SMSC %+v\ngateway %+v", c, s)
	}
}

// Ensure that the rate falls to what the SMSC takes and comes back.
func TestThrottledRate(t *testing.T) {
	p := start(t, smsc.Config{Faults: smsc.Faults{Rate: 400}}, sms.OperatorConfig{RetryPause: sms.Duration(50 * time.Millisecond)}, echo)
	p.smsc.Queue("4230149640001", numbers(600)...)
	throttled := false
	p.until(t, "answered", func(c smsc.Counters) bool {
		throttled = throttled || p.gateway.Snapshot().Operators[0].Throttled
		return c.Acked == 600
	})
	c, s := p.settled(t, 600)
	noneDoubled(t, c, s)
	if !throttled || c.Throttled > 1200 {
		t.Errorf("throttled %v, %d refused for now: %+v", throttled, c.Throttled, s)
	}
	t.Logf("%d refused for now, rate at the end %.0f", c.Throttled, s.Rate)
}

// Ensure that the SMSC's restart under load loses nothing.
func TestSMSCRestart(t *testing.T) {
	p := start(t, smsc.Config{Window: 100}, sms.OperatorConfig{Binds: 3}, echo)
	p.smsc.Queue("4230149640001", numbers(20000)...)
	for i := range uint64(5) {
		p.until(t, "under way", func(c smsc.Counters) bool { return c.Acked >= 2500*(i+1) })
		p.smsc.DropAll()
	}
	c, s := p.settled(t, 20000)
	t.Logf("duplicates %d of %d redelivered; unknown %d limbo hits %d", c.Duplicates, c.Redelivered, s.Unknown, s.LimboHits)
}
