package signin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/signin/password"
	"intikhab/platform/office/signin/totp"
	"intikhab/platform/web"
	"intikhab/platform/words"
	"intikhab/test/databases"
)

const origin = "https://offices.example"

// A desk is a service with its officers, its clock and its routes, for one test.
type desk struct {
	t       testing.TB
	db      *database.DB
	book    *book
	service *Service
	handler http.Handler
	log     *bytes.Buffer
	mu      sync.Mutex
	now     time.Time
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *desk) pass(span time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(span)
}

// each runs a test at a desk on each database.
func each(t *testing.T, f func(*testing.T, *desk)) {
	t.Helper()
	databases.Each(t, func(t *testing.T, db *database.DB) { f(t, newDesk(t, db)) })
}

// alone runs a test on the database that is always there.
func alone(t testing.TB) *desk { return newDesk(t, databases.Open(t, databases.SQLite(t))) }

func newDesk(t testing.TB, db *database.DB, change ...func(*Config)) *desk {
	t.Helper()
	if err := errors.Join(audit.Migrate(t.Context(), db), Migrate(t.Context(), db)); err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, db: db, book: newBook(), log: new(bytes.Buffer), now: time.Date(2027, 2, 8, 9, 0, 0, 0, time.UTC)}
	d.book.db, d.book.now = db, d.clock
	cfg := Config{DB: db, Officers: d.book, Sealer: sealer{}, Origins: []string{origin}, Language: words.English, Now: d.clock,
		Password: password.Parameters{Time: 1, Memory: 64, Threads: 1}, HashesTogether: 4,
		Programs: []web.Act{"test.read", "test.local", "test.grave"}, Grave: []web.Act{"test.grave", actIssue},
		Log: slog.New(slog.NewTextHandler(d.log, nil))}
	for _, f := range change {
		f(&cfg)
	}
	s, err := New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	d.service = s
	said := func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "in as "+d.book.acting(r).Officer) }
	d.handler = web.New(web.Config{Gate: s.Gate(), Log: slog.New(slog.DiscardHandler)}, s.Routes(), []web.Route{
		{Method: "GET", Path: "/open", Act: "test.open", Handler: said},
		{Method: "GET", Path: "/read", Act: "test.read", Handler: said},
		{Method: "GET", Path: "/local/{area}", Act: "test.local", Handler: said, Area: func(r *http.Request) string { return r.PathValue("area") }},
		{Method: "GET", Path: "/grave", Act: "test.grave", Handler: said},
		{Method: "POST", Path: "/grave", Act: "test.grave", Handler: said},
		{Method: "GET", Path: "/api/read", Act: "test.read", Handler: said, Machine: true},
		{Method: "GET", Path: "/api/local/{area}", Act: "test.local", Handler: said, Machine: true, Area: func(r *http.Request) string { return r.PathValue("area") }},
		{Method: "GET", Path: "/api/never", Act: "test.never", Handler: said, Machine: true},
		{Method: "GET", Path: "/api/grave", Act: "test.grave", Handler: said, Machine: true},
	})
	return d
}

// A sealer seals for a test: the text is turned round behind its place.
type sealer struct{}

func (sealer) Seal(table, column, row string, plain []byte) []byte {
	turned := slices.Clone(plain)
	slices.Reverse(turned)
	for i := range turned {
		turned[i] ^= 0x5a
	}
	return append([]byte(table+"|"+column+"|"+row+"|"), turned...)
}

func (s sealer) Open(table, column, row string, sealed []byte) ([]byte, error) {
	place := []byte(table + "|" + column + "|" + row + "|")
	if !bytes.HasPrefix(sealed, place) {
		return nil, errors.New("sealed for another place")
	}
	turned := slices.Clone(sealed[len(place):])
	for i := range turned {
		turned[i] ^= 0x5a
	}
	slices.Reverse(turned)
	return turned, nil
}

// A book of officers for tests: three of them, and what each may do.
type book struct {
	mu       sync.Mutex
	db       *database.DB
	now      func() time.Time
	officers map[string]*Officer
	logins   map[string]string // to id
	invited  map[string]string // code to id, "" for the first administrator
	may      map[string][]web.Act
	asked    []string
}

func newBook() *book {
	b := &book{officers: map[string]*Officer{}, logins: map[string]string{}, invited: map[string]string{}, may: map[string][]web.Act{}}
	for _, o := range []struct{ id, name, login string }{{"o-nasreen", "Nasreen Akhtar", "nasreen@ecp.example"}, {"o-bilal", "Bilal Khan", "bilal@ecp.example"}, {"o-admin", "Sana Mir", "sana@ecp.example"}} {
		b.officers[o.id] = &Officer{ID: o.id, Name: words.Both{En: o.name, Ur: "نسرین"}, Open: true}
		b.logins[o.login] = o.id
		b.invited["invite-"+o.id] = o.id
		b.may[o.id] = []web.Act{"test.read", "test.local", "test.grave", actOwn, actTokens, actIssue, actWithdraw, actRead, actRevoke, actReset, actInvite}
	}
	b.invited["invite-first"] = ""
	return b
}

