package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"intikhab/platform/sms/smsc"
)

// The simulated operator is steered from outside, and tells at the end what came
// of it.
func TestOperatorControl(t *testing.T) {
	o := startOperator(t)
	s := startService(t, settingsFolder(t, quick+unlimited, o.address))
	o.until("bound twice", func(c smsc.Counters) bool { return c.Bound == 2 })
	for _, c := range []struct {
		path, body string
		status     int
		want       string
	}{
		{"/faults", `{"delay": "1ms", "throttle": 2, "garbage": 3}`, 200, `"delay":"1ms"`},
		{"/faults", `{"delai": "1ms"}`, 400, `want some of the faults, as {"throttle": 10, "delay": "100ms"}`},
		{"/faults", `{"delay": 100}`, 400, "want some of the faults"},
		{"/ask", `nonsense`, 400, `want {"from": "923001234567", "text": "…"}`},
		{"/queue", `{"from": "923001234567"}`, 400, `want {"from": ["923001234567", …], "text": "…"}`},
		{"/ask", `{"from": "923001234567", "text": "EN"}`, 200, "Answers will be in English."},
		{"/redeliver", ``, 200, `"asked":1`},
		{"/drop", ``, 200, `"asked":1`},
		{"/ask", `{"from": "923007654321", "text": "EN help"}`, 200, "send the 13 digits"},
	} {
		o.until("acknowledged", func(c smsc.Counters) bool { return c.Acked == c.Asked })
		r, err := http.Post(o.control+c.path, "application/json", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || r.StatusCode != c.status || !strings.Contains(string(b), c.want) {
			t.Errorf("%s %s: %d %s, want %d with %s", c.path, c.body, r.StatusCode, b, c.status, c.want)
		}
	}
	if status := s.end(terminate); status != 0 {
		t.Errorf("the service ends with %d", status)
	}
	if status := o.end(terminate); status != 0 {
		t.Errorf("the operator ends with %d", status)
	}
	var c smsc.Counters
	lines := strings.Split(strings.TrimSpace(o.said()), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &c); err != nil || c.Replied != 2 || c.Acked != 2 || c.Throttled == 0 || c.Drops == 0 {
		t.Errorf("at the end it tells %s", lines[len(lines)-1])
	}
}

// With --load it measures whoever binds.
func TestOperatorLoad(t *testing.T) {
	p := start(t, "smsc", "--listen", "127.0.0.1:0", "--load", "--load-for", "300ms", "--load-askers", "1000")
	address := p.says(`^simulated operator at ([^,]+),`)
	s := startService(t, settingsFolder(t, quick+unlimited, address))
	result := p.says(`^(\{"questions":.*\})$`)
	var r smsc.Result
	if err := json.Unmarshal([]byte(result), &r); err != nil || r.Questions == 0 || r.Acked != r.Questions || r.Replies != r.Questions || r.Binds != 2 {
		t.Errorf("it tells %s", result)
	}
	s.end(terminate)
}

// Numbers typed at a terminal are answered line by line, and Ctrl-C ends it.
func TestLookupAtTerminal(t *testing.T) {
	cmd := exec.Command("intikhab", "roll", "lookup", sampleRolls.first, "--key-file", sampleRolls.key, "--json", "-")
	dieWithTest(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer late.Stop()
	for range 3 {
		io.WriteString(in, sampleRolls.voters[5].cnic+"\n")
		line := make([]byte, 1024)
		n, err := out.Read(line)
		if err != nil || !bytes.HasPrefix(line[:n], []byte(`{"found":true,`)) {
			t.Fatalf("answer %q, %v", line[:n], err)
		}
	}
	cmd.Process.Signal(interrupt)
	if cmd.Wait(); cmd.ProcessState.ExitCode() == 0 || !late.Stop() {
		t.Errorf("Ctrl-C ends it with %v", cmd.ProcessState)
	}
}
