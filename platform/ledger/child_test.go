package ledger_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/witness"
)

// TestMain lets the test binary be the process that a test kills, or a witness that
// runs by itself.
func TestMain(m *testing.M) {
	var err error
	switch os.Getenv("LEDGER_TEST_CHILD") {
	case "append":
		err = childAppend(os.Getenv("LEDGER_TEST_DIR"), os.Getenv("LEDGER_TEST_KEY"), os.Getenv("LEDGER_TEST_KIND"))
	case "witness":
		err = childWitness(os.Getenv("LEDGER_TEST_DIR"), os.Getenv("LEDGER_TEST_KEY"), os.Getenv("LEDGER_TEST_ADDR"))
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		os.Exit(1)
	}
	io.Copy(io.Discard, os.Stdin) // until the parent ends
}

// A child is the test binary as another process.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Reader
}

func startChild(t *testing.T, part string, env ...string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "LEDGER_TEST_CHILD="+part), env...)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{cmd, bufio.NewReader(out)}
	t.Cleanup(c.kill)
	return c
}

// kill ends it as kill -9 does.
func (c *child) kill() {
	c.cmd.Process.Kill()
	c.cmd.Wait()
}

// childAppend appends as fast as it can, and says what was acknowledged.
func childAppend(dir, keyFile, kind string) error {
	key, err := checkpoint.ReadKey(keyFile)
	if err != nil {
		return err
	}
	l, err := ledger.Open(context.Background(), dir, ledger.Options{Key: key, Batch: 300, Log: quietLog()})
	if err != nil {
		return err
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for caller := range 8 {
		wg.Go(func() {
			kind := fmt.Sprintf("%s-%d", kind, caller)
			for number, n := uint64(1), uint64(1); ; number, n = number+n, (n*7+uint64(caller))%90+1 {
				first, err := l.Append(context.Background(), entries(kind, number, number+n-1)...)
				if err != nil {
					fmt.Fprintln(os.Stderr, "child:", err)
					os.Exit(1)
				}
				mu.Lock()
				fmt.Printf("%d %d %s %d\n", first, n, kind, number)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return nil
}

// childWitness is a witness on its own.
func childWitness(dir, logKey, addr string) error {
	v, err := checkpoint.ParseVerifier(logKey)
	if err != nil {
		return err
	}
	w, err := witness.Open(dir, witness.Options{Name: "witness.example.org", Logs: []note.Verifier{v}, Log: quietLog()})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	key, err := w.Verifier()
	if err != nil {
		return err
	}
	fmt.Printf("%s %s\n", key, listener.Addr())
	go http.Serve(listener, w.Handler())
	return nil
}

// A witnessProcess can be killed and started again at the same address.
type witnessProcess struct {
	*child
	dir, log, key, addr string
}

func startWitness(t *testing.T, log *checkpoint.Key) *witnessProcess {
	t.Helper()
	w := &witnessProcess{dir: t.TempDir(), log: log.Verifier(), addr: "127.0.0.1:0"}
	w.start(t)
	return w
}

func (w *witnessProcess) start(t *testing.T) {
	t.Helper()
	w.child = startChild(t, "witness", "LEDGER_TEST_DIR="+w.dir, "LEDGER_TEST_KEY="+w.log, "LEDGER_TEST_ADDR="+w.addr)
	line, err := w.lines.ReadString('\n')
	if err != nil {
		t.Fatalf("the witness did not start: %v", err)
	}
	w.key, w.addr, _ = strings.Cut(strings.TrimSpace(line), " ")
}
