package house

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"intikhab/test/need"
)

// TestNewcomer: README begins with the two commands that everybody begins with, and
// .ci/run runs the very same.
func TestNewcomer(t *testing.T) {
	readme, ci := string(read(t, "README.md")), string(read(t, ".ci/run"))
	for _, command := range []string{"go run ./cmd/intikhab demo", "go test ./..."} {
		if !strings.Contains(fence.FindString(readme), command) {
			t.Errorf("README's first block of code does not have %q", command)
		}
		if !strings.Contains(ci, command) {
			t.Errorf(".ci/run does not run %q", command)
		}
	}
}

var (
	// command is a line of the book that a reader would type.
	command = regexp.MustCompile(`(?m)^(?:\$ |# |sudo |sudo -u intikhab )?(?:/usr/local/bin/)?(?:intikhab|go run \./cmd/intikhab) ([^#|>\n]+)`)
	verb    = regexp.MustCompile(`^[a-z]+$`)
	flag    = regexp.MustCompile(`^--[a-z][a-z-]*`)
)

// TestCommandsExist: every command of intikhab that stands in the book is one, with
// the flags that it is shown with. The program itself says so in its help.
func TestCommandsExist(t *testing.T) {
	program := filepath.Join(t.TempDir(), "intikhab")
	build := exec.Command("go", "build", "-o", program, "./cmd/intikhab")
	build.Dir = need.Root(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	helps := map[string]string{}
	checked := 0
	for _, page := range pages(t) {
		for _, block := range fence.FindAllString(string(read(t, page)), -1) {
			block = strings.ReplaceAll(block, "\\\n", " ") // lines that go on
			for _, m := range command.FindAllStringSubmatch(block, -1) {
				words := strings.Fields(m[1])
				n := 0
				for n < len(words) && verb.MatchString(words[n]) {
					n++
				}
				name := strings.Join(words[:n], " ")
				help, known := helps[name]
				if !known {
					out, err := exec.Command(program, append(words[:n:n], "--help")...).CombinedOutput()
					if err == nil {
						help = string(out)
					}
					helps[name] = help
				}
				if help == "" || strings.Contains(help, "Usage: intikhab "+name+" <command>") {
					t.Errorf("%s: there is no command %q", page, "intikhab "+m[1])
					continue
				}
				for _, word := range words[n:] {
					if f := flag.FindString(word); f != "" && !regexp.MustCompile(f+`([= ,\n]|$)`).MatchString(help) {
						t.Errorf("%s: intikhab %s has no flag %s", page, name, f)
					}
				}
				checked++
			}
		}
	}
	if checked < 2 {
		t.Errorf("only %d commands found in the book", checked)
	}
}

var (
	metric = regexp.MustCompile(`\bintikhab_[a-z_]+`)
	suffix = regexp.MustCompile(`_(bucket|count|sum)$`)
)

// TestMetricsExist: an alarm on a metric that nobody counts never rings.
func TestMetricsExist(t *testing.T) {
	code := string(read(t, "systems/voterinfo/console/metrics.go"))
	found := 0
	for _, page := range pages(t) {
		for _, name := range metric.FindAllString(string(read(t, page)), -1) {
			found++
			if short := strings.TrimPrefix(suffix.ReplaceAllString(name, ""), "intikhab_"); !strings.Contains(code, `"`+short+`"`) {
				t.Errorf("%s: there is no metric %s", page, name)
			}
		}
	}
	if found == 0 {
		t.Error("no metric in the book")
	}
}

// TestVariablesAreTold: whoever can change what a test does by a variable of the
// environment finds it in CONTRIBUTING.md. Those that a test sets for a process of
// its own are called INTIKHAB_TEST_….
func TestVariablesAreTold(t *testing.T) {
	book := string(read(t, "CONTRIBUTING.md"))
	variable := regexp.MustCompile(`"(INTIKHAB_[A-Z_]+)"`)
	for _, s := range sources(t) {
		for _, m := range variable.FindAllStringSubmatch(string(s.text), -1) {
			if name := m[1]; s.test && !strings.HasPrefix(name, "INTIKHAB_TEST_") && !strings.Contains(book, "`"+name+"`") {
				t.Errorf("CONTRIBUTING.md does not tell of %s, which %s reads", name, s.path)
			}
		}
	}
}
