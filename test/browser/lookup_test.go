package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// states are what the look-up page can show.
var states = []struct{ name, typed, says string }{
	{"form", "", ".ask h1"},
	{"found", onRoll, ".answer-found .station .big"},
	{"later", noStation, ".answer-found .station"},
	{"not", notOnRoll, ".answer-not_on_roll"},
	{"often", tooOften, ".answer-too_often"},
	{"error", "42301-123", "#cnic-error"},
}

func (b *tab) lookUp(address, typed string) {
	b.Helper()
	b.do(chromedp.Navigate(address))
	if typed != "" {
		b.do(chromedp.SendKeys(chromedp.CSS("#cnic"), typed))
		b.follow(chromedp.Click(chromedp.CSS(".ask button")))
	}
}

func TestLookupPage(t *testing.T) {
	p, b := site(t), chromium(t)
	script := axe(t)
	b.watch()
	for _, lang := range []string{"en", "ur"} {
		for _, w := range windows {
			b.resize(w)
			for _, s := range states {
				for _, scheme := range []string{"light", "dark"} {
					// What is drawn with the same colours or in the same places as
					// another is looked at once.
					if scheme == "dark" && (w.width > 320 || s.name != "found" && s.name != "error") {
						continue
					}
					if w.width > 320 && s.name != "form" && s.name != "found" && s.name != "error" {
						continue
					}
					name := strings.Join([]string{"lookup", s.name, lang, w.name, scheme}, "-")
					t.Run(name, func(t *testing.T) {
						b := b.in(t)
						b.prefer(scheme)
						b.lookUp(p.url+"/voter?lang="+lang, s.typed)
						if b.text(s.says) == "" {
							t.Errorf("nothing in %s", s.says)
						}
						b.accessible(script, p.url, lang)
						b.picture(name)
						if address := eval[string](b, "location.href"); s.typed != "" && strings.Contains(address, s.typed) {
							t.Errorf("the number stands in the address %s", address)
						}
						if n := eval[int](b, "document.scripts.length"); n != 0 {
							t.Errorf("%d scripts on a page that promises none", n)
						}
					})
				}
			}
		}
	}
}

// Ensure that a look-up needs nothing but a keyboard: past the skip link and the
// switch to the field, Enter, and the reader is at the answer.
func TestLookupByKeyboard(t *testing.T) {
	p, b := site(t), chromium(t)
	b.resize(windows[1])
	b.do(chromedp.Navigate(p.url + "/voter?lang=en"))
	var way []string
	for range 4 {
		b.do(chromedp.KeyEvent(kb.Tab))
		way = append(way, b.focused())
		if ring := eval[string](b, `getComputedStyle(document.activeElement).outlineStyle`); ring == "none" {
			t.Errorf("the focus on %s is not seen", b.focused())
		}
	}
	if got, want := strings.Join(way, " "), "a.skip a.switch input#cnic button"; got != want {
		t.Errorf("Tab goes to %s, want %s", got, want)
	}
	b.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)), chromedp.KeyEvent("12"))
	b.follow(chromedp.KeyEvent(kb.Enter))
	if got, want := b.settled("input#cnic"), "input#cnic"; got != want {
		t.Errorf("after an error the focus is on %s, want %s", got, want)
	}
	if got := eval[string](b, `document.activeElement.getAttribute("aria-describedby").split(" ").map(id => document.getElementById(id)?.innerText.trim() ?? "(none)").join(" | ")`); !strings.Contains(got, "2 digits") || strings.Contains(got, "(none)") {
		t.Errorf("the field is described by %q", got)
	}
	// What was typed stays, to be put right.
	b.do(chromedp.KeyEvent(kb.End), chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent(onRoll))
	b.follow(chromedp.KeyEvent(kb.Enter))
	if got, want := b.settled("h1#answer-title"), "h1#answer-title"; got != want {
		t.Errorf("after the answer the focus is on %s, want %s", got, want)
	}
}

func TestLookupWithoutScripts(t *testing.T) {
	p, b := site(t), chromium(t)
	b.scripts(false)
	b.resize(windows[0])
	b.lookUp(p.url+"/voter?lang=ur", onRoll)
	b.scripts(true) // to read the page; it has none of its own
	if got := b.text(".answer-found .big"); !strings.Contains(got, "گلستان") {
		t.Errorf("the answer is %q", got)
	}
}

// Ensure that Urdu runs from right to left and the numbers in it do not.
func TestRightToLeft(t *testing.T) {
	p, b := site(t), chromium(t)
	b.resize(windows[1])
	b.lookUp(p.url+"/voter?lang=ur", onRoll)
	for expression, what := range map[string]string{
		`document.querySelector(".brand img").getBoundingClientRect().left > document.querySelector(".switch").getBoundingClientRect().right`:                      "the brand is not right of the switch",
		`getComputedStyle(document.querySelector("#cnic")).direction === "ltr"`:                                                                                    "the field for the number does not run from left to right",
		`getComputedStyle(document.querySelector(".huge .num")).direction === "ltr"`:                                                                               "the block code does not run from left to right",
		`document.querySelector(".slip").children[1].getBoundingClientRect().left > document.querySelector(".slip").children[3].getBoundingClientRect().left`:      "the first of three is not rightmost",
		`getComputedStyle(document.body).fontFamily.includes("Nastaliq")`:                                                                                          "no Nastaliq is asked for",
		`parseFloat(getComputedStyle(document.querySelector(".bring")).lineHeight) >= 2 * parseFloat(getComputedStyle(document.querySelector(".bring")).fontSize)`: "the lines are too near for Nastaliq",
		`document.querySelector(".switch").lang === "en" && document.querySelector(".switch").dir === "ltr"`:                                                       "the switch does not tell its language",
	} {
		if !eval[bool](b, expression) {
			t.Error(what)
		}
	}
	// The parts of the masked number stand in the order of the card.
	if !eval[bool](b, `(() => { const r = document.createRange(), n = document.querySelectorAll(".full .num")[1].firstChild;
		r.setStart(n, 0); r.setEnd(n, 5); const head = r.getBoundingClientRect();
		r.setStart(n, 6); r.setEnd(n, 13); return head.right <= r.getBoundingClientRect().left + 1; })()`) {
		t.Error("the parts of the card's number are turned round")
	}
	b.follow(chromedp.Click(chromedp.CSS(".switch")))
	if got, want := eval[string](b, "document.documentElement.lang"), "en"; got != want {
		t.Errorf("the switch leads to %q, want %q", got, want)
	}
}
