package browser

import (
	"strings"
	"testing"
)

// tour looks at every page of the officers' site, in both languages, light and dark, on
// a telephone and at a desk. Each page is come to in English, and left by the switch of
// languages, which keeps the place.
func tour(t *testing.T, s *bureau, first, second, auditor *person, officer, asked string) {
	guest := s.person(t, first.script, "en", windows[1], "light")
	guest.visit("/sign-in")
	guest.shown("sign-in")
	first.visit("/design")
	first.shown("design")
	rounds := []struct {
		name  string
		who   *person
		paths []string
	}{
		{"nobody", guest, []string{"/sign-in", "/sign-in/recover", "/invitation/NOSUCHLINK", "/nowhere"}},
		{"first", first, []string{"/", "/offices", "/offices/district-kasur", "/offices/district-kasur/change", "/offices/open",
			"/officers", "/officers/add", "/officers/" + officer, "/officers/" + officer + "/change", "/officers/" + officer + "/reveal",
			"/officers/" + officer + "/suspend", "/officers/" + officer + "/grant"}},
		{"second", second, []string{"/officers/" + officer + "/sign-in", "/officers/" + officer + "/reset", "/approvals", "/approvals?list=mine", asked,
			"/watch", "/watch/letters", "/notices", "/notices/preview", "/offices/import", "/officers/import",
			"/account", "/account/password", "/account/recovery", "/account/language", "/account/tokens", "/confirm"}},
		{"auditor", auditor, []string{"/", "/audit", "/audit/1", "/audit/export", "/approvals?list=all"}},
	}
	for _, r := range rounds {
		r.who.plain = false
		t.Run(r.name, func(t *testing.T) {
			t.Parallel() // each in a browser of its own
			for _, path := range r.paths {
				name := strings.Trim(strings.NewReplacer(officer, "ID", asked, "approvals/one").Replace(path), "/")
				t.Run(name, func(t *testing.T) { r.who.turn(t, path, name) })
			}
		})
	}
}

// turn looks at one page from all sides.
func (p *person) turn(t *testing.T, path, name string) {
	here := *p
	here.tab, here.lang = p.in(t), "en"
	here.resize(windows[0])
	here.visit(path)
	here.turned(name, "light", "dark")
	before := eval[string](here.tab, whereabouts)
	here.press(".switch")
	if got := eval[string](here.tab, whereabouts); got != before {
		t.Errorf("the switch of languages leads from %s to %s", before, got)
	}
	here.lang = "ur"
	here.turned(name, "dark", "light")
}

// turned checks the page on a telephone in one scheme, and at a desk in the other.
func (p *person) turned(name string, schemes ...string) {
	p.Helper()
	for i, w := range windows {
		p.window = w
		p.resize(w)
		p.prefer(schemes[i])
		p.seen("tour-" + strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(name))
	}
}

// whereabouts is the page's address without the language.
const whereabouts = `(u => { u.searchParams.delete("lang"); return u.pathname + u.search; })(new URL(location.href))`
