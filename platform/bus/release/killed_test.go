package release_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/platform/bus"
	"intikhab/platform/bus/release"
	"intikhab/test/player"
)

func TestMain(m *testing.M) {
	player.Main(m, map[string]player.Part{"member": playMember})
}

// playMember is a node of a cluster that takes part in releases, and publishes the
// files that it is told.
func playMember(ctx context.Context, s *player.Stage) error {
	dir := os.Getenv("INTIKHAB_TEST_DIR")
	b, err := bus.Open(ctx, bus.Options{Dir: filepath.Join(dir, "bus"), Node: os.Getenv("INTIKHAB_TEST_NODE"),
		Cluster: &bus.Cluster{Listen: os.Getenv("INTIKHAB_TEST_LISTEN"), Routes: strings.Split(os.Getenv("INTIKHAB_TEST_ROUTES"), ","), Secret: "only for this test 0123"}})
	if err != nil {
		return err
	}
	look := func(word string, path string) error {
		content, err := os.ReadFile(path)
		if err == nil {
			s.Say(word, head(content))
		}
		return err
	}
	m, err := release.Join(ctx, b, release.Options{Name: "roll", Dir: filepath.Join(dir, "rolls"),
		Verify:    func(_ context.Context, path string) error { return look("verifies", path) },
		Switch:    func(_ context.Context, _ release.Release, path string) error { return look("uses", path) },
		Heartbeat: 300 * time.Millisecond, Lapse: 3 * time.Second})
	if err != nil {
		return err
	}
	go func() {
		for path := range s.Words() {
			// Where a node has just died there may be no majority for a moment, and who
			// publishes is told so and tries again.
			for {
				_, err := m.Publish(ctx, path, "")
				if err == nil || ctx.Err() != nil {
					break
				}
				fmt.Fprintln(os.Stderr, "publish:", err)
				time.Sleep(200 * time.Millisecond)
			}
			s.Say("published", filepath.Base(path))
		}
	}()
	for ctx.Err() == nil {
		if status, err := m.Status(ctx); err == nil {
			s.Say("sees", len(status.Nodes))
		}
		time.Sleep(50 * time.Millisecond)
	}
	return b.Close()
}

// TestKilledMember: of three nodes, each a process, one is killed before a release and
// another while it has the release in hand. Those that live wait no longer than Lapse,
// and the dead get what is current when they come back, beginning with what they had.
func TestKilledMember(t *testing.T) {
	var at, dirs []string
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		defer l.Close()
		at, dirs = append(at, l.Addr().String()), append(dirs, t.TempDir())
		l.Close()
	}
	start := func(i int) (*player.Player, *player.Tally) {
		var said player.Tally
		return player.Start(t, "member", said.Hear, "INTIKHAB_TEST_DIR="+dirs[i], fmt.Sprint("INTIKHAB_TEST_NODE=n", i),
			"INTIKHAB_TEST_LISTEN="+at[i], "INTIKHAB_TEST_ROUTES="+strings.Join(at, ",")), &said
	}
	var nodes [3]*player.Player
	var said [3]*player.Tally
	for i := range nodes {
		nodes[i], said[i] = start(i)
	}
	uses := func(word string, who ...int) {
		t.Helper()
		for _, i := range who {
			eventually(t, fmt.Sprintf("node %d uses the %s", i, word), func() bool { return said[i].Has("uses", word) })
		}
	}
	for i := range nodes {
		eventually(t, "all see all", func() bool { return said[i].Has("sees", "3") })
	}
	nodes[0].Tell(file(t, "first", 5<<20))
	uses("first", 0, 1, 2)
	eventually(t, "node 1 has written down what it uses", func() bool {
		_, err := os.Stat(filepath.Join(dirs[1], "rolls", "roll.json"))
		return err == nil
	})

	nodes[1].Kill()
	nodes[0].Tell(file(t, "second", 5<<20))
	uses("second", 0, 2)
	nodes[1], said[1] = start(1)
	uses("first", 1)
	uses("second", 1)
	eventually(t, "all see all", func() bool { return said[1].Has("sees", "3") })

	nodes[1].Tell(file(t, "third", 5<<20))
	eventually(t, "node 2 has it in hand", func() bool { return said[2].Has("verifies", "third") })
	nodes[2].Kill()
	uses("third", 0, 1)
	nodes[2], said[2] = start(2)
	uses("third", 2)
	for _, p := range nodes {
		p.Finish()
	}
}
