package document

// A row of a table.
type row struct {
	table  *Table
	cells  []Cell
	head   bool
	foot   bool
	lines  [][]line // of each cell
	height Length
}

// Room around the text of a cell, and how dark rules and heads are.
const (
	padAcross = 3 * Point
	padDown   = Point
	hairline  = 400 // thousandths of a point
	ruleGrey  = 550
	headGrey  = 920
)

func (r *row) measure(o *Options) {
	t := r.table
	r.lines = make([][]line, len(r.cells))
	for i, cell := range r.cells {
		s := o.style(t.size, cell.Bold || t.columns[i].Bold)
		if cell.Picture != nil && cell.Text == "" {
			continue
		}
		r.lines[i] = setText(cell.Text, s, t.widths[i]-2*padAcross)
	}
	r.height = r.natural(o)
}

// natural is the height of the highest cell.
func (r *row) natural(o *Options) (height Length) {
	for i, cell := range r.cells {
		high := r.lowered(i)
		if cell.Picture != nil {
			_, h := r.picture(o, i)
			high += h + padDown
		}
		for _, l := range r.lines[i] {
			high += l.height()
		}
		height = max(height, high)
	}
	return height + 2*padDown
}

// lowered is how far a cell's text moves down, so that the first lines of all cells
// stand on one baseline.
func (r *row) lowered(i int) Length {
	if r.cells[i].Picture != nil || len(r.lines[i]) == 0 {
		return 0
	}
	var highest Length
	for k, lines := range r.lines {
		if r.cells[k].Picture == nil && len(lines) > 0 && len(lines[0].parts) > 0 {
			highest = max(highest, lines[0].ascent)
		}
	}
	return max(highest-r.lines[i][0].ascent, 0)
}

// picture is the size of a cell's picture.
func (r *row) picture(o *Options, i int) (width, height Length) {
	high := r.cells[i].Height
	if high <= 0 {
		high = 15 * MM
	}
	return fitPicture(r.cells[i].Picture, r.table.widths[i]-2*padAcross, min(high, (o.Sheet.Height-2*o.Margin-footerRoom)/2))
}

// place puts the row on the page, on the next one if there is no room, and in parts
// if no page has room for it.
func (r *row) place(c *composer) {
	t := r.table
	for rest := r; rest != nil; {
		t.begin(c, rest)
		now := rest
		rest = nil
		if available := c.bottom() - c.page.y - t.reserve(); now.height > available {
			now, rest = now.split(c.o, available)
		}
		now.draw(c)
		if rest != nil {
			t.turn(c)
		}
	}
	for i, cell := range r.cells {
		t.onPage[i] += cell.Number
		t.sofar[i] += cell.Number
	}
	t.rowsOnPage++
}

// begin opens the table on a page that has room for the row, or for a part of it if
// none has room for all.
func (t *Table) begin(c *composer, r *row) {
	if t.open && t.rowsOnPage > 0 && c.page.y+r.height+t.reserve() > c.bottom() {
		t.turn(c)
	}
	if !t.open {
		need := r.height + t.reserve()
		if t.head != nil {
			need += t.head.height
		}
		if t.caption != nil {
			for _, l := range t.caption.lines {
				need += l.height()
			}
			need += gap
		}
		c.room(need)
		if t.caption != nil {
			t.caption.place(c)
		}
		t.open, t.start, t.rowsOnPage = true, c.page.y, 0
		t.pages++
		if t.head != nil {
			t.head.draw(c)
		}
	}
}

// reserve is the room that the totals at the foot take.
func (t *Table) reserve() Length {
	if !t.any {
		return 0
	}
	return t.footPage.height + t.footC.height
}

// turn ends the table's part on this page and turns it.
func (t *Table) turn(c *composer) {
	if t.any {
		t.foot(c, "document.total.page", t.onPage)
		t.foot(c, "document.total.carried", t.sofar)
	}
	t.close(c)
	clear(t.onPage)
	c.turn()
}

// total is a row of totals.
func (t *Table) total(key string, sums []int64) *row {
	r := &row{table: t, cells: make([]Cell, len(t.columns)), foot: true}
	widest := -1 // of the columns that are not added up: the total's name
	for i, column := range t.columns {
		if column.Sum {
			r.cells[i] = Cell{Text: grouped(sums[i]), Bold: true}
		} else if widest < 0 || t.widths[i] > t.widths[widest] && !t.columns[widest].Label || column.Label {
			widest = i
		}
	}
	if widest >= 0 {
		r.cells[widest] = Cell{Text: Words.Text(t.d.options.Language, key), Bold: true}
	}
	return r
}

