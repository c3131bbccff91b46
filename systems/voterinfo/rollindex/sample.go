package rollindex

import (
	"math/rand/v2"
	"runtime"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/rollindex/ff1"
	"intikhab/systems/voterinfo/rollindex/format"
)

// Sample returns numbers of n voters drawn from the roll with replacement, for
// measurements and demonstrations. It is possible only with the key, and is
// how whoever has it could list the roll. The roll is not empty.
func (r *Roll) Sample(rng *rand.Rand, n int) []cnic.Number {
	numbers := make([]cnic.Number, 0, n)
	var s ff1.Scratch
	for len(numbers) < n {
		// A random value's bucket is a voter's as often as it holds voters, up
		// to a few in a bucket: fair enough for what it is for.
		p := probe{permuted: rng.Uint64N(format.Space)}
		r.seekGroup(&p)
		r.seekRun(&p)
		if p.count == 0 {
			continue
		}
		record := r.geo.Record(r.voters, p.first, rng.Uint64N(p.count))
		permuted := p.permuted - p.rest + record/r.geo.Places
		if number, err := cnic.FromUint64(r.masks.Permute.Decrypt(&s, permuted)); err == nil {
			numbers = append(numbers, number)
		}
	}
	runtime.KeepAlive(r)
	return numbers
}
