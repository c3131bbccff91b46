package freeze

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"intikhab/domain/geography"
	"intikhab/systems/voterinfo/rollindex/format"
	"intikhab/systems/voterinfo/rollindex/rollfile"
)

// A Source is a roll that is not in files: the office's own records.
type Source struct {
	Areas    []rollfile.Area
	Stations []rollfile.Station
	Splits   []Split
	Total    uint64 // voters, about, for the progress
	// Voters gives all voters to rows, in no order, with a Line of their own each below
	// 2^32, by which a number that stands twice is told of; worker is below
	// runtime.GOMAXPROCS(0) and one worker's calls do not overlap.
	Voters func(ctx context.Context, rows func(worker int, rows []rollfile.Voter) error) error
}

// A Split says that the voters of a list vote at Station from serial From on, up to the
// next split of the list.
type Split struct {
	Block   geography.BlockCode
	Gender  geography.Gender
	From    uint32
	Station geography.StationID
}

func (c *Config) checkSource() error {
	switch {
	case c.Source == nil:
		return nil
	case c.Voters != "" || c.Areas != "" || c.Stations != "":
		return errors.New("freeze: files and a source are given; one of them is wanted")
	case c.Source.Voters == nil:
		return errors.New("freeze: the source gives no voters")
	}
	c.Voters, c.Areas, c.Stations = "voters", "areas", "stations" // as problems name them
	return nil
}

// splits gives the rows of the splits section.
func (f *freezer) splits(t *tables) (section []byte, err error) {
	if f.Source == nil {
		return nil, nil
	}
	codes := make([]geography.BlockCode, len(f.areas))
	for i, a := range f.areas {
		codes[i] = a.Block
	}
	var rows []format.SplitRow
	for _, s := range f.Source.Splits {
		area, ok := slices.BinarySearch(codes, s.Block)
		if !ok || s.Gender > geography.X {
			return nil, fmt.Errorf("freeze: a split is of list %v of block %v, which is not in the roll", s.Gender, s.Block)
		}
		station := t.stationRow[s.Station]
		if station == 0 {
			return nil, fmt.Errorf("freeze: the split of list %v of block %v names station %s, which is not in the scheme", s.Gender, s.Block, s.Station)
		}
		rows = append(rows, format.SplitRow{List: uint32(3*area) + uint32(s.Gender), Serial: s.From, Station: station})
	}
	slices.SortFunc(rows, func(a, b format.SplitRow) int {
		if a.List != b.List {
			return int(a.List) - int(b.List)
		}
		return int(int64(a.Serial) - int64(b.Serial))
	})
	for i, row := range rows {
		if i > 0 && row.List == rows[i-1].List && row.Serial == rows[i-1].Serial {
			return nil, fmt.Errorf("freeze: two splits of list %d begin at serial %d", row.List, row.Serial)
		}
		section = row.Append(section)
	}
	return section, nil
}
