package browser

import (
	"strings"
	"testing"
)

// tour looks at every page of the officers' site in both languages, on a telephone in
// the dark and at a desk in the light. Each page is come to in English, and left by the switch of
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
			for i, path := range r.paths {
				name := strings.Trim(strings.NewReplacer(officer, "ID", asked, "approvals/one").Replace(path), "/")
				t.Run(name, func(t *testing.T) { r.who.turn(t, path, name, i%2) })
			}
		})
	}
}

// turn looks at one page from both sides: in one language on a telephone in the dark, in
// the other at a desk in the light. Which language is where changes from page to page,
// so that all four ways are looked at over the tour.
func (p *person) turn(t *testing.T, path, name string, odd int) {
	here := *p
	here.tab, here.lang = p.in(t), "en"
	here.resize(windows[odd])
	here.visit(path)
	here.turned(name, odd)
	before := eval[string](here.tab, whereabouts)
	here.press(".switch")
	if got := eval[string](here.tab, whereabouts); got != before {
		t.Errorf("the switch of languages leads from %s to %s", before, got)
	}
	here.lang = "ur"
	here.turned(name, 1-odd)
}

// turned checks the page on a telephone in the dark, or at a desk in the light.
func (p *person) turned(name string, window int) {
	p.Helper()
	p.window = windows[window]
	p.resize(p.window)
	p.prefer([]string{"dark", "light"}[window])
	p.seen("tour-" + strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(name))
}

// whereabouts is the page's address without the language.
const whereabouts = `(u => { u.searchParams.delete("lang"); return u.pathname + u.search; })(new URL(location.href))`
