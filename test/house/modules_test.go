package house

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"intikhab/test/need"
)

// forbidden are modules that are not to come in, each with the reason. Most are
// good; one of a kind is enough.
var forbidden = map[string]string{
	"C":                              "cgo: the program is one static file that runs on any Linux, and is built anywhere",
	"github.com/mattn/go-sqlite3":    "cgo; modernc.org/sqlite is here",
	"github.com/spf13/cobra":         "kong is here",
	"github.com/spf13/viper":         "go-toml is here, and a setting has one place",
	"github.com/urfave/cli":          "kong is here",
	"github.com/BurntSushi/toml":     "go-toml is here",
	"gopkg.in/yaml.v3":               "settings are TOML",
	"github.com/sirupsen/logrus":     "log/slog",
	"go.uber.org/zap":                "log/slog",
	"github.com/rs/zerolog":          "log/slog",
	"github.com/gorilla/mux":         "net/http routes",
	"github.com/gin-gonic/gin":       "net/http routes",
	"github.com/labstack/echo":       "net/http routes",
	"github.com/stretchr/testify":    "a comparison and a sentence say more",
	"gorm.io/gorm":                   "SQL is written as SQL",
	"github.com/golang/mock":         "a small interface is faked by a small type",
	"github.com/pkg/errors":          "errors and fmt.Errorf wrap",
	"github.com/go-text/typesetting": "loses the slope of Nastaliq, so that names are misread",
}

// allowed are the licences under which code may come in: none asks of the
// commission more than that it names the authors.
var allowed = []string{"Apache-2.0", "MIT", "BSD", "ISC", "MPL-2.0", "CC0-1.0", "public domain"}

// marks are words that stand in the text of each licence and in no other's.
var marks = []struct{ licence, words string }{
	{"Apache-2.0", "apache license version 2.0"},
	{"MPL-2.0", "mozilla public license"},
	{"MIT", "permission is hereby granted, free of charge"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software"},
	{"ISC", "permission to use, copy, modify, and distribute this software"},
	{"BSD", "redistribution and use in source and binary forms"},
	{"CC0-1.0", "cc0 1.0 universal"},
	{"public domain", "released into the public domain"},
	{"public domain", "dedicated to the public domain"},
	{"GPL", "gnu general public license"},
	{"GPL", "gnu lesser general public license"},
	{"GPL", "gnu affero general public license"},
}

// licencesOf tells the licences that a text holds.
func licencesOf(text []byte) (found []string) {
	words := strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(string(text), ",", ", ")), " "))
	for _, m := range marks {
		if strings.Contains(words, m.words) && !slices.Contains(found, m.licence) {
			found = append(found, m.licence)
		}
	}
	if slices.Contains(found, "MPL-2.0") { // which names the GPL as one that may stand beside it
		found = slices.DeleteFunc(found, func(l string) bool { return l == "GPL" })
	}
	return found
}

// A dependency is a module whose code is compiled into the program or its tests.
type dependency struct {
	path, version, dir string
	direct             bool // imported by our own code
	shipped            bool // part of the program, not only of tests
}

// dependencies asks the go tool.
func dependencies(t *testing.T) map[string]*dependency {
	t.Helper()
	ours := map[string]bool{}
	for _, s := range sources(t) {
		for _, i := range s.imports() {
			ours[i] = true
		}
	}
	all := map[string]*dependency{}
	for _, shipped := range []bool{true, false} {
		args := []string{"list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{$.ImportPath}}\t{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/..."}
		if !shipped {
			args = append(slices.Insert(args[:len(args)-1], 1, "-test"), "./...")
		}
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = need.Root(t), append(os.Environ(), "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go %s: %v", strings.Join(args, " "), err)
		}
		for line := range strings.Lines(string(out)) {
			part := strings.Split(strings.TrimSpace(line), "\t")
			if len(part) != 4 {
				continue
			}
			d := all[part[1]]
			if d == nil {
				d = &dependency{path: part[1], version: part[2], dir: part[3]}
				all[part[1]] = d
			}
			d.direct = d.direct || ours[part[0]]
			d.shipped = d.shipped || shipped
		}
	}
	return all
}

