// Package anomaly is what is unlikely in an electoral roll and calls for an officer's
// look: too few women or men, ages and households that are not to be believed, sudden
// growth, blocks too large, too small or without a polling station, many families at one
// address, deaths that were reported and not acted on. They are the faults that rolls were
// reproached with (the dead of the rolls before 2012, addresses where nobody lives, the
// missing women; section 47 of the Elections Act 2017 asks for the gap between men and
// women). One pass over the roll finds them; docs/anomalies.md gives each with its
// threshold and why.
//
// It changes nothing in the roll and says nothing of anybody: what it found is a question,
// and the finding is an officer's, with his reason. TestKnown measures it against people
// of whom it is known what is wrong.
package anomaly

import (
	"slices"

	"intikhab/domain/geography"
)

// Kind is what is unlikely.
type Kind string

// The kinds.
const (
	WomenBlock Kind = "gender-blocks"  // the share of women in a block is far from its district's
	WomenSeat  Kind = "gender-seats"   // a constituency's from its districts', or its gap is wide
	TooOld     Kind = "too-old"        // voters of an age that nobody reaches
	TooYoung   Kind = "too-young"      // voters below the voting age, or born in the future
	Households Kind = "households"     // households of a size that nobody believes
	Growth     Kind = "growth"         // blocks in which many came at once
	Over       Kind = "over-size"      // blocks with more voters than a station takes
	Under      Kind = "under-size"     // blocks with hardly a voter
	NoStation  Kind = "no-station"     // blocks with voters who have no polling station
	Address    Kind = "one-address"    // many families' cards at one address
	Deaths     Kind = "deaths-waiting" // deaths reported and not acted on
)

var kinds = []Kind{WomenBlock, WomenSeat, TooOld, TooYoung, Households, Growth, Over, Under, NoStation, Address, Deaths}

// Kinds are all kinds, in the order in which pages have them.
func Kinds() []Kind { return slices.Clone(kinds) }

// Known tells whether there is such a kind.
func (k Kind) Known() bool { return slices.Contains(kinds, k) }

// Persons tells whether what the kind finds are voters, or begins with one: then the id is
// a voter's number.
func (k Kind) Persons() bool {
	switch k {
	case TooOld, TooYoung, Households, Address, Deaths:
		return true
	}
	return false
}

// Settings are the thresholds; docs/anomalies.md gives the reason of each.
type Settings struct {
	BlockPoints  int `json:"block_points"`  // the share of women differs from the district's by so many of a hundred
	SeatPoints   int `json:"seat_points"`   // and a constituency's from that of its districts
	SeatGap      int `json:"seat_gap"`      // so many of a hundred more men than women: the commission's own yardstick (recalled)
	Blocks       int `json:"blocks"`        // a district with fewer blocks is no measure: the whole roll is
	GapVoters    int `json:"gap_voters"`    // blocks with fewer voters are not measured
	Oldest       int `json:"oldest"`        // years
	Youngest     int `json:"youngest"`      // years
	Household    int `json:"household"`     // voters in one household
	GrowthDays   int `json:"growth_days"`   // who came in so many days is new
	Growth       int `json:"growth"`        // so many of a hundred voters are new
	GrowthTimes  int `json:"growth_times"`  // and so many times the share in the middle block of the district
	GrowthVoters int `json:"growth_voters"` // and so many new voters at least
	Over         int `json:"over"`          // voters
	Under        int `json:"under"`         // voters
	Families     int `json:"families"`      // households at one address
	Most         int `json:"most"`          // things of one kind that a worker keeps; more are counted only
}

// Standard are the settings that docs/anomalies.md explains.
func Standard() Settings {
	return Settings{BlockPoints: 15, SeatPoints: 5, SeatGap: 10, Blocks: 5, GapVoters: 100, Oldest: 110, Youngest: 18, Household: 25,
		GrowthDays: 365, Growth: 20, GrowthTimes: 2, GrowthVoters: 30, Over: 1500, Under: 100, Families: 15, Most: 200_000}
}

// Thresholds are the numbers that a kind is found by, by their names in the catalogue.
func (s Settings) Thresholds(k Kind) []any {
	switch k {
	case WomenBlock:
		return []any{"points", s.BlockPoints, "voters", s.GapVoters}
	case WomenSeat:
		return []any{"points", s.SeatPoints, "gap", s.SeatGap}
	case TooOld:
		return []any{"age", s.Oldest}
	case TooYoung:
		return []any{"age", s.Youngest}
	case Households:
		return []any{"voters", s.Household}
	case Growth:
		return []any{"percent", s.Growth, "days", s.GrowthDays, "times", s.GrowthTimes, "voters", s.GrowthVoters}
	case Over:
		return []any{"voters", s.Over}
	case Under:
		return []any{"voters", s.Under}
	case Address:
		return []any{"families", s.Families}
	}
	return nil
}

// Bands are the lower ends of the age bands of a block's figures; the first is whoever is
// younger, or of no known age.
var Bands = [...]int{18, 26, 36, 46, 56, 66}

func bandOf(age int) int {
	for i := len(Bands) - 1; i >= 0; i-- {
		if age >= Bands[i] {
			return i + 1
		}
	}
	return 0
}

// BlockFigures are the figures of one block.
type BlockFigures struct {
	Code       geography.BlockCode
	Voters     [geography.Genders]int64
	Fresh      int64 // who came in Settings.GrowthDays
	Households int64
	Largest    int64 // voters of the largest household
	Ages       [geography.Genders][len(Bands) + 1]int64
}

// All is how many voters the block has.
func (f *BlockFigures) All() int64 { return f.Voters[0] + f.Voters[1] + f.Voters[2] }

// AreaFigures are those of a district or a constituency.
type AreaFigures struct {
	Blocks int64
	Voters [geography.Genders]int64
	Fresh  int64 // the median of the blocks' shares, per thousand
}

// Women is the share of women of all voters, per thousand.
func (f *AreaFigures) Women() int64 { return women(f.Voters) }

func women(v [geography.Genders]int64) int64 { return perMille(v[geography.Female], v[0]+v[1]+v[2]) }

func perMille(part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	return (part*2000 + whole) / (2 * whole)
}
