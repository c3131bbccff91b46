package visit

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/officetest"
	"intikhab/systems/rolls/claim/attachment"
	"intikhab/test/databases"
)

type said struct{ CNIC string }

func TestVisitIsOnesOwn(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		c := officetest.Empty(t, db)
		if err := Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		s := New[said](c.Keys, "claimant", true, c.Now)
		begin := func(answer string) *http.Request {
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/voters", nil)
			c.Update(t, func(tx *database.Tx) error {
				v, err := s.Begin(tx, w, r, said{answer})
				if err == nil {
					err = s.Attach(tx, v, attachment.Document{What: attachment.Card, Kind: attachment.JPEG, Content: []byte(answer)})
				}
				return err
			})
			set := w.Result().Cookies()[0]
			if !set.HttpOnly || !set.Secure || !strings.HasPrefix(set.Name, "__Host-") {
				t.Errorf("cookie %v", set)
			}
			r.AddCookie(set)
			return r
		}
		mine, other := begin("mine"), begin("other")
		read := func(r *http.Request) (v *Visit[said], err error) {
			c.Update(t, func(tx *database.Tx) error {
				v, err = s.Of(tx, r)
				return nil
			})
			return v, err
		}
		v, err := read(mine)
		if err != nil || v.Answers.CNIC != "mine" {
			t.Fatalf("%v, %v", v, err)
		}
		stale, _ := read(mine)
		c.Update(t, func(tx *database.Tx) error { return s.Save(tx, v) })
		if err := c.Fails(t, func(tx *database.Tx) error { return s.Save(tx, stale) }); !errors.Is(err, ErrChanged) {
			t.Errorf("another window saved over it: %v", err)
		}
		theirs, _ := read(other)
		c.Update(t, func(tx *database.Tx) error {
			docs, err := s.Documents(tx, v)
			if err != nil || len(docs) != 1 {
				t.Fatalf("%v, %v", docs, err)
			}
			if err := s.Detach(tx, theirs, docs[0].ID); err != nil {
				return err
			}
			whole, err := s.Take(tx, v)
			if len(whole) != 1 || string(whole[0].Content) != "mine" {
				t.Errorf("documents %v after another's tried to take one away", whole)
			}
			return err
		})
		double := mine.Clone(t.Context())
		double.AddCookie(other.Cookies()[0])
		if _, err := read(double); !errors.Is(err, ErrNone) {
			t.Errorf("two cookies open a visit: %v", err)
		}
		c.Pass(Life + time.Minute)
		if _, err := read(other); !errors.Is(err, ErrNone) {
			t.Errorf("after its time: %v", err)
		}
		if n, err := Sweep(t.Context(), db, c.Now()); n != 2 || err != nil {
			t.Errorf("%d swept, %v", n, err)
		}
	})
}

func TestNothingPersonalIsInTheClear(t *testing.T) {
	file := t.TempDir() + "/records.sqlite"
	db, err := database.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	c := officetest.Empty(t, db)
	if err := Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	s := New[said](c.Keys, "claimant", false, c.Now)
	c.Update(t, func(tx *database.Tx) error {
		v, err := s.Begin(tx, httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil), said{"3510212345678"})
		if err != nil {
			return err
		}
		return s.Attach(tx, v, attachment.Document{What: attachment.Card, Kind: attachment.JPEG, Content: []byte("3510212345678")})
	})
	db.Close()
	for _, name := range []string{file, file + "-wal"} {
		bytes, err := os.ReadFile(name)
		if err == nil && strings.Contains(string(bytes), "3510212345678") {
			t.Errorf("%s has the number in the clear", name)
		}
	}
}
