package limits

import (
	"fmt"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/siphash"
)

// Reason says which limit refused a question.
type Reason uint8

// The limits that refuse. Their numbers and codes never change.
const (
	None          Reason = iota
	TooFast              // the asker's bucket is empty
	TooMany              // too many different identity numbers from one telephone today
	NumberBusy           // too many questions about one identity number
	Neighbourhood        // too many misses among neighbouring identity numbers
	reasons
)

var reasonCodes = [reasons]string{"", "too_fast", "too_many_cnics", "cnic_busy", "neighbourhood"}

// Reasons are all reasons for a refusal.
var Reasons = []Reason{TooFast, TooMany, NumberBusy, Neighbourhood}

// String gives the stable code.
func (r Reason) String() string {
	if r < reasons {
		return reasonCodes[r]
	}
	return fmt.Sprintf("reason_%d", uint8(r))
}

// Refusal is why and until when a question is not answered. With Reason None it
// is answered.
type Refusal struct {
	Reason  Reason
	Tell    bool      // tell the asker; otherwise be silent, he has been told
	RetryAt time.Time // when it is worth asking again
}

// Guard keeps the limits. Its methods may be called at the same time and do not
// allocate but at midnight.
type Guard struct {
	number, address, allowed, cnic, misses bucket
	different                              int
	allow                                  allowList

	// 2 million askers, 1 million identity numbers, 128 thousand neighbourhoods
	// with a miss: 50 MiB, whatever happens.
	askers, cnics, places *ledger

	today    atomic.Pointer[day]
	midnight sync.Mutex
	refused  [reasons]atomic.Uint64
}

// day is one day's keys, one for each kind of thing.
type day struct {
	number                        int // days since 1970 in Pakistan
	asker, text, cnic, place, log siphash.Key
}

// New makes a guard.
func New(s Settings) (*Guard, error) { return newGuard(s, 19, 18, 15) }

func newGuard(s Settings, askerBits, cnicBits, placeBits int) (*Guard, error) {
	s = s.withDefaults()
	if err := s.validate(); err != nil {
		return nil, fmt.Errorf("limits: %w", err)
	}
	allow, err := newAllowList(s.Allow)
	if err != nil {
		return nil, fmt.Errorf("limits: %w", err)
	}
	g := &Guard{
		number: newBucket(s.Number), address: newBucket(s.Address), allowed: newBucket(s.Allowed),
		cnic: newBucket(s.CNIC), misses: newBucket(s.Misses),
		different: s.DifferentCNICs,
		allow:     allow,
		askers:    newLedger(askerBits), cnics: newLedger(cnicBits), places: newLedger(placeBits),
	}
	g.today.Store(newDay(0))
	return g, nil
}

func newDay(number int) *day {
	k := siphash.NewKey
	return &day{number, k(), k(), k(), k(), k()}
}

// Pakistan has had one offset and no summer time since 2009.
const offset = 5 * 60 * 60

func dayOf(at time.Time) int { return int((at.Unix() + offset) / (24 * 60 * 60)) }

func endOf(day int) time.Time { return time.Unix(int64(day+1)*24*60*60-offset, 0) }

// keys gives the keys of the day that at lies in. They go forward only: a
// question of yesterday that comes a second after midnight is counted today.
func (g *Guard) keys(at time.Time) *day {
	d := g.today.Load()
	if n := dayOf(at); n > d.number {
		g.midnight.Lock()
		defer g.midnight.Unlock()
		if d = g.today.Load(); n > d.number {
			d = newDay(n)
			g.today.Store(d)
		}
	}
	return d
}

// Check counts a question and says whether it is refused. about is the identity
// number asked about, or nil for a question about none.
func (g *Guard) Check(a Asker, about *cnic.Number, at time.Time) Refusal {
	d, now := g.keys(at), ticks(at)
	allowed := g.allow.has(a)
	b := g.number
	switch {
	case allowed:
		b = g.allowed
	case !a.IsNumber():
		b = g.address
	}
	var hash uint64
	if about != nil {
		hash = d.cnic.Uint64(about.RevealUint64())
	}
	r := g.checkAsker(d, a, b, about != nil && !allowed, hash, now)
	if r.Reason == None && about != nil && !allowed {
		r = g.checkNumber(d, a, b, hash, about.RevealUint64(), now)
	}
	if r.Reason != None {
		g.refused[r.Reason].Add(1)
	}
	return r
}

