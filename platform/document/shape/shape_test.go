package shape

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"intikhab/platform/document/fonts"
	"intikhab/test/need"
)

// realNames are all names in Urdu of the shared data: of the candidates of 2024, and
// of the lists of parts of names. A name is never printed by a test that passes.
func realNames(t testing.TB) []string {
	t.Helper()
	found := map[string]bool{}
	add := func(s string) {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			found[s] = true
		}
	}
	column := func(file, name string) {
		data, err := os.ReadFile(need.Shared(t, "data", file))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, ".gz") {
			unpacked, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if _, err := out.ReadFrom(unpacked); err != nil {
				t.Fatal(err)
			}
			data = out.Bytes()
		}
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		at := slices.Index(rows[0], name)
		if at < 0 {
			t.Fatalf("%s has no column %s, but %v", file, name, rows[0])
		}
		for _, row := range rows[1:] {
			add(row[at])
		}
	}
	column(filepath.Join("candidates-pk", "form33_2024_candidates.csv.gz"), "name_ur")
	column(filepath.Join("names-pk", "name_tokens_urdu.csv"), "token")
	column(filepath.Join("names-pk", "name_token_pairs_roman_urdu.csv"), "urdu")
	data, err := os.ReadFile(need.Shared(t, "data", "names-pk", "faker_ur_10.6.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lists any
	if err := json.Unmarshal(data, &lists); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			add(v)
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(lists)
	var names []string
	for s := range found {
		names = append(names, s)
	}
	slices.Sort(names)
	if len(names) < 12_000 {
		t.Fatalf("only %d names in the shared data", len(names))
	}
	return names
}

// file writes the face for another program.
func file(t testing.TB, face *fonts.Face) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), face.Name+".ttf")
	if err := os.WriteFile(path, face.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// hbShape gives what hb-shape says of each text.
func hbShape(t testing.TB, font string, texts []string, args ...string) []string {
	t.Helper()
	program := need.Program(t, "Debian's libharfbuzz-bin", "hb-shape")
	list := filepath.Join(t.TempDir(), "texts")
	if err := os.WriteFile(list, []byte(strings.Join(texts, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, append(args, "--no-glyph-names", "--text-file="+list, font)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(texts) {
		t.Fatalf("hb-shape gave %d lines for %d texts", len(lines), len(texts))
	}
	return lines
}

// serial writes glyphs as hb-shape does.
func serial(placed []Placed) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, p := range placed {
		if i > 0 {
			b.WriteByte('|')
		}
		fmt.Fprintf(&b, "%d=%d", p.Glyph, p.Cluster)
		if p.XOffset != 0 || p.YOffset != 0 {
			fmt.Fprintf(&b, "@%d,%d", p.XOffset, p.YOffset)
		}
		fmt.Fprintf(&b, "+%d", p.Advance)
	}
	return b.String() + "]"
}

// TestHarfBuzz: every glyph with its cluster, advance and both offsets is as
// HarfBuzz's own program has it, for every real name, in both weights.
func TestHarfBuzz(t *testing.T) {
	names := realNames(t)
	for _, face := range []*fonts.Face{fonts.Nastaliq(), fonts.NastaliqBold()} {
		want := hbShape(t, file(t, face), names, "--language=ur", "--script=arab", "--direction=rtl")
		wrong, sloped := 0, 0
		for i, name := range names {
			placed := Glyphs(face, []rune(name), true)
			if got := serial(placed); got != want[i] {
				if wrong++; wrong < 5 {
					t.Errorf("%s: %q\n got %s\nwant %s", face.Name, name, got, want[i])
				}
			}
			if slices.ContainsFunc(placed, func(p Placed) bool { return p.YOffset > 90 }) {
				sloped++
			}
		}
		if wrong > 0 {
			t.Errorf("%s: %d of %d names differ", face.Name, wrong, len(names))
		}
		if sloped < len(names)/2 {
			t.Errorf("%s: only %d of %d names have letters above the baseline: the slope of Nastaliq is lost", face.Name, sloped, len(names))
		}
	}
}

// TestHarfBuzzLatin: the same for the words of this page and for signs, and for what
// stands in an Urdu line in Latin.
func TestHarfBuzzLatin(t *testing.T) {
	texts := []string{"Affidavit of the Returning Officer, NA-125 Lahore-IX", "42301-1234567-1", "VAT 7.5% — “Form-45” (copy)", "é à ñ ŷ ṭ", "AVATAR To fi fl ffi"}
	data, err := os.ReadFile("shape.go")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.Contains(line, "ﻻ") {
			texts = append(texts, line)
		}
	}
	for _, face := range []*fonts.Face{fonts.Sans(), fonts.SansBold()} {
		want := hbShape(t, file(t, face), texts, "--language=en", "--script=latn", "--direction=ltr")
		for i, text := range texts {
			if got := serial(Glyphs(face, []rune(text), false)); got != want[i] {
				t.Errorf("%s: %q\n got %s\nwant %s", face.Name, text, got, want[i])
			}
		}
	}
}

// TestWords: a name set word by word has the same ink at the same places as the
// name set whole, so that words can be kept and used again.
func TestWords(t *testing.T) {
	face := fonts.Nastaliq()
	for _, name := range realNames(t) {
		if clean(name) != name {
			continue
		}
		var whole, parts []string
		pen := 0
		for _, p := range Glyphs(face, []rune(name), true) {
			if _, ink := face.Bounds(p.Glyph); ink {
				whole = append(whole, fmt.Sprint(p.Glyph, pen+p.XOffset, p.YOffset))
			}
			pen += p.Advance
		}
		width := pen
		pen = 0
		words := strings.SplitAfter(name, " ")
		for _, word := range slices.Backward(words) {
			if bare, spaced := strings.CutSuffix(word, " "); spaced {
				pen += Shape(face, " ", true).Width
				word = bare
			}
			for _, c := range Shape(face, word, true).Clusters {
				for _, g := range c.Glyphs {
					parts = append(parts, fmt.Sprint(g.ID, pen+g.X, g.Y))
				}
				pen += c.Advance
			}
		}
		if pen != width || !slices.Equal(whole, parts) {
			t.Fatalf("%q\nwhole %v\nparts %v", name, whole, parts)
		}
	}
}

// TestClusters: the clusters of a word, read from right to left, are its text.
func TestClusters(t *testing.T) {
	for _, name := range realNames(t) {
		for _, word := range strings.Fields(name) {
			var b strings.Builder
			w := Shape(fonts.Nastaliq(), word, true)
			for _, c := range slices.Backward(w.Clusters) {
				b.WriteString(c.Text)
			}
			if b.String() != clean(word) {
				t.Fatalf("%q: clusters read %q", word, b.String())
			}
		}
	}
}

// TestShapeTogether: many may set words at once.
func TestShapeTogether(t *testing.T) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, word := range []string{"محمد", "خوشحال", "کاکڑ", "الرحمٰن", "۱۲"} {
				want := serial(Glyphs(fonts.Nastaliq(), []rune(word), true))
				for range 20 {
					Shape(fonts.NastaliqBold(), word, true)
					if got := serial(Glyphs(fonts.Nastaliq(), []rune(word), true)); got != want {
						t.Errorf("%q: %s, then %s", word, want, got)
					}
				}
			}
		})
	}
	all.Wait()
}

