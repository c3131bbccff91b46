// Package player is the running test program, started again as a process of its own
// with a part to play, so that a test can kill it as kill -9 does and see what is left.
// What it has done it says, a line each; it ends when its standard input does, so that
// none outlives the test. TestPlayer shows it.
package player

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

const variable = "INTIKHAB_TEST_PART"

// A Part is what a process plays. Its context ends when the test wants no more of it.
type Part = func(ctx context.Context, s *Stage) error

// A Stage is what a part talks and listens through.
type Stage struct {
	mu    sync.Mutex
	words chan string
}

// Words are the lines that the test has said.
func (s *Stage) Words() <-chan string { return s.words }

// Say says one line at once: what was said before a kill, was so.
func (s *Stage) Say(words ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintln(os.Stdout, words...)
}

// Main is for TestMain: it plays the part that this process was started with, and else
// runs the tests. It does not return.
func Main(m *testing.M, parts map[string]Part) {
	name := os.Getenv(variable)
	if name == "" {
		os.Exit(m.Run())
	}
	part, ok := parts[name]
	if !ok {
		fmt.Fprintln(os.Stderr, "there is no part", name)
		os.Exit(2)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Stage{words: make(chan string, 16)}
	go func() {
		in := bufio.NewScanner(os.Stdin)
		for in.Scan() {
			s.words <- in.Text()
		}
		cancel()
	}()
	if err := part(ctx, s); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "part", name, "failed:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// A Player is such a process, as the test sees it.
type Player struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	done chan struct{} // closed when all that it said was heard
}

// Start starts a process with a part and variables of the environment, name=value.
// Each line that it says is told to hear: its first word, and the rest. It is killed
// when the test ends.
func Start(t testing.TB, part string, hear func(word, rest string), env ...string) *Player {
	t.Helper()
	p := &Player{cmd: exec.Command(os.Args[0]), done: make(chan struct{})}
	p.cmd.Env = append(append(os.Environ(), variable+"="+part), env...)
	p.cmd.Stderr = os.Stderr
	in, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.in = in
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
	t.Cleanup(p.Kill)
	return p
}

// Tell says a line to it.
func (p *Player) Tell(line string) { fmt.Fprintln(p.in, line) }

// Kill ends it as kill -9 does. After it returns, all that it said was heard.
func (p *Player) Kill() {
	p.cmd.Process.Kill()
	p.wait()
}

// Finish has it end by itself, and waits for that.
func (p *Player) Finish() {
	p.in.Close()
	p.wait()
}

func (p *Player) wait() {
	<-p.done
	p.cmd.Wait()
}

// A Tally holds what players have said: word by word, how often with which rest.
type Tally struct {
	mu    sync.Mutex
	words map[string]map[string]int
}

// Hear is for Start.
func (c *Tally) Hear(word, rest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.words == nil {
		c.words = map[string]map[string]int{}
	}
	if c.words[word] == nil {
		c.words[word] = map[string]int{}
	}
	c.words[word][rest]++
}

// Count is with how many rests the word was said.
func (c *Tally) Count(word string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.words[word])
}

// Has tells whether this was said.
func (c *Tally) Has(word, rest string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.words[word][rest] > 0
}

// Missing are the rests that were said with one word and not with the other.
func (c *Tally) Missing(said, other string) (rests []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for rest := range c.words[said] {
		if c.words[other][rest] == 0 {
			rests = append(rests, rest)
		}
	}
	return rests
}
