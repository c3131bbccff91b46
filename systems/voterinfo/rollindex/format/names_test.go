package format

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func drawNames(t *rapid.T) *Names {
	var in Interner
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "سکول", "School", "NA-245"}))
	add := func() uint32 { return in.Add(text.Draw(t, "text")) }
	n := &Names{Constituencies: []uint32{}, Areas: [][6]uint32{}, Stations: [][4]uint32{}}
	for range rapid.IntRange(0, 5).Draw(t, "constituencies") {
		n.Constituencies = append(n.Constituencies, add())
	}
	for range rapid.IntRange(0, 20).Draw(t, "areas") {
		n.Areas = append(n.Areas, [6]uint32{add(), add(), add(), add(), add(), add()})
	}
	for range rapid.IntRange(0, 20).Draw(t, "stations") {
		n.Stations = append(n.Stations, [4]uint32{add(), add(), add(), add()})
	}
	n.Strings = in.Strings
	if n.Strings == nil {
		n.Strings = []string{}
	}
	return n
}

func TestNamesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNames(t)
		b := n.Append(nil)
		got, err := ParseNames(b)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, n) {
			t.Fatalf("got  %+v\nwant %+v", got, n)
		}
		seen := map[string]bool{}
		for _, s := range n.Strings {
			if seen[s] {
				t.Fatalf("%q stands twice", s)
			}
			seen[s] = true
		}
		for cut := range b {
			if _, err := ParseNames(b[:cut]); err == nil {
				t.Fatalf("cut to %d of %d bytes: not seen", cut, len(b))
			}
		}
		if _, err := ParseNames(append(bytes.Clone(b), 0)); err == nil {
			t.Fatal("a byte more: not seen")
		}
	})
}

func TestDamagedNames(t *testing.T) {
	for name, b := range map[string][]byte{
		"more strings than bytes":  {200, 1, 0, 0, 0},
		"endless number":           bytes.Repeat([]byte{0xff}, 20),
		"reference to no string":   {0, 1, 0, 0, 0},
		"reference behind the end": {1, 1, 0, 0, 1, 'a', 1},
		"string that is no text":   {1, 0, 0, 0, 1, 0xff},
		"string behind the end":    {1, 0, 0, 0, 5, 'a'},
		"wrapping length":          append([]byte{1, 0, 0, 0}, binary.AppendUvarint(nil, 1<<63)...),
	} {
		if _, err := ParseNames(b); err == nil {
			t.Errorf("%s: not seen", name)
		}
	}
}

func FuzzNames(f *testing.F) {
	n := &Names{Strings: []string{"NA-245", "سکول"}, Constituencies: []uint32{0}, Areas: [][6]uint32{{0, 1, 0, 1, 0, 1}}, Stations: [][4]uint32{{0, 0, 0, 1}}}
	f.Add(n.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := ParseNames(b)
		if err != nil {
			return
		}
		again, err := ParseNames(n.Append(nil))
		if err != nil || !reflect.DeepEqual(again, n) {
			t.Fatalf("%v: %+v, then %+v", err, n, again)
		}
	})
}

func TestAreaRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := AreaRow{rapid.Uint32().Draw(t, "block"), rapid.Uint16().Draw(t, "na"), rapid.Uint16().Draw(t, "pa"),
			[3]uint32{rapid.Uint32().Draw(t, "m"), rapid.Uint32().Draw(t, "f"), rapid.Uint32().Draw(t, "x")}}
		b := (&AreaRow{}).Append(nil)
		b = want.Append(b)
		if got := ParseArea(b, 1); len(b) != 2*AreaBytes || got != want {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
}
