package door

import (
	"crypto/sha256"
	"sync"
	"time"
)

// A replyKey stands for one message of one gateway. It is a hash, so that no
// telephone number is kept for it.
type replyKey [sha256.Size]byte

const (
	rememberedReplies = 8192            // about 8 MB at most
	remembersFor      = 5 * time.Minute // longer than any gateway waits before its last try
)

// replies remembers the latest replies to messages that had an id. It holds at
// most a fixed number of them: a new one takes the place of the oldest.
type replies struct {
	mu   sync.Mutex
	kept map[replyKey]kept
	ring []replyKey
	next int
}

type kept struct {
	out outbound
	at  time.Time
}

func newReplies(size int) *replies {
	return &replies{kept: make(map[replyKey]kept), ring: make([]replyKey, size)}
}

func (m *replies) get(key replyKey, now time.Time) (outbound, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.kept[key]
	if !ok || now.Sub(k.at) > remembersFor {
		return outbound{}, false
	}
	return k.out, true
}

func (m *replies) put(key replyKey, out outbound, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.kept[key]; !known {
		delete(m.kept, m.ring[m.next])
		m.ring[m.next] = key
		m.next = (m.next + 1) % len(m.ring)
	}
	m.kept[key] = kept{out, now}
}
