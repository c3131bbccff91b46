package document

import (
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"intikhab/platform/words"
	"intikhab/test/need"
)

// steering are marks of direction that programs put around what they read.
var steering = regexp.MustCompile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

// readBack gives the lines that pdftotext reads.
func readBack(t testing.TB, document []byte, args ...string) (lines []string) {
	t.Helper()
	out := run(t, poppler, "pdftotext", append(args, saved(t, document), "-")...)
	for line := range strings.Lines(strings.ReplaceAll(steering.ReplaceAllString(out, ""), "\f", "\n")) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// TestNamesComeBack: pdftotext reads every real name as it was written, but for
// letters of old code pages, which are written as usual ones. Where a name holds a
// point and a space, pdftotext turns the two round.
func TestNamesComeBack(t *testing.T) {
	names := realNames(t)
	document := made(t, Options{Language: words.Urdu, Mark: "نقل 17"}, func(d *Document) {
		for _, name := range names {
			d.Paragraph(name)
		}
	})
	read := map[string]bool{}
	for _, line := range readBack(t, document) {
		read[line] = true
	}
	var lost []string
	for _, name := range names {
		want := strings.Join(strings.Fields(steering.ReplaceAllString(norm.NFKC.String(name), "")), " ")
		if plain := strings.Join(strings.Fields(steering.ReplaceAllString(name, "")), " "); !read[plain] && !read[want] {
			lost = append(lost, name)
		}
	}
	t.Logf("%d names, %d read otherwise", len(names), len(lost))
	if len(lost) > 1 || len(lost) == 1 && !strings.Contains(lost[0], ". ") {
		t.Errorf("%d of %d names read otherwise: %q", len(lost), len(names), lost[:min(len(lost), 10)])
	}
	// Beside a number in a line of Urdu pdftotext puts the space on the other side.
	for n := range 20 {
		want := fmt.Sprintf("صفحہ%dاز", n+1)
		if !slices.ContainsFunc(slices.Collect(maps.Keys(read)), func(line string) bool {
			return strings.HasPrefix(strings.ReplaceAll(line, " ", ""), want)
		}) {
			t.Errorf("no page is called %q", want)
		}
	}
}

// TestLettersInOrder: a second program, which knows no Arabic script, gives the
// letters of each name as they are drawn, from left to right: none is missing, none
// is there twice, and none stands elsewhere.
func TestLettersInOrder(t *testing.T) {
	var names []string
	for i, name := range realNames(t) {
		if letters := norm.NFKC.String(name); i%20 == 0 && letters == name && !strings.ContainsFunc(name, func(r rune) bool { return r < 0x600 && r != ' ' || r == '\u200f' }) {
			names = append(names, name)
		}
	}
	document := made(t, Options{Language: words.Urdu}, func(d *Document) {
		for _, name := range names {
			d.Paragraph(name)
		}
	})
	program := need.Program(t, "Debian's mupdf-tools", "mutool")
	drawn, err := exec.Command(program, "draw", "-q", "-F", "txt", saved(t, document)).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]bool{}
	for line := range strings.Lines(string(drawn)) {
		lines[strings.TrimSpace(line)] = true
	}
	for _, name := range names {
		letters := []rune(name)
		slices.Reverse(letters)
		if !lines[string(letters)] {
			t.Errorf("mutool does not read %q", name)
		}
	}
}

