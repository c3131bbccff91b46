package people

import "math/bits"

// Streams keep what is drawn for one thing apart from what is drawn for another.
const (
	streamBlocks uint64 = iota + 1
	streamHomes
	streamMovers
	streamStations
	streamSizes
	streamHouseholds
	streamExtras
	streamMoves
)

// random is a small generator (a counter multiplied with itself and folded), seeded by
// what it is for. For synthetic data only.
type random struct{ s uint64 }

func newRandom(seed, stream, n uint64) random {
	r := random{seed}
	r.s = r.next() ^ stream*0x9e3779b97f4a7c15
	r.s = r.next() ^ n*0xd6e8feb86659fd93
	r.next()
	return r
}

func (r *random) next() uint64 {
	r.s += 0xa0761d6478bd642f
	hi, lo := bits.Mul64(r.s, r.s^0xe7037ed1a0b428db)
	return hi ^ lo
}

// below gives a number from 0 to n-1; 0 for n of 0.
func (r *random) below(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// oneIn is true once in n times.
func (r *random) oneIn(n int) bool { return r.below(n) == 0 }
