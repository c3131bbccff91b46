// Package peers holds the gateway and the simulated operator against programs that
// are not ours, which read SMPP in their own way: the npm package smpp as an SMSC
// and as an ESME, and Kannel's bearerbox, smsbox and drive_smpp.
//
// The npm package is installed by "npm ci" in the folder test, Kannel by Debian's
// packages kannel and kannel-extras. Without them the tests skip. Everything is on
// loopback and on free ports, and ends with its test.
package peers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"intikhab/test/need"
)

// patience bounds every wait: long enough for a machine that does much else.
const patience = 30 * time.Second

// An event is one line of a peer made of the npm package smpp. See smsc.js.
type event struct {
	Event     string   `json:"event"`
	Session   int      `json:"session"`
	Port      int      `json:"port"`
	Kind      string   `json:"kind"`
	SystemID  string   `json:"system_id"`
	Right     bool     `json:"right"`
	Tag       string   `json:"tag"`
	Seq       uint32   `json:"seq"`
	Status    uint32   `json:"status"`
	From      string   `json:"from"`
	To        string   `json:"to"`
	Coding    byte     `json:"coding"`
	ESMClass  byte     `json:"esm_class"`
	Payload   bool     `json:"payload"`
	Text      string   `json:"text"`
	UDH       []string `json:"udh"`
	SarRef    *int     `json:"sar_msg_ref_num"`
	SarTotal  int      `json:"sar_total_segments"`
	SarNumber int      `json:"sar_segment_seqnum"`
	ID        string   `json:"id"`
	Receipted string   `json:"receipted_message_id"`
}

// A peer is a foreign program that talks in lines.
type peer struct {
	*testing.T
	mu     sync.Mutex
	stdin  io.WriteCloser
	events chan event
}

// node starts a script of this folder under Node.js.
func node(t *testing.T, script string, env ...string) *peer {
	t.Helper()
	path := need.Program(t, "Debian's package nodejs", "node", "nodejs")
	if _, err := os.Stat(filepath.Join(need.Root(t), "test", "node_modules", "smpp")); err != nil {
		need.Missing(t, `no npm package smpp: run "npm ci" in the folder test`)
	}
	cmd := exec.Command(path, script)
	cmd.Env = append(os.Environ(), env...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, cmd)
	p := &peer{T: t, stdin: stdin, events: make(chan event, 1<<16)}
	go func() {
		defer close(p.events)
		lines := bufio.NewScanner(stdout)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var e event
			if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
				e = event{Event: "error", Text: lines.Text()}
			}
			p.events <- e
		}
	}()
	t.Cleanup(func() { stdin.Close() }) // before start's cleanup: the script ends by itself
	return p
}

// do sends a command.
func (p *peer) do(command any) {
	p.Helper()
	line, err := json.Marshal(command)
	if err != nil {
		p.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.stdin.Write(append(line, '\n')); err != nil {
		p.Fatal(err)
	}
}

type fields map[string]any

// next is the peer's next event.
func (p *peer) next() event {
	p.Helper()
	select {
	case e, ok := <-p.events:
		if !ok {
			p.Fatal("the peer has ended")
		}
		if e.Event == "error" {
			p.Fatalf("the peer: %s", e.Text)
		}
		return e
	case <-time.After(patience):
		p.Fatalf("no event of the peer in %v", patience)
	}
	return event{}
}

// expect reads the next events, which must be these in this order.
func (p *peer) expect(names ...string) []event {
	p.Helper()
	var events []event
	for _, name := range names {
		e := p.next()
		if e.Event != name {
			p.Fatalf("%+v, want %s", e, name)
		}
		events = append(events, e)
	}
	return events
}

// start starts a program in a process group of its own, and has the group ended
// with the test. What it wrote to its standard error is shown if the test failed.
func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	var errors bytes.Buffer
	if cmd.Stderr == nil {
		cmd.Stderr = &errors
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		for _, signal := range []syscall.Signal{0, syscall.SIGTERM, syscall.SIGKILL} {
			if signal != 0 {
				syscall.Kill(-cmd.Process.Pid, signal)
			}
			select {
			case <-ended:
				syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // its children, if any
				if t.Failed() && errors.Len() > 0 {
					t.Logf("%s:\n%s", filepath.Base(cmd.Path), errors.Bytes())
				}
				return
			case <-time.After(2 * time.Second):
			}
		}
	})
}

// freePort is a port of the loopback interface that nobody has at this moment.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// eventually waits until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}
