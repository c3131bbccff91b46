package desk

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/database"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/office"
	"intikhab/platform/office/officetest"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/feed/batchfile"
	"intikhab/systems/rolls/phase"
)

func TestWords(t *testing.T) { webtest.Templates(t, catalogue, "feed.", files, webtest.Code(t)) }

type site struct {
	t       *testing.T
	c       *officetest.Commission
	feed    *feed.Service
	handler http.Handler
	who     office.Acting
	key     *checkpoint.Key
	last    string
	n       int64
	ordered int
}

func start(t *testing.T) *site {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "x.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s := &site{t: t, c: officetest.Open(t, db)}
	for _, migrate := range []func(context.Context, *database.DB) error{rolls.Migrate, phase.Migrate, feed.Migrate} {
		if err := migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	if s.key, err = checkpoint.GenerateKey("authority.example"); err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(s.key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	roll := rolls.NewStore(s.c.Keys, s.c.Now)
	s.c.Update(t, func(tx *database.Tx) error {
		return roll.PutBlocks(tx, []rolls.Block{{Code: 183010203, DistrictEn: "Kasur"}, {Code: 183010204, DistrictEn: "Kasur"}})
	})
	s.feed = feed.New(feed.Config{DB: db, Keys: s.c.Keys, Rolls: roll, Phases: phase.NewStore(s.c.Book), Book: s.c.Book, Authorities: []note.Verifier{v}, Now: s.c.Now})
	s.who = s.c.Appoint(t, office.SecretariatOfficer, "secretariat")
	handler := web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)},
		New(Config{DB: db, Feed: s.feed, Nudge: func() { s.ordered++ }, Log: slog.New(slog.DiscardHandler)}).Routes())
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(office.With(r.Context(), s.who)))
	})
	return s
}

func (s *site) batch(lines ...string) feed.Batch {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "b.csv")
	text := "action,cnic,sex,name_en,name_ur,born,permanent_block,permanent_en\n" + strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	m, err := batchfile.Describe(s.t.Context(), path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.n++
	m.Authority, m.Batch, m.Sequence, m.Previous, m.Made = "authority.example", fmt.Sprint("week-", s.n), s.n, s.last, s.c.Now()
	s.last = m.SHA256
	signed, err := m.Sign(s.key.Signer())
	if err != nil {
		s.t.Fatal(err)
	}
	b, err := s.feed.Receive(s.t.Context(), feed.Delivery{File: path, Manifest: signed, By: s.who})
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

func (s *site) ask(method, path, form string, want int) string {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != want {
		s.t.Fatalf("%s %s: %d, want %d\n%s", method, path, w.Code, want, w.Body)
	}
	return w.Body.String()
}

// TestPages has an officer look at a batch, take the rows that were not taken, apply it
// and take it back, in both languages.
func TestPages(t *testing.T) {
	s := start(t)
	if page := s.ask("GET", "/rolls/feed?lang=en", "", 200); !strings.Contains(page, "No batch has come yet") {
		t.Errorf("the empty list:\n%s", page)
	}
	s.batch("new,3510200000001,M,Safdar Ali,صفدر علی,1980-01-01,183010203,House 1", "new,3510200000002,F,Bano,بانو,2020,183010203,House 1", "new,35102,F,Wrong,x,,,")
	personal := []string{"Safdar", "صفدر", "3510200000001", "00001", "Bano", "House 1"}
	for _, lang := range []string{"en", "ur"} {
		list := s.ask("GET", "/rolls/feed?lang="+lang, "", 200)
		page := s.ask("GET", "/rolls/feed/1?lang="+lang, "", 200)
		text := func(key string) string { return catalogue.Text(words.Language(lang), key) }
		for _, want := range []string{"week-1", text("feed.state.previewed")} {
			if !strings.Contains(list, want) {
				t.Errorf("%s: the list is without %q", lang, want)
			}
		}
		for _, want := range []string{text("feed.outcome.added"), text("feed.bar.young"), "Kasur", "35102-*******-*", text("feed.do.apply"), text("feed.do.discard"), text("feed.do.rejects")} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the batch is without %q", lang, want)
			}
		}
		for _, secret := range personal {
			if strings.Contains(page, secret) {
				t.Errorf("%s: the page has %q", lang, secret)
			}
		}
	}
	s.ask("GET", "/rolls/feed/7", "", 404)
	s.ask("GET", "/rolls/feed/x", "", 404)
	s.ask("POST", "/rolls/feed/1/apply", "reason_apply=&sure_apply=yes", 422)
	s.ask("POST", "/rolls/feed/1/apply", "reason_apply=seen", 422)
	s.ask("POST", "/rolls/feed/1/reverse", "reason_reverse=x&sure_reverse=yes", 409)
	s.ask("POST", "/rolls/feed/1/rejects", "reason_rejects=", 422)
	if file := s.ask("POST", "/rolls/feed/1/rejects", "reason_rejects=to+write+to+the+authority", 200); !strings.HasPrefix(file, "line,code,reason,row\n4,cnic,") || !strings.Contains(file, "Wrong") {
		t.Errorf("the file of rejects:\n%s", file)
	}
	second := s.batch("death,3510200000001,,,,,,")
	s.ask("POST", "/rolls/feed/2/apply", "reason_apply=x&sure_apply=yes", 409) // the first comes before it
	s.ask("POST", "/rolls/feed/1/apply", "reason_apply=seen&sure_apply=yes", 303)
	if s.ordered != 1 {
		t.Errorf("the worker was nudged %d times", s.ordered)
	}
	if page := s.ask("GET", "/rolls/feed/1?lang=en", "", 200); !strings.Contains(page, "Progress") {
		t.Errorf("a batch that is being applied shows no progress:\n%s", page)
	}
	if _, err := s.feed.Run(t.Context(), 1, nil); err != nil {
		t.Fatal(err)
	}
	s.ask("POST", fmt.Sprintf("/rolls/feed/%v/discard", second.ID), "reason_discard=wrong&sure_discard=yes", 303)
	s.ask("POST", "/rolls/feed/1/reverse", "reason_reverse=wrong&sure_reverse=yes", 303)
	if _, err := s.feed.Run(t.Context(), 1, nil); err != nil {
		t.Fatal(err)
	}
	if page := s.ask("GET", "/rolls/feed/1?lang=en", "", 200); !strings.Contains(page, "taken back") || !strings.Contains(page, "Entries taken out") {
		t.Errorf("a batch that was taken back:\n%s", page)
	}
	s.who = s.c.Officer(t, "secretariat")
	s.ask("POST", "/rolls/feed/1/rejects", "reason_rejects=x", 403)
}
