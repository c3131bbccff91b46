package frozen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/statement"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
	"intikhab/test/databases"
	"intikhab/test/need"
)

var day = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)

const first, second, third = geography.BlockCode(440160404), geography.BlockCode(440160405), geography.BlockCode(301010101)

// memory is 8300's index in memory, and the ledger.
type memory struct {
	mu       sync.Mutex
	voters   map[string]map[cnic.Number]Voter
	names    map[string]string
	released []string
	fails    error
	entries  []ledger.Entry
}

func (m *memory) Build(ctx context.Context, b Build) (Built, error) {
	all := make(map[cnic.Number]Voter)
	err := b.Voters(ctx, func(_ int, some []Voter) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, v := range some {
			all[v.CNIC] = v
		}
		return nil
	})
	m.voters[b.Out] = all
	m.names[b.Out] = fmt.Sprintf("%x", len(all))
	return Built{m.names[b.Out], int64(len(all))}, errors.Join(err, os.WriteFile(b.Out, nil, 0o600))
}

type lookup struct {
	voters map[cnic.Number]Voter
	root   string
}

func (l lookup) Lookup(n cnic.Number) (Voter, geography.StationID, bool) {
	v, ok := l.voters[n]
	return v, "", ok
}
func (l lookup) Built() Built { return Built{l.root, int64(len(l.voters))} }

func (m *memory) Open(path string) (Lookup, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return lookup{m.voters[path], m.names[path]}, nil
}

func (m *memory) Release(_ context.Context, path, note string) error {
	if m.fails != nil {
		return m.fails
	}
	m.released = append(m.released, filepath.Base(path))
	return nil
}

func (m *memory) Append(_ context.Context, entries ...[]byte) (uint64, error) {
	at := uint64(len(m.entries))
	for _, raw := range entries {
		e, err := ledger.ParseEntry(raw)
		if err != nil {
			return 0, err
		}
		m.entries = append(m.entries, e)
	}
	return at, nil
}

func (m *memory) Backward(context.Context) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for i := len(m.entries) - 1; i >= 0 && yield(ledger.Record{Index: uint64(i), Entry: m.entries[i]}, nil); i-- {
		}
	}
}

func (m *memory) Read(_ context.Context, i uint64) (ledger.Record, error) {
	if i >= uint64(len(m.entries)) {
		return ledger.Record{}, os.ErrNotExist
	}
	return ledger.Record{Index: i, Entry: m.entries[i]}, nil
}

type desk struct {
	*testing.T
	db    *database.DB
	store *rolls.Store
	m     *memory
	k     *Keeper
	now   time.Time
}

func each(t *testing.T, f func(o *desk)) {
	databases.Each(t, func(t *testing.T, db *database.DB) { f(open1(t, db)) })
}

