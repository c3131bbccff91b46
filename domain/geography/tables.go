package geography

import (
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"sync"
)

//go:embed tables/*.csv
var files embed.FS

// Provinces gives the provinces and territories. The slices that this and the
// following functions give are shared: they must not be changed.
func Provinces() []*Province { return all().provinces }

// Divisions gives the divisions.
func Divisions() []*Division { return all().divisions }

// Districts gives the districts, in the order of the constituencies.
func Districts() []*District { return all().districts }

// Tehsils gives the tehsils of the districts that have voters.
func Tehsils() []*Tehsil { return all().tehsils }

// Constituencies gives the seats of the National Assembly and then those of
// each Provincial Assembly, by number.
func Constituencies() []*Seat { return all().seats }

// Portions gives the portions in the order of the National Assembly seats.
func Portions() []*Portion { return all().portions }

// SeatOf gives the constituency with this code.
func SeatOf(c Constituency) (*Seat, bool) {
	s, ok := all().seatByCode[c]
	return s, ok
}

// DistrictNamed gives the district with this English name.
func DistrictNamed(en string) (*District, bool) {
	d, ok := all().districtByName[en]
	return d, ok
}

type tables struct {
	provinces      []*Province
	divisions      []*Division
	districts      []*District
	tehsils        []*Tehsil
	seats          []*Seat
	portions       []*Portion
	districtByName map[string]*District
	seatByCode     map[Constituency]*Seat
}

// all reads the tables once, when they are first asked for. A fault in them is
// a fault of the program, found by its tests: it panics with file and line.
var all = sync.OnceValue(func() *tables {
	t := &tables{districtByName: map[string]*District{}, seatByCode: map[Constituency]*Seat{}}
	provinces := map[string]*Province{}
	divisions := map[[2]string]*Division{}
	read("provinces", 8, func(f []string) {
		p := &Province{Code: f[0], NameEn: f[1], NameUr: f[2], Assembly: Assembly(f[3]),
			FirstDigit: integer(f[4]), Voters: integer(f[5]), Men: integer(f[6]), XPerMillion: integer(f[7])}
		provinces[p.Code] = p
		t.provinces = append(t.provinces, p)
	})
	read("divisions", 3, func(f []string) {
		d := &Division{NameEn: f[0], NameUr: f[1], Province: known(provinces, f[2])}
		divisions[[2]string{f[0], f[2]}] = d
		t.divisions = append(t.divisions, d)
	})
	read("districts", 4, func(f []string) {
		d := &District{NameEn: f[0], NameUr: f[1], Division: known(divisions, [2]string{f[2], f[3]})}
		t.districtByName[d.NameEn] = d
		t.districts = append(t.districts, d)
	})
	read("tehsils", 5, func(f []string) {
		h := &Tehsil{NameEn: f[0], NameUr: f[1], District: known(t.districtByName, f[2]), Lat: decimal(f[3]), Lon: decimal(f[4])}
		h.District.Tehsils = append(h.District.Tehsils, h)
		t.tehsils = append(t.tehsils, h)
	})
	read("constituencies", 5, func(f []string) {
		s := &Seat{Code: Constituency(f[0]), NameEn: f[1], NameUr: f[2], Voters: integer(f[3]), Basis: Basis(f[4])}
		t.seatByCode[s.Code] = s
		t.seats = append(t.seats, s)
	})
	read("portions", 4, func(f []string) {
		p := &Portion{NA: Constituency(f[0]), PA: Constituency(f[1]), District: known(t.districtByName, f[2]), Voters: integer(f[3])}
		p.District.Voters += p.Voters
		t.portions = append(t.portions, p)
		na := known(t.seatByCode, p.NA)
		na.Portions = append(na.Portions, p)
		if p.PA != "" {
			pa := known(t.seatByCode, p.PA)
			pa.Portions = append(pa.Portions, p)
		}
	})
	return t
})

func read(table string, fields int, row func([]string)) {
	name := "tables/" + table + ".csv"
	f, err := files.Open(name)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = fields
	rows, err := r.ReadAll()
	if err != nil {
		panic(fmt.Sprintf("geography: %s: %v", name, err))
	}
	line := 0
	defer func() {
		if p := recover(); p != nil {
			panic(fmt.Sprintf("geography: %s: row %d: %v", name, line, p))
		}
	}()
	for i, f := range rows[1:] {
		line = i + 2
		row(f)
	}
}

func known[K comparable, V any](m map[K]V, key K) V {
	v, ok := m[key]
	if !ok {
		panic(fmt.Sprintf("%v is in no table", key))
	}
	return v
}

func integer(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func decimal(s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return x
}
