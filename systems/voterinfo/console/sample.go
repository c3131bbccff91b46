package console

import (
	"slices"
	"time"

	"intikhab/platform/sms"
)

// remembered is how far back the small plots go: five minutes of seconds.
const remembered = 300

// A sample is the service at one second. Its rates are differences to the one
// before.
type sample struct {
	at      time.Time
	answers Answers
	gateway sms.Snapshot

	in, out  float64 // a second
	p50, p99 float64 // seconds, of the last minute; 0 when nothing was answered
}

// minute is the time of which the percentiles are, in samples: long enough to
// have many questions at night, short enough to show trouble while it lasts.
const minute = 60

// history keeps the last samples' figures and the latest sample whole.
type history struct {
	latest          sample
	in, out         []float64
	p50, p99        []float64
	samples         uint64
	lastIn, lastOut uint64
	latencies       []map[string]sms.Histogram // by operator, of the last minute's samples
}

// Sample looks at the service once. Run does it every second; a test does it at
// will.
func (c *Console) Sample() {
	s := sample{at: c.cfg.Now(), answers: c.cfg.Answers()}
	if c.cfg.Gateway != nil {
		s.gateway = c.cfg.Gateway()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	h := &c.history
	questions, accepted := c.messages(s)
	s.p50, s.p99 = h.latency(s.gateway)
	if passed := s.at.Sub(h.latest.at).Seconds(); h.samples > 0 && passed > 0 {
		s.in, s.out = rate(questions, h.lastIn, passed), rate(accepted, h.lastOut, passed)
		h.in, h.out = push(h.in, s.in), push(h.out, s.out)
		h.p50, h.p99 = push(h.p50, s.p50), push(h.p99, s.p99)
	}
	h.lastIn, h.lastOut = questions, accepted
	h.latest = s
	h.samples++
	close(c.news)
	c.news = make(chan struct{})
}

// messages counts what came in and what went out since the start: over SMS where
// there is a gateway, else the answers of all doors.
func (c *Console) messages(s sample) (in, out uint64) {
	if c.cfg.Gateway == nil {
		for _, n := range s.answers.Counts {
			in += n.N
		}
		return in, in
	}
	for _, o := range s.gateway.Operators {
		in += o.Questions
		out += o.Accepted
	}
	return in, out
}

// latency is the worst operator's of the last minute: what the slowest group of
// citizens waits now.
func (h *history) latency(s sms.Snapshot) (p50, p99 float64) {
	now := make(map[string]sms.Histogram, len(s.Operators))
	for _, o := range s.Operators {
		now[o.Name] = o.Latency
		last := o.Latency
		if len(h.latencies) > 0 {
			last = last.Since(h.latencies[0][o.Name])
		}
		p50, p99 = max(p50, last.Quantile(0.50).Seconds()), max(p99, last.Quantile(0.99).Seconds())
	}
	if h.latencies = append(h.latencies, now); len(h.latencies) > minute {
		h.latencies = slices.Delete(h.latencies, 0, 1)
	}
	return p50, p99
}

// rate is a counter's growth a second. A counter that fell was reset with its
// process, and has grown from nothing.
func rate(now, before uint64, seconds float64) float64 {
	if now < before {
		before = 0
	}
	return float64(now-before) / seconds
}

func push(series []float64, v float64) []float64 {
	series = append(series, v)
	if len(series) > remembered {
		// The slice is copied now and then only, when append has grown it.
		series = series[len(series)-remembered:]
	}
	return series
}
