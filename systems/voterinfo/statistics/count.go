// Package statistics counts the questions put to 8300, by day, hour, district,
// gender, channel, operator, language and outcome, and keeps the counts in the database.
//
// Counting is done behind the answer's back: [Book.Count] adds one in memory and
// never waits for the database; [Book.Flush], called every few seconds, writes
// the sums. While the database fails, the sums grow in number, not in size; when
// there are too many, further ones lose their district and gender, and their
// number is told by [Book.Status]. TestFullDiskLosesNothing shows it.
//
// What remains: a count is not anonymous where it is small. One question of a
// voter with gender X in a small district and a known hour says that he or she
// (or whoever held the number) asked. Publish sums over days or districts.
package statistics

import (
	"sync"
	"sync/atomic"
	"time"
)

// Book is the book of counts. Its methods may be called at the same time.
type Book struct {
	shards    [16]shard
	districts names
	operators names
	codes     Codes
	lost      atomic.Uint64

	flushing sync.Mutex // guards the rest
	store    store
	pending  map[cell]uint64 // taken from the shards, not yet in the database
	folded   uint64
	total    map[cell]uint64 // since the start, without time, district and gender
}

// Question is one question answered, as it is counted. District and Operator
// come from [Book.District] and [Book.Operator].
type Question struct {
	At       time.Time
	District District
	Gender   uint8 // 1 + geography.Gender; 0 for none found
	Channel  uint8 // index into Codes
	Operator Operator
	Language uint8 // index into Codes
	Outcome  uint8 // index into Codes
}

// Codes are the stable codes of channels, languages and outcomes, in the order of
// their numbers.
type Codes struct{ Channels, Languages, Outcomes []string }

// District and Operator are names made small.
type (
	District uint16
	Operator uint8
)

// A cell is what is counted together, in one word. From the top: a bit that is
// always set, so that no cell is 0; hour since 1970 in Pakistan; district;
// gender; channel; operator; language; outcome.
type cell uint64

const (
	outcomeBits, languageBits, operatorBits, channelBits, genderBits, districtBits, hourBits = 5, 3, 6, 3, 2, 12, 24

	languageAt = outcomeBits
	operatorAt = languageAt + languageBits
	channelAt  = operatorAt + operatorBits
	genderAt   = channelAt + channelBits
	districtAt = genderAt + genderBits
	hourAt     = districtAt + districtBits
)

// Pakistan has had one offset and no summer time since 2009.
const offset = 5 * 60 * 60

func cellOf(q Question) cell {
	hour := max(q.At.Unix()+offset, 0) / 3600
	return 1<<63 | cell(hour)&(1<<hourBits-1)<<hourAt |
		cell(q.District)&(1<<districtBits-1)<<districtAt |
		cell(q.Gender)&(1<<genderBits-1)<<genderAt |
		cell(q.Channel)&(1<<channelBits-1)<<channelAt |
		cell(q.Operator)&(1<<operatorBits-1)<<operatorAt |
		cell(q.Language)&(1<<languageBits-1)<<languageAt |
		cell(q.Outcome)&(1<<outcomeBits-1)
}

func (c cell) field(at, bits int) int { return int(c >> at & (1<<bits - 1)) }

// fold makes the cell one of few: it loses district and gender.
func (c cell) fold() cell {
	return c&^((1<<(districtBits+genderBits)-1)<<genderAt) | cell(elsewhere)<<districtAt
}

// sum keeps of a cell what is told since the start.
func (c cell) sum() cell { return c & (1<<genderAt - 1) }

// A shard is a small hash table of counts. Cells are spread over the shards, so
// that two answers seldom wait for each other, and then only for nanoseconds.
type shard struct {
	sync.Mutex
	used   int
	places [places]struct {
		cell  cell
		count uint64
	}
}

// places is for how many cells a shard has room: in 16 shards more than all
// districts, genders, operators and languages make in an hour.
const places = 2048

// Count adds one. It does not allocate.
func (b *Book) Count(q Question) {
	c := cellOf(q)
	// The shards are full only if nobody has flushed for hours. Then the last
	// quarter is for folded cells, of which an hour has a few dozen.
	if !b.add(c, places*3/4) && !b.add(c.fold(), places-1) {
		b.lost.Add(1)
	}
}

func (b *Book) add(c cell, limit int) bool {
	h := uint64(c) * 0x9e3779b97f4a7c15
	s := &b.shards[h>>60]
	s.Lock()
	defer s.Unlock()
	for i := h >> 40 % places; ; i = (i + 1) % places {
		p := &s.places[i]
		switch {
		case p.cell == c:
			p.count++
			return true
		case p.cell != 0:
		case s.used >= limit:
			return false
		default:
			p.cell, p.count = c, 1
			s.used++
			return true
		}
	}
}

// mostPending is how many sums wait for a failing database before further ones
// are folded, and half of how many there are at most: some 30 MB.
var mostPending = 1 << 18

// drain takes the counts out of the shards. Its caller holds flushing.
func (b *Book) drain() {
	for i := range b.shards {
		s := &b.shards[i]
		s.Lock()
		for j := range s.places {
			if p := &s.places[j]; p.cell != 0 {
				b.keep(p.cell, p.count)
				p.cell, p.count = 0, 0
			}
		}
		s.used = 0
		s.Unlock()
	}
}

func (b *Book) keep(c cell, count uint64) {
	b.total[c.sum()] += count
	if b.store == nil {
		return
	}
	if _, there := b.pending[c]; !there && len(b.pending) >= mostPending {
		c = c.fold()
		b.folded += count
		if _, there := b.pending[c]; !there && len(b.pending) >= 2*mostPending {
			b.lost.Add(count)
			return
		}
	}
	b.pending[c] += count
}

// names numbers the names it is given. Looking one up takes no lock.
type names struct {
	sync.Mutex
	most   int
	byName atomic.Pointer[map[string]int]
	list   atomic.Pointer[[]string] // by number
}

// elsewhere is the number of the name for all names beyond the most there may be.
const elsewhere = 1

func (n *names) init(bits int) {
	n.most = 1 << bits
	n.byName.Store(&map[string]int{"": 0, "other": elsewhere})
	n.list.Store(&[]string{"", "other"})
}

func (n *names) number(name string) int {
	if i, ok := (*n.byName.Load())[name]; ok {
		return i
	}
	n.Lock()
	defer n.Unlock()
	old, list := *n.byName.Load(), *n.list.Load()
	if i, ok := old[name]; ok {
		return i
	}
	if len(list) == n.most {
		return elsewhere
	}
	name = string([]byte(name)) // its bytes may be a mapped file's that goes away
	byName := make(map[string]int, len(old)+1)
	for k, v := range old {
		byName[k] = v
	}
	byName[name] = len(list)
	list = append(list[:len(list):len(list)], name)
	n.list.Store(&list)
	n.byName.Store(&byName)
	return len(list) - 1
}

func (n *names) name(number int) string { return (*n.list.Load())[number] }

// District gives the number of a district's English name, "" for none. There are
// 4,094 at most; further ones are counted as "other".
func (b *Book) District(name string) District { return District(b.districts.number(name)) }

// Operator gives the number of an operator's name. There are 62 at most.
func (b *Book) Operator(name string) Operator { return Operator(b.operators.number(name)) }
