// Package synth makes a synthetic roll: voters who do not exist, in the real
// provinces, districts, tehsils and constituencies, for demonstrations,
// measurements and tests. It writes the three files of a roll as the import
// reads them (voters.csv, areas.csv, stations.csv).
//
// What is as in a real roll: how voters are spread over constituencies and
// districts, block and household sizes, the share of men, women and X in each
// province, serials that run from 1 in each list of each block, households that
// rise with the serial but for additions, one voter in twenty.
// TestRollLooksReal shows it. What is not: names, places and numbers, which are
// drawn; the last digit of a number says nothing of the voter's gender, so that
// whoever derives sex from it finds out here.
//
// The same Config gives the same bytes, on any number of processors, whatever
// the machine: no floating point decides anything.
package synth

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"intikhab/domain/cnic"
)

// The names of the files.
const (
	VotersFile   = "voters.csv"
	AreasFile    = "areas.csv"
	StationsFile = "stations.csv"
)

// MaxVoters is the most that a roll can have; beyond it a tehsil might run out
// of numbers.
const MaxVoters = 500_000_000

// Config says what roll to make.
type Config struct {
	Voters   int
	Seed     uint64
	Dir      string                  // made if it is not there
	Progress func(done, total int64) // called now and then with voters written; may be nil
}

// Report says what was made.
type Report struct {
	Voters, Areas, Stations int
	Examples                []cnic.Number // three that are on the roll, or fewer on a roll of fewer
	Absent                  []cnic.Number // three that are not
}

// Generate writes the roll. The files get their names when all three are whole:
// after an error or a cancelled context those of an earlier roll are as they
// were. Only a renaming that fails between two others could leave files of two
// rolls side by side; the error then says which.
func Generate(ctx context.Context, c Config) (Report, error) {
	if c.Voters < 1 || c.Voters > MaxVoters {
		return Report{}, fmt.Errorf("synth: %d voters: from 1 to %d can be made", c.Voters, MaxVoters)
	}
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return Report{}, fmt.Errorf("synth: no folder to write to: %w", err)
	}
	p := newPlan(c.Voters, c.Seed)
	var parts []*part
	defer func() {
		for _, f := range parts {
			f.drop()
		}
	}()
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{StationsFile, p.writeStations},
		{AreasFile, p.writeAreas},
		{VotersFile, func(w io.Writer) error { return p.writeVoters(ctx, w, c.Progress) }},
	} {
		part, err := create(c.Dir, f.name)
		if err != nil {
			return Report{}, fmt.Errorf("synth: %w", err)
		}
		parts = append(parts, part)
		if err := f.write(part.file); err != nil {
			return Report{}, fmt.Errorf("synth: writing %s: %w", part.path, err)
		}
	}
	for _, f := range parts {
		if err := f.keep(); err != nil {
			return Report{}, fmt.Errorf("synth: %w", err)
		}
	}
	r := Report{Voters: c.Voters, Areas: len(p.blocks), Stations: len(p.stations)}
	r.Examples, r.Absent = p.examples()
	return r, nil
}

// part is a file that has not its name yet.
type part struct {
	file *os.File
	path string
}

func create(dir, name string) (*part, error) {
	path := filepath.Join(dir, name)
	f, err := os.Create(path + ".part")
	return &part{f, path}, err
}

func (p *part) keep() error {
	if err := p.file.Close(); err != nil {
		return err
	}
	return os.Rename(p.path+".part", p.path)
}

func (p *part) drop() {
	p.file.Close()
	os.Remove(p.path + ".part") // gone already where it was kept
}

func (p *plan) writeStations(w io.Writer) error {
	c := csv.NewWriter(w)
	c.Write([]string{"station_id", "kind", "name_en", "name_ur", "lat", "lon"})
	for i := range p.stations {
		s := &p.stations[i]
		en, ur := p.stationName(s)
		c.Write([]string{s.id, string(s.kind), en, ur, degrees(s.lat), degrees(s.lon)})
	}
	c.Flush()
	return c.Error()
}

func (p *plan) writeAreas(w io.Writer) error {
	c := csv.NewWriter(w)
	c.Write([]string{"block_code", "name_en", "name_ur", "tehsil_en", "tehsil_ur", "district_en", "district_ur", "na", "pa", "station_m", "station_f"})
	for i := range p.blocks {
		b := &p.blocks[i]
		cell := &p.cells[b.cell]
		t := cell.home.tehsil
		en, ur := p.areaName(b)
		c.Write([]string{b.code.String(), en, ur, t.NameEn, t.NameUr, t.District.NameEn, t.District.NameUr,
			string(cell.portion.NA), string(cell.portion.PA), p.stations[b.stationM].id, p.stations[b.stationF].id})
	}
	c.Flush()
	return c.Error()
}

// degrees writes millionths of a degree.
func degrees(millionths int) string {
	sign := ""
	if millionths < 0 {
		sign, millionths = "-", -millionths
	}
	return fmt.Sprintf("%s%d.%06d", sign, millionths/1_000_000, millionths%1_000_000)
}
