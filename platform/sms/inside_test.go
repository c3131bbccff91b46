package sms

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Ensure that asked is a multiset of hash and session.
func TestAsked(t *testing.T) {
	type key struct {
		hash    uint64
		session uint16
	}
	rapid.Check(t, func(t *rapid.T) {
		var a asked
		var model []key
		for range rapid.IntRange(1, 3000).Draw(t, "steps") {
			k := key{uint64(rapid.IntRange(1, 40).Draw(t, "hash")) << 16, uint16(rapid.IntRange(1, 3).Draw(t, "session"))}
			if rapid.Bool().Draw(t, "add") {
				a.add(k.hash, k.session)
				model = append(model, k)
			} else {
				a.remove(k.hash, k.session)
				if i := slices.Index(model, k); i >= 0 {
					model = slices.Delete(model, i, i+1)
				}
			}
			if a.count != len(model) {
				t.Fatalf("%d, not %d", a.count, len(model))
			}
			_, got := a.elsewhere(k.hash, k.session)
			want := slices.ContainsFunc(model, func(x key) bool { return x.hash == k.hash && x.session != k.session })
			if got != want {
				t.Fatalf("elsewhere %v, not %v", got, want)
			}
		}
	})
}

// Ensure that limbo gives out each entry once, the oldest first, and holds no more
// than it may, no longer than it may.
func TestLimbo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLimbo(20, time.Second)
		type entry struct {
			hash uint64
			at   time.Duration
		}
		var model []entry
		now := time.Duration(0)
		for range rapid.IntRange(1, 300).Draw(t, "steps") {
			now += time.Duration(rapid.IntRange(0, 100).Draw(t, "ms")) * time.Millisecond
			hash := uint64(rapid.IntRange(1, 6).Draw(t, "hash"))
			switch rapid.IntRange(0, 2).Draw(t, "do") {
			case 0:
				if len(model) == 20 {
					model = model[1:]
				}
				l.add(hash, now, nil)
				model = append(model, entry{hash, now})
			case 1:
				e := l.take(hash)
				i := slices.IndexFunc(model, func(x entry) bool { return x.hash == hash })
				if (e == nil) != (i < 0) || e != nil && e.expires != model[i].at+time.Second {
					t.Fatalf("took %+v of %v", e, model)
				}
				if i >= 0 {
					model = slices.Delete(model, i, i+1)
				}
			case 2:
				l.expire(now)
				model = slices.DeleteFunc(model, func(x entry) bool { return now-x.at >= time.Second })
			}
			if l.count != len(model) {
				t.Fatalf("%d in limbo, not %d", l.count, len(model))
			}
		}
	})
}

// Ensure that a percentile is never short and at most an eighth too long.
func TestHistogram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h Histogram
		times := rapid.SliceOfN(rapid.Int64Range(0, int64(time.Hour)), 1, 100).Draw(t, "times")
		for _, d := range times {
			h.Add(time.Duration(d))
		}
		slices.Sort(times)
		for _, q := range []float64{0, 0.5, 0.9, 0.99} {
			want := time.Duration(times[int(q*float64(len(times)))])
			if got := h.Quantile(q); got < want || got > want+want/8+2*time.Microsecond {
				t.Fatalf("quantile %v of %v: %v", q, want, got)
			}
		}
	})
}

// Ensure that the rate settles at what an SMSC takes, and comes free again.
func TestLimiterSettles(t *testing.T) {
	for _, limit := range []float64{50, 400, 20000} {
		l := newLimiter(0)
		var tokens, sent, refused float64
		const step = time.Millisecond
		second := 0
		for now := step; now < 30*time.Second; now += step {
			if now%(100*step) == 0 {
				l.tick(now)
			}
			allowed := limit
			if now > 20*time.Second {
				allowed = 1e6 // the SMSC does not throttle any more
			}
			tokens = min(tokens+allowed*step.Seconds(), allowed/10)
			for range 100 { // as fast as the gateway may
				if !l.take(now) {
					break
				}
				if second = int(now / time.Second); second >= 5 && second < 20 {
					sent++
				}
				if tokens >= 1 {
					tokens--
					l.accepted++
				} else {
					l.throttled(now)
					if second >= 5 && second < 20 {
						refused++
					}
				}
			}
		}
		taken := (sent - refused) / 15
		if taken < 0.75*limit || refused > 0.25*sent {
			t.Errorf("limit %.0f: %.0f taken a second, %.0f of %.0f refused", limit, taken, refused, sent)
		}
		if l.rate != 0 {
			t.Errorf("limit %.0f: still at %.0f ten seconds after the end", limit, l.rate)
		}
		t.Logf("limit %.0f: %.0f taken a second, %.1f %% refused", limit, taken, 100*refused/sent)
	}
}

// Ensure that the agreed throughput is never exceeded.
func TestThroughput(t *testing.T) {
	l := newLimiter(100)
	sent := 0
	for now := time.Duration(0); now < 10*time.Second; now += time.Millisecond {
		for l.take(now) {
			sent++
			l.accepted++
		}
		if now%(100*time.Millisecond) == 0 {
			l.tick(now)
		}
		if now == 5*time.Second {
			l.throttled(now)
		}
	}
	if sent > 1005 || sent < 900 {
		t.Errorf("%d sent in 10 s at 100 a second", sent)
	}
}
