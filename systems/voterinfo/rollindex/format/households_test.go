package format

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// lists draws the lists of a roll: most in household order with additions, some
// wild.
func drawLists(t *rapid.T) [][]Voter {
	var all [][]Voter
	for range rapid.IntRange(1, 6).Draw(t, "lists") {
		wild := rapid.Bool().Draw(t, "wild")
		n := rapid.OneOf(rapid.IntRange(0, 5), rapid.IntRange(60, 300)).Draw(t, "voters")
		list := make([]Voter, n)
		serial, household := uint32(0), uint32(1)
		for i := range list {
			switch {
			case wild:
				list[i] = Voter{rapid.Uint32().Draw(t, "serial"), rapid.Uint32().Draw(t, "household")}
				continue
			case rapid.IntRange(0, 19).Draw(t, "kind") == 0:
				serial += 1 + rapid.Uint32Range(0, 50).Draw(t, "gap")
				list[i] = Voter{serial, rapid.Uint32Range(0, 2000).Draw(t, "addition")}
				continue
			}
			serial++
			household += rapid.Uint32Range(0, 2).Draw(t, "step")
			list[i] = Voter{serial, household}
		}
		all = append(all, list)
	}
	return all
}

type plain []byte

func (p plain) Load57(pos uint64) uint64 { return Load57(p, pos) }

// Whatever the lists and whatever the code was trained on, every voter comes
// back, also through the code book's bytes.
func TestListsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lists := drawLists(t)
		trainer := NewTrainer()
		if rapid.Bool().Draw(t, "trained on these lists") {
			for _, l := range lists {
				trainer.See(l)
			}
		} else {
			trainer.See([]Voter{{1, 1}, {2, 1}, {3, 2}, {4, 9}, {5, 2}})
		}
		trained, err := trainer.Code()
		if err != nil {
			t.Fatal(err)
		}
		book := trained.Append(nil)
		code, err := ParseCode(book)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(code.Append(nil), book) {
			t.Fatal("the code book changes when it is read and written")
		}
		w := ListWriter{Code: trained}
		places := uint64(0)
		for _, l := range lists {
			if err := w.Write(l); err != nil {
				t.Fatal(err)
			}
			places += uint64(len(l))
		}
		if uint64(len(w.Chunks)) != ChunksBytes(places) {
			t.Fatalf("%d places: chunks of %d bytes, want %d", places, len(w.Chunks), ChunksBytes(places))
		}
		w.Houses.Flush()
		houses := plain(append(w.Houses.Bytes, make([]byte, Padding)...))
		place := uint64(0)
		for n, l := range lists {
			for i, v := range l {
				excess, household := code.Read(houses, ChunkStart(w.Chunks, place), place%ChunkPlaces)
				if got := uint32(excess + 1 + int64(i)); got != v.Serial || household != v.Household {
					t.Fatalf("list %d, voter %d: serial %d household %d, want %d %d", n, i, got, household, v.Serial, v.Household)
				}
				place++
			}
		}
	})
}

// The steps that are frequent get the short words, the words no other begins,
// and a list of a real roll takes about a bit and a half a voter.
func TestTraining(t *testing.T) {
	var list []Voter
	for i := range uint32(10_000) {
		list = append(list, Voter{i + 1, 1 + i*2/5})
	}
	trainer := NewTrainer()
	trainer.See(list)
	code, err := trainer.Code()
	if err != nil {
		t.Fatal(err)
	}
	bits := map[[2]int32]uint8{}
	for i, s := range code.Symbols {
		if s.Kind == Step {
			bits[[2]int32{s.Excess, int32(s.Household)}] = s.Bits
		}
		for j, o := range code.Symbols {
			short := min(s.Bits, o.Bits)
			if i != j && code.words[i]&(1<<short-1) == code.words[j]&(1<<short-1) {
				t.Errorf("word %d begins word %d", i, j)
			}
		}
	}
	if bits[[2]int32{0, 0}] != 1 || bits[[2]int32{0, 1}] != 2 {
		t.Errorf("the frequent steps have words of %v bits", bits)
	}
	w := ListWriter{Code: code}
	if err := w.Write(list); err != nil {
		t.Fatal(err)
	}
	if per := float64(w.Houses.Len()) / float64(len(list)); per > 1.8 {
		t.Errorf("%.2f bits a voter", per)
	}
}