func (b *book) set(id string, f func(*Officer)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(b.officers[id])
}

func (b *book) ByLogin(tx *database.Tx, login string) (Officer, error) {
	b.mu.Lock()
	id := b.logins[strings.ToLower(login)]
	b.mu.Unlock()
	return b.ByID(tx, id)
}

func (b *book) ByID(_ *database.Tx, id string) (Officer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if o := b.officers[id]; o != nil {
		return *o, nil
	}
	return Officer{}, ErrUnknown
}

func (b *book) Invited(tx *database.Tx, code string) (Officer, error) {
	b.mu.Lock()
	id, ok := b.invited[code]
	b.mu.Unlock()
	if !ok {
		return Officer{}, ErrUnknown
	}
	if id == "" {
		return Officer{}, nil
	}
	return b.ByID(tx, id)
}

func (b *book) Introduce(tx *database.Tx, code, _ string, p Person) (Officer, error) {
	o, err := b.Invited(tx, code)
	if err != nil || o.ID != "" {
		return o, errors.Join(err, ErrUnknown)
	}
	if p.NameUr == p.NameEn {
		return o, &Fault{"name_ur", words.Both{En: "Write it in Urdu.", Ur: "اردو میں لکھیں۔"}}
	}
	o = Officer{ID: "o-first", Name: words.Both{En: p.NameEn, Ur: p.NameUr}, Open: true}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.officers[o.ID], b.invited[code], b.logins[p.Email], b.may[o.ID] = &o, o.ID, o.ID, []web.Act{actOwn}
	return o, nil
}

func (b *book) Accept(tx *database.Tx, code, _ string) error {
	o, err := b.Invited(tx, code)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.invited, code)
	b.officers[o.ID].Active = true
	return nil
}

func (b *book) Knows(act web.Act) bool {
	return b.Anyone(act) || strings.HasPrefix(string(act), "test.") || slices.Contains(b.may["o-admin"], act)
}

func (b *book) Title(act web.Act) words.Both { return words.Both{En: string(act), Ur: string(act)} }

func (b *book) Anyone(act web.Act) bool {
	return slices.Contains([]web.Act{"test.open", "page.asset", actBegin, actAccept, actRecover}, act)
}

func (b *book) Decide(_ *database.Tx, q Question) (Decision, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	no := Decision{Why: "not-your-role", Reason: words.Both{En: "None of your roles has this act.", Ur: "آپ کے کسی کردار میں یہ کام نہیں۔"}}
	if !slices.Contains(b.may[q.Officer], q.Act) || q.On != "" && q.On != q.Officer && q.Officer != "o-admin" || q.Area == "province:sindh" {
		return no, nil
	}
	return Decision{Allowed: true, Office: "district-quetta", At: words.Both{En: "Quetta", Ur: "کوئٹہ"}}, nil
}

func (b *book) Within(area, outer string) bool {
	return area == outer && area != "nowhere" || strings.HasPrefix(area, "district:") && outer == "province:balochistan"
}

func (b *book) Offices(*database.Tx, string) ([]Choice, error) {
	return []Choice{{"district-quetta", words.Both{En: "Quetta", Ur: "کوئٹہ"}}, {"district-zhob", words.Both{En: "Zhob", Ur: "ژوب"}}}, nil
}

func (b *book) Refused(ctx context.Context, by Acting, act web.Act, on, why string) error {
	return b.db.Update(ctx, func(tx *database.Tx) error {
		return audit.Write(tx, b.now(), audit.Entry{Officer: by.Officer, Act: string(act), On: on, Reason: why, Refused: true})
	})
}

func (b *book) AskReset(_ *database.Tx, _ Acting, officer, reason string) error {
	if reason == "none" {
		return &Fault{"reason", words.Both{En: "Say why.", Ur: "وجہ لکھیں۔"}}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, officer)
	return nil
}

type actingKey struct{}

func (b *book) With(ctx context.Context, a Acting) context.Context {
	return context.WithValue(ctx, actingKey{}, a)
}

func (b *book) acting(r *http.Request) Acting {
	a, _ := r.Context().Value(actingKey{}).(Acting)
	return a
}

// A browser keeps cookies and says of its requests what browsers say.
type browser struct {
	d       *desk
	cookies map[string]string
	addr    string
	agent   string
	headers map[string]string
}