func open1(t *testing.T, db *database.DB) *desk {
	t.Helper()
	o := &desk{T: t, db: db, now: day, m: &memory{voters: make(map[string]map[cnic.Number]Voter), names: make(map[string]string)}}
	for _, migrate := range []func(context.Context, *database.DB) error{rolls.Migrate, Migrate, statement.Migrate, audit.Migrate} {
		if err := migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	keys := vault.New(day)
	o.store = rolls.NewStore(keys, func() time.Time { return o.now })
	o.k = New(Config{DB: db, Keys: keys, Store: o.store, Dir: filepath.Join(t.TempDir(), "frozen"), Indexes: o.m, Ledger: o.m})
	o.do(func(tx *database.Tx) error {
		if err := o.store.PutBlocks(tx, []rolls.Block{{Code: first, NA: "NA-235"}, {Code: second, NA: "NA-235"}, {Code: third, NA: "NA-49"}}); err != nil {
			return err
		}
		for n := range 60 {
			block := []geography.BlockCode{first, first, second}[n%3]
			if _, err := o.store.Add(tx, block, rolls.List(n%2), person(n), "feed:1"); err != nil {
				return err
			}
		}
		return nil
	})
	return o
}

func (o *desk) do(f func(tx *database.Tx) error) {
	o.Helper()
	if err := o.db.Update(o.Context(), f); err != nil {
		o.Fatal(err)
	}
}

func number(n int) cnic.Number {
	number, err := cnic.FromUint64(4230100000000 + uint64(n))
	if err != nil {
		panic(err)
	}
	return number
}

func person(n int) rolls.Particulars {
	return rolls.Particulars{CNIC: number(n), NameEn: fmt.Sprint("Safdar ", n), Born: rolls.Date{Year: 1980}, Family: fmt.Sprint(n / 4)}
}

func (o *desk) freeze(s Scope) Roll {
	o.Helper()
	r, err := o.k.Freeze(o.Context(), Order{Name: "General election 2027", Scope: s}, nil)
	if err != nil {
		o.Fatal(err)
	}
	return r
}

func (o *desk) verify(id string) []Finding {
	o.Helper()
	report, err := o.k.Verify(o.Context(), id, o.m)
	if err != nil {
		o.Fatal(err)
	}
	return report.Findings
}

func (o *desk) prove(id string, n int) (p *Proof, err error) {
	err = o.db.View(o.Context(), func(tx *database.Tx) (err error) {
		p, err = o.k.Prove(tx, id, number(n))
		return err
	})
	return p, err
}

func TestFreezeAndProve(t *testing.T) {
	each(t, func(o *desk) {
		r := o.freeze(Scope{})
		if r.Voters != 60 || len(o.m.released) != 1 || len(o.m.entries) != 1 {
			t.Fatalf("%d voters, released %v, %d entries", r.Voters, o.m.released, len(o.m.entries))
		}
		if found := o.verify(r.ID); len(found) != 0 {
			t.Errorf("%v", found)
		}
		for n := range 60 {
			p, err := o.prove(r.ID, n)
			if err != nil {
				t.Fatal(err)
			}
			entry, err := p.Check()
			if err != nil || string(entry) != string(o.m.entries[p.Entry].Bytes()) {
				t.Errorf("voter %d: %v, entry %s", n, err, entry)
			}
		}
		if _, err := o.prove(r.ID, 99); !errors.Is(err, ErrNotInRoll) {
			t.Errorf("nobody's proof: %v", err)
		}
		// The roll stays as it was frozen, whatever happens to the entry.
		before, err := o.prove(r.ID, 7)
		if err != nil {
			t.Fatal(err)
		}
		o.do(func(tx *database.Tx) error {
			e, err := o.store.ByCNIC(tx, number(7))
			if err != nil {
				return err
			}
			_, err = o.store.Move(tx, e.ID, e.Version, third, e.List, e.Particulars, "claim:1")
			return err
		})
		after, err := o.prove(r.ID, 7)
		if err != nil || fmt.Sprint(*before) != fmt.Sprint(*after) {
			t.Errorf("the proof has changed: %v", err)
		}
	})
}

func TestScopeAndIndex(t *testing.T) {
	each(t, func(o *desk) {
		o.do(func(tx *database.Tx) error {
			_, err := o.store.Add(tx, third, geography.X, person(100), "feed:1")
			return err
		})
		o.now = o.now.Add(2 * time.Minute)
		r := o.freeze(Scope{Seat: "NA-235"})
		if r.Voters != 60 || o.m.names[o.k.path(r.IndexFile)] != fmt.Sprintf("%x", 61) {
			t.Errorf("%d voters, the index has %s", r.Voters, o.m.names[o.k.path(r.IndexFile)])
		}
		if found := o.verify(r.ID); len(found) != 0 {
			t.Errorf("%v", found)
		}
		if _, err := o.prove(r.ID, 100); !errors.Is(err, ErrNotInRoll) {
			t.Errorf("of another constituency: %v", err)
		}
		if _, err := o.k.Freeze(o.Context(), Order{Name: "x", Scope: Scope{Seat: "NA-1"}}, nil); err == nil {
			t.Error("a constituency without electoral areas is frozen")
		}
		stale := func() (due bool) {
			o.do(func(tx *database.Tx) error {
				since, stale, err := o.k.Stale(tx)
				due = stale && Due(since, o.now, 2, time.Hour)
				return err
			})
			return due
		}
		o.now = o.now.Add(2 * time.Hour)
		if stale() {
			t.Error("8300 is behind, and nothing has happened")
		}
		o.do(func(tx *database.Tx) error {
			_, err := o.store.Add(tx, third, geography.X, person(101), "claim:1")
			return err
		})
		if !stale() {
			t.Error("8300 is not behind")
		}
		o.now = o.now.Add(2 * time.Minute)
		index, err := o.k.Refresh(o.Context())
		if err != nil || index.Voters != 62 || len(o.m.released) != 2 || len(o.verify(index.ID)) != 0 {
			t.Errorf("refreshed: %+v %v", index, err)
		}
		o.now = o.now.Add(2 * time.Hour)
		if stale() {
			t.Error("8300 is behind after the new index")
		}
		if err := o.k.Tidy(o.Context()); err != nil {
			t.Fatal(err)
		}
		left, _ := os.ReadDir(o.k.cfg.Dir)
		if len(left) != 3 {
			t.Errorf("%v are left", left)
		}
	})
}

// TestRunTidies: what a killed run has left is gone soon after the next start.
func TestRunTidies(t *testing.T) {
	o := open1(t, databases.Open(t, databases.SQLite(t)))
	r := o.freeze(Scope{})
	left := o.k.path("KILLED.frozen.partial")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { o.k.Run(ctx, 2, 0) })
	for range 1000 {
		if _, err := os.Stat(left); err != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	running.Wait()
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what a killed run has left is still there: %v", err)
	}
	if _, err := os.Stat(o.k.path(r.File)); err != nil {
		t.Error(err)
	}
}

