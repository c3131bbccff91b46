// Package house tests the repository's own rules: what may know what, how things
// are named and how long they are, what may be depended on, and that what the book
// says is so. Each rule stands with its reason; ARCHITECTURE.md and CONTRIBUTING.md
// say the same for people. A rule that is in the way is changed here, with the
// reason, and never stepped around.
package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"intikhab/test/need"
)

// module is the first part of our own import paths.
const module = "intikhab/"

// A source is one Go file of the repository.
type source struct {
	path string // from the root, with slashes
	text []byte
	file *ast.File
	test bool // named _test.go
}

// dir is the folder, from the root.
func (s *source) dir() string { return path.Dir(s.path) }

// imports are the paths that the file imports.
func (s *source) imports() (paths []string) {
	for _, i := range s.file.Imports {
		p, _ := strconv.Unquote(i.Path.Value) // the parser has checked it
		paths = append(paths, p)
	}
	return paths
}

var fileSet = token.NewFileSet()

// files are the repository's files, from the root: what git has or would take. A
// copy without git is walked.
var files = sync.OnceValues(func() ([]string, error) {
	root, err := rootFolder()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return walk(root)
	}
	var names []string
	for _, name := range strings.Split(string(out), "\x00") {
		if _, err := os.Stat(filepath.Join(root, name)); name != "" && err == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
})

func walk(root string) (names []string, err error) {
	err = filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(root, p)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	return names, err
}

func rootFolder() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	return filepath.Dir(strings.TrimSpace(string(out))), err
}

// list gives the names of the repository's files.
func list(t *testing.T) []string {
	t.Helper()
	names, err := files()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// read reads a file of the repository.
func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(need.Root(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// isText tells text from other files.
func isText(b []byte) bool { return !bytes.Contains(b[:min(len(b), 8000)], []byte{0}) }

// sources are all Go files, parsed.
func sources(t *testing.T) []*source {
	t.Helper()
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var parsed = sync.OnceValues(func() ([]*source, error) {
	names, err := files()
	if err != nil {
		return nil, err
	}
	root, err := rootFolder()
	if err != nil {
		return nil, err
	}
	var all []*source
	for _, name := range names {
		if !strings.HasSuffix(name, ".go") || strings.Contains(name, "/testdata/") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(fileSet, name, text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		all = append(all, &source{path: name, text: text, file: file, test: strings.HasSuffix(name, "_test.go")})
	}
	if len(all) < 10 {
		return nil, fmt.Errorf("only %d Go files found under %s", len(all), root)
	}
	return all, nil
})
