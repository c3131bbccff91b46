package format

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func noMAC([]byte) []byte { return make([]byte, MACLength) }

func drawHeader(t *rapid.T) Header {
	places := rapid.Uint64Range(1, 1<<32-1).Draw(t, "places")
	h := Header{
		Name:     rapid.String().Draw(t, "name"),
		Frozen:   time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "frozen"), 0).UTC(),
		Geometry: NewGeometry(rapid.Uint64Range(0, places).Draw(t, "voters"), places),
		Areas:    rapid.Uint64().Draw(t, "areas"), Stations: rapid.Uint64().Draw(t, "stations"), KeyID: rapid.Uint32().Draw(t, "key"),
		FileSize: rapid.Uint64Range(1<<20, 1<<40).Draw(t, "size"),
	}
	for range rapid.IntRange(0, 12).Draw(t, "sections") {
		s := Section{Name: rapid.StringMatching("[a-z]{1,16}").Draw(t, "section"), Offset: rapid.Uint64Range(1<<19, h.FileSize).Draw(t, "offset")}
		s.Length = rapid.Uint64Range(0, h.FileSize-s.Offset).Draw(t, "length")
		copy(s.Digest[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "digest"))
		h.Sections = append(h.Sections, s)
	}
	return h
}

func TestHeaderComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHeader(t)
		var root []byte
		b := h.Append(nil, func(r []byte) []byte {
			root = bytes.Clone(r)
			return bytes.Repeat([]byte{7}, MACLength)
		})
		if len(b) != HeaderLength(h.Name, len(h.Sections)) || !bytes.Equal(root, h.Root[:]) {
			t.Fatalf("%d bytes, want %d", len(b), HeaderLength(h.Name, len(h.Sections)))
		}
		got, err := ParseHeader(append(b, 1, 2, 3), h.FileSize)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, &h) {
			t.Fatalf("got  %+v\nwant %+v", got, &h)
		}
	})
}

func testHeader() Header {
	return Header{
		Name: "Test", Frozen: time.Date(2027, 1, 20, 0, 0, 0, 0, time.UTC), Geometry: NewGeometry(3, 3), Areas: 1, KeyID: 5, FileSize: 5000,
		Sections: []Section{{Name: "voters", Offset: 1024, Length: 100}, {Name: "groups", Offset: 2048, Length: 50}},
	}
}

// Every bit of a header is covered: none can be flipped or cut off unseen but
// those of the MAC, which the key checks.
func TestHeaderDamagedAnywhere(t *testing.T) {
	h := testHeader()
	good := h.Append(nil, noMAC)
	for at := range len(good) - MACLength {
		for bit := range 8 {
			b := bytes.Clone(good)
			b[at] ^= 1 << bit
			if _, err := ParseHeader(b, h.FileSize); err == nil {
				t.Fatalf("bit %d of byte %d flipped: not seen", bit, at)
			}
		}
	}
	for n := range good {
		if _, err := ParseHeader(good[:n], uint64(n)); err == nil {
			t.Fatalf("cut to %d bytes: not seen", n)
		}
	}
}

// Headers whose digest fits and whose numbers do not are refused with reasons.
func TestHeaderContradictions(t *testing.T) {
	le := binary.LittleEndian
	for name, c := range map[string]struct {
		change func(b []byte)
		reason string
	}{
		"text":                 {func(b []byte) { copy(b, "cnic,block_code,") }, "not a roll"},
		"older version":        {func(b []byte) { le.PutUint32(b[16:], 0) }, "format version 0 and this program reads version 1: freeze the roll again"},
		"newer version":        {func(b []byte) { le.PutUint32(b[16:], 2) }, "format version 2"},
		"long header":          {func(b []byte) { le.PutUint32(b[20:], 1<<30) }, "a header of 1073741824 bytes is promised"},
		"short header":         {func(b []byte) { le.PutUint32(b[20:], 10) }, "a header of 10 bytes is promised"},
		"file size":            {func(b []byte) { le.PutUint64(b[24:], 5001) }, "it has 5000 bytes of 5001"},
		"more voters":          {func(b []byte) { le.PutUint64(b[32:], 4) }, "contradict"},
		"no places":            {func(b []byte) { le.PutUint64(b[40:], 0) }, "contradict"},
		"many places":          {func(b []byte) { le.PutUint64(b[40:], 1<<32) }, "contradict"},
		"record bits":          {func(b []byte) { le.PutUint32(b[72:], 64) }, "contradict"},
		"buckets":              {func(b []byte) { le.PutUint32(b[76:], 128) }, "contradict"},
		"width":                {func(b []byte) { le.PutUint64(b[80:], 1) }, "contradict"},
		"no width":             {func(b []byte) { le.PutUint64(b[80:], 0) }, "contradict"},
		"groups":               {func(b []byte) { le.PutUint64(b[88:], 1<<40) }, "contradict"},
		"sections":             {func(b []byte) { le.PutUint32(b[96:], 1<<31) }, "do not add up"},
		"name":                 {func(b []byte) { le.PutUint32(b[100:], 100) }, "do not add up"},
		"section before":       {func(b []byte) { le.PutUint64(b[fixedLength+16:], 8) }, `section "voters" lies outside the file`},
		"section behind":       {func(b []byte) { le.PutUint64(b[fixedLength+16:], 4950) }, `section "voters" lies outside the file`},
		"section wraps round":  {func(b []byte) { le.PutUint64(b[fixedLength+24:], ^uint64(0)-500) }, `section "voters" lies outside the file`},
		"name that is no text": {func(b []byte) { b[fixedLength+2*sectionLength] = 0xff }, "not UTF-8"},
	} {
		h := testHeader()
		b := h.Append(nil, noMAC)
		c.change(b)
		signed := len(b) - sha256.Size - MACLength
		root := sha256.Sum256(b[:signed])
		copy(b[signed:], root[:])
		if _, err := ParseHeader(b, h.FileSize); err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v, want a word of %q", name, err, c.reason)
		}
	}
}

func TestDigest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{0, 1, DigestLeaf - 1, DigestLeaf, DigestLeaf + 1, 2 * DigestLeaf}).Draw(t, "length")
		b := bytes.Repeat([]byte{0xab}, n)
		all := sha256.New()
		for rest := b; len(rest) > 0; {
			leaf := sha256.Sum256(rest[:min(len(rest), DigestLeaf)])
			all.Write(leaf[:])
			rest = rest[min(len(rest), DigestLeaf):]
		}
		d := NewDigest()
		for rest := b; len(rest) > 0; {
			k := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			d.Write(rest[:k])
			rest = rest[k:]
		}
		if got := d.Sum(); !bytes.Equal(got[:], all.Sum(nil)) {
			t.Fatalf("%d bytes: %x", n, got)
		}
	})
}

func FuzzHeader(f *testing.F) {
	h := testHeader()
	f.Add(h.Append(nil, noMAC), true)
	f.Add([]byte("INTIKHAB-ROLL\r\n\x1a"), false)
	f.Fuzz(func(t *testing.T, b []byte, sign bool) {
		if length := 0; sign && len(b) >= fixedLength {
			length = int(min(uint64(binary.LittleEndian.Uint32(b[20:])), uint64(len(b))))
			if signed := length - sha256.Size - MACLength; signed > 0 {
				root := sha256.Sum256(b[:signed])
				copy(b[signed:], root[:])
			}
		}
		h, err := ParseHeader(b, uint64(len(b)))
		if err != nil {
			return
		}
		for _, s := range h.Sections {
			_ = b[s.Offset:][:s.Length]
		}
	})
}
