// Package rollfile reads the files from which a roll is frozen: voters, areas
// and stations as CSV (plain, gzip, zstd) or Parquet, as docs/roll-format.md
// describes them. Every row that cannot be taken is handed to the caller with
// its line and the reason; none is dropped in silence.
package rollfile

import (
	"fmt"
	"slices"
	"strings"
)

// Columns maps the names of the format to those that a file uses:
// "cnic" → "nic_no". A name that is not in it stands for itself.
type Columns map[string]string

// ParseColumns reads "cnic=nic_no,block_code=block".
func ParseColumns(text string) (Columns, error) {
	c := Columns{}
	for _, pair := range strings.Split(text, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		ours, theirs, ok := strings.Cut(pair, "=")
		if !ok || ours == "" || theirs == "" {
			return nil, fmt.Errorf("columns: %q is not NAME=NAME-IN-THE-FILE", pair)
		}
		if !slices.Contains(allColumns, ours) {
			return nil, fmt.Errorf("columns: the roll has no column %q; it has %s", ours, strings.Join(allColumns, ", "))
		}
		c[ours] = theirs
	}
	return c, nil
}

var (
	voterColumns   = []string{"cnic", "block_code", "gender", "serial", "household"}
	areaColumns    = []string{"block_code", "name_en", "name_ur", "tehsil_en", "tehsil_ur", "district_en", "district_ur", "na", "pa", "station_m", "station_f"}
	stationColumns = []string{"station_id", "kind", "name_en", "name_ur", "lat", "lon"}
	// station_x may be there: the station of voters of gender X.
	allColumns = distinct(slices.Concat(voterColumns, areaColumns, []string{"station_x"}, stationColumns))
)

func distinct(names []string) (all []string) {
	for _, n := range names {
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

// Problem is a row that was not taken, or taken only in part.
type Problem struct {
	File   string // base name of the file
	Line   int64  // line of a text file, row of a Parquet file; the header is line 1
	Code   string // stable: "cnic", "unknown_block", "cnic_twice", …
	Reason string // for people
	Row    string // as it stands in the file
	Other  string // for cnic_twice: line and content of the row that was kept
}

// find returns where in a header each wanted column stands, -1 for an optional
// one that is missing. One mapping serves all files of a roll, so a file without
// the other name is looked through for our own.
func (c Columns) find(file string, header, wanted, optional []string) ([]int, error) {
	place := func(name string) int {
		return slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
	}
	var missing []string
	at := make([]int, 0, len(wanted)+len(optional))
	for i, name := range slices.Concat(wanted, optional) {
		found, theirs := -1, name
		if other, ok := c[name]; ok {
			theirs, found = other, place(other)
		}
		if found < 0 {
			found = place(name)
		}
		if found < 0 && i < len(wanted) {
			missing = append(missing, theirs)
		}
		at = append(at, found)
	}
	if missing != nil {
		return nil, fmt.Errorf("%s has no column %s; its columns are %s (other names are given with --columns, as in cnic=nic_no)",
			file, strings.Join(missing, ", "), strings.Join(header, ", "))
	}
	return at, nil
}
