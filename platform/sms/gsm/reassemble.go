package gsm

import (
	"bytes"
	"fmt"
	"time"
)

// Key says to which message a part belongs. Two messages of one sender that
// chose one reference and one number of parts are told apart by their parts'
// content and by time only.
type Key struct {
	Operator     string
	Source, Dest string
	Ref          uint16
	Wide         bool // Ref has 16 bits (a UDH with element 0x08, or sar_*)
	Total        byte
}

// Part is one part of a message as it came in.
type Part[H any] struct {
	Seq        byte // from 1
	DataCoding byte
	UDH        UDH    // for the tables of its text; zero for a part by sar_*
	Text       []byte // what follows the header
	Handle     H      // what the caller needs to acknowledge it
}

// maxPartText bounds a part's text: what short_message holds.
const maxPartText = 254

// Reason says why parts are handed back.
type Reason uint8

const (
	Duplicate Reason = iota // the same part came again: the earlier one is handed back, the later kept
	Conflict                // another text came under the same part number: a new message has begun
	Expired                 // the missing parts did not come in time
	Evicted                 // more messages wait than may: the oldest had to go
	Flushed                 // the caller asked for all
)

func (r Reason) String() string {
	return [...]string{"duplicate", "conflict", "expired", "evicted", "flushed"}[r]
}

// Back is what a Reassembler gives up: parts whose handles the caller still has
// to acknowledge. A Duplicate needs no answer; the others are a message that has
// not come whole.
type Back[H any] struct {
	Reason Reason
	Key    Key
	Since  time.Time // when its first part came
	Parts  []Part[H] // by number
}

// Whole is a message of which every part has come.
type Whole[H any] struct {
	Key   Key
	Since time.Time
	Parts []Part[H] // by number
}

// AppendText appends the message's text as UTF-8. The parts are joined before
// they are read where they have one coding, so that a sender who cuts within a
// surrogate pair or an escape sequence is understood.
func (w *Whole[H]) AppendText(dst []byte, def Default) ([]byte, error) {
	if len(w.Parts) == 0 {
		return dst, nil
	}
	first := &w.Parts[0]
	var joined []byte
	for i := range w.Parts {
		p := &w.Parts[i]
		if p.DataCoding != first.DataCoding || p.UDH.tables() != first.UDH.tables() {
			return w.appendEach(dst, def)
		}
		if def == Packed && codingOf(p.DataCoding) == septets {
			joined = AppendUnpacked(joined, p.Text, fillBits(p.UDH.Len))
		} else {
			joined = append(joined, p.Text...)
		}
	}
	if def == Packed {
		def = Unpacked
	}
	return AppendText(dst, first.DataCoding, def, first.UDH, joined)
}

func (w *Whole[H]) appendEach(dst []byte, def Default) ([]byte, error) {
	var failed error
	for i := range w.Parts {
		p := &w.Parts[i]
		var err error
		if dst, err = AppendText(dst, p.DataCoding, def, p.UDH, p.Text); err != nil {
			failed = err
		}
	}
	return dst, failed
}

// A Reassembler joins the parts of messages, which come in any order, more than
// once, and not always all.
//
// It holds at most as many messages, each of at most as many parts, for at most
// as long as it was made for; every part that it took is given out again, in a
// Whole or in a Back, exactly once. It is not safe for concurrent use.
//
// It does not bound how many places one sender takes: a sender who begins many
// messages and ends none can push out the oldest ones of others, who then are
// answered on the parts that came.
type Reassembler[H any] struct {
	maxMessages, maxParts int
	maxAge                time.Duration
	waiting               map[Key]*message[H]
	oldest, newest        *message[H] // by the coming of the first part
}

type message[H any] struct {
	key        Key
	since      time.Time
	have       int
	parts      []Part[H] // Seq 0 where it has not come
	prev, next *message[H]
}