// Words are no longer than MaxCodeBits, however unlike the counts.
func TestCodeLengths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.OneOf(rapid.Uint64Range(1, 5), rapid.Uint64Range(1, 1<<40)), 2, maxSymbols).Draw(t, "counts")
		lengths := codeLengths(counts)
		kraft := 0
		for i, n := range lengths {
			if n < 1 || n > MaxCodeBits {
				t.Fatalf("word %d has %d bits", i, n)
			}
			kraft += 1 << (MaxCodeBits - n)
		}
		if kraft != 1<<MaxCodeBits {
			t.Fatalf("the words fill %d of %d", kraft, 1<<MaxCodeBits)
		}
	})
	fibonacci := []uint64{1, 1}
	for len(fibonacci) < 40 {
		fibonacci = append(fibonacci, fibonacci[len(fibonacci)-1]+fibonacci[len(fibonacci)-2])
	}
	for _, n := range codeLengths(fibonacci) {
		if n > MaxCodeBits {
			t.Fatalf("a word of %d bits", n)
		}
	}
}

func TestDamagedCodeBooks(t *testing.T) {
	step := func(bits byte) []byte { return []byte{byte(Step), bits, 0, 0} }
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	good := join([]byte{3, 10}, step(1), []byte{byte(Addition), 2, byte(Jump), 2})
	if _, err := ParseCode(good); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		b      []byte
		reason string
	}{
		"empty":             {nil, "cut short"},
		"one byte":          {[]byte{3}, "cut short"},
		"bytes behind":      {append(bytes.Clone(good), 0), "follow"},
		"no symbol":         {[]byte{0, 10}, "0 symbols"},
		"201 symbols":       {join([]byte{201, 10}, bytes.Repeat(step(8), 201)), "201 symbols"},
		"no household bits": {join([]byte{3, 0}, good[2:]), "0 bits"},
		"33 household bits": {join([]byte{3, 33}, good[2:]), "33 bits"},
		"word of no bits":   {join([]byte{3, 10}, step(0), good[6:]), "0 bits"},
		"word of 13 bits":   {join([]byte{3, 10}, step(13), good[6:]), "13 bits"},
		"unknown kind":      {join([]byte{3, 10}, []byte{3, 1}, good[6:]), "kind 3"},
		"too many words":    {join([]byte{4, 10}, step(1), step(1), good[6:]), "more words"},
		"too few words":     {join([]byte{2, 10}, []byte{byte(Addition), 2, byte(Jump), 2}), "fewer words"},
		"two jumps":         {join([]byte{3, 10}, step(1), []byte{byte(Jump), 2, byte(Jump), 2}), "one word for an addition"},
	} {
		if _, err := ParseCode(c.b); err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v, want a word of %q", name, err, c.reason)
		}
	}
	for n := range good {
		if _, err := ParseCode(good[:n]); err == nil {
			t.Errorf("a code book cut to %d bytes was taken", n)
		}
	}
}

// Whatever the code book and the stream, reading ends.
func FuzzCode(f *testing.F) {
	trainer := NewTrainer()
	trainer.See([]Voter{{1, 1}, {2, 1}, {3, 2}, {4, 9}, {5, 2}, {9, 3}})
	code, err := trainer.Code()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(code.Append(nil), []byte{0x12, 0x34, 0, 0, 0, 0, 0, 0xff})
	f.Fuzz(func(t *testing.T, book, stream []byte) {
		code, err := ParseCode(book)
		if err != nil {
			return
		}
		s := bounded(append(stream, make([]byte, Padding)...))
		for _, count := range []uint64{0, 1, ChunkPlaces - 1} {
			code.Read(s, 0, count)
		}
	})
}

// bounded reads as zeros behind its end.
type bounded []byte

func (b bounded) Load57(pos uint64) uint64 { return Load57(b, min(pos, uint64(len(b)-Padding)*8)) }

// Eight chunks of the longest words there are fit their directory entry.
func TestLongestWords(t *testing.T) {
	trainer := NewTrainer()
	trainer.steps = map[[2]int32]uint64{{0, 0}: 1 << 40}
	for i := range int32(100) {
		trainer.steps[[2]int32{i + 1, 0}] = 1 << 20
	}
	trainer.householdBitLengths[1] = 1
	code, err := trainer.Code()
	if err != nil {
		t.Fatal(err)
	}
	list := make([]Voter, 8*ChunkPlaces)
	for i := range list {
		list[i] = Voter{uint32(i%2) * (1<<32 - 1), 1<<32 - 1}
	}
	w := ListWriter{Code: code}
	if err := w.Write(list); err != nil {
		t.Fatal(err)
	}
	w.Houses.Flush()
	houses := plain(append(w.Houses.Bytes, make([]byte, Padding)...))
	for i, v := range list {
		excess, household := code.Read(houses, ChunkStart(w.Chunks, uint64(i)), uint64(i)%ChunkPlaces)
		if got := uint32(excess + 1 + int64(i)); got != v.Serial || household != v.Household {
			t.Fatalf("voter %d: serial %d household %d, want %d %d", i, got, household, v.Serial, v.Household)
		}
	}
}
