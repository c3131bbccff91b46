package synth

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
)

// generate makes a roll and gives the three files.
func generate(t *testing.T, voters int, seed uint64) (Report, map[string][]byte) {
	t.Helper()
	dir := t.TempDir()
	r, err := Generate(context.Background(), Config{Voters: voters, Seed: seed, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range []string{VotersFile, AreasFile, StationsFile} {
		if files[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return r, files
}

func table(t *testing.T, b []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = r[i]
		}
		out = append(out, m)
	}
	return out
}

func TestSameBytesWhateverTheProcessors(t *testing.T) {
	_, one := generate(t, 150_000, 7)
	before := runtime.GOMAXPROCS(5)
	_, five := generate(t, 150_000, 7)
	runtime.GOMAXPROCS(before)
	_, other := generate(t, 150_000, 8)
	for name := range one {
		if !bytes.Equal(one[name], five[name]) {
			t.Errorf("%s differs from run to run", name)
		}
		if bytes.Equal(one[name], other[name]) {
			t.Errorf("%s is the same under another seed", name)
		}
	}
}

// TestSameBytesOnEveryMachine pins what a small roll is, so that a change of
// the generator is seen: rolls, and measurements made with them, can be named
// by their seed.
func TestSameBytesOnEveryMachine(t *testing.T) {
	_, files := generate(t, 5_000, 1)
	h := sha256.New()
	for _, name := range []string{VotersFile, AreasFile, StationsFile} {
		h.Write(files[name])
	}
	const want = "95c2e802351a7534114aea87e46e0605519c52fb547486ca40d98ea200aad7a8"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("5,000 voters of seed 1 are now %s, they were %s: say so where figures were made with it", got, want)
	}
}

func TestHeaders(t *testing.T) {
	_, files := generate(t, 10, 1)
	for name, want := range map[string]string{
		VotersFile:   "cnic,block_code,gender,serial,household",
		AreasFile:    "block_code,name_en,name_ur,tehsil_en,tehsil_ur,district_en,district_ur,na,pa,station_m,station_f",
		StationsFile: "station_id,kind,name_en,name_ur,lat,lon",
	} {
		if got, _, _ := strings.Cut(string(files[name]), "\n"); got != want {
			t.Errorf("%s begins with %q", name, got)
		}
	}
}

// TestRollLooksReal holds 200,000 voters against every rule that the package
// comment names.
func TestRollLooksReal(t *testing.T) {
	const voters = 200_000
	report, files := generate(t, voters, 42)
	areas := map[string]map[string]string{}
	stations := map[string]map[string]string{}
	for _, s := range table(t, files[StationsFile]) {
		if stations[s["station_id"]] != nil {
			t.Errorf("station %s stands twice", s["station_id"])
		}
		stations[s["station_id"]] = s
		if _, err := geography.ParseStationID(s["station_id"]); err != nil {
			t.Error(err)
		}
		if _, err := geography.ParseStationKind(s["kind"]); err != nil {
			t.Error(err)
		}
		lat, err1 := strconv.ParseFloat(s["lat"], 64)
		lon, err2 := strconv.ParseFloat(s["lon"], 64)
		if err1 != nil || err2 != nil || lat < 23.4 || lat > 37.2 || lon < 60.7 || lon > 78 {
			t.Errorf("station %s lies at %s, %s", s["station_id"], s["lat"], s["lon"])
		}
		named(t, s["name_en"], s["name_ur"])
	}
	for _, a := range table(t, files[AreasFile]) {
		if areas[a["block_code"]] != nil {
			t.Errorf("block %s stands twice", a["block_code"])
		}
		areas[a["block_code"]] = a
		if _, err := geography.ParseBlockCode(a["block_code"]); err != nil {
			t.Error(err)
		}
		na, ok := geography.SeatOf(geography.Constituency(a["na"]))
		if !ok {
			t.Fatalf("block %s lies in %s", a["block_code"], a["na"])
		}
		in := false
		for _, p := range na.Portions {
			in = in || string(p.PA) == a["pa"] && p.District.NameEn == a["district_en"] && p.District.NameUr == a["district_ur"]
		}
		if !in {
			t.Errorf("block %s: %s, %s and %s have nothing in common", a["block_code"], a["na"], a["pa"], a["district_en"])
		}
		m, f := stations[a["station_m"]], stations[a["station_f"]]
		switch {
		case m == nil || f == nil:
			t.Errorf("block %s has no station", a["block_code"])
		case m["kind"] == "combined" && a["station_m"] == a["station_f"]:
		case m["kind"] == "male" && f["kind"] == "female":
		default:
			t.Errorf("block %s: men at a %s station, women at a %s one", a["block_code"], m["kind"], f["kind"])
		}
		if !strings.HasPrefix(a["station_m"], a["na"]+"-") {
			t.Errorf("block %s of %s votes at %s", a["block_code"], a["na"], a["station_m"])
		}
		named(t, a["name_en"], a["name_ur"])
	}

	type list struct{ rows, last, drops int }
	lists := map[string]*list{}
	seen := make(map[uint64]bool, voters)
	perBlock := map[string]int{}
	perProvince := map[string]int{}
	men, odd, oddMen, far, before := 0, 0, 0, 0, uint64(0)
	ascending := 0
	lines := bufio.NewScanner(bytes.NewReader(files[VotersFile]))
	lines.Scan()
	rows := 0
	for lines.Scan() {
		rows++
		f := strings.Split(lines.Text(), ",")
		n, err := cnic.ParseStrict([]byte(f[0]))
		if err != nil || len(f) != 5 {
			t.Fatalf("row %d: %v", rows, err)
		}
		u := n.RevealUint64()
		if seen[u] {
			t.Fatalf("row %d: its number stands twice", rows)
		}
		seen[u] = true
		if u > before {
			ascending++
		}
		before = u
		a := areas[f[1]]
		if a == nil {
			t.Fatalf("row %d: block %s is in no area", rows, f[1])
		}
		d, _ := geography.DistrictNamed(a["district_en"])
		province := d.Division.Province
		perProvince[province.Code]++
		if int(u/1e12) != province.FirstDigit && !formerAgencies[d.NameEn] {
			far++
		}
		perBlock[f[1]]++
		if f[2] == "M" {
			men++
			oddMen += int(u % 2)
		}
		odd += int(u % 2)
		serial, _ := strconv.Atoi(f[3])
		household, _ := strconv.Atoi(f[4])
		l := lists[f[1]+f[2]]
		if l == nil {
			l = &list{}
			lists[f[1]+f[2]] = l
		}
		l.rows++
		if serial != l.rows {
			t.Fatalf("row %d: serial %d, where %d is next in %s of %s", rows, serial, l.rows, f[2], f[1])
		}
		if household < 1 || household > 1000 {
			t.Fatalf("row %d: household %d", rows, household)
		}
		if household < l.last {
			l.drops++
		}
		l.last = household
	}
	if rows != voters || report.Voters != voters {
		t.Errorf("%d rows, %d reported", rows, report.Voters)
	}
	if report.Areas != len(areas) || report.Stations != len(stations) || len(perBlock) != len(areas) {
		t.Errorf("reported %d areas and %d stations, there are %d and %d; %d areas have voters", report.Areas, report.Stations, len(areas), len(stations), len(perBlock))
	}
	between(t, "voters a block", float64(voters)/float64(len(areas)), 600, 720)
	between(t, "voters a station", float64(voters)/float64(len(stations)), 450, 1500) // many cells have one block at this size
	between(t, "share of men", share(men, voters), 0.52, 0.56)
	between(t, "odd numbers", share(odd, voters), 0.49, 0.51)
	between(t, "odd numbers of men", share(oddMen, men), 0.49, 0.51)
	between(t, "numbers from another province", share(far, voters), 0.02, 0.07)
	between(t, "numbers above the one before", share(ascending, voters), 0.4, 0.6)
	for _, p := range geography.Provinces() {
		want := float64(p.Voters) / 128_585_760
		between(t, "share of "+p.NameEn, share(perProvince[p.Code], voters), want-0.02, want+0.02)
	}
	// About half of the additions stand below the one before them, and in a list
	// where they were merged the next voter after each as well goes down or up.
	drops := 0
	for _, l := range lists {
		drops += l.drops
	}
	between(t, "households out of order", share(drops, voters), 0.02, 0.05)
	for _, n := range report.Examples {
		if !seen[n.RevealUint64()] {
			t.Errorf("the example %v is not on the roll", n)
		}
	}
	for _, n := range report.Absent {
		if seen[n.RevealUint64()] {
			t.Errorf("the absent example %v is on the roll", n)
		}
	}
	if len(report.Examples) != 3 || len(report.Absent) != 3 {
		t.Error("examples are missing")
	}
}

// TestAdditions counts additions and households where they are made.
func TestAdditions(t *testing.T) {
	pb := geography.Provinces()[0]
	w := writer{}
	total, additions, households, men, women, x := 0, 0, 0, 0, 0, 0
	for i := range 2000 {
		r := newRandom(3, streamVoters, uint64(i))
		size := 400 + i%500
		w.fill(&r, size, pb)
		n, last := 0, int32(0)
		for g := range w.lists {
			n += len(w.lists[g])
			// The fewest rows whose removal leaves a rising list are additions for
			// certain; the others happen to fall into place.
			additions += len(w.lists[g]) - rising(w.lists[g])
			for _, h := range w.lists[g] {
				last = max(last, h)
			}
		}
		if n != size {
			t.Fatalf("block of %d has %d rows", size, n)
		}
		total += n
		households += int(last)
		men += len(w.lists[geography.Male])
		women += len(w.lists[geography.Female])
		x += len(w.lists[geography.X])
	}
	between(t, "additions out of order", share(additions, total), 0.035, 0.0501)
	between(t, "voters a household", share(total, households), 3.3, 4.0)
	between(t, "men in Punjab", share(men, total), 0.529, 0.539)
	between(t, "X of a million", share(x, total)*1e6, 10, 45)
	between(t, "women", share(women, total), 0.45, 0.48)
}

// rising gives the length of the longest rising run of rows, gaps allowed.
func rising(l []int32) int {
	var tails []int32
	for _, v := range l {
		lo, hi := 0, len(tails)
		for lo < hi {
			if mid := (lo + hi) / 2; tails[mid] <= v {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		if lo == len(tails) {
			tails = append(tails, v)
		} else {
			tails[lo] = v
		}
	}
	return len(tails)
}

func TestNumbersAreDistinct(t *testing.T) {
	homes := newHomes(9)
	prefixes := map[uint64]string{}
	for i := range homes {
		h := &homes[i]
		if other, ok := prefixes[h.prefix]; ok || h.prefix < 10_000 || h.prefix > 99_999 {
			t.Errorf("prefix %d of %s, and of %s", h.prefix, h.tehsil.NameEn, other)
		}
		prefixes[h.prefix] = h.tehsil.NameEn
		if h.census > 999 {
			t.Errorf("census district %d", h.census)
		}
	}
	// A Feistel network can be run backwards, so it gives no number twice.
	rapid.Check(t, func(t *rapid.T) {
		h := &homes[rapid.IntRange(0, len(homes)-1).Draw(t, "home")]
		c := rapid.Int64Range(0, homeSpace-1).Draw(t, "counter")
		n := h.eight(c)
		if n >= homeSpace {
			t.Fatalf("%d gives %d", c, n)
		}
		if back := h.back(n); back != c {
			t.Fatalf("%d gives %d, which is of %d", c, n, back)
		}
	})
}

// back undoes eight.
func (h *home) back(n uint64) int64 {
	l, r := n/10_000, n%10_000
	for i := len(h.keys) - 1; i >= 0; i-- {
		l, r = r, l
		x := (r + h.keys[i]) * 0xd6e8feb86659fd93
		x ^= x >> 32
		x *= 0xd6e8feb86659fd93
		l = (l + 10_000 - x>>32*10_000>>32) % 10_000
	}
	return int64(l*10_000 + r)
}

// TestPlanOfTheNation places 122 million voters without writing them.
func TestPlanOfTheNation(t *testing.T) {
	p := newPlan(122_000_000, 1)
	sum, codes := 0, make(map[geography.BlockCode]bool, len(p.blocks))
	perSeat := map[geography.Constituency]int{}
	for i := range p.blocks {
		b := &p.blocks[i]
		sum += int(b.size)
		if codes[b.code] {
			t.Fatalf("block %s stands twice", b.code)
		}
		codes[b.code] = true
		perSeat[p.cells[b.cell].portion.NA] += int(b.size)
	}
	if sum != 122_000_000 {
		t.Errorf("%d voters", sum)
	}
	between(t, "blocks", float64(len(p.blocks)), 180_000, 190_000)
	between(t, "stations", float64(len(p.stations)), 80_000, 95_000)
	kinds := map[geography.StationKind]int{}
	for i := range p.stations {
		kinds[p.stations[i].kind]++
	}
	between(t, "combined stations", share(kinds[geography.CombinedStation], len(p.stations)), 0.43, 0.49)
	for _, s := range geography.Constituencies()[:266] {
		want := float64(s.Voters) * 122_000_000 / 128_585_760
		between(t, "voters of "+s.NameEn, float64(perSeat[s.Code]), want*0.98, want*1.02)
	}
	for i := range p.homes {
		if p.homes[i].natives > moversFrom-3 {
			t.Errorf("%s gives %d numbers", p.homes[i].tehsil.NameEn, p.homes[i].natives)
		}
	}
	moved := int64(0)
	for i := range p.blocks {
		moved += int64(p.blocks[i].movers)
	}
	for n := moved - 4096; n < moved; n++ {
		if _, c := p.movers.of(n); c >= homeSpace {
			t.Fatalf("mover %d has counter %d", n, c)
		}
	}
}

func TestRollsOfFew(t *testing.T) {
	for n := 1; n < 60; n++ {
		r, files := generate(t, n, uint64(n))
		if got := bytes.Count(files[VotersFile], []byte("\n")); got != n+1 {
			t.Errorf("%d voters: %d lines", n, got)
		}
		if len(r.Examples) != min(3, n) {
			t.Errorf("%d voters: %d examples", n, len(r.Examples))
		}
		for i, e := range r.Examples {
			if !bytes.Contains(files[VotersFile], []byte("\n"+e.Reveal()+",")) {
				t.Errorf("%d voters: example %d is not on the roll", n, i)
			}
			for _, other := range r.Examples[:i] {
				if other == e {
					t.Errorf("%d voters: an example stands twice", n)
				}
			}
		}
	}
	for _, n := range []int{-1, 0, MaxVoters + 1} {
		if _, err := Generate(context.Background(), Config{Voters: n, Dir: t.TempDir()}); err == nil {
			t.Errorf("%d voters were made", n)
		}
	}
}

func TestCancelLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Generate(ctx, Config{Voters: 300_000, Dir: dir, Progress: func(done, total int64) {
		if total != 300_000 || done < 1 || done > total {
			t.Errorf("progress %d of %d", done, total)
		}
		cancel()
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("after cancelling: %v", err)
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func named(t *testing.T, en, ur string) {
	t.Helper()
	if en == "" || ur == "" || !utf8.ValidString(ur) || strings.Contains(en+ur, "  ") || strings.ContainsAny(en, "\n%") {
		t.Errorf("names %q, %q", en, ur)
	}
}

func share(n, of int) float64 { return float64(n) / float64(of) }

func between(t *testing.T, what string, got, low, high float64) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s: %v, which is not between %v and %v", what, got, low, high)
	}
}

func BenchmarkVoters(b *testing.B) {
	const voters = 1_000_000
	p := newPlan(voters, 1)
	for b.Loop() {
		if err := p.writeVoters(context.Background(), discard{}, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(voters*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

type discard struct{}

func (discard) Write(b []byte) (int, error)       { return len(b), nil }
func (discard) WriteString(s string) (int, error) { return len(s), nil }
