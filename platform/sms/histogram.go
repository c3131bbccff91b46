package sms

import (
	"math/bits"
	"time"
)

// histogram counts times in buckets an eighth of an octave wide, so a percentile
// read from it is at most a ninth too long. It is guarded by the operator's mutex.
type histogram struct {
	count   uint64
	buckets [8 * 40]uint64 // from 1 microsecond to weeks
}

func (h *histogram) add(d time.Duration) {
	h.buckets[bucket(uint64(max(d, 0))/1000)]++
	h.count++
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

// quantile is the time that the part q of all stayed below.
func (h *histogram) quantile(q float64) time.Duration {
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
