package gsm

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2027, 2, 8, 12, 0, 0, 0, time.UTC)

func key(ref uint16, total byte) Key {
	return Key{Operator: "first", Source: "923001234567", Dest: "8300", Ref: ref, Total: total}
}

func part(seq byte, text string, handle int) Part[int] {
	return Part[int]{Seq: seq, Text: []byte(text), Handle: handle}
}

// describe writes what Add returned: the whole's text and handles, then each
// Back's.
func describe(w *Whole[int], back []Back[int], err error) string {
	var out []string
	handles := func(parts []Part[int]) (h []int) {
		for _, p := range parts {
			h = append(h, p.Handle)
		}
		return h
	}
	if w != nil {
		text, err := w.AppendText(nil, Unpacked)
		out = append(out, fmt.Sprintf("whole %s %v", text, handles(w.Parts)))
		if err != nil {
			out = append(out, err.Error())
		}
	}
	for _, b := range back {
		out = append(out, fmt.Sprintf("%v %d %v", b.Reason, b.Key.Ref, handles(b.Parts)))
	}
	if err != nil {
		out = append(out, err.Error())
	}
	return strings.Join(out, "; ")
}

func TestReassembler(t *testing.T) {
	r := NewReassembler[int](2, 4, time.Minute)
	for i, s := range []struct {
		key  Key
		part Part[int]
		at   int // seconds after noon
		want string
	}{
		{key(1, 3), part(3, "c", 13), 0, ""},
		{key(1, 3), part(1, "a", 11), 1, ""},
		{key(1, 3), part(1, "a", 14), 2, "duplicate 1 [11]"},
		{key(1, 3), part(2, "b", 12), 3, "whole abc [14 12 13]"},
		{key(1, 3), part(2, "b", 15), 4, ""}, // the same number, afterwards: a message of its own
		{key(1, 3), part(2, "B", 16), 5, "conflict 1 [15]"},
		{key(1, 2), part(2, "x", 17), 6, ""}, // another total: another message
		{key(2, 2), part(1, "y", 18), 7, "evicted 1 [16]"},
		{key(2, 2), part(2, "z", 19), 65, "whole yz [18 19]"},
		{key(3, 2), part(1, "p", 20), 66, "expired 1 [17]"},
		{key(3, 2), part(0, "p", 21), 67, "gsm: part 0 of 2 cannot be"},
		{key(3, 2), part(3, "p", 22), 68, "gsm: part 3 of 2 cannot be"},
		{key(4, 5), part(1, "p", 23), 69, "gsm: message of 5 parts, at most 4 are joined"},
		{key(4, 2), part(1, strings.Repeat("p", 255), 24), 70, "gsm: part of 255 octets, at most 254 are joined"},
		{key(5, 1), part(1, "q", 25), 71, "whole q [25]"},
		{key(5, 0), part(1, "q", 26), 200, "expired 3 [20]; gsm: part 1 of 0 cannot be"},
		{Key{Operator: "second", Ref: 6, Total: 2}, part(1, "r", 27), 201, ""},
		{key(6, 2), part(2, "s", 28), 202, ""}, // another operator and sender: another message
	} {
		if got := describe(r.Add(s.key, s.part, noon.Add(time.Duration(s.at)*time.Second))); got != s.want {
			t.Errorf("step %d: %q, want %q", i, got, s.want)
		}
	}
	if at, ok := r.Next(); !ok || !at.Equal(noon.Add(261*time.Second)) {
		t.Error(at, ok)
	}
	if got := describe(nil, r.Flush(), nil); got != "flushed 6 [27]; flushed 6 [28]" || r.Len() != 0 {
		t.Error(got)
	}
	if _, ok := r.Next(); ok {
		t.Error("something waits")
	}
}

// TestWholeText: what a careless sender cut in two is joined before it is read.
func TestWholeText(t *testing.T) {
	tests := []struct {
		name  string
		def   Default
		parts []Part[int]
		want  string
	}{
		{"surrogates", Unpacked, []Part[int]{{Seq: 1, DataCoding: 8, Text: unhex("d83d")}, {Seq: 2, DataCoding: 8, Text: unhex("de00")}}, "😀"},
		{"escape", Unpacked, []Part[int]{{Seq: 1, Text: unhex("411b")}, {Seq: 2, Text: unhex("65")}}, "A€"},
		{"two codings", Unpacked, []Part[int]{{Seq: 1, Text: unhex("00")}, {Seq: 2, DataCoding: 8, Text: unhex("06f4")}}, "@۴"},
		{"packed after headers", Packed, []Part[int]{
			{Seq: 1, UDH: UDH{Len: 6}, Text: AppendPacked(nil, []byte("42301"), fillBits(6))},
			{Seq: 2, UDH: UDH{Len: 6}, Text: AppendPacked(nil, []byte("12345671"), fillBits(6))}}, "4230112345671"},
		{"urdu", Unpacked, []Part[int]{{Seq: 1, UDH: UDH{Locking: 13}, Text: unhex("00")}, {Seq: 2, UDH: UDH{Locking: 13}, Text: unhex("01")}}, "\u0627\u0622"},
		{"none", Unpacked, nil, ""},
	}
	for _, tt := range tests {
		w := Whole[int]{Parts: tt.parts}
		if got, err := w.AppendText(nil, tt.def); err != nil || string(got) != tt.want {
			t.Errorf("%s: %q %v, want %q", tt.name, got, err, tt.want)
		}
	}
	w := Whole[int]{Parts: []Part[int]{{Seq: 1, DataCoding: 5}, {Seq: 2, Text: []byte("a")}}}
	if got, err := w.AppendText(nil, Unpacked); err == nil || string(got) != "a" {
		t.Errorf("%q %v", got, err)
	}
}

