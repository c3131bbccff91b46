package house

import (
	"go/ast"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"intikhab/test/need"
)

// TestFuzzTargetsHaveSeeds: a fuzz target without a corpus tries nothing in go test,
// and begins every night from nothing. The corpus is what the target adds, or files,
// where what fuzzing finds is put too.
func TestFuzzTargetsHaveSeeds(t *testing.T) {
	found := 0
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !s.test || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Fuzz") {
				continue
			}
			found++
			corpus := filepath.Join(need.Root(t), filepath.FromSlash(s.dir()), "testdata", "fuzz", f.Name.Name)
			if seeds, err := os.ReadDir(corpus); (err != nil || len(seeds) == 0) && !adds(f) {
				t.Errorf("%s: %s adds no seed and has none in testdata/fuzz/%s", s.path, f.Name.Name, f.Name.Name)
			}
		}
	}
	if found == 0 {
		t.Error("no fuzz target at all")
	}
}

// adds tells whether a fuzz target calls Add.
func adds(f *ast.FuncDecl) (yes bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			selector, ok := call.Fun.(*ast.SelectorExpr)
			yes = yes || ok && selector.Sel.Name == "Add"
		}
		return true
	})
	return yes
}

// TestSkips: a test that cannot run here says so through package need, and through
// nothing else, since where INTIKHAB_REQUIRE is set it must fail: a test that is
// skipped where nobody sees it is no test. A benchmark may skip: whoever runs it
// reads what it says. Nor is there a short way through the tests: all of them
// together are quick.
func TestSkips(t *testing.T) {
	for _, s := range sources(t) {
		if s.dir() == "test/need" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			selector, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, _ := selector.X.(*ast.Ident)
			switch name := selector.Sel.Name; {
			case s.test && (name == "Skip" || name == "Skipf" || name == "SkipNow") && x != nil && x.Name != "b":
				t.Errorf("%v: %s.%s: use need.Missing, or return", fileSet.Position(n.Pos()), x.Name, name)
			case x != nil && x.Name == "testing" && name == "Short":
				t.Errorf("%v: testing.Short: make the test quick for everybody", fileSet.Position(n.Pos()))
			}
			return true
		})
	}
}

// TestNothingIsPrinted: what the program says goes through its log or is the result
// of a command. A forgotten print would stand in an operator's output for ever, and
// might hold a voter's number.
func TestNothingIsPrinted(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || storey(s.dir()) > 2 || storey(s.dir()) < 0 {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if selector, ok := n.(*ast.SelectorExpr); ok {
				x, _ := selector.X.(*ast.Ident)
				if name := selector.Sel.Name; x != nil && x.Name == "fmt" && strings.HasPrefix(name, "Print") {
					t.Errorf("%v: fmt.%s", fileSet.Position(n.Pos()), name)
				}
			}
			if call, ok := n.(*ast.CallExpr); ok {
				if f, ok := call.Fun.(*ast.Ident); ok && (f.Name == "println" || f.Name == "print") {
					t.Errorf("%v: %s", fileSet.Position(n.Pos()), f.Name)
				}
			}
			return true
		})
	}
}
