package doubles

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
)

// crowdOf are people of whom none is a double, so that what is rare is rare.
func crowdOf(n int) (all []Record) {
	r := rand.New(rand.NewPCG(3, 3))
	names := [][2]string{{"Asif", "آصف"}, {"Naveed", "نوید"}, {"Imran", "عمران"}, {"Tariq", "طارق"}, {"Bilal", "بلال"}, {"Rashid", "راشد"}, {"Jamil", "جمیل"}, {"Zubair", "زبیر"},
		{"Yousaf", "یوسف"}, {"Khalid", "خالد"}, {"Fahad", "فہد"}, {"Noman", "نعمان"}, {"Pervez", "پرویز"}, {"Mansoor", "منصور"}, {"Ghazanfar", "غضنفر"}, {"Liaqat", "لیاقت"}}
	name := func() (en, ur string) {
		a, b := names[r.IntN(len(names))], names[r.IntN(len(names))]
		return a[0] + " " + b[0], a[1] + " " + b[1]
	}
	for i := range n {
		rec := Record{ID: rolls.VoterID(10_000 + i), Block: geography.BlockCode(440160401 + i%40*100), Born: rolls.Date{Year: 1940 + r.IntN(60), Month: 1 + r.IntN(12), Day: 1 + r.IntN(28)},
			Address: fmt.Sprintf("مکان %d گلی %d", r.IntN(300), r.IntN(30))}
		rec.NameEn, rec.NameUr = name()
		rec.ParentEn, rec.ParentUr = name()
		all = append(all, rec)
	}
	return all
}

func find(t testing.TB, records ...Record) []Pair {
	f := New(Standard())
	for i := range records {
		f.Add(0, &records[i])
	}
	pairs, _, err := f.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

// TestCases: what is a likely double and what is not, one case a line.
func TestCases(t *testing.T) {
	is := Record{ID: 1, Block: 440160401, NameEn: "Saifullah Ahmad", NameUr: "سیف اللہ احمد", ParentEn: "Zulfiqar Ali", ParentUr: "ذوالفقار علی",
		Born: rolls.Date{Year: 1979, Month: 3, Day: 11}, Address: "مکان 12 گلی 4"}
	woman := is
	woman.NameEn, woman.NameUr, woman.List = "Shagufta Yasmin", "شگفتہ یاسمین", geography.Female
	crowd := crowdOf(4000)
	for _, c := range []struct {
		name   string
		is     Record
		change func(r *Record)
		want   bool
	}{
		{"the same again", is, func(r *Record) {}, true},
		{"spelt otherwise", is, func(r *Record) { r.NameEn, r.NameUr = "Saif Ullah Ahmed", "سیف الله احمد" }, true},
		{"day and month swapped", is, func(r *Record) { r.Born = rolls.Date{Year: 1979, Month: 11, Day: 3} }, true},
		{"a year off", is, func(r *Record) { r.Born.Year++ }, true},
		{"Urdu only and Roman only", is, func(r *Record) { r.NameUr, r.ParentUr = "", "" }, true},
		{"moved to another province", is, func(r *Record) { r.Block, r.Address = 110020304, "محلہ قصابان" }, true},
		{"father's name shortened", is, func(r *Record) { r.ParentEn, r.ParentUr = "Zulfiqar", "ذوالفقار" }, true},
		{"a slip in one script", is, func(r *Record) { r.NameUr = "سیف اللہ احمل" }, true},
		{"married, in the same block", woman, func(r *Record) {
			r.Relation, r.ParentEn, r.ParentUr = rolls.Husband, "Ghulam Rasool", "غلام رسول"
		}, true},
		{"a twin", is, func(r *Record) { r.NameEn, r.NameUr = "Hafeezullah Ahmad", "حفیظ اللہ احمد" }, false},
		{"a twin with a name that sounds alike", is, func(r *Record) { r.NameEn, r.NameUr = "Safiullah Hammad", "صفی اللہ حماد" }, false},
		{"a sister born the same day", is, func(r *Record) { r.NameEn, r.NameUr, r.List = "Saima Ahmad", "صائمہ احمد", geography.Female }, false},
		{"a brother, with one part of the name alike", is, func(r *Record) {
			r.NameEn, r.NameUr, r.Born = "Sanaullah Ahmad", "ثناء اللہ احمد", rolls.Date{Year: 1981, Month: 7, Day: 2}
		}, false},
		{"a namesake of another age", is, func(r *Record) { r.Born = rolls.Date{Year: 1952, Month: 8, Day: 30} }, false},
		{"his son, named after him", is, func(r *Record) {
			r.ParentEn, r.ParentUr, r.Born = is.NameEn, is.NameUr, rolls.Date{Year: 2001, Month: 3, Day: 11}
		}, false},
	} {
		other := c.is
		other.ID = 2
		c.change(&other)
		pairs := find(t, append(crowd, c.is, other)...)
		found := false
		for _, p := range pairs {
			found = found || p.A == 1 && p.B == 2
		}
		if found != c.want {
			t.Errorf("%s: reported %v, want %v", c.name, found, c.want)
		}
	}
}

// TestOrderAndWorkers: whoever reads the roll, in whatever order, gets the same report.
func TestOrderAndWorkers(t *testing.T) {
	s := newSociety(readParts(t), 5, 20_000)
	var all []Record
	s.roll(20_000, 0.02, func(r *Record) { all = append(all, *r) })
	want := find(t, all...)
	if len(want) < 100 {
		t.Fatalf("%d pairs", len(want))
	}
	f := New(Standard())
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var workers sync.WaitGroup
	for w := range 3 {
		workers.Go(func() {
			for i := w; i < len(all); i += 3 {
				f.Add(w, &all[i])
			}
		})
	}
	workers.Wait()
	got, _, err := f.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d pairs in order, %d shuffled, or others", len(want), len(got))
	}
}

