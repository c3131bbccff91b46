package print

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"intikhab/domain/geography"
	"intikhab/platform/web/webtest"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/print/supplement"
	"intikhab/systems/rolls/trace"
)

// TestWords: every text is asked for by the code, or by a word of the roll's own.
func TestWords(t *testing.T) {
	code := webtest.Code(t, ".")
	var keys []string
	for _, l := range []rolls.List{geography.Male, geography.Female, geography.X} {
		keys = append(keys, "print.list."+l.String(), "print.of."+l.String())
	}
	for _, p := range Purposes() {
		keys = append(keys, "print.purpose."+string(p), "print.purpose_text."+string(p))
	}
	for _, r := range []rolls.Relation{rolls.Husband, rolls.Mother, rolls.Guardian} {
		keys = append(keys, "print.relation."+r.String())
	}
	for _, w := range []rolls.Why{rolls.Died, rolls.Cancelled, rolls.Transfer, rolls.Objection, rolls.Double, rolls.Ineligible, rolls.Withdrawn, rolls.NewCard, rolls.Mistake, rolls.Restored} {
		keys = append(keys, "print.why."+string(w))
	}
	for _, quoted := range regexp.MustCompile(`"(print\.[a-z_]+)"`).FindAllStringSubmatch(code, -1) {
		keys = append(keys, quoted[1])
	}
	used := map[string]bool{}
	for _, key := range keys {
		if used[key] = true; !catalogue.Has(key) {
			t.Errorf("%s has no text", key)
		}
	}
	for _, key := range catalogue.Keys() {
		if !used[key] {
			t.Errorf("%s is never used", key)
		}
	}
}

// steering are marks of direction that pdftotext puts around what it reads.
var steering = regexp.MustCompile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

// read is what pdftotext reads.
func read(t testing.TB, document []byte, args ...string) string {
	return steering.ReplaceAllString(run(t, "pdftotext", append(args, saved(t, document), "-")...), "")
}

var row = regexp.MustCompile(`(?m)^\s*(\d+)\s+(\d+)\s+\S.*?(\d{5}-(?:\d{7}-\d|\*{7}-\*))\s+(\d+)\s`)

// TestTotalsAddUp: for any number of voters and gaps in their serials, each stands once, in order, on the page of
// his list; each page's total is its rows, what is carried forward all before, and the
// grand total all entries.
func TestTotalsAddUp(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 5))
	for _, n := range []int{0, 1, 2, 90 + chance.IntN(10), 100 + chance.IntN(100), 200 + chance.IntN(400)} {
		r := block(t, n)
		r.Entries = slices.DeleteFunc(r.Entries, func(e rolls.Entry) bool { return n > 2 && chance.IntN(20) == 0 })
		document, res := made(t, r, Options{Language: words.English})
		counts, _ := r.Counts()
		pages := strings.Split(strings.TrimSuffix(read(t, document, "-layout"), "\f"), "\f")
		if len(pages) != res.Pages || res.Voters != counts {
			t.Fatalf("%d pages and %v voters, %d and %v were said", len(pages), counts, res.Pages, res.Voters)
		}
		var at, carried int
		for i, page := range pages[1:] {
			if strings.Contains(page, "Electoral roll: ") {
				carried = 0
			}
			rows := row.FindAllStringSubmatch(page, -1)
			for _, cells := range rows {
				e := r.Entries[at]
				at++
				carried++
				if cells[1] != strconv.Itoa(int(e.Serial)) || cells[2] != strconv.Itoa(int(e.Household)) || cells[3] != e.CNIC.RevealDashed() || cells[4] != strconv.Itoa(e.Born.Age(qualifying)) {
					t.Fatalf("page %d: row %v is not voter %v, serial %d", i+2, cells[:3], e.ID, e.Serial)
				}
			}
			for label, want := range map[string]int{"Page total": len(rows), "Carried forward": carried, "Grand total": carried, " Total": carried} {
				for _, found := range regexp.MustCompile(`(?m)^\s*([\d,]+) *`+label+`\s*$`).FindAllStringSubmatch(page, -1) {
					if got, _ := strconv.Atoi(strings.ReplaceAll(found[1], ",", "")); got != want {
						t.Fatalf("page %d of %d voters: %s is %d, want %d", i+2, n, label, got, want)
					}
				}
			}
			if len(rows) > 0 && !strings.Contains(page, "Page total") && !regexp.MustCompile(`(?m)^\s*\d+\s+Total\s*$`).MatchString(page) {
				t.Fatalf("page %d has no total", i+2)
			}
		}
		if at != len(r.Entries) {
			t.Fatalf("%d of %d voters are on the pages", at, len(r.Entries))
		}
	}
}

