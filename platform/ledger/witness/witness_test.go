package witness_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cosign "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/witness"
)

const origin = "ledger.example.org/audit"

func discard() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func newKey(t testing.TB, name string) *checkpoint.Key {
	t.Helper()
	k, err := checkpoint.GenerateKey(name)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func verifier(t testing.TB, k *checkpoint.Key) note.Verifier {
	t.Helper()
	v, err := checkpoint.ParseVerifier(k.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A history is a log of another make: the hashes are those of x/mod.
type history struct {
	key    *checkpoint.Key
	stored []tlog.Hash
	size   int64
}

func (h *history) reader() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
		for _, i := range indexes {
			out = append(out, h.stored[i])
		}
		return out, nil
	})
}

func (h *history) grow(t testing.TB, entries ...string) {
	t.Helper()
	for _, e := range entries {
		hashes, err := tlog.StoredHashes(h.size, []byte(e), h.reader())
		if err != nil {
			t.Fatal(err)
		}
		h.stored = append(h.stored, hashes...)
		h.size++
	}
}

func (h *history) checkpoint(t testing.TB, size int64) []byte {
	t.Helper()
	root, err := tlog.TreeHash(size, h.reader())
	if err != nil {
		t.Fatal(err)
	}
	c := checkpoint.Checkpoint{Origin: h.key.Name(), Size: uint64(size), Root: root}
	if size == 0 {
		c.Root = [32]byte{0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
			0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}
	}
	raw, err := note.Sign(&note.Note{Text: c.Body()}, h.key.Signer())
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// request proves from old to size.
func (h *history) request(t testing.TB, old, size int64) witness.Request {
	t.Helper()
	r := witness.Request{Old: uint64(old), Raw: h.checkpoint(t, size)}
	if old > 0 && old < size {
		proof, err := tlog.ProveTree(size, old, h.reader())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range proof {
			r.Proof = append(r.Proof, p[:])
		}
	}
	return r
}

func openWitness(t testing.TB, dir string, logs ...note.Verifier) *witness.Witness {
	t.Helper()
	w, err := witness.Open(dir, witness.Options{Name: "witness.example.net", Logs: logs, Log: discard()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

func post(t testing.TB, url string, body []byte) (status int, kind, answer string) {
	t.Helper()
	response, err := http.Post(url+"/add-checkpoint", "text/plain", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Content-Type"), string(text)
}

// TestRefusals goes through the rules of C2SP tlog-witness in order.
func TestRefusals(t *testing.T) {
	log := &history{key: newKey(t, origin)}
	log.grow(t, "one", "two", "three", "four", "five", "six", "seven")
	fork := &history{key: log.key}
	fork.grow(t, "one", "two", "three", "FOUR", "five", "six", "seven", "eight")
	stranger := &history{key: newKey(t, "other.example.org")}
	stranger.grow(t, "one")
	forger := &history{key: newKey(t, origin)}
	forger.grow(t, "one", "two")

	dir := t.TempDir()
	w := openWitness(t, dir, verifier(t, log.key))
	server := httptest.NewServer(w.Handler())
	defer server.Close()
	key, err := w.Verifier()
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := cosign.NewVerifierForCosignatureV1(key)
	if err != nil {
		t.Fatal(err)
	}
	bad := log.request(t, 4, 7)
	bad.Proof[0][3] ^= 1
	long := log.request(t, 4, 7)
	for range 64 {
		long.Proof = append(long.Proof, make([]byte, 32))
	}
	withProof := log.request(t, 0, 4)
	withProof.Proof = [][]byte{make([]byte, 32)}
	for _, c := range []struct {
		name   string
		body   []byte
		status int
		answer string
	}{
		{"unknown log", stranger.request(t, 0, 1).Bytes(), 404, ""},
		{"unknown key of a known name", forger.request(t, 0, 2).Bytes(), 403, ""},
		{"old larger than new", log.request(t, 5, 4).Bytes(), 400, ""},
		{"nothing", nil, 400, ""},
		{"no old line", []byte("\n" + string(log.checkpoint(t, 4))), 400, ""},
		{"leading zero", []byte("old 00\n\n" + string(log.checkpoint(t, 4))), 400, ""},
		{"no empty line", []byte("old 0\n" + strings.Replace(string(log.checkpoint(t, 4)), "\n\n", "\n", 1)), 400, ""},
		{"too long a proof", long.Bytes(), 400, ""},
		{"too long a body", append(log.request(t, 0, 4).Bytes(), make([]byte, witness.MaxRequest)...), 400, ""},
		{"a proof from nothing", withProof.Bytes(), 422, ""},
		{"begins elsewhere, before anything", log.request(t, 2, 4).Bytes(), 409, "0\n"},
		{"the empty tree", log.request(t, 0, 0).Bytes(), 200, "—"},
		{"the first", log.request(t, 0, 4).Bytes(), 200, "—"},
		{"the same again", log.request(t, 4, 4).Bytes(), 200, "—"},
		{"from nothing again", log.request(t, 0, 7).Bytes(), 409, "4\n"},
		{"rolled back", log.request(t, 2, 3).Bytes(), 409, "4\n"},
		{"a fork of the same size", fork.request(t, 4, 4).Bytes(), 409, ""},
		{"a fork that goes on", fork.request(t, 4, 8).Bytes(), 422, ""},
		{"a damaged proof", bad.Bytes(), 422, ""},
		{"the next", log.request(t, 4, 7).Bytes(), 200, "—"},
		{"the one before", log.request(t, 4, 7).Bytes(), 409, "7\n"},
	} {
		status, kind, answer := post(t, server.URL, c.body)
		if status != c.status || !strings.HasPrefix(answer, c.answer) {
			t.Errorf("%s: %d %q, want %d %q", c.name, status, answer, c.status, c.answer)
		}
		if c.status == 409 && c.answer != "" && kind != "text/x.tlog.size" {
			t.Errorf("%s: content type %q", c.name, kind)
		}
		if status == 200 {
			r, err := witness.ParseRequest(c.body)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := note.Open(append(r.Raw, answer...), note.VerifierList(foreign)); err != nil || len(n.Sigs) != 1 {
				t.Errorf("%s: the cosignature does not verify: %v", c.name, err)
			}
		}
	}
	if kept, _ := filepath.Glob(filepath.Join(dir, "evidence", "*")); len(kept) < 2 {
		t.Errorf("evidence of the forks: %v", kept)
	}
	for _, page := range []string{"/", "/add-checkpoint"} {
		response, err := http.Get(server.URL + page)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if want := map[string]int{"/": 200, "/add-checkpoint": 405}[page]; response.StatusCode != want {
			t.Errorf("GET %s: %d", page, response.StatusCode)
		}
	}
}

// TestMemory: what was cosigned is known to the next process, and a folder in
// which it is not whole is not used.
func TestMemory(t *testing.T) {
	log := &history{key: newKey(t, origin)}
	log.grow(t, "one", "two", "three")
	dir := filepath.Join(t.TempDir(), "witness")
	ctx := context.Background()
	w := openWitness(t, dir, verifier(t, log.key))
	add := func(w *witness.Witness, old, size int64) error {
		r, err := witness.ParseRequest(log.request(t, old, size).Bytes())
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Add(ctx, r)
		return err
	}
	if err := add(w, 0, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := witness.Open(dir, witness.Options{Logs: []note.Verifier{verifier(t, log.key)}}); err == nil {
		t.Fatal("opened twice")
	}
	key, _ := w.Verifier()
	w.Close()
	w = openWitness(t, dir, verifier(t, log.key))
	if again, _ := w.Verifier(); again != key {
		t.Error("another key after a restart")
	}
	var size *witness.SizeError
	if err := add(w, 0, 3); !errors.As(err, &size) || size.Have != 2 {
		t.Errorf("forgot what it had cosigned: %v", err)
	}
	if err := add(w, 2, 3); err != nil {
		t.Error(err)
	}
	w.Close()
	open := func() error {
		w, err := witness.Open(dir, witness.Options{Logs: []note.Verifier{verifier(t, log.key)}, Log: discard()})
		if err == nil {
			w.Close()
		}
		return err
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	if _, err := witness.Open(dir, witness.Options{Name: "another.example.net", Logs: []note.Verifier{verifier(t, log.key)}}); err == nil {
		t.Error("opened under another name")
	}
	if err := os.Rename(filepath.Join(dir, "key"), filepath.Join(dir, "key.away")); err != nil {
		t.Fatal(err)
	}
	if err := open(); err == nil {
		t.Error("a new key with an old memory")
	}
	os.Rename(filepath.Join(dir, "key.away"), filepath.Join(dir, "key"))
	memory, _ := filepath.Glob(filepath.Join(dir, "*.checkpoint"))
	if len(memory) != 1 {
		t.Fatalf("memory: %v", memory)
	}
	if err := os.WriteFile(memory[0], []byte("half a"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(); err == nil {
		t.Error("opened with a damaged memory")
	}
}

func FuzzParseRequest(f *testing.F) {
	key := newKey(f, origin)
	log := &history{key: key}
	log.grow(f, "one", "two", "three", "four", "five")
	f.Add(log.request(f, 3, 5).Bytes())
	f.Add(log.request(f, 0, 1).Bytes())
	f.Add([]byte("old 0\n\n"))
	f.Add([]byte("old 18446744073709551615\n\n\n\n\n"))
	w := openWitness(f, f.TempDir(), verifier(f, key))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := witness.ParseRequest(body)
		if err != nil {
			if !errors.Is(err, witness.ErrBadRequest) {
				t.Fatalf("another error: %v", err)
			}
			return
		}
		again, err := witness.ParseRequest(r.Bytes())
		if err != nil || again.Old != r.Old || len(again.Proof) != len(r.Proof) || again.Checkpoint != r.Checkpoint {
			t.Fatalf("%q is read as another: %v", body, err)
		}
		if _, err := w.Add(context.Background(), r); err == nil {
			// Only what the log signed is cosigned, in whatever order it comes.
			if _, err := checkpoint.Open(r.Raw, verifier(t, key)); err != nil {
				t.Fatalf("cosigned %q: %v", body, err)
			}
		}
	})
}
