package anomaly

import (
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/likeness"
)

// Item is one thing that was found.
type Item struct {
	Kind            Kind
	ID              string
	Block           geography.BlockCode // 0 of a constituency
	District        string              // keys of package area, "" where there is none
	Tehsil          string
	NA, PA          geography.Constituency
	Measure, Beside int64  // the figure, and what it is held against: see docs/anomalies.md
	Basis           string // of a death: waits, previewed, rejected or returned; of a constituency: gap or district
}

// pass is one passage over the roll.
type pass struct {
	settings Settings
	today    rolls.Date
	since    time.Time // who came after it is new
	splits   map[rolls.Shared][]rolls.Share
	parts    []part // one a worker
}

// part is what one worker has found; its maps are used again from block to block.
type part struct {
	blocks []placed
	items  []Item
	count  map[Kind]int64 // with those beyond Settings.Most

	homes    map[uint32]group
	places   map[uint64]group
	families map[family]struct{}
	hashes   map[string]uint64
}

// placed are a block's figures with where it lies.
type placed struct {
	BlockFigures
	district, tehsil string
	na, pa           geography.Constituency
}

// group is voters who have a household or an address in common.
type group struct {
	voters, families int64
	first            rolls.VoterID
}

type family struct {
	place uint64
	home  uint32
}

func newPass(s Settings, now time.Time, today rolls.Date, splits map[rolls.Shared][]rolls.Share) *pass {
	p := &pass{settings: s, today: today, since: now.AddDate(0, 0, -s.GrowthDays), splits: splits, parts: make([]part, rolls.Workers())}
	for i := range p.parts {
		p.parts[i] = part{count: map[Kind]int64{}, homes: map[uint32]group{}, places: map[uint64]group{}, families: map[family]struct{}{}, hashes: map[string]uint64{}}
	}
	return p
}

// see takes one block's entries.
func (p *pass) see(worker int, b rolls.Block, entries []rolls.Entry) error {
	part := &p.parts[worker]
	clear(part.homes)
	clear(part.places)
	clear(part.families)
	clear(part.hashes)
	f := placed{BlockFigures: BlockFigures{Code: b.Code}, district: b.District.String(), tehsil: b.Tehsil.String(), na: b.NA, pa: b.PA}
	for i := range entries {
		e := &entries[i]
		age := e.Born.Age(p.today)
		f.Voters[e.List]++
		if e.Born.IsZero() {
			f.Ages[e.List][0]++
		} else {
			f.Ages[e.List][bandOf(age)]++
			switch {
			case age > p.settings.Oldest:
				part.add(p, f.item(TooOld, e.ID.String(), int64(age), int64(p.settings.Oldest)))
			case age < p.settings.Youngest:
				part.add(p, f.item(TooYoung, e.ID.String(), int64(age), int64(p.settings.Youngest)))
			}
		}
		if e.Entered.After(p.since) {
			f.Fresh++
		}
		part.group(e)
	}
	part.groups(p, &f)
	p.station(part, &f, &b)
	switch all := f.All(); {
	case all > int64(p.settings.Over):
		part.add(p, f.item(Over, b.Code.String(), all, int64(p.settings.Over)))
	case all < int64(p.settings.Under):
		part.add(p, f.item(Under, b.Code.String(), all, int64(p.settings.Under)))
	}
	part.blocks = append(part.blocks, f)
	return nil
}

// item is a thing of a block.
func (f *placed) item(k Kind, id string, measure, beside int64) Item {
	return Item{Kind: k, ID: id, Block: f.Code, District: f.district, Tehsil: f.tehsil, NA: f.na, PA: f.pa, Measure: measure, Beside: beside}
}

func (part *part) add(p *pass, it Item) {
	part.count[it.Kind]++
	if part.count[it.Kind] <= int64(p.settings.Most) {
		part.items = append(part.items, it)
	}
}

// group counts a voter with those of the same household, and of the same address.
func (part *part) group(e *rolls.Entry) {
	home := part.homes[e.Household]
	home.join(e.ID)
	part.homes[e.Household] = home
	text := addressText(e)
	if text == "" {
		return
	}
	hash, ok := part.hashes[text]
	if !ok {
		hash = addressHash(text)
		part.hashes[text] = hash
	}
	place := part.places[hash]
	place.join(e.ID)
	one := family{hash, e.Household}
	if _, ok := part.families[one]; !ok {
		part.families[one] = struct{}{}
		place.families++
	}
	part.places[hash] = place
}

func (g *group) join(id rolls.VoterID) {
	g.voters++
	if g.first == 0 || id < g.first {
		g.first = id
	}
}

// addressHash is the same for addresses of the same words in any order.
func addressHash(text string) uint64 {
	words := strings.Fields(likeness.Fold(text))
	slices.Sort(words)
	h := fnv.New64a()
	for _, w := range words {
		h.Write([]byte(w))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// groups tells of the households and addresses of a block that are not to be believed. An
// address at which more than three of four voters of the block live is its village's name.
func (part *part) groups(p *pass, f *placed) {
	f.Households = int64(len(part.homes))
	for _, g := range part.homes {
		f.Largest = max(f.Largest, g.voters)
		if g.voters >= int64(p.settings.Household) {
			part.add(p, f.item(Households, g.first.String(), g.voters, int64(p.settings.Household)))
		}
	}
	for _, g := range part.places {
		if g.families >= int64(p.settings.Families) && g.voters*4 <= f.All()*3 {
			part.add(p, f.item(Address, g.first.String(), g.families, g.voters))
		}
	}
}

// station tells of a block with voters on a list that has no polling station.
func (p *pass) station(part *part, f *placed, b *rolls.Block) {
	without := int64(0)
	for list, n := range f.Voters {
		if n > 0 && b.Station[list] == "" && len(p.splits[rolls.Shared{Block: b.Code, List: rolls.List(list)}]) == 0 {
			without += n
		}
	}
	if without > 0 {
		part.add(p, f.item(NoStation, b.Code.String(), without, f.All()))
	}
}
