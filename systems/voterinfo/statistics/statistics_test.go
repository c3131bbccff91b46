package statistics

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

var (
	codes = Codes{
		Channels:  []string{"", "sms", "http", "web"},
		Languages: []string{"", "en", "ur", "ro"},
		Outcomes:  []string{"", "found", "not_on_roll", "not_understood"},
	}
	pkt     = time.FixedZone("PKT", offset)
	pollDay = time.Date(2027, 2, 8, 0, 0, 0, 0, pkt)
)

func open(t testing.TB, where string) (*Book, *database.DB) {
	t.Helper()
	db, err := database.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b, err := Open(t.Context(), db, codes)
	if err != nil {
		t.Fatal(err)
	}
	return b, db
}

func query(t testing.TB, b *Book, f Filter, by ...Dimension) Table {
	t.Helper()
	table, err := b.Query(t.Context(), f, by...)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestCountAndQuery(t *testing.T) { databases.EachWhere(t, countAndQuery) }

func countAndQuery(t *testing.T, where string) {
	b, db := open(t, where)
	lahore, quetta := b.District("Lahore"), b.District("Quetta, \"city\"")
	jazz := b.Operator("jazz")
	b.Count(Question{At: pollDay, District: lahore, Gender: 1, Channel: 1, Operator: jazz, Language: 2, Outcome: 1})
	b.Count(Question{At: pollDay.Add(time.Hour), District: lahore, Gender: 2, Channel: 1, Operator: jazz, Language: 2, Outcome: 1})
	b.Count(Question{At: pollDay.Add(-time.Second), District: quetta, Gender: 3, Channel: 3, Language: 1, Outcome: 1})
	b.Count(Question{At: pollDay.Add(13 * time.Hour), Channel: 1, Operator: jazz, Language: 2, Outcome: 2})
	b.Count(Question{At: pollDay.Add(13 * time.Hour), Channel: 1, Operator: jazz, Language: 2, Outcome: 2})

	var csv bytes.Buffer
	if err := query(t, b, Filter{}, Dimensions...).WriteCSV(&csv); err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`day,hour,district,gender,channel,operator,language,outcome,questions
2027-02-07,23,"Quetta, ""city""",X,web,,en,found,1
2027-02-08,0,Lahore,M,sms,jazz,ur,found,1
2027-02-08,1,Lahore,F,sms,jazz,ur,found,1
2027-02-08,13,,,sms,jazz,ur,not_on_roll,2
`, "\n", "\r\n")
	if csv.String() != want {
		t.Errorf("CSV:\n%swant:\n%s", csv.String(), want)
	}
	text, err := json.Marshal(query(t, b, Filter{From: "2027-02-08", To: "2027-02-08"}, ByDistrict, ByHour))
	if err != nil || string(text) != `[{"district":"","hour":"13","questions":2},{"district":"Lahore","hour":"0","questions":1},{"district":"Lahore","hour":"1","questions":1}]` {
		t.Errorf("JSON: %s %v", text, err)
	}
	if n := query(t, b, Filter{Where: map[Dimension]string{ByOperator: "jazz"}}).Total(); n != 4 {
		t.Errorf("%d by jazz, want 4", n)
	}
	if rows := query(t, b, Filter{From: "2028-01-01"}).Rows; len(rows) != 0 {
		t.Errorf("rows out of nothing: %v", rows)
	}
	if text, _ := json.Marshal(query(t, b, Filter{From: "2028-01-01"}, ByDay)); string(text) != "[]" {
		t.Errorf("JSON of nothing: %s", text)
	}
	if sums := b.Status().Sums; len(sums) != 3 {
		t.Errorf("sums since the start: %v", sums)
	}

	// Another run adds to the same rows.
	db.Close()
	b, _ = open(t, where)
	b.Count(Question{At: pollDay, District: b.District("Lahore"), Gender: 1, Channel: 1, Operator: b.Operator("jazz"), Language: 2, Outcome: 1})
	if got := query(t, b, Filter{Where: map[Dimension]string{ByHour: "0"}}, ByDistrict); !reflect.DeepEqual(got.Rows, []Row{{[]string{"Lahore"}, 2}}) {
		t.Errorf("after a restart: %v", got)
	}

	for _, f := range []Filter{{From: "8.2.2027"}, {Where: map[Dimension]string{"x": ""}}} {
		if _, err := b.Query(t.Context(), f); err == nil {
			t.Errorf("filter %v was accepted", f)
		}
	}
	if _, err := b.Query(t.Context(), Filter{}, "1; DROP TABLE questions"); err == nil {
		t.Error("an unknown dimension was accepted")
	}
	if by, err := ParseDimensions("day, outcome"); err != nil || len(by) != 2 {
		t.Errorf("%v %v", by, err)
	}
	if _, err := ParseDimensions("dya"); err == nil {
		t.Error("dya is no dimension")
	}
}

