package cnic

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"text/template"

	"pgregory.net/rapid"
)

type voter struct {
	Number Number
	hidden Number
	list   []Number
	ptr    *Number
	any    any
}

// Every way of printing that was thought of: none shows more than the first
// five digits.
func TestNothingPrintsTheWholeNumber(t *testing.T) {
	n, err := Parse("42301-4964000-1")
	if err != nil {
		t.Fatal(err)
	}
	v := voter{n, n, []Number{n}, &n, n}
	outs := map[string]string{}
	values := map[string]any{"n": n, "&n": &n, "v": v, "&v": &v, "slice": []Number{n}, "map": map[Number]Number{n: n}, "array": [1]Number{n},
		"error": fmt.Errorf("voter %v", n), "joined": errors.Join(fmt.Errorf("%s", n)), "any": []any{n, v}}
	for name, value := range values {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%X", "%#x", "%q", "%#q", "%o", "%b", "%c", "%U", "%e", "%f", "%g", "%t", "%p", "%w", "%y", "%20v", "%-20v|", "%T", "%.3s", "%[1]d %[1]v"} {
			outs[name+" "+format] = fmt.Sprintf(format, value)
		}
		outs[name+" Sprint"] = fmt.Sprint(value)
		outs[name+" Sprintln"] = fmt.Sprintln(value, value)
		noVerb := "x"
		//lint:ignore SA5009 the mistake is what is tried
		outs[name+" extra"] = fmt.Sprintf(noVerb, value)
		for h, handler := range map[string]func(*bytes.Buffer) slog.Handler{
			"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
			"json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		} {
			var b bytes.Buffer
			slog.New(handler(&b)).Info("seen", "value", value, slog.Group("group", "value", value))
			outs[name+" slog "+h] = b.String()
		}
		if b, err := json.Marshal(value); err == nil {
			outs[name+" json"] = string(b)
		}
		if b, err := xml.Marshal(value); err == nil {
			outs[name+" xml"] = string(b)
		}
		var b bytes.Buffer
		if err := template.Must(template.New("").Parse("{{.}}")).Execute(&b, value); err == nil {
			outs[name+" template"] = b.String()
		}
	}
	hex := fmt.Sprintf("%x", one)
	for name, out := range outs {
		low := strings.ToLower(out)
		for _, whole := range []string{"4230149640001", "4964000", "42301-4964000-1", hex, fmt.Sprintf("%o", one), fmt.Sprintf("%b", one), fmt.Sprintf("%x", "4964000")} {
			if strings.Contains(low, whole) {
				t.Errorf("%s shows the number: %s", name, out)
			}
		}
	}
	if outs["n %v"] != "42301-*******-*" || outs["n %d"] != outs["n %v"] || outs["n Sprint"] != outs["n %v"] {
		t.Errorf("masked as %q, %q", outs["n %v"], outs["n %d"])
	}
	if outs["n %#v"] != "cnic.Number(42301-*******-*)" || outs["n %q"] != `"42301-*******-*"` || outs["n %20v"] != "     42301-*******-*" {
		t.Errorf("%q %q %q", outs["n %#v"], outs["n %q"], outs["n %20v"])
	}
	if outs["map json"] != `{"42301-*******-*":"42301-*******-*"}` {
		t.Errorf("as JSON %s", outs["map json"])
	}
	if !strings.Contains(outs["n slog json"], `"value":"42301-*******-*"`) || !strings.Contains(outs["n slog text"], "value=42301-*******-*") {
		t.Errorf("in logs %s %s", outs["n slog json"], outs["n slog text"])
	}
}

func TestReveal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := rapid.Uint64Range(0, Space-1).Draw(t, "u")
		n, err := FromUint64(u)
		if err != nil || n.RevealUint64() != u || n.Reveal() != fmt.Sprintf("%013d", u) {
			t.Fatalf("%d: %s, %v", u, n.Reveal(), err)
		}
		d := n.RevealDashed()
		if strings.ReplaceAll(d, "-", "") != n.Reveal() || d[5] != '-' || d[13] != '-' {
			t.Fatalf("%d dashed: %s", u, d)
		}
		if string(n.RevealAppend([]byte("x"))) != "x"+n.Reveal() {
			t.Fatal("appended")
		}
		if n.String() != d[:5]+mask {
			t.Fatalf("%s masked as %s", d, n)
		}
		if back, err := ParseStrict([]byte(d)); err != nil || back != n {
			t.Fatalf("%s: %v", d, err)
		}
	})
	if _, err := FromUint64(Space); err == nil {
		t.Error("fourteen digits were taken")
	}
	if (Number{}).Reveal() != "0000000000000" {
		t.Error("the zero value")
	}
}
