package synth

import (
	"context"
	"io"
	"runtime"
	"sync"

	"intikhab/domain/geography"
)

// additions1in: one voter in so many was added out of the order of households.
const additions1in = 20

// householdVoters are how many voters a household has, drawn evenly: 3.6 on the
// average.
var householdVoters = [64]uint8{
	1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 7, 7, 7, 8, 8, 9, 10,
}

// writer makes the rows of blocks, one after the other.
type writer struct {
	plan  *plan
	lists [geography.Genders][]int32 // households by serial
}

// block appends the rows of a block: the men's list, the women's, and X.
func (w *writer) block(to []byte, b *block) []byte {
	r := newRandom(w.plan.seed, streamVoters, uint64(b.code))
	c := &w.plan.cells[b.cell]
	w.fill(&r, int(b.size), c.portion.District.Division.Province)

	var code [9]byte
	b.code.Append(code[:0])
	n, moved := 0, 0
	for g := range w.lists {
		letter := "MFX"[g]
		for i, household := range w.lists[g] {
			h, counter := c.home, b.natives0+int64(n-moved)
			if int64(n+1)*int64(b.movers)/int64(b.size) != int64(moved) {
				h, counter = w.plan.movers.of(b.movers0 + int64(moved))
				moved++
			}
			n++
			to = appendDigits(to, h.prefix*homeSpace+h.eight(counter))
			to = append(to, ',')
			to = append(to, code[:]...)
			to = append(to, ',', letter, ',')
			to = appendNumber(to, uint32(i+1))
			to = append(to, ',')
			to = appendNumber(to, uint32(household))
			to = append(to, '\n')
		}
	}
	return to
}

// fill makes the lists. Households are walked in order, each voter joining the
// list of his or her gender; then come the additions, who live anywhere in the
// block. In three blocks of four they stand at the end of the lists, as
// supplements do; in the fourth they have been merged into them.
func (w *writer) fill(r *random, size int, province *geography.Province) {
	for g := range w.lists {
		w.lists[g] = w.lists[g][:0]
	}
	million := uint64(1) << 32 / 1_000_000
	x := uint64(province.XPerMillion) * million
	man := x + (1<<32-x)*uint64(province.Men)/uint64(province.Voters)
	gender := func() geography.Gender {
		switch v := r.next() >> 32; {
		case v < x:
			return geography.X
		case v < man:
			return geography.Male
		}
		return geography.Female
	}
	additions := min((size+r.below(additions1in))/additions1in, size-1)
	household := int32(0)
	for left := size - additions; left > 0; {
		household++
		for n := min(int(householdVoters[r.next()>>58]), left); n > 0; n-- {
			g := gender()
			w.lists[g] = append(w.lists[g], household)
			left--
		}
	}
	merged := r.below(4) == 0
	for range additions {
		g := gender()
		l := append(w.lists[g], 0)
		at := len(l) - 1
		if merged {
			at = r.below(len(l))
			copy(l[at+1:], l[at:])
		}
		l[at] = int32(1 + r.below(int(household)))
		w.lists[g] = l
	}
}

// batch is some blocks whose rows one processor makes at a time.
type batch struct {
	blocks []block
	voters int
	rows   []byte
	ready  chan struct{}
}

const batchVoters = 40_000

// writeVoters writes all rows. Batches are made side by side and written in
// order; as many are under way as are being made or waiting to be written, so
// memory stays the same whatever the roll's size.
func (p *plan) writeVoters(ctx context.Context, out io.Writer, progress func(done, total int64)) error {
	if _, err := io.WriteString(out, "cnic,block_code,gender,serial,household\n"); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	todo := make(chan *batch)
	inOrder := make(chan *batch, 2*workers)
	spare := make(chan []byte, 3*workers+2)
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()
	group.Go(func() {
		defer close(todo)
		defer close(inOrder)
		for rest := p.blocks; len(rest) > 0; {
			b := &batch{ready: make(chan struct{})}
			n := 0
			for ; n < len(rest) && b.voters < batchVoters; n++ {
				b.voters += int(rest[n].size)
			}
			b.blocks, rest = rest[:n], rest[n:]
			select {
			case inOrder <- b:
			case <-ctx.Done():
				return
			}
			select {
			case todo <- b:
			case <-ctx.Done():
				return
			}
		}
	})
	for range workers {
		group.Go(func() {
			w := writer{plan: p}
			for b := range todo {
				select {
				case b.rows = <-spare:
				default:
					b.rows = make([]byte, 0, batchVoters*38)
				}
				for i := range b.blocks {
					b.rows = w.block(b.rows, &b.blocks[i])
				}
				close(b.ready)
			}
		})
	}
	done := int64(0)
	for b := range inOrder {
		select {
		case <-b.ready:
		case <-ctx.Done():
			return ctx.Err()
		}
		if _, err := out.Write(b.rows); err != nil {
			return err
		}
		done += int64(b.voters)
		select {
		case spare <- b.rows[:0]:
		default:
		}
		if progress != nil {
			progress(done, int64(p.voters))
		}
	}
	return ctx.Err()
}

const pairs = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

// appendDigits appends thirteen digits.
func appendDigits(to []byte, n uint64) []byte {
	var b [13]byte
	high := uint32(n / homeSpace)
	low := uint32(n % homeSpace)
	for i := 11; i >= 5; i -= 2 {
		q := low / 100
		copy(b[i:i+2], pairs[(low-q*100)*2:][:2])
		low = q
	}
	for i := 3; i >= 1; i -= 2 {
		q := high / 100
		copy(b[i:i+2], pairs[(high-q*100)*2:][:2])
		high = q
	}
	b[0] = byte('0' + high)
	return append(to, b[:]...)
}

// appendNumber appends a number of up to ten digits.
func appendNumber(to []byte, n uint32) []byte {
	if n < 10 {
		return append(to, byte('0'+n))
	}
	var b [10]byte
	i := len(b)
	for n >= 10 {
		q := n / 10
		i--
		b[i] = byte('0' + n - q*10)
		n = q
	}
	i--
	b[i] = byte('0' + n)
	return append(to, b[i:]...)
}
