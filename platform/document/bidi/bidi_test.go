package bidi

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/bidi"
	"pgregory.net/rapid"

	"intikhab/test/need"
)

// unicodeData is where Debian keeps what Unicode publishes.
const unicodeData = "/usr/share/unicode/"

var classNames = map[string]bidi.Class{"L": bidi.L, "R": bidi.R, "AL": bidi.AL, "EN": bidi.EN, "ES": bidi.ES, "ET": bidi.ET,
	"AN": bidi.AN, "CS": bidi.CS, "NSM": bidi.NSM, "BN": bidi.BN, "B": bidi.B, "S": bidi.S, "WS": bidi.WS, "ON": bidi.ON,
	"LRE": bidi.LRE, "LRO": bidi.LRO, "RLE": bidi.RLE, "RLO": bidi.RLO, "PDF": bidi.PDF,
	"LRI": bidi.LRI, "RLI": bidi.RLI, "FSI": bidi.FSI, "PDI": bidi.PDI}

// lines gives the lines of one of Unicode's files of tests.
func lines(t *testing.T, name string, each func(line string)) {
	t.Helper()
	file, err := os.Open(unicodeData + name)
	if err != nil {
		need.Missing(t, "%v: Debian's unicode-data brings it", err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		if line, _, _ := strings.Cut(scanner.Text(), "#"); strings.TrimSpace(line) != "" {
			each(strings.TrimSpace(line))
		}
	}
	if scanner.Err() != nil {
		t.Fatal(scanner.Err())
	}
}

func TestConformance(t *testing.T) {
	t.Run("classes", func(t *testing.T) {
		var want, order []string
		cases := 0
		lines(t, "BidiTest.txt", func(line string) {
			if rest, ok := strings.CutPrefix(line, "@Levels:"); ok {
				want = strings.Fields(rest)
				return
			}
			if rest, ok := strings.CutPrefix(line, "@Reorder:"); ok {
				order = strings.Fields(rest)
				return
			}
			names, bits, _ := strings.Cut(line, ";")
			set, err := strconv.ParseUint(strings.TrimSpace(bits), 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			for bit, base := range []int{Auto, 0, 1} {
				if set>>bit&1 == 0 {
					continue
				}
				p := &paragraph{}
				for _, name := range strings.Fields(names) {
					p.original = append(p.original, classNames[name])
				}
				compare(t, fmt.Sprintf("%s base %d", names, base), p.resolve(base), want, order)
				cases++
			}
		})
		if cases < 500_000 {
			t.Errorf("only %d cases", cases)
		}
	})
	t.Run("characters", func(t *testing.T) {
		cases := 0
		lines(t, "BidiCharacterTest.txt", func(line string) {
			field := strings.Split(line, ";")
			var text []rune
			for _, hex := range strings.Fields(field[0]) {
				r, _ := strconv.ParseUint(hex, 16, 32)
				text = append(text, rune(r))
			}
			base, _ := strconv.Atoi(field[1])
			if base == 2 {
				base = Auto
			}
			levels, level := Levels(text, base)
			if field[2] != fmt.Sprint(level) {
				t.Errorf("%s: paragraph level %d", line, level)
			}
			compare(t, line, levels, strings.Fields(field[3]), strings.Fields(field[4]))
			cases++
		})
		if cases < 90_000 {
			t.Errorf("only %d cases", cases)
		}
	})
}

// compare holds levels, x for what is removed, and the order of the rest, against
// those of the file.
func compare(t *testing.T, what string, levels []uint8, want, order []string) {
	t.Helper()
	var kept []uint8
	var places []int
	for i, w := range want {
		if w == "x" {
			continue
		}
		if w != strconv.Itoa(int(levels[i])) {
			t.Fatalf("%s: levels %v, want %v", what, levels, want)
		}
		kept, places = append(kept, levels[i]), append(places, i)
	}
	var got []string
	for _, k := range Order(kept) {
		got = append(got, strconv.Itoa(places[k]))
	}
	if !slices.Equal(got, order) {
		t.Fatalf("%s: order %v, want %v", what, got, order)
	}
}

// TestOrderKeepsAll: whatever the levels, each place is drawn once.
func TestOrderKeepsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom([]rune("اب1۲ a(-)]،.\u202b\u202c\u2067\u2069\u0651")), 0, 40).Draw(t, "text")
		levels, _ := Levels(text, rapid.IntRange(Auto, 1).Draw(t, "base"))
		order := Order(levels)
		slices.Sort(order)
		for i, place := range order {
			if i != place {
				t.Fatalf("%q: places %v", string(text), order)
			}
		}
	})
}

// TestShortWay: text that runs one way gets what the rules would give it.
func TestShortWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom([]rune("اب 1a(-),.\u0651$")), 0, 12).Draw(t, "text")
		base := rapid.IntRange(Auto, 1).Draw(t, "base")
		got, level := Levels(text, base)
		p := &paragraph{runes: text}
		for _, r := range text {
			properties, _ := bidi.LookupRune(r)
			p.original = append(p.original, properties.Class())
		}
		if want := p.resolve(base); !slices.Equal(got, want) || level != p.level {
			t.Fatalf("%q base %d: %v %d, want %v %d", string(text), base, got, level, want, p.level)
		}
	})
}
