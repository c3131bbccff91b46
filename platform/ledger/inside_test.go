package ledger

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// FuzzTilePath: a tile has one path, which is the one that x/mod gives it but for
// the height that stands in theirs.
func FuzzTilePath(f *testing.F) {
	for _, seed := range []string{"0/000", "0/x001/x234/067", "1/000.p/255", "entries/x001/000", "entries/000.p/1", "7/999", "00/000", "0/000.p/0", "0/0", "0/x1/000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, ok := parseTilePath(s)
		if !ok {
			return
		}
		if p.String() != "tile/"+s || p.width < 1 || p.width > TileWidth || p.level < 0 || p.level > MaxLevel {
			t.Fatalf("%q is read as %+v", s, p)
		}
		theirs := "tile/8/" + strings.Replace(s, "entries/", "data/", 1)
		if tile, err := tlog.ParseTilePath(theirs); err == nil && (tile.N != int64(p.index) || tile.W != p.width || (tile.L == -1) != p.entries) {
			t.Fatalf("%q is %+v, x/mod has %+v", s, p, tile)
		} else if err != nil && p.index < 1<<40 {
			t.Fatalf("%q is %+v, x/mod refuses it: %v", s, p, err)
		}
	})
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		path string
		size uint64
		want bool
	}{
		{"0/000", 255, false}, {"0/000", 256, true}, {"0/000.p/255", 255, true}, {"0/000.p/255", 254, false}, {"0/000.p/10", 300, true},
		{"entries/001.p/44", 300, true}, {"entries/001.p/45", 300, false}, {"1/000.p/1", 256, true}, {"1/000.p/1", 255, false}, {"1/000", 65536, true},
		{"2/000.p/1", 65535, false}, {"2/000.p/1", 65536, true}, {"0/000.p/1", 0, false},
	} {
		p, ok := parseTilePath(c.path)
		if !ok || p.within(c.size) != c.want {
			t.Errorf("%s in a tree of %d: %v", c.path, c.size, !c.want)
		}
	}
}

// TestSweep: what a killed run left beyond the tree is removed, and nothing else.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	const size = 3*256 + 10 // level 1 has a partial tile of 3
	keep := []string{
		"tile/entries/000", "tile/entries/002", "tile/entries/003.p/10", "tile/entries/003.p/4", "tile/0/002", "tile/0/003.p/10",
		"tile/1/000.p/3", "tile/1/000.p/1", "tile/0/002.p/100", "tile/0/readme.txt", "checkpoint",
	}
	remove := []string{
		"tile/entries/003", "tile/entries/003.p/11", "tile/entries/003.p/101234567", "tile/entries/004", "tile/entries/005.p/7", "tile/entries/0031234567",
		"tile/0/003", "tile/0/010", "tile/1/000", "tile/1/000.p/4", "tile/1/001.p/1", "checkpoint123456", ".state/treeState99",
	}
	for _, name := range append(slices.Clone(keep), remove...) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := sweepState(dir); err != nil {
		t.Fatal(err)
	}
	if err := sweep(dir, size); err != nil {
		t.Fatal(err)
	}
	for _, name := range keep {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s is gone", name)
		}
	}
	for _, name := range remove {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
}
