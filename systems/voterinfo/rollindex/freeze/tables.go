package freeze

import (
	"encoding/binary"
	"fmt"
	"math"

	"intikhab/domain/geography"
	"intikhab/systems/voterinfo/rollindex/format"
	"intikhab/systems/voterinfo/rollindex/rollfile"
)

// tables builds the sections areas, stations and names.
type tables struct {
	areas, stations []byte
	names           format.Names
	strings         format.Interner
	stationRow      map[geography.StationID]uint32 // plus one
	constituencyRow map[string]uint16              // plus one
}

func newTables(stations []rollfile.Station) *tables {
	t := &tables{stationRow: map[geography.StationID]uint32{}, constituencyRow: map[string]uint16{}}
	for i, s := range stations {
		t.stationRow[s.ID] = uint32(i + 1)
		for _, degrees := range []float64{s.Lat, s.Lon} {
			t.stations = binary.LittleEndian.AppendUint32(t.stations, uint32(int32(math.Round(degrees*1e7))))
		}
		t.names.Stations = append(t.names.Stations, [4]uint32{
			t.strings.Add(string(s.ID)), t.strings.Add(s.Kind), t.strings.Add(s.NameEn), t.strings.Add(s.NameUr),
		})
	}
	t.names.Strings = t.strings.Strings
	return t
}

// area adds one; a station that is not in the scheme is a problem, and the
// area stands without it.
func (t *tables) area(a rollfile.Area, problem func(rollfile.Problem) error) error {
	row := format.AreaRow{Block: uint32(a.Block)}
	for g, id := range a.Station {
		if id == "" {
			continue
		}
		row.StationMFX[g] = t.stationRow[id]
		if row.StationMFX[g] == 0 && (g < 2 || id != a.Station[0] && id != a.Station[1]) {
			err := problem(rollfile.Problem{Code: "unknown_station", Row: a.Block.String(), Reason: fmt.Sprintf(
				"block %v names station %s, which is not in the stations file: its voters are in the index, without a station", a.Block, id)})
			if err != nil {
				return err
			}
		}
	}
	for _, c := range []struct {
		code string
		row  *uint16
	}{{a.NA, &row.NA}, {a.PA, &row.PA}} {
		if c.code == "" {
			continue
		}
		n, ok := t.constituencyRow[c.code]
		if !ok {
			if len(t.names.Constituencies) == math.MaxUint16 {
				return fmt.Errorf("the areas name more than %d constituencies", math.MaxUint16)
			}
			t.names.Constituencies = append(t.names.Constituencies, t.strings.Add(c.code))
			n = uint16(len(t.names.Constituencies))
			t.constituencyRow[c.code] = n
		}
		*c.row = n
	}
	t.areas = row.Append(t.areas)
	t.names.Areas = append(t.names.Areas, [6]uint32{
		t.strings.Add(a.NameEn), t.strings.Add(a.NameUr), t.strings.Add(a.TehsilEn),
		t.strings.Add(a.TehsilUr), t.strings.Add(a.DistrictEn), t.strings.Add(a.DistrictUr),
	})
	t.names.Strings = t.strings.Strings
	return nil
}