func FuzzShape(f *testing.F) {
	for _, s := range []string{"محمد", "NA-125", "ﻻ", "ك\u064f\u0651\u0651", "\u200d\u200c\u06dd۱۲۳", "\u0300\u0301", "אבג", "कर्म", "한국", "🇵🇰", "\xff\x00", ""} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, rightToLeft bool) {
		if len(text) > 200 {
			return
		}
		for _, face := range []*fonts.Face{fonts.Nastaliq(), fonts.Sans()} {
			w := set(face, text, rightToLeft)
			width := 0
			var read string
			for _, c := range w.Clusters {
				width += c.Advance
				if rightToLeft {
					read = c.Text + read
				} else {
					read += c.Text
				}
			}
			if width != w.Width || read != string([]rune(clean(text))) {
				t.Errorf("%q is set as %q, width %d of %d", text, read, width, w.Width)
			}
		}
	})
}

func BenchmarkShape(b *testing.B) {
	names := realNames(b)
	fonts.Nastaliq()
	for i := 0; b.Loop(); i++ {
		for _, word := range strings.Fields(names[i%len(names)]) {
			set(fonts.Nastaliq(), word, true)
		}
	}
}

// TestDigits: digits and the signs between them stand alone in Noto Sans, so that a
// number may be set digit by digit.
func TestDigits(t *testing.T) {
	const signs = "0123456789-/.:,+"
	for _, face := range []*fonts.Face{fonts.Sans(), fonts.SansBold()} {
		for _, a := range signs {
			for _, b := range signs {
				pair, first, second := Glyphs(face, []rune{a, b}, false), Glyphs(face, []rune{a}, false), Glyphs(face, []rune{b}, false)
				second[0].Cluster = 1
				if !slices.Equal(pair, []Placed{first[0], second[0]}) {
					t.Errorf("%s: %c%c is set as %v, alone %v %v", face.Name, a, b, pair, first, second)
				}
			}
		}
	}
}
