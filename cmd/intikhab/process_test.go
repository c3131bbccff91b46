package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"intikhab/platform/sms/smsc"
)

// patience bounds every wait of these tests; no test measures time.
const patience = 30 * time.Second

// process is an intikhab that runs beside the test. It ends with the test.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	tmp    string // its folder for temporary files
	ended  chan struct{}
	state  *os.ProcessState
	mu     sync.Mutex
	output bytes.Buffer
	grown  *sync.Cond
}

// start runs intikhab.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command("intikhab", args...), tmp: t.TempDir(), ended: make(chan struct{})}
	p.grown = sync.NewCond(&p.mu)
	p.cmd.Env = append(os.Environ(), "TMPDIR="+p.tmp)
	dieWithTest(p.cmd)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stdout, p.cmd.Stderr = w, w
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	go func() {
		defer close(p.ended)
		for s := bufio.NewScanner(r); s.Scan(); {
			p.mu.Lock()
			fmt.Fprintln(&p.output, s.Text())
			p.grown.Broadcast()
			p.mu.Unlock()
		}
		r.Close()
		p.cmd.Wait()
		p.mu.Lock()
		p.state = p.cmd.ProcessState
		p.grown.Broadcast()
		p.mu.Unlock()
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		<-p.ended
		if t.Failed() {
			t.Logf("intikhab %s said:\n%s", strings.Join(args, " "), p.said())
		}
	})
	return p
}

func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.output.String()
}

// says waits until the process has said what the pattern describes, and returns
// the first group of it.
func (p *process) says(pattern string) string {
	p.t.Helper()
	re := regexp.MustCompile(`(?m)` + pattern)
	late := time.AfterFunc(patience, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if m := re.FindSubmatch(p.output.Bytes()); m != nil {
			return string(m[len(m)-1])
		}
		if p.state != nil {
			p.t.Fatalf("it ended (%v) without saying %s:\n%s", p.state, pattern, p.output.String())
		}
		p.grown.Wait()
	}
}

// end sends a signal and waits for the process; it returns the exit status.
func (p *process) end(s os.Signal) int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("it does not end after %v:\n%s", s, p.said())
	}
	return p.state.ExitCode()
}

// run runs intikhab to its end.
func run(t *testing.T, args ...string) (output string, status int) {
	t.Helper()
	p := start(t, args...)
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatalf("intikhab %v does not end", args)
	}
	return p.said(), p.state.ExitCode()
}

// operator is a simulated operator beside the test.
type operator struct {
	*process
	address, control string
}

// startOperator runs intikhab smsc; a free port is taken unless args name one.
func startOperator(t *testing.T, args ...string) *operator {
	t.Helper()
	o := &operator{process: start(t, append([]string{"smsc", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"}, args...)...)}
	o.address = o.says(`^simulated operator at ([^,]+),`)
	o.control = o.says(`^control at (http://\S+)$`)
	return o
}

// ask sends a text from a telephone and returns the reply.
func (o *operator) ask(from, text string) (smsc.Reply, error) {
	var reply struct {
		smsc.Reply
		Error string
	}
	if err := post(o.control+"/ask", map[string]string{"from": from, "text": text}, &reply); err != nil {
		return reply.Reply, err
	}
	if reply.Error != "" {
		return reply.Reply, fmt.Errorf("%s", reply.Error)
	}
	return reply.Reply, nil
}

// queue has each of n telephones send a text.
func (o *operator) queue(n int, text string) {
	o.t.Helper()
	from := make([]string, n)
	for i := range from {
		from[i] = fmt.Sprint(923_00_0000000 + i)
	}
	if err := post(o.control+"/queue", map[string]any{"from": from, "text": text}, nil); err != nil {
		o.t.Fatal(err)
	}
}

func (o *operator) counters() (c smsc.Counters) {
	o.t.Helper()
	r, err := http.Get(o.control + "/counters")
	if err != nil {
		o.t.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		o.t.Fatal(err)
	}
	return c
}

// until waits until the counters are as wanted.
func (o *operator) until(what string, wanted func(smsc.Counters) bool) smsc.Counters {
	o.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		c := o.counters()
		if wanted(c) {
			return c
		}
		if time.Now().After(end) {
			o.t.Fatalf("not %s: %+v", what, c)
		}
	}
}

func post(url string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if out == nil {
		_, err = io.Copy(io.Discard, r.Body)
		return err
	}
	return json.NewDecoder(r.Body).Decode(out)
}

// get reads a page.
func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// settingsFolder writes a folder as a service has it: configuration, key and the first
// roll.
func settingsFolder(t *testing.T, text string, args ...any) (configPath string) {
	t.Helper()
	dir := t.TempDir()
	copyFile(t, sampleRolls.first, filepath.Join(dir, "roll.index"))
	copyFile(t, sampleRolls.key, filepath.Join(dir, "roll.key"))
	writeFile(t, filepath.Join(dir, "first.password"), "secret\n")
	path := filepath.Join(dir, "intikhab.toml")
	writeFile(t, path, fmt.Sprintf(text, args...))
	return path
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, to, string(b))
}

// service is an intikhab serve beside the test.
type service struct {
	*process
	public, console string
}

func startService(t *testing.T, config string) *service {
	t.Helper()
	s := &service{process: start(t, "serve", "--config", config)}
	s.public = "http://" + s.says(` msg=serving .* http=(\S+) `)
	s.console = "http://" + s.says(` msg=serving .* console=(\S+) `)
	return s
}

const (
	interrupt = syscall.SIGINT
	terminate = syscall.SIGTERM
	kill      = syscall.SIGKILL
)
