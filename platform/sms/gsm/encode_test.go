package gsm

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"
)

const (
	urdu     = "\u0622\u067E \u06A9\u0627 \u0648\u0648\u0679 \u06CC\u06C1\u0627\u06BA \u06C1\u06D2" // all in the locking table
	urduStop = "\u06D4"                                                                             // full stop, in the single shift table
	ghain    = "\u063A"                                                                             // in neither
)

func rep(s string, n int) string { return strings.Repeat(s, n) }

func TestCapacities(t *testing.T) {
	urduOK := Allowed{UrduTables: true}
	wide := Allowed{UrduTables: true, Concatenation: UDH16}
	sar := Allowed{UrduTables: true, Concatenation: SAR}
	payload := Allowed{UrduTables: true, Concatenation: Payload}
	alef := "\u0627"
	tests := []struct {
		name  string
		text  string
		allow Allowed
		enc   Encoding
		parts int
	}{
		{"empty", "", Allowed{}, GSM7, 1},
		{"160", rep("a", 160), Allowed{}, GSM7, 1},
		{"161", rep("a", 161), Allowed{}, GSM7, 2},
		{"2x153", rep("a", 306), Allowed{}, GSM7, 2},
		{"2x153+1", rep("a", 307), Allowed{}, GSM7, 3},
		{"2x152 wide", rep("a", 304), wide, GSM7, 2},
		{"2x152+1 wide", rep("a", 305), wide, GSM7, 3},
		{"2x152+1 sar", rep("a", 305), sar, GSM7, 3},
		{"80 escapes", rep("€", 80), Allowed{}, GSM7, 1},
		{"2x76 escapes", rep("€", 152), Allowed{}, GSM7, 2},
		{"2x76+1 escapes", rep("€", 153), Allowed{}, GSM7, 3},
		{"70", rep(alef, 70), Allowed{}, UCS2, 1},
		{"71", rep(alef, 71), Allowed{}, UCS2, 2},
		{"2x67", rep(alef, 134), Allowed{}, UCS2, 2},
		{"2x67+1", rep(alef, 135), Allowed{}, UCS2, 3},
		{"2x66 wide", rep(alef, 132), Allowed{Concatenation: UDH16}, UCS2, 2},
		{"2x66+1 wide", rep(alef, 133), Allowed{Concatenation: UDH16}, UCS2, 3},
		{"35 pairs", rep("😀", 35), Allowed{}, UCS2, 1},
		{"2x33 pairs", rep("😀", 66), Allowed{}, UCS2, 2},
		{"2x33+1 pairs", rep("😀", 67), Allowed{}, UCS2, 3},
		{"a pair in the way", rep(alef, 66) + "😀" + rep(alef, 66), Allowed{}, UCS2, 3},
		{"70 with tables: UCS-2 is as good", rep(alef, 70), urduOK, UCS2, 1},
		{"71 locking", rep(alef, 71), urduOK, UrduLocking, 1},
		{"155 locking", rep(alef, 155), urduOK, UrduLocking, 1},
		{"156 locking", rep(alef, 156), urduOK, UrduLocking, 2},
		{"2x149 locking", rep(alef, 298), urduOK, UrduLocking, 2},
		{"2x149+1 locking", rep(alef, 299), urduOK, UrduLocking, 3},
		{"2x148 locking wide", rep(alef, 296), wide, UrduLocking, 2},
		{"2x148+1 locking wide", rep(alef, 297), wide, UrduLocking, 3},
		{"2x148+1 locking sar", rep(alef, 297), sar, UrduLocking, 3},
		{"single", rep("A", 100) + urduStop, urduOK, UrduSingle, 1},
		{"152 both", rep(alef, 150) + urduStop, urduOK, UrduBoth, 1},
		{"153 both", rep(alef, 151) + urduStop, urduOK, UrduBoth, 2},
		{"2x146 both", rep(alef, 290) + urduStop, urduOK, UrduBoth, 2},
		{"2x146+1 both", rep(alef, 291) + urduStop, urduOK, UrduBoth, 3},
		{"2x145 both wide", rep(alef, 288) + urduStop, wide, UrduBoth, 2},
		{"2x145+1 both wide", rep(alef, 289) + urduStop, wide, UrduBoth, 3},
		{"ghain", rep(alef, 155) + ghain, urduOK, UCS2, 3},
		{"payload", rep("a", 307), payload, GSM7, 3},
		{"payload UCS-2", rep(alef, 160), payload, UCS2, 3},
		{"payload, one segment", rep(alef, 155), payload, UrduLocking, 1},
	}
	for _, tt := range tests {
		enc, chars, segments := Count(tt.text, tt.allow)
		if enc != tt.enc || segments != tt.parts || chars != utf8.RuneCountInString(tt.text) {
			t.Errorf("%s: %v, %d characters, %d segments; want %v, %d", tt.name, enc, chars, segments, tt.enc, tt.parts)
		}
		e, err := Encode(tt.text, tt.allow, 1)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		pdus := tt.parts
		if tt.allow.Concatenation == Payload {
			pdus = 1
		}
		if e.Len() != pdus {
			t.Errorf("%s: %d PDUs, want %d", tt.name, e.Len(), pdus)
		}
	}
}

