package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/verify"
)

// policyOf asks for n of the witnesses.
func policyOf(t *testing.T, log *checkpoint.Key, n int, witnesses ...*witnessProcess) *checkpoint.Policy {
	t.Helper()
	text := "log " + log.Verifier() + "\n"
	group := fmt.Sprintf("group enough %d", n)
	for i, w := range witnesses {
		text += fmt.Sprintf("witness w%d %s http://%s\n", i, w.key, w.addr)
		group += fmt.Sprintf(" w%d", i)
	}
	p, err := checkpoint.ParsePolicy([]byte(text + group + "\nquorum enough\n"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// until waits for a state of the log.
func until(t *testing.T, l *ledger.Log, what string, is func(ledger.Status) bool) ledger.Status {
	t.Helper()
	for {
		s, err := l.Status(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if is(s) {
			return s
		}
		if t.Context().Err() != nil {
			t.Fatalf("not %s: %+v", what, s)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func findings(t *testing.T, dir string, p *checkpoint.Policy) (kinds []verify.Kind, cosigned []string) {
	t.Helper()
	files, err := ledger.OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := verify.Log(context.Background(), files, verify.Options{Policy: p})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		kinds = append(kinds, f.Kind)
	}
	return kinds, r.Cosigned
}

// TestAnotherProcess: witnesses that run by themselves cosign. When too few are
// there the log holds its checkpoint back, and publishes it when they are.
func TestAnotherProcess(t *testing.T) {
	ctx := context.Background()
	key := newKey(t, origin)
	ws := []*witnessProcess{startWitness(t, key), startWitness(t, key), startWitness(t, key)}
	policy := policyOf(t, key, 2, ws...)
	dir := t.TempDir()
	l := open(t, dir, ledger.Options{Key: key, Policy: policy, WitnessTimeout: time.Second})
	for n := uint64(1); n < 1000; n += 250 {
		if _, err := l.Append(ctx, entries("audit", n, n+249)...); err != nil {
			t.Fatal(err)
		}
	}
	if kinds, cosigned := findings(t, dir, policy); len(kinds) > 0 || len(cosigned) < 2 {
		t.Fatalf("findings %v, cosigned by %v", kinds, cosigned)
	}
	ws[0].kill()
	if _, err := l.Append(ctx, entry("audit", 1001)); err != nil {
		t.Fatalf("with two of three: %v", err)
	}
	ws[1].kill()
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	first, err := l.Append(short, entry("audit", 1002))
	if !errors.Is(err, ledger.ErrUnpublished) || first != 1001 {
		t.Fatalf("with one of three: %d, %v", first, err)
	}
	s := until(t, l, "in trouble", func(s ledger.Status) bool { return len(s.Trouble) >= 2 })
	if s.Entries != 1002 || s.Published != 1001 || !s.Quorum {
		t.Errorf("status %+v", s)
	}
	for r, err := range l.Backward(ctx) {
		if err != nil || r.Number != 1002 {
			t.Errorf("the newest entry is %+v, %v", r, err)
		}
		break
	}
	ws[1].start(t)
	until(t, l, "published", func(s ledger.Status) bool { return s.Published == 1002 })
	if kinds, cosigned := findings(t, dir, policy); len(kinds) > 0 || len(cosigned) < 2 {
		t.Errorf("findings %v, cosigned by %v", kinds, cosigned)
	}
}

// TestPublishAnyway: where the settings say so a checkpoint without a quorum is
// published, and everybody sees that it has none.
func TestPublishAnyway(t *testing.T) {
	ctx := context.Background()
	key := newKey(t, origin)
	w := startWitness(t, key)
	policy := policyOf(t, key, 1, w)
	dir := t.TempDir()
	l := open(t, dir, ledger.Options{Key: key, Policy: policy, WitnessTimeout: time.Second, Unwitnessed: ledger.Publish})
	if _, err := l.Append(ctx, entry("audit", 1)); err != nil {
		t.Fatal(err)
	}
	if s, err := l.Status(ctx); err != nil || !s.Quorum {
		t.Fatalf("status %+v, %v", s, err)
	}
	w.kill()
	if _, err := l.Append(ctx, entry("audit", 2)); err != nil {
		t.Fatal(err)
	}
	if s, err := l.Status(ctx); err != nil || s.Quorum || len(s.Trouble) != 1 {
		t.Errorf("status %+v, %v", s, err)
	}
	if kinds, _ := findings(t, dir, policy); len(kinds) != 1 || kinds[0] != verify.Witnesses {
		t.Errorf("findings %v", kinds)
	}
	w.start(t)
	if _, err := l.Append(ctx, entry("audit", 3)); err != nil {
		t.Fatal(err)
	}
	if kinds, cosigned := findings(t, dir, policy); len(kinds) > 0 || len(cosigned) != 1 {
		t.Errorf("findings %v, cosigned by %v", kinds, cosigned)
	}
}

// TestNoWitnessYet: a log can be begun before its witnesses are there. Nothing is
// published until they are.
func TestNoWitnessYet(t *testing.T) {
	ctx := context.Background()
	key := newKey(t, origin)
	w := startWitness(t, key)
	w.kill()
	dir := t.TempDir()
	l := open(t, dir, ledger.Options{Key: key, Policy: policyOf(t, key, 1, w), WitnessTimeout: time.Second})
	if response, body := get(t, serve(t, l)+"checkpoint"); response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%s: %s", response.Status, body)
	}
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if first, err := l.Append(short, entry("audit", 1)); !errors.Is(err, ledger.ErrUnpublished) || first != 0 {
		t.Fatalf("%d, %v", first, err)
	}
	w.start(t)
	if first, err := l.Append(ctx, entry("audit", 2)); err != nil || first != 1 {
		t.Fatalf("%d, %v", first, err)
	}
}

// TestRestoredLog: a folder that was restored from an older copy is found out by a
// witness, which has seen more.
func TestRestoredLog(t *testing.T) {
	ctx := context.Background()
	key := newKey(t, origin)
	w := startWitness(t, key)
	opts := ledger.Options{Key: key, Policy: policyOf(t, key, 1, w), WitnessTimeout: time.Second}
	dir, backup := filepath.Join(t.TempDir(), "log"), filepath.Join(t.TempDir(), "backup")
	l := open(t, dir, opts)
	if _, err := l.Append(ctx, entries("audit", 1, 10)...); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(backup, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	l = open(t, dir, opts)
	if _, err := l.Append(ctx, entries("audit", 11, 20)...); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	opts.Log = quietLog()
	restored, err := ledger.Open(ctx, backup, opts)
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	if _, err := restored.Append(short, entry("another", 1)); !errors.Is(err, ledger.ErrUnpublished) {
		t.Errorf("a fork was published: %v", err)
	}
	until(t, restored, "found out", func(s ledger.Status) bool { return strings.Contains(s.Trouble["w0"], "more than this log has") })
	if err := restored.Close(); err == nil {
		t.Error("closed without a word of what is not published")
	}
}
