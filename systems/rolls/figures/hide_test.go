package figures

import (
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"intikhab/domain/geography"
	"intikhab/platform/office/area"
)

// counted draws the counts of a roll in places of two districts, with constituencies that
// lie across them.
func counted(t *rapid.T) (Roll, map[Place]*[geography.Genders * bands]int64) {
	all := map[Place]*[geography.Genders * bands]int64{}
	places := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Place {
		return Place{rapid.SampledFrom([]string{"district:kasur", "district:lahore", "district:quetta"}).Draw(t, "district"),
			rapid.SampledFrom([]geography.Constituency{"NA-118", "NA-119", "NA-131"}).Draw(t, "na"),
			rapid.SampledFrom([]geography.Constituency{"PP-145", "PP-146", "PP-175", "PB-38"}).Draw(t, "pa")}
	}), 1, 7, rapid.ID[Place]).Draw(t, "places")
	most := rapid.SampledFrom([]int64{1, 3, 12, 40}).Draw(t, "most")
	for _, p := range places {
		c := new([geography.Genders * bands]int64)
		for i := range c {
			switch {
			case i%bands == 0:
			case i/bands == int(geography.X):
				c[i] = max(0, rapid.Int64Range(-3, 3).Draw(t, "x"))
			default:
				c[i] = rapid.Int64Range(0, most).Draw(t, "n")
			}
		}
		all[p] = c
	}
	r := Roll{ID: "R", Scope: rapid.SampledFrom([]string{area.Country.String(), "district:kasur", "constituency:NA-118"}).Draw(t, "scope")}
	return r, all
}

// known is what a reader knows: each number that is shown, as a sum over counts.
type known struct {
	width  int
	pivots [][]uint64 // rows of an echelon form, modulo a prime
	at     []int
}

const prime = 2147483647 // 2³¹−1

func power(x, n uint64) uint64 {
	r := uint64(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			r = r * x % prime
		}
		x = x * x % prime
	}
	return r
}

// rest is what is left of a sum after everything known is subtracted: nothing if it can be
// computed.
func (k *known) rest(row []uint64) []uint64 {
	row = slices.Clone(row)
	for i, pivot := range k.pivots {
		if v := row[k.at[i]]; v != 0 {
			for c := range row {
				row[c] = (row[c] + (prime-v)*pivot[c]) % prime
			}
		}
	}
	return row
}

func (k *known) learn(row []uint64) {
	row = k.rest(row)
	at := slices.IndexFunc(row, func(v uint64) bool { return v != 0 })
	if at < 0 {
		return
	}
	inverse := power(row[at], prime-2)
	for c := range row {
		row[c] = row[c] * inverse % prime
	}
	k.pivots, k.at = append(k.pivots, row), append(k.at, at)
}

func (k *known) computes(row []uint64) bool {
	return !slices.ContainsFunc(k.rest(row), func(v uint64) bool { return v != 0 })
}

// TestAttack has a reader compute what he can from everything that is shown, by adding and
// subtracting in any way at all: no hidden number comes out, and no small number is shown.
func TestAttack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, all := counted(t)
		figures := publish(r, all)
		places := placesOf(all)
		width := len(places) * geography.Genders * bands
		k := &known{width: width}
		var hidden [][]uint64
		for i := range figures.Areas {
			a := &figures.Areas[i]
			for band := range 1 + bands {
				type shown struct {
					n     Number
					lists []geography.Gender
				}
				sums := []shown{{a.All[band], []geography.Gender{0, 1, 2}}, {a.Women[band], []geography.Gender{geography.Female}}, {a.Others[band], []geography.Gender{geography.Male, geography.X}}}
				if band < a.Told {
					sums = append(sums, shown{a.Men[band], []geography.Gender{geography.Male}}, shown{a.X[band], []geography.Gender{geography.X}})
				}
				for _, s := range sums {
					row, value, whole := make([]uint64, width), int64(0), band == 0 && len(s.lists) == 3
					for p, place := range places {
						if !in(a, place) {
							whole = false
							continue
						}
						for set := columnsOf(band, s.lists...); set != 0; set &= set - 1 {
							c := bits.TrailingZeros32(set)
							row[p*geography.Genders*bands+c] = 1
							value += all[place][c]
						}
					}
					switch {
					case s.n.Hidden:
						hidden = append(hidden, row)
						continue
					case s.n.N != value:
						t.Fatalf("%s %s is told as %d, and is %d", a.Level, a.Key, s.n.N, value)
					case value > 0 && value < Small && !whole: // the roll's voters are in the ledger
						t.Fatalf("%s %s shows %d", a.Level, a.Key, value)
					}
					k.learn(row)
				}
			}
		}
		for _, row := range hidden {
			if k.computes(row) {
				t.Fatalf("one of %d hidden numbers can be computed", len(hidden))
			}
		}
		if len(hidden) != figures.Hidden {
			t.Fatalf("%d are hidden, and %d are said to be", len(hidden), figures.Hidden)
		}
	})
}

// in tells, by the area's key alone, whether a place lies in it.
func in(a *Area, p Place) bool {
	switch a.Level {
	case Province:
		return a.Key == p.province()
	case District:
		return a.Key == p.District
	case NA:
		return a.Key == area.OfConstituency(p.NA).String()
	case PA:
		return a.Key == area.OfConstituency(p.PA).String()
	}
	return true
}
