package people

import (
	"intikhab/domain/cnic"
	"intikhab/domain/geography"
)

// A number's first five digits say where it was first given: province, division,
// district, tehsil. The next seven, and which of the five odd or the five even digits
// comes last, are a counter of that tehsil through a permutation of its fifty million
// values under the seed. So no number is given twice, and none need be remembered; odd
// or even does not matter to that.
const (
	numbers   = 50_000_000
	lastDigit = 5 // odd digits, or even ones
	// moversFrom parts a tehsil's counter: below are numbers of voters who still live
	// there, above of those who moved away.
	moversFrom = 40_000_000
	movers1in  = 12 // one voter in so many has moved since the number was given
)

// home is a tehsil as the place where numbers are given.
type home struct {
	tehsil *geography.Tehsil
	census int // the census district's part of block codes
	prefix uint64
	keys   [4]uint64
	blocks int   // how many were placed
	given  int64 // counter: how many of natives were given
}

// formerAgencies are the districts whose cards begin with 2.
var formerAgencies = map[string]bool{
	"Bajaur": true, "Mohmand": true, "Khyber": true, "Orakzai": true, "Kurram": true, "North Waziristan": true,
	"South Waziristan Upper": true, "South Waziristan Lower": true,
}

func newHomes(seed uint64) []home {
	divisionNo := map[*geography.Division]int{}
	perProvince := map[*geography.Province]int{}
	for _, d := range geography.Divisions() {
		perProvince[d.Province]++
		divisionNo[d] = perProvince[d.Province]
	}
	perDivision := map[*geography.Division]int{}
	var homes []home
	for _, d := range geography.Districts() {
		perDivision[d.Division]++
		first := d.Division.Province.FirstDigit
		if formerAgencies[d.NameEn] {
			first = 2
		}
		for i, t := range d.Tehsils {
			h := home{tehsil: t, census: 100 + len(homes)}
			h.prefix = uint64(first*10_000 + divisionNo[d.Division]%10*1000 + perDivision[d.Division]%10*100 + i + 1)
			r := newRandom(seed, streamHomes, h.prefix)
			for k := range h.keys {
				h.keys[k] = r.next()
			}
			homes = append(homes, h)
		}
	}
	return homes
}

// number gives the number for a counter below numbers: distinct for distinct counters,
// by four rounds of a Feistel network on parts of 10,000 and 5,000 values.
func (h *home) number(counter int64, g geography.Gender, r uint64) cnic.Number {
	const a, b = 10_000, 5_000
	x, y := uint64(counter)/b, uint64(counter)%b
	for i := 0; i < len(h.keys); i += 2 {
		x = (x + scramble(y, h.keys[i])%a) % a
		y = (y + scramble(x, h.keys[i+1])%b) % b
	}
	v := x*b + y
	last := v % lastDigit * 2
	if g == geography.Male || g == geography.X && r&1 == 0 {
		last++
	}
	n, err := cnic.FromUint64(h.prefix*100_000_000 + v/lastDigit*10 + last)
	if err != nil {
		panic(err) // a prefix of more than five digits
	}
	return n
}

func scramble(v, key uint64) uint64 {
	v = (v + key) * 0xd6e8feb86659fd93
	v ^= v >> 32
	v *= 0xd6e8feb86659fd93
	return v >> 32
}

// movers says where those who moved came from: 4096 slots, given to tehsils by their
// voters and shuffled.
type movers struct {
	slots [4096]struct {
		home int32
		rank int32
	}
	perHome []int64
}

func newMovers(homes []home, seed uint64) movers {
	m := movers{perHome: make([]int64, len(homes))}
	total, cum := 0, 0
	for i := range homes {
		total += homes[i].tehsil.District.Voters / len(homes[i].tehsil.District.Tehsils)
	}
	at := 0
	for i := range homes {
		cum += homes[i].tehsil.District.Voters / len(homes[i].tehsil.District.Tehsils)
		for ; at < len(m.slots) && at*total < cum*len(m.slots); at++ {
			m.slots[at].home, m.slots[at].rank = int32(i), int32(m.perHome[i])
			m.perHome[i]++
		}
	}
	r := newRandom(seed, streamMovers, 0)
	for i := len(m.slots) - 1; i > 0; i-- {
		j := r.below(i + 1)
		m.slots[i], m.slots[j] = m.slots[j], m.slots[i]
	}
	return m
}

// of gives the home of a mover, by the person's number, and the counter there.
func (m *movers) of(i int) (home int32, counter int64) {
	s := &m.slots[i%len(m.slots)]
	return s.home, moversFrom + int64(i/len(m.slots))*m.perHome[s.home] + int64(s.rank)
}
