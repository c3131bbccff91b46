package bus_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/bus"
)

// The tests that kill do it to a process of their own: this test binary, run again
// with a part to play. What it has done it says on its standard output, a line each;
// it ends when its standard input does.
func TestMain(m *testing.M) {
	if part := os.Getenv("INTIKHAB_TEST_BUS_PART"); part != "" {
		play, ok := map[string]func(context.Context, *stage) error{"node": playNode, "office": playOffice}[part]
		if !ok {
			fmt.Fprintln(os.Stderr, "no such part:", part)
			os.Exit(2)
		}
		ctx, cancel := context.WithCancel(context.Background())
		s := &stage{quiet: make(chan struct{}), tell: make(chan string, 1)}
		go func() {
			in := bufio.NewScanner(os.Stdin)
			for in.Scan() {
				if what, ok := strings.CutPrefix(in.Text(), "tell "); ok {
					s.tell <- what
				} else {
					close(s.quiet)
				}
			}
			cancel()
		}()
		if err := play(ctx, s); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "part", part, "failed:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// stage is what a process that plays a part talks through.
type stage struct {
	mu    sync.Mutex
	quiet chan struct{} // closed when nothing more is to be sent
	tell  chan string   // to be told to all nodes
}

// say writes one line at once: what was said before a kill, was so.
func (s *stage) say(words ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Println(words...)
}

// A player is such a process, as the test sees it.
type player struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	done chan struct{} // closed when all that it said was heard
}

// play starts a process with a part; hear is called with each line that it says.
func play(t testing.TB, part string, hear func(word, rest string), env ...string) *player {
	t.Helper()
	p := &player{cmd: exec.Command(os.Args[0]), done: make(chan struct{})}
	p.cmd.Env = append(append(os.Environ(), "INTIKHAB_TEST_BUS_PART="+part), env...)
	p.cmd.Stderr = os.Stderr
	var err error
	p.in, err = p.cmd.StdinPipe()
	must(t, err)
	out, err := p.cmd.StdoutPipe()
	must(t, err)
	must(t, p.cmd.Start())
	go func() {
		defer close(p.done)
		lines := bufio.NewReader(out)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return // an unfinished line was not said
			}
			word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			hear(word, rest)
		}
	}()
	t.Cleanup(p.kill)
	return p
}

// kill ends it as kill -9 does. After it returns, all that it said was heard.
func (p *player) kill() {
	p.cmd.Process.Kill()
	<-p.done
	p.cmd.Wait()
}

// A tally holds what players have said.
type tally struct {
	mu    sync.Mutex
	words map[string]map[string]int // word, key, how often
}

func (c *tally) hear(word, key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.words == nil {
		c.words = map[string]map[string]int{}
	}
	if c.words[word] == nil {
		c.words[word] = map[string]int{}
	}
	c.words[word][key]++
}

func (c *tally) count(word string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.words[word])
}

func (c *tally) has(word, key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.words[word][key] > 0
}

// missing are keys said with one word and not with the other.
func (c *tally) missing(said, other string) (keys []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.words[said] {
		if c.words[other][key] == 0 {
			keys = append(keys, key)
		}
	}
	return keys
}

// playNode sends and works at the same time.
func playNode(ctx context.Context, s *stage) error {
	o := bus.Options{Dir: os.Getenv("INTIKHAB_TEST_BUS_DIR"), Node: os.Getenv("INTIKHAB_TEST_BUS_NODE")}
	if routes := os.Getenv("INTIKHAB_TEST_BUS_ROUTES"); routes != "" {
		o.Cluster = &bus.Cluster{Listen: os.Getenv("INTIKHAB_TEST_BUS_LISTEN"), Routes: strings.Split(routes, ","), Secret: "only for this test 0123"}
	}
	b, err := bus.Open(ctx, o)
	if err != nil {
		return err
	}
	err = b.Work("load", bus.WorkOptions{Lease: 2 * time.Second, Attempts: 1000, Backoff: []time.Duration{time.Millisecond}}, func(_ context.Context, m bus.Message) error {
		if string(m.Body) != "body of "+m.Key {
			return bus.Final(fmt.Errorf("%s has the body %s", m.Key, string(m.Body)))
		}
		if rand.N(50) == 0 {
			return fmt.Errorf("tried again for the test's sake")
		}
		s.say("worked", m.Key)
		return nil
	})
	if err != nil {
		return err
	}
	err = b.Listen("roll.new", func(_ context.Context, e bus.Event) { s.say("heard", string(e.Body)) })
	if err != nil {
		return err
	}
	if err := b.Ready(ctx); err != nil {
		return err
	}
	go func() {
		for what := range s.tell {
			for b.Tell(ctx, "roll.new", []byte(what)) != nil && ctx.Err() == nil {
				time.Sleep(10 * time.Millisecond)
			}
		}
	}()
	var group sync.WaitGroup
	for sender := range 4 {
		group.Go(func() {
			for n := 0; ctx.Err() == nil; {
				select {
				case <-s.quiet:
					return
				default:
				}
				key := fmt.Sprintf("%s-%d-%d-%d", o.Node, os.Getpid(), sender, n)
				if b.Send(ctx, "load", key, []byte("body of "+key)) == nil {
					s.say("acknowledged", key)
					n++
				}
			}
		})
	}
	group.Wait()
	s.say("quiet")
	<-ctx.Done()
	return b.Close()
}

