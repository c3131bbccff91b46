// Package browser looks at the pages as people do: in Chromium, with a keyboard,
// without JavaScript, on a 320-pixel telephone and at a desk, in English and in
// Urdu, with the accessibility checks of axe-core.
//
// It needs Chromium (Debian's package chromium, and fonts-noto-core for Urdu) and
// the npm package axe-core (npm ci in the folder test, or INTIKHAB_AXE naming its
// axe.min.js); see package need for what becomes of a test without them. With
// INTIKHAB_SCREENSHOTS=DIR the pages' pictures are kept there.
package browser

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"intikhab/test/need"
)

// A tab is one page of a browser. Its methods end the test when the browser
// refuses.
type tab struct {
	*testing.T
	ctx context.Context
}

// browser is the one that all tests share, each with a tab of its own.
var browser struct {
	sync.Mutex
	ctx  context.Context
	stop func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	if browser.stop != nil {
		browser.stop()
	}
	os.RemoveAll(built.dir)
	os.Exit(code)
}

// chromium opens a tab that is closed with the test; with options, one that keeps its
// cookies to itself.
func chromium(t *testing.T, options ...chromedp.ContextOption) *tab {
	t.Helper()
	path := need.Program(t, "Debian's package chromium", "chromium", "chromium-browser", "google-chrome")
	browser.Lock()
	defer browser.Unlock()
	if browser.ctx == nil {
		start(t, path)
	}
	ctx, stop := chromedp.NewContext(browser.ctx, options...)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 9*time.Minute)
	t.Cleanup(stop)
	b := &tab{t, ctx}
	b.do(chromedp.Navigate("about:blank"))
	return b
}

func start(t *testing.T, path string) {
	t.Helper()
	profile, err := os.MkdirTemp("", "intikhab-browser-")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true),
	)
	ctx, stopProcess := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stopBrowser := chromedp.NewContext(ctx)
	browser.ctx, browser.stop = ctx, func() {
		stopBrowser()
		stopProcess()
		os.RemoveAll(profile)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
}

// in is the tab within a subtest.
func (b *tab) in(t *testing.T) *tab { return &tab{t, b.ctx} }

// focused names the element that has the focus: tag, and id or first class.
func (b *tab) focused() string {
	b.Helper()
	return eval[string](b, `(e => e.localName + (e.id ? "#" + e.id : e.classList[0] ? "." + e.classList[0] : ""))(document.activeElement)`)
}

// settled is focused, once the browser has moved the focus there on its own, as it
// does some time after a page with autofocus or a fragment is there.
func (b *tab) settled(want string) string {
	b.Helper()
	for range 100 {
		if b.focused() == want {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return b.focused()
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.Fatal(err)
	}
	return result
}

// eval gives the value of an expression of JavaScript in the page.
func eval[T any](b *tab, expression string) T {
	b.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return value
}

// text is what stands in the first element that the selector finds.
func (b *tab) text(selector string) string {
	b.Helper()
	return eval[string](b, `(document.querySelector(`+"`"+selector+"`"+`)?.innerText ?? "").trim()`)
}

// follow does what leads to another page, and waits for that page.
func (b *tab) follow(step chromedp.Action[chromedp.Void]) {
	b.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.WaitEvent(page.LoadEventFired, nil, step)); err != nil {
		b.Fatal(err)
	}
}

// A window is a size that pages are looked at in.
type window struct {
	name          string
	width, height int64
	scale         float64
}

var windows = []window{{"320", 320, 640, 1.5}, {"1280", 1280, 800, 1}}

func (b *tab) resize(w window) {
	b.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: w.width, Height: w.height, DeviceScaleFactor: w.scale, Mobile: w.width < 600,
	})
}

// prefer makes the device prefer a light or a dark page.
func (b *tab) prefer(scheme string) {
	b.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// scripts turns JavaScript on or off.
func (b *tab) scripts(on bool) {
	b.Helper()
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// picture keeps a screenshot of the whole page when pictures are asked for.
func (b *tab) picture(name string) {
	b.Helper()
	b.keep(name, true)
}

// shown keeps a screenshot of what the window shows, as the documents have it.
func (b *tab) shown(name string) {
	b.Helper()
	b.keep(name, false)
}

func (b *tab) keep(name string, beyond bool) {
	b.Helper()
	dir := os.Getenv("INTIKHAB_SCREENSHOTS")
	if dir == "" {
		return
	}
	shot := call(b, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: &beyond})
	// Chromium compresses in haste; what is kept in a repository shall be small.
	img, err := png.Decode(bytes.NewReader([]byte(shot.Data)))
	if err != nil {
		b.Fatal(err)
	}
	var small bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, img); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), small.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
}
