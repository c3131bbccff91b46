package sms_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"intikhab/platform/sms"
	"intikhab/platform/sms/smsc"
)

// TestMain lets the test binary play the side that a test kills.
func TestMain(m *testing.M) {
	switch os.Getenv("SMS_TEST_CHILD") {
	case "gateway":
		childGateway()
	case "smsc":
		childSMSC()
	default:
		os.Exit(m.Run())
	}
}

// child starts the test binary as one side; it is killed at the test's end, and
// ends itself when the test's process does.
func child(t *testing.T, part string, env ...string) (*exec.Cmd, io.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "SMS_TEST_CHILD="+part), env...)
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
	t.Cleanup(func() { kill(cmd) })
	return cmd, out
}

func kill(cmd *exec.Cmd) {
	cmd.Process.Kill() // SIGKILL: nothing of it runs any more
	cmd.Wait()
}

func untilParentEnds() {
	io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func childGateway() {
	g, err := sms.NewGateway(sms.Config{Operators: map[string]sms.OperatorConfig{"first": {Address: os.Getenv("SMS_TEST_ADDR"),
		SystemID: "8300", Binds: 2, Window: 50, ReconnectMin: 1, ReconnectMax: sms.Duration(20 * time.Millisecond)}}}, echo, nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	g.Start(context.Background())
	untilParentEnds()
}

func childSMSC() {
	go untilParentEnds()
	s, err := smsc.Start(smsc.Config{Listen: os.Getenv("SMS_TEST_ADDR"), Journal: os.Getenv("SMS_TEST_JOURNAL"), Window: 100, RetryAfter: 10 * time.Millisecond})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if s.Counters().Asked == 0 {
		s.Queue("4230149640001", numbers(killQuestions)...)
	}
	for out := json.NewEncoder(os.Stdout); ; time.Sleep(time.Millisecond) {
		out.Encode(s.Counters())
	}
}

const killQuestions = 20000

// Ensure that kill -9 of the gateway under load loses no question, and doubles at
// most what was in flight at each kill.
func TestKillGateway(t *testing.T) {
	const window, kills = 100, 4
	server, err := smsc.Start(smsc.Config{Window: window})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	p := pair{server, startGateway(t, "127.0.0.1:1", sms.OperatorConfig{}, echo)}
	server.Queue("4230149640001", numbers(killQuestions)...)
	for i := range uint64(kills) {
		cmd, _ := child(t, "gateway", "SMS_TEST_ADDR="+server.Addr())
		p.until(t, "under way", func(c smsc.Counters) bool { return c.Acked >= (i+1)*killQuestions/(kills+2) })
		kill(cmd)
	}
	child(t, "gateway", "SMS_TEST_ADDR="+server.Addr())
	c := p.until(t, "all acknowledged", func(c smsc.Counters) bool { return c.Acked == killQuestions })
	if c.Lost != 0 || c.Replied != killQuestions || c.Duplicates > kills*2*window {
		t.Errorf("%+v", c)
	}
	t.Logf("%d kills, %d brought again, %d answered twice", kills, c.Redelivered, c.Duplicates)
}

// Ensure that kill -9 of the SMSC under load loses no question, and that the
// gateway doubles none but those whose outcome it could not know.
func TestKillSMSC(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // for a free port that stays the same
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	g := startGateway(t, addr, sms.OperatorConfig{Binds: 2, Window: 50}, echo)
	env := []string{"SMS_TEST_ADDR=" + addr, "SMS_TEST_JOURNAL=" + filepath.Join(t.TempDir(), "journal")}
	var duplicates uint64
	for kills := uint64(0); ; kills++ {
		cmd, out := child(t, "smsc", env...)
		var c smsc.Counters
		deadline := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				t.Fatal(err)
			}
			if c.Acked == killQuestions || kills < 4 && c.Acked >= (kills+1)*killQuestions/6 {
				break
			}
		}
		deadline.Stop()
		kill(cmd)
		duplicates += c.Duplicates
		if c.Acked == killQuestions {
			if c.Lost != 0 || c.Replied != killQuestions || c.Asked != killQuestions {
				t.Errorf("%+v", c)
			}
			s := g.Snapshot().Operators[0]
			if duplicates > s.Unknown+s.Resends {
				t.Errorf("%d answered twice, unknown %d", duplicates, s.Unknown)
			}
			t.Logf("%d kills, %d answered twice, unknown %d, limbo hits %d", kills, duplicates, s.Unknown, s.LimboHits)
			return
		}
		if kills >= 4 {
			t.Fatalf("never all acknowledged: %+v\n%+v", c, g.Snapshot())
		}
	}
}

// Ensure that the journal brings back exactly what was not ended.
func TestJournal(t *testing.T) {
	journal := filepath.Join(t.TempDir(), "journal")
	p := start(t, smsc.Config{Journal: journal}, sms.OperatorConfig{}, echo)
	p.smsc.Queue("4230149640001", numbers(50)...)
	p.until(t, "answered", func(c smsc.Counters) bool { return c.Acked == 50 })
	p.gateway.Shutdown(timeout(t))
	p.smsc.Queue("4230149640001", numbers(7)...)
	if err := p.smsc.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(journal, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("ask 9999 9999 1 9233") // torn by a kill
	f.Close()
	p = start(t, smsc.Config{Journal: journal}, sms.OperatorConfig{}, echo)
	c := p.until(t, "answered", func(c smsc.Counters) bool { return c.Acked == 57 })
	if c.Asked != 57 || c.Replied != 57 || c.Lost != 0 || c.Duplicates != 0 {
		t.Errorf("%+v", c)
	}
}

// Ensure that the load generator counts right and that the gateway stays within its
// window and rate under it.
func TestLoad(t *testing.T) {
	var asked atomic.Uint64
	h := sms.HandlerFunc(func(in *sms.Message, reply []byte) []byte {
		asked.Add(1)
		return append(reply, "a reply in two segments: "...)
	})
	p := start(t, smsc.Config{}, sms.OperatorConfig{Binds: 2}, h)
	r, err := p.smsc.RunLoad(timeout(t), smsc.Load{Questions: 20000, Texts: []string{"1", "22", "شناختی"}})
	if err != nil || r.Acked != 20000 || r.Replies != 20000 || r.Questions != 20000 || asked.Load() != 20000 || r.P50 == 0 {
		t.Errorf("%v %d asked %+v", err, asked.Load(), r)
	}
	r, err = p.smsc.RunLoad(timeout(t), smsc.Load{Rate: 20000, Duration: 200 * time.Millisecond})
	if err != nil || r.Acked == 0 || r.Acked > 4100 || r.Acked != r.Questions {
		t.Errorf("%v %+v", err, r)
	}
	if _, err := p.smsc.Ask(timeout(t), "923001234567", "after the load"); err != nil {
		t.Error(err)
	}
}
