package document

import (
	"strings"
	"testing"
)

// TestTitled: the caption stands on each page, the totals' names in the column that
// was said, and the pages are counted.
func TestTitled(t *testing.T) {
	var pages int
	document := made(t, Options{Pages: &pages}, func(d *Document) {
		d.Heading(1, "Before")
		table := d.Titled("List of block 440160404", Column{Head: "Serial", Sum: true, Width: 50 * Point}, Column{Head: "Name", Label: true, Width: 70 * Point}, Column{Head: "Address"})
		for range 200 {
			table.Row(Cell{Text: "7", Number: 1}, Text("name"), Text("house"))
		}
	})
	text := strings.Split(strings.TrimSuffix(run(t, poppler, "pdftotext", "-layout", saved(t, document), "-"), "\f"), "\f")
	if len(text) != pages || pages < 3 {
		t.Fatalf("%d pages, %d were said", len(text), pages)
	}
	for i, page := range text {
		if strings.Count(page, "List of block 440160404") != 1 {
			t.Errorf("page %d has the caption %d times", i+1, strings.Count(page, "List of block 440160404"))
		}
		if i+1 < pages && !strings.Contains(page, "Page total") {
			t.Errorf("page %d has no total", i+1)
		}
	}
	for line := range strings.Lines(text[pages-1]) {
		if f := strings.Fields(line); strings.Contains(line, "Grand total") && (len(f) != 3 || f[0] != "200" || strings.Index(line, "Grand") > 30) {
			t.Errorf("the total is %q", line)
		}
	}
}
