package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestConsolePages(t *testing.T) {
	p, b := site(t), chromium(t)
	script := axe(t)
	b.watch()
	for _, lang := range []string{"en", "ur"} {
		for _, w := range windows {
			b.resize(w)
			for _, path := range []string{"console", "statistics"} {
				name := strings.Join([]string{path, lang, w.name}, "-")
				t.Run(name, func(t *testing.T) {
					b := b.in(t)
					b.do(chromedp.Navigate(p.url + "/" + path + "?lang=" + lang))
					b.accessible(script, p.url, lang)
					b.picture(name)
				})
			}
		}
	}
}

// Ensure that the console moves with the service, and says since when it does not.
func TestConsoleMovesAndStops(t *testing.T) {
	p, b := site(t), chromium(t)
	script := axe(t)
	b.watch()
	b.resize(windows[1])
	b.do(chromedp.Navigate(p.url + "/console?lang=en"))
	before := b.text("[data-at]")
	// The stream may not be open yet at the first samples.
	for i := 0; b.text("[data-at]") == before; i++ {
		if i == 100 {
			t.Fatalf("the console stands at %s", before)
		}
		p.console.Sample()
		time.Sleep(50 * time.Millisecond)
	}
	if got := eval[string](b, `document.querySelector("[data-figure=in] .line").getAttribute("d")`); !strings.HasPrefix(got, "M") {
		t.Errorf("the plot is drawn as %.40q", got)
	}
	if got := eval[string](b, "document.title"); !strings.Contains(got, "1 of 4 binds") {
		t.Errorf("the title is %q", got)
	}
	p.stop()
	b.do(chromedp.WaitVisible(chromedp.CSS("[data-stale]")))
	if got, want := b.text("[data-stale]"), "No data since "+b.text("[data-at]"); !strings.HasPrefix(got, want) {
		t.Errorf("the page says %q, want %q", got, want)
	}
	b.accessible(script, p.url, "en")
	b.picture("console-stale-en-1280")
}

func TestConsoleWithoutScripts(t *testing.T) {
	p, b := site(t), chromium(t)
	b.resize(windows[1])
	b.scripts(false)
	b.do(chromedp.Navigate(p.url + "/console?lang=en"))
	b.picture("console-plain-en-1280")
	before := p.console.View("en").At
	p.console.Sample()
	b.follow(chromedp.Click(chromedp.CSS(".reload button")))
	b.scripts(true)
	if got := b.text("[data-at]"); got == before || got == "" {
		t.Errorf("loaded again, the console stands at %q, as before", got)
	}
}
