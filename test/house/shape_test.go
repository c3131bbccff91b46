package house

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// Lines beyond which a file or a function is to be cut in two. They are far above
// what is asked of new code (a file of 100 to 200 lines, a function that fits on a
// screen), and catch only what has got out of hand.
const (
	mostFileLines     = 600
	mostFunctionLines = 120
	manyFunctionLines = 80 // named in the log of go test -v
)

// shapeless are names that say nothing, and so draw everything.
var shapeless = []string{"util", "utils", "common", "manager", "managers", "helper", "helpers", "misc", "base", "lib", "stuff", "internal", "pkg"}

func TestNamesSaySomething(t *testing.T) {
	for _, s := range sources(t) {
		stem := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.path), ".go"), "_test")
		if slices.Contains(shapeless, stem) {
			t.Errorf("%s: name the file after what is in it", s.path)
		}
		for _, folder := range strings.Split(s.dir(), "/") {
			if slices.Contains(shapeless, folder) {
				t.Errorf("%s: name the folder %q after what is in it", s.path, folder)
			}
		}
	}
}

func TestFilesAndFunctionsAreShort(t *testing.T) {
	for _, s := range sources(t) {
		if n := strings.Count(string(s.text), "\n"); n > mostFileLines {
			t.Errorf("%s has %d lines, %d are the most", s.path, n, mostFileLines)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := fileSet.Position(f.End()).Line - fileSet.Position(f.Pos()).Line + 1
			switch {
			case n > mostFunctionLines && !s.test: // a test may be one long table
				t.Errorf("%s: %s has %d lines, %d are the most", s.path, f.Name.Name, n, mostFunctionLines)
			case n > manyFunctionLines:
				t.Logf("%s: %s has %d lines", s.path, f.Name.Name, n)
			}
		}
	}
}

// TestPackagesAreIntroduced: the first sentence of a package's comment defines the
// noun that the package is. A reader who opens a folder learns there what it is, by
// which law or standard it works, and which test shows it.
func TestPackagesAreIntroduced(t *testing.T) {
	comments := map[string][]string{} // by folder
	names := map[string]string{}
	for _, s := range sources(t) {
		names[s.dir()] = strings.TrimSuffix(s.file.Name.Name, "_test")
		if s.file.Doc != nil && !strings.HasSuffix(s.file.Name.Name, "_test") {
			comments[s.dir()] = append(comments[s.dir()], s.file.Doc.Text())
		}
	}
	for dir, name := range names {
		begin := "Package " + name + " "
		if name == "main" {
			begin = "Command " + path.Base(dir) + " "
		}
		switch all := comments[dir]; {
		case len(all) == 0:
			t.Errorf("%s: no comment %q", dir, begin+"…")
		case len(all) > 1:
			t.Errorf("%s: %d files have a package comment, one should", dir, len(all))
		case !strings.HasPrefix(all[0], begin):
			t.Errorf("%s: the comment begins %.40q, not %q", dir, all[0], begin)
		case !strings.Contains(all[0], "."):
			t.Errorf("%s: the comment has no whole sentence", dir)
		}
	}
}
