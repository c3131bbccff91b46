package draft

import (
	"bytes"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/test/databases"
)

func TestDraftIsOnesOwn(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		ctx := t.Context()
		now := time.Date(2027, 2, 8, 9, 0, 0, 0, time.UTC)
		s, err := New(ctx, db, vault.New(now), func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		mine, other := Of{"a", "office.appoint", "7"}, Of{"b", "office.appoint", "7"}
		const secret = "Zainab Bibi"
		for i, answers := range []url.Values{{"name": {"x"}}, {"name": {secret}, "role": {"ro", "aro"}, "note": {"a\nb ز"}}} {
			if err := s.Save(ctx, mine, answers); err != nil {
				t.Fatal(err)
			}
			d, found, err := s.Find(ctx, mine)
			if err != nil || !found || d.Answers.Encode() != answers.Encode() || !d.Saved.Equal(now) {
				t.Fatalf("save %d: got %v %v %v", i, d, found, err)
			}
		}
		for _, of := range []Of{other, {"a", "office.appoint", ""}, {"a", "office.appoin", "t7"}} {
			if _, found, err := s.Find(ctx, of); found || err != nil {
				t.Errorf("%v finds another's draft: %v", of, err)
			}
		}
		// What lies in the database is sealed, and bound to its row.
		err = db.Update(ctx, func(tx *database.Tx) error {
			var sealed []byte
			if err := tx.QueryRow(`SELECT answers FROM web_draft`).Scan(&sealed); err != nil {
				return err
			}
			if bytes.Contains(sealed, []byte("Zainab")) {
				t.Error("the answers lie in the open")
			}
			_, err := tx.Exec(`INSERT INTO web_draft SELECT ?, 'b', form, about, answers, saved, expires FROM web_draft`, other.id())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, found, err := s.Find(ctx, other); found || !errors.Is(err, vault.ErrSealed) || strings.Contains(err.Error(), "Zainab") {
			t.Errorf("a draft moved to another officer: %v %v", found, err)
		}
		if all, err := s.List(ctx, "a"); err != nil || len(all) != 1 || all[0].Form != "office.appoint" || all[0].Answers != nil {
			t.Errorf("list: %v %v", all, err)
		}

		failed := errors.New("no")
		db.Update(ctx, func(tx *database.Tx) error { Delete(tx, mine); return failed })
		if _, found, _ := s.Find(ctx, mine); !found {
			t.Error("the draft is gone though the act failed")
		}
		if err := db.Update(ctx, func(tx *database.Tx) error { return Delete(tx, mine) }); err != nil {
			t.Fatal(err)
		}
		if _, found, _ := s.Find(ctx, mine); found {
			t.Error("the draft is there though the form was sent")
		}
	})
}

func TestDraftEnds(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		ctx := t.Context()
		now := time.Date(2027, 2, 8, 9, 0, 0, 0, time.UTC)
		s, err := New(ctx, db, vault.New(now), func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		of := func(i int) Of { return Of{"a", "f", strconv.Itoa(i)} }
		if err := s.Save(ctx, of(0), url.Values{"x": {strings.Repeat("y", mostBytes)}}); !errors.Is(err, ErrTooLong) {
			t.Errorf("a draft too long: %v", err)
		}
		for i := range mostDrafts {
			if err := s.Save(ctx, of(i), url.Values{}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Save(ctx, of(mostDrafts), nil); !errors.Is(err, ErrTooMany) {
			t.Errorf("a draft too many: %v", err)
		}
		if err := s.Save(ctx, of(0), url.Values{"x": {"again"}}); err != nil {
			t.Errorf("one of them again: %v", err)
		}
		if err := s.Throw(ctx, of(1)); err != nil {
			t.Error(err)
		}
		now = now.Add(Life)
		if _, found, err := s.Find(ctx, of(0)); found || err != nil {
			t.Errorf("found after its time: %v", err)
		}
		if n, err := s.Sweep(ctx); n != mostDrafts-1 || err != nil {
			t.Errorf("swept %d, want %d: %v", n, mostDrafts-1, err)
		}
	})
}