// TestKilledNode: a process that holds the bus alone is killed under load, again and
// again. What it had been promised is delivered, by it or by the next.
//
// A kill leaves the machine running: that an acknowledged message is on the disk, and
// not only given to the operating system, is SyncAlways' doing, and not shown here.
func TestKilledNode(t *testing.T) {
	dir := t.TempDir()
	var said tally
	for round := range 6 {
		p := play(t, "node", said.hear, "INTIKHAB_TEST_BUS_DIR="+dir, "INTIKHAB_TEST_BUS_NODE=alone")
		before := said.count("acknowledged")
		eventually(t, "it sends", func() bool { return said.count("acknowledged") > before+20 })
		time.Sleep(rand.N(150 * time.Millisecond))
		p.kill()
		t.Logf("round %d: %d sent, %d worked", round, said.count("acknowledged"), said.count("worked"))
	}
	p := play(t, "node", said.hear, "INTIKHAB_TEST_BUS_DIR="+dir, "INTIKHAB_TEST_BUS_NODE=alone")
	fmt.Fprintln(p.in, "stop")
	eventually(t, "all that was acknowledged is worked", func() bool { return said.count("quiet") == 1 && len(said.missing("acknowledged", "worked")) == 0 })
	p.in.Close()
	<-p.done
	noneDead(t, bus.Options{Dir: dir, Node: "alone"})
}

func noneDead(t *testing.T, o bus.Options) {
	t.Helper()
	letters, err := open(t, o).DeadLetters(t.Context(), bus.DeadFilter{})
	if err != nil || len(letters) != 0 {
		t.Errorf("dead letters: %v, %v", letters, err)
	}
}

// freeAddresses are on loopback, and were free a moment ago.
func freeAddresses(t testing.TB, n int) (at []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		defer l.Close()
		at = append(at, l.Addr().String())
	}
	return at
}

// TestKilledCluster: of three nodes that share the load one is killed, and later
// comes back. The other two go on, and nothing that was acknowledged to any of them
// is lost; the one that comes back learns the event that it missed.
func TestKilledCluster(t *testing.T) {
	at := freeAddresses(t, 3)
	var dirs [3]string
	for i := range dirs {
		dirs[i] = t.TempDir()
	}
	var said tally
	start := func(i int) (*player, *tally) {
		var alone tally
		return play(t, "node", func(word, rest string) { said.hear(word, rest); alone.hear(word, rest) },
			"INTIKHAB_TEST_BUS_DIR="+dirs[i], fmt.Sprint("INTIKHAB_TEST_BUS_NODE=n", i),
			"INTIKHAB_TEST_BUS_LISTEN="+at[i], "INTIKHAB_TEST_BUS_ROUTES="+strings.Join(at, ",")), &alone
	}
	var nodes [3]*player
	var each [3]*tally
	for i := range nodes {
		nodes[i], each[i] = start(i)
	}
	acknowledged := func(tallies ...*tally) (n int) {
		for _, c := range tallies {
			n += c.count("acknowledged")
		}
		return n
	}
	for i := range nodes {
		eventually(t, fmt.Sprintf("node %d sends", i), func() bool { return acknowledged(each[i]) > 20 })
	}

	dead := rand.N(3)
	nodes[dead].kill()
	two := []*tally{each[(dead+1)%3], each[(dead+2)%3]}
	before := acknowledged(two...)
	t.Logf("node %d is killed: %d acknowledged, %d worked", dead, said.count("acknowledged"), said.count("worked"))
	eventually(t, "the other two go on", func() bool { return acknowledged(two...) > before+200 })

	fmt.Fprintln(nodes[(dead+1)%3].in, "tell second")
	for _, c := range two {
		eventually(t, "the other two hear of it", func() bool { return c.has("heard", "second") })
	}

	nodes[dead], each[dead] = start(dead)
	eventually(t, "the third comes back", func() bool { return acknowledged(each[dead]) > 20 && each[dead].count("worked") > 20 })
	eventually(t, "the third learns what it missed", func() bool { return each[dead].has("heard", "second") })
	for _, p := range nodes {
		fmt.Fprintln(p.in, "stop")
	}
	eventually(t, "all that was acknowledged is worked", func() bool {
		for _, c := range each {
			if c.count("quiet") == 0 {
				return false
			}
		}
		return len(said.missing("acknowledged", "worked")) == 0
	})
	t.Logf("%d acknowledged, %d worked", said.count("acknowledged"), said.count("worked"))
	for _, p := range nodes {
		p.in.Close()
		<-p.done
	}
}
