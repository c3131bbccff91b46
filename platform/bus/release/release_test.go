package release_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/bus"
	"intikhab/platform/bus/release"
)

const patience = 1 * time.Minute

func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// node is a member as the tests see it.
type node struct {
	*release.Member
	dir string

	mu     sync.Mutex
	used   []string        // what was switched in, by its content
	hold   chan struct{}   // if set, verification waits for it
	unfit  map[string]bool // contents that it refuses
	broken bool            // switching fails
}

func (n *node) verify(ctx context.Context, path string) error {
	n.mu.Lock()
	hold := n.hold
	n.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	content, err := os.ReadFile(path)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.unfit[head(content)] {
		return errors.New("the roll is of another year")
	}
	return err
}

func (n *node) put(_ context.Context, _ release.Release, path string) error {
	content, err := os.ReadFile(path)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.broken {
		return errors.New("no memory")
	}
	n.used = append(n.used, head(content))
	return err
}

func (n *node) uses() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.used, " ")
}

// head is the first word of a file.
func head(content []byte) string {
	word, _, _ := bytes.Cut(content, []byte(" "))
	return string(word)
}

// file makes one with a first word and much behind it.
func file(t testing.TB, word string, size int) string {
	path := filepath.Join(t.TempDir(), word)
	content := append([]byte(word), ' ')
	for len(content) < size {
		content = append(content, byte(rand.Uint32()))
	}
	must(t, os.WriteFile(path, content, 0o600))
	return path
}

func openBus(t testing.TB) *bus.Bus {
	b, err := bus.Open(t.Context(), bus.Options{Dir: filepath.Join(t.TempDir(), "bus"), Node: "test"})
	must(t, err)
	t.Cleanup(func() { b.Close() })
	return b
}

func join(t testing.TB, b *bus.Bus, name string, n *node) *node {
	t.Helper()
	if n.dir == "" {
		n.dir = filepath.Join(t.TempDir(), name)
	}
	var err error
	n.Member, err = release.Join(t.Context(), b, release.Options{Name: "roll", Node: name, Dir: n.dir, Verify: n.verify, Switch: n.put,
		Heartbeat: 200 * time.Millisecond, Lapse: 2 * time.Second})
	must(t, err)
	return n
}

// members joins n nodes and waits until each lives.
func members(t testing.TB, b *bus.Bus, n int) (all []*node) {
	for i := range n {
		all = append(all, join(t, b, fmt.Sprint("n", i), &node{}))
	}
	eventually(t, "all live", func() bool { return len(status(t, all[0]).Nodes) == n })
	return all
}

func status(t testing.TB, n *node) release.Status {
	t.Helper()
	s, err := n.Status(t.Context())
	must(t, err)
	return s
}

// TestAllOrNone: as long as one node that lives does not have the file, none uses it.
func TestAllOrNone(t *testing.T) {
	nodes := members(t, openBus(t), 3)
	hold := make(chan struct{})
	nodes[2].mu.Lock()
	nodes[2].hold = hold
	nodes[2].mu.Unlock()
	r, err := nodes[0].Publish(t.Context(), file(t, "first", 3<<20), "the roll of 2026")
	must(t, err)
	eventually(t, "two have it", func() bool { return slices.Equal(status(t, nodes[1]).Missing, []string{"n2"}) })
	time.Sleep(600 * time.Millisecond) // three heartbeats: nobody is impatient
	for i, n := range nodes {
		if n.uses() != "" {
			t.Errorf("node %d uses %q already", i, n.uses())
		}
	}
	close(hold)
	for i, n := range nodes {
		eventually(t, fmt.Sprintf("node %d uses it", i), func() bool { return n.uses() == "first" })
	}
	s := status(t, nodes[0])
	if s.Proposed != nil || s.Current == nil || s.Current.ID != r.ID || s.Current.Note != "the roll of 2026" || s.Current.Switched.IsZero() || s.Current.Size < 3<<20 {
		t.Errorf("%+v", s)
	}
	if again, err := nodes[1].Publish(t.Context(), filepath.Join(nodes[1].dir, "roll-"+s.Current.SHA256), "the same"); err != nil || again.ID != r.ID {
		t.Errorf("%+v, %v", again, err)
	}

	// Two more: the first one's copy goes, the one before stays.
	for _, word := range []string{"second", "third"} {
		_, err := nodes[1].Publish(t.Context(), file(t, word, 10), "")
		must(t, err)
		for i, n := range nodes {
			eventually(t, fmt.Sprintf("node %d uses the %s", i, word), func() bool { return strings.HasSuffix(n.uses(), word) })
		}
	}
	eventually(t, "two copies are kept", func() bool {
		copies, err := filepath.Glob(filepath.Join(nodes[0].dir, "roll-*"))
		must(t, err)
		return len(copies) == 2
	})
	if got := nodes[2].uses(); got != "first second third" {
		t.Error(got)
	}
}

