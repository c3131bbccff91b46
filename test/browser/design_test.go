package browser

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"intikhab/platform/web"
	"intikhab/platform/web/design"
	"intikhab/platform/web/webtest"
)

// components serves the page of components alone.
func components(t *testing.T) string {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 2, 8, 3, 12, 7, 0, time.UTC)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		clock := func() time.Time { now = now.Add(time.Second); return now }
		h := web.New(web.Config{Gate: webtest.Open, Log: quiet}, design.New(design.Config{Now: clock}).Routes())
		if err := web.Serve(ctx, listener, nil, h, quiet); err != nil {
			t.Errorf("serve: %v", err)
		}
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return "http://" + listener.Addr().String()
}

var designPages = []string{"", "/forms", "/steps", "/tables", "/charts", "/notices", "/dialogs", "/dialogs/confirm", "/upload", "/live", "/officer", "/failures/403"}

func TestDesignIsAccessible(t *testing.T) {
	url := components(t)
	script := axe(t)
	// Each language in each width and in each scheme; what they have in common is
	// looked at once.
	for _, look := range []struct {
		lang, scheme string
		window
	}{{"en", "light", windows[0]}, {"en", "dark", windows[1]}, {"ur", "dark", windows[0]}, {"ur", "light", windows[1]}} {
		group := strings.Join([]string{look.lang, look.name, look.scheme}, "-")
		t.Run(group, func(t *testing.T) {
			b := chromium(t)
			b.watch()
			b.resize(look.window)
			b.prefer(look.scheme)
			for _, path := range designPages {
				name := "design" + strings.ReplaceAll(path, "/", "-")
				t.Run(name, func(t *testing.T) {
					b := b.in(t)
					b.do(chromedp.Navigate(url + "/design" + path + "?lang=" + look.lang))
					b.accessible(script, url, look.lang)
					b.unclipped()
					b.picture(name + "-" + group)
				})
			}
		})
	}
}

// unclipped looks whether text stands out of a box that cuts it off, as Nastaliq does
// where lines are too near.
func (b *tab) unclipped() {
	b.Helper()
	cut := eval[string](b, `(() => { const bad = [];
		for (const e of document.querySelectorAll("body *")) {
			const s = getComputedStyle(e);
			if (e.closest(".hidden, .skip, svg, .list thead, .rows-list thead") || !e.innerText?.trim() || s.overflowX === "visible" && s.overflowY === "visible") continue;
			if (e.localName === "pre" || e.localName === "select" || e.localName === "textarea") continue;
			if (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1) bad.push(e.outerHTML.slice(0, 120));
		}
		return bad.join("\n"); })()`)
	if cut != "" {
		b.Errorf("cut off:\n%s", cut)
	}
}

// Ensure that a form with errors brings the reader to the summary, from there to each
// field, and keeps what was typed.
func TestDesignFormErrors(t *testing.T) {
	url, b := components(t), chromium(t)
	script := axe(t)
	b.watch()
	for _, lang := range []string{"en", "ur"} {
		for _, w := range windows {
			b.resize(w)
			b.do(chromedp.Navigate(url+"/design/forms?lang="+lang), chromedp.SendKeys(chromedp.CSS("#cnic"), "42301-123"),
				chromedp.SendKeys(chromedp.CSS("#from-day"), "30"), chromedp.SendKeys(chromedp.CSS("#from-month"), "2"), chromedp.SendKeys(chromedp.CSS("#from-year"), "2027"))
			b.follow(chromedp.Click(chromedp.CSS(".form .btn")))
			if got, want := b.settled("div.error-summary"), "div.error-summary"; got != want {
				t.Errorf("after an error the focus is on %s, want %s", got, want)
			}
			b.accessible(script, url, lang)
			b.picture("design-errors-" + lang + "-" + w.name)
			if got := eval[string](b, `document.querySelector("#cnic").value`); got != "42301-123" {
				t.Errorf("the field holds %q", got)
			}
			if n := eval[int](b, `[...document.querySelectorAll(".error-summary a")].filter(a => !document.getElementById(a.hash.slice(1))).length`); n != 0 {
				t.Errorf("%d lines of the summary lead nowhere", n)
			}
			b.do(chromedp.Click(chromedp.CSS(`.error-summary a[href="#from-day"]`)))
			if got, want := b.settled("input#from-day"), "input#from-day"; got != want {
				t.Errorf("the summary leads to %s, want %s", got, want)
			}
		}
	}
}

