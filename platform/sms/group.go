package sms

import (
	"strings"
	"time"
)

// groupKey tells which parts belong to one concatenated question.
type groupKey struct {
	from, to  MSISDN
	reference uint16
	total     byte
}

// group is what has come of a concatenated question. Parts are decoded one by one:
// a pair of surrogates that a telephone cuts in two is lost, as no letter of any
// language of the country needs one.
type group struct {
	key   groupKey
	texts []string
	have  []bool
	hash  []uint64
	left  int
}

// collect takes a part of a concatenated question in, and sets it.question when it
// was the last.
func (o *operator) collect(s *session, it *incoming, now time.Duration) {
	key := groupKey{it.from, it.to, it.reference, it.total}
	i := int(it.part) - 1
	q := o.groups[key]
	if q != nil && q.group.have[i] && q.group.hash[i] != it.hash {
		o.counters.expiredParts += uint64(len(q.refs)) // the telephone uses the reference anew
		delete(o.groups, key)
		o.reject(q, o.cfg.TemporaryStatus)
		q = nil
	}
	if q == nil {
		q = o.newQuestion(now)
		q.stage = collecting
		q.group = &group{key: key, texts: make([]string, it.total), have: make([]bool, it.total),
			hash: make([]uint64, it.total), left: int(it.total)}
		o.groups[key] = q
	}
	o.attachPart(q, s, it)
	g := q.group
	if g.have[i] {
		return
	}
	g.have[i], g.texts[i], g.hash[i] = true, it.text, it.hash
	if g.left--; g.left > 0 {
		return
	}
	delete(o.groups, key)
	q.group = nil
	q.stage, q.received = asking, now
	o.mourn(q, now)
	it.text = strings.Join(g.texts, "")
	it.question = q
}

// attachPart is attach for a part, which may be one that came before on a
// connection that is gone.
func (o *operator) attachPart(q *question, s *session, it *incoming) {
	for i := range q.refs {
		if r := &q.refs[i]; r.session == nil && r.hash == it.hash {
			*r = it.ref(s)
			s.pending++
			o.asked.add(it.hash, s.id)
			return
		}
	}
	o.attach(q, s, it)
}

// dropGroup forgets a question whose parts are not all here, without a word.
func (o *operator) dropGroup(q *question) {
	delete(o.groups, q.group.key)
	for i := range q.refs {
		if r := &q.refs[i]; r.session != nil {
			r.session.pending--
			o.asked.remove(r.hash, r.session.id)
		}
	}
	o.free(q)
}

// expireGroups gives the parts back whose others have not come in time.
func (o *operator) expireGroups(now time.Duration) {
	for key, q := range o.groups {
		if now-q.received > time.Duration(o.cfg.PartsExpiry) {
			o.counters.expiredParts += uint64(len(q.refs))
			delete(o.groups, key)
			o.reject(q, o.cfg.TemporaryStatus)
		}
	}
}
