package geography

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseBlockCode(t *testing.T) {
	c, err := ParseBlockCode("440160404")
	if err != nil || c != 440160404 || c.String() != "440160404" {
		t.Fatalf("got %v, %v", c, err)
	}
	if c.District() != 440 || c.Charge() != 16 || c.Circle() != 4 || c.Block() != 4 {
		t.Errorf("parts %d %d %d %d", c.District(), c.Charge(), c.Circle(), c.Block())
	}
	if got := CircleOf(c).String(); got != "Charge No. 16, Circle No. 4" {
		t.Errorf("circle %q", got)
	}
	if BlockCode(7).String() != "000000007" {
		t.Errorf("leading zeros: %v", BlockCode(7))
	}
	for _, bad := range []string{"", "44016040", "4401604041", "44016040a", "440 60404", "-40160404", "٤٤٠١٦٠٤٠٤"} {
		if _, err := ParseBlockCode([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if _, err := MakeBlockCode(440, 16, 4, 100); err == nil {
		t.Error("a block of three digits was taken")
	}
}

func TestParseGender(t *testing.T) {
	for in, want := range map[string]Gender{"M": Male, "f": Female, "X": X, "T": X, "t": X} {
		if g, err := ParseGender(in); err != nil || g != want {
			t.Errorf("%q: %v, %v", in, g, err)
		}
	}
	for _, bad := range []string{"", "Male", "0", "م"} {
		if _, err := ParseGender(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if Male.String()+Female.String()+X.String() != "MFX" || Gender(9).String() != "gender_9" {
		t.Error("letters of genders")
	}
}

func TestParseConstituency(t *testing.T) {
	for in, want := range map[string]Constituency{
		"NA-245": "NA-245", "na 245": "NA-245", "NA245": "NA-245", " PS-0110 ": "PS-110", "PP-297": "PP-297", "pb-51": "PB-51", "PK-115": "PK-115",
	} {
		if c, err := ParseConstituency(in); err != nil || c != want {
			t.Errorf("%q: %v, %v", in, c, err)
		}
	}
	for in, want := range map[string]string{
		"NA-267": "the last is NA-266", "PP-0": "a number", "XX-1": "none of NA", "NA": "short", "NA-": "a number", "NA-1a": "a number", "": "short",
	} {
		_, err := ParseConstituency(in)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", in, err)
		}
	}
	if c := Constituency("NA-245"); c.Assembly() != National || c.Number() != 245 {
		t.Error("parts of NA-245")
	}
	if c := Constituency("nonsense"); c.Number() != 0 {
		t.Error("a number from nonsense")
	}
}

func TestParseStationID(t *testing.T) {
	if id, err := ParseStationID("NA-245-117"); err != nil || id != "NA-245-117" {
		t.Errorf("%v, %v", id, err)
	}
	for _, bad := range []string{"", "NA 245", "سکول", strings.Repeat("1", StationIDLimit+1)} {
		if _, err := ParseStationID([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestCodesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := BlockCode(rapid.Uint32Range(0, uint32(BlockCodeLimit)-1).Draw(t, "code"))
		if back, err := ParseBlockCode(c.String()); err != nil || back != c {
			t.Fatalf("%v came back as %v, %v", c, back, err)
		}
		again, err := MakeBlockCode(c.District(), c.Charge(), c.Circle(), c.Block())
		if err != nil || again != c {
			t.Fatalf("%v put together is %v, %v", c, again, err)
		}
	})
}

func FuzzParseConstituency(f *testing.F) {
	for _, s := range []string{"NA-245", "ps 110", "PP-", "", "NA--1", "NA-99999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseConstituency(s)
		if err != nil {
			return
		}
		if _, ok := SeatOf(c); !ok {
			t.Errorf("%q gives %q, which is no seat", s, c)
		}
		if again, err := ParseConstituency(c.String()); err != nil || again != c {
			t.Errorf("%q comes back as %q, %v", c, again, err)
		}
	})
}
