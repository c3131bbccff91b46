// Package freeze makes a frozen roll out of the roll's files: the act of
// section 39 of the Elections Act 2017, after which the roll of an election
// changes no more.
//
// It reads the voters once, sorts them in parts through temporary files, and
// writes the index of package format. Memory does not grow with the roll but
// for some bits a voter; TestFreezeLookup holds the result against the files.
package freeze

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"
	"unicode/utf8"

	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/format"
	"intikhab/systems/voterinfo/rollindex/rollfile"
)

// Config says what is frozen.
type Config struct {
	Voters, Areas, Stations string           // files; none of them if there is a Source
	Source                  *Source          // instead of the files
	Columns                 rollfile.Columns // other names of their columns
	Key                     rollindex.Key
	Name                    string    // of the roll
	Date                    time.Time // of freezing
	Out                     string    // the index
	Rejects                 string    // if "", Out + ".rejects.csv"
	// Progress, if not nil, is told of each stage's progress. It is called
	// often and must not wait.
	Progress func(stage Stage, done, total uint64)
}

// Stage is a part of the work.
type Stage string

// The stages, in their order.
const (
	Reading Stage = "reading voters"
	Placing Stage = "sorting lists"
	Writing Stage = "writing the index"
)

// Report is what a freeze has done.
type Report struct {
	Voters   uint64 // in the index
	Rejected uint64 // rows that are not
	// Problems counts rows in the rejects file by their code; RejectsFile is
	// "" when there are none.
	Problems      map[string]uint64
	FirstProblems []rollfile.Problem
	RejectsFile   string
	Header        *format.Header
	Elapsed       time.Duration
}

// Freeze makes the index. After it returns without error the index is complete
// on the disk under its name and passes rollindex.Open; when it returns an
// error, or the program ends half-way, what was there under that name is
// untouched.
func Freeze(ctx context.Context, c Config) (*Report, error) {
	start := time.Now()
	if err := c.check(); err != nil {
		return nil, err
	}
	out, err := create(c.Out)
	if err != nil {
		return nil, err
	}
	defer out.close()
	bad, err := newRejects(c.Rejects)
	if err != nil {
		return nil, err
	}
	f := &freezer{
		Config: c, ctx: ctx, out: out, rejects: bad, workers: runtime.GOMAXPROCS(0),
	}
	header, err := f.run()
	if finishErr := bad.finish(); err == nil {
		err = finishErr
	}
	if err != nil {
		return nil, f.explain(err)
	}
	if err := out.commit(header); err != nil {
		return nil, err
	}
	r := &Report{Voters: f.voters, Rejected: f.rejected, Problems: bad.count, FirstProblems: bad.first, Header: f.header, Elapsed: time.Since(start)}
	if len(bad.count) > 0 {
		r.RejectsFile = c.Rejects
	}
	return r, nil
}

// explain names the first rows that were refused, since they are most often
// why nothing could be frozen.
func (f *freezer) explain(err error) error {
	if errors.Is(err, errNoVoters) && len(f.rejects.first) > 0 {
		p := f.rejects.first[0]
		return fmt.Errorf("%w; the first of %d refused rows is line %d of %s: %s (all are in %s)", err, f.rejected, p.Line, p.File, p.Reason, f.Rejects)
	}
	return err
}

func (c *Config) check() error {
	if err := c.checkSource(); err != nil {
		return err
	}
	for _, need := range []struct{ what, value string }{
		{"voters file", c.Voters}, {"areas file", c.Areas}, {"stations file", c.Stations}, {"output file", c.Out}, {"name for the roll", c.Name},
	} {
		if need.value == "" {
			return fmt.Errorf("freeze: no %s given", need.what)
		}
	}
	if !utf8.ValidString(c.Name) || len(c.Name) > 1000 {
		return errors.New("freeze: the roll's name is to be UTF-8 of at most 1,000 bytes")
	}
	if c.Date.IsZero() {
		return errors.New("freeze: no date of freezing given")
	}
	c.Date = time.Date(c.Date.Year(), c.Date.Month(), c.Date.Day(), 0, 0, 0, 0, time.UTC)
	if c.Rejects == "" {
		c.Rejects = c.Out + ".rejects.csv"
	}
	if info, err := os.Stat(c.Out); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("freeze: %s is there and is not a file", c.Out)
	}
	for _, in := range []string{c.Voters, c.Areas, c.Stations} {
		if c.Source == nil && (same(in, c.Out) || same(in, c.Rejects)) {
			return fmt.Errorf("freeze: %s would be overwritten: give another name to the index and the rejects file", in)
		}
	}
	if filepath.Clean(c.Out) == filepath.Clean(c.Rejects) || same(c.Out, c.Rejects) {
		return fmt.Errorf("freeze: %s cannot be index and rejects file at once", c.Out)
	}
	return nil
}