// NewReassembler makes a Reassembler for at most messages incomplete messages
// of at most parts parts (up to 255), each kept for at most age.
func NewReassembler[H any](messages, parts int, age time.Duration) *Reassembler[H] {
	return &Reassembler[H]{max(messages, 1), min(max(parts, 1), maxParts), age,
		make(map[Key]*message[H]), nil, nil}
}

// Len is the number of messages that wait for parts.
func (r *Reassembler[H]) Len() int { return len(r.waiting) }

// Add takes a part that came at the time now; its text is copied. It returns
// the message if it is whole now, and whatever had to be given up, for which the
// caller is responsible again. On error the part was not taken.
func (r *Reassembler[H]) Add(k Key, p Part[H], now time.Time) (whole *Whole[H], back []Back[H], err error) {
	back = r.Expire(now)
	switch {
	case p.Seq == 0 || p.Seq > k.Total:
		return nil, back, fmt.Errorf("gsm: part %d of %d cannot be", p.Seq, k.Total)
	case int(k.Total) > r.maxParts:
		return nil, back, fmt.Errorf("gsm: message of %d parts, at most %d are joined", k.Total, r.maxParts)
	case len(p.Text) > maxPartText:
		return nil, back, fmt.Errorf("gsm: part of %d octets, at most %d are joined", len(p.Text), maxPartText)
	}
	m := r.waiting[k]
	if m != nil {
		if old := &m.parts[p.Seq-1]; old.Seq != 0 {
			if old.DataCoding == p.DataCoding && bytes.Equal(old.Text, p.Text) {
				back = append(back, Back[H]{Duplicate, k, m.since, []Part[H]{*old}})
				old.Handle = p.Handle
				return nil, back, nil
			}
			back = append(back, r.remove(m, Conflict))
			m = nil
		}
	}
	if m == nil {
		if len(r.waiting) >= r.maxMessages && k.Total > 1 {
			back = append(back, r.remove(r.oldest, Evicted))
		}
		m = &message[H]{key: k, since: now, parts: make([]Part[H], k.Total)}
		r.insert(m)
	}
	p.Text = bytes.Clone(p.Text)
	m.parts[p.Seq-1] = p
	if m.have++; m.have < len(m.parts) {
		return nil, back, nil
	}
	r.unlink(m)
	return &Whole[H]{m.key, m.since, m.parts}, back, nil
}

// Expire gives up the messages whose first part came maxAge or longer before
// now.
func (r *Reassembler[H]) Expire(now time.Time) (back []Back[H]) {
	for r.oldest != nil && now.Sub(r.oldest.since) >= r.maxAge {
		back = append(back, r.remove(r.oldest, Expired))
	}
	return back
}

// Next is when the next Expire will give something up; ok is false when nothing
// waits.
func (r *Reassembler[H]) Next() (at time.Time, ok bool) {
	if r.oldest == nil {
		return time.Time{}, false
	}
	return r.oldest.since.Add(r.maxAge), true
}

// Flush gives up everything.
func (r *Reassembler[H]) Flush() (back []Back[H]) {
	for r.oldest != nil {
		back = append(back, r.remove(r.oldest, Flushed))
	}
	return back
}

func (r *Reassembler[H]) remove(m *message[H], why Reason) Back[H] {
	r.unlink(m)
	parts := make([]Part[H], 0, m.have)
	for _, p := range m.parts {
		if p.Seq != 0 {
			parts = append(parts, p)
		}
	}
	return Back[H]{why, m.key, m.since, parts}
}

func (r *Reassembler[H]) insert(m *message[H]) {
	r.waiting[m.key] = m
	m.prev = r.newest
	if m.prev != nil {
		m.prev.next = m
	} else {
		r.oldest = m
	}
	r.newest = m
}

func (r *Reassembler[H]) unlink(m *message[H]) {
	delete(r.waiting, m.key)
	if m.prev != nil {
		m.prev.next = m.next
	} else {
		r.oldest = m.next
	}
	if m.next != nil {
		m.next.prev = m.prev
	} else {
		r.newest = m.prev
	}
	m.prev, m.next = nil, nil
}
