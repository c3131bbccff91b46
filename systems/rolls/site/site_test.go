package site

import (
	"context"
	"errors"
	"fmt"
	"html"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/statement"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/web"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/claimtest"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/systems/rolls/doubles"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/frozen"
	"intikhab/systems/rolls/phase"
	"intikhab/systems/rolls/search"
	"intikhab/test/databases"
)

// memory is 8300's index in memory, and the ledger.
type memory struct {
	mu      sync.Mutex
	voters  map[string]map[cnic.Number]frozen.Voter
	entries []ledger.Entry
}

func (m *memory) Build(ctx context.Context, b frozen.Build) (frozen.Built, error) {
	all := make(map[cnic.Number]frozen.Voter)
	err := b.Voters(ctx, func(_ int, some []frozen.Voter) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, v := range some {
			all[v.CNIC] = v
		}
		return nil
	})
	m.voters[b.Out] = all
	return frozen.Built{Root: fmt.Sprintf("%x", len(all)), Voters: int64(len(all))}, errors.Join(err, os.WriteFile(b.Out, nil, 0o600))
}

type lookup map[cnic.Number]frozen.Voter

func (l lookup) Lookup(n cnic.Number) (frozen.Voter, geography.StationID, bool) {
	v, ok := l[n]
	return v, "", ok
}
func (l lookup) Built() frozen.Built {
	return frozen.Built{Root: fmt.Sprintf("%x", len(l)), Voters: int64(len(l))}
}

func (m *memory) Open(path string) (frozen.Lookup, error)       { return lookup(m.voters[path]), nil }
func (m *memory) Release(context.Context, string, string) error { return nil }

func (m *memory) Append(_ context.Context, entries ...[]byte) (uint64, error) {
	at := uint64(len(m.entries))
	for _, raw := range entries {
		e, err := ledger.ParseEntry(raw)
		if err != nil {
			return 0, err
		}
		m.entries = append(m.entries, e)
	}
	return at, nil
}

func (m *memory) Backward(context.Context) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for i := len(m.entries) - 1; i >= 0 && yield(ledger.Record{Index: uint64(i), Entry: m.entries[i]}, nil); i-- {
		}
	}
}

func (m *memory) Read(_ context.Context, i uint64) (ledger.Record, error) {
	if i >= uint64(len(m.entries)) {
		return ledger.Record{}, os.ErrNotExist
	}
	return ledger.Record{Index: i, Entry: m.entries[i]}, nil
}

// desk is the pages on a commission with a roll, and whoever acts in front.
type desk struct {
	*claimtest.World
	*testing.T
	site    *Site
	keeper  *frozen.Keeper
	doubles *doubles.Store
	ledger  *memory
	handler http.Handler
	who     office.Acting
	lang    string
}

func each(t *testing.T, f func(d *desk)) {
	databases.Each(t, func(t *testing.T, db *database.DB) { f(open(t, db)) })
}

func open(t *testing.T, db *database.DB) *desk {
	d := &desk{World: claimtest.Open(t, db), T: t, ledger: &memory{voters: map[string]map[cnic.Number]frozen.Voter{}}, lang: "en"}
	for _, migrate := range []func(context.Context, *database.DB) error{search.Migrate, doubles.Migrate, feed.Migrate, statement.Migrate, frozen.Migrate} {
		if err := migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	engine := search.New(d.Roll, 0)
	d.doubles = doubles.NewStore(d.Roll, d.Now)
	d.keeper = frozen.New(frozen.Config{DB: db, Keys: d.Keys, Store: d.Roll, Dir: filepath.Join(t.TempDir(), "frozen"), Indexes: d.ledger, Ledger: d.ledger, Desk: d.Desk})
	d.site = New(Config{DB: db, Book: d.Book, Approvals: d.Desk, Store: d.Roll, Search: engine, Phases: d.Calendar, Claims: d.Claims,
		Feed: feed.New(feed.Config{DB: db, Keys: d.Keys, Rolls: d.Roll, Phases: phase.NewStore(d.Book), Book: d.Book}), Doubles: d.doubles, Keeper: d.keeper, Ledger: d.ledger,
		Proofs: 6, Log: slog.New(slog.DiscardHandler)})
	handler := web.New(web.Config{Gate: gate{d}, Log: slog.New(slog.DiscardHandler)}, d.site.Routes())
	d.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		if d.who != (office.Acting{}) {
			d.who.Request = "request"
			ctx = office.With(web.WithVisitor(ctx, web.Visitor{Name: "somebody", Account: "/account", SignOut: "/sign-out"}), d.who)
		}
		handler.ServeHTTP(w, r.WithContext(ctx))
	})
	d.who = d.Officer
	return d
}

// gate asks the table of permissions whether the act may be done anywhere, as the real one
// does.
type gate struct{ *desk }

func (g gate) Knows(act web.Act) bool { return office.Known(act) }

func (g gate) Admit(w http.ResponseWriter, r *http.Request, route web.Route) (*http.Request, bool) {
	allowed := false
	g.View(g.T, func(tx *database.Tx) error {
		d, err := g.Book.Decide(tx, g.who, route.Act, office.Target{Somewhere: true})
		allowed = d.Allowed
		return err
	})
	if !allowed && route.Act != "page.asset" {
		web.Fail(w, r, http.StatusForbidden)
		return nil, false
	}
	return r, true
}