func TestVerifyFinds(t *testing.T) {
	each(t, func(o *desk) {
		r := o.freeze(Scope{})
		expect := func(what string) {
			t.Helper()
			if found := fmt.Sprint(o.verify(r.ID)); !strings.Contains(found, what) {
				t.Errorf("%q is not among %s", what, found)
			}
		}
		o.do(func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE rolls_voter SET serial = 999 WHERE id = 1`)
			return err
		})
		expect("database: block 440160404 is not as it was frozen: 1 changed")
		expect("index: voter 1, serial 999")
		o.do(func(tx *database.Tx) error {
			if _, err := tx.Exec(`UPDATE rolls_voter SET serial = 1 WHERE id = 1`); err != nil {
				return err
			}
			_, err := tx.Exec(`UPDATE rolls_voter SET standing = 0 WHERE id = 2`)
			return err
		})
		expect("1 gone")
		o.do(func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE rolls_voter SET standing = 1 WHERE id = 2`)
			return err
		})
		if found := o.verify(r.ID); len(found) != 0 {
			t.Fatalf("all is as it was, and: %v", found)
		}
		kept := o.m.entries[0]
		o.m.entries[0].Commitment[3]++
		expect("ledger: entry 0 does not commit")
		o.m.entries[0] = kept
		o.m.voters[o.k.path(r.IndexFile)][number(3)] = Voter{}
		expect("is not answered as the database has it")
		path := o.k.path(r.File)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		spoilt := append([]byte{}, whole...)
		spoilt[len(spoilt)-80]++
		if err := os.WriteFile(path, spoilt, 0o600); err != nil {
			t.Fatal(err)
		}
		expect("file: ")
	})
}

func TestCrashBeforeRelease(t *testing.T) {
	each(t, func(o *desk) {
		o.m.fails = errors.New("a node cannot open it")
		if _, err := o.k.Freeze(o.Context(), Order{Name: "General election 2027"}, nil); !errors.Is(err, o.m.fails) {
			t.Fatalf("%v", err)
		}
		o.m.fails = nil
		for range 2 {
			if err := o.k.Catch(o.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if len(o.m.released) != 1 || len(o.m.entries) != 1 {
			t.Errorf("released %v, %d entries", o.m.released, len(o.m.entries))
		}
	})
}

// TestTree holds the tree against golang.org/x/mod/sumdb/tlog, which is not ours.
func TestTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 70).Draw(t, "leaves")
		i := rapid.IntRange(0, n-1).Draw(t, "leaf")
		leaves := make([]Hash, n)
		var stored []tlog.Hash
		read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
			var all []tlog.Hash
			for _, i := range at {
				all = append(all, stored[i])
			}
			return all, nil
		})
		for j := range leaves {
			content := []byte{byte(j), byte(j >> 8)}
			leaves[j], _ = leafHash(content, nil)
			more, err := tlog.StoredHashes(int64(j), content, read)
			if err != nil {
				t.Fatal(err)
			}
			stored = append(stored, more...)
		}
		want, err := tlog.TreeHash(int64(n), read)
		if err != nil || Hash(want) != treeRoot(leaves) {
			t.Fatalf("the root of %d leaves is %x, not %x (%v)", n, treeRoot(leaves), want, err)
		}
		path := treePath(leaves, i)
		proof, err := tlog.ProveRecord(int64(n), int64(i), read)
		if err != nil || len(proof) != len(path) {
			t.Fatalf("the path has %d, not %d (%v)", len(path), len(proof), err)
		}
		for j := range path {
			if Hash(proof[j]) != path[j] {
				t.Fatalf("the path's hash %d differs", j)
			}
		}
		if root, ok := climb(leaves[i], i, n, path); !ok || root != treeRoot(leaves) {
			t.Fatal("the path does not lead to the root")
		}
		if n > 1 {
			if root, ok := climb(leaves[i], (i+1)%n, n, path); ok && root == treeRoot(leaves) {
				t.Fatal("it leads there from another place")
			}
		}
	})
}

