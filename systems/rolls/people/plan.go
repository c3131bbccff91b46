package people

import (
	"fmt"
	"slices"
	"strings"

	"intikhab/domain/geography"
	"intikhab/systems/rolls/people/names"
)

// Block is one census block in which people live.
type Block struct {
	Code                   geography.BlockCode
	NameEn, NameUr         string
	TehsilEn, TehsilUr     string
	DistrictEn, DistrictUr string
	NA, PA                 geography.Constituency
	Station                [geography.Genders]geography.StationID // "" where Peculiar.NoStation took it away
	Voters                 int
}

// area is a block with what its people are made from.
type area struct {
	Block
	place     pair // as addresses name it
	tail      pair // what stands in addresses after street and house
	at        names.Place
	town      bool // houses are in streets
	home      int32
	first     int // the number of its first person
	voters    int
	extras    [2]int32 // from and to in Population.extras
	extraSize int      // people in them
	given     int64    // counter of its first person's number
	women     int      // of 65536 voters
	xs        uint32   // of 2^32 voters are X
	growing   bool
	fewWomen  bool
	noStation bool
}

// meanBlock is how many voters a block has on the average: 122 million on 185,000.
const meanBlock = 660

// blockSizes are the lower ends of sixteen classes of size, equally frequent, in
// hundredths of the mean.
var blockSizes = [...]int{32, 46, 56, 64, 71, 78, 84, 90, 96, 102, 108, 115, 124, 136, 152, 182, 215}

// cell is what a portion of the constituencies and a tehsil have in common.
type cell struct {
	portion *geography.Portion
	home    int32
	weight  int // voters, of 2024
}

// plan lays the blocks out and says how many live in each.
func (p *Population) plan() error {
	p.homes = newHomes(p.cfg.Seed)
	p.movers = newMovers(p.homes, p.cfg.Seed)
	if len(p.cfg.Blocks) > 0 {
		if err := p.takeBlocks(); err != nil {
			return err
		}
	} else if err := p.makeBlocks(); err != nil {
		return err
	}
	few := len(p.areas) / fewWomen1in
	if len(p.areas) >= 4 {
		few = max(few, 1)
	}
	for k := range few {
		p.areas[spread(k, few, len(p.areas), 0)].fewWomen = true
	}
	first := 0
	for i := range p.areas {
		a := &p.areas[i]
		h := &p.homes[a.home]
		a.first, a.given = first, h.given
		first += a.voters
		h.given += int64(a.voters)
		a.Voters = a.voters
		a.at = names.PlaceOf(h.tehsil.District.Division.Province.Code)
		a.tail = pair{", " + a.place.en + ", Tehsil " + h.tehsil.NameEn + ", District " + h.tehsil.District.NameEn,
			"، " + a.place.ur + "، تحصیل " + h.tehsil.NameUr + "، ضلع " + h.tehsil.District.NameUr}
		r := newRandom(p.cfg.Seed, streamBlocks, uint64(a.Code)<<8)
		a.xs = uint32(h.tehsil.District.Division.Province.XPerMillion * 4295)
		a.women = womenOf(h.tehsil.District.Division.Province, a.fewWomen, &r)
	}
	for i := range p.homes {
		if p.homes[i].given > moversFrom {
			return fmt.Errorf("people: %d voters in tehsil %s, which has numbers for %d: ask for fewer, or for more districts",
				p.homes[i].given, p.homes[i].tehsil.NameEn, moversFrom)
		}
	}
	return nil
}

// fewWomen1in: in one block of so many most women are missing from the roll.
const fewWomen1in = 40

// womenOf says how many of 65536 voters of a block are women: up to eight in a hundred
// more or fewer than in the province, or eight to twenty in a hundred.
func womenOf(p *geography.Province, few bool, r *random) int {
	const whole = 65536
	if few {
		return whole*8/100 + r.below(whole*12/100)
	}
	mean := whole * (p.Voters - p.Men) / p.Voters
	return mean - whole*8/100 + r.below(whole*8/100) + r.below(whole*8/100)
}

// spread gives the place among n of the k-th of c things that are spread evenly, the
// places turned by the turn so that things of several kinds fall on several places.
func spread(k, c, n, turn int) int { return ((2*k+1)*n/(2*c) + turn) % n }

// voters gives each of n blocks its share.
func (p *Population) shares(n int) []int {
	sizes := make([]int, n)
	total := 0
	for i := range sizes {
		r := newRandom(p.cfg.Seed, streamBlocks, uint64(i)<<8|1)
		at := int(r.next() >> 60)
		sizes[i] = blockSizes[at] + r.below(blockSizes[at+1]-blockSizes[at])
		total += sizes[i]
	}
	cum := 0
	for i, s := range sizes {
		from := cum * p.cfg.Voters / total
		cum += s
		sizes[i] = cum*p.cfg.Voters/total - from
	}
	return sizes
}

