package webtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Code is the text of a package's Go files, without its tests, for Templates: from
// the package's own folder when none is named.
func Code(t *testing.T, folders ...string) string {
	t.Helper()
	if len(folders) == 0 {
		folders = []string{"."}
	}
	var code strings.Builder
	for _, folder := range folders {
		names, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("no Go files in %s: %v", folder, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			code.Write(text)
		}
	}
	return code.String()
}
