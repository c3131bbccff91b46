package geography

import (
	"testing"
	"unicode"
)

func TestSeatsOfEachAssembly(t *testing.T) {
	count := map[Assembly]int{}
	for _, s := range Constituencies() {
		count[s.Code.Assembly()]++
		if got, ok := SeatOf(s.Code); !ok || got != s {
			t.Errorf("%s is not found", s.Code)
		}
		if c, err := ParseConstituency(string(s.Code)); err != nil || c != s.Code {
			t.Errorf("%s: %v", s.Code, err)
		}
	}
	for _, a := range []Assembly{National, Punjab, Sindh, KhyberPakhtunkhwa, BalochistanAssembly} {
		if count[a] != a.Seats() {
			t.Errorf("%s has %d seats in the table, %d by law", a, count[a], a.Seats())
		}
	}
	if len(Constituencies()) != 266+593 {
		t.Errorf("%d seats in all", len(Constituencies()))
	}
	seats := map[string]map[Constituency]bool{}
	for _, p := range Portions() {
		code := p.District.Division.Province.Code
		if seats[code] == nil {
			seats[code] = map[Constituency]bool{}
		}
		seats[code][p.NA] = true
		if p.PA.Assembly() != p.District.Division.Province.Assembly {
			t.Errorf("%s %s in %s", p.NA, p.PA, p.District.NameEn)
		}
	}
	for code, want := range map[string]int{"PB": 141, "SD": 61, "KP": 45, "BA": 16, "IS": 3} {
		if len(seats[code]) != want {
			t.Errorf("%s: %d seats of the National Assembly, %d are right", code, len(seats[code]), want)
		}
	}
}

func TestVotersSum(t *testing.T) {
	national := 0
	declared := 0
	byProvince := map[string]int{}
	for _, s := range Constituencies() {
		sum := 0
		for _, p := range s.Portions {
			sum += p.Voters
		}
		if sum != s.Voters || sum == 0 {
			t.Errorf("%s: %d voters, its portions have %d", s.Code, s.Voters, sum)
		}
		if s.Code.Assembly() == National {
			national += s.Voters
			byProvince[s.Portions[0].District.Division.Province.Code] += s.Voters
		}
		if s.Basis == Declared {
			declared++
		}
	}
	if national != 128_585_760 {
		t.Errorf("%d voters", national)
	}
	if declared != 177 {
		t.Errorf("%d seats with declared voters", declared)
	}
	men := 0
	for _, p := range Provinces() {
		men += p.Men
		if byProvince[p.Code] != p.Voters {
			t.Errorf("%s: %d voters, its seats have %d", p.Code, p.Voters, byProvince[p.Code])
		}
		if (p.Code == "JK" || p.Code == "GB") != (p.Voters == 0) {
			t.Errorf("%s has %d voters", p.Code, p.Voters)
		}
	}
	if men != 69_263_704 {
		t.Errorf("%d men", men)
	}
	for _, d := range Districts() {
		votes := d.Division.Province.Voters > 0
		if votes != (d.Voters > 0) || votes != (len(d.Tehsils) > 0) {
			t.Errorf("%s: %d voters, %d tehsils", d.NameEn, d.Voters, len(d.Tehsils))
		}
		if got, ok := DistrictNamed(d.NameEn); !ok || got != d {
			t.Errorf("%s is not found, or its name stands twice", d.NameEn)
		}
	}
}

func TestNamesAndPlaces(t *testing.T) {
	check := func(en, ur string) {
		t.Helper()
		if en == "" || ur == "" {
			t.Errorf("a name is missing: %q %q", en, ur)
		}
		for _, r := range en {
			if r > 127 {
				t.Errorf("%q: not English", en)
			}
		}
		for _, r := range ur {
			// Letters of Urdu, not their Arabic look-alikes: yeh, kaf, heh.
			if unicode.IsLetter(r) && !unicode.Is(unicode.Arabic, r) || r == 'ي' || r == 'ك' || r == 'ه' {
				t.Errorf("%q: %q is no letter of Urdu", ur, r)
			}
		}
	}
	for _, p := range Provinces() {
		check(p.NameEn, p.NameUr)
	}
	for _, d := range Divisions() {
		check(d.NameEn, d.NameUr)
	}
	for _, d := range Districts() {
		check(d.NameEn, d.NameUr)
	}
	for _, h := range Tehsils() {
		check(h.NameEn, h.NameUr)
		if h.Lat < 23.5 || h.Lat > 37.1 || h.Lon < 60.8 || h.Lon > 77.9 {
			t.Errorf("%s lies at %v, %v, outside Pakistan", h.NameEn, h.Lat, h.Lon)
		}
	}
	names := map[string]bool{}
	for _, s := range Constituencies() {
		check(s.NameEn, s.NameUr)
		key := string(s.Code.Assembly()) + s.NameEn
		if names[key] {
			t.Errorf("two seats are named %s", s.NameEn)
		}
		names[key] = true
	}
}

func TestSeatDistricts(t *testing.T) {
	s, _ := SeatOf("NA-257")
	var got []string
	for _, d := range s.Districts() {
		got = append(got, d.NameEn)
	}
	if len(got) != 3 || got[0] != "Hub" || got[1] != "Lasbela" || got[2] != "Awaran" {
		t.Errorf("NA-257 in %v", got)
	}
	if k, err := ParseStationKind("combined"); err != nil || k != CombinedStation {
		t.Error(k, err)
	}
	if _, err := ParseStationKind("both"); err == nil {
		t.Error("kind both was taken")
	}
}