// same tells whether two paths name one file that is there.
func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// freezer is one freeze under way.
type freezer struct {
	Config
	ctx     context.Context
	out     *file
	rejects *rejects
	workers int
	salt    rollindex.Salt // from read on
	masks   *rollindex.Masks

	areas    []rollfile.Area // in the order of block codes
	rejected uint64          // voters' rows
	places   uint64          // voters' rows that were taken
	voters   uint64          // of those, all but repeated numbers
	geo      format.Geometry
	code     *format.Code
	lists    []uint32 // places before each list, and at last all
	houses   []byte   // code words, not masked, with padding
	chunks   []byte
	header   *format.Header
}

func (f *freezer) progress(s Stage, done, total uint64) {
	if f.Progress != nil {
		f.Progress(s, done, total)
	}
}

var errNoVoters = errors.New("no voter could be taken: nothing to freeze")

// sections is how many there are; one more where lists are split.
const sections = 9

func (c *Config) sections() int {
	if c.Source != nil && len(c.Source.Splits) > 0 {
		return sections + 1
	}
	return sections
}

// run does the work and returns the header.
func (f *freezer) run() ([]byte, error) {
	if err := f.out.skip(format.HeaderLength(f.Name, f.sections())); err != nil {
		return nil, err
	}
	stations, err := f.tables()
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(f.Out)
	byBlock, err := newSpill(dir, blockRowBytes)
	if err != nil {
		return nil, err
	}
	defer byBlock.close()
	if err := f.read(byBlock); err != nil {
		return nil, err
	}
	if f.places = byBlock.total(); f.places == 0 {
		return nil, errNoVoters
	}
	if f.places >= 1<<32-1 {
		return nil, fmt.Errorf("%d voters are more than an index can hold (2^32 - 2)", f.places)
	}
	f.geo = format.NewGeometry(f.places, f.places)
	byNumber, err := newSpill(dir, numberRowBytes)
	if err != nil {
		return nil, err
	}
	defer byNumber.close()
	if err := f.place(byBlock, byNumber); err != nil {
		return nil, err
	}
	byBlock.close()
	if err := f.write(byNumber); err != nil {
		return nil, err
	}
	f.geo.Voters = f.voters
	f.header = &format.Header{
		Name: f.Name, Frozen: f.Date, Geometry: f.geo, Areas: uint64(len(f.areas)), Stations: uint64(stations),
		KeyID: f.Key.ID(), Salt: f.salt, Sections: f.out.sections, FileSize: f.out.at,
	}
	return f.header.Append(nil, func(root []byte) []byte { return f.Key.MAC(f.salt, root) }), nil
}

// tables reads areas and stations and writes their sections.
func (f *freezer) tables() (stations int, err error) {
	stationRows, err := f.givenTables()
	if err != nil {
		return 0, err
	}
	if len(f.areas) == 0 {
		return 0, fmt.Errorf("%s: no area could be taken", filepath.Base(f.Areas))
	}
	slices.SortFunc(f.areas, func(a, b rollfile.Area) int { return int(a.Block) - int(b.Block) })
	t := newTables(stationRows)
	for _, a := range f.areas {
		if err := t.area(a, func(p rollfile.Problem) error {
			p.File, p.Line = filepath.Base(f.Areas), a.Line
			return f.rejects.add(p)
		}); err != nil {
			return 0, err
		}
	}
	for _, s := range []struct {
		name string
		b    []byte
	}{{"areas", t.areas}, {"stations", t.stations}, {"names", t.names.Append(nil)}} {
		if err := f.out.section(s.name, s.b); err != nil {
			return 0, err
		}
	}
	splits, err := f.splits(t)
	if err == nil && len(splits) > 0 {
		err = f.out.section("splits", splits)
	}
	return len(stationRows), err
}

// givenTables takes areas and stations from the source or the files.
func (f *freezer) givenTables() (stations []rollfile.Station, err error) {
	if f.Source != nil {
		f.areas = slices.Clone(f.Source.Areas)
		return f.Source.Stations, nil
	}
	if stations, err = rollfile.ReadStations(f.Stations, f.Columns, f.rejects.add); err != nil {
		return nil, err
	}
	f.areas, err = rollfile.ReadAreas(f.Areas, f.Columns, f.rejects.add)
	return stations, err
}
