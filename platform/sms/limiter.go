package sms

import "time"

// limiter holds an operator's rate of submit_sm, in messages a second over all its
// binds: never above the agreed throughput, cut when the SMSC throttles, growing
// again by equal steps while it does not (additive increase, multiplicative
// decrease). It is guarded by the operator's mutex; times are the gateway's clock.
type limiter struct {
	ceiling float64 // agreed throughput; 0: none
	rate    float64 // now; 0: not limited
	tokens  float64
	filled  time.Duration // when tokens were last added
	cut     time.Duration // when the rate was last cut
	stepped time.Duration // when it last grew
	step    float64       // by how much it grows, each stepEvery
	free    float64       // without a ceiling: the rate at which the limit is lifted

	measured float64 // accepted a second, lately
	accepted uint64  // since measuredAt
	since    time.Duration
}

const (
	cutTo     = 0.7
	cutEvery  = 250 * time.Millisecond // one burst of refusals is one cut
	stepEvery = 100 * time.Millisecond
	burstTime = 50 * time.Millisecond // how much unused rate is kept
	slowest   = 1.0                   // messages a second, however much it throttles
)

func newLimiter(ceiling float64) limiter { return limiter{ceiling: ceiling, rate: ceiling} }

// take asks leave to send one message.
func (l *limiter) take(now time.Duration) bool {
	if l.rate == 0 {
		return true
	}
	l.tokens = min(l.tokens+l.rate*(now-l.filled).Seconds(), max(1, l.rate*burstTime.Seconds()))
	l.filled = now
	if l.tokens < 1 {
		return false
	}
	l.tokens--
	return true
}

// throttled is told that the SMSC refused a message as one too many.
func (l *limiter) throttled(now time.Duration) {
	l.stepped = now
	if l.cut != 0 && now-l.cut < cutEvery {
		return
	}
	from := l.rate
	if from == 0 || l.measured > 0 && l.measured < from {
		from = l.measured // what really went through, not what was allowed
	}
	l.cut = now
	l.rate = max(slowest, from*cutTo)
	l.step = max(0.1, l.rate*0.02)
	l.free = max(4*from, 100)
	l.tokens = 0
	l.filled = now
}

// tick lets the rate grow, and measures what was accepted.
func (l *limiter) tick(now time.Duration) {
	if d := now - l.since; d >= stepEvery {
		l.measured = l.measured/2 + float64(l.accepted)/d.Seconds()/2
		l.accepted, l.since = 0, now
	}
	if l.cut == 0 || now-l.stepped < stepEvery {
		return
	}
	l.stepped = now
	l.rate += l.step
	switch {
	case l.ceiling > 0 && l.rate >= l.ceiling:
		l.rate, l.cut = l.ceiling, 0
	case l.ceiling == 0 && l.rate >= l.free:
		l.rate, l.cut = 0, 0
	}
}
