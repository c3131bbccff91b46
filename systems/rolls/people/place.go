package people

import (
	"fmt"
	"strconv"
	"strings"

	"intikhab/domain/geography"
)

// pair is words in English and Urdu.
type pair struct{ en, ur string }

// Names of places are put together from these; all are in common use and none is meant.
var (
	stems = []pair{
		{"Rehman", "رحمان"}, {"Islam", "اسلام"}, {"Noor", "نور"}, {"Farooq", "فاروق"}, {"Usman", "عثمان"}, {"Ali", "علی"},
		{"Iqbal", "اقبال"}, {"Habib", "حبیب"}, {"Karim", "کریم"}, {"Aziz", "عزیز"}, {"Latif", "لطیف"}, {"Sadiq", "صادق"},
		{"Nazim", "ناظم"}, {"Fazal", "فضل"}, {"Qadir", "قادر"}, {"Rasul", "رسول"}, {"Bilal", "بلال"}, {"Rashid", "رشید"},
		{"Saeed", "سعید"}, {"Anwar", "انور"}, {"Akbar", "اکبر"}, {"Sultan", "سلطان"}, {"Mehr", "مہر"}, {"Hussain", "حسین"},
		{"Murad", "مراد"}, {"Ghazi", "غازی"}, {"Khalid", "خالد"}, {"Tariq", "طارق"}, {"Yusuf", "یوسف"}, {"Ibrahim", "ابراہیم"},
		{"Ismail", "اسماعیل"}, {"Nawaz", "نواز"}, {"Shah", "شاہ"}, {"Jamal", "جمال"}, {"Fateh", "فتح"}, {"Madina", "مدینہ"}, {"Gulshan", "گلشن"},
	}
	ends = []pair{
		{"pura", "پورہ"}, {"abad", "آباد"}, {"nagar", "نگر"}, {"garh", "گڑھ"}, {" Colony", "کالونی"}, {" Town", "ٹاؤن"},
	}
	rustic = 4 // so many of the ends are names of villages too
	urban  = []pair{{"Mohalla", "محلہ"}, {"Basti", "بستی"}}
	rural  = map[string][]pair{"PB": {{"Mauza", "موضع"}, {"Basti", "بستی"}}, "SD": {{"Deh", "دیہہ"}, {"Goth", "گوٹھ"}}, "BA": {{"Killi", "کلی"}, {"Goth", "گوٹھ"}}}
	hills  = []pair{{"Village", "گاؤں"}, {"Mohalla", "محلہ"}}
)

func town(t *geography.Tehsil) bool {
	return t.NameEn == t.District.NameEn || strings.HasSuffix(t.NameEn, "City") || strings.HasSuffix(t.NameEn, "Town") || strings.HasSuffix(t.NameEn, "Cantt")
}

// placeName names the k-th block of a tehsil; no two blocks of a tehsil have one name.
func placeName(t *geography.Tehsil, k int) pair {
	turn := 0
	for _, c := range []byte(t.NameEn) {
		turn += int(c)
	}
	kinds, nEnds := urban, len(ends)
	if !town(t) {
		province := t.District.Division.Province.Code
		if province == "PB" && k%3 == 0 {
			n := strconv.Itoa(k/3 + turn%200 + 1)
			return pair{"Chak No. " + n, "چک نمبر " + n}
		}
		nEnds = rustic
		if kinds = rural[province]; kinds == nil {
			kinds = hills
		}
	}
	all := len(stems) * nEnds * len(kinds)
	n := (k*101 + turn) % all // 101 divides none of the counts: every name once
	stem, end, kind := stems[n%len(stems)], ends[n/len(stems)%nEnds], kinds[n/len(stems)/nEnds]
	name := pair{kind.en + " " + stem.en + end.en, kind.ur + " " + stem.ur + " " + end.ur}
	if round := k / all; round > 0 {
		name.en += " No. " + strconv.Itoa(round+1)
		name.ur += " نمبر " + strconv.Itoa(round+1)
	}
	return name
}

// address writes the address of a house in a block.
func (m *maker) address(at, house int) Address {
	a := &m.pop.areas[at]
	m.room(512)
	b := &m.b
	from := b.Len()
	b.WriteString("House No. ")
	m.digits(house + at%97*3)
	if a.town {
		b.WriteString(", Street No. ")
		m.digits((house-1)/14 + 1)
	}
	b.WriteString(a.tail.en)
	middle := b.Len()
	b.WriteString("مکان نمبر ")
	m.digits(house + at%97*3)
	if a.town {
		b.WriteString("، گلی نمبر ")
		m.digits((house-1)/14 + 1)
	}
	b.WriteString(a.tail.ur)
	s := b.String()
	return Address{Block: a.Code, En: s[from:middle], Ur: s[middle:]}
}

func (m *maker) digits(n int) {
	var d [20]byte
	m.b.Write(strconv.AppendInt(d[:0], int64(n), 10))
}

// Voters of one polling station, about. A combined one serves some two blocks; a pair,
// one for men and one for women, some four.
const (
	stationVoters = 1400
	pairsIn100    = 37
)

// placeStations gives every block its stations.
func (p *Population) placeStations() {
	numbers := map[geography.Constituency]int{}
	add := func(kind geography.StationKind, who pair, first *area, r *random) geography.StationID {
		numbers[first.NA]++
		id := geography.StationID(fmt.Sprintf("%s-%d", first.NA, numbers[first.NA]))
		t := p.homes[first.home].tehsil
		p.stations = append(p.stations, geography.PollingStation{ID: id, Kind: kind,
			NameEn: "Government " + who.en + "School " + first.place.en, NameUr: "گورنمنٹ " + who.ur + "سکول " + first.place.ur,
			Lat: t.Lat + float64(r.below(4000)-2000)/100_000, Lon: t.Lon + float64(r.below(4000)-2000)/100_000})
		return id
	}
	for i := 0; i < len(p.areas); {
		first := &p.areas[i]
		r := newRandom(p.cfg.Seed, streamStations, uint64(i))
		want := stationVoters
		var ids [geography.Genders]geography.StationID
		if r.below(100) < pairsIn100 {
			want *= 2
			m := add(geography.MaleStation, pair{"Boys ", "بوائز "}, first, &r)
			ids = [...]geography.StationID{m, add(geography.FemaleStation, pair{"Girls ", "گرلز "}, first, &r), m}
		} else {
			c := add(geography.CombinedStation, pair{}, first, &r)
			ids = [...]geography.StationID{c, c, c}
		}
		for have := 0; i < len(p.areas) && (have == 0 || p.areas[i].home == first.home && p.areas[i].NA == first.NA && have+p.areas[i].voters/2 < want); i++ {
			have += max(p.areas[i].voters, 1)
			p.areas[i].Station = ids
		}
	}
}

// Blocks gives the blocks in which people live. What the slice holds is the caller's.
func (p *Population) Blocks() []Block {
	blocks := make([]Block, len(p.areas))
	for i := range p.areas {
		blocks[i] = p.areas[i].Block
	}
	return blocks
}

// Stations gives the polling stations of blocks that were made up; none for those of
// Config.Blocks. The slice is shared and must not be changed.
func (p *Population) Stations() []geography.PollingStation { return p.stations }