func TestEncodeBytes(t *testing.T) {
	urduOK := Allowed{UrduTables: true}
	both := urduOK
	both.GSM7Only = true
	both16 := both
	both16.Concatenation = UDH16
	packed := both
	packed.Packed = true
	tests := []struct {
		name, text string
		allow      Allowed
		part       int
		want       string
		udhi       bool
		dc         byte
	}{
		{"GSM", "@_€", Allowed{}, 0, "00111b65", false, 0},
		{"UCS-2", "\u06F4A😀", Allowed{}, 0, "06f40041d83dde00", false, 8},
		{"UCS-2, second part", rep("\u0627", 67) + "\u06F4\u0627\u0627\u0627", Allowed{}, 1, "05 0003 34 02 02 06f4 0627 0627 0627", true, 8},
		{"UCS-2, second part wide", rep("\u0627", 66) + "\u06F4\u0627\u0627\u0627\u0627", Allowed{Concatenation: UDH16}, 1, "06 0804 1234 02 02 06f4 0627 0627 0627 0627", true, 8},
		{"UCS-2, second part sar", rep("\u0627", 66) + "\u06F4\u0627\u0627\u0627\u0627", Allowed{Concatenation: SAR}, 1, "06f4 0627 0627 0627 0627", false, 8},
		{"locking", "\u0627\u0622", both, 0, "03 25010d 00 01", true, 0},
		{"single", "A\u06F0", both, 0, "03 24010d 41 1b1c", true, 0},
		{"both, second part", rep("\u0627", 145) + urduStop, both16, 1, "", true, 0},
		{"both, one part", "\u0627" + urduStop, both, 0, "06 25010d 24010d 00 1b3f", true, 0},
		{"packed", "hellohello", packed, 0, "e8329bfd4697d9ec37", false, 0},
		{"packed, 7 septets", "1234567", packed, 0, hex.EncodeToString(AppendPacked(nil, []byte("1234567"), 0)), false, 0},
		{"packed locking, one septet", "\u0622", packed, 0, "03 25010d 0800", true, 0}, // 3 fill bits, 0000001
	}
	for _, tt := range tests {
		if tt.want == "" {
			tt.text = rep("\u0627", 145) + rep(urduStop, 4)
			tt.want = "0c 0804 1234 02 02 25010d 24010d 1b3f 1b3f 1b3f 1b3f"
		}
		e, err := Encode(tt.text, tt.allow, 0x1234)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if tt.part >= e.Len() {
			t.Errorf("%s: %d parts", tt.name, e.Len())
			continue
		}
		if got := hex.EncodeToString(e.Part(tt.part)); got != strings.ReplaceAll(tt.want, " ", "") || e.UDHI != tt.udhi || e.DataCoding != tt.dc {
			t.Errorf("%s: %s udhi %v coding %d", tt.name, got, e.UDHI, e.DataCoding)
		}
		if want := tt.allow.Concatenation == SAR && e.Len() > 1; e.SAR != want {
			t.Errorf("%s: SAR %v", tt.name, e.SAR)
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	tests := []struct {
		name, text string
		allow      Allowed
		want       string
	}{
		{"not UTF-8", "abc\xff", Allowed{}, "text at octet 3: not UTF-8"},
		{"not UTF-8, long", rep("\u0627", 100) + "\xd8", Allowed{UrduTables: true}, "text at octet 200: not UTF-8"},
		{"not UTF-8, stray", rep("\u0627", 100) + rep("\x80", 9), Allowed{}, "text at octet 200: not UTF-8"},
		{"surrogate", "\xed\xa0\x80", Allowed{}, "text at octet 0: not UTF-8"},
		{"GSM only", "abc" + ghain, Allowed{GSM7Only: true}, "character U+063A at octet 3 of the text: not in the default alphabet"},
		{"GSM only, tables", "\u0627" + ghain, Allowed{GSM7Only: true, UrduTables: true}, "character U+063A at octet 2 of the text: not in the Urdu tables"},
		{"GSM only, not UTF-8", "a\xff", Allowed{GSM7Only: true}, "text at octet 1: not UTF-8"},
		{"GSM only, replacement", "a\uFFFD", Allowed{GSM7Only: true}, "character U+FFFD at octet 1"},
		{"GSM only, payload", rep("\u0627", 200), Allowed{GSM7Only: true, UrduTables: true, Concatenation: Payload}, "needs the Urdu tables"},
		{"too long", rep("a", 255*153+1), Allowed{}, "takes 256 segments, at most 255 are allowed"},
		{"longer than allowed", rep(ghain, 68*5), Allowed{MaxParts: 5}, "takes 6 segments, at most 5 are allowed"},
		{"payload too long", rep("a", 70000), Allowed{Concatenation: Payload}, "segments, at most 255"},
	}
	for _, tt := range tests {
		e, err := Encode(tt.text, tt.allow, 1)
		var te *TextError
		if !errors.As(err, &te) || !strings.Contains(err.Error(), tt.want) || e != nil {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.want)
		}
		if _, _, n := Count(tt.text, tt.allow); n != 0 {
			t.Errorf("%s: counted %d segments", tt.name, n)
		}
	}
}

func TestOutside(t *testing.T) {
	if got := fmt.Sprintf("%U", Outside("\u0627a"+ghain+"\u0626"+ghain+urduStop, UrduLocking)); got != "[U+063A U+0626 U+06D4]" {
		t.Error(got)
	}
	if got := Outside("\u0627😀", UCS2); got != nil {
		t.Error(got)
	}
}

func TestConcatenationWords(t *testing.T) {
	for c := UDH8; c <= Payload; c++ {
		b, _ := c.MarshalText()
		var back Concatenation
		if err := back.UnmarshalText(b); err != nil || back != c {
			t.Error(c, back, err)
		}
	}
	var c Concatenation
	if err := c.UnmarshalText([]byte("udh")); err == nil || !strings.Contains(err.Error(), "udh16") {
		t.Error(err)
	}
}

// drawText mixes Urdu, Latin, signs of the extension, rare letters and emoji, in
// such lengths as make up to a few parts.
func drawText(t *rapid.T) string {
	runs := [][]rune{
		[]rune(urduLocking), []rune(urdu), []rune("0123456789- ABCxyz.,\n"), []rune("@£_ÄñΩ{}[]~|^\\€"),
		{0x06D4, 0x06F0, 0x06F9, 0x060C, 0x061F}, {0x063A, 0x0626, 0x064B, 0xFB50, 0x200F}, []rune("😀🗳한"),
	}
	// Which runs go together decides which encoding is chosen.
	palette := rapid.SampledFrom([][]int{{2, 3}, {0, 1}, {2, 4}, {0, 1, 2, 4}, {1, 5}, {0, 1, 2, 3, 4, 5, 6}}).Draw(t, "palette")
	var b strings.Builder
	for range rapid.IntRange(0, 6).Draw(t, "runs") {
		from := runs[rapid.SampledFrom(palette).Draw(t, "run")]
		for range rapid.SampledFrom([]int{1, 2, 5, 33, 66, 67, 75, 149}).Draw(t, "length") {
			if r := from[rapid.IntRange(0, len(from)-1).Draw(t, "character")]; r != escape {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

func drawAllowed(t *rapid.T) Allowed {
	return Allowed{UrduTables: rapid.Bool().Draw(t, "urdu"), Packed: rapid.Bool().Draw(t, "packed"),
		Concatenation: Concatenation(rapid.IntRange(0, 3).Draw(t, "concatenation"))}
}

// TestRoundTrip: under every setting what is sent reads the same, each part by
// itself, no part is longer than the air takes, and the encoding chosen takes
// the fewest parts of all that could have been chosen.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, allow := drawText(t), drawAllowed(t)
		ref := rapid.Uint16().Draw(t, "ref")
		if allow.Packed { // see AppendUnpacked
			text = strings.Map(func(r rune) rune {
				if r == '@' || r == '\r' || r == '\u0627' {
					return 'x'
				}
				return r
			}, text)
		}
		e, err := Encode(text, allow, ref)
		if err != nil {
			t.Fatal(err)
		}
		def := Unpacked
		if allow.Packed {
			def = Packed
		}
		var got []byte
		for i := range e.Len() {
			var u UDH
			part := e.Part(i)
			if e.UDHI {
				if u, part, err = ParseUDH(part); err != nil {
					t.Fatal(err)
				}
			}
			if onAir := len(e.Part(i)); allow.Concatenation != Payload && (e.DataCoding == 8 || allow.Packed) && onAir > 140 {
				t.Fatalf("part %d has %d octets", i, onAir)
			}
			if e.DataCoding == 0 && !allow.Packed && allow.Concatenation != Payload && u.Len*8+fillBits(u.Len)+7*len(part) > 1120 {
				t.Fatalf("part %d has %d septets after %d octets", i, len(part), u.Len)
			}
			if e.Len() > 1 && !e.SAR {
				want := UDH{Len: u.Len, Ref: ref, Wide: allow.Concatenation == UDH16, Total: byte(e.Len()), Seq: byte(i + 1), Single: u.Single, Locking: u.Locking}
				if !want.Wide {
					want.Ref = ref & 0xFF
				}
				if u != want {
					t.Fatalf("header %+v, want %+v", u, want)
				}
			}
			before := len(got)
			if got, err = AppendText(got, e.DataCoding, def, u, part); err != nil {
				t.Fatal(err)
			}
			if e.Len() > 1 && before == len(got) {
				t.Fatalf("part %d is empty", i)
			}
		}
		if string(got) != text {
			t.Fatalf("%v: %q\nwant %q", e.Encoding, got, text)
		}
		if allow.Concatenation != Payload {
			if least := leastParts(text, allow); e.Len() != least {
				t.Fatalf("%v in %d parts, %d are enough", e.Encoding, e.Len(), least)
			}
		}
	})
}

// leastParts works out by plain counting what Set does with lanes and bounds.
func leastParts(text string, allow Allowed) int {
	best := 1 << 20
	for enc := GSM7; enc <= UCS2; enc++ {
		if len(Outside(text, enc)) > 0 || enc != GSM7 && enc != UCS2 && !allow.UrduTables {
			continue
		}
		fill := func(room int) int {
			parts, used := 1, 0
			for _, r := range text {
				need := 1
				if enc == UCS2 {
					need = utf16.RuneLen(r)
				} else if encoders[enc].of(r) >= escaped {
					need = 2
				}
				if used+need > room {
					parts, used = parts+1, 0
				}
				used += need
			}
			return parts
		}
		header := [...]int{0, 3, 3, 6, 0}[enc]
		concat := [...]int{5, 6, 6}[allow.Concatenation]
		room := func(ies int) int {
			if ies > 0 {
				ies++
			}
			if enc == UCS2 {
				return (140 - ies) / 2
			}
			return (140 - ies) * 8 / 7
		}
		parts := 1
		if fill(room(header)) > 1 {
			parts = fill(room(header + concat))
		}
		best = min(best, parts)
	}
	return best
}
