package watch

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/ledger"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/sms"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/platform/words"
)

type paper struct{ failed error }

func (p paper) Status(context.Context) (ledger.Status, error) {
	return ledger.Status{Entries: 41, Published: 40, At: time.Now(), Failed: p.failed, Cosigned: []string{"dawn.example"}}, nil
}
func (paper) Origin() string { return "ecp.example/ledger" }

type seal struct{}

func (seal) State() audit.SealerState {
	return audit.SealerState{Sealed: 40, Waiting: 1, At: time.Now()}
}

// deaf is a network that refuses everybody.
type deaf struct{}

func (deaf) Send(context.Context, sms.Outgoing) (sms.Sent, error) {
	return sms.Sent{}, &sms.Refused{Operator: "first", Status: 11}
}

// site is the pages with everything behind them, and an administrator in front.
type site struct {
	t       *testing.T
	db      *database.DB
	bus     *bus.Bus
	notices *notice.Service
	handler http.Handler
	who     office.Acting
}

func start(t *testing.T, log paper) *site {
	t.Helper()
	s := &site{t: t}
	var err error
	if s.db, err = database.Open(t.Context(), filepath.Join(t.TempDir(), "x.sqlite")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.db.Close() })
	for _, migrate := range []func(context.Context, *database.DB) error{audit.Migrate, office.Migrate, notice.Migrate} {
		if err := migrate(t.Context(), s.db); err != nil {
			t.Fatal(err)
		}
	}
	if s.bus, err = bus.Open(t.Context(), bus.Options{Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.bus.Close() })
	out, err := s.bus.Outbox(s.db)
	if err != nil {
		t.Fatal(err)
	}
	keys := vault.New(time.Now())
	texts, err := words.NewCatalogue(fstest.MapFS{"words/en.json": {Data: []byte(`{"t.text":"Hello {name}","t.subject":"Hello"}`)},
		"words/ur.json": {Data: []byte(`{"t.text":"سلام {name}","t.subject":"سلام"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	s.notices, err = notice.New(notice.Config{DB: s.db, Outbox: out, Keys: keys, Telephone: deaf{}, Sender: "8300", Paisa: 250},
		notice.Kind{Name: "test.hello", Texts: texts, Text: "t.text", Subject: "t.subject", Duty: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.notices.Work(s.bus); err != nil {
		t.Fatal(err)
	}
	book := office.NewBook(keys, nil)
	s.update(func(tx *database.Tx) error {
		token, err := book.FirstLink(tx)
		if err != nil {
			return err
		}
		n, err := cnic.Parse("42301-1234567-1")
		if err != nil {
			return err
		}
		if _, err = book.Introduce(tx, token, "r", office.Officer{NameEn: "First", NameUr: "پہلا", Personal: office.Personal{CNIC: n}}); err != nil {
			return err
		}
		id, err := book.Accept(tx, token, "r")
		s.who = office.Acting{Officer: id, Request: "r1"}
		return err
	})
	w := New(Config{DB: s.db, Book: book, Bus: s.bus, Ledger: log, Sealer: seal{}, Notices: s.notices})
	handler := web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)}, w.Routes())
	s.handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(rw, r.WithContext(office.With(r.Context(), s.who)))
	})
	return s
}

func (s *site) update(f func(tx *database.Tx) error) {
	s.t.Helper()
	if err := s.db.Update(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) ask(method, path, form string, want int) string {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	rw := httptest.NewRecorder()
	s.handler.ServeHTTP(rw, r)
	if rw.Code != want {
		s.t.Errorf("%s %s: %d, want %d\n%s", method, path, rw.Code, want, rw.Body)
	}
	return rw.Body.String()
}

// rows are the acts in the audit trail, the newest first.
func (s *site) rows() (acts []string) {
	s.t.Helper()
	page, err := audit.Search(s.t.Context(), s.db, audit.Query{})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range page.Rows {
		acts = append(acts, r.Act+" "+r.On+" "+r.Reason)
	}
	return acts
}

func until(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatal("never: ", what)
}

func TestState(t *testing.T) {
	s := start(t, paper{})
	for _, lang := range []string{"en", "ur"} {
		page := s.ask("GET", "/watch?lang="+lang, "", 200)
		for _, want := range []string{"ecp.example/ledger", "dawn.example", catalogue.Text(words.Language(lang), "watch.well_all")} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page is without %q\n%s", lang, want, page)
			}
		}
	}
	if got := s.ask("GET", "/watch/state.json", "", 200); !strings.Contains(got, `"well":true`) || !strings.Contains(got, `"published":40`) {
		t.Errorf("a program is told %s", got)
	}
	s = start(t, paper{errors.New("disk full")})
	if got := s.ask("GET", "/watch/state.json", "", 200); !strings.Contains(got, `"well":false`) {
		t.Errorf("a program is told %s of a log that stands still", got)
	}
	page := s.ask("GET", "/watch?lang=en", "", 200)
	if !strings.Contains(page, "Nothing is published") || strings.Contains(page, "Everything works") || strings.Contains(page, "disk full") {
		t.Errorf("a log that stands still is not told:\n%s", page)
	}
}

func TestLetters(t *testing.T) {
	s := start(t, paper{})
	fails := true
	done := make(chan string, 10)
	err := s.bus.Work("mend", bus.WorkOptions{Attempts: 1}, func(_ context.Context, m bus.Message) error {
		if fails {
			return bus.Final(errors.New("the paper ran out"))
		}
		done <- m.Key
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"form:1", "form:2"} {
		if err := s.bus.Send(t.Context(), "mend", key, []byte("secret body")); err != nil {
			t.Fatal(err)
		}
	}
	var letters []bus.DeadLetter
	until(t, "two dead letters", func() bool {
		letters, err = s.bus.DeadLetters(t.Context(), bus.DeadFilter{})
		return err == nil && len(letters) == 2
	})
	page := s.ask("GET", "/watch/letters?lang=en", "", 200)
	if !strings.Contains(page, "the paper ran out") || !strings.Contains(page, "form:1") {
		t.Errorf("the list:\n%s", page)
	}
	if page := s.ask("GET", "/watch?lang=en", "", 200); !strings.Contains(page, "messages could not be worked off") {
		t.Errorf("the first page does not tell of them:\n%s", page)
	}
	fails = false
	first, second := "/watch/letters/"+letters[0].ID, "/watch/letters/"+letters[1].ID
	if page := s.ask("GET", first+"?lang=en", "", 200); strings.Contains(page, "secret body") {
		t.Error("the body is shown")
	}
	administrator := s.who
	s.who = office.Acting{Officer: "nobody", Request: "r2"}
	s.ask("POST", first+"/resend", "", 403)
	s.who = administrator
	s.ask("POST", first+"/resend", "", 303)
	if got := <-done; got != letters[0].Key {
		t.Errorf("%q was sent again", got)
	}
	if page := s.ask("POST", second+"/drop?lang=en", "reason=", 422); !strings.Contains(page, "error-summary") {
		t.Errorf("no reason was asked for:\n%s", page)
	}
	s.ask("POST", second+"/drop", "reason="+url.QueryEscape("printed by hand"), 303)
	s.ask("GET", second, "", 404)
	s.ask("POST", second+"/resend", "", 409)
	if page := s.ask("GET", "/watch/letters?dropped=1&lang=en", "", 200); !strings.Contains(page, letters[1].Key) {
		t.Errorf("the dropped one is not listed:\n%s", page)
	}
	acts := strings.Join(s.rows(), "\n")
	for _, want := range []string{"deadletter.resend letter:" + letters[0].ID, "deadletter.drop letter:" + letters[1].ID + " printed by hand"} {
		if !strings.Contains(acts, want) {
			t.Errorf("the trail is without %q:\n%s", want, acts)
		}
	}
}

func TestNotices(t *testing.T) {
	s := start(t, paper{})
	number, _ := sms.ParseMSISDN("03001234567")
	s.update(func(tx *database.Tx) error {
		_, err := s.notices.Put(tx, notice.Notice{Kind: "test.hello", Key: "1", Telephone: number, Data: map[string]string{"name": "X"}, On: "claim:1"})
		return err
	})
	var page string
	until(t, "given up", func() bool {
		page = s.ask("GET", "/notices?state=given_up&lang=en", "", 200)
		return strings.Contains(page, "test.hello")
	})
	if !strings.Contains(page, "92300*******") || !strings.Contains(page, "refused for good (first") || strings.Contains(page, "1234567") {
		t.Errorf("the list:\n%s", page)
	}
	one := s.ask("GET", "/notices/test.hello:1?lang=en", "", 200)
	for _, want := range []string{"claim:1", "Rs <", "/notices/test.hello:1/resend"} {
		if !strings.Contains(one, want) {
			t.Errorf("the notice is without %q:\n%s", want, one)
		}
	}
	s.ask("POST", "/notices/test.hello:1/resend", "", 303)
	s.ask("GET", "/notices/none", "", 404)
	until(t, "given up again", func() bool {
		return strings.Contains(s.ask("GET", "/notices?state=given_up", "", 200), "test.hello")
	})
	s.ask("POST", "/notices/test.hello:1/cancel", "", 409)
	if acts := s.rows(); !strings.Contains(acts[0], "notice.") {
		t.Errorf("the trail ends with %q", acts[0])
	}
	if page := s.ask("GET", "/notices/preview?kind=test.hello&language=ur&lang=en", "", 200); !strings.Contains(page, "سلام {name}") || !strings.Contains(page, "UCS-2") {
		t.Errorf("the preview:\n%s", page)
	}
}

func TestWords(t *testing.T) {
	var code strings.Builder
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			code.Write(b)
		}
	}
	webtest.Templates(t, catalogue, "watch.", files, code.String())
}
