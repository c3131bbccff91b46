package main

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// shown is a demo that is ready, and what it has printed.
type shown struct {
	*process
	page      string
	on, notOn []string
}

func startDemo(t *testing.T, args ...string) *shown {
	t.Helper()
	d := &shown{process: start(t, append([]string{"demo", "--voters", "20000", "--addr", "127.0.0.1:0"}, args...)...)}
	d.page = d.says(`^ready (http://127\.0\.0\.1:\d+)$`)
	for _, m := range regexp.MustCompile(`(?m)^(not on|on) the roll\s+(\d{13})$`).FindAllStringSubmatch(d.said(), -1) {
		if m[1] == "on" {
			d.on = append(d.on, m[2])
		} else {
			d.notOn = append(d.notOn, m[2])
		}
	}
	if len(d.on) != 3 || len(d.notOn) != 1 {
		t.Errorf("want three numbers on the roll and one that is not:\n%s", d.said())
	}
	return d
}

// send has the telephone on the page send a text, and returns the page.
func (d *shown) send(text string) string {
	d.t.Helper()
	r, err := http.PostForm(d.page+"/?lang=en", url.Values{"text": {text}})
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		d.t.Fatalf("%s, %v", r.Status, err)
	}
	return string(b)
}

// A newcomer starts the demo, sends what it has printed, and ends it with Ctrl-C.
func TestDemo(t *testing.T) {
	d := startDemo(t)
	if last := strings.TrimSpace(d.said()); !strings.HasSuffix(last, "ready "+d.page) {
		t.Errorf("ready is not the last line:\n%s", last)
	}
	if page := d.send(d.on[0] + " EN"); !strings.Contains(page, "Serial ") || !strings.Contains(page, "Polling station: ") || !strings.Contains(page, "GSM") {
		t.Errorf("the page shows no answer with its encoding:\n%s", page)
	}
	if page := d.send(d.on[1] + " UR"); !strings.Contains(page, "سلسلہ") || !strings.Contains(page, "UCS-2") {
		t.Errorf("the page shows no answer in Urdu with its encoding:\n%s", page)
	}
	if page := d.send(d.notOn[0] + " EN"); !strings.Contains(page, "is not on the roll") {
		t.Errorf("of a number not on the roll the page shows:\n%s", page)
	}
	if _, metrics := get(t, d.page+"/metrics"); !strings.Contains(metrics, `intikhab_sms_acknowledged_total{operator="demo"} 3`) {
		t.Errorf("three questions did not come by SMPP:\n%s", metrics)
	}
	if status, _ := get(t, d.page+"/lookup"); status != http.StatusOK {
		t.Errorf("the public page: %d", status)
	}
	if status := d.end(interrupt); status != 0 {
		t.Errorf("Ctrl-C ends it with %d", status)
	}
	if left, _ := os.ReadDir(d.tmp); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
	if strings.Contains(d.said(), "level=") {
		t.Errorf("a newcomer sees log lines:\n%s", d.said())
	}
	if _, err := http.Get(d.page); err == nil {
		t.Error("the page is still there")
	}
}

// Two at the same time do not meet. A terminal that is closed ends a demo as
// Ctrl-C does.
func TestDemoTwice(t *testing.T) {
	one, two := startDemo(t), startDemo(t)
	for s, d := range map[syscall.Signal]*shown{interrupt: one, syscall.SIGHUP: two} {
		if page := d.send(d.on[2] + " EN"); !strings.Contains(page, "Serial ") {
			t.Errorf("no answer:\n%s", page)
		}
		if status := d.end(s); status != 0 {
			t.Errorf("%v ends it with %d", s, status)
		}
		if left, _ := os.ReadDir(d.tmp); len(left) > 0 {
			t.Errorf("it leaves %v", left)
		}
	}
}

// With --dir the files stay, and the next demo starts from them.
func TestDemoKeepsItsFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	d := startDemo(t, "--dir", dir)
	number := d.on[0]
	if said, status := run(t, "demo", "--voters", "20000", "--dir", dir); status != 1 || !strings.Contains(said, "works with the folder") {
		t.Errorf("a second one on the same folder: status %d:\n%s", status, said)
	}
	if status := d.end(interrupt); status != 0 {
		t.Errorf("Ctrl-C ends it with %d", status)
	}
	before, err := os.Stat(filepath.Join(dir, "roll.index"))
	if err != nil {
		t.Fatal(err)
	}
	d = startDemo(t, "--dir", dir)
	// A hundred are not on it yet, and those who are too young for it never.
	if !regexp.MustCompile(`(?m)^roll of 19,8\d\d voters found in ` + regexp.QuoteMeta(dir) + "$").MatchString(d.said()) {
		t.Errorf("it does not say that it found the roll:\n%s", d.said())
	}
	if page := d.send(number + " EN"); !strings.Contains(page, "Serial ") {
		t.Errorf("no answer:\n%s", page)
	}
	d.end(interrupt)
	after, err := os.Stat(filepath.Join(dir, "roll.index"))
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the roll was made anew: %v", err)
	}
	if left, _ := os.ReadDir(d.tmp); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}

// Ctrl-C while the roll is being made ends the demo as well as later.
func TestDemoInterruptedEarly(t *testing.T) {
	p := start(t, "demo", "--voters", "30000000")
	p.says(`^making a district of 30,000,000 voters who do not exist`)
	if status := p.end(interrupt); status != 0 {
		t.Errorf("Ctrl-C ends it with %d:\n%s", status, p.said())
	}
	if left, _ := os.ReadDir(p.tmp); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}
