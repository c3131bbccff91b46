package ledger_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
)

const origin = "ledger.example.org/audit"

func newKey(t testing.TB, name string) *checkpoint.Key {
	t.Helper()
	k, err := checkpoint.GenerateKey(name)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func quietLog() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// open opens a log that is closed at the test's end, if not before.
func open(t testing.TB, dir string, opts ledger.Options) *ledger.Log {
	t.Helper()
	if opts.Log == nil {
		opts.Log = quietLog()
	}
	l, err := ledger.Open(context.Background(), dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// entry is the n-th of a kind, from 1.
func entry(kind string, n uint64) []byte {
	var salt [32]byte
	binary.BigEndian.PutUint64(salt[:], n)
	return ledger.Entry{Kind: kind, Number: n, Commitment: ledger.Commit(salt, []byte(kind))}.Bytes()
}

func entries(kind string, from, to uint64) (all [][]byte) {
	for n := from; n <= to; n++ {
		all = append(all, entry(kind, n))
	}
	return all
}

func TestAppend(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "new", "log")
	key := newKey(t, origin)
	l := open(t, dir, ledger.Options{Key: key})
	if _, err := l.Append(ctx, []byte("42301-1234567-1")); err == nil {
		t.Fatal("something that is no entry came in")
	}
	if _, err := l.Append(ctx); err == nil {
		t.Fatal("nothing was appended without an error")
	}
	next := uint64(0)
	for _, n := range []uint64{1, 5, 250, 256, 300, 1} {
		first, err := l.Append(ctx, entries("audit", next+1, next+n)...)
		if err != nil || first != next {
			t.Fatalf("first %d, %v; want %d", first, err, next)
		}
		next += n
		if _, c := l.Checkpoint(); c.Size < next {
			t.Fatalf("after Append of %d the checkpoint has %d", next, c.Size)
		}
	}
	checkContents(t, l, next)
	if _, err := l.Read(ctx, next); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("beyond the end: %v", err)
	}
	if _, err := ledger.Open(ctx, dir, ledger.Options{Key: key, Log: quietLog()}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("opened twice: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(ctx, entry("audit", next+1)); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if _, err := ledger.Open(ctx, dir, ledger.Options{Key: newKey(t, origin), Log: quietLog()}); !errors.Is(err, checkpoint.ErrUnsigned) {
		t.Errorf("opened with another key: %v", err)
	}
	l = open(t, dir, ledger.Options{Key: newKey(t, origin), Also: []*checkpoint.Key{key}})
	checkContents(t, l, next)
	if first, err := l.Append(ctx, entry("audit", next+1)); err != nil || first != next {
		t.Fatalf("reopened: %d, %v", first, err)
	}
}

// checkContents reads the log from both ends: entry i has the number i+1.
func checkContents(t *testing.T, l *ledger.Log, size uint64) {
	t.Helper()
	ctx := context.Background()
	at := uint64(0)
	for r, err := range l.Forward(ctx, 0) {
		if err != nil || r.Index != at || r.Number != at+1 {
			t.Fatalf("forward at %d: %+v %v", at, r, err)
		}
		at++
	}
	if at != size {
		t.Fatalf("%d entries forward, want %d", at, size)
	}
	for r, err := range l.Backward(ctx) {
		at--
		if err != nil || r.Index != at || r.Number != at+1 {
			t.Fatalf("backward at %d: %+v %v", at, r, err)
		}
	}
	if at != 0 {
		t.Fatalf("%d entries not seen backward", at)
	}
	for _, index := range []uint64{0, size / 2, size - 1} {
		if r, err := l.Read(ctx, index); err != nil || r.Index != index {
			t.Errorf("read %d: %+v %v", index, r, err)
		}
	}
}

// TestManyCallers: each call's entries stand together and in order, wherever the
// calls of others come to stand.
func TestManyCallers(t *testing.T) {
	ctx := context.Background()
	l := open(t, t.TempDir(), ledger.Options{Key: newKey(t, origin), Batch: 300})
	const callers = 24
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			kind, number := fmt.Sprintf("caller-%d", caller), uint64(1)
			rng := rand.New(rand.NewPCG(uint64(caller), 1))
			for range 6 {
				n := 1 + rng.Uint64N(90)
				if rng.IntN(10) == 0 {
					n = 700 // more than a batch
				}
				first, err := l.Append(ctx, entries(kind, number, number+n-1)...)
				if err != nil {
					t.Error(err)
					return
				}
				i := uint64(0)
				for r, err := range l.Forward(ctx, first) {
					if err != nil || r.Kind != kind || r.Number != number+i {
						t.Errorf("%s: entry %d after %d is %s %d, %v", kind, i, first, r.Kind, r.Number, err)
						return
					}
					if i++; i == n {
						break
					}
				}
				number += n
			}
		})
	}
	wg.Wait()
}

// BenchmarkAppend measures entries that are durable, in the tree and published.
func BenchmarkAppend(b *testing.B) {
	for _, c := range []struct{ callers, each int }{{1, 1}, {1, 1000}, {64, 1}, {512, 1}, {64, 100}, {2, 5000}} {
		b.Run(fmt.Sprintf("callers=%d/each=%d", c.callers, c.each), func(b *testing.B) {
			l := open(b, b.TempDir(), ledger.Options{Key: newKey(b, origin), Batch: 4096})
			var mu sync.Mutex
			left := b.N
			all := entries("audit", 1, uint64(c.each))
			var wg sync.WaitGroup
			start := time.Now()
			for range c.callers {
				wg.Go(func() {
					for {
						mu.Lock()
						n := min(left, c.each)
						left -= n
						mu.Unlock()
						if n == 0 {
							return
						}
						if _, err := l.Append(context.Background(), all[:n]...); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "entries/s")
		})
	}
}
