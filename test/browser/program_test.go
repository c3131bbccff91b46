package browser

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"intikhab/test/need"
)

// built is the program, made once for all tests.
var built struct {
	sync.Once
	dir string
	err error
}

// program makes the program, and returns its path.
func program(t *testing.T) string {
	t.Helper()
	built.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "intikhab-browser-program-"); built.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", filepath.Join(built.dir, "intikhab"), "./cmd/intikhab")
		build.Dir = need.Root(t)
		if out, err := build.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "intikhab")
}

// Ensure that the program's own demonstration does what its page promises: a
// number that it printed is typed into the telephone, the reply comes by SMPP, and
// the console beside it counts the question.
func TestDemonstration(t *testing.T) {
	b := chromium(t)
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	demo := exec.CommandContext(ctx, program(t), "demo", "--voters", "20000")
	demo.Cancel = func() error { return demo.Process.Signal(os.Interrupt) }
	out, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	var address, number string
	lines := bufio.NewScanner(out)
	for address == "" && lines.Scan() {
		if after, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
			address = after
		}
		if words := strings.Fields(lines.Text()); strings.HasPrefix(lines.Text(), "on the roll") {
			number = words[len(words)-1]
		}
	}
	if address == "" || number == "" {
		cancel()
		t.Fatalf("the demonstration printed no address or no number: %v", demo.Wait())
	}

	b.resize(windows[1])
	b.prefer("light")
	b.do(chromedp.Navigate(address+"/?lang=en"), chromedp.Focus(chromedp.CSS("#text")),
		chromedp.KeyEvent("EN "+number), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS(".meta")))
	if got := b.text(".got .bubble"); !strings.Contains(got, "Serial") {
		t.Errorf("the telephone shows %q", got)
	}
	if got := b.text(".meta"); !strings.Contains(got, "GSM 7-bit") || !strings.Contains(got, "SMS") {
		t.Errorf("told about the reply: %q", got)
	}
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool](`document.querySelector("[data-part=outcomes]").innerText.includes("Found")`)); err != nil {
		t.Errorf("the console does not count the question: %v", err)
	}
	b.do(chromedp.Click(chromedp.CSS(".chip-off")), chromedp.WaitVisible(chromedp.CSS(".got:last-child .meta")), chromedp.Sleep(1500*time.Millisecond))
	b.picture("demo")
	b.lookUp(address+"/lookup?lang=en", number)
	if got := b.text(".answer-found .station .big"); got == "" {
		t.Error("the look-up page tells no polling station")
	}
	b.picture("lookup-en")
	b.lookUp(address+"/lookup?lang=ur", number)
	b.picture("lookup-ur")
	b.do(chromedp.Navigate(address + "/statistics?lang=en"))
	if got := b.text(".total b"); got == "" || got == "0" {
		t.Errorf("the statistics count %q questions", got)
	}

	demo.Process.Signal(syscall.SIGINT)
	for lines.Scan() { // what it says at the end
	}
	if err := demo.Wait(); err != nil {
		t.Errorf("the demonstration ended with %v", err)
	}
}
