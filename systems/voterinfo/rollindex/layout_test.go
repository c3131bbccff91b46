package rollindex_test

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/systems/voterinfo/rollindex/freeze"
)

var update = flag.Bool("update", false, "write what TestLayout finds into docs/index-format.md")

// page is docs/index-format.md, whose fenced blocks have names.
type page struct{ path, text string }

func readPage(t *testing.T) *page {
	t.Helper()
	path := filepath.Join("..", "..", "..", "docs", "index-format.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return &page{path, string(b)}
}

// block returns where the fenced block of that name begins and ends.
func (p *page) block(t *testing.T, name string) (start, end int) {
	t.Helper()
	fence := "\n```text " + name + "\n"
	start = strings.Index(p.text, fence) + len(fence)
	end = start + strings.Index(p.text[start:], "```\n")
	if start < len(fence) || end < start {
		t.Fatalf("the page has no block %s", name)
	}
	return start, end
}

// hold compares a block with what it should say.
func (p *page) hold(t *testing.T, name, want string) {
	t.Helper()
	start, end := p.block(t, name)
	if p.text[start:end] == want {
		return
	}
	if !*update {
		t.Errorf("docs/index-format.md, block %s: it says\n%s\nand the file has\n%s\nA change of the format needs another version; a mere correction of the page is made by go test -run TestLayout -update.",
			name, p.text[start:end], want)
		return
	}
	p.text = p.text[:start] + want + p.text[end:]
	if err := os.WriteFile(p.path, []byte(p.text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestLayout freezes the small roll of docs/index-format.md and holds every
// byte of it, and a look-up step by step, against that page.
func TestLayout(t *testing.T) {
	p := readPage(t)
	dir := t.TempDir()
	c := freeze.Config{Out: filepath.Join(dir, "roll.index"), Key: testKey, Name: "Tiny", Date: time.Date(2027, 1, 20, 0, 0, 0, 0, time.UTC)}
	for name, to := range map[string]*string{"voters.csv": &c.Voters, "areas.csv": &c.Areas, "stations.csv": &c.Stations} {
		start, end := p.block(t, name)
		*to = filepath.Join(dir, name)
		if err := os.WriteFile(*to, []byte(p.text[start:end]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := freeze.Freeze(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(c.Out)
	if err != nil {
		t.Fatal(err)
	}
	p.hold(t, "header", dumpHeader(b))
	p.hold(t, "sections", dumpSections(b))
	r, err := newReader(b, testKey.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	var trace strings.Builder
	r.trace = func(format string, args ...any) { fmt.Fprintf(&trace, format+"\n", args...) }
	var keys strings.Builder
	fmt.Fprintf(&keys, "secret       %x\n", r.secret)
	for _, purpose := range []string{"permutation", "places", "houses", "lists", "chunks"} {
		fmt.Fprintf(&keys, "%-12s %x\n", purpose, r.derive(purpose, 16))
	}
	fmt.Fprintf(&keys, "%-12s %x\n", "header", r.derive("header", 32))
	p.hold(t, "keys", keys.String())
	a, ok := r.lookup("4230149640001")
	if !ok {
		t.Fatal("the page's voter is not on the roll")
	}
	fmt.Fprintf(&trace, "answer                 %09d %c, serial %d, household %d, station %s\n", a.block, a.gender, a.serial, a.household, a.station)
	p.hold(t, "look-up", trace.String())
}

func hexLine(b []byte) string { return fmt.Sprintf("% x", b) }

// dumpHeader shows a header field by field.
func dumpHeader(b []byte) string {
	var out strings.Builder
	at := 0
	field := func(n int, format string, args ...any) {
		meaning := fmt.Sprintf(format, args...)
		for rest := b[at : at+n]; len(rest) > 0; {
			k := min(16, len(rest))
			fmt.Fprintf(&out, "%s\n", strings.TrimRight(fmt.Sprintf("%4d  %-47s  %s", at, hexLine(rest[:k]), meaning), " "))
			rest, at, meaning = rest[k:], at+k, ""
		}
	}
	u32 := func(meaning string) uint32 {
		v := binary.LittleEndian.Uint32(b[at:])
		field(4, "%s: %d", meaning, v)
		return v
	}
	u64 := func(meaning string) uint64 {
		v := binary.LittleEndian.Uint64(b[at:])
		field(8, "%s: %d", meaning, v)
		return v
	}
	field(16, "magic")
	u32("format version")
	u32("header length")
	u64("file length")
	u64("voters")
	u64("places")
	u64("areas")
	u64("stations")
	field(8, "frozen: %s", time.Unix(int64(binary.LittleEndian.Uint64(b[at:])), 0).UTC().Format(time.DateOnly))
	u32("record bits")
	u32("buckets in a group")
	u64("width of a bucket")
	u64("groups")
	sections := u32("sections")
	name := int(u32("length of the name"))
	field(4, "key number: %08x", binary.LittleEndian.Uint32(b[at:]))
	field(4, "zero")
	field(16, "salt")
	for range sections {
		title := strings.TrimRight(string(b[at:at+16]), "\x00")
		field(16, "section %q", title)
		u64("offset")
		u64("length")
		field(32, "digest")
	}
	field((name+7)/8*8, "name")
	field(32, "root")
	field(32, "MAC")
	return out.String()
}

// dumpSections shows the sections' bytes.
func dumpSections(b []byte) string {
	var out strings.Builder
	for i := range int(binary.LittleEndian.Uint32(b[96:])) {
		row := b[128+64*i:]
		offset, length := binary.LittleEndian.Uint64(row[16:]), binary.LittleEndian.Uint64(row[24:])
		fmt.Fprintf(&out, "%s\n", strings.TrimRight(string(row[:16]), "\x00"))
		for at := uint64(0); at < length; at += 16 {
			fmt.Fprintf(&out, "%5d  %s\n", offset+at, hexLine(b[offset+at:offset+min(at+16, length)]))
		}
	}
	return out.String()
}
