package door

import (
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"strconv"
	"sync"
	"time"

	"intikhab/platform/web"
)

// Limits are how often one household or office's network address may do a thing in an
// hour. They are wide, since an operator puts many telephones behind one address; codes
// have limits of their own in package otp.
type Limits struct {
	Track   int // questions after a claim
	Tries   int // of codes
	Places  int // searches of an area
	Upload  int // documents
	File    int // claims
	PerCNIC int // claims and questions after claims for one CNIC, whoever asks
}

// Standard are the limits of a program that was not told otherwise.
func Standard() Limits {
	return Limits{Track: 120, Tries: 300, Places: 1200, Upload: 300, File: 60, PerCNIC: 20}
}

// A limiter counts in memory, each node for itself. What it counts by is kept as a keyed
// digest whose key dies with the process.
type limiter struct {
	mu     sync.Mutex
	limits Limits
	now    func() time.Time
	key    [32]byte
	hour   int64
	counts map[[32]byte]int
}

// countsMost bounds what is remembered; beyond it the hour begins anew.
const countsMost = 200_000

func newLimiter(limits Limits, now func() time.Time) *limiter {
	l := &limiter{limits: limits, now: now, counts: map[[32]byte]int{}}
	rand.Read(l.key[:])
	return l
}

// takes counts one more of a thing in this hour of the clock, and tells whether it is
// within the limit.
func (l *limiter) takes(what, of string, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if hour := l.now().Unix() / 3600; hour != l.hour || len(l.counts) > countsMost {
		l.hour = hour
		clear(l.counts)
	}
	sum := sha256.Sum256([]byte(string(l.key[:]) + what + "\x00" + of))
	l.counts[sum]++
	return l.counts[sum] <= most
}

// within tells whether the visitor's network may do this once more; otherwise it has
// answered.
func (t *turn) within(what string, most int) bool {
	return t.withinOf(what, web.Network(web.Client(t.r)), most)
}

func (t *turn) withinOf(what, of string, most int) bool {
	if t.limits.takes(what, of, most) {
		return true
	}
	wait := 3600 - t.cfg.Now().Unix()%3600
	t.w.Header().Set("Retry-After", strconv.FormatInt(wait, 10))
	web.FailBecause(t.w, t.r, http.StatusTooManyRequests, "too_often",
		catalogue.Both("door.error.too_often", "minutes", (wait+59)/60))
	return false
}
