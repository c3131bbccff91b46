package people

import (
	"intikhab/domain/geography"
	"intikhab/systems/rolls/people/names"
)

// householdVoters are how many voters a household has, drawn evenly: 3.6 on the average.
var householdVoters = [64]uint8{
	1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 7, 7, 7, 8, 8, 9, 10,
}

// household is who live together: how many, and where in their block they begin.
type household struct {
	number int // in the block, from 1
	first  int // place of the first of them in the block
	people int
	extra  *extra // nil but for those of Config.Peculiar
}

// householdBits hold a household's number within its block, which has at most two
// thousand voters.
const householdBits = 12

// sizes walks through a block's households.
type sizes struct {
	r      random
	left   int // voters who are no extras
	number int
	extras []extra
}

func (a *area) regular() int { return a.voters - a.extraSize }

func (p *Population) sizes(at int) sizes {
	a := &p.areas[at]
	return sizes{r: newRandom(p.cfg.Seed, streamSizes, uint64(at)), left: a.regular(), extras: p.extras[a.extras[0]:a.extras[1]]}
}

// next gives the household that begins at a place in the block.
func (s *sizes) next(first int) household {
	if s.left > 0 {
		s.number++
		n := min(int(householdVoters[s.r.next()>>58]), s.left)
		s.left -= n
		return household{number: s.number, first: first, people: n}
	}
	x := &s.extras[0]
	s.extras = s.extras[1:]
	n := x.kind.people()
	h := household{number: s.number + 1, first: first, people: n, extra: x}
	s.number++
	if x.kind == oneAddress {
		s.number += n - 1
	}
	return h
}

// maker makes one household after the other.
type maker struct {
	arena
	pop     *Population
	people  [mostPeople]Person
	names   [mostPeople]names.Name
	ages    [mostPeople]int
	parents [mostPeople]names.Name
	parent  [mostPeople]int // whose name stands beside: a place in names, elder or stranger
	wed     [mostPeople]bool
	head    int
	other   *maker // for doubles: makes the household of the first
}

// What stands in maker.parent for who is not on the roll.
const (
	elder    = -1 - iota // the father of the eldest
	stranger             // somebody of whom no more is known
)

// household makes the people of a household into m.people.
func (m *maker) household(at int, h household) {
	a := &m.pop.areas[at]
	r := newRandom(m.pop.cfg.Seed, streamHouseholds, uint64(at)<<householdBits|uint64(h.number))
	if h.extra != nil && h.extra.kind == double {
		m.double(at, h, &r)
	} else {
		m.gather(a, h, &r)
		m.relate(h.people, &r)
		m.call(a, h.people, &r)
		m.settle(at, h, &r)
	}
	for k := range h.people {
		p := &m.people[k]
		i := a.first + h.first + k
		home, counter := a.home, a.given+int64(h.first+k)
		v := r.next()
		if v>>32%movers1in == 0 {
			home, counter = m.pop.movers.of(i)
		}
		p.CNIC = m.pop.homes[home].number(counter, p.Gender, v)
	}
}

// gather says who they are: genders and ages.
func (m *maker) gather(a *area, h household, r *random) {
	for k := range h.people {
		p := &m.people[k]
		v := r.next()
		*p = Person{Block: a.Code, Household: h.number}
		switch {
		case uint32(v>>32) < a.xs:
			p.Gender = geography.X
		case int(v&0xffff) < a.women:
			p.Gender = geography.Female
		}
		m.ages[k] = int(ageSlots[v>>16%4096])
		if h.extra != nil {
			m.ages[k] = h.extra.kind.age(m.ages[k], r)
		}
		m.parent[k], m.wed[k] = elder, false
	}
}

// generation is how much younger than their father sons and daughters are at least.
const generation = 22

