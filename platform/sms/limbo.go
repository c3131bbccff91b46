package sms

import "time"

// limbo holds what became of questions whose acknowledgement may not have reached
// the SMSC: a deliver_sm with the same hash is such a question brought again. It is
// bounded in number and time, and guarded by the operator's mutex.
type limbo struct {
	size    int
	expiry  time.Duration
	byHash  map[uint64]*limboEntry // the oldest with this hash; next leads to the others
	oldest  *limboEntry            // all entries in order of coming, used ones too
	newest  *limboEntry
	count   int    // entries not used
	evicted uint64 // forgotten because there were too many
}

type limboEntry struct {
	hash     uint64
	expires  time.Duration
	question *question // still being answered; nil: answered
	used     bool
	next     *limboEntry // same hash, younger
	after    *limboEntry // in order of coming
}

func newLimbo(size int, expiry time.Duration) limbo {
	return limbo{size: size, expiry: expiry, byHash: make(map[uint64]*limboEntry)}
}

// add puts an acknowledgement, or with a question one still to be written, into
// limbo.
func (l *limbo) add(hash uint64, now time.Duration, q *question) *limboEntry {
	for l.count >= l.size && l.oldest != nil {
		if l.drop(l.oldest) {
			l.evicted++
		}
		l.shift()
	}
	e := &limboEntry{hash: hash, expires: now + l.expiry, question: q}
	if l.newest == nil {
		l.oldest = e
	} else {
		l.newest.after = e
	}
	l.newest = e
	l.count++
	if first := l.byHash[hash]; first == nil {
		l.byHash[hash] = e
	} else {
		for first.next != nil {
			first = first.next
		}
		first.next = e
	}
	return e
}

// take uses up the oldest entry with this hash.
func (l *limbo) take(hash uint64) *limboEntry {
	e := l.byHash[hash]
	if e != nil {
		l.drop(e)
	}
	return e
}

// drop takes an entry out, and reports whether it was still in.
func (l *limbo) drop(e *limboEntry) bool {
	if e.used {
		return false
	}
	e.used = true
	l.count--
	at := l.byHash[e.hash]
	if at == e {
		if e.next == nil {
			delete(l.byHash, e.hash)
		} else {
			l.byHash[e.hash] = e.next
		}
		return true
	}
	for at.next != e {
		at = at.next
	}
	at.next = e.next
	return true
}

func (l *limbo) shift() {
	if l.oldest = l.oldest.after; l.oldest == nil {
		l.newest = nil
	}
}

// expire forgets what has been in limbo long enough. An entry whose question is
// still being answered stays: the question's own end takes it out.
func (l *limbo) expire(now time.Duration) {
	for e := l.oldest; e != nil && (e.used || e.expires <= now && e.question == nil); e = l.oldest {
		l.drop(e)
		l.shift()
	}
}

// asked is the multiset of the deliver_sm that an operator may bring again: those
// not yet acknowledged, and those whose acknowledgement is not yet confirmed, each
// with the session it came on. It is an open table of 8-byte keys, 48 bits of hash
// and 16 of session, because it is touched twice a question.
type asked struct {
	keys  []uint64 // 0 is empty
	count int
}

const sessionBits = 1<<16 - 1

func askedKey(hash uint64, session uint16) uint64 {
	if hash>>16 == 0 {
		hash = 1 << 16
	}
	return hash&^sessionBits | uint64(session)
}

func (a *asked) home(key uint64) int { return int(key>>16) & (len(a.keys) - 1) }

func (a *asked) add(hash uint64, session uint16) {
	if 2*(a.count+1) > len(a.keys) {
		old := a.keys
		a.keys = make([]uint64, max(1024, 4*len(old)))
		for _, k := range old {
			if k != 0 {
				a.put(k)
			}
		}
	}
	a.count++
	a.put(askedKey(hash, session))
}

func (a *asked) put(key uint64) {
	i := a.home(key)
	for a.keys[i] != 0 {
		i = (i + 1) & (len(a.keys) - 1)
	}
	a.keys[i] = key
}

// remove takes one such entry out.
func (a *asked) remove(hash uint64, session uint16) {
	if len(a.keys) == 0 {
		return
	}
	key, mask := askedKey(hash, session), len(a.keys)-1
	i := a.home(key)
	for a.keys[i] != key {
		if a.keys[i] == 0 {
			return
		}
		i = (i + 1) & mask
	}
	a.count--
	for j := i; ; { // close the gap: whatever the gap now hides from its home moves into it
		j = (j + 1) & mask
		k := a.keys[j]
		if k == 0 {
			break
		}
		if (j-a.home(k))&mask >= (j-i)&mask {
			a.keys[i], i = k, j
		}
	}
	a.keys[i] = 0
}

// elsewhere finds a session, other than the one given, on which the same came in.
func (a *asked) elsewhere(hash uint64, session uint16) (uint16, bool) {
	if a.count == 0 {
		return 0, false
	}
	key := askedKey(hash, session)
	for i := a.home(key); a.keys[i] != 0; i = (i + 1) & (len(a.keys) - 1) {
		if k := a.keys[i]; k != key && (k^key)>>16 == 0 {
			return uint16(k & sessionBits), true
		}
	}
	return 0, false
}
