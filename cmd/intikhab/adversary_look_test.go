package main

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"intikhab/platform/web"
)

// everyAnswer are the headers of every answer, whatever it is.
var everyAnswer = map[string]string{
	"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
	"Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "-origin",
	"Permissions-Policy": "camera=()", "X-Request-Id": "",
}

var (
	// innards are what only the program's inside says.
	innards = regexp.MustCompile(`goroutine \d|\.go:\d+|runtime error|SQL logic error|SQLITE|syntax error at|pgconn|panic:`)
	// live is what of the hostile values stands in a page only if it was not escaped.
	live = regexp.MustCompile(`<script>zq|<img src=zq|' onfocus='zq|" onfocus="zq|(?:href|src|action)="\s*javascript:zq|7777zq|zq54439`)
	// unclear is a character that turns the writing around, or ends a text early.
	unclear = regexp.MustCompile("\x00")
)

// look finds what no answer may be, whoever asked for whatever.
func (a *attacked) look(q ask, got answer) {
	a.t.Helper()
	route := a.routeOf(q.method, q.path)
	shown := route != nil && strings.HasPrefix(route.Path, "/design/failures/")
	if got.status >= 500 && !shown && !(route != nil && route.Act == "service.health") {
		a.wrong(q, "answers %d", got.status)
	}
	for name, begins := range everyAnswer {
		if value := got.header.Get(name); !strings.Contains(value, begins) || value == "" {
			a.wrong(q, "the header %s is missing: status %d", name, got.status)
		}
	}
	for name, values := range got.header {
		if strings.Contains(strings.ToLower(name), "injected") || slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "\r\n\x00") }) {
			a.wrong(q, "a header of the attacker's: %s: %q", name, values)
		}
	}
	if to := got.header.Get("Location"); to != "" && !web.Local(to) {
		a.wrong(q, "it leads to %q", to)
	}
	if to := got.header.Get("Refresh"); to != "" && !web.Local(strings.TrimPrefix(to, "0; url=")) {
		a.wrong(q, "it refreshes to %q", to)
	}
	if m := innards.FindString(got.body); m != "" && !strings.HasPrefix(q.path, "/assets/") {
		a.wrong(q, "the program's inside shows: %q", m)
	}
	kind := got.header.Get("Content-Type")
	if strings.HasPrefix(kind, "text/html") || strings.Contains(kind, "json") {
		if m := live.FindString(got.body); m != "" {
			a.wrong(q, "not escaped: %q", m)
		}
		if m := unclear.FindString(got.body); m != "" {
			a.wrong(q, "a character %q in a page", m)
		}
	}
	for _, c := range got.header.Values("Set-Cookie") {
		strict := strings.Contains(c, "SameSite=Strict") || strings.Contains(c, "SameSite=Lax") && !strings.HasPrefix(c, "session=")
		if !strings.Contains(c, "HttpOnly") || !strict || !strings.Contains(c, "Path=/") || strings.Contains(c, "Domain=") {
			a.wrong(q, "a cookie without its marks: %s", strings.SplitN(c, "=", 2)[0])
		}
	}
	a.lookKept(q, got, route)
}

// lookKept finds an answer that somebody on the way may keep and must not.
func (a *attacked) lookKept(q ask, got answer, route *web.Route) {
	a.t.Helper()
	rule := got.header.Get("Cache-Control")
	if q.by == nil || q.gate || rule == "no-store" {
		return
	}
	if strings.Contains(got.body, q.by.name) || strings.Contains(got.body, string(q.by.id)) || got.header.Get("Set-Cookie") != "" {
		a.wrong(q, "an answer that names an officer may be kept: %q", rule)
	}
	if route != nil && !a.open(route.Act) && got.status != 301 && got.status != 307 && got.status != 308 {
		a.wrong(q, "an answer for officers may be kept: %d %q", got.status, rule)
	}
}

// secretsInLog finds what must stand in no log.
func (a *attacked) secretsInLog() {
	a.t.Helper()
	text := a.log.String()
	for secret := range a.secrets {
		if secret != "" && strings.Contains(text, secret) {
			a.t.Errorf("the log has the secret %.6s…", secret)
		}
	}
	for _, m := range []string{`\b\d{5}-\d{7}-\d\b`, `\b35202000\d{5}\b`, `officer\d+@example\.org`, `ik_[a-z2-7]{20}`, `goroutine \d`} {
		if found := regexp.MustCompile(m).FindString(text); found != "" {
			at := strings.Index(text, found)
			a.t.Errorf("the log has %q:\n%.600s", found, text[max(0, at-300):])
		}
	}
}

// A page's form as a browser would send it.
type sentForm struct {
	method, action string
	fields         url.Values          // with the values that stand in the page
	options        map[string][]string // of fields that offer some
}

// readPage finds the forms of a page, and the addresses that it leads to.
func readPage(page string) (forms []sentForm, links []string) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, nil
	}
	attr := func(n *html.Node, name string) string {
		for _, x := range n.Attr {
			if x.Key == name {
				return x.Val
			}
		}
		return ""
	}
	var walk func(n *html.Node, f *sentForm)
	walk = func(n *html.Node, f *sentForm) {
		if n.Type == html.ElementNode {
			name, value := attr(n, "name"), attr(n, "value")
			switch n.Data {
			case "a":
				links = append(links, attr(n, "href"))
			case "form":
				forms = append(forms, sentForm{strings.ToUpper(attr(n, "method")), attr(n, "action"), url.Values{}, map[string][]string{}})
				f = &forms[len(forms)-1]
			case "input", "textarea", "select", "button":
				if f == nil || name == "" {
					break
				}
				if kind := attr(n, "type"); kind == "radio" || kind == "checkbox" {
					f.options[name] = append(f.options[name], value)
				}
				if !f.fields.Has(name) || f.fields.Get(name) == "" {
					f.fields.Set(name, value)
				}
			case "option":
				if p := n.Parent; f != nil && p != nil && value != "" {
					if p.Data == "optgroup" {
						p = p.Parent
					}
					name := attr(p, "name")
					f.options[name] = append(f.options[name], value)
					if f.fields.Get(name) == "" {
						f.fields.Set(name, value)
					}
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, f)
		}
	}
	walk(root, nil)
	return forms, links
}