// TestTotals: over many pages no row is lost, heads come on each, and the totals at
// the foot add up.
func TestTotals(t *testing.T) {
	const rows = 700
	for _, lang := range words.Languages {
		document := made(t, Options{Language: lang}, func(d *Document) {
			d.Heading(1, "Votes")
			table := d.Table(Column{Head: "Serial"}, Column{Head: "Station"}, Column{Head: "Male", Sum: true, Align: End}, Column{Head: "Female", Sum: true, Align: End})
			for i := range rows {
				station := fmt.Sprintf("S%d", i)
				if i%50 == 0 {
					station += strings.Repeat(" long", 40)
				}
				table.Row(Text(fmt.Sprintf("no%d", i+1)), Text(station), Number(int64(i)), Number(int64(1000+i)))
			}
		})
		text := run(t, poppler, "pdftotext", "-layout", saved(t, document), "-")
		pages := strings.Split(strings.TrimSuffix(steering.ReplaceAllString(text, ""), "\f"), "\f")
		if len(pages) < 15 {
			t.Fatalf("%d pages", len(pages))
		}
		foot := map[string][2]int64{}
		var grand, here [2]int64
		seen := map[string]int{}
		number := func(s string) int64 {
			n, err := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		pair := func(fields []string) [2]int64 {
			if lang == words.Urdu { // the columns are mirrored, and so is the line
				slices.Reverse(fields)
			}
			return [2]int64{number(fields[0]), number(fields[1])}
		}
		numbers := regexp.MustCompile(`[0-9][0-9,]*`)
		for n, page := range pages {
			if strings.Count(page, "Serial") != 1 || strings.Count(page, "Female") != 1 {
				t.Errorf("%s: page %d has not one head", lang, n+1)
			}
			here = [2]int64{}
			clear(foot)
			for line := range strings.Lines(page) {
				if m := regexp.MustCompile(`\bno(\d+)\b`).FindStringSubmatch(line); m != nil {
					seen[m[1]]++
					i, _ := strconv.ParseInt(m[1], 10, 64)
					here[0], here[1] = here[0]+i-1, here[1]+1000+i-1
					continue
				}
				for _, key := range []string{"document.total.page", "document.total.carried", "document.total.grand"} {
					name := Words.Text(lang, key)
					if fields := numbers.FindAllString(line, -1); strings.Contains(line, name) && len(fields) == 2 {
						foot[key] = pair(fields)
					}
				}
			}
			grand[0], grand[1] = grand[0]+here[0], grand[1]+here[1]
			last := "document.total.carried"
			if n == len(pages)-1 {
				last = "document.total.grand"
			}
			if foot["document.total.page"] != here || foot[last] != grand {
				t.Errorf("%s: page %d: foot %v, rows on it %v, so far %v", lang, n+1, foot, here, grand)
			}
			if want := Words.Text(lang, "document.page", "page", n+1, "pages", len(pages)); lang == words.English && !strings.Contains(page, want) {
				t.Errorf("page %d does not say %q", n+1, want)
			}
		}
		if len(seen) != rows {
			t.Errorf("%s: %d of %d rows", lang, len(seen), rows)
		}
	}
}

// TestLongRow: a row higher than a page goes on over pages, each line of it once.
func TestLongRow(t *testing.T) {
	var long strings.Builder
	for i := range 300 {
		fmt.Fprintf(&long, "w%d\n", i)
	}
	document := made(t, Options{Language: words.Urdu}, func(d *Document) {
		table := d.Table(Column{Head: "A", Sum: true}, Column{Head: "B"})
		table.Row(Number(5), Text("before"))
		table.Row(Number(7), Text(long.String()))
		table.Row(Number(9), Text("after"))
	})
	all := strings.Join(readBack(t, document, "-layout"), " ")
	for i := range 300 {
		if n := len(regexp.MustCompile(fmt.Sprintf(`\bw%d\b`, i)).FindAllString(all, -1)); n != 1 {
			t.Errorf("line %d is there %d times", i, n)
		}
	}
	if !strings.Contains(all, "21") {
		t.Error("no total of 21")
	}
}

// TestEmptyTable: a table to which no row came shows its head.
func TestEmptyTable(t *testing.T) {
	document := made(t, Options{}, func(d *Document) { d.Table(Column{Head: "Name"}, Column{Head: "Votes", Sum: true}) })
	if got := readBack(t, document, "-layout"); !slices.Equal(got, []string{"Name Votes", "Total 0", "Page 1 of 1"}) {
		t.Errorf("read %q", got)
	}
}
