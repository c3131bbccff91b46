package freeze

import (
	"context"
	"strings"
	"testing"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/systems/voterinfo/rollindex/rollfile"
)

// sourced is a roll from records: two blocks, the men of the first shared by two stations.
func sourced(t *testing.T) Config {
	c := config(t, smallVoters, smallAreas, smallStations)
	keep := func(p rollfile.Problem) error { t.Errorf("%v", p); return nil }
	areas, err := rollfile.ReadAreas(c.Areas, nil, keep)
	if err != nil {
		t.Fatal(err)
	}
	stations, err := rollfile.ReadStations(c.Stations, nil, keep)
	if err != nil {
		t.Fatal(err)
	}
	c.Voters, c.Areas, c.Stations = "", "", ""
	c.Source = &Source{Areas: areas, Stations: stations, Total: 40,
		Splits: []Split{{440160404, geography.Male, 11, "C1"}, {440160404, geography.Male, 1, "M1"}},
		Voters: func(_ context.Context, rows func(int, []rollfile.Voter) error) error {
			var all []rollfile.Voter
			for i := range uint32(40) {
				n, err := cnic.FromUint64(3520112340000 + uint64(i))
				if err != nil {
					return err
				}
				all = append(all, rollfile.Voter{CNIC: n, Block: 440160404, Gender: geography.Gender(i / 20), Serial: i%20 + 1, Household: i/4 + 1, Line: int64(i)})
			}
			return rows(0, all)
		}}
	return c
}

func TestSource(t *testing.T) {
	r, roll := mustFreeze(t, sourced(t))
	if r.Voters != 40 || r.Rejected != 0 || len(r.Problems) != 0 {
		t.Fatalf("%d voters, %d rejected: %v", r.Voters, r.Rejected, r.Problems)
	}
	for i := range uint64(40) {
		n, _ := cnic.FromUint64(3520112340000 + i)
		e, ok := roll.Lookup(n)
		want := geography.StationID("F1")
		switch {
		case i < 10:
			want = "M1"
		case i < 20:
			want = "C1"
		}
		if !ok || e.Serial != uint32(i%20+1) || e.Household != uint32(i/4+1) || e.Station == nil || e.Station.ID != want {
			t.Errorf("voter %d: %+v %v, want %s", i, e, ok, want)
		}
	}
}

func TestSourceRefused(t *testing.T) {
	for name, change := range map[string]func(c *Config){
		"one of them is wanted": func(c *Config) { c.Voters = "voters.csv" },
		"no voters":             func(c *Config) { c.Source.Voters = nil },
		"not in the roll":       func(c *Config) { c.Source.Splits[0].Block = 7 },
		"not in the scheme":     func(c *Config) { c.Source.Splits[0].Station = "Z9" },
		"two splits":            func(c *Config) { c.Source.Splits[0].From = 1 },
	} {
		c := sourced(t)
		change(&c)
		if _, err := Freeze(t.Context(), c); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