// TestNamesComeBack: pdftotext gives each voter's name, parent's name and address back as
// one piece, in both languages, with the marks of a candidate's copy over it, and in the
// order of the serials.
func TestNamesComeBack(t *testing.T) {
	r := changed(block(t, 300))
	dots, err := trace.Mark([]byte("0123456789abcdef"), 17)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range words.Languages {
		document, _ := made(t, r, Options{Language: lang, Purpose: Candidate, Copy: Copy{17, "امیدوار"}, Dots: dots})
		lines := strings.Split(read(t, document, "-layout"), "\n")
		at, lost := 0, 0
		for i := range r.Entries {
			e := &r.Entries[i]
			for at < len(lines) && !strings.Contains(lines[at], e.CNIC.RevealDashed()) {
				at++
			}
			if at == len(lines) {
				t.Fatalf("%s: voter %v is not found, or out of order", lang, e.ID)
			}
			line := spaceless(strings.Join(lines[at:min(at+3, len(lines))], "")) // a long name has two lines
			name, parent := e.NameEn, e.ParentEn
			if lang == words.Urdu {
				name, parent = e.NameUr, e.ParentUr
			}
			for _, word := range strings.Fields(name + " " + parent) {
				if !strings.Contains(line, word) {
					lost++
				}
			}
			if lang == words.Urdu && !strings.Contains(line, spaceless(name)) {
				lost++
			}
		}
		if lost > 0 {
			t.Errorf("%s: %d names or words are not found beside their identity numbers", lang, lost)
		}
	}
}

func spaceless(s string) string { return strings.ReplaceAll(s, " ", "") }

// TestPurposes: a display copy has no identity number, all others have each, and a
// candidate's copy has what the Presiding Officer's has.
func TestPurposes(t *testing.T) {
	r := block(t, 120)
	body := map[Purpose]string{}
	for _, p := range Purposes() {
		document, _ := made(t, r, Options{Language: words.English, Purpose: p})
		text := read(t, document, "-layout")
		for i := range r.Entries {
			if strings.Contains(text, r.Entries[i].CNIC.RevealDashed()) == (p == Display) {
				t.Fatalf("%s: an identity number is %v there", p, p == Display)
			}
		}
		for _, cells := range row.FindAllStringSubmatch(text, -1) {
			body[p] += strings.Join(cells[1:], " ") + "\n"
		}
	}
	if body[Candidate] != body[Polling] || body[Candidate] == "" {
		t.Error("a candidate's copy is not the Presiding Officer's")
	}
	whole, _ := made(t, r, Options{Language: words.English, Purpose: Display, Masked: map[Purpose]bool{}})
	if !strings.Contains(read(t, whole), r.Entries[0].CNIC.RevealDashed()) {
		t.Error("the setting does not take the mask off")
	}
}

// TestSameBytes: the same entries give the same file, a change of one another state.
func TestSameBytes(t *testing.T) {
	r := changed(block(t, 200))
	for _, o := range []Options{{Language: words.Urdu}, {Language: words.English, Photographs: true}} {
		a, _ := made(t, r, o)
		b, _ := made(t, changed(block(t, 200)), o)
		if !bytes.Equal(a, b) {
			t.Errorf("%s, photographs %v: another file the second time", o.Language, o.Photographs)
		}
	}
	state := r.State()
	r.Entries[5].Version++
	if r.State() == state {
		t.Error("an entry was changed, and the state is the same")
	}
}

