package synth

import (
	"intikhab/domain/cnic"
	"intikhab/domain/geography"
)

// A number's first five digits say where it was first given: province, division,
// district, tehsil. The other eight come from a counter of that tehsil, through
// a permutation of their hundred million values under the seed. So no number is
// given twice, and none need be remembered.
const (
	homeSpace = 100_000_000
	// moversFrom parts a tehsil's counter: below are numbers of voters who still
	// live there, above of those who moved away.
	moversFrom = 80_000_000
	// movers1in: one voter in so many has moved since the number was given.
	movers1in = 12
)

// home is a tehsil as the place where numbers are given.
type home struct {
	tehsil   *geography.Tehsil
	census   int // the census district's part of block codes
	prefix   uint64
	keys     [4]uint64
	weight   int   // voters, of 2024
	blocks   int   // how many were placed
	natives  int64 // counter: numbers given to voters who live there
	lat, lon int   // millionths of a degree
	radius   int
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
	districtNo := map[*geography.District]int{}
	perDivision := map[*geography.Division]int{}
	var homes []home
	for _, d := range geography.Districts() {
		perDivision[d.Division]++
		districtNo[d] = perDivision[d.Division]
		for i, t := range d.Tehsils {
			first := d.Division.Province.FirstDigit
			if formerAgencies[d.NameEn] {
				first = 2
			}
			h := home{tehsil: t, census: 100 + len(homes), lat: millionths(t.Lat), lon: millionths(t.Lon), radius: 80_000}
			h.prefix = uint64(first*10_000 + divisionNo[d.Division]%10*1000 + districtNo[d]%10*100 + i + 1)
			r := newRandom(seed, streamHomes, h.prefix)
			for k := range h.keys {
				h.keys[k] = r.next()
			}
			homes = append(homes, h)
		}
	}
	// A place stays nearer to its own tehsil's middle than to any other's.
	for i := range homes {
		a := &homes[i]
		for j := range homes {
			b := &homes[j]
			if i != j {
				a.radius = min(a.radius, max(abs(a.lat-b.lat), abs(a.lon-b.lon))/2)
			}
		}
		a.radius = max(a.radius, 2000)
	}
	return homes
}

// eight gives the counter's last eight digits: distinct for distinct counters
// below homeSpace, by four rounds of a Feistel network on two halves of four digits.
func (h *home) eight(counter int64) uint64 {
	l, r := uint64(counter)/10_000, uint64(counter)%10_000
	for _, k := range h.keys {
		x := (r + k) * 0xd6e8feb86659fd93
		x ^= x >> 32
		x *= 0xd6e8feb86659fd93
		l += x >> 32 * 10_000 >> 32
		if l >= 10_000 {
			l -= 10_000
		}
		l, r = r, l
	}
	return l*10_000 + r
}

func (h *home) number(counter int64) cnic.Number {
	n, err := cnic.FromUint64(h.prefix*homeSpace + h.eight(counter))
	if err != nil {
		panic(err) // a prefix of more than five digits
	}
	return n
}

// movers says where those who moved came from: 4096 slots, given to tehsils by
// their voters and shuffled.
type movers struct {
	slots [4096]struct {
		home *home
		rank int64
	}
	perHome map[*home]int64
}

func newMovers(homes []home, seed uint64) movers {
	m := movers{perHome: map[*home]int64{}}
	total, cum := 0, 0
	for i := range homes {
		total += homes[i].weight
	}
	at := 0
	for i := range homes {
		h := &homes[i]
		cum += h.weight
		for ; at < len(m.slots) && at*total < cum*len(m.slots); at++ {
			m.slots[at].home, m.slots[at].rank = h, m.perHome[h]
			m.perHome[h]++
		}
	}
	r := newRandom(seed, streamMovers, 0)
	for i := len(m.slots) - 1; i > 0; i-- {
		j := r.below(i + 1)
		m.slots[i], m.slots[j] = m.slots[j], m.slots[i]
	}
	return m
}

// of gives the home of the mover with this number, and the counter there.
func (m *movers) of(n int64) (*home, int64) {
	s := &m.slots[n%int64(len(m.slots))]
	return s.home, moversFrom + n/int64(len(m.slots))*m.perHome[s.home] + s.rank
}

// examples gives numbers that are on the roll, from its beginning, middle and
// end, and numbers from the same places that no voter has: those whose counters
// stand just below the movers'.
func (p *plan) examples() (on, absent []cnic.Number) {
	w := writer{plan: p}
	for i := range min(3, p.voters) {
		b := &p.blocks[len(p.blocks)*(2*i+1)/6]
		rows := w.block(nil, b)
		row := min(i, int(b.size)-1)
		for ; row > 0; row-- {
			for rows[0] != '\n' {
				rows = rows[1:]
			}
			rows = rows[1:]
		}
		n, err := cnic.ParseStrict(rows[:cnic.Digits])
		if err != nil {
			panic(err)
		}
		on = append(on, n)
	}
	for i := range 3 {
		h := p.cells[p.blocks[len(p.blocks)*(2*i+1)/6].cell].home
		absent = append(absent, h.number(moversFrom-1-int64(i)))
	}
	return on, absent
}

func millionths(degrees float64) int { return int(degrees*1000+0.5) * 1000 }

func abs(n int) int { return max(n, -n) }
