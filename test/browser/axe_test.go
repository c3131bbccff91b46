package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"intikhab/test/need"
)

// axe gives the script of axe-core.
func axe(t *testing.T) string {
	t.Helper()
	path := os.Getenv("INTIKHAB_AXE")
	if path == "" {
		path = filepath.Join(need.Root(t), "test", "node_modules", "axe-core", "axe.min.js")
	}
	script, err := os.ReadFile(path)
	if err != nil {
		need.Missing(t, "no axe-core: npm ci in the folder test brings it")
	}
	return string(script)
}

// watch makes every page remember where it broke its own security policy, and
// what its scripts threw.
const watch = `window.broken = [];
addEventListener("securitypolicyviolation", e => broken.push("policy: " + e.violatedDirective + " " + e.blockedURI));
addEventListener("error", e => broken.push("script: " + e.message));`

func (b *tab) watch() {
	b.Helper()
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watch})
}

// violation is what axe-core found against one rule.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// accessible checks the page as it stands: axe-core's rules for WCAG 2.2 A and AA
// and its best practices, nothing wider than the window, language and direction
// told, nothing fetched from elsewhere, its own policy kept.
func (b *tab) accessible(script, base, lang string) {
	b.Helper()
	if !eval[bool](b, `!!window.axe`) {
		if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](script+";null")); err != nil {
			b.Fatal(err)
		}
	}
	found := eval[string](b, `axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then(r => JSON.stringify(r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => ({html: n.html, failureSummary: n.failureSummary}))}))))`)
	var violations []violation
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		b.Fatal(err)
	}
	for _, v := range violations {
		for _, n := range v.Nodes {
			b.Errorf("axe %s (%s):\n%s\n%s", v.ID, v.Help, n.HTML, n.Summary)
		}
	}
	if wide := eval[string](b, `(() => { const w = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= w) return "";
		return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > w + 1 || e.getBoundingClientRect().left < -1)
			.filter(e => !e.closest(".skip, .hidden")).map(e => e.outerHTML.slice(0, 90)).slice(0, 5).join("\n") || "something"; })()`); wide != "" {
		b.Errorf("wider than the window:\n%s", wide)
	}
	dir := map[string]string{"en": "ltr", "ur": "rtl"}[lang]
	if got, want := eval[string](b, `document.documentElement.lang + " " + getComputedStyle(document.body).direction`), lang+" "+dir; got != want {
		b.Errorf("language and direction: got %s, want %s", got, want)
	}
	if out := eval[string](b, `performance.getEntriesByType("resource").map(e => e.name).join("\n")`); out != "" {
		for _, address := range strings.Split(out, "\n") {
			if !strings.HasPrefix(address, base+"/") {
				b.Errorf("fetched from elsewhere: %s", address)
			}
		}
	}
	if broken := eval[string](b, `(window.broken ?? []).join("\n")`); broken != "" {
		b.Errorf("the page broke: %s", broken)
	}
}
