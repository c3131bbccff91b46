package print

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/print/supplement"
)

// A Roll is what is printed of one block.
type Roll struct {
	Block       rolls.Block
	Entries     []rolls.Entry // by list and serial, as Store.Walk gives them
	Places      *Places
	Supplements []supplement.Supplement // issued, and with number 0 what changed since; nil: not asked for
	// Photograph gives a photograph by its name, nil if there is none. It is not
	// called for prints without photographs.
	Photograph func(id string) ([]byte, error)
}

// Places are where the lists of all blocks vote.
type Places struct {
	stations map[geography.StationID]geography.PollingStation
	splits   map[rolls.Shared][]rolls.Share
}

// ReadPlaces reads them, once for all blocks.
func ReadPlaces(tx *database.Tx, store *rolls.Store) (*Places, error) {
	all, err := store.Stations(tx)
	if err != nil {
		return nil, err
	}
	p := &Places{stations: make(map[geography.StationID]geography.PollingStation, len(all))}
	for _, one := range all {
		p.stations[one.ID] = one
	}
	p.splits, err = store.Splits(tx)
	return p, err
}

// Read reads all that a print of a block needs, but photographs.
func Read(tx *database.Tx, store *rolls.Store, code geography.BlockCode) (*Roll, error) {
	b, err := store.Block(tx, code)
	if err != nil {
		return nil, err
	}
	r := &Roll{Block: b}
	if r.Entries, err = store.All(tx, code); err != nil {
		return nil, err
	}
	if r.Places, err = ReadPlaces(tx, store); err != nil {
		return nil, err
	}
	r.Supplements, err = supplement.Read(tx, store, &r.Block, r.Entries)
	return r, err
}

// list is the entries of one list.
func (r *Roll) list(l rolls.List) (all []rolls.Entry) {
	for i := range r.Entries {
		if r.Entries[i].List == l {
			all = append(all, r.Entries[i])
		}
	}
	return all
}

// Counts is how many stand on each list, and in how many households.
func (r *Roll) Counts() (n [geography.Genders]int, households int) {
	seen := make(map[uint32]bool)
	for i := range r.Entries {
		if l := r.Entries[i].List; int(l) < len(n) {
			n[l]++
		}
		seen[r.Entries[i].Household] = true
	}
	return n, len(seen)
}

// Lists are those that are printed where nobody says which: men's and women's always,
// X's if anybody stands on it or left it.
func (r *Roll) Lists() []rolls.List {
	all := []rolls.List{geography.Male, geography.Female}
	n, _ := r.Counts()
	left := 0
	for _, s := range r.Supplements {
		left += len(s.Lists[geography.X].Deleted)
	}
	if n[geography.X]+left > 0 {
		all = append(all, geography.X)
	}
	return all
}

// A share is a part of a list with its polling station.
type share struct {
	from, to uint32
	voters   int
	station  geography.StationID
}

// shares are the parts of a list by their stations; none where there is no scheme yet.
func (r *Roll) shares(l rolls.List, entries []rolls.Entry) (all []share) {
	var splits []rolls.Share
	if r.Places != nil {
		splits = r.Places.splits[rolls.Shared{Block: r.Block.Code, List: l}]
	}
	if len(splits) == 0 && r.Block.Station[l] != "" {
		splits = []rolls.Share{{From: 1, Station: r.Block.Station[l]}}
	}
	for i, s := range splits {
		one := share{from: s.From, station: s.Station}
		for k := range entries {
			serial := entries[k].Serial
			if serial < s.From || i+1 < len(splits) && serial >= splits[i+1].From {
				continue
			}
			one.voters++
			one.to = max(one.to, serial)
		}
		if i+1 < len(splits) {
			one.to = splits[i+1].From - 1
		}
		all = append(all, one)
	}
	return all
}

// station is a polling station in words.
func (r *Roll) station(o *Options, id geography.StationID) string {
	if r.Places != nil {
		if s, ok := r.Places.stations[id]; ok {
			return o.say("print.station_named", "name", o.name(s.NameEn, s.NameUr), "id", string(id))
		}
	}
	return string(id)
}

// State names what the roll of the block holds, in 16 letters: two prints of the same
// state hold the same voters. It is made of numbers and versions and says nothing of a
// person.
func (r *Roll) State() string {
	h := sha256.New()
	fmt.Fprintf(h, "%v %d %v %v %v %v %q %q\n", r.Block.Code, r.Block.Edition, r.Block.Consolidated.UnixMicro(), r.Block.NA, r.Block.PA, r.Block.Station, r.Block.NameEn, r.Block.NameUr)
	var row [8 + 8 + 4 + 4 + 1]byte
	for i := range r.Entries {
		e := &r.Entries[i]
		binary.BigEndian.PutUint64(row[:], uint64(e.ID))
		binary.BigEndian.PutUint64(row[8:], uint64(e.Version))
		binary.BigEndian.PutUint32(row[16:], e.Serial)
		binary.BigEndian.PutUint32(row[20:], e.Household)
		row[24] = byte(e.List)
		h.Write(row[:])
	}
	for l := range geography.Genders {
		for _, s := range r.shares(rolls.List(l), nil) {
			fmt.Fprintf(h, "%d %d %s\n", l, s.from, s.station)
		}
	}
	for i := range r.Supplements {
		s := &r.Supplements[i]
		added, deleted, corrected := s.Size()
		fmt.Fprintf(h, "%d %d %d %d %d\n", s.Number, s.From.UnixMicro(), added, deleted, corrected)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
