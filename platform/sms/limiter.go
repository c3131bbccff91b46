package sms

import "time"

// limiter holds an operator's rate of submit_sm, in messages a second over all its
// binds: never above the agreed throughput, and cut to a little below what the SMSC
// takes when it throttles. From a cut it grows back along a cubic curve: fast far
// below the rate that was too much, slow near it, and fast again once it is passed.
// It is guarded by the operator's mutex; times are the gateway's clock.
type limiter struct {
	ceiling float64 // agreed throughput; 0: none
	rate    float64 // now; 0: not limited
	tokens  float64
	filled  time.Duration // when tokens were last added

	cut   bool          // the rate is below what it would be without throttling
	cutAt time.Duration // when it was last cut
	from  float64       // what was taken then

	took, refused float64       // messages accepted and refused: since the cut, or lately
	accepted      uint64        // counted by the operator, gathered into took and count
	count         uint64        // accepted since began
	began         time.Duration // the last tick
	peak          float64       // while not cut: accepted a second, at most lately
}

const (
	cutEvery  = 100 * time.Millisecond // one burst of refusals is one cut
	cutTo     = 0.9                    // of what was taken
	burstTime = 50 * time.Millisecond  // how much unused rate is kept
	regrow    = time.Second            // from a cut back to what was taken then
	slowest   = 10.0                   // messages a second, however much the SMSC throttles
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

// spare asks leave to send one message that nobody waits for: it leaves half of
// what may be sent at once to the answers.
func (l *limiter) spare(now time.Duration) bool {
	if l.rate == 0 {
		return true
	}
	most := max(1, l.rate*burstTime.Seconds())
	l.tokens = min(l.tokens+l.rate*(now-l.filled).Seconds(), most)
	l.filled = now
	if l.tokens < max(1, most/2) {
		return false
	}
	l.tokens--
	return true
}

// throttled is told that the SMSC refused a message as one too many.
func (l *limiter) throttled(now time.Duration) {
	l.refused++
	l.gather()
	if l.cut && now-l.cutAt < cutEvery {
		return
	}
	if l.rate == 0 {
		l.from = max(l.peak, float64(l.count)/max(now-l.began, 10*time.Millisecond).Seconds())
	} else { // of what was sent, that part was taken; less may have been sent than was allowed
		l.from = l.rate * l.took / (l.took + l.refused)
	}
	l.from = max(l.from, slowest)
	l.rate = max(l.from*cutTo, slowest)
	if l.ceiling > 0 {
		l.rate = min(l.rate, l.ceiling)
	}
	l.cut, l.cutAt = true, now
	l.tokens, l.filled = 0, now
	l.took, l.refused, l.peak = 0, 0, 0
}

func (l *limiter) gather() {
	l.took += float64(l.accepted)
	l.count += l.accepted
	l.accepted = 0
}

// tick measures what is accepted, and lets the rate grow. It is called about every
// 100 ms.
func (l *limiter) tick(now time.Duration) {
	l.gather()
	if d := now - l.began; d > 0 && !l.cut {
		l.peak = max(l.peak*0.9, float64(l.count)/d.Seconds())
		l.took, l.refused = l.took*0.9, l.refused*0.9
	}
	l.count, l.began = 0, now
	if !l.cut {
		return
	}
	t := float64(now-l.cutAt)/float64(regrow) - 1 // -1 at the cut, 0 when grown back
	depth := 1 - cutTo
	if t > 0 {
		depth = 1
	}
	l.rate = max(l.from*(1+depth*t*t*t), l.from*cutTo, slowest)
	switch {
	case l.ceiling > 0 && l.rate >= l.ceiling:
		l.rate, l.cut = l.ceiling, false
	case l.ceiling == 0 && l.rate > 32*l.from: // four seconds without a refusal
		l.peak = l.rate
		l.rate, l.cut = 0, false
	}
}
