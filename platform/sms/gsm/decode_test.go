package gsm

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	tests := []struct {
		name    string
		dc      byte
		udhi    bool
		payload string
		want    string
		err     string
	}{
		{"figures", 0, false, "34323330 31313233 34353637 31", "4230112345671", ""},
		{"default alphabet", 0, false, "00 11 02 1b65 1b3c 1b1b 1b41", "@_$€[ A", ""},
		{"escape at the end", 0, false, "411b", "A", ""},
		{"over 7 bits", 0, false, "63 61 66 e9", "café", ""},
		{"IA5", 1, false, "4024", "@$", ""},
		{"Latin-1", 3, false, "e9a3", "é£", ""},
		{"octets, UTF-8", 4, false, "dbb4", "۴", ""},
		{"octets, not UTF-8", 2, false, "41e9", "Aé", ""},
		{"class 1", 0xF1, false, "00", "@", ""},
		{"class 1, octets", 0xF5, false, "40", "@", ""},
		{"UCS-2", 8, false, "06f4 06f2 0033", "۴۲3", ""},
		{"UCS-2 class 0", 0x18, false, "0033", "3", ""},
		{"UCS-2 waiting", 0xE0, false, "0033", "3", ""},
		{"surrogates", 8, false, "d83d de00", "😀", ""},
		{"half a pair", 8, false, "d83d 0041 de00", "\uFFFDA\uFFFD", ""},
		{"big endian mark", 8, false, "feff 0041", "A", ""},
		{"little endian mark", 8, false, "fffe 4100 3dd8 00de", "A😀", ""},
		{"odd octets", 8, false, "0041 00", "A", "odd number of octets"},
		{"compressed", 0x20, false, "00", "", "data_coding 0x20 (compressed)"},
		{"Japanese", 5, false, "00", "", "data_coding 0x05 (Japanese)"},
		{"reserved by SMPP", 0x0B, false, "00", "", "data_coding 0x0B (reserved)"},
		{"part, 8 bits", 0, true, "05 0003 2a 02 01 34", "4", ""},
		{"part, 16 bits", 8, true, "06 0804 012a 02 02 0034", "4", ""},
		{"urdu single", 0, true, "03 24010d 1b1c 34", "۰4", ""},
		{"urdu locking", 0, true, "03 25010d 00 35", "ا5", ""},
		{"urdu both and ports", 0, true, "0c 0504 0b8423f0 24010d 25010d 1b1d 02", "۱ب", ""},
		{"turkish", 0, true, "03 250101 35", "5", ""},
		{"part beyond total is void", 0, true, "05 0003 2a 02 03 34", "4", ""},
		{"empty header", 0, true, "00 34", "4", ""},
		{"header only", 0, true, "05 0003 2a 02 01", "", ""},
		{"no header", 0, true, "", "", "announced, but the message is empty"},
		{"header too long", 0, true, "09 0003 2a 02 01 34", "", "at octet 0: its length of 9 reaches beyond the message of 7 octets"},
		{"element too long", 0, true, "05 0004 2a 02 01 34", "", "at octet 1: element 0x00 reaches beyond the header"},
		{"element cut", 0, true, "06 0003 2a 02 01 70 34", "", "at octet 6: element 0x70 reaches beyond the header"},
		{"element of wrong length", 0, true, "04 0002 2a 02 34", "", "at octet 1: element 0x00 has 2 octets, not 3"},
	}
	for _, tt := range tests {
		got, _, err := Decode(tt.dc, tt.udhi, unhex(tt.payload))
		if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.err)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestParseUDH(t *testing.T) {
	u, text, err := ParseUDH(unhex("0e 0003 010201 0804 abcd 0503 24010d 4142"))
	if err != nil || u != (UDH{Len: 15, Ref: 0xABCD, Wide: true, Total: 5, Seq: 3, Single: 13}) || string(text) != "AB" || !u.IsPart() {
		t.Errorf("%+v %q %v", u, text, err)
	}
	var ue *UDHError
	if _, _, err = ParseUDH(unhex("02 0003")); !errors.As(err, &ue) || ue.Offset != 1 {
		t.Error(err)
	}
}

// TestPacked: the standard's well-known example, and Urdu after a header.
func TestPacked(t *testing.T) {
	if got := AppendPacked(nil, []byte("hellohello"), 0); hex.EncodeToString(got) != "e8329bfd4697d9ec37" {
		t.Errorf("%x", got)
	}
	if got := AppendUnpacked(nil, unhex("e8329bfd4697d9ec37"), 0); string(got) != "hellohello" {
		t.Errorf("%q", got)
	}
	got, err := AppendText(nil, 0, Packed, UDH{}, AppendPacked(nil, []byte("42301-1234567-1"), 0))
	if err != nil || string(got) != "42301-1234567-1" {
		t.Errorf("15 septets: %q %v", got, err)
	}
	if got, _ = AppendText(nil, 0, Latin1, UDH{}, []byte("a@_")); string(got) != "a@_" {
		t.Errorf("%q", got)
	}
}

func TestPackRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		septets := rapid.SliceOfN(rapid.ByteRange(1, 127).Filter(func(b byte) bool { return b != '\r' }), 0, 170).Draw(t, "septets")
		fill := rapid.IntRange(0, 6).Draw(t, "fill")
		packed := AppendPacked(nil, septets, fill)
		if want := (fill + 7*len(septets) + 7) / 8; len(packed) != want {
			t.Fatalf("%d octets, want %d", len(packed), want)
		}
		if got := AppendUnpacked(nil, packed, fill); !bytes.Equal(got, septets) {
			t.Fatalf("%x, want %x", got, septets)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(byte(0), true, byte(1), []byte{3, 0x24, 1, 13, 0x1b, 0x1c})
	f.Fuzz(func(t *testing.T, dc byte, udhi bool, def byte, payload []byte) {
		text, _, _ := Decode(dc, udhi, payload)
		if !utf8.ValidString(text) {
			t.Fatalf("%q is not UTF-8", text)
		}
		var u UDH
		if udhi {
			var err error
			if u, payload, err = ParseUDH(payload); err != nil {
				return
			}
		}
		got, _ := AppendText(nil, dc, Default(def%3), u, payload)
		if !utf8.Valid(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		// What was read can be sent and is read the same again.
		e, err := Encode(string(got), Allowed{UrduTables: true, Concatenation: Payload}, 1)
		if err != nil {
			if len(got) < 16000 {
				t.Fatal(err)
			}
			return
		}
		again, _, err := Decode(e.DataCoding, e.UDHI, e.Part(0))
		if bytes.HasPrefix(got, []byte("\uFEFF")) || bytes.HasPrefix(got, []byte("\uFFFE")) {
			return // the byte order mark is not text
		}
		if err != nil || again != string(got) {
			t.Fatalf("%v: %q, want %q", err, again, got)
		}
	})
}

func FuzzUDH(f *testing.F) {
	f.Add([]byte{5, 0, 3, 1, 2, 1, 'A'})
	f.Fuzz(func(t *testing.T, payload []byte) {
		u, text, err := ParseUDH(payload)
		if len(text) > 0 && !bytes.HasSuffix(payload, text) {
			t.Fatal("text is not the payload's end")
		}
		if err != nil {
			var ue *UDHError
			if !errors.As(err, &ue) || ue.Offset > len(payload) {
				t.Fatalf("%#v", err)
			}
			return
		}
		if u.Len+len(text) != len(payload) || u.Seq > u.Total || (u.Total == 0) != (u.Seq == 0) {
			t.Fatalf("%+v of %x", u, payload)
		}
	})
}
