package counter

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/office"
	"intikhab/platform/office/officetest"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/people"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/print/copies"
	"intikhab/systems/rolls/print/supplement"
	"intikhab/test/need"
)

func TestTemplates(t *testing.T) {
	code := webtest.Code(t)
	for _, s := range []copies.State{copies.Asked, copies.Printed, copies.Ready, copies.Void} {
		code += ` "counter.state.` + string(s) + `"`
	}
	for _, k := range []copies.Kind{copies.ForCandidate, copies.ForAgent, copies.ForParty, copies.ForOfficer} {
		code += ` "counter.kind.` + string(k) + `"`
	}
	webtest.Templates(t, catalogue, "counter.", files, code)
}

// paper is a ledger that takes everything.
type paper struct{ size uint64 }

func (p *paper) Append(_ context.Context, entries ...[]byte) (uint64, error) {
	p.size += uint64(len(entries))
	return p.size - uint64(len(entries)), nil
}
func (p *paper) Backward(context.Context) iter.Seq2[ledger.Record, error] {
	return func(func(ledger.Record, error) bool) {}
}
func (p *paper) Checkpoint() ([]byte, checkpoint.Checkpoint) {
	return nil, checkpoint.Checkpoint{Size: p.size}
}

// site is the pages over a small roll in Lahore, and who stands before them.
type site struct {
	*testing.T
	*officetest.Commission
	store   *rolls.Store
	copies  *copies.Service
	handler http.Handler
	who     office.Acting
	block   geography.BlockCode
}

func start(t *testing.T) *site {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "x.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s := &site{T: t, Commission: officetest.Open(t, db)}
	store := rolls.NewStore(s.Keys, s.Now)
	if err := errors.Join(rolls.Migrate(t.Context(), db), supplement.Migrate(t.Context(), db), copies.Migrate(t.Context(), db)); err != nil {
		t.Fatal(err)
	}
	pop, err := people.New(people.Config{Voters: 200, Seed: 4, Districts: []string{"Lahore"}})
	if err != nil {
		t.Fatal(err)
	}
	areas := pop.Areas()
	for i := range areas {
		areas[i].NA = "NA-118"
	}
	s.block, s.store = areas[0].Code, store
	s.Update(t, func(tx *database.Tx) error {
		if err := store.PutBlocks(tx, areas); err != nil {
			return err
		}
		for i := range 60 {
			p := pop.At(i)
			a := p.Addition()
			if _, err := store.Add(tx, a.Block, a.List, a.Particulars, "feed:1"); err != nil {
				return err
			}
		}
		_, err := store.Consolidate(tx, s.block)
		return err
	})
	s.copies = copies.New(copies.Config{DB: db, Store: store, Keys: s.Keys, Book: s.Book, Desk: s.Desk, Ledger: &paper{}, Dir: t.TempDir()})
	handler := web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, New(Config{DB: db, Book: s.Book, Copies: s.copies, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}).Routes())
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(office.With(r.Context(), s.who)))
	})
	s.who = s.Appoint(t, office.DistrictCommissioner, "district-lahore")
	s.who.Name = "Officer of Lahore"
	return s
}

func (s *site) send(method, path, kind string, body []byte, want int) *httptest.ResponseRecorder {
	s.Helper()
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != want {
		s.Errorf("%s %s: %d, want %d\n%s", method, path, w.Code, want, w.Body)
	}
	return w
}

func (s *site) get(path string, want int) string {
	s.Helper()
	return s.send("GET", path, "", nil, want).Body.String()
}

func (s *site) post(path string, form url.Values, want int) *httptest.ResponseRecorder {
	s.Helper()
	return s.send("POST", path, "application/x-www-form-urlencoded", []byte(form.Encode()), want)
}