func (d *desk) browser() *browser {
	return &browser{d: d, cookies: map[string]string{}, addr: "203.0.113.7:4000", agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0",
		headers: map[string]string{"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}}
}

// copy is another browser with the same cookies, as a thief's would be.
func (b *browser) copy() *browser {
	c := *b
	c.cookies = maps.Clone(b.cookies)
	return &c
}

func (b *browser) send(method, path, contentType, body string) *http.Response {
	b.d.t.Helper()
	r := httptest.NewRequest(method, origin+path, strings.NewReader(body))
	r.RemoteAddr = b.addr
	r.Header.Set("User-Agent", b.agent)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for name, value := range b.headers {
		r.Header.Set(name, value)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.d.handler.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return res
}

func (b *browser) get(path string) *http.Response { b.d.t.Helper(); return b.send("GET", path, "", "") }

func (b *browser) post(path string, pairs ...string) *http.Response {
	b.d.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return b.send("POST", path, "application/x-www-form-urlencoded", v.Encode())
}

func (b *browser) postJSON(path, body string) *http.Response {
	b.d.t.Helper()
	return b.send("POST", path, "application/json", body)
}

func text(res *http.Response) string {
	b, _ := io.ReadAll(res.Body)
	return string(b)
}

// leads tells where a response leads, without its query.
func leads(res *http.Response) string {
	path, _, _ := strings.Cut(res.Header.Get("Location"), "?")
	return path
}

// in tells whether the browser is signed in.
func (b *browser) in() bool { b.d.t.Helper(); return b.get("/read").StatusCode == http.StatusOK }

func (b *browser) session() string { return b.cookies["__Host-session"] }

// must fails the test unless a response leads to a path.
func (b *browser) must(res *http.Response, path string) {
	b.d.t.Helper()
	if res.StatusCode != http.StatusSeeOther || leads(res) != path {
		b.d.t.Fatalf("got %d to %q, want to be led to %s\n%s", res.StatusCode, leads(res), path, errorsOf(text(res)))
	}
}

var summary = regexp.MustCompile(`(?s)<div class="error-summary.*?</div>`)

func errorsOf(page string) string { return summary.FindString(page) }

// An enrolled officer knows his password, and his app shows its codes.
type enrolled struct {
	login, password string
	app             totp.Secret
}

const goodPassword = "purple bicycle lamp"

var shownSecret = regexp.MustCompile(`id="code-secret">([A-Z2-7 ]+)<`)

// readApp takes the secret from the page that shows it.
func readApp(t testing.TB, page string) (s totp.Secret) {
	t.Helper()
	m := shownSecret.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no secret in\n%s", page)
	}
	if err := s.Read(m[1]); err != nil {
		t.Fatal(err)
	}
	return s
}

// enrolPassword brings an invited officer to a full session by password and code.
func (b *browser) enrolPassword(id string) enrolled {
	b.d.t.Helper()
	e := enrolled{password: goodPassword}
	for login, of := range b.d.book.logins {
		if of == id {
			e.login = login
		}
	}
	b.must(b.post("/invitation", "code", "invite-"+id), "/enrol")
	b.must(b.post("/enrol/password", "password", e.password, "again", e.password), "/enrol/code")
	e.app = readApp(b.d.t, text(b.get("/enrol/code")))
	b.must(b.post("/enrol/code", "code", e.app.At(b.d.clock())), "/account/recovery")
	b.d.pass(time.Minute) // so that the next code is another
	return e
}

// signIn signs in by password and code.
func (b *browser) signIn(e enrolled) *http.Response {
	b.d.t.Helper()
	return b.post("/sign-in", "login", e.login, "password", e.password, "code", e.app.At(b.d.clock()))
}

// trail are the audit rows, each as "officer act on: change; change".
func (d *desk) trail() (rows []string) {
	d.t.Helper()
	err := d.db.View(context.Background(), func(tx *database.Tx) error {
		rows = nil
		found, err := tx.Query(`SELECT officer, act, on_what, outcome, changes FROM audit_row ORDER BY seq`)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			var officer, act, on, changes string
			var outcome int64
			if err := found.Scan(&officer, &act, &on, &outcome, &changes); err != nil {
				return err
			}
			var all []audit.Change
			if changes != "" {
				if err := json.Unmarshal([]byte(changes), &all); err != nil {
					return err
				}
			}
			line := officer + " " + act + " " + on
			if outcome == int64(audit.Refused) {
				line += " refused"
			}
			for _, c := range all {
				if c.Field == "did" && c.After != nil {
					line += ": " + *c.After
				}
			}
			rows = append(rows, line)
		}
		return found.Err()
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return rows
}

// did tells how many rows of the trail end so.
func (d *desk) did(what string) (n int) {
	d.t.Helper()
	for _, row := range d.trail() {
		if strings.HasSuffix(row, what) {
			n++
		}
	}
	return n
}

type tx = database.Tx

func (d *desk) update(f func(*tx) error) error { return d.db.Update(context.Background(), f) }

func openSQLite(t testing.TB) *database.DB { return databases.Open(t, databases.SQLite(t)) }