// TestSizes: blocks of nobody, one and 1,500, with photographs and a marked copy, are
// sound files; photographs that are missing or broken are counted.
func TestSizes(t *testing.T) {
	dots, err := trace.Mark([]byte("0123456789abcdef"), 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 1500} {
		r := block(t, n)
		good := r.Photograph
		r.Photograph = func(id string) ([]byte, error) {
			switch id {
			case "1":
				return nil, nil
			case "2":
				return []byte("no picture"), nil
			}
			return good(id)
		}
		for _, lang := range words.Languages {
			document, res := made(t, r, Options{Language: lang, Photographs: true, Purpose: Candidate, Copy: Copy{3, "امیدوار"}, Dots: dots})
			if info := run(t, "pdfinfo", saved(t, document)); !strings.Contains(info, "Pages:           "+strconv.Itoa(res.Pages)+"\n") {
				t.Errorf("%d voters, %s: %d pages were said, pdfinfo has\n%s", n, lang, res.Pages, info)
			}
			if res.Unpictured != min(n, 2) {
				t.Errorf("%d voters: %d photographs are missing", n, res.Unpictured)
			}
		}
	}
	r := block(t, 3)
	r.Photograph = func(string) ([]byte, error) { return nil, errors.New("the disk is gone") }
	if _, err := Write(new(bytes.Buffer), r, Options{Photographs: true}); err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Errorf("a database that fails gives %v", err)
	}
}

func TestWithout(t *testing.T) {
	for _, c := range [][3]string{
		{"House 1, Street 2, Tehsil Kasur", "Kasur", "House 1, Street 2"},
		{"House 1, Street 2, Kasur", "Kasur", "House 1, Street 2"},
		{"House 1, Mohalla Kasur", "Kasur", "House 1, Mohalla Kasur"},
		{"House 1, Tehsil Pattoki", "Kasur", "House 1, Tehsil Pattoki"},
		{"Kasur", "Kasur", "Kasur"}, {"House 1, Kasur", "", "House 1, Kasur"}, {",Kasur", "Kasur", ",Kasur"}, {"", "Kasur", ""},
		{"مکان ۱، تحصیل قصور", "قصور", "مکان ۱"},
	} {
		if got := without(c[0], c[1]); got != c[2] {
			t.Errorf("%q without %q is %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

// TestSupplementAlone: a supplement has its number and says what was added, deleted and
// corrected.
func TestSupplementAlone(t *testing.T) {
	r := changed(block(t, 400))
	s := &r.Supplements[0]
	var b bytes.Buffer
	if _, err := WriteSupplement(&b, r, s, Options{Language: words.English, Date: day, Qualifying: qualifying}); err != nil {
		t.Fatal(err)
	}
	text := read(t, b.Bytes(), "-layout")
	if !strings.Contains(text, "Supplement 1 to edition 2") {
		t.Error("it has no number")
	}
	for l, list := range s.Lists {
		for _, a := range list.Added {
			if !strings.Contains(text, a.CNIC.RevealDashed()) {
				t.Errorf("serial %d of list %d was added and is missing", a.Serial, l)
			}
		}
		for _, c := range list.Corrected {
			if !strings.Contains(spaceless(text), spaceless(c.Is.NameEn)) {
				t.Errorf("serial %d of list %d was corrected to what is missing", c.Is.Serial, l)
			}
		}
	}
	n, _ := r.Counts()
	last := r.Supplements[1].Lists
	if last[0].After != n[0] || last[1].After != n[1] {
		t.Errorf("the last supplement ends with %d and %d, the roll has %v", last[0].After, last[1].After, n)
	}
	empty := supplement.Supplement{}
	b.Reset()
	if _, err := WriteSupplement(&b, block(t, 0), &empty, Options{Date: day}, geography.Male); err != nil {
		t.Error(err)
	}
}