// foot draws a row of totals; there is room for it.
func (t *Table) foot(c *composer, key string, sums []int64) {
	r := t.total(key, sums)
	r.measure(c.o)
	if !t.open {
		t.begin(c, r)
	}
	r.draw(c)
}

// close draws the rules between columns.
func (t *Table) close(c *composer) {
	if !t.open {
		return
	}
	t.open = false
	if t.plain {
		return
	}
	c.page.grey(ruleGrey)
	x := c.left()
	for i := range len(t.widths) + 1 {
		c.page.rectangle(x-hairline/2, t.start, hairline, c.page.y-t.start)
		if i < len(t.widths) {
			x += t.widths[t.column(c, i)]
		}
	}
	c.page.rectangle(c.left(), t.start-hairline/2, x-c.left(), hairline)
}

// column gives which column is the i-th from the left.
func (t *Table) column(c *composer, i int) int {
	if c.rightToLeft() {
		return len(t.widths) - 1 - i
	}
	return i
}

// split parts a row behind as much of each cell as the height holds, at least one
// line of one cell, so that it ends.
func (r *row) split(o *Options, height Length) (first, rest *row) {
	first, rest = &row{table: r.table, cells: make([]Cell, len(r.cells)), lines: make([][]line, len(r.cells))},
		&row{table: r.table, cells: make([]Cell, len(r.cells)), lines: make([][]line, len(r.cells))}
	height -= 2 * padDown
	moved, left := false, false
	for i, cell := range r.cells {
		first.cells[i] = Cell{Picture: cell.Picture, Height: cell.Height}
		room := height
		if cell.Picture != nil {
			_, h := r.picture(o, i)
			room -= h + padDown
			moved = true
		}
		room -= r.lowered(i)
		n := 0
		for n < len(r.lines[i]) && r.lines[i][n].height() <= room {
			room -= r.lines[i][n].height()
			n++
		}
		first.lines[i], rest.lines[i] = r.lines[i][:n], r.lines[i][n:]
		moved, left = moved || n > 0, left || n < len(r.lines[i])
	}
	if !moved {
		for i := range r.lines {
			if len(r.lines[i]) > 0 {
				first.lines[i], rest.lines[i] = r.lines[i][:1], r.lines[i][1:]
				break
			}
		}
		left = false
		for i := range rest.lines {
			left = left || len(rest.lines[i]) > 0
		}
	}
	first.height = first.natural(o)
	if !left {
		return first, nil
	}
	rest.height = rest.natural(o)
	return first, rest
}

// draw draws the row at the top of what is free, and its lower rule.
func (r *row) draw(c *composer) {
	t := r.table
	y := c.page.y
	var total Length
	for _, w := range t.widths {
		total += w
	}
	if r.head || r.foot {
		c.page.grey(headGrey)
		c.page.rectangle(c.left(), y, total, r.height)
	}
	c.page.grey(0)
	var shift Length
	if c.o.Hidden != nil && !r.head && !r.foot {
		shift = min(max(c.o.Hidden(c.page.number, c.page.rows), -HiddenMost), HiddenMost)
	}
	x := c.left()
	if c.rightToLeft() {
		x += total
	}
	for i := range t.widths { // in the order of reading, as programs give the text back
		if c.rightToLeft() {
			x -= t.widths[i]
		}
		left, width := x+padAcross, t.widths[i]-2*padAcross
		if t.signed {
			c.page.rectangle(x+width/8, y-hairline, width*3/4, hairline)
		}
		align := t.columns[i].Align
		down := y + padDown + r.lowered(i)
		if p := r.cells[i].Picture; p != nil {
			w, h := r.picture(c.o, i)
			c.draw(p, c.at(w, left, width, align), down, w, h)
			down += h + padDown
		}
		for _, l := range r.lines[i] {
			c.page.text(l, &c.letters, c.at(l.width, left, width, align), down+l.ascent+shift)
			down += l.height()
		}
		if !c.rightToLeft() {
			x += t.widths[i]
		}
	}
	c.page.y += r.height
	c.page.rows++
	if !t.plain {
		c.page.grey(ruleGrey)
		c.page.rectangle(c.left(), c.page.y-hairline/2, total, hairline)
	}
}
