package format

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// The houses section is the code words of all lists one after the other, in
// the order of places; the chunks section says where to begin reading.

// ChunkPlaces is the number of places that share a point where reading begins.
const ChunkPlaces = 64

// directoryPlaces is the number of places that share an entry of the chunks
// section: the bit, from the start of houses, at which the first of its chunks
// begins (8 bytes), and how many bits later each of the eight does (2 bytes
// each, the first 0). The worst code words of seven chunks fit 16 bits.
const (
	directoryPlaces = 8 * ChunkPlaces
	directoryBytes  = 8 + 8*2
)

// Voter is where one voter stands in his or her list.
type Voter struct{ Serial, Household uint32 }

// ListWriter writes the houses and chunks sections.
type ListWriter struct {
	Code   *Code
	Houses BitWriter
	Chunks []byte
	places uint64
	start  uint64 // bit at which the current directory entry begins
}

// Write appends one list, which is in the order of its serials.
func (w *ListWriter) Write(list []Voter) error {
	var current, excess int64
	for i, v := range list {
		e, h := int64(v.Serial)-1-int64(i), int64(v.Household)
		chunk := w.places%ChunkPlaces == 0
		if chunk {
			if err := w.beginChunk(); err != nil {
				return err
			}
		}
		w.places++
		if i == 0 || chunk {
			w.spell(Jump, e, v.Household)
			current, excess = h, e
			continue
		}
		step, known := -1, false
		if !addition(list, i, current) && int64(int32(e-excess)) == e-excess && h >= current && h-current < 1<<31 {
			step, known = w.Code.step(int32(e-excess), int32(h-current))
		}
		switch {
		case known:
			w.Houses.Write(uint64(w.Code.words[step]), uint(w.Code.Symbols[step].Bits))
			current = h
		case w.moves(list, i, current):
			w.spell(Jump, e, v.Household)
			current = h
		default:
			w.spell(Addition, e-excess, v.Household)
		}
		excess = e
	}
	return nil
}

// moves tells whether the list's household order goes on from the voter at i
// rather than from those before.
func (w *ListWriter) moves(list []Voter, i int, current int64) bool {
	if i+1 == len(list) {
		return false
	}
	next := int64(list[i+1].Household)
	from := int64(list[i].Household)
	return next >= from && (next < current || next-from < next-current)
}

func (c *Code) step(excess, household int32) (int, bool) {
	i, ok := c.steps[[2]int32{excess, household}]
	return i, ok
}

// beginChunk notes where the chunk that begins here does.
func (w *ListWriter) beginChunk() error {
	at := w.Houses.Len()
	if w.places%directoryPlaces == 0 {
		w.start = at
		w.Chunks = binary.LittleEndian.AppendUint64(w.Chunks, at)
		w.Chunks = append(w.Chunks, make([]byte, directoryBytes-8)...)
		return nil
	}
	if at-w.start > 1<<16-1 {
		return errors.New("seven chunks of households take more than 65,535 bits")
	}
	entry := w.Chunks[len(w.Chunks)-directoryBytes:]
	binary.LittleEndian.PutUint16(entry[8+w.places%directoryPlaces/ChunkPlaces*2:], uint16(at-w.start))
	return nil
}

// spell writes a word that is followed by excess and household.
func (w *ListWriter) spell(kind Kind, excess int64, household uint32) {
	for i, s := range w.Code.Symbols {
		if s.Kind == kind {
			w.Houses.Write(uint64(w.Code.words[i]), uint(s.Bits))
		}
	}
	// Elias gamma of the zig-zag excess plus one: as many zeros as the number
	// has bits after its first, then the number, its first bit in front.
	z := uint64(excess<<1^excess>>63) + 1
	n := uint(bits.Len64(z)) - 1
	w.Houses.Write(0, n)
	w.Houses.Write(1, 1)
	w.Houses.Write(z, n)
	wide := uint64(1)<<w.Code.HouseholdBits - 1
	if uint64(household) < wide {
		w.Houses.Write(uint64(household), w.Code.HouseholdBits)
		return
	}
	w.Houses.Write(wide, w.Code.HouseholdBits)
	w.Houses.Write(uint64(household), 32)
}

// ChunkEntry returns where in the chunks section the entry of a place's chunk is.
func ChunkEntry(place uint64) uint64 { return place / directoryPlaces * directoryBytes }

// ChunkStart returns the bit in houses at which the chunk of a place begins.
func ChunkStart(chunks []byte, place uint64) uint64 {
	entry := chunks[ChunkEntry(place):][:directoryBytes]
	rel := binary.LittleEndian.Uint16(entry[8+place%directoryPlaces/ChunkPlaces*2:])
	return binary.LittleEndian.Uint64(entry) + uint64(rel)
}

// Stream gives the bits of the houses section, which is masked in the file.
type Stream interface {
	// Load57 returns at least 57 bits from bit pos on.
	Load57(pos uint64) uint64
}

// Read returns excess and household of the place that stands count places
// after the one whose chunk begins at bit pos.
func (c *Code) Read(s Stream, pos uint64, count uint64) (excess int64, household uint32) {
	var current int64
	for {
		window := s.Load57(pos)
		// Several steps at once while all of them come before the place.
		if r := &c.runs[window&(1<<MaxCodeBits-1)]; uint64(r.n) <= count && r.n > 0 {
			pos += uint64(r.bits)
			excess += int64(r.excess)
			current += int64(r.household)
			count -= uint64(r.n)
			if count == 0 && r.n > 0 {
				// The next word is the place's own.
				window = s.Load57(pos)
			} else {
				continue
			}
		}
		symbol := &c.Symbols[c.single[window&(1<<MaxCodeBits-1)]]
		pos += uint64(symbol.Bits)
		if symbol.Kind == Step {
			excess += int64(symbol.Excess)
			current += int64(symbol.Household)
			household = uint32(current)
		} else {
			var e int64
			e, household, pos = c.readSpelled(s, pos)
			if symbol.Kind == Jump {
				excess, current = e, int64(household)
			} else {
				excess += e
			}
		}
		if count == 0 {
			return excess, household
		}
		count--
	}
}

func (c *Code) readSpelled(s Stream, pos uint64) (excess int64, household uint32, end uint64) {
	n := uint(bits.TrailingZeros64(s.Load57(pos)))
	n = min(n, 40) // more cannot be written: a serial has 32 bits
	pos += uint64(n) + 1
	z := uint64(1)<<n | s.Load57(pos)&(1<<n-1)
	pos += uint64(n)
	z--
	excess = int64(z>>1) ^ -int64(z&1)
	wide := uint64(1)<<c.HouseholdBits - 1
	h := s.Load57(pos) & wide
	pos += uint64(c.HouseholdBits)
	if h == wide {
		h = s.Load57(pos) & (1<<32 - 1)
		pos += 32
	}
	return excess, uint32(h), pos
}

// ChunksBytes returns the length of the chunks section of a roll.
func ChunksBytes(places uint64) uint64 {
	return (places + directoryPlaces - 1) / directoryPlaces * directoryBytes
}