func TestIndependentScript(t *testing.T) {
	python := need.Program(t, "python3", "python3")
	o := open1(t, databases.Open(t, databases.SQLite(t)))
	r := o.freeze(Scope{})
	p, err := o.prove(r.ID, 7)
	if err != nil {
		t.Fatal(err)
	}
	run := func(p Proof) (string, error) {
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "proof.json")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(python, "voterproof.py", path).CombinedOutput()
		return string(out), err
	}
	if out, err := run(*p); err != nil || !strings.Contains(out, "intikhab/roll v1") || !strings.Contains(out, "entry 0") {
		t.Fatalf("%s %v", out, err)
	}
	for name, spoil := range map[string]func(p *Proof){
		"another serial":    func(p *Proof) { p.Serial++ },
		"another household": func(p *Proof) { p.Household++ },
		"another number":    func(p *Proof) { p.CNIC = number(8).Reveal() },
		"another list":      func(p *Proof) { p.List = "X" },
		"another block":     func(p *Proof) { p.Block = second.String() },
		"another name":      func(p *Proof) { p.Part = strings.Repeat("00", 32) },
		"another salt":      func(p *Proof) { p.Salt = strings.Repeat("00", 16) },
		"more voters":       func(p *Proof) { p.Voters[2]++ },
		"another place":     func(p *Proof) { p.Place++ },
		"another root":      func(p *Proof) { p.Root = strings.Repeat("00", 32) },
		"another roll":      func(p *Proof) { p.Statement = strings.Replace(p.Statement, "root: ", "root: 0", 1) },
		"a shorter path":    func(p *Proof) { p.Path = p.Path[1:] },
		"no hash":           func(p *Proof) { p.BlockPath = append([]string{"zz"}, p.BlockPath...) },
	} {
		bad := *p
		bad.Path = append([]string{}, p.Path...)
		spoil(&bad)
		if _, err := bad.Check(); err == nil {
			t.Errorf("%s: our check takes it", name)
		}
		if out, err := run(bad); err == nil {
			t.Errorf("%s: the script takes it: %s", name, out)
		}
	}
}

func FuzzProof(f *testing.F) {
	f.Add([]byte(`{"form":"intikhab/voter-proof v1","path":["00"]}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := ParseProof(b); err == nil {
			p.Check()
		}
	})
}

func TestDue(t *testing.T) {
	at := func(text string) time.Time {
		v, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return v.Add(-5 * time.Hour) // Pakistan's clock
	}
	for _, test := range []struct {
		since, now string
		within     time.Duration
		want       bool
	}{
		{"2026-11-25 03:00", "2026-11-25 23:00", 0, false}, {"2026-11-25 03:00", "2026-11-26 01:59", 0, false},
		{"2026-11-25 03:00", "2026-11-26 02:00", 0, true}, {"2026-11-25 01:00", "2026-11-25 02:00", 0, true},
		{"2026-11-25 03:00", "2026-11-25 03:59", time.Hour, false}, {"2026-11-25 03:00", "2026-11-25 04:00", time.Hour, true},
	} {
		if got := Due(at(test.since), at(test.now), 2, test.within); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}
