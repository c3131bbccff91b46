package browser

import (
	"strings"
	"testing"
)

// tour looks at every page of the officers' site, in both languages, light and dark, on
// a telephone and at a desk. Each page is come to in English, and left by the switch of
// languages, which keeps the place.
func tour(t *testing.T, s *bureau, first, auditor *person, officer, asked string) {
	guest := s.person(t, first.script, "en", windows[1], "light")
	guest.visit("/sign-in")
	guest.shown("sign-in")
	first.visit("/design")
	first.shown("design")
	rounds := []struct {
		who   *person
		paths []string
	}{
		{guest, []string{"/sign-in", "/sign-in/recover", "/invitation/NOSUCHLINK", "/nowhere"}},
		{first, []string{"/", "/offices", "/offices/district-kasur", "/offices/district-kasur/change", "/offices/open",
			"/officers", "/officers/add", "/officers/" + officer, "/officers/" + officer + "/change", "/officers/" + officer + "/reveal",
			"/officers/" + officer + "/suspend", "/officers/" + officer + "/grant", "/officers/" + officer + "/sign-in", "/officers/" + officer + "/reset",
			"/approvals", "/approvals?list=mine", asked, "/watch", "/watch/letters", "/notices", "/notices/preview",
			"/account", "/account/password", "/account/recovery", "/account/language", "/account/tokens", "/confirm"}},
		{auditor, []string{"/", "/audit", "/audit/1", "/audit/export", "/approvals?list=all"}},
	}
	for _, r := range rounds {
		for _, path := range r.paths {
			name := strings.Trim(strings.NewReplacer(officer, "ID", asked, "approvals/one").Replace(path), "/")
			t.Run(name, func(t *testing.T) {
				p := *r.who
				p.tab, p.lang = r.who.in(t), "en"
				p.resize(windows[0])
				p.visit(path)
				p.turned(name, "light", "dark")
				place := eval[string](p.tab, here)
				p.press(".switch")
				if got := eval[string](p.tab, here); got != place {
					t.Errorf("the switch of languages leads from %s to %s", place, got)
				}
				p.lang = "ur"
				p.turned(name, "dark", "light")
			})
		}
	}
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

// here is the page's address without the language.
const here = `(u => { u.searchParams.delete("lang"); return u.pathname + u.search; })(new URL(location.href))`
