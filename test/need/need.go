// Package need says what becomes of a test that needs something the machine may
// not have: a browser, another program, the shared data. It skips and says what is
// missing; where INTIKHAB_REQUIRE is set, as .ci/run sets it, it fails, so that no
// test is skipped there unseen. TestSkips of package house shows that tests skip in
// no other way.
package need

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Missing ends the test: something that it needs is not here. The message names
// it, and what would bring it.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	message := fmt.Sprintf(format, args...)
	if os.Getenv("INTIKHAB_REQUIRE") != "" {
		t.Fatal("INTIKHAB_REQUIRE is set and so nothing may be missing: ", message)
	}
	t.Skip(message)
}

// Program gives the path of the first of the programs that the machine has. The
// names may be paths. Else the test ends; from says what would bring them.
func Program(t testing.TB, from string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, "no %s: %s brings it", names[0], from)
	return ""
}

// Root is the repository's folder.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = up
	}
}

// Shared gives the path of a file or folder of the shared data, which are real:
// results, places, test vectors. They are not the project's to give
// away and so are no part of the repository; INTIKHAB_SHARED names their folder,
// else it is the folder "shared" beside the repository.
func Shared(t testing.TB, elem ...string) string {
	t.Helper()
	root := os.Getenv("INTIKHAB_SHARED")
	if root == "" {
		root = filepath.Join(filepath.Dir(Root(t)), "shared")
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		Missing(t, "no shared data (%v): INTIKHAB_SHARED may name its folder", err)
	}
	return path
}
