package rollindex_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/format"
)

// testKey is a key that protects nothing.
var testKey = func() rollindex.Key {
	k, err := rollindex.ParseKey("PRIVATE+ROLL+KEY+1+35771895+AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
	if err != nil {
		panic(err)
	}
	return k
}()

// some gives a roll of n voters in two blocks.
func some(t testing.TB, n int) (*files, []byte) {
	t.Helper()
	f := &files{dir: t.TempDir(), blocks: 2}
	for i := range n {
		f.rows = append(f.rows, row{
			number: 3_520_112_345_671 + uint64(i)*7919, block: i % 2, gender: geography.Gender(i / 2 % 3),
			serial: uint32(i/6 + 1), household: uint32(i/18 + 1),
		})
	}
	f.freeze(t, testKey)
	b, err := os.ReadFile(filepath.Join(f.dir, "roll.index"))
	if err != nil {
		t.Fatal(err)
	}
	return f, b
}

// sign gives an index's header the digests and the MAC that fit its bytes, as
// only a holder of the key can. It reports whether the bytes could be signed.
func sign(b []byte, key rollindex.Key) bool {
	const fixed, section, tail = 128, 64, 64
	le := binary.LittleEndian
	if len(b) < fixed+tail {
		return false
	}
	length, sections, name := uint64(le.Uint32(b[20:])), uint64(le.Uint32(b[96:])), uint64(le.Uint32(b[100:]))
	if length > uint64(len(b)) || sections > 100 || name > 1000 || length != fixed+sections*section+(name+7)/8*8+tail {
		return false
	}
	for i := range sections {
		s := b[fixed+i*section:]
		offset, size := le.Uint64(s[16:]), le.Uint64(s[24:])
		if offset > uint64(len(b)) || size > uint64(len(b))-offset {
			continue
		}
		d := format.NewDigest()
		d.Write(b[offset:][:size])
		sum := d.Sum()
		copy(s[32:], sum[:])
	}
	root := sha256.Sum256(b[:length-tail])
	copy(b[length-tail:], root[:])
	copy(b[length-32:], key.MAC(rollindex.Salt(b[fixed-16:fixed]), root[:]))
	return true
}

// sectionOf returns a section's bytes, to be changed.
func sectionOf(t testing.TB, b []byte, name string) []byte {
	t.Helper()
	h, err := format.ParseHeader(b, uint64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	s, ok := h.Section(name)
	if !ok {
		t.Fatalf("no section %s", name)
	}
	return b[s.Offset:][:s.Length]
}

// Every byte of the file is covered: flip one and it does not open.
func TestFlippedAnywhere(t *testing.T) {
	_, good := some(t, 7)
	if _, err := rollindex.OpenBytes(good, testKey); err != nil {
		t.Fatal(err)
	}
	reasons := []string{"damaged", "not a roll", "format version", "header of", "not made with"}
	for at := range good {
		b := bytes.Clone(good)
		b[at] ^= 1 << (at % 8)
		_, err := rollindex.OpenBytes(b, testKey)
		if err == nil {
			t.Fatalf("byte %d flipped: not seen", at)
		}
		told := false
		for _, r := range reasons {
			told = told || strings.Contains(err.Error(), r)
		}
		if !told {
			t.Errorf("byte %d flipped: %v", at, err)
		}
	}
}

func TestTruncated(t *testing.T) {
	f, good := some(t, 7)
	for n := range good {
		if _, err := rollindex.OpenBytes(good[:n:n], testKey); err == nil {
			t.Fatalf("cut to %d bytes: not seen", n)
		}
	}
	if _, err := rollindex.OpenBytes(append(bytes.Clone(good), 0), testKey); err == nil || !strings.Contains(err.Error(), "not whole") {
		t.Errorf("a byte more: %v", err)
	}
	path := filepath.Join(f.dir, "cut")
	if err := os.WriteFile(path, good[:len(good)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("the file is not whole: it has %d bytes of %d", len(good)-1, len(good))
	for _, open := range []func() error{
		func() error { _, err := rollindex.Open(path, testKey); return err },
		func() error { _, err := rollindex.ReadHeader(path); return err },
	} {
		if err := open(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestNotARoll(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		b      []byte
		reason string
	}{
		"empty":    {nil, "it is empty or no file"},
		"voters":   {[]byte("cnic,block_code,gender,serial,household\n" + strings.Repeat("3520112345671,440160404,M,1,1\n", 9)), "does not begin as a frozen roll does"},
		"one byte": {[]byte("I"), "less than the shortest header"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, c.b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := rollindex.Open(path, testKey); err == nil || !strings.Contains(err.Error(), "not a roll: ") || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := rollindex.Open(dir, testKey); err == nil || !strings.Contains(err.Error(), "it is empty or no file") {
		t.Errorf("folder: %v", err)
	}
	if _, err := rollindex.Open(filepath.Join(dir, "none"), testKey); !strings.Contains(fmt.Sprint(err), "no such file") {
		t.Errorf("nothing there: %v", err)
	}
	if _, err := rollindex.ReadHeader(filepath.Join(dir, "none")); !os.IsNotExist(err) {
		t.Errorf("header of nothing: %v", err)
	}
}

func TestWrongKey(t *testing.T) {
	_, b := some(t, 7)
	other := rollindex.NewKey()
	_, err := rollindex.OpenBytes(b, other)
	if err == nil || !strings.Contains(err.Error(), "wrong key: it was frozen under roll key 35771895 and this is "+other.String()) {
		t.Errorf("%v", err)
	}
	if strings.Contains(fmt.Sprint(err), other.Reveal()[28:]) {
		t.Error("the error tells the key")
	}
	// Somebody without the key changes the name and computes the root anew.
	changed := bytes.Clone(b)
	i := bytes.Index(changed, []byte("Test election"))
	copy(changed[i:], "Best")
	length := binary.LittleEndian.Uint32(changed[20:])
	root := sha256.Sum256(changed[:length-64])
	copy(changed[length-64:], root[:])
	if _, err := rollindex.OpenBytes(changed, testKey); err == nil || !strings.Contains(err.Error(), "somebody without the key has changed it") {
		t.Errorf("%v", err)
	}
	// Under another key the same roll is another one: no number stands where it did.
	f, _ := some(t, 7)
	f.freeze(t, other)
	again, err := os.ReadFile(filepath.Join(f.dir, "roll.index"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(sectionOf(t, again, "voters"), sectionOf(t, b, "voters")) {
		t.Error("two keys give the same voters section")
	}
}

// What the holder of the key has signed and contradicts itself is refused.
func TestContradictions(t *testing.T) {
	_, good := some(t, 200)
	le := binary.LittleEndian
	for name, c := range map[string]struct {
		change func(b []byte)
		reason string
	}{
		"nothing":               {func(b []byte) {}, ""},
		"section missing":       {func(b []byte) { copy(b[bytes.Index(b, []byte("voters\x00")):], "vaters") }, `section "voters" is missing`},
		"areas":                 {func(b []byte) { le.PutUint64(b[48:], 3) }, "has not the length"},
		"areas that wrap round": {func(b []byte) { le.PutUint64(b[48:], 2+1<<62) }, ""},
		"no areas":              {func(b []byte) { le.PutUint64(b[48:], 0) }, "no area"},
		"stations":              {func(b []byte) { le.PutUint64(b[56:], 3) }, "has not the length"},
		"group falls":           {func(b []byte) { le.PutUint32(sectionIn(t, good, b, "groups"), 5) }, `section "groups" is out of order`},
		"list falls":            {func(b []byte) { le.PutUint32(sectionIn(t, good, b, "lists")[8:], 1<<31) }, `section "lists"`},
		"chunk outside":         {func(b []byte) { le.PutUint64(sectionIn(t, good, b, "chunks"), 1<<40) }, `outside section "houses"`},
		"chunk far":             {func(b []byte) { le.PutUint16(sectionIn(t, good, b, "chunks")[10:], 65535) }, `outside section "houses"`},
		"constituency":          {func(b []byte) { le.PutUint16(sectionIn(t, good, b, "areas")[4:], 999) }, "constituency 999"},
		"station":               {func(b []byte) { le.PutUint32(sectionIn(t, good, b, "areas")[8:], 999) }, "station 999"},
		"code book":             {func(b []byte) { sectionIn(t, good, b, "code")[0]++ }, "code book"},
		"names":                 {func(b []byte) { sectionIn(t, good, b, "names")[0]++ }, "names"},
		"bytes between": {func(b []byte) {
			h, _ := format.ParseHeader(good, uint64(len(good)))
			b[h.Sections[1].Offset-1] = 1
		}, "they are not zero"},
	} {
		b := bytes.Clone(good)
		c.change(b)
		if !sign(b, testKey) {
			t.Fatalf("%s: not signed", name)
		}
		_, err := rollindex.OpenBytes(b, testKey)
		if name == "areas that wrap round" {
			if err == nil {
				t.Errorf("%s: taken", name)
			}
			continue
		}
		if c.reason == "" && err != nil || c.reason != "" && (err == nil || !strings.Contains(err.Error(), c.reason)) {
			t.Errorf("%s: %v, want a word of %q", name, err, c.reason)
		}
	}
}

// sectionIn returns the bytes of b where good has the section.
func sectionIn(t testing.TB, good, b []byte, name string) []byte {
	t.Helper()
	h, err := format.ParseHeader(good, uint64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	s, _ := h.Section(name)
	return b[s.Offset:][:s.Length]
}

// Verify finds records that do not stand where they belong, which no digest can
// when the holder of the key has signed them.
func TestVerify(t *testing.T) {
	f, good := some(t, 3000)
	h, err := format.ParseHeader(good, uint64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	g := h.Geometry
	// Find a bucket of two or more voters.
	var at uint64
	groups, voters := sectionOf(t, good, "groups"), sectionOf(t, good, "voters")
	for group := uint64(0); at == 0 && group < g.Groups; group++ {
		before := uint64(binary.LittleEndian.Uint32(groups[4*group:]))
		in := uint64(binary.LittleEndian.Uint32(groups[4*group+4:])) - before
		for bucket := uint64(0); bucket < format.GroupBuckets; bucket++ {
			if first, n := g.Run(voters, g.GroupStart(group, before), in, bucket); n >= 2 {
				at = first
				break
			}
		}
	}
	if at == 0 {
		t.Fatal("no bucket of two")
	}
	width := uint64(g.RecordBits)
	record := func(b []byte, i uint64) uint64 { return g.Record(sectionIn(t, good, b, "voters"), at, i) }
	put := func(b []byte, i, v uint64) {
		s := sectionIn(t, good, b, "voters")
		for bit := range width {
			pos := at + i*width + bit
			s[pos/8] = s[pos/8]&^(1<<(pos%8)) | byte(v>>bit&1)<<(pos%8)
		}
	}
	for name, c := range map[string]struct {
		change func(b []byte)
		reason string
	}{
		"as it was":       {func([]byte) {}, ""},
		"two swapped":     {func(b []byte) { x, y := record(b, 0), record(b, 1); put(b, 0, y); put(b, 1, x) }, "out of order"},
		"the same twice":  {func(b []byte) { put(b, 1, record(b, 0)) }, "out of order"},
		"another's place": {func(b []byte) { put(b, 0, record(b, 0)^1) }, "two voters stand at place"},
		"no end":          {func(b []byte) { s := sectionIn(t, good, b, "voters"); copy(s, bytes.Repeat([]byte{0xff}, len(s))) }, ""},
	} {
		b := bytes.Clone(good)
		c.change(b)
		sign(b, testKey)
		roll, err := rollindex.OpenBytes(b, testKey)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		last := uint64(0)
		err = roll.Verify(context.Background(), func(done, total uint64) {
			if done < last || done > total || total != 3000 {
				t.Errorf("%s: %d of %d", name, done, total)
			}
			last = done
		})
		switch {
		case name == "as it was" && err != nil, name != "as it was" && err == nil, err != nil && !strings.Contains(err.Error(), c.reason):
			t.Errorf("%s: %v, want a word of %q", name, err, c.reason)
		}
	}
	roll, err := rollindex.Open(filepath.Join(f.dir, "roll.index"), testKey)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := roll.Verify(ctx, nil); err != context.Canceled {
		t.Errorf("cancelled: %v", err)
	}
}

// The roll is replaced again and again while others look up: every answer is
// whole and from one of the rolls, also when old ones are unmapped.
func TestReplacedWhileServing(t *testing.T) {
	f, _ := some(t, 600)
	second := &files{dir: t.TempDir(), blocks: 2, rows: append([]row{}, f.rows...)}
	for i := range second.rows {
		second.rows[i].household += 1000
	}
	second.freeze(t, testKey)
	paths := [2]string{filepath.Join(f.dir, "roll.index"), filepath.Join(second.dir, "roll.index")}
	var current atomic.Pointer[rollindex.Roll]
	publish := func(i int) {
		roll, err := rollindex.Open(paths[i%2], testKey)
		if err != nil {
			t.Error(err)
			return
		}
		current.Store(roll)
	}
	publish(0)
	var done atomic.Bool
	var readers sync.WaitGroup
	for r := range 2 {
		readers.Go(func() {
			numbers := make([]cnic.Number, 40)
			entries, found := make([]rollindex.Entry, 40), make([]bool, 40)
			for i := r; !done.Load(); i++ {
				roll := current.Load()
				for j := range numbers {
					numbers[j], _ = cnic.FromUint64(f.rows[(i*40+j)%len(f.rows)].number)
				}
				roll.LookupMany(numbers, entries, found)
				for j, e := range entries {
					want := f.rows[(i*40+j)%len(f.rows)]
					one, ok := roll.Lookup(numbers[j])
					if !found[j] || !ok || one != e || e.Serial != want.serial || e.Household != want.household && e.Household != want.household+1000 ||
						e.Area.NameEn != fmt.Sprintf("Area %d", want.block) {
						t.Errorf("%+v %+v, want %+v", e, one, want)
						return
					}
				}
			}
		})
	}
	for i := range 12 {
		publish(i)
		runtime.GC()
	}
	done.Store(true)
	readers.Wait()
}

func TestNoAllocation(t *testing.T) {
	f, b := some(t, 600)
	roll, err := rollindex.OpenBytes(b, testKey)
	if err != nil {
		t.Fatal(err)
	}
	n, _ := cnic.FromUint64(f.rows[5].number)
	numbers, entries, found := []cnic.Number{n, n, n}, make([]rollindex.Entry, 3), make([]bool, 3)
	if got := testing.AllocsPerRun(100, func() { roll.Lookup(n); roll.LookupMany(numbers, entries, found) }); got > 0.5 {
		t.Errorf("%v allocations", got)
	}
}
