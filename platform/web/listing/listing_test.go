package listing

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

func testListing() *Listing {
	return &Listing{Path: "/x", Tie: "o.id", Size: 10,
		Columns: []Column{{Key: "name", SQL: "o.name"}, {Key: "votes", SQL: "o.votes", Number: true}, {Key: "state"}},
		Filters: []Filter{{Key: "q"}, {Key: "on", Day: true}, {Key: "role", Options: []form.Option{{Value: "ro"}, {Value: "aro"}}}}}
}

func read(query string) Query {
	return testListing().Read(httptest.NewRequest("GET", "/x?"+query, nil))
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		query, order string
		offset       int
		address      string
	}{
		{"", "o.name, o.id", 0, "/x"},
		{"sort=votes", "o.votes, o.id", 0, "/x?sort=votes"},
		{"sort=-votes&page=3", "o.votes DESC, o.id", 20, "/x?sort=-votes"},
		{"sort=state", "o.name, o.id", 0, "/x"},
		{"sort=o.id;DROP+TABLE+x", "o.name, o.id", 0, "/x"},
		{"page=0", "o.name, o.id", 0, "/x"},
		{"page=-4", "o.name, o.id", 0, "/x"},
		{"page=99999999999999999999", "o.name, o.id", 0, "/x"},
		{"role=ro&on=2027-02-08&q=+Ali%00+&lang=ur", "o.name, o.id", 0, "/x?lang=ur&on=2027-02-08&q=Ali&role=ro"},
		{"role=president&on=tomorrow&lang=xx&other=1", "o.name, o.id", 0, "/x"},
		{"q=" + strings.Repeat("x", mostWords+1), "o.name, o.id", 0, "/x"},
	} {
		q := read(c.query)
		if q.OrderBy() != c.order || q.Offset() != c.offset || q.Limit() != 10 || q.Address(1) != c.address {
			t.Errorf("%s: ORDER BY %s OFFSET %d, address %s", c.query, q.OrderBy(), q.Offset(), q.Address(1))
		}
	}
	if got, want := read(url.Values{"q": {`50%_\`}}.Encode()).Like("q"), `%50\%\_\\%`; got != want {
		t.Errorf("Like is %q, want %q", got, want)
	}
}

// Ensure that whatever an address holds, what goes into a statement is only what the
// program has named.
func TestAddressNeverReachesSQL(t *testing.T) {
	named := []string{"o.name, o.id", "o.name DESC, o.id", "o.votes, o.id", "o.votes DESC, o.id"}
	rapid.Check(t, func(t *rapid.T) {
		v := url.Values{}
		for _, key := range []string{"sort", "page", "q", "role", "on", "lang"} {
			v.Set(key, rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"-votes", "votes", "name", "-name", "7"})).Draw(t, key))
		}
		q := read(v.Encode())
		if !slices.Contains(named, q.OrderBy()) {
			t.Fatalf("ORDER BY %s", q.OrderBy())
		}
		if q.Offset() < 0 || q.Offset() > mostPages*q.Limit() {
			t.Fatalf("OFFSET %d", q.Offset())
		}
		// The address that is given out reads back as the same question.
		u, err := url.Parse(q.Address(1))
		if err != nil {
			t.Fatal(err)
		}
		again := read(u.RawQuery)
		if again.OrderBy() != q.OrderBy() || again.Address(1) != q.Address(1) {
			t.Fatalf("%s reads back as %s", q.Address(1), again.Address(1))
		}
	})
}

func TestPages(t *testing.T) {
	show := func(p Paging) string {
		var all []string
		for _, l := range p.Links {
			switch {
			case l.Gap:
				all = append(all, "…")
			case l.Here:
				all = append(all, "["+strconv.Itoa(l.N)+"]")
			default:
				all = append(all, strconv.Itoa(l.N))
			}
		}
		return strings.Join(all, " ")
	}
	for _, c := range []struct {
		page, total int
		want        string
	}{
		{1, 0, ""}, {1, 10, ""}, {1, 11, "[1] 2"}, {2, 50, "1 [2] 3 … 5"}, {1, 99, "[1] 2 … 10"}, {10, 99, "1 … 9 [10]"},
		{50, 1000, "1 … 49 [50] 51 … 100"}, {500_000, 10_000_000, "1 … 499999 [500000] 500001 … 1000000"},
	} {
		q := read("page=" + strconv.Itoa(c.page))
		shown := max(0, min(10, c.total-q.Offset()))
		p := q.Table(c.total, make([]Row, shown)).Pages
		if got := show(p); got != c.want {
			t.Errorf("page %d of %d rows: %s, want %s", c.page, c.total, got, c.want)
		}
		if (p.Previous != "") != (c.page > 1) || (p.Next != "") != (c.page*10 < c.total) {
			t.Errorf("page %d of %d rows: previous %q, next %q", c.page, c.total, p.Previous, p.Next)
		}
	}
	// Beyond the last page there is a way back.
	if p := read("page=9").Table(12, nil).Pages; p.Previous != "/x?page=2" {
		t.Errorf("beyond the end: previous %q", p.Previous)
	}
}

func TestTable(t *testing.T) {
	table := read("sort=-votes&role=ro&page=2").Table(12, []Row{{"a", 1, "x"}, {"b", 2, "y"}})
	if h := table.Heads[1]; h.Sorted != "descending" || h.Href != "/x?role=ro&sort=votes" || !h.Number {
		t.Errorf("head %+v", h)
	}
	if h := table.Heads[0]; h.Sorted != "" || h.Href != "/x?role=ro&sort=name" {
		t.Errorf("head %+v", h)
	}
	if table.Heads[2].Href != "" || table.Clear != "/x?sort=-votes" || len(table.Hidden) != 1 || table.Rows[1][0].Value != "b" {
		t.Errorf("table %+v", table)
	}
	plain := Plain(words.Plain("x"), testListing().Columns, []Row{{"a", 1, "x"}})
	if plain.Heads[0].Href != "" || plain.Pages.Links != nil || len(plain.Filters) != 0 {
		t.Errorf("plain %+v", plain)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"", "sort=-votes&page=2", "q=%&role=ro&on=2027-02-08", "page=1e9", "sort=%27--"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest("GET", "/x", nil)
		r.URL.RawQuery = query
		q := testListing().Read(r)
		if strings.ContainsAny(q.OrderBy(), "'\";()") {
			t.Fatalf("ORDER BY %s", q.OrderBy())
		}
		q.Table(1234, nil)
	})
}
