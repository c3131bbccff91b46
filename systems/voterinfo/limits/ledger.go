package limits

import (
	"math/bits"
	"sync"
	"time"

	"intikhab/platform/prefetch"
)

// A ledger is a table of fixed size that keeps, for whatever a hash stands for,
// one bucket of tokens and a set of small hashes. When a place is wanted and
// none is free, it forgets whoever has the least against him.
//
// A question costs one cache line: four records that may hold the same hash.
type ledger struct {
	sets  []set
	locks [256]struct {
		sync.Mutex
		_ [56]byte // a cache line for each
	}
}

type set [4]record

// record is two words. The first, from the top: 24 bits of the hash, 4 bits of
// the day, 2 marks, and 34 bits of the time at which the bucket will be full
// again, which says all about a bucket (see [bucket]). The second has a bit for
// each sixty-fourth of what was asked about.
type record struct{ word, seen uint64 }

const (
	timeBits = 34
	timeMask = 1<<timeBits - 1
	told     = timeBits     // told that the bucket is empty, until it is full
	toldDay  = timeBits + 1 // told that it was too many different numbers
	dayShift = timeBits + 2
	tagShift = dayShift + 4
	dayMask  = 15 << dayShift
	tagMask  = (1<<24 - 1) << tagShift
)

// tick is the grain of time in a ledger.
const tick = 100 * time.Millisecond

// ticks counts from 2020; 34 bits last 54 years.
var ticksFrom = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func ticks(t time.Time) uint64 {
	d := t.UnixMilli() - ticksFrom.UnixMilli()
	return uint64(min(max(d/tick.Milliseconds(), 0), timeMask/2))
}

func tickTime(n uint64) time.Time {
	return time.UnixMilli(ticksFrom.UnixMilli() + int64(n)*tick.Milliseconds())
}

// newLedger makes a ledger for 4<<setBits records of 16 bytes.
func newLedger(setBits int) *ledger { return &ledger{sets: make([]set, 1<<setBits)} }

// lock locks the hash's set and gives it.
func (l *ledger) lock(hash uint64) (*set, *sync.Mutex) {
	i := hash & uint64(len(l.sets)-1)
	m := &l.locks[i%uint64(len(l.locks))].Mutex
	m.Lock()
	return &l.sets[i], m
}

func (l *ledger) prefetch(hash uint64) { prefetch.Line(&l.sets[hash&uint64(len(l.sets)-1)]) }

func name(hash uint64, day int) uint64 {
	return hash&tagMask | uint64(day&15)<<dayShift
}

// find gives the hash's record, or nil. Two hashes that share 24 bits and a set
// are taken for one: four in 16 million of strangers.
func (s *set) find(name uint64) *record {
	for i := range s {
		if s[i].word&(tagMask|dayMask) == name && s[i].word&timeMask != 0 {
			return &s[i]
		}
	}
	return nil
}

// claim gives the hash's record, a new one if there was none.
func (s *set) claim(name, now uint64, b bucket) *record {
	if r := s.find(name); r != nil {
		return r
	}
	victim, least := &s[0], ^uint64(0)
	for i := range s {
		if w := s[i].weight(name, now, b); w < least {
			victim, least = &s[i], w
		}
	}
	*victim = record{word: name}
	return victim
}

// weight is what would be forgotten with a record: tokens still missing, or
// numbers counted. Yesterday's records weigh nothing.
func (r *record) weight(name, now uint64, b bucket) uint64 {
	if r.word&timeMask == 0 || (r.word^name)&dayMask != 0 {
		return 0
	}
	missing := uint64(0)
	if full := r.word & timeMask; full > now {
		missing = (full - now) / b.interval
	}
	return 1 + max(missing, uint64(bits.OnesCount64(r.seen)))
}

func (r *record) has(mark uint) bool { return r.word>>mark&1 == 1 }
func (r *record) set(mark uint)      { r.word |= 1 << mark }
func (r *record) clear(mark uint)    { r.word &^= 1 << mark }

// see takes note of a question about the number with this hash, and tells
// whether it is within the limit of different numbers. After that many bits are
// set only numbers with one of these bits pass, thus all that were asked about
// before and some that were not. So that the latter are few, each pass then sets
// one more bit, and half as many passes as the limit are all.
func (r *record) see(hash uint64, limit int) bool {
	bit := uint64(1) << (hash & 63)
	n := bits.OnesCount64(r.seen)
	switch {
	case n < limit:
		r.seen |= bit
	case r.seen&bit == 0 || n >= limit+limit/2:
		return false
	default:
		r.seen |= r.seen + 1 // the lowest bit that is not set
	}
	return true
}

// bucket is a Rate in ticks. A bucket's state is the one moment when it will be
// full: each token taken moves that moment on by an interval, and when it lies
// more than burst intervals ahead, nothing is left. This is the "generic cell
// rate algorithm" of ATM Forum TM 4.0.
type bucket struct {
	interval uint64
	burst    uint64
	off      bool
}

func newBucket(r Rate) bucket {
	if r.Burst < 0 {
		return bucket{interval: 1, off: true}
	}
	return bucket{interval: uint64(r.Refill / tick), burst: uint64(r.Burst)}
}

// empty tells whether no token is left at now, and when there will be one.
func (b bucket) empty(r *record, now uint64) (retry uint64, yes bool) {
	full := max(r.word&timeMask, now) + b.interval
	if b.off || full <= now+b.burst*b.interval {
		return 0, false
	}
	return full - b.burst*b.interval, true
}

// take takes a token.
func (b bucket) take(r *record, now uint64) {
	full := r.word & timeMask
	if full <= now {
		full = max(now, 1)
		r.clear(told)
	}
	if !b.off {
		full = min(full+b.interval, timeMask)
	}
	r.word = r.word&^timeMask | full
}
