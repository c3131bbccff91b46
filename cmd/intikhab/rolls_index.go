package main

import (
	"context"
	"fmt"
	"sync/atomic"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/frozen"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/freeze"
	"intikhab/systems/voterinfo/rollindex/rollfile"
)

// rollIndexes builds 8300's indexes of the office's own records, and brings them to the
// nodes. release is nil in a command, which has no nodes.
type rollIndexes struct {
	key     rollindex.Key
	release func(ctx context.Context, path, note string) error
}

// Build implements frozen.Indexes.
func (x rollIndexes) Build(ctx context.Context, b frozen.Build) (frozen.Built, error) {
	source := &freeze.Source{Areas: make([]rollfile.Area, len(b.Blocks))}
	for i, one := range b.Blocks {
		source.Areas[i] = rollfile.Area{Block: one.Code, NameEn: one.NameEn, NameUr: one.NameUr, TehsilEn: one.TehsilEn, TehsilUr: one.TehsilUr,
			DistrictEn: one.DistrictEn, DistrictUr: one.DistrictUr, NA: string(one.NA), PA: string(one.PA), Station: one.Station, Line: int64(i)}
		for _, next := range one.Next {
			source.Total += uint64(next) - 1
		}
	}
	for _, s := range b.Stations {
		source.Stations = append(source.Stations, rollfile.Station{ID: s.ID, Kind: string(s.Kind), NameEn: s.NameEn, NameUr: s.NameUr, Lat: s.Lat, Lon: s.Lon})
	}
	for of, shares := range b.Splits {
		for _, share := range shares {
			source.Splits = append(source.Splits, freeze.Split{Block: of.Block, Gender: of.List, From: share.From, Station: share.Station})
		}
	}
	var line atomic.Int64
	source.Voters = func(ctx context.Context, rows func(int, []rollfile.Voter) error) error {
		buffers := make([][]rollfile.Voter, rolls.Workers())
		return b.Voters(ctx, func(worker int, some []frozen.Voter) error {
			out := buffers[worker][:0]
			last := line.Add(int64(len(some)))
			for i, v := range some {
				out = append(out, rollfile.Voter{CNIC: v.CNIC, Block: v.Block, Gender: v.List, Serial: v.Serial, Household: v.Household, Line: last - int64(len(some)-i)})
			}
			buffers[worker] = out
			return rows(worker, out)
		})
	}
	report, err := freeze.Freeze(ctx, freeze.Config{Source: source, Key: x.key, Name: b.Name, Date: b.Day, Out: b.Out})
	if err != nil {
		return frozen.Built{}, err
	}
	if report.Rejected > 0 || report.Problems["cnic_twice"] > 0 {
		return frozen.Built{}, fmt.Errorf("%d voters of the database cannot be in an index, and the roll is not taken: %s says which and why", report.Rejected, report.RejectsFile)
	}
	return frozen.Built{Root: fmt.Sprintf("%x", report.Header.Root), Voters: int64(report.Voters)}, nil
}

// Open implements frozen.Indexes.
func (x rollIndexes) Open(path string) (frozen.Lookup, error) {
	roll, err := rollindex.Open(path, x.key)
	if err != nil {
		return nil, err
	}
	return openIndex{roll}, nil
}

// Release implements frozen.Indexes.
func (x rollIndexes) Release(ctx context.Context, path, note string) error {
	if x.release == nil {
		return nil
	}
	return x.release(ctx, path, note)
}

// openIndex is an index that answers as 8300 does.
type openIndex struct{ roll *rollindex.Roll }

// Lookup implements frozen.Lookup.
func (x openIndex) Lookup(n cnic.Number) (v frozen.Voter, station geography.StationID, ok bool) {
	e, ok := x.roll.Lookup(n)
	if ok && e.Station != nil {
		station = e.Station.ID
	}
	return frozen.Voter{CNIC: n, Block: e.Block, List: e.Gender, Serial: e.Serial, Household: e.Household}, station, ok
}

// Built implements frozen.Lookup.
func (x openIndex) Built() frozen.Built {
	info := x.roll.Info()
	return frozen.Built{Root: info.Root, Voters: int64(info.Voters)}
}

// indexes are what the rolls make indexes with on this node; nil where it does not answer
// for 8300, or has no key of its rolls.
func (n *node) indexes() (frozen.Indexes, error) {
	if !n.cfg.answersVoters() {
		return nil, nil
	}
	key, err := n.cfg.Roll.key()
	if err != nil {
		return nil, err
	}
	return rollIndexes{key, n.bring}, nil
}