func (p *Population) makeBlocks() error {
	cells, err := p.cells()
	if err != nil {
		return err
	}
	total := 0
	for _, c := range cells {
		total += c.weight
	}
	n := max(1, (p.cfg.Voters+meanBlock/2)/meanBlock)
	p.areas = make([]area, n)
	cellOf := make([]int32, n)
	at, cum, done := 0, cells[0].weight, 0
	for i, size := range p.shares(n) {
		for at+1 < len(cells) && (done+size/2)*total >= cum*p.cfg.Voters {
			at++
			cum += cells[at].weight
		}
		cellOf[i] = int32(at)
		p.areas[i].home, p.areas[i].voters = cells[at].home, size
		p.homes[cells[at].home].blocks++
		done += size
	}
	// Codes are given when a tehsil's blocks are counted: six blocks a circle, six
	// circles a charge, more where ninety-nine charges would not do.
	next := make([]int, len(p.homes))
	for i := range p.areas {
		a := &p.areas[i]
		h := &p.homes[a.home]
		k := next[a.home]
		next[a.home]++
		circles := max(6, (h.blocks+99*6-1)/(99*6))
		code, err := geography.MakeBlockCode(h.census, k/(6*circles)+1, k/6%circles+1, k%6+1)
		if err != nil {
			return fmt.Errorf("people: tehsil %s has no codes for %d blocks: ask for fewer voters, or for more districts: %w", h.tehsil.NameEn, h.blocks, err)
		}
		c := &cells[cellOf[i]]
		a.town = town(h.tehsil)
		a.place = placeName(h.tehsil, k)
		circle := geography.CircleOf(code)
		a.Block = Block{Code: code, TehsilEn: h.tehsil.NameEn, TehsilUr: h.tehsil.NameUr, NA: c.portion.NA, PA: c.portion.PA,
			DistrictEn: h.tehsil.District.NameEn, DistrictUr: h.tehsil.District.NameUr,
			NameEn: a.place.en + ", " + circle.String(),
			NameUr: fmt.Sprintf("%s، چارج نمبر %d، سرکل نمبر %d", a.place.ur, circle.Charge.Number, circle.Number)}
	}
	p.placeStations()
	return nil
}

// takeBlocks settles the blocks of the Config.
func (p *Population) takeBlocks() error {
	byName := map[[2]string]int32{}
	for i := range p.homes {
		t := p.homes[i].tehsil
		byName[[2]string{t.District.NameEn, t.NameEn}] = int32(i)
	}
	for _, b := range p.cfg.Blocks {
		if len(p.cfg.Districts) > 0 && !slices.Contains(p.cfg.Districts, b.DistrictEn) {
			continue
		}
		h, ok := byName[[2]string{b.DistrictEn, b.TehsilEn}]
		if !ok {
			return fmt.Errorf("people: block %s: tehsil %q of district %q is in no table of geography", b.Code, b.TehsilEn, b.DistrictEn)
		}
		a := area{Block: b, home: h, town: town(p.homes[h].tehsil)}
		a.place.en, _, _ = strings.Cut(b.NameEn, ",")
		a.place.ur, _, _ = strings.Cut(b.NameUr, "،")
		p.areas = append(p.areas, a)
	}
	if len(p.areas) == 0 {
		return fmt.Errorf("people: none of %d blocks is in the districts %q", len(p.cfg.Blocks), p.cfg.Districts)
	}
	for i, size := range p.shares(len(p.areas)) {
		p.areas[i].voters = size
	}
	return nil
}

// cells splits portions among tehsils. Which tehsils a constituency covers is in no
// table here; a district's seats and its tehsils, each in their order, are laid side by
// side.
func (p *Population) cells() ([]cell, error) {
	for _, d := range p.cfg.Districts {
		if _, ok := geography.DistrictNamed(d); !ok {
			return nil, fmt.Errorf("people: district %q is in no table of geography", d)
		}
	}
	byTehsil := map[*geography.Tehsil]int32{}
	for i := range p.homes {
		byTehsil[p.homes[i].tehsil] = int32(i)
	}
	total := map[*geography.District]int{}
	for _, q := range geography.Portions() {
		total[q.District]++
	}
	var cells []cell
	seen := map[*geography.District]int{}
	for _, q := range geography.Portions() {
		ts := q.District.Tehsils
		i, n, t := seen[q.District], total[q.District], len(ts)
		seen[q.District]++
		if len(p.cfg.Districts) > 0 && !slices.Contains(p.cfg.Districts, q.District.NameEn) {
			continue
		}
		// In units of 1/(n·t) of the district the portion is [i·t, i·t+t), and tehsil k
		// is [k·n, k·n+n).
		given := 0
		for k, tehsil := range ts {
			hi := min(i*t+t, k*n+n)
			if max(i*t, k*n) >= hi {
				continue
			}
			upTo := q.Voters * (hi - i*t) / t
			h := byTehsil[tehsil]
			cells = append(cells, cell{portion: q, home: h, weight: upTo - given})
			given = upTo
		}
	}
	return cells, nil
}