// licences reads what licences a module's folder holds.
func licences(d *dependency) (found []string, err error) {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if strings.HasSuffix(name, "-LOGO") {
			continue // of a picture, which is not compiled in
		}
		if e.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "UNLICENSE") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(d.dir, e.Name()))
		if err != nil {
			return nil, err
		}
		kinds := licencesOf(text)
		if len(kinds) == 0 {
			return nil, fmt.Errorf("%s: a licence that this test does not know", e.Name())
		}
		found = append(found, kinds...)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no licence in %s", d.dir)
	}
	return found, nil
}

// TestDependencies: every module compiled in has a licence that a commission can
// take without a lawyer, and every one that we import ourselves stands in
// docs/dependencies.md with its licence and what it is for.
func TestDependencies(t *testing.T) {
	book := string(read(t, "docs/dependencies.md"))
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\|").FindAllStringSubmatch(book, -1)
	told := map[string]string{}
	for _, r := range rows {
		told[r[1]] = strings.TrimSpace(r[2])
	}
	all := dependencies(t)
	for _, d := range all {
		if reason := forbidden[d.path]; reason != "" && d.direct {
			t.Errorf("%s: %s", d.path, reason)
		}
		kinds, err := licences(d)
		if err != nil {
			t.Errorf("%s: %v", d.path, err)
			continue
		}
		for _, kind := range kinds {
			if !slices.Contains(allowed, kind) {
				t.Errorf("%s is under %s; allowed are %v", d.path, kind, allowed)
			}
		}
		if d.direct && !slices.Contains(kinds, told[d.path]) {
			t.Errorf("docs/dependencies.md says %q of %s, which is under %v", told[d.path], d.path, kinds)
		}
	}
	for path := range told {
		if d := all[path]; d == nil || !d.direct {
			t.Errorf("docs/dependencies.md lists %s, which is not imported", path)
		}
	}
}

func TestForbiddenImports(t *testing.T) {
	for _, s := range sources(t) {
		for _, imported := range s.imports() {
			for path, reason := range forbidden {
				if imported == path || strings.HasPrefix(imported, path+"/") {
					t.Errorf("%s imports %s: %s", s.path, imported, reason)
				}
			}
		}
	}
}

// TestModuleStandsAlone: no replace directive, or others could not build what we
// build.
func TestModuleStandsAlone(t *testing.T) {
	for line := range strings.Lines(string(read(t, "go.mod"))) {
		if word := strings.Fields(line); len(word) > 0 && (word[0] == "replace" || word[0] == "exclude") {
			t.Errorf("go.mod: %s", strings.TrimSpace(line))
		}
	}
}

func TestLicencesAreTold(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Apache License\n   Version 2.0, January 2004", "Apache-2.0"},
		{"Permission is hereby granted, free\nof charge, to any person", "MIT"},
		{"GNU GENERAL PUBLIC LICENSE Version 3", "GPL"},
		{"GNU AFFERO GENERAL PUBLIC LICENSE", "GPL"},
		{"Mozilla Public License, version 2.0 … \"Secondary License\" means the GNU General Public License", "MPL-2.0"},
		{"Redistribution and use in source and binary forms, with or without", "BSD"},
		{"Redistribution and use in source and binary forms … Permission is hereby granted, free of charge", "MIT BSD"},
		{"Permission to use, copy, modify, and/or distribute this software for any purpose", "ISC"},
		{"All rights reserved. You may look at it.", ""},
	} {
		if got := strings.Join(licencesOf([]byte(c.text)), " "); got != c.want {
			t.Errorf("%q is %q, want %q", c.text, got, c.want)
		}
	}
	if got := licencesOf(read(t, "LICENSE")); !slices.Equal(got, []string{"Apache-2.0"}) {
		t.Errorf("our own LICENSE is %q", got)
	}
}