// Ensure that on paper a page is black on white, without what leads elsewhere, and not
// wider than the sheet.
func TestDesignOnPaper(t *testing.T) {
	url, b := components(t), chromium(t)
	b.resize(window{"paper", 720, 1000, 1})
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print",
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
	for _, lang := range []string{"en", "ur"} {
		for _, path := range []string{"tables", "charts"} {
			b.do(chromedp.Navigate(url + "/design/" + path + "?lang=" + lang))
			b.picture("design-print-" + path + "-" + lang)
			if got := eval[string](b, `getComputedStyle(document.querySelector("main h1")).color + getComputedStyle(document.documentElement).backgroundColor`); got != "rgb(0, 0, 0)rgb(255, 255, 255)" {
				t.Errorf("%s in %s is printed in %s", path, lang, got)
			}
			if seen := eval[int](b, `[...document.querySelectorAll(".switch, .filters, .paging, .crumbs, .skip")].filter(e => e.checkVisibility()).length`); seen != 0 {
				t.Errorf("%s in %s: %d ways elsewhere are printed", path, lang, seen)
			}
			if eval[bool](b, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
				t.Errorf("%s in %s is wider than the sheet", path, lang)
			}
		}
	}
}

func TestDesignDialog(t *testing.T) {
	url, b := components(t), chromium(t)
	script := axe(t)
	b.watch()
	for _, w := range windows {
		b.resize(w)
		b.do(chromedp.Navigate(url+"/design/dialogs?lang=ur"), chromedp.Click(chromedp.CSS("[data-dialog]")), chromedp.WaitVisible(chromedp.CSS("dialog h2")))
		b.accessible(script, url, "ur")
		b.unclipped()
		b.picture("design-dialog-open-ur-" + w.name)
		b.do(chromedp.KeyEvent(kb.Escape))
		if eval[bool](b, `document.querySelector("dialog").open`) {
			t.Error("Escape does not close the dialog")
		}
		if got, want := b.focused(), "a.btn"; got != want {
			t.Errorf("afterwards the focus is on %s, want %s", got, want)
		}
	}
	b.scripts(false)
	b.do(chromedp.Navigate(url + "/design/dialogs?lang=en"))
	b.follow(chromedp.Click(chromedp.CSS("[data-dialog]")))
	b.follow(chromedp.Click(chromedp.CSS(".btn-danger")))
	b.scripts(true)
	if got := b.text(".said"); !strings.Contains(got, "would have been sent") {
		t.Errorf("without a script the page says %q", got)
	}
}

// Ensure that the live part moves, and that the faces are there when asked for: Urdu's
// on an Urdu page and on no other.
func TestDesignMovesAndLoads(t *testing.T) {
	url, b := components(t), chromium(t)
	b.watch()
	b.resize(windows[1])
	b.do(chromedp.Navigate(url + "/design/live?lang=ur"))
	before := b.text("[data-part=clock] .num")
	for i := 0; b.text("[data-part=clock] .num") == before; i++ {
		if i == 100 {
			t.Fatalf("the clock stands at %s", before)
		}
		time.Sleep(50 * time.Millisecond)
	}
	const faces = `document.fonts.ready.then(() => [...document.fonts].filter(f => f.family.includes("Nastaliq") && f.status === "loaded").length)`
	if n := eval[int](b, faces); n == 0 {
		t.Error("the face of Urdu was not loaded on an Urdu page")
	}
	b.do(chromedp.Navigate(url + "/design/forms?lang=en"))
	if n := eval[int](b, faces); n != 0 {
		t.Error("the face of Urdu was loaded on an English page")
	}
}

// Ensure that a file that is refused comes back with its error, and that one that is
// taken leads on, with the script that shows how far it has come.
func TestDesignUpload(t *testing.T) {
	url, b := components(t), chromium(t)
	b.watch()
	b.resize(windows[1])
	b.do(chromedp.Navigate(url + "/design/upload?lang=en"))
	give := func(name, content string) {
		eval[bool](b, `(() => { const d = new DataTransfer(); d.items.add(new File([`+"`"+content+"`"+`], "`+name+`"));
			document.querySelector("#file").files = d.files; document.querySelector(".form .btn").click(); return true; })()`)
	}
	give("officers.csv", "<html><b>no table</b>")
	b.do(chromedp.WaitVisible(chromedp.CSS(".error-summary")))
	if got := b.text("#file-error"); !strings.Contains(got, "another kind of file") {
		t.Errorf("the error is %q", got)
	}
	give("officers.csv", "name,role\nx,y\n")
	b.do(chromedp.WaitVisible(chromedp.CSS(".said")))
	if got := b.text(".said"); !strings.Contains(got, "The file arrived, 14 bytes") {
		t.Errorf("the page says %q", got)
	}
	if broken := eval[string](b, `window.broken.join("\n")`); broken != "" {
		t.Errorf("the page broke: %s", broken)
	}
}
