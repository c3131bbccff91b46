package browser

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"intikhab/platform/database"
)

// A demonstration is the program's own, with the office that it grows: what it prints is
// what a newcomer reads, and the SMS among it are those of all telephones.
type demonstration struct {
	*testing.T
	site string            // of citizens and officers
	page string            // with the telephone that asks 8300
	as   map[string]string // by role, the address that signs its officer in
	on   []string          // CNICs on the roll
	dir  string

	looked map[string]bool

	mu    sync.Mutex
	lines []string
}

// openDemonstration starts one that ends with the test.
func openDemonstration(t *testing.T) *demonstration {
	t.Helper()
	d := &demonstration{T: t, dir: filepath.Join(t.TempDir(), "demo"), as: map[string]string{}, looked: map[string]bool{}}
	ctx, cancel := context.WithCancel(context.Background())
	demo := exec.CommandContext(ctx, program(t), "demo", "--voters", "20000", "--dir", d.dir)
	demo.Cancel = func() error { return demo.Process.Signal(os.Interrupt) }
	demo.WaitDelay = time.Minute
	var complaints strings.Builder
	demo.Stderr = &complaints
	out, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	ready, ended := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() {
		cancel()
		<-ended
		if err := demo.Wait(); err != nil && err != context.Canceled {
			t.Errorf("the demonstration ended with %v", err)
		}
		if complaints.Len() > 0 {
			t.Errorf("the demonstration complained:\n%s", complaints.String())
		}
		if t.Failed() {
			t.Logf("the demonstration printed:\n%s", strings.Join(d.lines, "\n"))
		}
	})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			d.mu.Lock()
			d.lines = append(d.lines, lines.Text())
			d.mu.Unlock()
			if strings.HasPrefix(lines.Text(), "ready ") {
				close(ready)
			}
		}
	}()
	select {
	case <-ready:
	case <-ended:
		t.Fatal("the demonstration did not begin")
	}
	d.read()
	return d
}

// read reads what was printed before the demonstration was ready.
func (d *demonstration) read() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, line := range d.lines {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		last := words[len(words)-1]
		switch {
		case strings.HasPrefix(line, "ready "):
			d.page = last
		case strings.HasPrefix(line, "on the roll"):
			d.on = append(d.on, last)
		case strings.HasSuffix(line, "/voters"):
			d.site = strings.TrimSuffix(last, "/voters")
		case strings.Contains(last, "/demo/as/") && d.as[words[0]] == "":
			d.as[words[0]] = last
		}
	}
	if d.page == "" || d.site == "" || len(d.on) != 3 || len(d.as) != 8 {
		d.Fatalf("the demonstration printed:\n%s", strings.Join(d.lines, "\n"))
	}
}

// texts are the SMS that a telephone has got.
func (d *demonstration) texts(telephone string) (all []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, line := range d.lines {
		if text, ok := strings.CutPrefix(line, "SMS to "+telephone+" from 8300: "); ok {
			all = append(all, text)
		}
	}
	return all
}

// told waits for the telephone's SMS of that number, the first being 1.
func (d *demonstration) told(p *person, telephone string, n int, wants ...string) string {
	p.Helper()
	for range 1500 {
		if all := d.texts(telephone); len(all) >= n {
			for _, want := range wants {
				if !strings.Contains(all[n-1], want) {
					p.Errorf("SMS %d is without %q: %s", n, want, all[n-1])
				}
			}
			return all[n-1]
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.Fatalf("no SMS %d came to %s, but %q", n, telephone, d.texts(telephone))
	return ""
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

func (d *demonstration) codeTo(p *person, telephone string, n int) string {
	p.Helper()
	return sixDigits.FindString(d.told(p, telephone, n))
}

// person opens a browser in which nobody has signed in.
func (d *demonstration) person(t *testing.T, script, lang string, w window) *person {
	t.Helper()
	p := &person{tab: chromium(t, chromedp.WithNewBrowserContext()), site: d.site, script: script, lang: lang, window: w}
	p.watch()
	p.resize(w)
	p.prefer("light")
	return p
}

// officer opens a browser in which the officer of a role has signed in.
func (d *demonstration) officer(t *testing.T, script, lang, role string) *person {
	t.Helper()
	p := d.person(t, script, lang, windows[1])
	p.visit(d.as[role])
	p.visit("/rolls")
	p.find("#rooms")
	return p
}

// asks sends a text to 8300 by the telephone on the demonstration's page, and gives the
// answer.
func (d *demonstration) asks(p *person, text string) string {
	p.Helper()
	p.visit(d.page + "/")
	p.do(chromedp.Focus(chromedp.CSS("#text")), chromedp.KeyEvent(text), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS(".talk .meta")))
	return p.text(".got .bubble")
}

// pass lets time pass: what was listed is to be heard now, and codes were sent long ago.
func (d *demonstration) pass(t *testing.T) {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(d.dir, "office", "state", "records.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(t.Context(), func(tx *database.Tx) error {
		now := time.Now()
		if _, err := tx.Exec(`UPDATE claim_claim SET hearing_at = ? WHERE state = 'listed' AND number IN (SELECT number FROM claim_event WHERE step = 'list' AND at > ?)`,
			database.Time{Time: now.Add(-time.Minute)}, database.Time{Time: now.Add(-time.Hour)}); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE otp_code SET sent = ?`, database.Time{Time: now.Add(-2 * time.Hour)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// look checks a page the first time that it is come to in a language, and keeps its
// picture.
func (d *demonstration) look(p *person, name string) {
	p.Helper()
	if name += "-" + p.lang; d.looked[name] {
		return
	}
	d.looked[name] = true
	p.accessible(p.script, p.site, p.lang)
	p.unclipped()
	p.light()
	p.picture("life-" + name)
	switch name {
	case "receipt-ur", "claim-en", "home-en":
		p.shown("rolls-" + name) // as docs/rolls.md has it
	}
}
