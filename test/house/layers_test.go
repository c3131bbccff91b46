package house

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// storeys, from the ground up. A package imports only from lower ones, so that the
// rules of elections can be read and tested without a database or a network, and
// so that a system can be taken out without the others noticing.
var storeys = []string{"domain", "platform", "systems", "cmd"}

func storey(dir string) int {
	first, _, _ := strings.Cut(dir, "/")
	return slices.Index(storeys, first)
}

// pure are the packages of the standard library that the domain may use: none that
// reads a clock, a disk, a network or chance, so that a count can be repeated years
// later with the same result. log/slog is there for the way a value prints itself.
var pure = []string{"bufio", "bytes", "cmp", "embed", "encoding", "encoding/*", "errors", "fmt", "hash", "hash/*", "io", "iter",
	"log/slog", "maps", "math", "math/big", "math/bits", "math/cmplx", "slices", "sort", "strconv", "strings", "sync", "sync/atomic",
	"text/*", "time", "unicode", "unicode/*", "crypto/sha256", "crypto/sha512", "crypto/subtle", "crypto/ed25519"}

// impure are functions of those packages that break the same promise.
var impure = map[string][]string{
	"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local", "LoadLocation"},
	"fmt":  {"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"},
	"slog": {"Debug", "Info", "Warn", "Error", "Log", "Default", "SetDefault"},
}

func TestStoreys(t *testing.T) {
	for _, s := range sources(t) {
		at := storey(s.dir())
		if at < 0 && !strings.HasPrefix(s.path, "test/") {
			t.Errorf("%s stands in none of the folders %v and test", s.path, storeys)
			continue
		}
		for _, imported := range s.imports() {
			to, ours := strings.CutPrefix(imported, module)
			switch {
			case !ours || at < 0:
			case strings.HasPrefix(to, "test/"):
				if !s.test {
					t.Errorf("%s imports %s: what ships knows no test", s.path, to)
				}
			case storey(to) > at:
				t.Errorf("%s imports %s, of a higher storey", s.path, to)
			}
		}
	}
}

func TestDomainIsPure(t *testing.T) {
	for _, s := range sources(t) {
		if storey(s.dir()) != 0 || s.test {
			continue
		}
		for _, imported := range s.imports() {
			parent, _, _ := strings.Cut(imported, "/")
			switch {
			case strings.HasPrefix(imported, module+"domain/"), strings.HasPrefix(imported, "golang.org/x/text/"):
			case slices.Contains(pure, imported), strings.Contains(imported, "/") && slices.Contains(pure, parent+"/*"):
			default:
				t.Errorf("%s imports %s: the domain uses no clock, disk, network or chance", s.path, imported)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if selector, ok := n.(*ast.SelectorExpr); ok {
				if name, ok := selector.X.(*ast.Ident); ok && slices.Contains(impure[name.Name], selector.Sel.Name) {
					t.Errorf("%v: %s.%s in the domain: what it tells must be given", fileSet.Position(n.Pos()), name.Name, selector.Sel.Name)
				}
			}
			return true
		})
	}
}

// TestSystems: a system is known by its front package alone, so that what lies
// behind it can be rebuilt; and two systems never know each other in a circle.
func TestSystems(t *testing.T) {
	knows := map[string][]string{}
	for _, s := range sources(t) {
		if storey(s.dir()) != 2 {
			continue
		}
		mine := strings.Split(s.dir(), "/")[1]
		for _, imported := range s.imports() {
			rest, ok := strings.CutPrefix(imported, module+"systems/")
			if !ok {
				continue
			}
			theirs, inner, _ := strings.Cut(rest, "/")
			if theirs == mine {
				continue
			}
			if inner != "" {
				t.Errorf("%s imports %s: of another system only the front package, systems/%s", s.path, imported, theirs)
			}
			if !slices.Contains(knows[mine], theirs) {
				knows[mine] = append(knows[mine], theirs)
			}
		}
	}
	for system := range knows {
		if way := circle(knows, []string{system}); way != nil {
			t.Errorf("systems know each other in a circle: %s", strings.Join(way, " → "))
		}
	}
}

// circle extends a way through the systems until it meets its own beginning.
func circle(knows map[string][]string, way []string) []string {
	for _, next := range knows[way[len(way)-1]] {
		if next == way[0] {
			return append(way, next)
		}
		if !slices.Contains(way, next) {
			if found := circle(knows, append(slices.Clone(way), next)); found != nil {
				return found
			}
		}
	}
	return nil
}

func TestCircleIsSeen(t *testing.T) {
	knows := map[string][]string{"results": {"rolls"}, "rolls": {"gis"}, "gis": {"results"}, "helpline": {"rolls"}}
	if got := circle(knows, []string{"rolls"}); len(got) != 4 {
		t.Errorf("circle %v", got)
	}
	if got := circle(knows, []string{"helpline"}); got != nil {
		t.Errorf("circle %v through a system that nobody knows", got)
	}
}

// TestArchitectureNamesAll: the map has every room. Folders deeper than those of a
// system's parts are the part's own affair.
func TestArchitectureNamesAll(t *testing.T) {
	page := string(read(t, "ARCHITECTURE.md"))
	for _, s := range sources(t) {
		rooms := strings.Split(s.dir(), "/")
		if at := storey(s.dir()); at < 0 || at > 2 || s.test {
			continue
		}
		for _, room := range rooms[1:min(len(rooms), 3)] {
			if room != "webtest" && !strings.Contains(page, room+"/ ") {
				t.Errorf("ARCHITECTURE.md does not show %s/, where %s is", room, s.path)
			}
		}
	}
}
