package site

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// A limiter counts in memory, each node for itself, how often a network address has asked
// in this hour of the clock. It keeps no address, only digests under a key that dies with
// the process.
type limiter struct {
	mu     sync.Mutex
	key    [32]byte
	hour   int64
	counts map[[32]byte]int
}

// countsMost bounds what is remembered; beyond it the hour begins anew.
const countsMost = 200_000

// takes counts one more, and tells whether it is within the limit.
func (l *limiter) takes(of string, most int, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		rand.Read(l.key[:])
	}
	if hour := now.Unix() / 3600; l.counts == nil || hour != l.hour || len(l.counts) > countsMost {
		l.hour, l.counts = hour, map[[32]byte]int{}
	}
	sum := sha256.Sum256([]byte(string(l.key[:]) + of))
	l.counts[sum]++
	return l.counts[sum] <= most
}
