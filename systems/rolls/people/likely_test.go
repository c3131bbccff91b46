package people

import (
	"strings"
	"testing"

	"intikhab/domain/geography"
)

// Ensure that the ages are those of the commission's bands.
func TestPyramid(t *testing.T) {
	p, err := New(Config{Voters: 200_000, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	count := map[int]int{}
	unknown := 0
	for _, q := range everybody(t, p) {
		age := q.Born.Age(p.cfg.On)
		if age < 18 || age > 100 {
			t.Fatalf("somebody born %v is %d", q.Born, age)
		}
		if q.Born.Month == 0 {
			unknown++
		}
		band := 0
		for _, from := range []int{26, 36, 46, 56, 66} {
			if age >= from {
				band = from
			}
		}
		count[band]++
	}
	for band, want := range map[int]float64{0: 18, 26: 26, 36: 22, 46: 14, 56: 10, 66: 10} {
		between(t, "percent of the band", 100*share(count[band], p.Len()), want-3, want+3)
	}
	between(t, "percent with the year only", 100*share(unknown, p.Len()), 0.2, 1.5)
}

// Ensure that women are fewer than men as in each province, that blocks differ, and that
// few are on the roll in those blocks alone in which they are to be few.
func TestGap(t *testing.T) {
	p, err := New(Config{Voters: 400_000, Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	few := map[geography.BlockCode]bool{}
	for _, b := range p.Known().FewWomen {
		few[b] = true
	}
	if want := len(p.areas) / fewWomen1in; len(few) != want || want == 0 {
		t.Errorf("few women in %d blocks, not %d", len(few), want)
	}
	women, x := map[geography.BlockCode]int{}, 0
	for _, q := range everybody(t, p) {
		switch q.Gender {
		case geography.Female:
			women[q.Block]++
		case geography.X:
			x++
		}
	}
	inProvince, all := map[string]int{}, map[string]int{}
	low, high := 1.0, 0.0
	for _, b := range p.Blocks() {
		s := share(women[b.Code], b.Voters)
		if few[b.Code] != (s < 0.27) && b.Voters > 150 {
			t.Errorf("block %v has %d women of %d, few is %v", b.Code, women[b.Code], b.Voters, few[b.Code])
		}
		if few[b.Code] {
			continue
		}
		low, high = min(low, s), max(high, s)
		d, _ := geography.DistrictNamed(b.DistrictEn)
		inProvince[d.Division.Province.Code] += women[b.Code]
		all[d.Division.Province.Code] += b.Voters
	}
	for _, g := range geography.Provinces() {
		if all[g.Code] > 20_000 {
			want := share(g.Voters-g.Men, g.Voters)
			between(t, "women in "+g.NameEn, share(inProvince[g.Code], all[g.Code]), want-0.02, want+0.02)
		}
	}
	if low > 0.40 || high < 0.50 {
		t.Errorf("blocks have from %.3f to %.3f women", low, high)
	}
	if x > 40 {
		t.Errorf("%d of 400000 are X", x)
	}
}

// Ensure that who lives together is a family: sons and daughters are younger than their
// father and named after him, a wife's husband lives with her unless she is a widow or
// the mother, and nobody is called as a brother or sister.
func TestFamilies(t *testing.T) {
	p, err := New(Config{Voters: 60_000, Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	homes := map[string][]Person{}
	for _, q := range everybody(t, p) {
		homes[q.Family] = append(homes[q.Family], q)
	}
	wives, withHusband, children := 0, 0, 0
	for _, home := range homes {
		for i, q := range home {
			if (q.Relation == Husband) && q.Gender != geography.Female {
				t.Errorf("%v has a husband", q.Gender)
			}
			if q.Relation == Husband {
				wives++
			}
			for k, other := range home {
				if k == i {
					continue
				}
				if q.NameUr == other.NameUr && q.ParentUr == other.ParentUr && q.Gender == other.Gender {
					t.Errorf("two of family %s have the same names", q.Family)
				}
				if other.NameUr != q.ParentUr || other.NameEn != q.ParentEn || other.Gender == geography.Female {
					continue
				}
				if q.Relation == Husband {
					withHusband++
					if d := q.Born.Year - other.Born.Year; d < -8 || d > 22 {
						t.Errorf("wife of %v born %v", other.Born, q.Born)
					}
				} else {
					children++
					if q.Born.Year-other.Born.Year < generation-1 {
						t.Errorf("child of %v born %v", other.Born, q.Born)
					}
				}
			}
		}
	}
	between(t, "voters a household", share(p.Len(), len(homes)), 3.2, 4)
	between(t, "wives whose husband is there", share(withHusband, wives), 0.5, 0.95)
	between(t, "children whose father is there", share(children, p.Len()), 0.1, 0.5)
}

// Ensure that Urdu fields hold no other letters, Roman ones neither, and that addresses
// say where.
func TestShaped(t *testing.T) {
	blocks := map[geography.BlockCode]Block{}
	p := some(t, 40_000)
	for _, b := range p.Blocks() {
		blocks[b.Code] = b
	}
	for i, q := range everybody(t, p) {
		for _, s := range []string{q.NameEn, q.ParentEn} {
			if s == "" || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ") != "" || strings.TrimSpace(s) != s || strings.Contains(s, "  ") {
				t.Errorf("person %d: name %q", i, s)
			}
		}
		for _, s := range []string{q.NameUr, q.ParentUr} {
			if s == "" || strings.TrimSpace(s) != s || strings.Contains(s, "  ") || strings.IndexFunc(s, func(r rune) bool { return r != ' ' && (r < 0x621 || r > 0x6d3) }) >= 0 {
				t.Errorf("person %d: name %q", i, s)
			}
		}
		for _, a := range []Address{q.Permanent, q.Temporary, q.Posting} {
			if a == (Address{}) {
				continue
			}
			b := blocks[a.Block]
			if !strings.HasPrefix(a.En, "House No. ") || !strings.Contains(a.En, b.TehsilEn) || !strings.HasPrefix(a.Ur, "مکان نمبر ") || !strings.Contains(a.Ur, b.DistrictUr) {
				t.Errorf("person %d: address %+v", i, a)
			}
		}
	}
}

func share(n, of int) float64 { return float64(n) / float64(of) }

func between(t *testing.T, what string, got, low, high float64) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s: %.3f, not between %.3f and %.3f", what, got, low, high)
	}
}
