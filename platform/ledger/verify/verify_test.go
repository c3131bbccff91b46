package verify_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/verify"
)

const origin = "ledger.example.org/audit"

// A logDir is a log's folder and its key.
type logDir struct {
	dir string
	key *checkpoint.Key
}

func entry(n uint64) []byte {
	var salt [32]byte
	binary.BigEndian.PutUint64(salt[:], n)
	return ledger.Entry{Kind: "audit", Number: n, Commitment: ledger.Commit(salt, nil)}.Bytes()
}

// grow appends entries to the log until it has so many, with these left out.
func (l logDir) grow(t testing.TB, size uint64, number func(i uint64) uint64) {
	t.Helper()
	opened, err := ledger.Open(context.Background(), l.dir, ledger.Options{Key: l.key, Batch: 16384, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	_, c := opened.Checkpoint()
	for at := c.Size; at < size; {
		var batch [][]byte
		for ; at < size && len(batch) < 16384; at++ {
			batch = append(batch, entry(number(at)))
		}
		if _, err := opened.Append(context.Background(), batch...); err != nil {
			t.Fatal(err)
		}
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
}

func inOrder(i uint64) uint64 { return i + 1 }

func newLog(t testing.TB, size uint64) logDir {
	t.Helper()
	key, err := checkpoint.GenerateKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	l := logDir{filepath.Join(t.TempDir(), "log"), key}
	l.grow(t, size, inOrder)
	return l
}

func (l logDir) copy(t testing.TB) logDir {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(l.dir)); err != nil {
		t.Fatal(err)
	}
	return logDir{to, l.key}
}

func (l logDir) path(name string) string { return filepath.Join(l.dir, filepath.FromSlash(name)) }

func (l logDir) read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(l.path(name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (l logDir) write(t testing.TB, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(l.path(name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func (l logDir) verifier(t testing.TB) note.Verifier {
	t.Helper()
	v, err := checkpoint.ParseVerifier(l.key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (l logDir) verify(t testing.TB, from ...[]byte) *verify.Report {
	t.Helper()
	files, err := ledger.OpenFiles(l.dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := verify.Log(context.Background(), files, verify.Options{Keys: []note.Verifier{l.verifier(t)}, From: from})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sizes at which tiles begin and end, and some between.
var sizes = []uint64{0, 1, 2, 255, 256, 257, 511, 512, 700, 65535, 65536, 65537, 66000}

func TestWholeLogs(t *testing.T) {
	key, err := checkpoint.GenerateKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	l := logDir{filepath.Join(t.TempDir(), "log"), key}
	var old [][]byte
	for _, size := range sizes {
		l.grow(t, size, inOrder)
		old = append(old, l.read(t, "checkpoint"))
		r := l.verify(t, old...)
		if len(r.Findings) > 0 || !r.Signed || r.Size != size || r.Earlier != len(old) || r.Kinds["audit"] != size {
			t.Fatalf("%d entries: %+v", size, r)
		}
		// The root is the one that a foreign implementation makes of the same entries.
		var stored []tlog.Hash
		reader := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
			for _, i := range indexes {
				out = append(out, stored[i])
			}
			return out, nil
		})
		if size > 0 && size < 1000 {
			for i := range int64(size) {
				h, err := tlog.StoredHashes(i, entry(uint64(i)+1), reader)
				if err != nil {
					t.Fatal(err)
				}
				stored = append(stored, h...)
			}
			want, err := tlog.TreeHash(int64(size), reader)
			if err != nil || r.Root != fmt.Sprintf("%x", want[:]) {
				t.Errorf("%d entries: root %s, x/mod has %x %v", size, r.Root, want[:], err)
			}
		}
	}
	spoken := verify.Options{Keys: []note.Verifier{l.verifier(t)}}
	for _, raw := range old {
		c, _ := checkpoint.Parse(raw)
		s, err := checkpoint.ParseShort(strings.ToLower(c.Short().String()))
		if err != nil {
			t.Fatal(err)
		}
		spoken.Spoken = append(spoken.Spoken, s)
	}
	files, _ := ledger.OpenFiles(l.dir)
	if r, err := verify.Log(context.Background(), files, spoken); err != nil || len(r.Findings) > 0 || r.Earlier != len(old) {
		t.Errorf("spoken: %+v %v", r, err)
	}
	spoken.Spoken = []checkpoint.Short{{Origin: origin, Size: 300}}
	if r, err := verify.Log(context.Background(), files, spoken); err != nil || len(r.Findings) != 1 || r.Findings[0].Kind != verify.Fork {
		t.Errorf("another root was told: %+v %v", r, err)
	}
}

// pack writes entries as a bundle.
func pack(entries [][]byte) (b []byte) {
	for _, e := range entries {
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(e))), e...)
	}
	return b
}

// rebundle changes the entries of a bundle.
func (l logDir) rebundle(t *testing.T, name string, change func([][]byte) [][]byte) {
	t.Helper()
	entries, err := ledger.SplitBundle(l.read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	l.write(t, name, pack(change(entries)))
}

// forge makes the tiles anew from other entries, as somebody with write access and
// without the key could, and leaves the checkpoint.
func (l logDir) forge(t *testing.T, size uint64, number func(uint64) uint64) {
	t.Helper()
	key, err := checkpoint.GenerateKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	forged := logDir{filepath.Join(t.TempDir(), "forged"), key}
	forged.grow(t, size, number)
	old := l.read(t, "checkpoint")
	if err := os.RemoveAll(l.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(l.dir, os.DirFS(forged.dir)); err != nil {
		t.Fatal(err)
	}
	l.write(t, "checkpoint", old)
}

func flip(b []byte, at int) []byte { b[at] ^= 4; return b }

// TestTamper: each way of changing a log is found, by its name and its place.
func TestTamper(t *testing.T) {
	const size = 1100 // four full bundles and one of 76
	original := newLog(t, 700)
	early := original.read(t, "checkpoint")
	original.grow(t, size, inOrder)
	latest := original.read(t, "checkpoint")
	if r := original.verify(t, early); len(r.Findings) > 0 {
		t.Fatalf("untouched: %v", r.Findings)
	}
	skip := func(i uint64) uint64 { // number 601 is left out
		if i >= 600 {
			return i + 2
		}
		return i + 1
	}
	swap := func(i uint64) uint64 {
		switch i {
		case 10:
			return 12
		case 11:
			return 11
		}
		return i + 1
	}
	for _, c := range []struct {
		name  string
		do    func(t *testing.T, l logDir) (from [][]byte)
		kind  verify.Kind
		where string
	}{
		{"a bit of an entry", func(t *testing.T, l logDir) [][]byte {
			b := l.read(t, "tile/entries/001")
			l.write(t, "tile/entries/001", flip(b, len(b)/2+9))
			return nil
		}, verify.Altered, "entry 384"},
		{"a bit of the last bundle", func(t *testing.T, l logDir) [][]byte {
			l.write(t, "tile/entries/004.p/76", flip(l.read(t, "tile/entries/004.p/76"), 30))
			return nil
		}, verify.Altered, "entry 1024"},
		{"the length of an entry", func(t *testing.T, l logDir) [][]byte {
			l.write(t, "tile/entries/002", flip(l.read(t, "tile/entries/002"), 1))
			return nil
		}, verify.Missing, "tile/entries/002"},
		{"a bit of a tile", func(t *testing.T, l logDir) [][]byte {
			l.write(t, "tile/0/001", flip(l.read(t, "tile/0/001"), 32*7+3))
			return nil
		}, verify.Tile, "tile/0/001"},
		{"a bit of the last tile", func(t *testing.T, l logDir) [][]byte {
			l.write(t, "tile/0/004.p/76", flip(l.read(t, "tile/0/004.p/76"), 32*7+3))
			return nil
		}, verify.Tile, "tile/0/004.p/76"},
		{"a bit of an upper tile", func(t *testing.T, l logDir) [][]byte {
			l.write(t, "tile/1/000.p/4", flip(l.read(t, "tile/1/000.p/4"), 40))
			return nil
		}, verify.Tile, "tile/1/000.p/4"},
		{"a tile is cut short", func(t *testing.T, l logDir) [][]byte {
			l.write(t, "tile/0/001", l.read(t, "tile/0/001")[:8000])
			return nil
		}, verify.Missing, "tile/0/001"},
		{"a bundle is gone", func(t *testing.T, l logDir) [][]byte {
			os.Remove(l.path("tile/entries/003"))
			return nil
		}, verify.Missing, "tile/entries/003"},
		{"a tile is gone", func(t *testing.T, l logDir) [][]byte {
			os.Remove(l.path("tile/0/003"))
			return nil
		}, verify.Missing, "tile/0/003"},
		{"an entry is dropped", func(t *testing.T, l logDir) [][]byte {
			l.rebundle(t, "tile/entries/001", func(e [][]byte) [][]byte { return slices.Delete(e, 44, 45) })
			return nil
		}, verify.Dropped, "entry 300"},
		{"the last entry is dropped", func(t *testing.T, l logDir) [][]byte {
			l.rebundle(t, "tile/entries/004.p/76", func(e [][]byte) [][]byte { return e[:75] })
			return nil
		}, verify.Dropped, "entry 1099"},
		{"an entry is dropped and all behind it move up", func(t *testing.T, l logDir) [][]byte {
			for i, name := range []string{"tile/entries/001", "tile/entries/002", "tile/entries/003", "tile/entries/004.p/76"} {
				l.rebundle(t, name, func(e [][]byte) [][]byte {
					next := entry(uint64(i+2)*256 + 1)
					if i == 0 {
						return append(slices.Delete(e, 44, 45), next)
					}
					return append(e[1:], next)
				})
			}
			return nil
		}, verify.Dropped, "entry 300"},
		{"two entries are exchanged", func(t *testing.T, l logDir) [][]byte {
			l.rebundle(t, "tile/entries/002", func(e [][]byte) [][]byte { e[5], e[9] = e[9], e[5]; return e })
			return nil
		}, verify.Reordered, "entry 517"},
		{"two bundles are exchanged", func(t *testing.T, l logDir) [][]byte {
			a, b := l.read(t, "tile/entries/001"), l.read(t, "tile/entries/002")
			l.write(t, "tile/entries/001", b)
			l.write(t, "tile/entries/002", a)
			return nil
		}, verify.Altered, "entry 256"},
		{"an entry is put in", func(t *testing.T, l logDir) [][]byte {
			l.rebundle(t, "tile/entries/001", func(e [][]byte) [][]byte { return slices.Insert(e[:255], 3, entry(1)) })
			return nil
		}, verify.Altered, "entry 259"},
		{"an entry is changed and its tile too", func(t *testing.T, l logDir) [][]byte {
			l.rebundle(t, "tile/entries/001", func(e [][]byte) [][]byte { e[3] = entry(9999); return e })
			tile := l.read(t, "tile/0/001")
			h := ledger.LeafHash(entry(9999))
			copy(tile[3*32:], h[:])
			l.write(t, "tile/0/001", tile)
			return nil
		}, verify.Tile, "tile/0/001"},
		{"all is made anew without an entry", func(t *testing.T, l logDir) [][]byte { l.forge(t, size, skip); return nil }, verify.Root, "the checkpoint"},
		{"and its number tells which", func(t *testing.T, l logDir) [][]byte { l.forge(t, size, skip); return nil }, verify.Number, "entry 600"},
		{"all is made anew in another order", func(t *testing.T, l logDir) [][]byte { l.forge(t, size, swap); return nil }, verify.Number, "entry 10"},
		{"another key signs", func(t *testing.T, l logDir) [][]byte {
			c, _ := checkpoint.Parse(latest)
			other, _ := checkpoint.GenerateKey(origin)
			raw, err := note.Sign(&note.Note{Text: c.Body()}, other.Signer())
			if err != nil {
				t.Fatal(err)
			}
			l.write(t, "checkpoint", raw)
			return nil
		}, verify.Signature, "the checkpoint"},
		{"a bit of the checkpoint", func(t *testing.T, l logDir) [][]byte {
			l.write(t, "checkpoint", []byte(strings.Replace(string(latest), "\n1100\n", "\n1101\n", 1)))
			return nil
		}, verify.Signature, "the checkpoint"},
		{"rolled back", func(t *testing.T, l logDir) [][]byte {
			l.write(t, "checkpoint", early)
			return [][]byte{latest}
		}, verify.RolledBack, "earlier checkpoint 1, of 1100 entries"},
		{"a fork by who holds the key", func(t *testing.T, l logDir) [][]byte {
			os.RemoveAll(l.dir)
			l.grow(t, size+50, swap)
			return [][]byte{early}
		}, verify.Fork, "earlier checkpoint 1, of 700 entries"},
		{"a fork at the same size", func(t *testing.T, l logDir) [][]byte {
			os.RemoveAll(l.dir)
			l.grow(t, size, swap)
			return [][]byte{latest}
		}, verify.Fork, "earlier checkpoint 1, of 1100 entries"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := original.copy(t)
			from := c.do(t, l)
			r := l.verify(t, from...)
			if !slices.ContainsFunc(r.Findings, func(f verify.Finding) bool { return f.Kind == c.kind && strings.HasPrefix(f.Where, c.where) }) {
				t.Fatalf("%s at %s is not named among %d findings: %v", c.kind, c.where, len(r.Findings), r.Findings)
			}
			for _, f := range r.Findings {
				t.Log(f)
			}
			if len(r.Findings) > 5 {
				t.Errorf("%d findings of one thing", len(r.Findings))
			}
		})
	}
}

// BenchmarkVerify measures the verification of a million entries from files.
func BenchmarkVerify(b *testing.B) {
	const size = 1_000_000
	var once sync.Once
	var l logDir
	b.Run("million", func(b *testing.B) {
		once.Do(func() { l = newLog(b, size) })
		b.ResetTimer()
		for b.Loop() {
			if r := l.verify(b); len(r.Findings) > 0 || r.Size != size {
				b.Fatalf("%+v", r)
			}
		}
		b.ReportMetric(size*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	})
}
