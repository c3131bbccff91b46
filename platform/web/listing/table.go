package listing

import (
	"net/url"

	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// A Row is one row: a value for each column, shown as [web.Page.Show] does.
type Row []any

// A Table is a listing as the template "listing" draws it: filters above, the rows
// of one page, the other pages below.
type Table struct {
	Caption words.Message
	Heads   []Head
	Rows    [][]Cell
	Filters []Choice
	Hidden  []Hidden // parameters that the form of filters carries along
	Path    string
	Clear   string // address without filters, or "" when none is set
	Pages   Paging
	Empty   words.Message
}

// A Head is the head of one column.
type Head struct {
	Label  words.Message
	Href   string // sorts by this column, or ""
	Sorted string // aria-sort: ascending, descending, or ""
	Number bool
}

// A Cell is one value below its head.
type Cell struct {
	Head  Head
	Value any
}

// A Choice is a filter as it is drawn.
type Choice struct {
	Filter
	Value string
}

// On tells whether an option is the one that is chosen.
func (c Choice) On(value string) bool { return c.Value == value }

// A Hidden is a parameter that is carried along.
type Hidden struct{ Name, Value string }

// Paging are the ways to other pages.
type Paging struct {
	First, Last, Total int // of the rows that are shown, from 1, and of all
	Previous, Next     string
	Links              []PageLink
}

// A PageLink is one page; a gap stands for pages that are left out.
type PageLink struct {
	N    int
	Href string
	Here bool
	Gap  bool
}

// Table sets the rows of this page, of total rows in all, into the listing.
func (q Query) Table(total int, rows []Row) Table {
	l := q.listing
	t := Table{Caption: l.Caption, Path: l.Path, Empty: l.Empty, Pages: q.paging(total, len(rows))}
	if t.Empty.IsZero() {
		t.Empty = words.Say("shell.table.empty")
	}
	for _, c := range l.Columns {
		t.Heads = append(t.Heads, q.head(c))
	}
	for _, row := range rows {
		var cells []Cell
		for i, value := range row {
			cells = append(cells, Cell{t.Heads[i], value})
		}
		t.Rows = append(t.Rows, cells)
	}
	for _, f := range l.Filters {
		t.Filters = append(t.Filters, Choice{f, q.filters[f.Key]})
	}
	carried := q.Values()
	for _, name := range []string{"sort", "lang"} {
		if v := carried.Get(name); v != "" {
			t.Hidden = append(t.Hidden, Hidden{name, v})
		}
	}
	if len(q.filters) > 0 {
		bare := url.Values{}
		for _, h := range t.Hidden {
			bare.Set(h.Name, h.Value)
		}
		t.Clear = address(l.Path, bare)
	}
	return t
}

// head gives the column its link: a second time it turns the order round.
func (q Query) head(c Column) Head {
	h := Head{Label: c.Label, Number: c.Number}
	if c.SQL == "" {
		return h
	}
	next := false
	if c.Key == q.column.Key {
		h.Sorted, next = "ascending", true
		if q.descending {
			h.Sorted, next = "descending", false
		}
	}
	v := q.Values()
	v.Set("sort", sortValue(c.Key, next))
	h.Href = address(q.listing.Path, v)
	return h
}

func (q Query) paging(total, shown int) Paging {
	size := q.listing.size()
	last := max(1, (total+size-1)/size)
	p := Paging{First: q.Offset() + 1, Last: q.Offset() + shown, Total: total}
	if q.page > 1 {
		p.Previous = q.Address(min(q.page-1, last))
	}
	if q.page < last {
		p.Next = q.Address(q.page + 1)
	}
	for n := 1; n <= last; n++ {
		near := n == 1 || n == last || n >= q.page-1 && n <= q.page+1
		switch {
		case near:
			p.Links = append(p.Links, PageLink{N: n, Href: q.Address(n), Here: n == q.page})
		case !p.Links[len(p.Links)-1].Gap:
			p.Links = append(p.Links, PageLink{Gap: true})
			if n < q.page {
				n = max(n, min(q.page, last)-2) // a listing of a million pages is not walked through
			} else {
				n = max(n, last-1)
			}
		}
	}
	if last == 1 {
		p.Links = nil
	}
	return p
}

// Plain is a table without filters, sorting and pages: a few rows that are all there.
func Plain(caption words.Message, columns []Column, rows []Row) Table {
	l := &Listing{Caption: caption, Size: max(1, len(rows))}
	for _, c := range columns {
		c.SQL = ""
		l.Columns = append(l.Columns, c)
	}
	return Query{listing: l, page: 1}.Table(len(rows), rows)
}

// Options are the options of a filter with the one in front that filters nothing.
func (c Choice) Options() []form.Option {
	return append([]form.Option{{Text: words.Say("shell.table.all")}}, c.Filter.Options...)
}

// Shown tells which rows are shown: 51 to 100 of 1,234.
func (p Paging) Shown() words.Message {
	n := func(v int) string { return words.Number(words.English, v) }
	return words.Say("shell.table.shown", "first", n(p.First), "last", n(p.Last), "total", n(p.Total))
}
