package document

import "strconv"

// A Column of a table.
type Column struct {
	Head  string
	Width Length // 0: a share of what the others leave
	Align Align
	Bold  bool
	// Sum adds up the column's numbers: their total stands at the foot of each page
	// and of the table.
	Sum bool
	// Label has the totals' names stand in this column. Without one they stand in the
	// widest that is not added up.
	Label bool
}

// A Cell is what stands in one column of a row.
type Cell struct {
	Text    string
	Number  int64 // for a column that is added up
	Bold    bool
	Picture *Picture // above the text
	Height  Length   // of the picture, 15 mm if 0
}

// Text and Number make cells.
func Text(s string) Cell { return Cell{Text: s} }

// Number is a cell with a number, written with commas.
func Number(n int64) Cell { return Cell{Text: grouped(n), Number: n} }

// grouped writes 1234567 as 1,234,567.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// A Table is one that takes rows. It ends where the next block begins.
type Table struct {
	d       *Document
	columns []Column
	widths  []Length
	plain   bool // without head and rules
	signed  bool // a rule above each cell, to sign on
	size    Length
	head    *row
	caption *textBlock // above the head on each page, or nil
	any     bool       // a column is added up

	// What follows belongs to the composer's goroutine.
	open            bool   // on the page
	start           Length // y of its upper edge there
	onPage, sofar   []int64
	rowsOnPage      int
	pages           int
	footPage, footC *row // measured beforehand, for their height
}

// Table begins a table over the whole width. Its head is repeated on each page.
func (d *Document) Table(columns ...Column) *Table { return d.Titled("", columns...) }

// Titled is Table with a caption that stands above the head on each page, so that a
// page that got lost says what it is of.
func (d *Document) Titled(caption string, columns ...Column) *Table {
	d.endTable()
	t := &Table{d: d, columns: columns, size: d.options.Text * 9 / 10}
	if caption != "" {
		t.caption = &textBlock{text: caption, style: d.options.style(t.size, true)}
	}
	t.share(d.options.width())
	cells := make([]Cell, len(columns))
	headed := false
	for i, column := range columns {
		cells[i] = Cell{Text: column.Head, Bold: true}
		t.any = t.any || column.Sum
		headed = headed || column.Head != ""
	}
	if headed {
		t.head = &row{table: t, cells: cells, head: true}
	}
	t.onPage, t.sofar = make([]int64, len(columns)), make([]int64, len(columns))
	d.queue(&tableStart{t})
	d.table = t
	return t
}

// share gives columns without a width what the others leave, at least a little.
func (t *Table) share(width Length) {
	t.widths = make([]Length, len(t.columns))
	var fixed Length
	free := 0
	for i, column := range t.columns {
		t.widths[i] = max(column.Width, 0)
		fixed += t.widths[i]
		if t.widths[i] == 0 {
			free++
		}
	}
	least := Length(0)
	if free > 0 {
		least = max((width-fixed)/Length(free), width/Length(4*len(t.columns)))
		fixed += least * Length(free)
	}
	for i := range t.widths {
		if t.widths[i] == 0 {
			t.widths[i] = least
		}
		if fixed > width { // all narrower, in proportion
			t.widths[i] = t.widths[i] * width / fixed
		}
	}
}

// Row adds a row. Missing cells are empty; a row with more cells than the table has
// columns is a mistake of the program and panics.
func (t *Table) Row(cells ...Cell) {
	if len(cells) > len(t.columns) {
		panic("document: a row of " + strconv.Itoa(len(cells)) + " cells in a table of " + strconv.Itoa(len(t.columns)) + " columns")
	}
	t.d.queue(&row{table: t, cells: append(cells[:len(cells):len(cells)], make([]Cell, len(t.columns)-len(cells))...)})
}

// Texts adds a row of texts.
func (t *Table) Texts(texts ...string) {
	cells := make([]Cell, len(texts))
	for i, s := range texts {
		cells[i].Text = s
	}
	t.Row(cells...)
}

// KeyValues lists names with their values, each name in bold before its value.
func (d *Document) KeyValues(pairs ...string) {
	t := d.Table(Column{Bold: true, Width: d.options.width() / 3}, Column{})
	t.plain = true
	for i := 0; i+1 < len(pairs); i += 2 {
		t.Texts(pairs[i], pairs[i+1])
	}
}

// endTable ends the open table.
func (d *Document) endTable() {
	if t := d.table; t != nil {
		d.table = nil
		d.queue(&tableEnd{t})
	}
}

// tableStart and tableEnd are the blocks before and after the rows.
type (
	tableStart struct{ *Table }
	tableEnd   struct{ *Table }
)

func (b *tableStart) measure(o *Options) {
	if b.head != nil {
		b.head.measure(o)
	}
	if b.caption != nil {
		b.caption.measure(o)
	}
	if b.any {
		large := make([]int64, len(b.columns)) // whose width no total is likely to exceed
		for i := range large {
			if large[i] = 99_999_999; b.widths[i] < 45*Point {
				large[i] = 99_999
			}
		}
		b.footPage, b.footC = b.total("document.total.page", large), b.total("document.total.carried", large)
		b.footPage.measure(o)
		b.footC.measure(o)
	}
}

func (b *tableStart) place(*composer) {}
func (b *tableEnd) measure(*Options)  {}

func (b *tableEnd) place(c *composer) {
	t := b.Table
	if t.pages == 0 { // no row came: the head alone
		t.begin(c, &row{table: t})
	}
	if b.any {
		if t.pages == 1 {
			t.foot(c, "document.total", t.sofar)
		} else {
			t.foot(c, "document.total.page", t.onPage)
			t.foot(c, "document.total.grand", t.sofar)
		}
	}
	t.close(c)
	c.page.y += gap
}
