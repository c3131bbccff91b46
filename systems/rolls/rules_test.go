package rolls

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"intikhab/domain/geography"
)

func TestEnrol(t *testing.T) {
	known := func(b geography.BlockCode) bool { return b == one || b == two }
	on := Date{2026, 11, 25}
	card := func(change func(c *Card)) *Card {
		c := &Card{Particulars: person(1), Kind: Smart, Valid: true}
		c.Temporary, c.Posting = Address{Block: two, En: "Bahadurabad"}, Address{Block: two, En: "Quarters"}
		change(c)
		return c
	}
	for _, test := range []struct {
		name   string
		change func(c *Card)
		block  geography.BlockCode
		bar    Bar
	}{
		{"the permanent address, if nothing was chosen", func(c *Card) {}, one, ""},
		{"the temporary address, chosen", func(c *Card) { c.Chosen = TemporaryAddress }, two, ""},
		{"a third address is none of the card", func(c *Card) { c.Chosen, c.Temporary = TemporaryAddress, Address{} }, 0, BarNoPlace},
		{"a servant where posted", func(c *Card) { c.Chosen, c.Service = PostingAddress, Servant }, two, ""},
		{"a servant's wife", func(c *Card) { c.Chosen, c.Service = PostingAddress, Spouse }, two, ""},
		{"a servant's daughter", func(c *Card) { c.Chosen, c.Service = PostingAddress, Child }, two, ""},
		{"somebody else at a posting", func(c *Card) { c.Chosen = PostingAddress }, 0, BarPosting},
		{"a servant at home", func(c *Card) { c.Service = Servant }, one, ""},
		{"overseas card", func(c *Card) { c.Kind = NICOP }, one, ""},
		{"card of origin", func(c *Card) { c.Kind = POC }, 0, BarOrigin},
		{"cancelled", func(c *Card) { c.Valid = false }, 0, BarCard},
		{"eighteen today", func(c *Card) { c.Born = Date{2008, 11, 25} }, one, ""},
		{"eighteen tomorrow", func(c *Card) { c.Born = Date{2008, 11, 26} }, 0, BarYoung},
		{"eighteen in the year that is known", func(c *Card) { c.Born = Date{Year: 2008} }, one, ""},
		{"no birth", func(c *Card) { c.Born = Date{} }, 0, BarUnborn},
		{"in Urdu only", func(c *Card) { c.NameEn = "" }, one, ""},
		{"no name", func(c *Card) { c.NameEn, c.NameUr = "", "" }, 0, BarName},
		{"X", func(c *Card) { c.List = geography.X }, one, ""},
		{"no sex", func(c *Card) { c.List = 9 }, 0, BarSex},
		{"beyond the roll", func(c *Card) { c.Permanent.Block = 990010101 }, 0, BarNoBlock},
		{"no block", func(c *Card) { c.Permanent.Block = 0 }, 0, BarNoBlock},
	} {
		c := card(test.change)
		got, err := Enrol(c, on, known)
		var barred *BarError
		if errors.As(err, &barred); err != nil && barred.Bar != test.bar || err == nil && (test.bar != "" || got.Block != test.block || got.List != c.List) {
			t.Errorf("%s: %v %v", test.name, got, err)
		}
	}
	for _, bar := range Bars() {
		if barText[bar] == "" {
			t.Errorf("%s has no text", bar)
		}
	}
	if len(Bars()) != len(barText) {
		t.Error("a bar is missing")
	}
}

func TestAge(t *testing.T) {
	for _, test := range []struct {
		born, on string
		want     int
	}{
		{"2000-02-29", "2018-02-28", 17}, {"2000-02-29", "2018-03-01", 18}, {"2008", "2026-01-01", 18}, {"2008-05", "2026-04-30", 17},
		{"2008-05", "2026-05-01", 18}, {"2030-01-01", "2026-01-01", -4}, {"1900-12-31", "2026-12-30", 125},
	} {
		born, err1 := ParseDate(test.born)
		on, err2 := ParseDate(test.on)
		if got := born.Age(on); err1 != nil || err2 != nil || got != test.want {
			t.Errorf("born %s, on %s: %d, want %d (%v %v)", test.born, test.on, got, test.want, err1, err2)
		}
	}
}

func FuzzDate(f *testing.F) {
	for _, text := range []string{"", "1984", "1984-07", "1984-07-23", "1984-02-30", "0000", "1984-00-00", "1984-7-2", "84", "۱۹۸۴"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := ParseDate(text); err == nil && d.String() != text {
			again, err := ParseDate(d.String())
			if err != nil || again != d {
				t.Errorf("%q is %v, and that is %v %v", text, d, again, err)
			}
		}
	})
}

func drawParticulars(t *rapid.T) Particulars {
	text := rapid.StringN(0, 60, 200)
	address := func(label string) Address {
		return Address{geography.BlockCode(rapid.Uint32Max(999_999_999).Draw(t, label)), text.Draw(t, label+" en"), text.Draw(t, label+" ur")}
	}
	return Particulars{
		CNIC: number(rapid.IntRange(0, 1000).Draw(t, "number")), NameEn: text.Draw(t, "name"), NameUr: text.Draw(t, "نام"), ParentEn: text.Draw(t, "parent"), ParentUr: text.Draw(t, "والد"),
		Relation: Relation(rapid.IntRange(0, 3).Draw(t, "relation")), Born: Date{rapid.IntRange(1900, 2020).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(0, 28).Draw(t, "day")},
		Family: text.Draw(t, "family"), Permanent: address("permanent"), Temporary: address("temporary"), Posting: address("posting"),
		Chosen: AddressKind(rapid.IntRange(0, 2).Draw(t, "chosen")), Photograph: text.Draw(t, "photograph"),
	}
}

func TestParticularsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawParticulars(t)
		var back Particulars
		b := p.Encode(nil)
		if err := back.Decode(b); err != nil || back != p {
			t.Fatalf("%#v is not %#v: %v", back, p, err)
		}
		cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
		if err := back.Decode(b[:cut]); err == nil {
			t.Fatalf("%d of %d bytes are taken", cut, len(b))
		}
	})
}

func FuzzParticulars(f *testing.F) {
	p := person(1)
	f.Add(p.Encode(nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		var p, again Particulars
		if p.Decode(b) == nil {
			if err := again.Decode(p.Encode(nil)); err != nil || again != p {
				t.Errorf("%x is not kept: %v", b, err)
			}
		}
	})
}

func TestShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stations := []geography.StationID{"NA-1-1", "NA-1-2", "NA-1-3"}[:rapid.IntRange(1, 3).Draw(t, "stations")]
		n := rapid.Uint32Range(uint32(len(stations)), 5000).Draw(t, "voters")
		shares := Evenly(n, stations...)
		if err := checkShares(shares); err != nil {
			t.Fatal(err)
		}
		count := make(map[geography.StationID]int)
		for serial := range n {
			count[StationAt(shares, serial+1)]++
		}
		for _, station := range stations {
			if c := count[station]; c < int(n)/len(stations) || c > int(n)/len(stations)+1 {
				t.Fatalf("%v", count)
			}
		}
	})
	for _, bad := range [][]Share{{{2, "a"}}, {{1, "a"}, {1, "b"}}, {{1, "a"}, {9, "b"}, {4, "c"}}, {{1, ""}}} {
		if checkShares(bad) == nil {
			t.Errorf("%v is taken", bad)
		}
	}
	if !slices.Equal(Evenly(5, "a", "b"), []Share{{1, "a"}, {4, "b"}}) {
		t.Errorf("five voters: %v", Evenly(5, "a", "b"))
	}
}
