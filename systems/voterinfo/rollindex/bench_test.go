package rollindex_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/freeze"
	"intikhab/systems/voterinfo/rollindex/rollfile"
	"intikhab/systems/voterinfo/synth"
)

// benchRoll is the roll that all benchmarks measure: INTIKHAB_BENCH_VOTERS
// synthetic voters, 1,000,000 unless it says otherwise. It is made once.
type benchRoll struct {
	rows   []rollfile.Voter // in the order of numbers
	hits   []cnic.Number    // in random order
	misses []cnic.Number    // half of them next to a voter's number
	roll   *rollindex.Roll
	path   string
}

// sampleNumbers is how many numbers of each kind a benchmark asks for in turn:
// too many to stay in the processor's caches.
const sampleNumbers = 1 << 20

var benchDir string // removed by TestMain

func TestMain(m *testing.M) {
	code := m.Run()
	if benchDir != "" {
		os.RemoveAll(benchDir)
	}
	os.Exit(code)
}

var makeBenchRoll = sync.OnceValues(func() (*benchRoll, error) {
	voters := 1_000_000
	if s := os.Getenv("INTIKHAB_BENCH_VOTERS"); s != "" {
		var err error
		if voters, err = strconv.Atoi(s); err != nil {
			return nil, fmt.Errorf("INTIKHAB_BENCH_VOTERS: %w", err)
		}
	}
	var err error
	if benchDir, err = os.MkdirTemp("", "rollbench"); err != nil {
		return nil, err
	}
	ctx, at := context.Background(), func(name string) string { return filepath.Join(benchDir, name) }
	if _, err := synth.Generate(ctx, synth.Config{Voters: voters, Seed: 1, Dir: benchDir}); err != nil {
		return nil, err
	}
	b := &benchRoll{path: at("roll.index")}
	if _, err := freeze.Freeze(ctx, freeze.Config{
		Voters: at(synth.VotersFile), Areas: at(synth.AreasFile), Stations: at(synth.StationsFile), Out: b.path,
		Key: testKey, Name: "Benchmark", Date: time.Date(2027, 1, 20, 0, 0, 0, 0, time.UTC),
	}); err != nil {
		return nil, err
	}
	r := rollfile.VotersReader{Path: at(synth.VotersFile), Problem: func(p rollfile.Problem) error { return fmt.Errorf("%+v", p) }}
	perWorker := make([][]rollfile.Voter, r.Workers())
	r.Rows = func(w int, v []rollfile.Voter) error {
		perWorker[w] = append(perWorker[w], v...)
		return nil
	}
	if err := r.Read(ctx); err != nil {
		return nil, err
	}
	b.rows = slices.Concat(perWorker...)
	slices.SortFunc(b.rows, func(a, c rollfile.Voter) int { return cmp.Compare(a.CNIC.RevealUint64(), c.CNIC.RevealUint64()) })
	rng := rand.New(rand.NewPCG(1, 1))
	for len(b.hits) < sampleNumbers {
		b.hits = append(b.hits, b.rows[rng.IntN(len(b.rows))].CNIC)
	}
	for len(b.misses) < sampleNumbers {
		n := rng.Uint64N(cnic.Space)
		if len(b.misses)%2 == 0 {
			n = (b.hits[rng.IntN(sampleNumbers)].RevealUint64() + 1) % cnic.Space
		}
		if number, _ := cnic.FromUint64(n); !b.holds(number) {
			b.misses = append(b.misses, number)
		}
	}
	b.roll, err = rollindex.Open(b.path, testKey)
	return b, err
})

func (b *benchRoll) holds(n cnic.Number) bool {
	_, found := b.search(n)
	return found
}

func (b *benchRoll) search(n cnic.Number) (int, bool) {
	return slices.BinarySearchFunc(b.rows, n.RevealUint64(), func(v rollfile.Voter, n uint64) int { return cmp.Compare(v.CNIC.RevealUint64(), n) })
}

func bench(b *testing.B) *benchRoll {
	b.Helper()
	r, err := makeBenchRoll()
	if err != nil {
		b.Fatal(err)
	}
	return r
}

func (r *benchRoll) numbers(kind string) []cnic.Number {
	if kind == "hits" {
		return r.hits
	}
	return r.misses
}

// kinds runs a benchmark on hits and on misses; look tells whether a number is
// on the roll, and its serial.
func (r *benchRoll) kinds(b *testing.B, bytesPerVoter float64, look func(cnic.Number) (serial uint32, found bool)) {
	for _, kind := range []string{"hits", "misses"} {
		numbers := r.numbers(kind)
		for _, n := range numbers[:1000] {
			serial, found := look(n)
			if at, on := r.search(n); on != found || on && r.rows[at].Serial != serial {
				b.Fatalf("a wrong answer: serial %d, found %v", serial, found)
			}
		}
		b.Run(kind, func(b *testing.B) {
			for i := range b.N {
				look(numbers[i%sampleNumbers])
			}
			report(b, bytesPerVoter)
		})
	}
}

func report(b *testing.B, bytesPerVoter float64) {
	b.ReportMetric(bytesPerVoter, "bytes/voter")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "look-ups/s")
}

// bytesPerVoter is what the index takes, all sections but the names counted, as
// the alternatives have no names either.
func (r *benchRoll) bytesPerVoter(b *testing.B) float64 {
	h, err := rollindex.ReadHeader(r.path)
	if err != nil {
		b.Fatal(err)
	}
	names, _ := h.Section("names")
	return float64(h.FileSize-names.Length) / float64(h.Geometry.Voters)
}

func BenchmarkLookup(b *testing.B) {
	r := bench(b)
	r.kinds(b, r.bytesPerVoter(b), func(n cnic.Number) (uint32, bool) {
		e, ok := r.roll.Lookup(n)
		return e.Serial, ok
	})
}

func BenchmarkLookupMany(b *testing.B) {
	r := bench(b)
	const batch = 32
	entries, found := make([]rollindex.Entry, batch), make([]bool, batch)
	for _, kind := range []string{"hits", "misses"} {
		numbers := r.numbers(kind)
		b.Run(kind, func(b *testing.B) {
			for i := 0; i < b.N; i += batch {
				at := i % sampleNumbers
				r.roll.LookupMany(numbers[at:at+min(batch, b.N-i)], entries, found)
			}
			report(b, r.bytesPerVoter(b))
		})
	}
}
