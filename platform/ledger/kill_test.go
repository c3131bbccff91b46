package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/ledger"
	"intikhab/platform/ledger/verify"
)

// An ack is what a child was told when Append returned.
type ack struct {
	first, n uint64
	kind     string
	number   uint64
}

// TestKill kills a process that appends, again and again at whatever it is doing.
// Each time all that was acknowledged is in the published log, which verifies as it
// lies there, and continues every checkpoint before it.
func TestKill(t *testing.T) {
	const rounds = 25
	dir, keyFile := filepath.Join(t.TempDir(), "log"), filepath.Join(t.TempDir(), "key")
	key := newKey(t, origin)
	if err := key.Write(keyFile); err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	var acks []ack
	opts := verify.Options{Keys: []note.Verifier{v}}
	for round := range rounds {
		c := startChild(t, "append", "LEDGER_TEST_DIR="+dir, "LEDGER_TEST_KEY="+keyFile, fmt.Sprintf("LEDGER_TEST_KIND=round-%d", round))
		heard := make(chan struct{}, 1000)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				line, err := c.lines.ReadString('\n')
				if err != nil {
					return // the last line may be half
				}
				var a ack
				if _, err := fmt.Sscanf(line, "%d %d %s %d", &a.first, &a.n, &a.kind, &a.number); err != nil {
					t.Errorf("%q: %v", line, err)
				}
				acks = append(acks, a)
				select {
				case heard <- struct{}{}:
				default:
				}
			}
		}()
		for range rng.IntN(20) {
			select {
			case <-heard:
			case <-done:
				t.Fatal("the child ended by itself")
			}
		}
		// Acknowledgements come together, when a checkpoint does; so not just then.
		time.Sleep(time.Duration(rng.IntN(150)) * time.Millisecond)
		c.kill()
		<-done
		files, err := ledger.OpenFiles(dir)
		if err != nil {
			if round == 0 {
				continue // killed before it made the folder
			}
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "checkpoint")); err != nil && len(acks) == 0 {
			continue
		}
		r, err := verify.Log(context.Background(), files, opts)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Findings {
			t.Errorf("round %d: %v", round, f)
		}
		for _, a := range acks {
			if a.first+a.n > r.Size {
				t.Fatalf("round %d: %d entries from %d on were acknowledged, the log has %d", round, a.n, a.first, r.Size)
			}
		}
		raw, err := files.Read(context.Background(), ledger.CheckpointPath, ledger.MaxCheckpoint)
		if err != nil {
			t.Fatal(err)
		}
		opts.From = append(opts.From, raw)
	}
	l := open(t, dir, ledger.Options{Key: key})
	all := map[uint64]ledger.Entry{}
	for r, err := range l.Forward(context.Background(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		all[r.Index] = r.Entry
	}
	for _, a := range acks {
		for i := range a.n {
			if e := all[a.first+i]; e.Kind != a.kind || e.Number != a.number+i {
				t.Fatalf("entry %d is %s %d, acknowledged was %s %d", a.first+i, e.Kind, e.Number, a.kind, a.number+i)
			}
		}
	}
	t.Logf("%d kills, %d acknowledged calls, %d entries", rounds, len(acks), len(all))
}

// TestOldCheckpoint: a loss of power between the renaming of a checkpoint and the
// syncing of its folder brings the one before back. The next run publishes all.
func TestOldCheckpoint(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	key := newKey(t, origin)
	l := open(t, dir, ledger.Options{Key: key})
	if _, err := l.Append(ctx, entries("audit", 1, 100)...); err != nil {
		t.Fatal(err)
	}
	old, _ := l.Checkpoint()
	if _, err := l.Append(ctx, entries("audit", 101, 700)...); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "checkpoint"), old, 0o644); err != nil {
		t.Fatal(err)
	}
	l = open(t, dir, ledger.Options{Key: key})
	if first, err := l.Append(ctx, entry("audit", 701)); err != nil || first != 700 {
		t.Fatalf("first %d, %v", first, err)
	}
	if _, c := l.Checkpoint(); c.Size != 701 {
		t.Errorf("the checkpoint has %d entries", c.Size)
	}
	checkContents(t, l, 701)
}

// TestDamagedFolder: to what does not agree with its checkpoint nothing is added.
func TestDamagedFolder(t *testing.T) {
	ctx := context.Background()
	key := newKey(t, origin)
	dir := t.TempDir()
	l := open(t, dir, ledger.Options{Key: key})
	if _, err := l.Append(ctx, entries("audit", 1, 300)...); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "tile", "0", "001.p", "44")
	tile, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tile[5] ^= 1
	for name, damage := range map[string]func() error{
		"flipped": func() error { return os.WriteFile(path, tile, 0o644) },
		"gone":    func() error { return os.Remove(path) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if l, err := ledger.Open(ctx, dir, ledger.Options{Key: key, Log: quietLog()}); err == nil {
			l.Close()
			t.Errorf("a folder with a tile %s was opened", name)
		}
	}
}

// TestClockSetBack: a checkpoint from the future does not stop publishing.
func TestClockSetBack(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, ledger.Options{Key: newKey(t, origin)})
	if _, err := l.Append(context.Background(), entry("audit", 1)); err != nil {
		t.Fatal(err)
	}
	future := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "checkpoint"), future, future); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(context.Background(), entry("audit", 2)); err != nil {
		t.Fatal(err)
	}
}

// TestFailingDisk: when a tile cannot be written nothing of the batch is in the log,
// and nothing more is taken until it is opened anew; then all goes on.
func TestFailingDisk(t *testing.T) {
	ctx := context.Background()
	key := newKey(t, origin)
	dir := t.TempDir()
	l := open(t, dir, ledger.Options{Key: key})
	if _, err := l.Append(ctx, entries("audit", 1, 100)...); err != nil {
		t.Fatal(err)
	}
	inTheWay := filepath.Join(dir, "tile", "1")
	if err := os.WriteFile(inTheWay, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := l.Append(ctx, entries("audit", 101, 300)...)
	if err == nil || errors.Is(err, ledger.ErrUnpublished) {
		t.Fatalf("the disk failed and Append returned %v", err)
	}
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(ctx, entry("audit", 101)); err == nil {
		t.Fatal("more was taken behind what may be missing")
	}
	if s, err := l.Status(ctx); err != nil || s.Failed == nil || s.Entries != 100 {
		t.Errorf("status %+v, %v", s, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	orphan := filepath.Join(dir, "tile", "entries", "000")
	if _, err := os.Stat(orphan); err != nil {
		t.Fatalf("nothing was half written, so that this shows nothing: %v", err)
	}
	l = open(t, dir, ledger.Options{Key: key})
	if _, err := os.Stat(orphan); err == nil {
		t.Error("a bundle beyond the tree is still there")
	}
	checkContents(t, l, 100)
	if first, err := l.Append(ctx, entries("audit", 101, 300)...); err != nil || first != 100 {
		t.Fatalf("%d, %v", first, err)
	}
	checkContents(t, l, 300)
}
