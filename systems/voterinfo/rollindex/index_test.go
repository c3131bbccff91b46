package rollindex_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/freeze"
)

// row is a voter as the test knows him.
type row struct {
	number            uint64
	block             int
	gender            geography.Gender
	serial, household uint32
}

// files is a roll in its three files.
type files struct {
	dir    string
	blocks int
	rows   []row
}

func blockCode(i int) geography.BlockCode { return geography.BlockCode(440_000_000 + 1009*i) }

func (f *files) write(t testing.TB) {
	var voters, areas, stations strings.Builder
	voters.WriteString("cnic,block_code,gender,serial,household\n")
	for _, r := range f.rows {
		fmt.Fprintf(&voters, "%013d,%v,%v,%d,%d\n", r.number, blockCode(r.block), r.gender, r.serial, r.household)
	}
	areas.WriteString("block_code,name_en,name_ur,tehsil_en,tehsil_ur,district_en,district_ur,na,pa,station_m,station_f\n")
	for i := range f.blocks {
		fmt.Fprintf(&areas, "%v,Area %d,علاقہ %d,Tehsil,تحصیل,District,ضلع,NA-%d,PS-%d,M%d,F%d\n", blockCode(i), i, i, i%5+1, i%7+1, i, i)
	}
	stations.WriteString("station_id,kind,name_en,name_ur,lat,lon\n")
	for i := range f.blocks {
		fmt.Fprintf(&stations, "M%d,male,School %d,سکول %d,24.5,67.25\nF%d,female,Girls' School %d,گرلز سکول %d,-0.5,\n", i, i, i, i, i, i)
	}
	for name, text := range map[string]string{"voters.csv": voters.String(), "areas.csv": areas.String(), "stations.csv": stations.String()} {
		if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (f *files) config(key rollindex.Key) freeze.Config {
	at := func(name string) string { return filepath.Join(f.dir, name) }
	return freeze.Config{
		Voters: at("voters.csv"), Areas: at("areas.csv"), Stations: at("stations.csv"), Out: at("roll.index"),
		Key: key, Name: "Test election", Date: time.Date(2027, 1, 20, 0, 0, 0, 0, time.UTC),
	}
}

func (f *files) freeze(t testing.TB, key rollindex.Key) (*freeze.Report, *rollindex.Roll) {
	t.Helper()
	f.write(t)
	report, err := freeze.Freeze(context.Background(), f.config(key))
	if err != nil {
		t.Fatal(err)
	}
	roll, err := rollindex.Open(filepath.Join(f.dir, "roll.index"), key)
	if err != nil {
		t.Fatal(err)
	}
	return report, roll
}

// check holds the roll against the rows, and against numbers beside them.
func (f *files) check(t testing.TB, roll *rollindex.Roll) {
	t.Helper()
	on := map[uint64]row{}
	for _, r := range f.rows {
		if _, twice := on[r.number]; !twice {
			on[r.number] = r
		}
	}
	var numbers []cnic.Number
	for n := range on {
		for _, m := range []uint64{n, n + 1, n - 1, cnic.Space - 1 - n} {
			if number, err := cnic.FromUint64(m); err == nil {
				numbers = append(numbers, number)
			}
		}
	}
	for _, edge := range []uint64{0, 1, cnic.Space - 1} {
		number, _ := cnic.FromUint64(edge)
		numbers = append(numbers, number)
	}
	entries, found := make([]rollindex.Entry, len(numbers)), make([]bool, len(numbers))
	roll.LookupMany(numbers, entries, found)
	for i, n := range numbers {
		got, ok := roll.Lookup(n)
		if got != entries[i] || ok != found[i] {
			t.Fatalf("%s: one by one %+v %v, together %+v %v", n.Reveal(), got, ok, entries[i], found[i])
		}
		want, on := on[n.RevealUint64()]
		if ok != on {
			t.Fatalf("%s: found %v, on the roll %v", n.Reveal(), ok, on)
		}
		if !on {
			continue
		}
		if got.Block != blockCode(want.block) || got.Gender != want.gender || got.Serial != want.serial || got.Household != want.household {
			t.Fatalf("%s: %v %v %d %d, want %v %v %d %d", n.Reveal(), got.Block, got.Gender, got.Serial, got.Household,
				blockCode(want.block), want.gender, want.serial, want.household)
		}
		station := fmt.Sprintf("%c%d", "MFM"[want.gender], want.block)
		if got.Station == nil || string(got.Station.ID) != station {
			t.Fatalf("%s: station %v, want %s", n.Reveal(), got.Station, station)
		}
		if a := got.Area; a.NameEn != fmt.Sprintf("Area %d", want.block) || a.NameUr != fmt.Sprintf("علاقہ %d", want.block) ||
			string(a.NA) != fmt.Sprintf("NA-%d", want.block%5+1) || string(a.PA) != fmt.Sprintf("PS-%d", want.block%7+1) {
			t.Fatalf("%s: area %+v", n.Reveal(), a)
		}
	}
}

func TestIndexAgainstMap(t *testing.T) {
	key := rollindex.NewKey()
	rapid.Check(t, func(t *rapid.T) {
		// rapid wants no files of testing.T's: one folder for all its tries.
		dir, err := os.MkdirTemp("", "index")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		f := files{dir: dir, blocks: rapid.IntRange(1, 40).Draw(t, "blocks")}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		close_ := rapid.Bool().Draw(t, "numbers close together")
		wild := rapid.Bool().Draw(t, "wild serials and households")
		next := map[[2]int]uint32{}
		for range rapid.IntRange(1, 3000).Draw(t, "rows") {
			r := row{number: rng.Uint64N(cnic.Space), block: rng.IntN(f.blocks), gender: geography.Gender(rng.IntN(3))}
			if close_ {
				r.number = 3_520_000_000_000 + rng.Uint64N(4000)
			}
			list := [2]int{r.block, int(r.gender)}
			next[list]++
			r.serial, r.household = next[list], next[list]/3+rng.Uint32N(2)
			if rng.IntN(20) == 0 {
				r.household = rng.Uint32N(300)
			}
			if wild && rng.IntN(3) == 0 {
				r.serial, r.household = rng.Uint32()>>rng.IntN(32)|1, rng.Uint32()>>rng.IntN(32)
			}
			f.rows = append(f.rows, r)
		}
		report, roll := f.freeze(testingTB{t: t}, key)
		if report.Voters != roll.Info().Voters || report.Voters+report.Rejected != uint64(len(f.rows)) {
			t.Fatalf("%d rows: %d in the index, %d refused", len(f.rows), report.Voters, report.Rejected)
		}
		f.check(testingTB{t: t}, roll)
	})
}

// testingTB lets helpers that take a testing.TB fail inside rapid.
type testingTB struct {
	testing.TB
	t *rapid.T
}

func (t testingTB) Helper()                           {}
func (t testingTB) Fatal(args ...any)                 { t.t.Fatal(args...) }
func (t testingTB) Fatalf(format string, args ...any) { t.t.Fatalf(format, args...) }