func (d *desk) send(r *http.Request, want int) *httptest.ResponseRecorder {
	d.Helper()
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", d.lang)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	if want != 0 && w.Code != want {
		d.Errorf("%s %s: %d, want %d\n%s", r.Method, r.URL, w.Code, want, text(w.Body.String()))
	}
	return w
}

func (d *desk) get(path string, want int) string {
	d.Helper()
	return d.send(httptest.NewRequest("GET", path, nil), want).Body.String()
}

// post sends a form given as name=value pairs, and gives the page or where it leads.
func (d *desk) post(path string, want int, pairs ...string) string {
	d.Helper()
	w := d.posted(path, pairs...)
	if w.Code != want {
		d.Errorf("POST %s: %d, want %d\n%s", path, w.Code, want, text(w.Body.String()))
	}
	if want == http.StatusSeeOther {
		return w.Header().Get("Location")
	}
	return w.Body.String()
}

func (d *desk) posted(path string, pairs ...string) *httptest.ResponseRecorder {
	d.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.send(r, 0)
}

// fill sends the form of a page, with its hidden fields, and twice where its answers are
// to be checked.
func (d *desk) fill(path string, want int, pairs ...string) string {
	d.Helper()
	page := d.get(path, 200)
	for _, m := range hiddens.FindAllStringSubmatch(page, -1) {
		pairs = append(pairs, m[1], html.UnescapeString(m[2]))
	}
	r := d.posted(path, pairs...)
	if r.Code == 200 && strings.Contains(r.Body.String(), `id="form-check"`) && want != 200 {
		r = d.posted(path, append(pairs, "checked", "yes")...)
	}
	if r.Code != want {
		d.Errorf("POST %s: %d, want %d\n%s", path, r.Code, want, text(r.Body.String()))
	}
	if want == http.StatusSeeOther {
		return r.Header().Get("Location")
	}
	return r.Body.String()
}

var hiddens = regexp.MustCompile(`type="hidden" name="([a-z_]+)" value="([^"]*)"`)

func (d *desk) has(page string, wants ...string) {
	d.Helper()
	for _, want := range wants {
		if !strings.Contains(text(page), want) {
			d.Errorf("the page is without %q:\n%s", want, text(page))
		}
	}
}

func (d *desk) lacks(page string, not ...string) {
	d.Helper()
	for _, n := range not {
		if strings.Contains(page, n) || strings.Contains(text(page), n) {
			d.Errorf("the page has %q:\n%s", n, text(page))
		}
	}
}

var tags = regexp.MustCompile(`(?s)<(?:title|script).*?</(?:title|script)>|<[^>]*>`)

// text is what a page says, without its markup.
func text(page string) string {
	_, main, found := strings.Cut(page, "<main")
	if !found {
		main = page
	}
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString("<main"+main, ""))), " ")
}

// trail are the acts in the audit trail, the newest first.
func (d *desk) trail() string {
	d.Helper()
	page, err := audit.Search(d.Context(), d.DB, audit.Query{Limit: 1000})
	if err != nil {
		d.Fatal(err)
	}
	var b strings.Builder
	for _, r := range page.Rows {
		b.WriteString(r.Act + " " + r.On + " " + r.Outcome.String() + " " + r.Reason + "\n")
	}
	return b.String()
}

// claim files a claim by the web, and gives its number.
func (d *desk) claim(form claim.Form, n int) receipt.Number {
	d.Helper()
	card := rolls.Card{Kind: rolls.NIC, List: geography.Female, Valid: true, Particulars: rolls.Particulars{
		CNIC: claimtest.Number(n), NameEn: fmt.Sprintf("Nasreen Akhtar %d", n), NameUr: "نسرین اختر", ParentEn: "Rahmat Ali", ParentUr: "رحمت علی",
		Born:      rolls.Date{Year: 1990, Month: 3, Day: 4},
		Permanent: rolls.Address{Block: claimtest.Kasur1, En: "House 9, Kot Murad Khan", Ur: "مکان 9، کوٹ مراد خان"},
		Temporary: rolls.Address{Block: claimtest.Kasur1, En: "Shop 4", Ur: "دکان 4"}}}
	f := claim.Filing{Form: form, Source: claim.Web, Claimant: claim.Claimant{CNIC: claimtest.Number(n), NameEn: card.NameEn, NameUr: card.NameUr, Confirmed: true, Telephone: msisdn(d.T), Language: "en"}}
	switch form.Kind() {
	case claim.Enrolment:
		f.Card = card
	case claim.Correction:
		f.Wishes = []claim.Wish{{Field: claim.FieldNameEn, Value: "Ghulam Fatima Bibi"}, {Field: claim.FieldBorn, Value: "1985-01-02"}}
	case claim.Objection:
		f.Claimant.CNIC = claimtest.Number(n + 5000)
		f.Against, f.Ground, f.GroundText = claim.Against{CNIC: claimtest.Number(n)}, claim.NotResident, "She moved to Multan."
	}
	var r claim.Receipt
	d.Update(d.T, func(tx *database.Tx) (err error) {
		r, err = d.Claims.Receive(tx, office.Acting{}, f)
		return err
	})
	return r.Number
}