// relate makes a family of those who were gathered: the eldest man, his wife if one is
// of an age for it, his mother, sons and daughters, brothers and sisters, and their
// wives; without a man, the eldest woman as his widow.
func (m *maker) relate(n int, r *random) {
	head, first := -1, 0
	for k := range n {
		if m.people[k].Gender != geography.Female && (head < 0 || m.ages[k] > m.ages[head]) {
			head = k
		}
		if m.ages[k] > m.ages[first] {
			first = k
		}
	}
	m.head = head
	if head < 0 {
		m.head = first
		// Whoever is not young enough to be her daughter is her sister.
		for k := range n {
			if k == first && m.ages[k] > 24 || m.ages[first]-m.ages[k] >= generation {
				m.parent[k] = stranger
			}
		}
		if m.ages[first] > 24 {
			m.people[first].Relation = Husband
			for k := range n {
				if k != first && m.parent[k] == stranger {
					m.parent[k] = first // the widow's husband: see call
				}
			}
		}
		return
	}
	for k := range n {
		if k != head && m.people[k].Gender != geography.Female && m.ages[head]-m.ages[k] >= generation {
			m.parent[k] = head
		}
	}
	mother := false
	for k := range n {
		if m.people[k].Gender != geography.Female {
			continue
		}
		gap := m.ages[head] - m.ages[k]
		v := r.next()
		switch {
		case !m.wed[head] && m.people[head].Gender == geography.Male && gap >= -6 && gap <= 20 && v&7 != 0:
			m.marry(k, head, int(v>>8%9)-1)
		case -gap >= 18 && !mother:
			mother = true
			m.people[k].Relation = Husband // of the eldest's father
		case -gap >= 18:
			m.people[k].Relation, m.parent[k] = Husband, stranger
		default:
			m.joins(k, head, n, gap, v)
		}
	}
}

// joins finds the place of a woman who is neither wife nor mother of the eldest: wife of
// a son or brother, daughter, or sister.
func (m *maker) joins(k, head, n, gap int, v uint64) {
	for j := range n {
		if m.people[j].Gender == geography.Male && !m.wed[j] && j != head && m.ages[j] >= 20 && v&3 != 0 {
			if d := m.ages[j] - m.ages[k]; d >= -4 && d <= 12 {
				m.marry(k, j, int(v>>8%8)-1)
				return
			}
		}
	}
	switch {
	case gap >= generation:
		m.parent[k] = head
	case m.ages[k] > 30 && v>>4&1 == 0:
		m.people[k].Relation, m.parent[k] = Husband, stranger
	}
}

// marry makes k the wife of j, so many years younger than he; for 0 her age stays.
func (m *maker) marry(k, j, younger int) {
	m.wed[j] = true
	m.people[k].Relation, m.parent[k] = Husband, j
	if younger != 0 {
		m.ages[k] = max(18, m.ages[j]-younger)
	}
}

// call gives everybody a name, and beside it the parent's.
func (m *maker) call(a *area, n int, r *random) {
	var family *names.Word
	if v := r.next(); v&7 < 5 {
		family = names.Pick(names.Family, a.at, v>>8)
	}
	elderName := names.OfMan(a.at, family, r.next(), r.next())
	elderEn, elderUr := m.name(&elderName)
	for k := range n {
		p := &m.people[k]
		for range 4 { // nobody is called as a brother or sister
			v := r.next()
			if p.Gender == geography.Female || p.Gender == geography.X && v>>63 == 1 {
				m.names[k] = names.OfWoman(a.at, family, v, r.next())
			} else {
				m.names[k] = names.OfMan(a.at, family, v, r.next())
			}
			if !m.namesake(k, &elderName) {
				break
			}
		}
		p.NameEn, p.NameUr = m.name(&m.names[k])
	}
	for k := range n {
		if p := &m.people[k]; m.parent[k] == stranger {
			s := &m.parents[k]
			for range 4 { // who is not there is not called as one who is
				if *s = names.OfMan(a.at, family, r.next(), r.next()); !m.called(s, n) {
					break
				}
			}
			p.ParentEn, p.ParentUr = m.name(s)
		}
	}
	for k := range n {
		p := &m.people[k]
		switch j := m.parent[k]; {
		case j == elder:
			p.ParentEn, p.ParentUr = elderEn, elderUr
			m.parents[k] = elderName
		case j >= 0 && m.people[j].Gender == geography.Female: // a widow's husband
			p.ParentEn, p.ParentUr = m.people[j].ParentEn, m.people[j].ParentUr
			m.parents[k] = m.parents[j]
		case j >= 0:
			p.ParentEn, p.ParentUr = m.people[j].NameEn, m.people[j].NameUr
			m.parents[k] = m.names[j]
		}
	}
}

// namesake tells whether somebody before k, or the eldest's father, is called as k is.
func (m *maker) namesake(k int, elder *names.Name) bool {
	return m.called(&m.names[k], k) || elder.Namesake(&m.names[k])
}

// called tells whether one of the first n has a name.
func (m *maker) called(name *names.Name, n int) bool {
	for j := range n {
		if m.names[j].Namesake(name) {
			return true
		}
	}
	return false
}
