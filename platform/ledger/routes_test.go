package ledger_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/transparency-dev/formats/proof"
	merkle "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/client"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
)

// serve serves a log as the program does.
func serve(t testing.TB, l *ledger.Log) string {
	t.Helper()
	s := httptest.NewServer(web.New(web.Config{Gate: webtest.Open, Log: quietLog()}, l.Routes("/ledger")))
	t.Cleanup(s.Close)
	return s.URL + "/ledger/"
}

func get(t testing.TB, url string) (*http.Response, []byte) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, body
}

// A modReader reads tiles for golang.org/x/mod/sumdb/tlog, the library behind Go's
// own checksum database: it checks each tile against the root by itself. Its paths
// have the tile's height, ours have not.
type modReader struct {
	base   string
	client *http.Client
}

func (modReader) Height() int { return 8 }

func (m modReader) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		response, err := m.client.Get(m.base + strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s %w", tile.Path(), response.Status, err)
		}
		data = append(data, body)
	}
	return data, nil
}

func (modReader) SaveTiles([]tlog.Tile, [][]byte) {}

// TestForeignClients reads a log over HTTP with two clients that are not ours, and
// compares our proofs with theirs.
func TestForeignClients(t *testing.T) {
	ctx := context.Background()
	key := newKey(t, origin)
	l := open(t, t.TempDir(), ledger.Options{Key: key})
	verifier, err := note.NewVerifier(key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	trees := map[uint64]tlog.Tree{0: {}}
	size := uint64(0)
	var tree tlog.Tree
	base := serve(t, l)
	for _, n := range []uint64{1, 300, 356, 70000} {
		if _, err := l.Append(ctx, entries("audit", size+1, size+n)...); err != nil {
			t.Fatal(err)
		}
		size += n
		_, raw := get(t, base+"checkpoint")
		signed, err := note.Open(raw, note.VerifierList(verifier))
		if err != nil {
			t.Fatal(err)
		}
		// Their parser knows one origin only.
		if tree, err = tlog.ParseTree([]byte(strings.Replace(signed.Text, origin, "go.sum database tree", 1))); err != nil {
			t.Fatal(err)
		}
		trees[uint64(tree.N)] = tree
	}
	if tree.N != int64(size) {
		t.Fatalf("the checkpoint has %d entries of %d", tree.N, size)
	}
	reader := tlog.TileHashReader(tree, modReader{base, http.DefaultClient})
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	fetcher, err := client.NewHTTPFetcher(at, nil)
	if err != nil {
		t.Fatal(err)
	}
	builder, err := client.NewProofBuilder(ctx, size, fetcher.ReadTile)
	if err != nil {
		t.Fatal(err)
	}
	check := func(index uint64) error {
		if index >= size {
			return fmt.Errorf("index %d", index)
		}
		leaf := tlog.RecordHash(entry("audit", index+1))
		theirs, err := tlog.ProveRecord(int64(size), int64(index), reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(theirs, int64(size), tree.Hash, int64(index), leaf); err != nil {
			return fmt.Errorf("x/mod, entry %d: %w", index, err)
		}
		second, err := builder.InclusionProof(ctx, index)
		if err != nil {
			return err
		}
		if err := merkle.VerifyInclusion(rfc6962.DefaultHasher, index, size, leaf[:], second, tree.Hash[:]); err != nil {
			return fmt.Errorf("tessera's client, entry %d: %w", index, err)
		}
		var ours ledger.Inclusion
		_, body := get(t, fmt.Sprintf("%sproof/inclusion?index=%d", base, index))
		if err := json.Unmarshal(body, &ours); err != nil {
			return err
		}
		if ours.Entry != string(entry("audit", index+1)) || len(ours.Proof) != len(theirs) || !bytes.Equal(ours.Root, tree.Hash[:]) {
			return fmt.Errorf("entry %d: %s", index, body)
		}
		for i, h := range theirs {
			if !bytes.Equal(ours.Proof[i], h[:]) {
				return fmt.Errorf("entry %d: hash %d of the proof is %x, x/mod has %x", index, i, ours.Proof[i], h)
			}
		}
		return nil
	}
	bundle, err := client.GetEntryBundle(ctx, fetcher.ReadEntryBundle, 1, size)
	if err != nil || !bytes.Equal(bundle.Entries[5], entry("audit", 256+5+1)) {
		t.Errorf("tessera's client reads another entry: %v", err)
	}
	for _, index := range []uint64{0, 1, 255, 256, 65535, 65536, size - 1} {
		if err := check(index); err != nil {
			t.Error(err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		if err := check(rapid.Uint64Max(size-1).Draw(t, "index")); err != nil {
			t.Fatal(err)
		}
	})
	for from, old := range trees {
		for to, new := range trees {
			if from > to || from == 0 {
				continue
			}
			var ours ledger.Consistency
			_, body := get(t, fmt.Sprintf("%sproof/consistency?from=%d&to=%d", base, from, to))
			if err := json.Unmarshal(body, &ours); err != nil {
				t.Fatal(err)
			}
			var p tlog.TreeProof
			for _, h := range ours.Proof {
				p = append(p, tlog.Hash(h))
			}
			if err := tlog.CheckTree(p, new.N, new.Hash, old.N, old.Hash); err != nil {
				t.Errorf("from %d to %d: %v", from, to, err)
			}
		}
	}
}

// TestProofs: any entry in any tree that the log ever was, any two of its trees.
func TestProofs(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	l := open(t, dir, ledger.Options{Key: newKey(t, origin)})
	const size = 1000
	if _, err := l.Append(ctx, entries("audit", 1, size)...); err != nil {
		t.Fatal(err)
	}
	files, err := ledger.OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	for i := range int64(size) {
		h, err := tlog.StoredHashes(i, entry("audit", uint64(i)+1), reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, h...)
	}
	rapid.Check(t, func(t *rapid.T) {
		to := rapid.Uint64Range(1, size).Draw(t, "size")
		index := rapid.Uint64Max(to-1).Draw(t, "index")
		root, err := tlog.TreeHash(int64(to), reader)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ledger.ProveInclusion(ctx, files, size, index, to)
		if err != nil {
			t.Fatal(err)
		}
		var record tlog.RecordProof
		for _, h := range p.Proof {
			record = append(record, tlog.Hash(h))
		}
		if err := tlog.CheckRecord(record, int64(to), root, int64(index), tlog.Hash(p.LeafHash)); err != nil {
			t.Fatalf("entry %d of %d: %v", index, to, err)
		}
		from := rapid.Uint64Range(1, to).Draw(t, "from")
		c, err := ledger.ProveConsistency(ctx, files, size, from, to)
		if err != nil {
			t.Fatal(err)
		}
		old, err := tlog.TreeHash(int64(from), reader)
		if err != nil {
			t.Fatal(err)
		}
		var tree tlog.TreeProof
		for _, h := range c.Proof {
			tree = append(tree, tlog.Hash(h))
		}
		if err := tlog.CheckTree(tree, int64(to), root, int64(from), old); err != nil {
			t.Fatalf("from %d to %d: %v", from, to, err)
		}
	})
}

func TestRoutes(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	l := open(t, dir, ledger.Options{Key: newKey(t, origin)})
	if _, err := l.Append(ctx, entries("audit", 1, 300)...); err != nil {
		t.Fatal(err)
	}
	base := serve(t, l)
	for _, c := range []struct {
		path        string
		status      int
		cache, kind string
	}{
		{"checkpoint", 200, "no-cache", "text/plain; charset=utf-8"},
		{"key", 200, "no-cache", "text/plain; charset=utf-8"},
		{"tile/0/000", 200, "immutable", "application/octet-stream"},
		{"tile/entries/001.p/44", 200, "immutable", "application/octet-stream"},
		{"tile/1/000.p/1", 200, "immutable", "application/octet-stream"},
		{"tile/0/001", 404, "no-store", ""}, {"tile/0/001.p/45", 404, "no-store", ""}, {"tile/0/0", 404, "", ""}, {"tile/64/000", 404, "", ""},
		{"tile/../../.state/treeState", 404, "", ""}, {"tile/%2e%2e/%2e%2e/.state/treeState", 404, "", ""}, {".state/treeState", 404, "", ""},
		{"proof/inclusion?index=299", 200, "no-store", "application/json"},
		{"proof/inclusion?index=0&size=256", 200, "no-store", "application/json"},
		{"proof/inclusion?index=0&format=tlog-proof", 200, "no-store", "text/plain; charset=utf-8"},
		{"proof/inclusion", 400, "no-store", ""}, {"proof/inclusion?index=x", 400, "", ""}, {"proof/inclusion?index=01", 400, "", ""}, {"proof/inclusion?index=-1", 400, "", ""},
		{"proof/inclusion?index=1&index=2", 400, "", ""}, {"proof/inclusion?index=1&other=2", 400, "", ""}, {"proof/inclusion?index=1&format=xml", 400, "", ""},
		{"proof/inclusion?index=18446744073709551616", 400, "", ""}, {"proof/inclusion?index=18446744073709551615", 400, "", ""},
		{"proof/inclusion?index=300", 422, "", ""}, {"proof/inclusion?index=256&size=256", 422, "", ""}, {"proof/inclusion?index=0&size=301", 422, "", ""},
		{"proof/inclusion?index=0&size=256&format=tlog-proof", 400, "", ""},
		{"proof/consistency?from=256", 200, "no-store", "application/json"}, {"proof/consistency?from=300", 200, "", ""}, {"proof/consistency?from=0", 200, "", ""},
		{"proof/consistency", 400, "", ""}, {"proof/consistency?from=301", 422, "", ""}, {"proof/consistency?from=256&to=255", 422, "", ""}, {"proof/consistency?from=1&to=9999", 422, "", ""},
	} {
		response, body := get(t, base+c.path)
		header := response.Header
		if response.StatusCode != c.status || !strings.Contains(header.Get("Cache-Control"), c.cache) || c.kind != "" && header.Get("Content-Type") != c.kind {
			t.Errorf("%s: %s, %q, %q", c.path, response.Status, header.Get("Cache-Control"), header.Get("Content-Type"))
		}
		if c.status >= 400 {
			var p web.Problem
			if err := json.Unmarshal(body, &p); err != nil || p.Status != c.status || p.Detail == "" || header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: not a problem: %s", c.path, body)
			}
		}
	}
	_, text := get(t, base+"proof/inclusion?index=7&format=tlog-proof")
	var p proof.TLogProof
	if err := p.Unmarshal(text); err != nil || p.Index != 7 {
		t.Fatalf("formats/proof reads %+v, %v", p, err)
	}
	c, err := checkpoint.Parse(p.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	var hashes [][]byte
	for i := range p.Hashes {
		hashes = append(hashes, p.Hashes[i][:])
	}
	leaf := ledger.LeafHash(entry("audit", 8))
	if err := merkle.VerifyInclusion(rfc6962.DefaultHasher, 7, c.Size, leaf[:], hashes, c.Root[:]); err != nil {
		t.Error(err)
	}
}
