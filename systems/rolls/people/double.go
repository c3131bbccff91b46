package people

import (
	"strings"

	"intikhab/systems/rolls"
	"intikhab/systems/rolls/people/names"
)

// Differences says in what the second card of a person differs from the first, besides
// the number.
type Differences uint8

// The differences.
const (
	NameSpelled   Differences = 1 << iota // the name, in Roman letters
	NameSpelledUr                         // the name, in Urdu letters
	ParentSpelled                         // the father's or husband's name, in Roman letters
	NameShortened                         // a word of the name is not there, in both scripts
	DaySwapped                            // day and month of birth changed places
	YearOff                               // born a year earlier or later
	OtherAddress                          // lives in another house, of the same block or the next
)

// Double is two numbers of persons who are one and the same.
type Double struct {
	Of, Is int // the first card's and the second's
	By     Differences
}

// wanted is what is changed, by the double's own number; a change that the person's name
// or date does not allow falls to the spelling.
var wanted = [...]Differences{
	0, NameSpelled, NameSpelled | ParentSpelled, DaySwapped, NameSpelledUr | NameSpelled, YearOff, NameShortened,
	NameSpelled | DaySwapped, ParentSpelled, NameSpelled | NameSpelledUr | ParentSpelled | YearOff,
}

// placeDoubles chooses the first of each two: somebody of the same block or, one time in
// three, of the next. Nobody is chosen twice: each block is cut into as many parts as may
// be asked of it, and from each part one is taken.
func (p *Population) placeDoubles() {
	most := 1
	count := make([]int, len(p.areas))
	for i := range p.extras {
		if x := &p.extras[i]; x.kind == double {
			count[x.area]++
			most = max(most, count[x.area])
		}
	}
	clear(count)
	p.doubles = make([]Double, p.cfg.Peculiar.Doubles)
	var m maker
	for i := range p.extras {
		x := &p.extras[i]
		if x.kind != double {
			continue
		}
		r := newRandom(p.cfg.Seed, streamExtras, uint64(x.k))
		at, part := int(x.area), 2*count[x.area]
		count[x.area]++
		if next := at + 1; next < len(p.areas) && p.areas[next].home == p.areas[at].home && r.oneIn(3) {
			at, part = next, part+1
		}
		size := p.areas[at].regular()
		from, to := part*size/(2*most), (part+1)*size/(2*most)
		p.doubles[x.k] = Double{Of: p.areas[at].first + from + r.below(to-from), Is: x.first}
	}
	for k := range p.doubles {
		m.pop, m.chunk = p, 1<<10
		d := &p.doubles[k]
		at, h, _ := p.find(d.Is)
		r := newRandom(p.cfg.Seed, streamHouseholds, uint64(at)<<householdBits|uint64(h.number))
		d.By = m.double(at, h, &r)
	}
}

// double makes the second card of somebody, and says what differs.
func (m *maker) double(at int, h household, r *random) (by Differences) {
	k := int(h.extra.k)
	if m.other == nil {
		m.other = &maker{pop: m.pop, arena: arena{chunk: m.chunk}}
	}
	first, of, place := m.pop.find(m.pop.doubles[k].Of)
	m.other.household(first, of)
	q := m.other.people[place]
	name, parent := m.other.names[place], m.other.parents[place]
	want := wanted[k%len(wanted)]

	q.Block, q.Household = m.pop.areas[at].Code, h.number
	here := m.address(at, h.number)
	if first == at && q.Chosen == PermanentAddress && r.oneIn(2) {
		here = q.Permanent
	} else {
		by |= OtherAddress
		q.Family = m.family(at, h.number)
	}
	q.Permanent, q.Temporary, q.Posting, q.Chosen, q.Service = here, Address{}, Address{}, PermanentAddress, rolls.NoService
	if want&DaySwapped != 0 {
		if d := q.Born; d.Day > 0 && d.Day <= 12 && d.Day != d.Month {
			q.Born.Day, q.Born.Month = d.Month, d.Day
			by |= DaySwapped
		} else {
			want |= YearOff
		}
	}
	if want&YearOff != 0 {
		q.Born.Year += 2*r.below(2) - 1
		if q.Born.Age(m.pop.cfg.On) < 18 {
			q.Born.Year -= 2
		}
		if q.Born.Month == 2 && q.Born.Day == 29 {
			q.Born.Day = 28
		}
		by |= YearOff
	}
	if want&NameShortened != 0 {
		if short, ok := name.Shorten(); ok {
			name = short
			by |= NameShortened
		} else {
			want |= NameSpelled
		}
	}
	if want&NameSpelledUr != 0 {
		if other, ok := name.RespellUr(r.next()); ok {
			name = other
			by |= NameSpelledUr
		}
	}
	if by&(NameShortened|NameSpelledUr) != 0 {
		q.NameEn, q.NameUr = m.name(&name)
	}
	if want&NameSpelled != 0 && respell(&q.NameEn, name, r.next()) {
		by |= NameSpelled
	}
	if want&ParentSpelled != 0 && respell(&q.ParentEn, parent, r.next()) {
		by |= ParentSpelled
	}
	m.people[0] = q
	return by
}

// respell spells a name in Roman letters as another clerk might: by the table, or where
// it has nothing else by how the vowels are written.
func respell(en *string, n names.Name, r uint64) bool {
	if other, ok := n.RespellEn(r); ok {
		*en = other.En()
		return true
	}
	for _, s := range [...][2]string{{"ee", "i"}, {"oo", "u"}, {"ai", "ay"}, {"ya", "ia"}, {"ia", "iya"}, {"q", "k"}, {"z", "zz"}, {"a", "aa"}} {
		if strings.Contains(*en, s[0]) {
			*en = strings.Replace(*en, s[0], s[1], 1)
			return true
		}
	}
	return false
}
