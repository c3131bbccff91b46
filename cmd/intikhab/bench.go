package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"time"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/rollindex"
)

type benchCommands struct {
	Roll  benchRoll  `cmd:"" act:"service.measure" help:"Measure look-ups in an index, on one core."`
	Rolls benchRolls `cmd:"" act:"service.measure" help:"Take a roll of synthetic voters its whole way: imported, frozen, verified, searched, printed."`
	SMS   benchSMS   `cmd:"" act:"service.measure" name:"sms" help:"Measure questions answered over SMPP, generator and service on this machine."`
}

type benchRoll struct {
	File    string `arg:"" type:"path" help:"The index."`
	Lookups int    `default:"2000000" help:"Look-ups of each kind."`
	JSON    bool   `name:"json" help:"Print JSON."`
	keyFlag
}

// rollFigures is what bench roll measures. Rates are look-ups a second on one
// core; together means LookupMany in batches of 32, as the service and an
// import use it, single means one call after the other.
type rollFigures struct {
	Voters         uint64  `json:"voters"`
	BytesPerVoter  float64 `json:"bytes_per_voter"` // all but names
	OpenSeconds    float64 `json:"open_seconds"`    // digests of all sections checked
	TogetherMixed  float64 `json:"lookups_per_second"`
	TogetherHits   float64 `json:"hits_per_second"`
	TogetherMisses float64 `json:"misses_per_second"`
	SingleMixed    float64 `json:"single_lookups_per_second"`
	SingleP50      int64   `json:"single_p50_ns"` // clock reading included
	SingleP99      int64   `json:"single_p99_ns"`
	SingleMax      int64   `json:"single_max_ns"`
	Lookups        int     `json:"lookups"`
}

func (c *benchRoll) Run(ctx context.Context) error {
	key, err := c.key()
	if err != nil {
		return err
	}
	start := time.Now()
	roll, err := rollindex.Open(c.File, key)
	if err != nil {
		return err
	}
	header, err := rollindex.ReadHeader(c.File)
	if err != nil {
		return err
	}
	f := rollFigures{OpenSeconds: time.Since(start).Seconds(), Voters: roll.Info().Voters, BytesPerVoter: headerInfo(header).BytesPerVoter, Lookups: c.Lookups}
	runtime.LockOSThread()
	rng := rand.New(rand.NewPCG(uint64(start.UnixNano()), 8300))
	hits := roll.Sample(rng, c.Lookups)
	misses := make([]cnic.Number, c.Lookups)
	mixed := make([]cnic.Number, c.Lookups)
	for i := range misses {
		// Random numbers of the whole space: at 122 million voters one in
		// 80,000 is a voter's.
		if misses[i], err = cnic.FromUint64(rng.Uint64N(cnic.Space)); err != nil {
			return err
		}
		mixed[i] = hits[i]
		if i%2 == 1 {
			mixed[i] = misses[i]
		}
	}
	for _, m := range []struct {
		numbers []cnic.Number
		rate    *float64
	}{{mixed, &f.TogetherMixed}, {hits, &f.TogetherHits}, {misses, &f.TogetherMisses}, {mixed, &f.TogetherMixed}} {
		if err := ctx.Err(); err != nil {
			return err
		}
		*m.rate = together(roll, m.numbers)
	}
	f.single(roll, mixed)
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(f)
	}
	fmt.Printf("voters                      %s, %.3f bytes each\nopened and checked in       %.3f s\n", thousands(f.Voters), f.BytesPerVoter, f.OpenSeconds)
	fmt.Printf("together, hits and misses   %s a second\n  hits alone                %s\n  misses alone              %s\n",
		thousands(uint64(f.TogetherMixed)), thousands(uint64(f.TogetherHits)), thousands(uint64(f.TogetherMisses)))
	fmt.Printf("one by one                  %s a second; median %d ns, p99 %d ns, longest %d ns\n",
		thousands(uint64(f.SingleMixed)), f.SingleP50, f.SingleP99, f.SingleMax)
	return nil
}

// together looks numbers up in batches and returns how many a second.
func together(roll *rollindex.Roll, numbers []cnic.Number) float64 {
	const batch = 32
	var entries [batch]rollindex.Entry
	var found [batch]bool
	start := time.Now()
	for i := 0; i < len(numbers); i += batch {
		roll.LookupMany(numbers[i:min(i+batch, len(numbers))], entries[:], found[:])
	}
	return float64(len(numbers)) / time.Since(start).Seconds()
}

// single looks numbers up one by one, first for the rate, then for the times.
func (f *rollFigures) single(roll *rollindex.Roll, numbers []cnic.Number) {
	start := time.Now()
	for _, n := range numbers {
		roll.Lookup(n)
	}
	f.SingleMixed = float64(len(numbers)) / time.Since(start).Seconds()
	times := make([]int64, len(numbers))
	for i, n := range numbers {
		start := time.Now()
		roll.Lookup(n)
		times[i] = time.Since(start).Nanoseconds()
	}
	slices.Sort(times)
	at := func(share float64) int64 { return times[int(share*float64(len(times)-1))] }
	f.SingleP50, f.SingleP99, f.SingleMax = at(0.5), at(0.99), at(1)
}