// TestRefused: a node that cannot use a release holds it up, and says why; the release
// can be withdrawn, replaced, or switched in without that node.
func TestRefused(t *testing.T) {
	nodes := members(t, openBus(t), 3)
	ctx := t.Context()
	nodes[1].mu.Lock()
	nodes[1].unfit = map[string]bool{"bad": true, "worse": true}
	nodes[1].mu.Unlock()
	refusal := func(id string) func() bool {
		return func() bool {
			s := status(t, nodes[0])
			return slices.Equal(s.Missing, []string{"n1"}) && s.Nodes[1].Refuses == id && s.Nodes[1].Reason == "verification failed: the roll is of another year"
		}
	}
	bad, err := nodes[0].Publish(ctx, file(t, "bad", 10), "")
	must(t, err)
	eventually(t, "the refusal is seen", refusal(bad.ID))
	must(t, nodes[2].Withdraw(ctx, bad.ID))
	if err := nodes[2].Withdraw(ctx, bad.ID); !errors.Is(err, release.ErrGone) {
		t.Error(err)
	}
	worse, err := nodes[0].Publish(ctx, file(t, "worse", 10), "")
	must(t, err)
	eventually(t, "the refusal is seen", refusal(worse.ID))
	if err := nodes[0].Force(ctx, bad.ID); !errors.Is(err, release.ErrGone) {
		t.Error(err)
	}
	_, err = nodes[0].Publish(ctx, file(t, "good", 10), "")
	must(t, err)
	for i, n := range nodes {
		eventually(t, fmt.Sprintf("node %d uses the good one", i), func() bool { return n.uses() == "good" })
	}
	worst, err := nodes[0].Publish(ctx, file(t, "worse", 10), "")
	must(t, err)
	eventually(t, "the refusal is seen", refusal(worst.ID))
	must(t, nodes[0].Force(ctx, worst.ID))
	for _, i := range []int{0, 2} {
		eventually(t, "the others use it", func() bool { return nodes[i].uses() == "good worse" })
	}
	if got := nodes[1].uses(); got != "good" {
		t.Errorf("node 1 uses %q", got)
	}
	_, err = nodes[0].Publish(ctx, file(t, "last", 10), "")
	must(t, err)
	for i, n := range nodes {
		eventually(t, fmt.Sprintf("node %d uses the last", i), func() bool { return strings.HasSuffix(n.uses(), " last") })
	}
}

// TestSwitchFails: a node that could not put a release to use tries again.
func TestSwitchFails(t *testing.T) {
	nodes := members(t, openBus(t), 2)
	nodes[1].mu.Lock()
	nodes[1].broken = true
	nodes[1].mu.Unlock()
	_, err := nodes[0].Publish(t.Context(), file(t, "roll", 10), "")
	must(t, err)
	eventually(t, "the failure is seen", func() bool {
		s := status(t, nodes[0])
		return s.Current != nil && strings.Contains(s.Nodes[1].Reason, "no memory") && s.Nodes[0].Uses == s.Current.SHA256
	})
	nodes[1].mu.Lock()
	nodes[1].broken = false
	nodes[1].mu.Unlock()
	eventually(t, "it uses it", func() bool { return nodes[1].uses() == "roll" })
	eventually(t, "nothing is wrong any more", func() bool {
		s := status(t, nodes[0])
		return s.Nodes[1].Reason == "" && s.Nodes[1].Uses == s.Current.SHA256
	})
}

// TestLate: a node that comes late gets what is current; one that was there before
// uses, without the bus, what it used last; a copy that was changed is not used.
func TestLate(t *testing.T) {
	b := openBus(t)
	one := members(t, b, 1)[0]
	_, err := one.Publish(t.Context(), file(t, "roll", 2<<20), "")
	must(t, err)
	eventually(t, "one uses it", func() bool { return one.uses() == "roll" })
	late := join(t, b, "late", &node{})
	eventually(t, "the late one uses it", func() bool { return late.uses() == "roll" })
	must(t, b.Close())

	nobody, err := bus.Open(t.Context(), bus.Options{URL: "nats://127.0.0.1:1", Node: "late"}) // no bus is there
	must(t, err)
	defer nobody.Close()
	again := join(t, nobody, "late", &node{dir: late.dir})
	if again.uses() != "roll" {
		t.Errorf("without the bus it uses %q", again.uses())
	}
	copies, err := filepath.Glob(filepath.Join(late.dir, "roll-*"))
	if err != nil || len(copies) != 1 {
		t.Fatal(copies, err)
	}
	f, err := os.OpenFile(copies[0], os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteAt([]byte{1, 2, 3}, 1<<20)
	must(t, errors.Join(err, f.Close()))
	if again = join(t, nobody, "late", &node{dir: late.dir}); again.uses() != "" {
		t.Errorf("it uses %q, which was changed", again.uses())
	}
	b = openBus(t) // of another cluster, where nothing was ever released
	fresh := join(t, b, "late", &node{dir: late.dir})
	_, err = fresh.Publish(t.Context(), file(t, "new", 10), "")
	must(t, err)
	eventually(t, "it uses the new one", func() bool { return fresh.uses() == "new" })
}
