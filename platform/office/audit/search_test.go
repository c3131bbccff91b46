package audit

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

func numbersOf(rows []Row) (out []int64) {
	for _, r := range rows {
		out = append(out, r.Seq)
	}
	return out
}

func TestSearch(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		do(t, db, 12)
		update(t, db, func(tx *database.Tx) error {
			return Write(tx, began.Add(time.Hour), Entry{Officer: "deputy", For: "officer1", Office: "province-2", Act: "officer.sign_in", On: "offices:1", Reason: "By 100% of_all, عذر\xff\x00", Refused: true})
		})
		for _, c := range []struct {
			name string
			q    Query
			want []int64
		}{
			{"all", Query{}, []int64{13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
			{"limit", Query{Limit: 2}, []int64{13, 12}},
			{"next page", Query{Limit: 2, Before: 12}, []int64{11, 10}},
			{"officer, and who holds his charge", Query{Officer: "officer1"}, []int64{13, 11, 8, 5, 2}},
			{"office", Query{Office: "province-2"}, []int64{13}},
			{"act", Query{Act: "roll.freeze", Limit: 3}, []int64{12, 10, 8}},
			{"acts of a package", Query{Act: "office."}, []int64{11, 9, 7, 5, 3, 1}},
			{"on", Query{On: "office:4"}, []int64{5}},
			{"on a kind", Query{On: "offices:"}, []int64{13}},
			{"request", Query{Request: "request7"}, []int64{8}},
			{"time", Query{From: began.Add(3 * time.Second), To: began.Add(5 * time.Second)}, []int64{5, 4}},
			{"refused", Query{Outcome: Refused}, []int64{13, 10, 5}},
			{"reason", Query{Reason: "LETTER 1"}, []int64{12, 11, 2}},
			{"reason is text", Query{Reason: "100% of_"}, []int64{13}},
			{"reason is no pattern", Query{Reason: "100_"}, nil},
			{"reason in Urdu", Query{Reason: "عذر"}, []int64{13}},
			{"together", Query{Officer: "officer1", Act: "office.", Reason: "letter"}, []int64{11, 5}},
			{"not there", Query{Officer: "x' OR '1'='1"}, nil},
		} {
			page, err := Search(t.Context(), db, c.q)
			if err != nil || !slices.Equal(numbersOf(page.Rows), c.want) {
				t.Errorf("%s: %v, want %v; %v", c.name, numbersOf(page.Rows), c.want, err)
			}
		}
		var all []int64
		for q := (Query{Limit: 5}); ; {
			page, err := Search(t.Context(), db, q)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, numbersOf(page.Rows)...)
			if q.Before = page.Next; q.Before == 0 {
				break
			}
		}
		if len(all) != 13 || all[12] != 1 {
			t.Errorf("by pages: %v", all)
		}
		row := page1(t, db, Query{Officer: "deputy"})
		if row.Reason != "By 100% of_all, عذر\uFFFD\uFFFD" || row.For != "officer1" || row.Outcome != Refused || !row.At.Equal(began.Add(time.Hour)) {
			t.Errorf("%+v", row)
		}
	})
}

func page1(t *testing.T, db *database.DB, q Query) Row {
	t.Helper()
	page, err := Search(t.Context(), db, q)
	if err != nil || len(page.Rows) == 0 {
		t.Fatalf("%v, %d rows", err, len(page.Rows))
	}
	return page.Rows[0]
}

func update(t testing.TB, db *database.DB, f func(*database.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// TestShow checks a row as somebody does who is given it: by HMAC-SHA256 over the
// bytes that docs/audit-trail.md describes.
func TestShow(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		do(t, db, 9)
		log := &memoryLog{}
		log.other()
		opts := quiet()
		opts.Batch = 4
		sealAll(t, NewSealer(db, log, opts))
		do(t, db, 1)
		for _, seq := range []int64{1, 6, 10} {
			s, err := Show(t.Context(), db, seq)
			if err != nil {
				t.Fatal(err)
			}
			mac := hmac.New(sha256.New, s.Salt[:])
			mac.Write(s.Content)
			if !bytes.Equal(mac.Sum(nil), s.Commitment[:]) || s.Seq != seq || s.Sealed != (seq < 10) || s.Sealed && s.Index != uint64(seq) {
				t.Errorf("%d: %+v", seq, s)
			}
		}
		for _, seq := range []int64{0, -1, 11, 12} {
			if _, err := Show(t.Context(), db, seq); err == nil || !strings.Contains(err.Error(), fmt.Sprint(seq)) {
				t.Errorf("row %d: %v", seq, err)
			}
		}
	})
}

func TestExport(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		do(t, db, 1500) // more than a page of the export
		update(t, db, func(tx *database.Tx) error {
			return Write(tx, began, Entry{Act: "x.y", Reason: "=cmd|' /C calc'!A0"})
		})
		var out bytes.Buffer
		if err := Export(t.Context(), db, began, &out, Query{}, Entry{Officer: "auditor"}); err == nil || out.Len() > 0 {
			t.Errorf("an export without a reason: %v, %d bytes", err, out.Len())
		}
		if err := Export(t.Context(), db, began, &out, Query{Limit: 3, To: began.AddDate(1, 0, 0)}, Entry{Officer: "auditor", Reason: "audit of March"}); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(records) != 1502 || records[1][9] != "'=cmd|' /C calc'!A0" || records[1501][0] != "1" || records[1501][8] != "role: data entry operator → registration officer" {
			t.Errorf("%d records, %v", len(records), err)
		}
		row := page1(t, db, Query{Limit: 1})
		if row.Act != "audit.export" || row.Outcome != Shown || row.Officer != "auditor" || row.ChangesText() != "to: 2027-03-01T04:05:06Z" {
			t.Errorf("the export's own row: %+v", row)
		}
	})
}
