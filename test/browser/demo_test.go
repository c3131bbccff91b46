package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestDemoPage(t *testing.T) {
	p, b := site(t), chromium(t)
	script := axe(t)
	b.watch()
	for _, lang := range []string{"en", "ur"} {
		for _, w := range windows {
			b.resize(w)
			for _, scheme := range []string{"light", "dark"} {
				if scheme == "dark" && w.width > 320 {
					continue
				}
				name := strings.Join([]string{"demo", lang, w.name, scheme}, "-")
				t.Run(name, func(t *testing.T) {
					b := b.in(t)
					b.prefer(scheme)
					b.do(chromedp.Navigate(p.url+"/?lang="+lang), chromedp.Click(chromedp.CSS(".chip")), chromedp.WaitVisible(chromedp.CSS(".meta")))
					b.accessible(script, p.url, lang)
					b.picture(name)
				})
			}
		}
	}
}

// Ensure that the telephone sends what is typed and shows the reply with its
// encoding and segments, by keyboard alone.
func TestDemoTelephone(t *testing.T) {
	p, b := site(t), chromium(t)
	b.resize(windows[0])
	b.do(chromedp.Navigate(p.url+"/?lang=en"), chromedp.Focus(chromedp.CSS("#text")), chromedp.KeyEvent(onRoll), chromedp.KeyEvent(kb.Enter),
		chromedp.WaitVisible(chromedp.CSS(".meta")))
	if got, want := b.text(".sent .bubble"), onRoll; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	if got := b.text(".got .bubble"); !strings.Contains(got, "440160404") {
		t.Errorf("the reply is %q", got)
	}
	if got := b.text(".meta"); !strings.Contains(got, "UCS-2") || !strings.Contains(got, "4 SMS") {
		t.Errorf("told about the reply: %q", got)
	}
	if got := eval[string](b, `document.querySelector("#text").value`); got != "" {
		t.Errorf("the field still holds %q", got)
	}
	b.do(chromedp.KeyEvent("silence"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS(".got-problem")))
	if got := b.text(".got-problem"); !strings.Contains(got, "asked too often") {
		t.Errorf("silence is told as %q", got)
	}
	// A stopped demonstration is told too.
	p.stop()
	b.do(chromedp.KeyEvent("EN"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS(".talk .got-problem:last-child")))
	if got := eval[string](b, `[...document.querySelectorAll(".got-problem")].at(-1).innerText`); !strings.Contains(got, "does not answer") {
		t.Errorf("a stopped demonstration is told as %q", got)
	}
}

func TestDemoWithoutScripts(t *testing.T) {
	p, b := site(t), chromium(t)
	b.resize(windows[0])
	b.scripts(false)
	b.do(chromedp.Navigate(p.url + "/?lang=en"))
	b.follow(chromedp.Click(chromedp.CSS(".chip")))
	b.scripts(true)
	if got := b.text(".got .bubble"); !strings.Contains(got, "440160404") {
		t.Errorf("the reply is %q", got)
	}
}