// Prefetch asks for the memory that a Check with these will need, without waiting
// for it.
func (g *Guard) Prefetch(a Asker, about cnic.Number, at time.Time) {
	d := g.keys(at)
	g.askers.prefetch(d.askerHash(a))
	g.cnics.prefetch(d.cnic.Uint64(about.RevealUint64()))
	g.places.prefetch(d.place.Uint64(about.RevealUint64() / together))
}

func (d *day) askerHash(a Asker) uint64 {
	if a.IsNumber() {
		return a.Hash(d.asker)
	}
	return a.Hash(d.text) // so that no text can be made to look like a number
}

func (g *Guard) checkAsker(d *day, a Asker, b bucket, count bool, about, now uint64) Refusal {
	hash := d.askerHash(a)
	s, m := g.askers.lock(hash)
	defer m.Unlock()
	r := s.claim(name(hash, d.number), now, b)
	if retry, empty := b.empty(r, now); empty {
		tell := !r.has(told)
		r.set(told)
		return Refusal{TooFast, tell, tickTime(retry)}
	}
	if count && a.IsNumber() && g.different >= 0 {
		if !r.see(about, g.different) {
			tell := !r.has(toldDay)
			r.set(toldDay)
			return Refusal{TooMany, tell, endOf(d.number)}
		}
	}
	b.take(r, now)
	return Refusal{}
}

// together is how many consecutive identity numbers are one neighbourhood: a
// hundred of the card's seven-digit part.
const together = 1000

func (g *Guard) checkNumber(d *day, a Asker, b bucket, hash, number, now uint64) Refusal {
	place := d.place.Uint64(number / together)
	s, m := g.places.lock(place)
	r := s.find(name(place, d.number))
	var retry uint64
	var closed bool
	if r != nil {
		retry, closed = g.misses.empty(r, now)
	}
	m.Unlock()
	if closed {
		return Refusal{Neighbourhood, g.tell(d, a, b, now), tickTime(retry)}
	}
	if g.cnic.off {
		return Refusal{}
	}
	s, m = g.cnics.lock(hash)
	r = s.claim(name(hash, d.number), now, g.cnic)
	retry, busy := g.cnic.empty(r, now)
	if !busy {
		g.cnic.take(r, now)
	}
	m.Unlock()
	if busy {
		return Refusal{NumberBusy, g.tell(d, a, b, now), tickTime(retry)}
	}
	return Refusal{}
}

// tell tells whether the asker is still to be told, and takes note that he is.
func (g *Guard) tell(d *day, a Asker, b bucket, now uint64) bool {
	hash := d.askerHash(a)
	s, m := g.askers.lock(hash)
	defer m.Unlock()
	r := s.claim(name(hash, d.number), now, b)
	tell := !r.has(told)
	r.set(told)
	return tell
}

// Missed counts that the number asked about was not on the roll. A number asked
// about again and again is one miss.
func (g *Guard) Missed(a Asker, about cnic.Number, at time.Time) {
	if g.misses.off || g.allow.has(a) {
		return
	}
	d, now := g.keys(at), ticks(at)
	place := d.place.Uint64(about.RevealUint64() / together)
	bit := uint64(1) << (d.cnic.Uint64(about.RevealUint64()) & 63)
	s, m := g.places.lock(place)
	defer m.Unlock()
	r := s.claim(name(place, d.number), now, g.misses)
	// Once half the bits are set too many new numbers would look like old ones.
	if r.seen&bit == 0 || bits.OnesCount64(r.seen) >= 32 {
		r.seen |= bit
		g.misses.take(r, now)
	}
}

// Token gives the name by which the log calls an asker today: a hash under a key
// that is thrown away at midnight. An officer who has the number can so find its
// lines; from a line nobody finds the number.
func (g *Guard) Token(a Asker, at time.Time) string { return token(g.keys(at).log, a) }

// Refused tells how many questions each limit has refused since the start.
func (g *Guard) Refused(r Reason) uint64 {
	if r >= reasons {
		return 0
	}
	return g.refused[r].Load()
}
