package format

import (
	"encoding/binary"
	"fmt"
)

// SplitBytes is the length of one row of the splits section.
const SplitBytes = 16

// SplitRow says from which serial on a list's voters vote at which station. Rows rise by
// list, then by serial.
type SplitRow struct {
	List    uint32 // 3·area + gender, as in the section lists
	Serial  uint32
	Station uint32 // row of the stations section, plus one
}

// Append writes the row; its last four bytes are zero.
func (s SplitRow) Append(b []byte) []byte {
	le := binary.LittleEndian
	return le.AppendUint32(le.AppendUint32(le.AppendUint32(le.AppendUint32(b, s.List), s.Serial), s.Station), 0)
}

// ParseSplits reads the section of a roll of so many areas and stations.
func ParseSplits(section []byte, areas, stations uint64) ([]SplitRow, error) {
	if len(section)%SplitBytes != 0 {
		return nil, fmt.Errorf("section \"splits\" has %d bytes, not a multiple of %d", len(section), SplitBytes)
	}
	rows := make([]SplitRow, len(section)/SplitBytes)
	le := binary.LittleEndian
	for i := range rows {
		b := section[i*SplitBytes:]
		row := SplitRow{le.Uint32(b), le.Uint32(b[4:]), le.Uint32(b[8:])}
		switch {
		case uint64(row.List) >= 3*areas:
			return nil, fmt.Errorf("split %d is of list %d of %d", i, row.List, 3*areas)
		case row.Station == 0 || uint64(row.Station) > stations:
			return nil, fmt.Errorf("split %d names station %d of %d", i, row.Station, stations)
		case le.Uint32(b[12:]) != 0:
			return nil, fmt.Errorf("split %d does not end in zeros", i)
		case i > 0 && (row.List < rows[i-1].List || row.List == rows[i-1].List && row.Serial <= rows[i-1].Serial):
			return nil, fmt.Errorf("split %d is out of order", i)
		}
		rows[i] = row
	}
	return rows, nil
}