// Every cell comes out as it went in.
func TestCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := Question{
			At:       time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0),
			District: District(rapid.IntRange(0, 1<<districtBits-1).Draw(t, "district")),
			Gender:   uint8(rapid.IntRange(0, 3).Draw(t, "gender")),
			Channel:  uint8(rapid.IntRange(0, 7).Draw(t, "channel")),
			Operator: Operator(rapid.IntRange(0, 1<<operatorBits-1).Draw(t, "operator")),
			Language: uint8(rapid.IntRange(0, 7).Draw(t, "language")),
			Outcome:  uint8(rapid.IntRange(0, 31).Draw(t, "outcome")),
		}
		c := cellOf(q)
		hour := time.Unix(int64(c.field(hourAt, hourBits))*3600, 0).UTC().Format("2006-01-02 15")
		if hour != q.At.In(pkt).Format("2006-01-02 15") ||
			c.field(districtAt, districtBits) != int(q.District) || c.field(genderAt, genderBits) != int(q.Gender) ||
			c.field(channelAt, channelBits) != int(q.Channel) || c.field(operatorAt, operatorBits) != int(q.Operator) || c.field(languageAt, languageBits) != int(q.Language) ||
			c.field(0, outcomeBits) != int(q.Outcome) {
			t.Fatalf("%x does not hold %+v", c, q)
		}
		f := c.fold()
		if f.sum() != c.sum() || f.field(hourAt, hourBits) != c.field(hourAt, hourBits) || f.field(districtAt, districtBits) != elsewhere {
			t.Fatalf("%x folded is %x", c, f)
		}
	})
}

// The disk is full for a day, then not.
func TestFullDiskLosesNothing(t *testing.T) {
	defer func(n int) { mostPending = n }(mostPending)
	mostPending = 1000
	b, db := open(t, filepath.Join(t.TempDir(), "x.db"))
	limit := func(pages int) {
		t.Helper()
		// max_page_count belongs to the one writing connection.
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	limit(1) // no fewer than there are
	const questions = 20_000
	failed := 0
	for i := range questions {
		b.Count(Question{
			At: pollDay.Add(time.Duration(i) * 24 * time.Hour / questions), Gender: uint8(1 + i%2),
			District: b.District(fmt.Sprint("district ", i%150)), Operator: 1, Language: 2, Outcome: 1,
		})
		if i%1000 == 0 {
			if err := b.Flush(t.Context()); err != nil {
				failed++
			}
		}
	}
	st := b.Status()
	if failed < 10 || st.Waiting > 2*mostPending || st.Waiting < mostPending || st.Folded == 0 || st.Lost != 0 {
		t.Errorf("%d flushes failed, %d sums wait, %d folded, %d lost", failed, st.Waiting, st.Folded, st.Lost)
	}
	limit(1 << 20)
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := query(t, b, Filter{}, ByHour).Total(); n != questions {
		t.Errorf("%d in the database, want %d", n, questions)
	}
	if n := query(t, b, Filter{Where: map[Dimension]string{ByDistrict: "other"}}).Total(); n != st.Folded {
		t.Errorf("%d without district, want %d", n, st.Folded)
	}
}

// Nobody flushes at all.
func TestFullShardsFold(t *testing.T) {
	b := New(codes)
	const questions = 100_000
	for i := range questions {
		b.Count(Question{At: pollDay.Add(time.Duration(i/1000) * time.Hour), District: District(2 + i%1000), Outcome: 1})
	}
	st := b.Status()
	if st.Sums[0].Questions != questions || st.Lost != 0 {
		t.Errorf("%v, want %d and none lost", st, questions)
	}
}

func TestManyAtOnce(t *testing.T) {
	b, _ := open(t, filepath.Join(t.TempDir(), "x.db"))
	var wg sync.WaitGroup
	const workers, each = 4, 3000
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				b.Count(Question{At: pollDay, District: b.District(fmt.Sprint(i % 70)), Operator: b.Operator(fmt.Sprint(w)), Language: 1, Outcome: 1})
				if i%1000 == 0 {
					if err := b.Flush(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	if n := query(t, b, Filter{}, ByDistrict).Total(); n != workers*each {
		t.Errorf("%d, want %d", n, workers*each)
	}
	for i := range 5000 {
		b.District(fmt.Sprint("far too many ", i))
	}
	if b.District("one more") != elsewhere || b.District("5") == elsewhere {
		t.Error("too many districts are not counted as other")
	}
}

func TestCountDoesNotAllocate(t *testing.T) {
	b := New(codes)
	b.District("Lahore")
	b.Operator("jazz")
	if n := testing.AllocsPerRun(100, func() {
		b.Count(Question{At: pollDay, District: b.District("Lahore"), Operator: b.Operator("jazz"), Language: 1, Outcome: 1})
	}); n != 0 {
		t.Errorf("%v allocations a question", n)
	}
}

func BenchmarkCount(b *testing.B) {
	book := New(codes)
	b.RunParallel(func(pb *testing.PB) {
		i := 0
		for pb.Next() {
			i++
			book.Count(Question{At: pollDay, District: District(i % 160), Gender: uint8(1 + i%2), Operator: Operator(i % 5), Language: 2, Outcome: 1})
		}
	})
}
