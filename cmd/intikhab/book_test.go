package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"intikhab/test/need"
)

// TestBookSettings: every setting stands in the book's tables, and the tables hold
// no other. Those of an operator have a page of their own.
func TestBookSettings(t *testing.T) {
	docs := filepath.Join(need.Root(t), "docs")
	for _, page := range []struct {
		file, under string
	}{{"operations.md", ""}, {"smpp-operators.md", "sms.operators.*."}} {
		told := map[string]bool{}
		for _, key := range toldKeys(t, filepath.Join(docs, page.file), page.under == "") {
			told[key] = true
		}
		for _, key := range leaves() {
			operators := strings.HasPrefix(key, "sms.operators.")
			if operators != (page.under != "") {
				continue
			}
			if name := strings.TrimPrefix(key, page.under); told[name] {
				delete(told, name)
			} else {
				t.Errorf("docs/%s does not tell of %s", page.file, name)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(told)) {
			t.Errorf("docs/%s tells of %s, which is no setting", page.file, key)
		}
	}
}

// leaves are the settings that hold a value and not a table.
func leaves() (keys []string) {
	all := settings(reflect.TypeFor[config](), nil)
	for i, key := range all {
		name := strings.TrimSuffix(strings.Join(key, "."), ".*")
		if i+1 == len(all) || !strings.HasPrefix(strings.Join(all[i+1], "."), name+".") || strings.HasSuffix(strings.Join(all[i+1], "."), name+".*") {
			if !slices.Contains(keys, name) && name != "sms.operators" {
				keys = append(keys, name)
			}
		}
	}
	return keys
}

var (
	settingsTable = regexp.MustCompile(`(?m)^\| key \|.*\n\| --- .*\n((?:\|.*\n)+)`)
	quoted        = regexp.MustCompile("`([a-z_.]+)`")
)

// toldKeys reads the first column of a page's tables of settings.
func toldKeys(t *testing.T, path string, dotted bool) (keys []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range settingsTable.FindAllSubmatch(text, -1) {
		for row := range bytes.Lines(table[1]) {
			first, _, _ := strings.Cut(strings.TrimPrefix(string(row), "|"), "|")
			for _, m := range quoted.FindAllStringSubmatch(first, -1) {
				if strings.Contains(m[1], ".") == dotted {
					keys = append(keys, m[1])
				}
			}
		}
	}
	return keys
}

var tomlBlock = regexp.MustCompile("(?ms)^```toml\n(.*?)^```")

// TestBookExamples: the configuration files that the book shows are in order, so
// that one can begin with a copy.
func TestBookExamples(t *testing.T) {
	root := need.Root(t)
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, page := range append(pages, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range tomlBlock.FindAllSubmatch(text, -1) {
			found++
			if bytes.Contains(block[1], []byte("[roll]")) {
				path := filepath.Join(t.TempDir(), "intikhab.toml")
				if err := os.WriteFile(path, block[1], 0o600); err != nil {
					t.Fatal(err)
				}
				if _, err := readConfig(path); err != nil {
					t.Errorf("%s: %v", filepath.Base(page), err)
				}
				continue
			}
			d := toml.NewDecoder(bytes.NewReader(block[1])) // a part of a file
			d.DisallowUnknownFields()
			if err := d.Decode(&config{}); err != nil {
				t.Errorf("%s: %v", filepath.Base(page), explainTOML(err))
			}
		}
	}
	if found < 2 {
		t.Errorf("%d configuration files found in the book", found)
	}
}
