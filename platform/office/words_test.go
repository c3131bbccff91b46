package office

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"intikhab/platform/words"
)

// TestWords: every act, role, kind, state and reason has its words in both
// languages, and no word is without use.
func TestWords(t *testing.T) {
	used := map[string]bool{}
	need := func(key string) {
		t.Helper()
		used[key] = true
		if !Texts.Has(key) {
			t.Errorf("there are no words for %s", key)
		}
	}
	for _, act := range Standard().Acts() {
		need(Title(act))
	}
	for _, r := range append(Roles(), WaysIn()...) {
		need(r.Key())
	}
	for _, k := range Kinds() {
		need(k.Key())
	}
	for _, s := range []Scope{Self, OwnOffice, Jurisdiction, Everywhere} {
		need("office.scope." + string(s))
	}
	for _, s := range []State{Invited, Active, Suspended, Closed} {
		need(s.Key())
	}
	for _, r := range []Reason{UnknownAct, SignIn, NotThisWay, NotInvited, IsSuspended, IsClosed, NeedsSecond, ForHimself} {
		need(r.Key())
	}
	for r := range telling {
		need(r.Key())
	}
	for _, k := range []EventKind{Granted, Begins, Expires, EndedEarly, LeaveGiven, LeaveStart, LeaveStop, CameBack, ChargeMade} {
		need(k.Key())
	}
	for _, key := range append(constants(t, "approval/state.go", `State = "([a-z]+)"`, "office.approval."), constants(t, "sheet/preview.go", `Change = "([a-z]+)"`, "office.change.")...) {
		need(key)
	}
	problem := regexp.MustCompile(`say\("([a-z_]+)"|[pP]roblems\.add\([^,]+, [^,]+, "([a-z_0-9]+)"|"office\.problem\.([a-z_0-9]+)"`)
	for _, dir := range []string{".", "sheet"} {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
				continue
			}
			code, err := os.ReadFile(dir + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range problem.FindAllStringSubmatch(string(code), -1) {
				need("office.problem." + strings.Join(m[1:], ""))
			}
		}
	}
	for _, key := range Texts.Keys() {
		if !used[key] {
			t.Errorf("nothing uses the words %s", key)
		}
		for _, lang := range words.Languages {
			if text := Texts.Text(lang, key); strings.TrimSpace(text) != text || text == "" {
				t.Errorf("%s: %q", key, text)
			}
		}
	}
}

// constants reads the values of a type from the source of a package that stands on
// this one.
func constants(t *testing.T, file, pattern, prefix string) (keys []string) {
	t.Helper()
	code, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(code), -1) {
		keys = append(keys, prefix+m[1])
	}
	if len(keys) < 3 {
		t.Errorf("%s: %v", file, keys)
	}
	return keys
}