// TestPages: every page in both languages; a block is printed, a supplement asked for, a
// copy asked for, approved, made and handed over.
func TestPages(t *testing.T) {
	s := start(t)
	for _, lang := range words.Languages {
		for _, path := range []string{"", "/supplement", "/ask", "/trace", "/copies"} {
			page := s.get("/rolls/print"+path+"?lang="+string(lang), 200)
			if !strings.Contains(page, catalogue.Text(lang, "counter.copies")) {
				t.Errorf("%s in %s is without its ways", path, lang)
			}
		}
	}
	block := url.Values{"block": {s.block.String()}, "purpose": {"office"}, "language": {"ur"}, "reason": {"hearing of 2 March"}}
	w := s.post("/rolls/print", block, 200)
	if !bytes.HasPrefix(w.Body.Bytes(), []byte("%PDF-1.7")) || w.Header().Get("Cache-Control") != "no-store" || !strings.Contains(w.Header().Get("Content-Disposition"), "copy-1.pdf") {
		t.Errorf("the answer is no file: %v", w.Header())
	}
	for field, value := range map[string]string{"block": "123", "purpose": "candidate", "language": "fr", "reason": ""} {
		wrong := url.Values{}
		for k, v := range block {
			wrong[k] = v
		}
		wrong.Set(field, value)
		s.post("/rolls/print", wrong, 422)
	}
	unknown := url.Values{"block": {"999999999"}, "purpose": {"office"}, "language": {"ur"}, "reason": {"a test"}}
	if page := s.post("/rolls/print?lang=en", unknown, 422).Body.String(); !strings.Contains(page, catalogue.Text(words.English, "counter.no_block")) {
		t.Error("a block that is none is not told")
	}
	if page := s.post("/rolls/print/supplement?lang=en", url.Values{"block": {s.block.String()}, "reason": {"the month is over"}}, 422).Body.String(); !strings.Contains(page, catalogue.Text(words.English, "counter.nothing")) {
		t.Error("that nothing changed is not told")
	}
	s.Pass(time.Hour)
	s.Update(t, func(tx *database.Tx) error {
		all, err := s.store.All(tx, s.block)
		if err != nil {
			return err
		}
		_, err = s.store.Remove(tx, all[0].ID, all[0].Version, rolls.Died, "claim:1")
		return err
	})
	s.post("/rolls/print/supplement", url.Values{"block": {s.block.String()}, "reason": {"the month is over"}}, 303)
	s.post("/rolls/print/ask", url.Values{"seat": {"na 118"}, "kind": {"candidate"}, "recipient": {"Muhammad Aslam"}, "languages": {"ur", "en"}, "with": {"photographs"}, "reason": {"his application"}}, 303)
	s.post("/rolls/print/ask", url.Values{"seat": {"NA-1"}, "kind": {"candidate"}, "recipient": {"A"}, "languages": {"ur"}, "reason": {"his application"}}, 422)
	list := s.get("/rolls/print/copies?lang=en", 200)
	if strings.Contains(list, "Aslam") || !strings.Contains(list, "NA-118") || !strings.Contains(list, "/rolls/print/copies/2") {
		t.Errorf("the list shows a name, or not the copy:\n%s", list)
	}
	if page := s.get("/rolls/print/copies/2?lang=en", 200); !strings.Contains(page, "Muhammad Aslam") || strings.Contains(page, `id="hand"`) {
		t.Error("the copy's page is without its recipient, or offers what is not ready")
	}
	s.post("/rolls/print/copies/2/hand", url.Values{"reason": {"to the candidate"}}, 409)
	second := s.Appoint(t, office.DistrictCommissioner, "district-lahore")
	s.Update(t, func(tx *database.Tx) error {
		c, err := s.copies.Get(tx, 2)
		if err != nil {
			return err
		}
		a, err := s.Desk.Get(tx, c.Approval)
		if err != nil {
			return err
		}
		_, err = s.Desk.Approve(tx, second, a.ID, a.Hash, "yes")
		return err
	})
	if n, err := s.copies.Work(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	s.post("/rolls/print/copies/2/hand", url.Values{}, 422)
	if w := s.post("/rolls/print/copies/2/hand", url.Values{"reason": {"to the candidate"}}, 200); !bytes.HasPrefix(w.Body.Bytes(), []byte("PK")) {
		t.Error("no ZIP file is handed over")
	}
	if page := s.get("/rolls/print/copies/2/receipt", 200); !strings.Contains(page, "intikhab/roll-copy v1") {
		t.Errorf("the receipt is %s", page)
	}
	s.get("/rolls/print/copies/77", 404)
	s.get("/rolls/print/copies/x", 404)
}

// TestElsewhere: an officer of another district sees and does nothing of it.
func TestElsewhere(t *testing.T) {
	s := start(t)
	s.post("/rolls/print", url.Values{"block": {s.block.String()}, "purpose": {"office"}, "language": {"en"}, "reason": {"a test"}}, 200)
	s.who = s.Appoint(t, office.DistrictCommissioner, "district-kasur")
	s.post("/rolls/print", url.Values{"block": {s.block.String()}, "purpose": {"office"}, "language": {"en"}, "reason": {"a test"}}, 403)
	s.post("/rolls/print/supplement", url.Values{"block": {s.block.String()}, "reason": {"a test"}}, 403)
	s.post("/rolls/print/ask", url.Values{"seat": {"NA-118"}, "kind": {"party"}, "recipient": {"A"}, "languages": {"ur"}, "reason": {"a test"}}, 403)
	s.get("/rolls/print/copies/1", 403)
	s.get("/rolls/print/copies/1/receipt", 403)
	s.post("/rolls/print/copies/1/hand", url.Values{"reason": {"a test"}}, 403)
	if page := s.get("/rolls/print/copies?lang=en", 200); strings.Contains(page, s.block.String()) {
		t.Error("another district's copy is listed")
	}
}

// TestTracePage: a scan that is sent tells its copy to who may know.
func TestTracePage(t *testing.T) {
	s := start(t)
	file := s.post("/rolls/print", url.Values{"block": {s.block.String()}, "purpose": {string(print.Office)}, "language": {"ur"}, "reason": {"a test"}}, 200).Body.Bytes()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "copy.pdf"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(need.Program(t, "Debian's poppler-utils", "pdftoppm"), "-r", "300", "-gray", "-png", "-singlefile", "-f", "2", filepath.Join(dir, "copy.pdf"), filepath.Join(dir, "scan")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	scan, err := os.ReadFile(filepath.Join(dir, "scan.png"))
	if err != nil {
		t.Fatal(err)
	}
	send := func(scan []byte, want int) string {
		t.Helper()
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		m.WriteField("reason", "found in a shop")
		part, err := m.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="scan"; filename="scan.png"`}, "Content-Type": {"image/png"}})
		if err != nil {
			t.Fatal(err)
		}
		part.Write(scan)
		m.Close()
		return s.send("POST", "/rolls/print/trace?lang=en", m.FormDataContentType(), body.Bytes(), want).Body.String()
	}
	send(scan, 403)
	s.who = s.Appoint(t, office.SecretariatOfficer, "secretariat")
	if page := send(scan, 200); !strings.Contains(page, "Officer of Lahore") || !strings.Contains(page, "Copy 1") {
		t.Errorf("the page does not tell whose copy it is:\n%s", page)
	}
	send(scan[:5000], 422)
}
