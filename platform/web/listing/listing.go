// Package listing is a table of many rows, sorted, filtered and cut into pages by
// the address of its page alone, so that a listing can be linked to, gone back to
// and used without a script. An address chooses among columns, filters and pages
// that the program has named; no word of it reaches a statement of SQL. See
// TestAddressNeverReachesSQL, and the page /design/tables.
//
// It never holds personal data in an address: whoever looks for one person by a
// number asks by a form that is posted.
package listing

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// A Column is one column of a listing.
type Column struct {
	Key    string // in addresses: "name"
	Label  words.Message
	SQL    string // what it is sorted by, written by the programmer; "" is not sorted by
	Number bool   // stands at the end of its column, figure under figure
}

// A Filter narrows a listing: to one of its options, to a day, or, without options,
// to rows that have the words in them.
type Filter struct {
	Key     string // in addresses
	Label   words.Message
	Options []form.Option
	Day     bool
}

// A Listing is what a table can show. It does not change.
type Listing struct {
	Caption    words.Message
	Path       string // of the page
	Columns    []Column
	Filters    []Filter
	Sort       string // key of the column that it is sorted by when nobody chose; if "", the first that can be
	Descending bool   // and in which direction
	Tie        string // SQL of what is different in every row, sorted by last, so that pages neither repeat nor lose a row: "id"
	Size       int    // rows on a page; if 0, 50
	Empty      words.Message
}

// A Query is what one address asks of a listing: read, within what the listing has.
type Query struct {
	listing    *Listing
	column     Column
	descending bool
	page       int // from 1
	filters    map[string]string
	lang       string
}

// The bounds of what is taken of an address.
const (
	mostPages = 1_000_000
	mostWords = 100 // characters of a search
)

// Read reads the request's address. What is not in the listing counts as not said.
func (l *Listing) Read(r *http.Request) Query {
	asked := r.URL.Query()
	q := Query{listing: l, column: l.standard(), descending: l.Descending, page: 1, filters: make(map[string]string), lang: asked.Get("lang")}
	if _, ok := words.ParseLanguage(q.lang); !ok {
		q.lang = ""
	}
	key, down := strings.CutPrefix(asked.Get("sort"), "-")
	if i := slices.IndexFunc(l.Columns, func(c Column) bool { return c.Key == key && c.SQL != "" }); i >= 0 {
		q.column, q.descending = l.Columns[i], down
	}
	if n, err := strconv.Atoi(asked.Get("page")); err == nil && n > 1 && n <= mostPages {
		q.page = n
	}
	for _, f := range l.Filters {
		if v := f.read(asked.Get(f.Key)); v != "" {
			q.filters[f.Key] = v
		}
	}
	return q
}

func (l *Listing) standard() Column {
	for _, c := range l.Columns {
		if c.SQL != "" && (l.Sort == "" || c.Key == l.Sort) {
			return c
		}
	}
	return Column{}
}

func (l *Listing) size() int {
	if l.Size > 0 {
		return l.Size
	}
	return 50
}

func (f Filter) read(text string) string {
	if !utf8.ValidString(text) {
		return ""
	}
	text = form.Clean(text, false)
	switch {
	case len(f.Options) > 0:
		if !slices.ContainsFunc(f.Options, func(o form.Option) bool { return o.Value == text }) {
			return ""
		}
	case f.Day:
		day, err := words.ParseDay(text)
		if err != nil {
			return ""
		}
		return day.String()
	case utf8.RuneCountInString(text) > mostWords:
		return ""
	}
	return text
}

// OrderBy is what stands behind ORDER BY: only what the program has named.
func (q Query) OrderBy() string {
	var parts []string
	if q.column.SQL != "" {
		part := q.column.SQL
		if q.descending {
			part += " DESC"
		}
		parts = append(parts, part)
	}
	if q.listing.Tie != "" && q.listing.Tie != q.column.SQL {
		parts = append(parts, q.listing.Tie)
	}
	if len(parts) == 0 {
		return "1"
	}
	return strings.Join(parts, ", ")
}

// Limit is how many rows the page takes.
func (q Query) Limit() int { return q.listing.size() }

// Offset is how many rows stand on the pages before.
func (q Query) Offset() int { return (q.page - 1) * q.listing.size() }

// Sort is the key of the column that the rows are sorted by, and the direction, for
// rows that do not come from a database.
func (q Query) Sort() (key string, descending bool) { return q.column.Key, q.descending }

// Filter is what the filter of this key is set to, or "": one of its options, a day
// such as 2027-02-08, or words.
func (q Query) Filter(key string) string { return q.filters[key] }

// Like is the pattern that finds the words of a filter anywhere in a text, for
// LIKE ? ESCAPE '\' in SQL; "" when the filter is not set.
func (q Query) Like(key string) string {
	text := q.filters[key]
	if text == "" {
		return ""
	}
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
}

// Address is the address of the listing as it is asked for, on this page of it; for
// a download beside it use Values.
func (q Query) Address(page int) string {
	v := q.Values()
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	return address(q.listing.Path, v)
}

// Values are the parameters of the address, without the page.
func (q Query) Values() url.Values {
	v := url.Values{}
	for key, value := range q.filters {
		v.Set(key, value)
	}
	if q.column.Key != q.listing.standard().Key || q.descending != q.listing.Descending {
		v.Set("sort", sortValue(q.column.Key, q.descending))
	}
	if q.lang != "" {
		v.Set("lang", q.lang)
	}
	return v
}

// Keep are the names of the listing's parameters, for [web.Pages.Render].
func (l *Listing) Keep() []string {
	keep := []string{"sort", "page"}
	for _, f := range l.Filters {
		keep = append(keep, f.Key)
	}
	return keep
}

func sortValue(key string, descending bool) string {
	if descending {
		return "-" + key
	}
	return key
}

func address(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}