// TestCrowd: of thousands of one name, father's name and birthday the pairs are not all
// looked at, and the report says how many were not.
func TestCrowd(t *testing.T) {
	f := New(Standard())
	for i := range 6000 {
		f.Add(0, &Record{ID: rolls.VoterID(i), Block: geography.BlockCode(440160401 + i%30*10_000), NameEn: "Muhammad Ali", NameUr: "محمد علی", ParentEn: "Muhammad Akram",
			ParentUr: "محمد اکرم", Born: rolls.Date{Year: 1980, Month: 1, Day: 1}})
	}
	_, figures, err := f.Find(t.Context())
	if err != nil || figures.Passed == 0 {
		t.Errorf("%+v, %v", figures, err)
	}
}

func TestEnds(t *testing.T) {
	if pairs, _, err := New(Standard()).Find(t.Context()); len(pairs) != 0 || err != nil {
		t.Error(pairs, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := New(Standard())
	for _, r := range crowdOf(10) {
		f.Add(0, &r)
	}
	if _, _, err := f.Find(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after its end: %v", err)
	}
	settings := Standard()
	settings.Most = 3
	f = New(settings)
	for i, r := range append(crowdOf(500), crowdOf(500)...) {
		r.ID = rolls.VoterID(i)
		f.Add(0, &r)
	}
	if pairs, figures, err := f.Find(t.Context()); len(pairs) != 3 || figures.Found < 100 || err != nil {
		t.Errorf("%d pairs, %+v, %v", len(pairs), figures, err)
	}
}

// TestLaws: a comparison is the same from both sides, and never above what lets a
// pair be passed over unread.
func TestLaws(t *testing.T) {
	s := newSociety(readParts(t), 9, 2000)
	f := New(Standard())
	s.roll(2000, 0.3, func(r *Record) { f.Add(0, r) })
	if _, _, err := f.Find(t.Context()); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.Uint32Range(0, uint32(f.n-1)).Draw(t, "i")
		j := rapid.OneOf(rapid.Just(min(i+1, uint32(f.n-1))), rapid.Uint32Range(0, uint32(f.n-1))).Draw(t, "j")
		a, b := f.candidate(i), f.candidate(j)
		w, back := f.weigh(a.person, b.person), f.weigh(b.person, a.person)
		if w.level != back.level || w.score != back.score {
			t.Fatalf("%+v one way, %+v the other", w, back)
		}
		if most := f.most(&a, &b); w.score > most && w.level[parentField] < some {
			t.Fatalf("score %v, but at most %v", w.score, most)
		}
	})
}

func TestReasonsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Reason {
			return Reason{rapid.SampledFrom(fieldNames[:]).Draw(t, "field"), rapid.SampledFrom(levelNames[:]).Draw(t, "how"), float64(rapid.IntRange(-300, 300).Draw(t, "bits")) / 10}
		})).Draw(t, "reasons")
		got, err := decode(encode(want))
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("%v became %v, %v", want, got, err)
		}
	})
	for _, wrong := range []string{"name", "name=same", "name=same:x", ";"} {
		if got, err := decode(wrong); err == nil {
			t.Errorf("%q is %v", wrong, got)
		}
	}
}
