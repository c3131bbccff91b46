package audit

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/verify"
	"intikhab/test/databases"
)

// A folder is a ledger on the disk, as the program has it.
type folder struct {
	dir  string
	key  *checkpoint.Key
	opts verify.Options
}

func newFolder(t testing.TB) *folder {
	t.Helper()
	key, err := checkpoint.GenerateKey("ledger.example.org/audit")
	if err != nil {
		t.Fatal(err)
	}
	f := &folder{dir: filepath.Join(t.TempDir(), "ledger"), key: key}
	v, err := checkpoint.ParseVerifier(key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	f.opts.Keys = []note.Verifier{v}
	return f
}

// seal seals what waits, as a process that begins and ends.
func (f *folder) seal(t testing.TB, db *database.DB) {
	t.Helper()
	l, err := ledger.Open(t.Context(), f.dir, ledger.Options{Key: f.key, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s := NewSealer(db, l, quiet())
	_, err = s.Seal(t.Context())
	if err = errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
}

func (f *folder) verify(t testing.TB, db *database.DB, where string) *Report {
	t.Helper()
	r, err := Verify(t.Context(), db, where, f.opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// write puts bytes in the place of some others in a file of the ledger.
func (f *folder) replace(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	path = filepath.Join(f.dir, filepath.FromSlash(path))
	b, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(b), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte { b[at] ^= 1; return b }
}

// found tells whether a finding has all of the words.
func found(r *Report, words ...string) bool {
	for _, f := range r.Findings {
		all := true
		for _, w := range words {
			all = all && strings.Contains(f.String(), w)
		}
		if all {
			return true
		}
	}
	return false
}

// TestVerify takes the way of the program: rows of a database, a ledger on the disk,
// and its files alone.
func TestVerify(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		f := newFolder(t)
		do(t, db, 200)
		f.seal(t, db)
		old := t.TempDir()
		if err := os.CopyFS(old, os.DirFS(f.dir)); err != nil {
			t.Fatal(err)
		}
		oldDB := f.verify(t, db, f.dir)
		do(t, db, 320)
		f.seal(t, db)
		do(t, db, 7)
		server := httptest.NewServer(http.FileServer(http.Dir(f.dir)))
		defer server.Close()
		for _, where := range []string{f.dir, server.URL} {
			r := f.verify(t, db, where)
			if !r.OK() || r.Rows != 527 || r.Sealed != 520 || r.Waiting != 7 || r.LedgerSize != 520 || r.Origin != f.key.Name() || oldDB.LedgerSize != 200 {
				t.Errorf("%s: %+v", where, r)
			}
		}
		bundle := ledger.BundlePath(1, ledger.TileWidth)
		newest, err := os.ReadFile(filepath.Join(f.dir, ledger.CheckpointPath))
		if err != nil {
			t.Fatal(err)
		}

		// The ledger as it was: without a newer checkpoint the database still
		// knows better.
		if r := f.verify(t, db, old); !found(r, "rows 201 to 520: not sealed") {
			t.Errorf("an older ledger: %v", r.Findings)
		}
		from := f.opts
		from.From = [][]byte{newest}
		if r, err := Verify(t.Context(), db, old, from); err != nil || !found(r, "ledger: rolled back") {
			t.Errorf("an older ledger, from the newest checkpoint: %v, %v", r, err)
		}
		other := newFolder(t)
		if r, err := Verify(t.Context(), db, f.dir, other.opts); err == nil && r.OK() {
			t.Error("another's key will do")
		}

		// One letter of a commitment; one of a number, so that it is no entry of ours.
		f.replace(t, bundle, flip(50))
		if r := f.verify(t, db, f.dir); !found(r, "ledger: ") || !found(r, "row 257", "altered") && !found(r, "could not be compared") {
			t.Errorf("a flipped bit: %v", r.Findings)
		}
		f.replace(t, bundle, flip(50))
		f.replace(t, bundle, flip(3))
		if r := f.verify(t, db, f.dir); !found(r, "ledger: ") || !found(r, "could not be compared") {
			t.Errorf("no entry: %v", r.Findings)
		}
		f.replace(t, bundle, flip(3))
		if r := f.verify(t, db, f.dir); !r.OK() {
			t.Errorf("all as it was: %v", r.Findings)
		}
		update(t, db, func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE audit_row SET reason = 'another' WHERE seq = 300`)
			return err
		})
		if r := f.verify(t, db, f.dir); len(r.Findings) != 1 || !found(r, "row 300 (", "altered") {
			t.Errorf("an altered row: %v", r.Findings)
		}
	})
}

// TestTwoFaces: a server that gives the true entries to the one that computes the
// tree, and others to the one that compares rows, is found out.
func TestTwoFaces(t *testing.T) {
	db := databases.Open(t, databases.SQLite(t))
	trail(t, db)
	f := newFolder(t)
	do(t, db, 300)
	f.seal(t, db)
	var asked atomic.Int32
	files := http.FileServer(http.Dir(f.dir))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ledger.BundlePath(0, ledger.TileWidth)) && asked.Add(1) > 1 {
			b, _ := os.ReadFile(filepath.Join(f.dir, filepath.FromSlash(r.URL.Path)))
			b = bytes.Replace(b, []byte("\n5\n"), []byte("\n4\n"), 1)
			w.Write(b)
			return
		}
		files.ServeHTTP(w, r)
	}))
	defer server.Close()
	if r := f.verify(t, db, server.URL); asked.Load() < 2 || !found(r, "sealed twice") || !found(r, "other entries the second time") {
		t.Errorf("asked %d times: %v", asked.Load(), r.Findings)
	}
}
