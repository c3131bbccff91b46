package anomaly

import (
	"cmp"
	"slices"

	"intikhab/domain/geography"
	"intikhab/platform/office/area"
)

// country gathers what the workers have found, and what only the figures of all blocks
// together show: gaps and growth.
func (p *pass) country() (blocks []placed, items []Item, areas map[string]*AreaFigures, count map[Kind]int64) {
	areas, count = map[string]*AreaFigures{}, map[Kind]int64{}
	for i := range p.parts {
		blocks = append(blocks, p.parts[i].blocks...)
		items = append(items, p.parts[i].items...)
		for k, n := range p.parts[i].count {
			count[k] += n
		}
	}
	slices.SortFunc(blocks, func(a, b placed) int { return cmp.Compare(a.Code, b.Code) })
	fresh := map[string][]int64{}
	for i := range blocks {
		f := &blocks[i]
		for _, key := range f.keys() {
			a := areas[key]
			if a == nil {
				a = &AreaFigures{}
				areas[key] = a
			}
			a.Blocks++
			for list, n := range f.Voters {
				a.Voters[list] += n
			}
		}
		if f.All() > 0 {
			for _, key := range []string{districtKey(f.district), area.Country.String()} {
				fresh[key] = append(fresh[key], perMille(f.Fresh, f.All()))
			}
		}
	}
	for key, shares := range fresh {
		slices.Sort(shares)
		areas[key].Fresh = shares[(len(shares)-1)/2]
	}
	found := func(it Item) {
		count[it.Kind]++
		items = append(items, it)
	}
	for i := range blocks {
		p.gap(&blocks[i], areas, found)
		p.growth(&blocks[i], areas, found)
	}
	p.seats(blocks, areas, found)
	return blocks, items, areas, count
}

// keys are the keys of areas whose figures have the block's voters.
func (f *placed) keys() []string {
	keys := []string{area.Country.String(), districtKey(f.district)}
	for _, seat := range []geography.Constituency{f.na, f.pa} {
		if seat != "" {
			keys = append(keys, area.OfConstituency(seat).String())
		}
	}
	return keys
}

// districtKey is that of a district; all blocks whose district the tables do not have are
// held together.
func districtKey(district string) string {
	if district == "" {
		return "district:"
	}
	return district
}

// around is what a block is held against: its district, or the whole roll where the
// district has too few blocks to say what is usual there.
func (p *pass) around(f *placed, areas map[string]*AreaFigures) *AreaFigures {
	if d := areas[districtKey(f.district)]; d.Blocks >= int64(p.settings.Blocks) {
		return d
	}
	return areas[area.Country.String()]
}

func (p *pass) gap(f *placed, areas map[string]*AreaFigures, found func(Item)) {
	if f.All() < int64(p.settings.GapVoters) {
		return
	}
	here, there := women(f.Voters), p.around(f, areas).Women()
	if differ(here, there) >= int64(p.settings.BlockPoints)*10 {
		found(f.item(WomenBlock, f.Code.String(), here, there))
	}
}

func differ(a, b int64) int64 { return max(a-b, b-a) }

// growth tells of a block in which many are new: of a hundred voters, and against the
// middle block of its district, so that a district that was entered as a whole is none.
func (p *pass) growth(f *placed, areas map[string]*AreaFigures, found func(Item)) {
	share, middle := perMille(f.Fresh, f.All()), p.around(f, areas).Fresh
	if f.Fresh >= int64(p.settings.GrowthVoters) && share >= int64(p.settings.Growth)*10 && share >= middle*int64(p.settings.GrowthTimes) {
		found(f.item(Growth, f.Code.String(), share, middle))
	}
}

// seats holds each constituency against the districts in which it lies, each by as many
// voters as it has there.
func (p *pass) seats(blocks []placed, areas map[string]*AreaFigures, found func(Item)) {
	expected := map[geography.Constituency]int64{} // thousandths of women
	for i := range blocks {
		f := &blocks[i]
		for _, seat := range []geography.Constituency{f.na, f.pa} {
			expected[seat] += f.All() * areas[districtKey(f.district)].Women()
		}
	}
	delete(expected, "")
	for seat, sum := range expected {
		a := areas[area.OfConstituency(seat).String()]
		all := a.Voters[0] + a.Voters[1] + a.Voters[2]
		if all == 0 {
			continue
		}
		it := Item{Kind: WomenSeat, ID: seat.String(), Measure: a.Women(), Beside: sum / all}
		if seat.Assembly() == geography.National {
			it.NA = seat
		} else {
			it.PA = seat
		}
		switch gap := perMille(a.Voters[geography.Male]-a.Voters[geography.Female], all); {
		case differ(it.Measure, it.Beside) >= int64(p.settings.SeatPoints)*10:
			it.Basis = "district"
		case gap >= int64(p.settings.SeatGap)*10:
			it.Basis = "gap"
		default:
			continue
		}
		found(it)
	}
}
