package main

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"intikhab/platform/spelling"
)

// explainTOML says where a file is wrong and what would be right.
func explainTOML(err error) (errs []error) {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		for _, e := range unknown.Errors {
			row, _ := e.Position()
			errs = append(errs, fmt.Errorf("line %d: there is no setting %s%s", row, strings.Join(e.Key(), "."), suggest(e.Key())))
		}
		return errs
	}
	var bad *toml.DecodeError
	if !errors.As(err, &bad) {
		return []error{err}
	}
	row, column := bad.Position()
	where := fmt.Sprintf("line %d, column %d", row, column)
	if key := strings.Join(bad.Key(), "."); key != "" {
		where += ": " + key
	}
	text := strings.TrimPrefix(bad.Error(), "toml: ")
	if m := wrongKind.FindStringSubmatch(text); m != nil {
		text = fmt.Sprintf("want %s, found %s", goKind(m[2]), tomlKind(m[1]))
	}
	if what, ok := strings.CutPrefix(text, "time: invalid duration "); ok {
		text = what + " is not a time such as \"10s\" or \"5m\""
	}
	if strings.HasSuffix(text, "at start of value") {
		text += ": a text stands in \"quotation marks\""
	}
	return []error{fmt.Errorf("%s: %s", where, text)}
}

// wrongKind is how go-toml says that a value is not of its setting's kind.
var wrongKind = regexp.MustCompile(`^cannot (?:decode|store|assign) (?:TOML )?([a-z ]+?) (?:into|in|to) .*?(\S+)$`)

func goKind(name string) string {
	switch {
	case strings.HasPrefix(name, "[]"):
		return "a list, as [\"a\", \"b\"]"
	case strings.HasPrefix(name, "int"), strings.HasPrefix(name, "uint"):
		return "a whole number"
	case strings.HasPrefix(name, "float"):
		return "a number"
	case name == "bool":
		return "true or false"
	case name == "string":
		return "a text in \"quotation marks\""
	}
	return "a table"
}

func tomlKind(name string) string {
	switch name {
	case "integer", "float":
		return "a number"
	case "boolean":
		return "true or false"
	case "string":
		return "a text"
	case "array":
		return "a list"
	}
	return "a " + strings.TrimPrefix(name, "inline ")
}

// suggest names the known key that is nearest to one that is not: by the letters
// that differ, or of the same name in another table.
func suggest(key []string) string {
	best, distance := "", 1<<30
	leaf := key[len(key)-1]
	for _, known := range settings(reflect.TypeFor[config](), nil) {
		const moved = 3 // to be in another table is like so many wrong letters
		d := 0
		switch {
		case len(known) == len(key):
			for i := range known[:len(known)-1] {
				if known[i] != "*" {
					d += min(moved, spelling.Distance(known[i], key[i]))
				}
			}
			if last := known[len(known)-1]; last != "*" {
				d += spelling.Distance(last, leaf)
			}
		case known[len(known)-1] == leaf:
			d = moved
		default:
			continue
		}
		if d < distance {
			shown := append([]string(nil), known...)
			for i := range shown {
				switch {
				case shown[i] == "*" && len(known) == len(key):
					shown[i] = key[i]
				case shown[i] == "*":
					shown[i] = "NAME"
				}
			}
			best, distance = strings.Join(shown, "."), d
		}
	}
	return "; the nearest one is " + best
}

// settings lists the keys of a structure and those above them, a map's as "*".
func settings(t reflect.Type, above []string) (keys [][]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
		if name == "" || name == "-" {
			continue
		}
		key := append(append([]string(nil), above...), name)
		keys = append(keys, key)
		inner := f.Type
		if inner.Kind() == reflect.Map {
			inner, key = inner.Elem(), append(key, "*")
			keys = append(keys, key)
		}
		if inner.Kind() == reflect.Struct {
			keys = append(keys, settings(inner, key)...)
		}
	}
	return keys
}
