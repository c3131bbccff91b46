package memory

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

var today = uint16(time.Now().Unix() / (24 * 60 * 60))

func open(t *testing.T, dir string) (*Table, *database.DB, int64) {
	t.Helper()
	return openAt(t, dir, filepath.Join(dir, "x.db"))
}

func openAt(t *testing.T, dir, where string) (*Table, *database.DB, int64) {
	t.Helper()
	db, err := database.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	m, dropped, err := Open(t.Context(), db, filepath.Join(dir, "language.key"))
	if err != nil {
		t.Fatal(err)
	}
	return m, db, dropped
}

// The table against a map, as long as no set overflows.
func TestAgainstMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, want := New(), map[uint64]uint8{}
		for range rapid.IntRange(0, 50).Draw(t, "n") {
			hash := m.Key().Uint64(rapid.Uint64Range(0, 40).Draw(t, "number"))
			if rapid.Bool().Draw(t, "choose") {
				choice := rapid.Uint8Range(1, 3).Draw(t, "choice")
				m.Remember(hash, choice, today)
				want[hash] = choice
			}
			if got := m.Recall(hash, today+rapid.Uint16Range(0, 100).Draw(t, "day")); got != want[hash] {
				t.Fatalf("recalled %d, want %d", got, want[hash])
			}
		}
	})
}

func TestRestartKeepsChoices(t *testing.T) { databases.EachWhere(t, restartKeepsChoices) }

func restartKeepsChoices(t *testing.T, where string) {
	dir := t.TempDir()
	m, db, _ := openAt(t, dir, where)
	const numbers = 2*batch + 10 // more than one transaction
	for i := range uint64(numbers) {
		m.Remember(m.Key().Uint64(i), uint8(1+i%3), today)
	}
	m.Remember(m.Key().Uint64(0), 3, today)
	if err := m.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.Remember(m.Key().Uint64(1), 1, today)
	if err := m.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	db.Close()

	m, db, dropped := openAt(t, dir, where)
	if dropped != 0 {
		t.Errorf("%d choices dropped", dropped)
	}
	for i := range uint64(numbers) {
		want := uint8(1 + i%3)
		switch i {
		case 0:
			want = 3
		case 1:
			want = 1
		}
		if got := m.Recall(m.Key().Uint64(i), today); got != want {
			t.Fatalf("number %d: %d, want %d", i, got, want)
		}
	}
	db.Close()

	// Without the key nobody can be recognised, and the rows go.
	if err := os.Remove(filepath.Join(dir, "language.key")); err != nil {
		t.Fatal(err)
	}
	m, _, dropped = openAt(t, dir, where)
	if dropped != numbers {
		t.Errorf("%d choices dropped, want %d", dropped, numbers)
	}
	if got := m.Recall(m.Key().Uint64(0), today); got != 0 {
		t.Errorf("recalled %d under another key", got)
	}
}

func TestOldestIsForgotten(t *testing.T) {
	m := New()
	for i := range uint64(9) { // nine hashes of one set of eight
		m.Remember(i<<setBits+5, 2, today+uint16(i))
	}
	for i := range uint64(9) {
		want := uint8(2)
		if i == 0 {
			want = 0
		}
		if got := m.Recall(i<<setBits+5, today+9); got != want {
			t.Errorf("hash %d: %d, want %d", i, got, want)
		}
	}
}

type broken struct {
	store
	fail bool
}

func (b *broken) Update(ctx context.Context, f func(*database.Tx) error) error {
	if b.fail {
		return errors.New("disk full")
	}
	return b.store.Update(ctx, f)
}

func TestFailedFlushIsMadeUpFor(t *testing.T) {
	dir := t.TempDir()
	m, db, _ := open(t, dir)
	b := &broken{m.store, true}
	m.store = b
	hash := m.Key().Uint64(7)
	m.Remember(hash, 3, today)
	if err := m.Flush(t.Context()); err == nil {
		t.Fatal("no error from a full disk")
	}
	if m.Recall(hash, today) != 3 {
		t.Error("forgotten because the database failed")
	}
	b.fail = false
	if err := m.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	db.Close()
	m, _, _ = open(t, dir)
	if m.Recall(hash, today) != 3 {
		t.Error("a choice made while the database failed was lost")
	}
}

func TestManyAtOnce(t *testing.T) {
	m, _, _ := open(t, t.TempDir())
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range uint64(2000) {
				hash := m.Key().Uint64(i % 300)
				m.Remember(hash, uint8(1+w%3), today)
				if m.Recall(hash, today) == 0 {
					t.Error("forgotten")
				}
				if i%1000 == 0 {
					if err := m.Flush(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	if n := testing.AllocsPerRun(100, func() { m.Recall(1<<40, today); m.Remember(1<<40, 1, today); m.Remember(1<<40, 2, today) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
