package bus_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/bus"
	"intikhab/test/player"
)

func TestMain(m *testing.M) {
	player.Main(m, map[string]player.Part{"node": playNode, "office": playOffice})
}

// playNode sends and works at the same time.
func playNode(ctx context.Context, s *player.Stage) error {
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
		s.Say("worked", m.Key)
		return nil
	})
	if err != nil {
		return err
	}
	err = b.Listen("roll.new", func(_ context.Context, e bus.Event) { s.Say("heard", string(e.Body)) })
	if err != nil {
		return err
	}
	if err := b.Ready(ctx); err != nil {
		return err
	}
	quiet := make(chan struct{}) // closed when nothing more is to be sent
	go func() {
		for word := range s.Words() {
			what, ok := strings.CutPrefix(word, "tell ")
			if !ok {
				close(quiet)
				continue
			}
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
				case <-quiet:
					return
				default:
				}
				key := fmt.Sprintf("%s-%d-%d-%d", o.Node, os.Getpid(), sender, n)
				if b.Send(ctx, "load", key, []byte("body of "+key)) == nil {
					s.Say("acknowledged", key)
					n++
					time.Sleep(3 * time.Millisecond) // what is sent has to be worked before the test ends
				}
			}
		})
	}
	group.Wait()
	s.Say("quiet")
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
	var said player.Tally
	for round := range 6 {
		p := player.Start(t, "node", said.Hear, "INTIKHAB_TEST_BUS_DIR="+dir, "INTIKHAB_TEST_BUS_NODE=alone")
		before := said.Count("acknowledged")
		eventually(t, "it sends", func() bool { return said.Count("acknowledged") > before+20 })
		time.Sleep(rand.N(150 * time.Millisecond))
		p.Kill()
		t.Logf("round %d: %d sent, %d worked", round, said.Count("acknowledged"), said.Count("worked"))
	}
	p := player.Start(t, "node", said.Hear, "INTIKHAB_TEST_BUS_DIR="+dir, "INTIKHAB_TEST_BUS_NODE=alone")
	p.Tell("stop")
	eventually(t, "all that was acknowledged is worked", func() bool { return said.Count("quiet") == 1 && len(said.Missing("acknowledged", "worked")) == 0 })
	p.Finish()
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
	var said player.Tally
	start := func(i int) (*player.Player, *player.Tally) {
		var alone player.Tally
		return player.Start(t, "node", func(word, rest string) { said.Hear(word, rest); alone.Hear(word, rest) },
			"INTIKHAB_TEST_BUS_DIR="+dirs[i], fmt.Sprint("INTIKHAB_TEST_BUS_NODE=n", i),
			"INTIKHAB_TEST_BUS_LISTEN="+at[i], "INTIKHAB_TEST_BUS_ROUTES="+strings.Join(at, ",")), &alone
	}
	var nodes [3]*player.Player
	var each [3]*player.Tally
	began := time.Now()
	for i := range nodes {
		nodes[i], each[i] = start(i)
	}
	acknowledged := func(tallies ...*player.Tally) (n int) {
		for _, c := range tallies {
			n += c.Count("acknowledged")
		}
		return n
	}
	for i := range nodes {
		eventually(t, fmt.Sprintf("node %d sends", i), func() bool { return acknowledged(each[i]) > 20 })
	}

	dead := rand.N(3)
	nodes[dead].Kill()
	two := []*player.Tally{each[(dead+1)%3], each[(dead+2)%3]}
	before := acknowledged(two...)
	t.Logf("%v: node %d is killed: %d acknowledged, %d worked", time.Since(began), dead, said.Count("acknowledged"), said.Count("worked"))
	eventually(t, "the other two go on", func() bool { return acknowledged(two...) > before+200 })

	nodes[(dead+1)%3].Tell("tell second")
	for _, c := range two {
		eventually(t, "the other two hear of it", func() bool { return c.Has("heard", "second") })
	}

	t.Logf("%v: the other two went on: %d acknowledged, %d worked", time.Since(began), said.Count("acknowledged"), said.Count("worked"))
	nodes[dead], each[dead] = start(dead)
	eventually(t, "the third comes back", func() bool { return acknowledged(each[dead]) > 20 && each[dead].Count("worked") > 20 })
	eventually(t, "the third learns what it missed", func() bool { return each[dead].Has("heard", "second") })
	t.Logf("%v: node %d is back: %d acknowledged, %d worked", time.Since(began), dead, said.Count("acknowledged"), said.Count("worked"))
	for _, p := range nodes {
		p.Tell("stop")
	}
	eventually(t, "all that was acknowledged is worked", func() bool {
		for _, c := range each {
			if c.Count("quiet") == 0 {
				return false
			}
		}
		return len(said.Missing("acknowledged", "worked")) == 0
	})
	t.Logf("%v: %d acknowledged, %d worked", time.Since(began), said.Count("acknowledged"), said.Count("worked"))
	for _, p := range nodes {
		p.Finish()
	}
}
