package synth

import (
	"fmt"

	"intikhab/domain/geography"
)

// plan is the whole roll but for its voters: some 100 bytes a block.
type plan struct {
	seed     uint64
	voters   int
	homes    []home
	cells    []cell
	blocks   []block
	stations []station
	movers   movers
}

// cell is what a portion of the constituencies and a tehsil have in common.
type cell struct {
	portion *geography.Portion
	home    *home
	weight  int // voters, of 2024
}

// block is one electoral area.
type block struct {
	code               geography.BlockCode
	cell               int32
	size               int32
	movers             int32 // voters whose number was first given elsewhere
	stationM, stationF int32
	natives0           int64 // counters from which the block's numbers come
	movers0            int64
	place              int32 // which of the names of places
}

// station is one polling station.
type station struct {
	id       string
	kind     geography.StationKind
	cell     int32
	place    int32
	lat, lon int // millionths of a degree
}

// meanBlock is how many voters a block has on the average: 122 million on
// 185,000 blocks.
const meanBlock = 660

// blockSizes are the lower ends of sixteen classes of size, equally frequent, in
// hundredths of the mean.
var blockSizes = [...]int{32, 46, 56, 64, 71, 78, 84, 90, 96, 102, 108, 115, 124, 136, 152, 182}

func newPlan(voters int, seed uint64) *plan {
	p := &plan{seed: seed, voters: voters}
	p.homes = newHomes(seed)
	p.cells = newCells(p.homes)
	p.movers = newMovers(p.homes, seed)
	p.placeBlocks()
	p.placeStations()
	return p
}

// newCells splits portions among tehsils. Which tehsils a constituency covers is
// in no table here; a district's seats and its tehsils, each in their order, are
// laid side by side.
func newCells(homes []home) []cell {
	byTehsil := map[*geography.Tehsil]*home{}
	for i := range homes {
		byTehsil[homes[i].tehsil] = &homes[i]
	}
	total := map[*geography.District]int{}
	for _, p := range geography.Portions() {
		total[p.District]++
	}
	var cells []cell
	seen := map[*geography.District]int{}
	for _, p := range geography.Portions() {
		ts := p.District.Tehsils
		i, n, t := seen[p.District], total[p.District], len(ts)
		seen[p.District]++
		// In units of 1/(n·t) of the district the portion is [i·t, i·t+t), and
		// tehsil k is [k·n, k·n+n).
		given := 0
		for k, tehsil := range ts {
			lo, hi := max(i*t, k*n), min(i*t+t, k*n+n)
			if lo >= hi {
				continue
			}
			upTo := p.Voters * (hi - i*t) / t
			h := byTehsil[tehsil]
			cells = append(cells, cell{portion: p, home: h, weight: upTo - given})
			h.weight += upTo - given
			given = upTo
		}
	}
	return cells
}

// placeBlocks cuts the roll into blocks and lays them over the cells, so that
// each cell gets the blocks that its share of the voters asks for, also when
// there are fewer blocks than cells.
func (p *plan) placeBlocks() {
	total := 0
	for i := range p.cells {
		total += p.cells[i].weight
	}
	cellAt, cum := 0, p.cells[0].weight
	done, moved := 0, int64(0)
	for n := 0; done < p.voters; n++ {
		r := newRandom(p.seed, streamBlocks, uint64(n))
		at := int(r.next() >> 60)
		size := blockSizes[at]
		if at+1 < len(blockSizes) {
			size += r.below(blockSizes[at+1] - size)
		}
		size = size * meanBlock / 100
		if rest := p.voters - done; rest < size+meanBlock/3 {
			size = rest
		}
		for middle := uint64(done + size/2); cellAt+1 < len(p.cells) && middle*uint64(total) >= uint64(cum)*uint64(p.voters); {
			cellAt++
			cum += p.cells[cellAt].weight
		}
		h := p.cells[cellAt].home
		b := block{cell: int32(cellAt), size: int32(size), natives0: h.natives, movers0: moved, place: int32(r.below(1 << 20))}
		b.movers = int32((size + r.below(movers1in)) / movers1in)
		h.natives += int64(size) - int64(b.movers)
		moved += int64(b.movers)
		h.blocks++
		p.blocks = append(p.blocks, b)
		done += size
	}
	// Codes are given when a tehsil's blocks are counted: six blocks a circle,
	// six circles a charge, more where ninety-nine charges would not do.
	next := map[*home]int{}
	for i := range p.blocks {
		b := &p.blocks[i]
		h := p.cells[b.cell].home
		n := next[h]
		next[h]++
		circles := max(6, (h.blocks+99*6-1)/(99*6))
		code, err := geography.MakeBlockCode(h.census, n/(6*circles)+1, n/6%circles+1, n%6+1)
		if err != nil {
			panic(err) // MaxVoters keeps it from happening
		}
		b.code = code
	}
}

// Voters of one polling station, about. A combined one serves some two blocks;
// a pair, one for men and one for women, some four.
const (
	stationVoters = 1400
	pairsIn100    = 37 // of 100 groups of blocks, so that 46 of 100 stations are combined as in 2024
)

func (p *plan) placeStations() {
	numbers := map[geography.Constituency]int{}
	add := func(kind geography.StationKind, c int32, place int32, r *random) int32 {
		cell := &p.cells[c]
		na := cell.portion.NA
		numbers[na]++
		s := station{id: fmt.Sprintf("%s-%d", na, numbers[na]), kind: kind, cell: c, place: place}
		s.lat = cell.home.lat - cell.home.radius + r.below(2*cell.home.radius)
		s.lon = cell.home.lon - cell.home.radius + r.below(2*cell.home.radius)
		p.stations = append(p.stations, s)
		return int32(len(p.stations) - 1)
	}
	for i := 0; i < len(p.blocks); {
		r := newRandom(p.seed, streamStations, uint64(i))
		pair := r.below(100) < pairsIn100
		want := stationVoters
		if pair {
			want *= 2
		}
		first := &p.blocks[i]
		var m, f int32
		if pair {
			m = add(geography.MaleStation, first.cell, first.place, &r)
			f = add(geography.FemaleStation, first.cell, first.place, &r)
		} else {
			m = add(geography.CombinedStation, first.cell, first.place, &r)
			f = m
		}
		for have := 0; i < len(p.blocks) && p.blocks[i].cell == first.cell && have+int(p.blocks[i].size)/2 < want; i++ {
			have += int(p.blocks[i].size)
			p.blocks[i].stationM, p.blocks[i].stationF = m, f
		}
	}
}
