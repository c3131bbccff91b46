package sms

import (
	"math/bits"
	"time"
)

// Histogram counts times in buckets an eighth of an octave wide, so a percentile
// read from it is at most a ninth too long. A copy of it is a snapshot; the zero
// value is empty.
type Histogram struct {
	count   uint64
	sum     time.Duration
	buckets [8 * 40]uint64 // from 1 microsecond to weeks
}

// Add counts one time.
func (h *Histogram) Add(d time.Duration) {
	d = max(d, 0)
	h.buckets[bucket(uint64(d)/1000)]++
	h.sum += d
	h.count++
}

// Count is the number of times counted.
func (h *Histogram) Count() uint64 { return h.count }

// Sum is the sum of them.
func (h *Histogram) Sum() time.Duration { return h.sum }

// Since is what has been counted after an earlier snapshot.
func (h Histogram) Since(earlier Histogram) Histogram {
	for i := range h.buckets {
		h.buckets[i] -= earlier.buckets[i]
	}
	h.count -= earlier.count
	h.sum -= earlier.sum
	return h
}

// AtMost is how many of the times lie in buckets that end at or below d.
func (h *Histogram) AtMost(d time.Duration) (n uint64) {
	for i := range h.buckets {
		if upper(i) > d {
			break
		}
		n += h.buckets[i]
	}
	return n
}

func bucket(us uint64) int {
	if us < 8 {
		return int(us)
	}
	octave := bits.Len64(us) - 4 // us>>octave is 8 to 15
	return min(octave*8+int(us>>octave), 8*40-1)
}

// upper is the first time that no longer falls into bucket i.
func upper(i int) time.Duration {
	us := uint64(i) + 1
	if i >= 8 {
		octave := i/8 - 1
		us = (uint64(i%8) + 8 + 1) << octave
	}
	return time.Duration(us) * time.Microsecond
}

// Quantile is the time that the part q of all stayed below; 0 of none.
func (h *Histogram) Quantile(q float64) time.Duration {
	if h.count == 0 {
		return 0
	}
	rank := uint64(q * float64(h.count))
	for i, n := range h.buckets {
		if n > rank {
			return upper(i)
		}
		rank -= n
	}
	return upper(len(h.buckets) - 1)
}
