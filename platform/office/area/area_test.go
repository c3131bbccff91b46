package area

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"intikhab/domain/geography"
)

func must(t testing.TB, key string) Area {
	t.Helper()
	a, err := Parse(key)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"pk": "pk", " PK ": "pk", "province:punjab": "province:punjab", "Province:Khyber-Pakhtunkhwa": "province:khyber-pakhtunkhwa",
		"division:lahore": "division:lahore", "district:chitral-upper": "district:chitral-upper",
		"tehsil:attock/fateh-jang": "tehsil:attock/fateh-jang", "constituency:na 118": "constituency:NA-118",
		"station:NA-245-0117": "station:NA-245-0117", "block:440160404": "block:440160404",
	} {
		if a, err := Parse(in); err != nil || a.String() != want {
			t.Errorf("%q: %v, %v", in, a, err)
		}
	}
	for in, want := range map[string]string{
		"": "no key", "lahore": "must be", "city:lahore": "must be", "district:": "nothing stands", "district:lahor": `"district:lahore"`,
		"province:gilgit-baltistan": "of its own", "district:mirpur": "of its own", "constituency:NA-900": "the last is NA-266",
		"block:12": "nine digits", "station:a b": "not allowed", "pk:punjab": "must be", "tehsil:fateh-jang": "no such tehsil",
		"district:" + strings.Repeat("x", 200): "at most",
	} {
		if a, err := Parse(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want %q", in, a, err, want)
		}
	}
}

func TestNames(t *testing.T) {
	for key, want := range map[string][2]string{
		"pk": {"Pakistan", "پاکستان"}, "district:attock": {"Attock", "اٹک"}, "block:440160404": {"440160404", "440160404"},
	} {
		if en, ur := must(t, key).Names(); en != want[0] || ur != want[1] {
			t.Errorf("%s: %s, %s", key, en, ur)
		}
	}
	for _, a := range All() {
		if en, ur := a.Names(); en == "" || ur == "" {
			t.Errorf("%s has no name", a)
		}
	}
}

func TestList(t *testing.T) {
	areas, err := ParseList("district:lahore, district:kasur;district:lahore  block:440160404")
	if err != nil || Join(areas) != "district:lahore district:kasur block:440160404" {
		t.Errorf("%v, %v", areas, err)
	}
	if _, err := ParseList("district:lahore nonsense"); err == nil {
		t.Error("a list with a wrong key was taken")
	}
	if none, err := ParseList(" , "); err != nil || none != nil {
		t.Errorf("%v, %v", none, err)
	}
	b, err := json.Marshal(map[string]Area{"a": areas[0], "b": {}})
	if err != nil || string(b) != `{"a":"district:lahore","b":""}` {
		t.Errorf("%s, %v", b, err)
	}
	var back map[string]Area
	if err := json.Unmarshal(b, &back); err != nil || back["a"] != areas[0] || !back["b"].IsZero() {
		t.Errorf("%v, %v", back, err)
	}
}

// TestConstituencyAcrossDistricts: a seat that districts share lies in none of them.
func TestConstituencyAcrossDistricts(t *testing.T) {
	for _, c := range []struct {
		inner, outer string
		want         bool
	}{
		{"constituency:NA-1", "district:chitral-upper", false}, // Upper and Lower Chitral
		{"constituency:NA-1", "district:chitral-lower", false},
		{"constituency:NA-1", "division:malakand", true},
		{"constituency:NA-2", "district:swat", true},
		{"constituency:NA-257", "division:kalat", true}, // Hub, Lasbela, Awaran
		{"district:chitral-upper", "constituency:NA-1", false},
		{"constituency:PK-3", "constituency:NA-2", false},
		{"constituency:PK-1", "district:chitral-upper", true},
		{"tehsil:attock/fateh-jang", "province:punjab", true},
		{"province:punjab", "tehsil:attock/fateh-jang", false},
		{"constituency:NA-118", "pk", true},
		{"block:440160404", "pk", true},
		{"block:440160404", "province:sindh", false},
		{"block:440160404", "block:440160404", true},
		{"station:NA-245-0117", "constituency:NA-245", false},
	} {
		if got := Within(must(t, c.inner), must(t, c.outer)); got != c.want {
			t.Errorf("%s within %s: %v", c.inner, c.outer, got)
		}
	}
	if Within(Area{}, Country) || Within(Country, Area{}) || Within(Area{}, Area{}) {
		t.Error("no area lies in something, or something in it")
	}
}

