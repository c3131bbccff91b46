package bus_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// grep finds a file below a folder in which some words lie as they are.
func grep(t testing.TB, dir, words string) (found string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(words)) {
			found = path
		}
		return err
	})
	must(t, err)
	return found
}
