package statement

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http/httptest"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/test/databases"
)

var day = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)

// book is a ledger in memory that can fail after it has taken an entry.
type book struct {
	entries []ledger.Entry
	killed  bool
}

var errKilled = errors.New("the program was killed")

func (b *book) Append(_ context.Context, entries ...[]byte) (first uint64, err error) {
	first = uint64(len(b.entries))
	for _, raw := range entries {
		e, err := ledger.ParseEntry(raw)
		if err != nil {
			return 0, err
		}
		b.entries = append(b.entries, e)
	}
	if b.killed {
		return 0, errKilled
	}
	return first, nil
}

func (b *book) Backward(context.Context) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for i := len(b.entries) - 1; i >= 0; i-- {
			if !yield(ledger.Record{Index: uint64(i), Entry: b.entries[i]}, nil) {
				return
			}
		}
	}
}

func put(t *testing.T, db *database.DB, kind, content string) (s Statement) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *database.Tx) (err error) {
		s, err = Put(tx, day, kind, []byte(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestKilledBetween(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		if err := Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		log := &book{}
		put(t, db, "roll", "the first roll")
		put(t, db, "copy", "a copy")
		if err := Seal(t.Context(), db, log); err != nil {
			t.Fatal(err)
		}
		put(t, db, "roll", "the second roll")
		third := put(t, db, "roll", "the third roll")
		if third.ID() != "roll/3" || third.Sealed() {
			t.Errorf("the third is %s, entry %d", third.ID(), third.Entry)
		}
		log.killed = true
		if err := Seal(t.Context(), db, log); !errors.Is(err, errKilled) {
			t.Fatalf("killed: %v", err)
		}
		log.killed = false
		for range 2 {
			if err := Seal(t.Context(), db, log); err != nil {
				t.Fatal(err)
			}
		}
		numbers := make(map[string]uint64)
		for _, e := range log.entries {
			numbers[e.Kind]++
			if e.Number != numbers[e.Kind] {
				t.Errorf("%s %d stands where %d belongs", e.Kind, e.Number, numbers[e.Kind])
			}
		}
		if len(log.entries) != 4 {
			t.Errorf("%d entries", len(log.entries))
		}
		err := db.View(t.Context(), func(tx *database.Tx) error {
			all, err := All(tx, "roll", 2)
			if err != nil || len(all) != 2 || all[0].Number != 3 || all[1].Number != 2 {
				t.Errorf("the newest two: %v %v", all, err)
			}
			for _, s := range all {
				if !s.Sealed() || log.entries[s.Entry].Commitment != ledger.Commit([32]byte(s.Salt), s.Content) {
					t.Errorf("%s is at %d", s.ID(), s.Entry)
				}
			}
			_, err = Get(tx, "roll", 9)
			if !errors.Is(err, ErrNone) {
				t.Errorf("none: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestRoute(t *testing.T) {
	db := databases.Open(t, databases.SQLite(t))
	if err := Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	put(t, db, "roll", "the first roll")
	site := web.New(web.Config{Gate: webtest.Open}, []web.Route{Route(db, "ledger.read")})
	for path, want := range map[string]int{"/statements/roll/1": 200, "/statements/roll/2": 404, "/statements/roll/x": 404, "/statements/roll/99999999999999999999": 404} {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
		var p public
		if want == 200 {
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Content != "the first roll" || len(p.Salt) != 32 || p.Entry != -1 ||
				ledger.Commit([32]byte(p.Salt), []byte(p.Content)) != [32]byte(p.Commitment) {
				t.Errorf("%s %v", w.Body, err)
			}
		}
	}
}
