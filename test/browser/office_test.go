package browser

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"intikhab/platform/database"
)

// A bureau is the program itself, with the officers' site of a commission that has
// nobody yet.
type bureau struct {
	url    string // of the site, without a slash
	link   string // of the first administrator
	dir    string
	key    string // of the ledger, as the public knows it
	config string
}

// openBureau sets a commission up and serves it until the test ends.
func openBureau(t *testing.T) *bureau {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	s := &bureau{dir: filepath.Join(t.TempDir(), "office")}
	s.config = filepath.Join(s.dir, "intikhab.toml")
	out, err := exec.Command(program(t), "setup", "--dir", s.dir, "--listen", address).CombinedOutput()
	if err != nil {
		t.Fatalf("setup: %v\n%s", err, out)
	}
	_, after, _ := strings.Cut(string(out), "its name and this key:")
	if words := strings.Fields(after); len(words) > 0 {
		s.key = words[0]
	}
	s.serve(t)
	return s
}

func (s *bureau) serve(t *testing.T) {
	t.Helper()
	logged, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	serve := exec.CommandContext(ctx, program(t), "serve", "--config", s.config)
	serve.Cancel = func() error { return serve.Process.Signal(os.Interrupt) }
	serve.WaitDelay = time.Minute
	serve.Stderr = logged
	said, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := serve.Wait(); err != nil && err != context.Canceled {
			t.Errorf("the service ended with %v", err)
		}
		logged.Close()
		if t.Failed() {
			text, _ := os.ReadFile(logged.Name())
			t.Logf("the service wrote:\n%s", text[max(0, len(text)-8000):])
		}
	})
	for lines := bufio.NewScanner(said); s.link == "" && lines.Scan(); {
		if at := strings.Index(lines.Text(), "http://"); at >= 0 && strings.Contains(lines.Text(), "/invitation/") {
			s.link = lines.Text()[at:]
		}
	}
	if s.link == "" {
		t.Fatal("the service printed no link for the first administrator")
	}
	s.url, _, _ = strings.Cut(s.link, "/invitation/")
}

// later lets time pass for all sessions: whoever proved who he is did so an hour ago.
func (s *bureau) later(t *testing.T) {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(s.dir, "state", "records.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`UPDATE signin_session SET proved = ?`, database.Time{Time: time.Now().Add(-time.Hour)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A person is somebody at a browser of his own.
type person struct {
	*tab
	site   string
	script string // of axe-core
	lang   string
	window window
	plain  bool // the browser runs no scripts
	device webauthn.AuthenticatorID
	code   string // the secret of the code app
	codes  int    // how many codes have been used
}

// person opens a browser with an authenticator of its own.
func (s *bureau) person(t *testing.T, script, lang string, w window, scheme string) *person {
	t.Helper()
	p := &person{tab: chromium(t, chromedp.WithNewBrowserContext()), site: s.url, script: script, lang: lang, window: w}
	p.watch()
	p.resize(w)
	p.prefer(scheme)
	call(p.tab, webauthn.Enable, webauthn.EnableParams{})
	p.device = call(p.tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true,
		HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}}).AuthenticatorID
	return p
}

// leave does what leads to another page, and waits for that page. In a browser that
// runs no scripts none of the page's has run when it returns; the test's own then can.
func (p *person) leave(step chromedp.Action[chromedp.Void]) {
	p.Helper()
	if p.plain {
		p.scripts(false)
		defer p.scripts(true)
	}
	p.follow(step)
}

// visit opens a page in the person's language.
func (p *person) visit(path string) {
	p.Helper()
	if !strings.HasPrefix(path, "http:") {
		path = p.site + path
	}
	mark := "?"
	if strings.Contains(path, "?") {
		mark = "&"
	}
	p.leave(chromedp.Navigate(path + mark + "lang=" + p.lang))
}

// press presses what leads to another page.
func (p *person) press(selector string) {
	p.Helper()
	p.find(selector)
	p.leave(chromedp.Click(chromedp.CSS(selector)))
}

// prove presses a button that asks the authenticator, and waits for what its page then
// leads to.
func (p *person) prove(button, selector string) {
	p.Helper()
	p.find(button)
	p.do(chromedp.Click(chromedp.CSS(button)))
	p.find(selector)
}

// find waits until a whole page has what the selector says.
func (p *person) find(selector string) {
	p.Helper()
	for range 1500 {
		found, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && !!document.querySelector(`+strconv.Quote(selector)+`)?.checkVisibility()`))
		if found && err == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.picture("lost")
	p.Fatalf("no %s on %s:\n%s", selector, eval[string](p.tab, "location.href"), p.text("main"))
}

// has tells whether the page has what the selector says.
func (p *person) has(selector string) bool {
	p.Helper()
	return eval[bool](p.tab, `!!document.querySelector(`+strconv.Quote(selector)+`)`)
}

// says checks that what the selector finds has some texts.
func (p *person) says(selector string, wants ...string) {
	p.Helper()
	p.find(selector)
	for _, want := range wants {
		if got := p.text(selector); !strings.Contains(got, want) {
			p.Errorf("%s of %s is without %q:\n%s", selector, eval[string](p.tab, "location.pathname"), want, got)
		}
	}
}

// write fills fields in: pairs of id and value.
func (p *person) write(pairs ...string) {
	p.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		p.find("#" + pairs[i])
		got := eval[string](p.tab, `(e => { e.value = `+strconv.Quote(pairs[i+1])+`; e.dispatchEvent(new Event("input", {bubbles: true})); return e.value; })(document.getElementById(`+strconv.Quote(pairs[i])+`))`)
		if got != pairs[i+1] {
			p.Errorf("the field %s took %q of %q", pairs[i], got, pairs[i+1])
		}
	}
}

// number is the code that the person's app shows. Since a code is good once, the next
// one that would be taken is given; a test cannot use more than two of them in a row.
func (p *person) number() string {
	p.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(p.code, " ", ""), time.Now().Add(time.Duration(p.codes)*30*time.Second))
	if err != nil {
		p.Fatal(err)
	}
	p.codes++
	return code
}

// seen checks the page as it stands, and keeps its picture.
func (p *person) seen(name string) {
	p.Helper()
	p.accessible(p.script, p.site, p.lang)
	p.unclipped()
	p.light()
	p.picture("office-" + name + "-" + p.lang + "-" + p.window.name)
}

// light checks that a page weighs less than 100 KB as it comes over the line, with all
// that it loads but the faces, which a browser keeps for ever.
func (p *person) light() {
	p.Helper()
	weight := eval[int](p.tab, `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
		.filter(e => !e.name.endsWith(".woff2")).reduce((n, e) => n + e.encodedBodySize, 0)`)
	if weight >= 100<<10 {
		p.Errorf("%s weighs %d bytes", eval[string](p.tab, "location.pathname"), weight)
	}
}
