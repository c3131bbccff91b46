package freeze

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/rollfile"
	"intikhab/systems/voterinfo/synth"
)

// testKey is a key that protects nothing.
var testKey = func() rollindex.Key {
	k, err := rollindex.ParseKey("PRIVATE+ROLL+KEY+1+35771895+AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
	if err != nil {
		panic(err)
	}
	return k
}()

const (
	areaHead    = "block_code,name_en,name_ur,tehsil_en,tehsil_ur,district_en,district_ur,na,pa,station_m,station_f\n"
	stationHead = "station_id,kind,name_en,name_ur,lat,lon\n"
	voterHead   = "cnic,block_code,gender,serial,household\n"
	smallAreas  = areaHead +
		"440160404,Society,سوسائٹی,Ferozeabad,فیروز آباد,Karachi East,کراچی شرقی,NA-245,PS-110,M1,F1\n" +
		"440160405,Colony,کالونی,Ferozeabad,فیروز آباد,Karachi East,کراچی شرقی,NA-245,PS-111,C1,C1\n"
	smallStations = stationHead + "M1,male,School,سکول,24.5,67.25\nF1,female,Girls' School,گرلز سکول,24.5,67.25\nC1,combined,Office,دفتر,,\n"
	smallVoters   = voterHead + "3520112345671,440160404,M,1,1\n4230149640001,440160404,F,1,158\n"
)

func config(t testing.TB, voters, areas, stations string) Config {
	t.Helper()
	dir := t.TempDir()
	at := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return Config{
		Voters: at("voters.csv", voters), Areas: at("areas.csv", areas), Stations: at("stations.csv", stations), Out: filepath.Join(dir, "roll.index"),
		Key: testKey, Name: "Test", Date: time.Date(2027, 1, 20, 15, 4, 5, 0, time.Local),
	}
}

func mustFreeze(t testing.TB, c Config) (*Report, *rollindex.Roll) {
	t.Helper()
	r, err := Freeze(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r, open(t, c)
}

func open(t testing.TB, c Config) *rollindex.Roll {
	t.Helper()
	roll, err := rollindex.Open(c.Out, c.Key)
	if err != nil {
		t.Fatal(err)
	}
	return roll
}

func lookup(t testing.TB, roll *rollindex.Roll, number string) string {
	t.Helper()
	n, err := cnic.Parse(number)
	if err != nil {
		t.Fatal(err)
	}
	e, ok := roll.Lookup(n)
	if !ok {
		return "not on the roll"
	}
	station := "none"
	if e.Station != nil {
		station = string(e.Station.ID)
	}
	return fmt.Sprintf("%v %v %d %d %s", e.Block, e.Gender, e.Serial, e.Household, station)
}

func rejectRows(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func names(t testing.TB, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// A large roll, row by row.
func TestFreezeLookup(t *testing.T) {
	const voters = 50_000
	dir := t.TempDir()
	if _, err := synth.Generate(context.Background(), synth.Config{Voters: voters, Seed: 1, Dir: dir}); err != nil {
		t.Fatal(err)
	}
	c := Config{
		Voters: filepath.Join(dir, synth.VotersFile), Areas: filepath.Join(dir, synth.AreasFile), Stations: filepath.Join(dir, synth.StationsFile),
		Out: filepath.Join(dir, "roll.index"), Key: testKey, Name: "Synthetic", Date: time.Date(2027, 1, 20, 0, 0, 0, 0, time.UTC),
	}
	var stages []Stage
	c.Progress = func(s Stage, done, total uint64) {
		if len(stages) == 0 || stages[len(stages)-1] != s {
			stages = append(stages, s)
		}
		if done > total {
			t.Errorf("%s: %d of %d", s, done, total)
		}
	}
	report, roll := mustFreeze(t, c)
	if report.Voters != voters || report.Rejected != 0 || report.RejectsFile != "" {
		t.Errorf("%+v", report)
	}
	if !slices.Equal(stages, []Stage{Reading, Placing, Writing}) {
		t.Errorf("stages %v", stages)
	}
	if err := roll.Verify(context.Background(), nil); err != nil {
		t.Error(err)
	}
	areas, err := rollfile.ReadAreas(c.Areas, nil, func(p rollfile.Problem) error { return errors.New(p.Reason) })
	if err != nil {
		t.Fatal(err)
	}
	byBlock := map[string]rollfile.Area{}
	for _, a := range areas {
		byBlock[a.Block.String()] = a
	}
	rows := 0
	r := rollfile.VotersReader{Path: c.Voters, Problem: func(p rollfile.Problem) error { return errors.New(p.Reason) }}
	perWorker := make([][]rollfile.Voter, r.Workers())
	r.Rows = func(w int, v []rollfile.Voter) error {
		perWorker[w] = append(perWorker[w], v...)
		return nil
	}
	if err := r.Read(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, v := range slices.Concat(perWorker...) {
		rows++
		e, ok := roll.Lookup(v.CNIC)
		a := byBlock[v.Block.String()]
		if !ok || e.Block != v.Block || e.Gender != v.Gender || e.Serial != v.Serial || e.Household != v.Household || e.Station == nil || e.Station.ID != a.Station[v.Gender] ||
			e.Area.NameEn != a.NameEn || e.Area.NameUr != a.NameUr || e.Area.DistrictUr != a.DistrictUr || string(e.Area.NA) != a.NA || string(e.Area.PA) != a.PA {
			t.Fatalf("line %d: %v, %+v, want %+v", v.Line, ok, e, a)
		}
		if near, err := cnic.FromUint64(v.CNIC.RevealUint64() ^ 1); err == nil {
			roll.Lookup(near)
		}
	}
	if rows != voters {
		t.Errorf("%d rows", rows)
	}
}

// The same roll gives the same bytes, index and rejects file, whatever the
// number of processors; and also when the rejects file does not fit in memory
// the index is the same.
func TestSameBytesWhateverTheProcessors(t *testing.T) {
	var voters strings.Builder
	voters.WriteString(voterHead)
	const n = 60_000
	for i := range n {
		switch {
		case i%100 == 50:
			fmt.Fprintf(&voters, "bad %d\n", i)
		case i%100 == 51:
			fmt.Fprintf(&voters, "%013d,999999999,M,1,1\n", i)
		case i%100 == 52: // twice
			fmt.Fprintf(&voters, "%013d,440160405,F,%d,%d\n", (i-10)*7919, i, i)
		default:
			fmt.Fprintf(&voters, "%013d,44016040%d,%c,%d,%d\n", i*7919, 4+i%2, "MFX"[i%3], i/6+1, i/18)
		}
	}
	c := config(t, voters.String(), smallAreas, smallStations)
	read := func() (index, rejects []byte, report *Report) {
		report, _ = mustFreeze(t, c)
		index, err1 := os.ReadFile(c.Out)
		rejects, err2 := os.ReadFile(report.RejectsFile)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		return index, rejects, report
	}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	index1, rejects1, report1 := read()
	runtime.GOMAXPROCS(7)
	index7, rejects7, report7 := read()
	if !bytes.Equal(index1, index7) {
		t.Error("one processor and seven give unlike indexes")
	}
	if !bytes.Equal(rejects1, rejects7) {
		t.Error("one processor and seven give unlike rejects files")
	}
	if !slices.Equal(report1.FirstProblems, report7.FirstProblems) || report1.FirstProblems[0].Row != "bad 50" {
		t.Errorf("first problems %+v, %+v", report1.FirstProblems, report7.FirstProblems)
	}
	if report1.Rejected != 3*n/100 || report1.Voters != n-3*n/100 {
		t.Errorf("%d voters, %d rejected", report1.Voters, report1.Rejected)
	}
	defer func(n int) { heldBytes = n }(heldBytes)
	heldBytes = 10_000
	index, rejects, _ := read()
	if !bytes.Equal(index, index1) {
		t.Error("the order of problems changes the index")
	}
	sorted := func(b []byte) []string {
		lines := strings.Split(string(b), "\n")
		slices.Sort(lines)
		return lines
	}
	if !slices.Equal(sorted(rejects), sorted(rejects1)) {
		t.Error("written as they come, the problems are others")
	}
}

func TestRejects(t *testing.T) {
	c := config(t,
		voterHead+
			"3520112345671,440160404,M,1,1\n"+ // 2
			"3520112345672,440160404,F,2,1\n"+ // 3: repeated on 5 and 9
			"letters,440160404,M,1,1\n"+ // 4
			"35201-1234567-2,440160405,M,7,9\n"+ // 5
			"3520112345673,440160499,M,1,1\n"+ // 6
			"3520112345674,440160404,Z,1,1\n"+ // 7
			"3520112345675,440160405,X,3,4\n"+ // 8
			"3520112345672,440160404,F,2,1\n", // 9
		smallAreas+
			"440160405,Twice,,,,,,,,,\n"+
			"440160406,Lost,,,,,,NA-1,PS-1,M9,\n",
		smallStations+"M1,male,Again,,0,0\n")
	report, roll := mustFreeze(t, c)
	if report.Voters != 3 || report.Rejected != 5 || report.RejectsFile != c.Out+".rejects.csv" {
		t.Errorf("%+v", report)
	}
	want := [][]string{
		{"file", "line", "code", "reason", "row", "other"},
		{"stations.csv", "5", "station_twice", "station M1 stands on line 2 already", "M1,male,Again,,0,0", ""},
		{"areas.csv", "4", "block_twice", "block 440160405 stands on line 3 already", "440160405,Twice,,,,,,,,,", ""},
		{"areas.csv", "5", "unknown_station", "block 440160406 names station M9, which is not in the stations file: its voters are in the index, without a station", "440160406", ""},
		{"voters.csv", "4", "cnic", "", "letters,440160404,M,1,1", ""},
		{"voters.csv", "5", "cnic_twice", "the same number stands on line 3, which is in the index; this row is not", "3520112345672,440160405,M,7,9", "line 3: 3520112345672,440160404,F,2,1"},
		{"voters.csv", "6", "unknown_block", "block 440160499 is not in the areas file", "3520112345673,440160499,M,1,1", ""},
		{"voters.csv", "7", "gender", "", "3520112345674,440160404,Z,1,1", ""},
		{"voters.csv", "9", "cnic_twice", "the same number stands on line 3, which is in the index; this row is not", "3520112345672,440160404,F,2,1", "line 3: 3520112345672,440160404,F,2,1"},
	}
	got := rejectRows(t, report.RejectsFile)
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i := range want {
		if want[i][3] == "" {
			want[i][3] = got[i][3]
		}
		if !slices.Equal(got[i], want[i]) || got[i][3] == "" {
			t.Errorf("got  %q\nwant %q", got[i], want[i])
		}
	}
	for code, n := range map[string]uint64{"station_twice": 1, "block_twice": 1, "unknown_station": 1, "cnic": 1, "cnic_twice": 2, "unknown_block": 1, "gender": 1} {
		if report.Problems[code] != n {
			t.Errorf("%s: counted %d, want %d", code, report.Problems[code], n)
		}
	}
	if len(report.FirstProblems) != firstProblems || report.FirstProblems[0].Code != "station_twice" {
		t.Errorf("%+v", report.FirstProblems)
	}
	for number, want := range map[string]string{
		"3520112345671": "440160404 M 1 1 M1", "3520112345672": "440160404 F 2 1 F1", "3520112345675": "440160405 X 3 4 C1",
		"3520112345673": "not on the roll", "3520112345674": "not on the roll",
	} {
		if got := lookup(t, roll, number); got != want {
			t.Errorf("%s: %s, want %s", number, got, want)
		}
	}
	for _, path := range []string{c.Out, report.RejectsFile} {
		if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v %v", filepath.Base(path), info.Mode(), err)
		}
	}
}

// Files that were there before, readable by all, are not so afterwards.
func TestModes(t *testing.T) {
	c := config(t, smallVoters+"bad\n", smallAreas, smallStations)
	dir := filepath.Dir(c.Out)
	for _, name := range []string{"roll.index", ".roll.index.partial", "roll.index.rejects.csv"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	mustFreeze(t, c)
	for _, name := range []string{"roll.index", "roll.index.rejects.csv"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
}

func TestNoRejectsFileWhenAllIsGood(t *testing.T) {
	c := config(t, smallVoters, smallAreas, smallStations)
	if err := os.WriteFile(c.Out+".rejects.csv", []byte("of the last time"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustFreeze(t, c)
	if got := names(t, filepath.Dir(c.Out)); !slices.Equal(got, []string{"areas.csv", "roll.index", "stations.csv", "voters.csv"}) {
		t.Errorf("left: %q", got)
	}
}

func TestStations(t *testing.T) {
	areas := strings.TrimSpace(areaHead) + ",station_x\n" +
		"440160404,a,,,,,,,,M1,F1,X1\n" +
		"440160405,a,,,,,,,,M1,F1,\n" +
		"440160406,a,,,,,,,,,F1,\n" +
		"440160407,a,,,,,,,,,,\n" // no scheme
	var voters strings.Builder
	voters.WriteString(voterHead)
	number := 3520112345000
	for block := 440160404; block < 440160408; block++ {
		for _, g := range "MFX" {
			fmt.Fprintf(&voters, "%d,%d,%c,1,1\n", number, block, g)
			number++
		}
	}
	c := config(t, voters.String(), areas, smallStations+"X1,combined,Office,دفتر,,\n")
	_, roll := mustFreeze(t, c)
	number = 3520112345000
	for _, want := range strings.Fields("M1 F1 X1 M1 F1 M1 none F1 F1 none none none") {
		if got := lookup(t, roll, fmt.Sprint(number)); !strings.HasSuffix(got, " "+want) {
			t.Errorf("%d: %s, want station %s", number, got, want)
		}
		number++
	}
	n, _ := cnic.Parse("3520112345000")
	e, _ := roll.Lookup(n)
	if e.Station.Kind != "male" || e.Station.NameUr != "سکول" || e.Area.StationM.Lat != 24.5 || e.Area.StationM.Lon != 67.25 {
		t.Errorf("%+v", e.Station)
	}
}

func TestFreezeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		voters, areas string
		change        func(*Config)
		reason        string
	}{
		"no name":            {change: func(c *Config) { c.Name = "" }, reason: "no name for the roll"},
		"name that is none":  {change: func(c *Config) { c.Name = "\xff" }, reason: "UTF-8"},
		"no date":            {change: func(c *Config) { c.Date = time.Time{} }, reason: "no date"},
		"folder":             {change: func(c *Config) { c.Out = filepath.Dir(c.Out) }, reason: "is not a file"},
		"over the voters":    {change: func(c *Config) { c.Out = c.Voters }, reason: "would be overwritten"},
		"rejects over areas": {change: func(c *Config) { c.Rejects = c.Areas }, reason: "would be overwritten"},
		"rejects over index": {change: func(c *Config) { c.Rejects = c.Out }, reason: "at once"},
		"no such voters":     {change: func(c *Config) { c.Voters += "x" }, reason: "no such file"},
		"no area":            {areas: areaHead, reason: "no area could be taken"},
		"no voter":           {voters: voterHead, reason: "no voter could be taken"},
		"only bad voters":    {voters: voterHead + "x\ny\n", reason: "the first of 2 refused rows is line 2 of voters.csv"},
		"other columns":      {voters: "a,b\n", reason: "no column cnic"},
	} {
		if c.voters == "" {
			c.voters = smallVoters
		}
		if c.areas == "" {
			c.areas = smallAreas
		}
		cfg := config(t, c.voters, c.areas, smallStations)
		if c.change != nil {
			c.change(&cfg)
		}
		if _, err := Freeze(context.Background(), cfg); err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v, want a word of %q", name, err, c.reason)
		}
		if b, err := os.ReadFile(filepath.Join(filepath.Dir(cfg.Areas), "voters.csv")); err != nil || string(b) != c.voters {
			t.Errorf("%s: the voters file has changed", name)
		}
		for _, n := range names(t, filepath.Dir(cfg.Areas)) {
			if n == "roll.index" || strings.HasPrefix(n, ".") {
				t.Errorf("%s: %s is left", name, n)
			}
		}
	}
}

// Ensure that two rolls that differ in one voter have nothing in common that
// shows, though key, name and date are the same: no mask is used twice.
func TestNoMaskIsUsedTwice(t *testing.T) {
	var lists [2][]byte
	for i, voters := range []string{smallVoters, smallVoters + "4230149640003,440160405,F,1,1\n"} {
		c := config(t, voters, smallAreas, smallStations)
		report, _ := mustFreeze(t, c)
		s, _ := report.Header.Section("lists")
		b, err := os.ReadFile(c.Out)
		if err != nil {
			t.Fatal(err)
		}
		lists[i] = b[s.Offset:][:s.Length]
	}
	same := 0
	for i := range lists[0] {
		if lists[0][i] == lists[1][i] {
			same++
		}
	}
	if same > len(lists[0])/4 {
		t.Errorf("%d of %d bytes of the lists are the same", same, len(lists[0]))
	}
}