// play feeds steps to a Reassembler and fails unless every part taken comes out
// exactly once and the bounds hold.
func play(fail func(string, ...any), steps []byte) {
	r := NewReassembler[int](3, 4, 50*time.Second)
	taken, out := 0, map[int]int{}
	give := func(parts []Part[int]) {
		if !slices.IsSortedFunc(parts, func(a, b Part[int]) int { return int(a.Seq) - int(b.Seq) }) || len(parts) == 0 {
			fail("parts %v", parts)
		}
		for _, p := range parts {
			out[p.Handle]++
		}
	}
	now := noon
	for ; len(steps) >= 3; steps = steps[3:] {
		now = now.Add(time.Duration(steps[0]>>4) * time.Second)
		k := key(uint16(steps[0]&3), steps[1]>>4&7)
		k.Wide = steps[0]&4 != 0
		p := part(steps[1]&7, fmt.Sprint(steps[2]&1), taken)
		w, back, err := r.Add(k, p, now)
		if err == nil {
			taken++
		}
		if w != nil {
			give(w.Parts)
			if len(w.Parts) != int(w.Key.Total) {
				fail("whole of %d parts: %+v", len(w.Parts), w.Key)
			}
		}
		for _, b := range back {
			give(b.Parts)
			if b.Reason != Duplicate && len(b.Parts) >= int(b.Key.Total) {
				fail("given up though whole: %+v", b)
			}
		}
		if r.Len() > 3 {
			fail("%d messages wait", r.Len())
		}
	}
	for _, b := range r.Flush() {
		give(b.Parts)
	}
	if len(out) != taken {
		fail("%d parts came out of %d", len(out), taken)
	}
	for h, n := range out {
		if n != 1 {
			fail("part %d came out %d times", h, n)
		}
	}
	if r.Len() != 0 || r.oldest != nil || r.newest != nil {
		fail("not empty")
	}
}

func TestReassemblerLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		play(t.Fatalf, rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "steps"))
	})
}

// TestShuffled: a text cut by Encode comes out whole in any order, among others.
func TestShuffled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := NewReassembler[int](10, 255, time.Minute)
		want := map[uint16]string{}
		type one struct {
			k Key
			p Part[int]
		}
		var all []one
		for ref := range uint16(3) {
			text := drawText(t)
			allow := drawAllowed(t)
			allow.Packed, allow.Concatenation = false, min(allow.Concatenation, UDH16)
			e, err := Encode(text, allow, ref)
			if err != nil {
				t.Fatal(err)
			}
			want[ref] = text
			for i := range e.Len() {
				var u UDH
				rest := e.Part(i)
				if e.UDHI {
					u, rest, _ = ParseUDH(rest)
				}
				all = append(all, one{Key{Ref: ref, Wide: u.Wide, Total: byte(e.Len())}, Part[int]{Seq: byte(i + 1), DataCoding: e.DataCoding, UDH: u, Text: slices.Clone(rest)}})
			}
		}
		order := make([]int, len(all))
		for i := range order {
			order[i] = i
		}
		for _, i := range rapid.Permutation(order).Draw(t, "order") {
			w, back, err := r.Add(all[i].k, all[i].p, noon)
			if err != nil || len(back) > 0 {
				t.Fatal(back, err)
			}
			if w == nil {
				continue
			}
			got, err := w.AppendText(nil, Unpacked)
			if err != nil || string(got) != want[w.Key.Ref] {
				t.Fatalf("%v: %q, want %q", err, got, want[w.Key.Ref])
			}
			delete(want, w.Key.Ref)
		}
		if len(want) > 0 || r.Len() > 0 {
			t.Fatal("not all came whole")
		}
	})
}

func FuzzReassemble(f *testing.F) {
	f.Add([]byte{0x01, 0x21, 0, 0x11, 0x22, 0})
	f.Fuzz(func(t *testing.T, steps []byte) { play(t.Fatalf, steps) })
}