func TestLinks(t *testing.T) {
	block, station := must(t, "block:440160404"), must(t, "station:NA-245-0117")
	links := Links(func(a Area) []Area {
		if a == block {
			return []Area{must(t, "tehsil:attock/fateh-jang")}
		}
		return []Area{station, must(t, "constituency:NA-245")} // the first goes round in a circle
	})
	if !links.Within(block, must(t, "division:rawalpindi")) || links.Within(block, must(t, "district:lahore")) {
		t.Error("the block's link is not followed, or followed too far")
	}
	if !links.Within(station, must(t, "constituency:NA-245")) || links.Within(station, block) {
		t.Error("the station's link")
	}
}

// slow restates the rule for areas of land: the set of districts each covers.
func slow(a Area) map[string]bool {
	set := map[string]bool{}
	for _, d := range geography.Districts() {
		if d.Division.Province.Voters == 0 {
			continue
		}
		in := a == Country || a == OfDistrict(d) || a == OfDivision(d.Division) || a == OfProvince(d.Division.Province)
		for _, p := range geography.Portions() {
			in = in || p.District == d && (a.Seat() != "" && (p.NA == a.Seat() || p.PA == a.Seat()))
		}
		if in {
			set[d.NameEn] = true
		}
	}
	return set
}

func TestWithinAgainstSets(t *testing.T) {
	sets := map[Area]map[string]bool{}
	for _, a := range All() {
		if a.Kind() != Tehsil {
			sets[a] = slow(a)
		}
	}
	for inner, i := range sets {
		for outer, o := range sets {
			want := len(i) > 0
			for d := range i {
				want = want && o[d]
			}
			// The rule is narrower than sets of districts where one area has the same
			// districts as another: a seat contains nothing, a division its province not.
			narrower := outer.Kind() == Constituency && inner != outer || rank(outer) > rank(inner)
			if got := Within(inner, outer); got != (want && !narrower) {
				t.Errorf("%s within %s: %v", inner, outer, got)
			}
		}
	}
}

func rank(a Area) int {
	return slices.Index([]Kind{CountryKind, Province, Division, District, Constituency}, a.Kind())
}

func anyArea(t *rapid.T, label string) Area {
	all := All()
	slices.SortFunc(all, func(a, b Area) int { return strings.Compare(a.String(), b.String()) })
	return rapid.SampledFrom(all).Draw(t, label)
}

func TestWithinIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyArea(t, "a"), anyArea(t, "b"), anyArea(t, "c")
		if !Within(a, a) || !Within(a, Country) {
			t.Fatalf("%s is not in itself or not in the country", a)
		}
		if Within(a, b) && Within(b, a) && a != b {
			t.Fatalf("%s and %s lie in each other", a, b)
		}
		if Within(a, b) && Within(b, c) && !Within(a, c) {
			t.Fatalf("%s in %s in %s", a, b, c)
		}
		if back, err := Parse(a.String()); err != nil || back != a {
			t.Fatalf("%s comes back as %s: %v", a, back, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"pk", "district:lahore", "tehsil:attock/fateh-jang", "constituency:NA-118", "station:x", "block:440160404",
		"district:", ":", "province:پنجاب", "district:\xff", strings.Repeat("a", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := Parse(s)
		if err != nil {
			if len(err.Error()) > 800 {
				t.Errorf("the error about %q has %d bytes", s, len(err.Error()))
			}
			return
		}
		if again, err := Parse(a.String()); err != nil || again != a || a.IsZero() || strings.ContainsAny(a.String(), " ,;\t\n\r") {
			t.Errorf("%q gives %q, which comes back as %q, %v", s, a, again, err)
		}
	})
}
