// Package memory remembers the language that a telephone number has chosen, from
// one question to the next and from one run of the service to the next, without
// holding the number: it holds a hash under a key of its own, which lies in a
// file beside the database. Whoever has both can find out which language a
// number he knows has chosen, and by trying all numbers who has chosen any; the
// database alone tells nothing of anybody. TestRestartKeepsChoices shows the
// rest.
//
// The key does not rotate, since a choice has to outlive the day. To forget
// everybody, remove the key file while the service is stopped.
package memory

import (
	"sync"
	"sync/atomic"

	"intikhab/platform/prefetch"
	"intikhab/platform/siphash"
)

// Table is a memory of fixed size: 2 million numbers in 16 MiB. When it is full
// the choice longest unused is forgotten. Its methods may be called at the same
// time; Recall and Remember never wait and never allocate.
type Table struct {
	key  siphash.Key
	sets []set
	// dirty counts what was remembered since the last flush, about.
	dirty atomic.Int64

	flushing sync.Mutex
	store    store
	pruned   uint16 // day of the last pruning
}

// A set is one cache line: the eight places where a hash may stand, which its
// lower 18 bits choose.
type set [8]atomic.Uint64

// A place is one word. From the top: the upper 46 bits of the hash, 2 bits of
// choice (never 0), 15 bits of the day since 1970, and whether the database has
// yet to hear of it.
const (
	setBits     = 18
	dirtyBit    = 1
	dayShift    = 1
	dayMask     = 1<<15 - 1
	choiceShift = 16
	choiceMask  = 3
	tagMask     = ^uint64(1<<setBits - 1)
)

func place(hash uint64, choice uint8, day uint16) uint64 {
	return hash&tagMask | uint64(choice&choiceMask)<<choiceShift | uint64(day&dayMask)<<dayShift
}

func dayOf(w uint64) uint16 { return uint16(w >> dayShift & dayMask) }

// idle is after how many days without a question a choice is written anew, so
// that a choice in use is never the oldest for long.
const idle = 30

// Key is the key under which the table wants telephone numbers hashed.
func (t *Table) Key() siphash.Key { return t.key }

// Prefetch asks for the memory that Recall with this hash will need, without
// waiting for it.
func (t *Table) Prefetch(hash uint64) { prefetch.Line(&t.sets[hash%(1<<setBits)]) }

// Recall gives what the number with this hash has chosen, 0 for nothing.
func (t *Table) Recall(hash uint64, day uint16) uint8 {
	s := &t.sets[hash%(1<<setBits)]
	for i := range s {
		w := s[i].Load()
		if w != 0 && w&tagMask == hash&tagMask {
			choice := uint8(w >> choiceShift & choiceMask)
			if day > dayOf(w)+idle && s[i].CompareAndSwap(w, place(hash, choice, day)|dirtyBit) {
				t.dirty.Add(1)
			}
			return choice
		}
	}
	return 0
}

// Remember keeps a choice (1 to 3) for the number with this hash.
func (t *Table) Remember(hash uint64, choice uint8, day uint16) {
	if t.put(place(hash, choice, day)|dirtyBit, hash) {
		t.dirty.Add(1)
	}
}

// put writes a place, and tells whether that changed any choice.
func (t *Table) put(w, hash uint64) bool {
	s := &t.sets[hash%(1<<setBits)]
	for {
		at, old := 0, s[0].Load()
		for i := range s {
			v := s[i].Load()
			if v != 0 && v&tagMask == w&tagMask {
				if v>>choiceShift == w>>choiceShift {
					return false // the same choice as before
				}
				at, old = i, v
				break
			}
			if dayOf(v) < dayOf(old) { // an empty place is oldest of all
				at, old = i, v
			}
		}
		if s[at].CompareAndSwap(old, w) {
			return true
		}
		// Someone else wrote just there. One of us gets through each time.
	}
}
