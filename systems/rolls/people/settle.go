package people

import "intikhab/systems/rolls"

// Of a thousand households so many live where somebody who serves the government is
// posted, and vote there; so many at a temporary address, and vote there. Of those who
// vote at the permanent address so many have a temporary one as well.
const (
	postedIn1000    = 12
	temporaryIn1000 = 40
	bothIn1000      = 30
)

// recentDays is how long before Config.On half the voters of a growing block came.
const recentDays = 300

// settle says where a household lives, and since when; and writes the dates.
func (m *maker) settle(at int, h household, r *random) {
	p := m.pop
	a := &p.areas[at]
	family := m.family(at, h.number)
	here := m.address(at, h.number)
	chosen := PermanentAddress
	var away Address
	v := r.next()
	if far := m.elsewhere(at, r); far >= 0 && h.extra == nil {
		switch u := v % 1000; {
		case u < postedIn1000:
			chosen = PostingAddress
		case u < postedIn1000+temporaryIn1000:
			chosen = TemporaryAddress
		}
		if chosen != PermanentAddress {
			away = m.address(far, 1+int(v>>32%240))
		}
	}
	recent := a.growing && v>>20&1 == 0
	for k := range h.people {
		q := &m.people[k]
		q.Family = family
		if h.extra != nil && h.extra.kind == oneAddress {
			q.Household = h.number + k
			q.Family = m.family(at, q.Household)
		}
		switch q.Chosen = chosen; chosen {
		case PermanentAddress:
			q.Permanent = here
			if w := r.next(); w%1000 < bothIn1000 {
				if far := m.elsewhere(at, r); far >= 0 {
					q.Temporary = m.address(far, 1+int(w>>32%240))
				}
			}
		case TemporaryAddress:
			q.Permanent, q.Temporary = away, here
		case PostingAddress:
			// Who is neither servant nor spouse nor child lives with them by the own card.
			if q.Service = m.service(k); q.Service == rolls.NoService {
				q.Permanent, q.Chosen = here, PermanentAddress
			} else {
				q.Permanent, q.Posting = away, here
			}
		}
		m.dates(k, recent, r)
		if h.extra != nil && h.extra.kind == dead {
			q.Died = dateOf(p.on - r.below(700))
		}
	}
}

// service says by whose post somebody may be enrolled where the household's head serves.
func (m *maker) service(k int) rolls.Service {
	switch {
	case k == m.head:
		return rolls.Servant
	case m.parent[k] == m.head && m.people[k].Relation == Husband:
		return rolls.Spouse
	case m.parent[k] == m.head:
		return rolls.Child
	}
	return rolls.NoService
}

// dates gives the birth of somebody whose age is known, and the day of coming onto the
// roll. Of the older ones some know the year only, and more are born on the first of
// January than on other days.
func (m *maker) dates(k int, recent bool, r *random) {
	p, q := m.pop, &m.people[k]
	on := p.cfg.On
	born := Date{on.Year - m.ages[k], on.Month, on.Day}.number() - 1 - r.below(364)
	q.Born = dateOf(born)
	v := r.next()
	if m.ages[k] >= 45 {
		switch v % 100 {
		case 0, 1:
			q.Born = Date{Year: on.Year - m.ages[k]}
		case 2, 3, 4, 5:
			q.Born = Date{on.Year - m.ages[k], 1, 1}
		}
	}
	from := max(born+18*365+5, firstRoll)
	if recent {
		from = max(from, p.on-recentDays)
	}
	from = min(from, p.on-1)
	q.Since = dateOf(from + int(v>>32)%(p.on-from))
}

// firstRoll is the day from which entries of the computerised roll are dated here.
var firstRoll = Date{2007, 1, 1}.number()

// elsewhere draws another block, one time in two a near one; -1 if there is none.
func (m *maker) elsewhere(at int, r *random) int {
	n := len(m.pop.areas)
	if n < 2 {
		return -1
	}
	reach := n - 1
	if v := r.next(); v&1 == 0 {
		reach = min(reach, 20)
	}
	return (at + 1 + r.below(reach)) % n
}

const familyDigits = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// family gives the authority's family number of a household: no two alike, since a
// multiplication by an odd number loses nothing of thirty bits.
func (m *maker) family(at, number int) string {
	v := uint32(at)<<householdBits | uint32(number)
	v = v * 0x2545f491 & (1<<30 - 1)
	v ^= v >> 15
	v = v * 0x1b873593 & (1<<30 - 1)
	m.room(8)
	from := m.b.Len()
	for range 6 {
		m.b.WriteByte(familyDigits[v>>25])
		v = v << 5 & (1<<30 - 1)
	}
	return m.b.String()[from:]
}
