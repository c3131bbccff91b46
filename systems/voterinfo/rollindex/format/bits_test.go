package format

import (
	"math/bits"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestSelectBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Uint64().Draw(t, "x")
		rank := uint64(0)
		for at := range uint64(64) {
			if x>>at&1 == 0 {
				continue
			}
			if got := selectBit(x, rank); got != at {
				t.Fatalf("%#x: set bit %d is at %d, got %d", x, rank, at, got)
			}
			rank++
		}
	})
	if got := selectBit(^uint64(0), 63); got != 63 {
		t.Errorf("the last of 64: %d", got)
	}
}

func TestBitWriter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type word struct {
			v     uint64
			width uint
		}
		var w BitWriter
		var words []word
		for range rapid.IntRange(0, 50).Draw(t, "n") {
			x := word{rapid.Uint64().Draw(t, "v"), uint(rapid.IntRange(0, 57).Draw(t, "width"))}
			w.Write(x.v, x.width)
			words = append(words, x)
		}
		length := w.Len()
		w.Flush()
		b := append(w.Bytes, make([]byte, Padding)...)
		pos := uint64(0)
		for i, x := range words {
			mask := uint64(1)<<x.width - 1
			if got := Load57(b, pos) & mask; got != x.v&mask {
				t.Fatalf("word %d of %d bits at %d: %#x, want %#x", i, x.width, pos, got, x.v&mask)
			}
			pos += uint64(x.width)
		}
		if pos != length || uint64(len(w.Bytes)) != (length+7)/8 {
			t.Fatalf("%d bits, Len says %d, bytes %d", pos, length, len(w.Bytes))
		}
	})
}

// naiveRun finds a bucket's records bit by bit.
func naiveRun(g *Geometry, section []byte, start, inGroup, bucket uint64) (first, count uint64) {
	bit := func(pos uint64) bool { return section[pos/8]>>(pos%8)&1 == 1 }
	before := uint64(0)
	pos := start
	for range bucket {
		for bit(pos) {
			before++
			pos++
		}
		pos++
	}
	for bit(pos) {
		count++
		pos++
	}
	return start + inGroup + GroupBuckets + before*uint64(g.RecordBits), count
}

// Groups of few, of many and of crowded buckets come back as they were written.
func TestGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := rapid.SampledFrom([]uint64{1, 2, 255, 1000, 122_000_000, 1<<32 - 1}).Draw(t, "places")
		g := NewGeometry(places, places)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		crowd := rapid.SampledFrom([]int{0, 1, 250, 2000}).Draw(t, "voters")
		spread := rapid.SampledFrom([]uint64{1, 3, GroupBuckets}).Draw(t, "buckets in use")
		const groups = 3
		var w BitWriter
		var starts, counts []uint64
		type voter struct{ bucket, rest, masked uint64 }
		var all [groups][]voter
		for group := range uint64(groups) {
			var permuted, masked []uint64
			for range crowd {
				bucket := rng.Uint64N(spread)
				permuted = append(permuted, (group*GroupBuckets+bucket)*g.Width+rng.Uint64N(g.Width))
			}
			sortUint64(permuted)
			for _, p := range permuted {
				m := rng.Uint64N(places)
				masked = append(masked, m)
				at, bucket, rest := g.Locate(p)
				if at != group {
					t.Fatalf("%d lies in group %d, not %d", p, at, group)
				}
				all[group] = append(all[group], voter{bucket, rest, m})
			}
			starts, counts = append(starts, w.Len()), append(counts, uint64(len(permuted)))
			if err := g.AppendGroup(&w, group, permuted, masked); err != nil {
				t.Fatal(err)
			}
			if want := g.GroupStart(group+1, sum(counts)); w.Len() != want {
				t.Fatalf("group %d ends at bit %d, want %d", group, w.Len(), want)
			}
		}
		w.Flush()
		section := append(w.Bytes, make([]byte, Padding)...)
		for group := range uint64(groups) {
			for bucket := range uint64(GroupBuckets) {
				first, count := g.Run(section, starts[group], counts[group], bucket)
				wantFirst, wantCount := naiveRun(&g, section, starts[group], counts[group], bucket)
				if first != wantFirst || count != wantCount {
					t.Fatalf("group %d, bucket %d: %d records at %d, want %d at %d", group, bucket, count, first, wantCount, wantFirst)
				}
				for i := range count {
					v := all[group][0]
					all[group] = all[group][1:]
					if r := g.Record(section, first, i); v.bucket != bucket || r != v.rest*places+v.masked {
						t.Fatalf("group %d, bucket %d: record %d is %d", group, bucket, i, r)
					}
				}
			}
		}
	})
}

func sortUint64(a []uint64) {
	for i := 1; i < len(a); i++ {
		for j := i; j > 0 && a[j] < a[j-1]; j-- {
			a[j], a[j-1] = a[j-1], a[j]
		}
	}
}

func sum(a []uint64) (s uint64) {
	for _, v := range a {
		s += v
	}
	return
}

// A section that contradicts itself gives some answer and never one from
// outside of it.
func TestRunOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := NewGeometry(10, 10)
		section := append(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 0xff, 0x5a}), 0, 200).Draw(t, "section"), make([]byte, Padding)...)
		bits := uint64(len(section)-Padding) * 8
		start := rapid.Uint64Range(0, bits).Draw(t, "start")
		inGroup := rapid.Uint64Range(0, 10).Draw(t, "in the group")
		_, count := g.Run(section, start, inGroup, rapid.Uint64Range(0, GroupBuckets-1).Draw(t, "bucket"))
		if count > inGroup {
			t.Fatalf("%d records in a group of %d", count, inGroup)
		}
	})
}

func TestAppendGroupRefuses(t *testing.T) {
	g := NewGeometry(1000, 1000)
	var w BitWriter
	if err := g.AppendGroup(&w, 1, []uint64{5}, []uint64{0}); err == nil {
		t.Error("a number of another group was taken")
	}
}

// The cut leaves a record its width and covers the whole space.
func TestGeometry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := rapid.OneOf(rapid.Uint64Range(1, 10), rapid.Uint64Range(1, 1<<32-1)).Draw(t, "places")
		g := NewGeometry(places, places)
		if hi, _ := bits.Mul64(g.Width, places); hi != 0 || g.Width*places > 1<<g.RecordBits || g.RecordBits > 57 || g.Width == 0 {
			t.Fatalf("%+v: a record does not fit", g)
		}
		if g.Groups*GroupBuckets*g.Width < Space || (g.Groups-1)*GroupBuckets*g.Width >= Space {
			t.Fatalf("%+v: the groups do not cover the space", g)
		}
		if group, _, rest := g.Locate(Space - 1); group >= g.Groups || rest >= g.Width {
			t.Fatalf("%+v: the last number lies in group %d at %d", g, group, rest)
		}
	})
}
