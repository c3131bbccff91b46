package voterinfo

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/sms"
	"intikhab/systems/voterinfo/limits"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/statistics"
)

// everyRoll finds everybody.
type everyRoll struct{ testRoll }

func (r everyRoll) Lookup(n cnic.Number) (rollindex.Entry, bool) {
	return rollindex.Entry{Block: 440160404, Gender: geography.X, Serial: 1, Household: 2, Area: r.area}, true
}

// checkAnswer holds for every answer to every text.
func checkAnswer(t interface{ Errorf(string, ...any) }, typed string, a Answer) {
	if a.Outcome < Found || a.Outcome > Silent || a.Language < English || a.Language > RomanUrdu {
		t.Errorf("%q: outcome %v in %v", typed, a.Outcome, a.Language)
	}
	if (a.Text == "") != (a.Outcome == Silent) {
		t.Errorf("%q: %v with text %q", typed, a.Outcome, a.Text)
	}
	number, err := cnic.Parse(typed)
	if (err == nil) != (a.Outcome == Found || a.Outcome == NotOnRoll) {
		t.Errorf("%q: %v, but cnic.Parse says %v", typed, a.Outcome, err)
	}
	if err == nil && strings.Contains(strings.ReplaceAll(a.Text, "-", ""), number.Reveal()) {
		t.Errorf("the answer %q has the whole number", a.Text)
	}
	for _, r := range a.Text {
		if r >= '٠' && r <= '٩' || r >= '۰' && r <= '۹' {
			t.Errorf("the answer %q has a digit that is no Western one", a.Text)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	for _, text := range []string{"", onRoll, offRoll, "42301-4964000-1 EN", "۴۲۳۰۱۴۹۶۴۰۰۰۱", "مدد", "EN", "roman urdu",
		"help 8300", "?", "\u202e42301\u200f4964000\u06401", "میرا شناختی کارڈ " + onRoll, "\xff\xfe", "4230149640001 4230149640003",
		"en ur ro", "42301496400O1", strings.Repeat("EN ", 1000)} {
		f.Add(text)
	}
	s, err := New(Config{Limits: limits.Off()})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close(f.Context()) })
	s.Publish(newTestRoll())
	f.Fuzz(func(t *testing.T, text string) {
		checkAnswer(t, text, s.Answer(Question{Asker: "923001234567", Channel: SMS, Text: text, At: noon}))
	})
}

// What people type: digits of three scripts, dashes, words, marks.
func TestNothingPersonal(t *testing.T) {
	var log bytes.Buffer
	s := newService(t, Config{Limits: limits.Settings{Number: limits.Rate{Burst: 5}, DifferentCNICs: 2},
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	s.Publish(everyRoll{newTestRoll()})
	piece := rapid.SampledFrom([]string{"42301", "4964000", "1", "-", " ", "EN", "ro", "اردو", "۴۲۳۰۱", "٤٩٦", "help",
		"مدد", "cnic", ":", "\n", "O", "3520212345671", "\u200f", "?", "my name is Ali"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "")
		asker := rapid.SampledFrom([]string{"923001234567", "923331234567", "2001:db8::7", ""}).Draw(t, "asker")
		at := noon.Add(time.Duration(rapid.IntRange(0, 1<<20).Draw(t, "seconds")) * time.Second)
		a := s.Answer(Question{Asker: asker, Channel: SMS, Operator: "jazz", Text: text, At: at})
		if a.Outcome == Silent || a.Outcome == TooOften {
			return
		}
		checkAnswer(t, text, a)
	})
	for _, secret := range []string{"3001234567", "3331234567", "db8", "4964000", "3520212345671", "Ali"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

// The files on the disk, too, hold no number, whole or without its dashes.
func TestNothingPersonalOnDisk(t *testing.T) {
	dir := t.TempDir()
	db, err := database.Open(t.Context(), filepath.Join(dir, "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t, Config{Database: db})
	for i := range 20 {
		s.Answer(Question{Asker: "923001234567", Channel: SMS, Operator: "jazz", Text: onRoll + " EN", At: noon.Add(time.Duration(i) * time.Minute)})
	}
	if err := errors.Join(s.Close(t.Context()), db.Close()); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) < 2 {
		t.Fatalf("files: %v", files)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"3001234567", onRoll, "4964000"} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s has %q", name, secret)
			}
		}
	}
}

func TestRestartKeepsLanguageAndCounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	run := func(f func(*Service)) {
		t.Helper()
		db, err := database.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		s := newService(t, Config{Database: db, FlushEvery: time.Hour})
		f(s)
		if err := errors.Join(s.Close(t.Context()), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	q := Question{Asker: "923001234567", Channel: SMS, Operator: "jazz", Text: onRoll + " EN", At: noon}
	run(func(s *Service) { s.Answer(q) })
	q.Text, q.At = onRoll, noon.Add(24*time.Hour)
	run(func(s *Service) {
		if a := s.Answer(q); a.Language != English {
			t.Errorf("after a restart answered in %v, want en", a.Language)
		}
	})
	run(func(s *Service) {
		table, err := s.Statistics().Query(t.Context(), statistics.Filter{}, statistics.Dimensions...)
		if err != nil {
			t.Fatal(err)
		}
		var csv strings.Builder
		table.WriteCSV(&csv)
		if want := "day,hour,district,gender,channel,operator,language,outcome,questions\r\n" +
			"2027-02-08,12,Chakwal,F,sms,jazz,en,found,1\r\n2027-02-09,12,Chakwal,F,sms,jazz,en,found,1\r\n"; csv.String() != want {
			t.Errorf("%s", csv.String())
		}
	})
}

// A database that is held by another, then full, then well: answers go on, and
// in the end every question is counted.
func TestDatabaseAway(t *testing.T) {
	var log bytes.Buffer
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := newService(t, Config{Database: db, FlushEvery: time.Hour, Limits: limits.Off(),
		Log: slog.New(slog.NewTextHandler(&log, nil))})
	q := Question{Asker: "923001234567", Channel: SMS, Operator: "jazz", Text: onRoll + " EN", At: noon}

	held, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		db.Update(t.Context(), func(*database.Tx) error { close(held); <-release; return nil })
	})
	<-held
	wg.Go(func() { s.writer.note(s.flush(t.Context()), s.cfg.Log) }) // waits for the writer
	for range 1000 {
		if a := s.Answer(q); a.Outcome != Found {
			t.Fatalf("%v while the database is held", a.Outcome)
		}
	}
	close(release)
	wg.Wait()

	pages := func(n string) {
		db.Update(t.Context(), func(tx *database.Tx) error { _, err := tx.Exec("PRAGMA max_page_count = " + n); return err })
	}
	pages("1")
	for i := range 600 {
		q.At = noon.Add(time.Duration(i) * time.Hour)
		q.Operator = strings.Repeat("a long name ", 5) + string(rune('a'+i%26))
		s.Answer(q)
		if i%200 == 199 {
			s.writer.note(s.flush(t.Context()), s.cfg.Log)
		}
	}
	if snap := s.Snapshot(); snap.Failing == "" || snap.FailedWrites == 0 || snap.Waiting == 0 {
		t.Errorf("a full disk goes unnoticed: %+v", snap)
	}
	if n := strings.Count(log.String(), "cannot be written"); n != 1 {
		t.Errorf("logged %d times, want once: %s", n, log.String())
	}
	pages("100000")
	s.writer.note(s.flush(t.Context()), s.cfg.Log)
	if snap := s.Snapshot(); snap.Failing != "" || !strings.Contains(log.String(), "written again") {
		t.Errorf("%+v %s", snap, log.String())
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	table, err := s.Statistics().Query(t.Context(), statistics.Filter{}, statistics.ByDay)
	if err != nil || table.Total() != 1600 {
		t.Errorf("%d counted (%v), want 1600", table.Total(), err)
	}
}

func TestCloseTellsWhatIsLost(t *testing.T) {
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{Database: db, FlushEvery: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	s.Answer(Question{Text: "EN", At: noon})
	db.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := s.Close(ctx); err == nil || !strings.Contains(err.Error(), "lost") {
		t.Errorf("Close = %v", err)
	}
}

// Rolls are exchanged while questions come in by SMS from all sides.
func TestManyAtOnce(t *testing.T) {
	s := newService(t, Config{FlushEvery: time.Millisecond})
	from, err := sms.ParseMSISDN("923001234567")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			reply := make([]byte, 0, 500)
			for i := range 500 {
				in := sms.Message{Operator: "jazz", From: from, Text: onRoll, Received: noon.Add(time.Duration(i) * time.Hour)}
				reply = s.HandleSMS(&in, append(reply[:0], "kept"...))
				if !strings.HasPrefix(string(reply), "kept") {
					t.Error("what stood in the buffer is gone")
				}
				if i%100 == w {
					s.Publish(everyRoll{newTestRoll()})
					s.Snapshot()
				}
			}
		})
	}
	wg.Wait()
	total := uint64(0)
	for _, c := range s.Snapshot().Counts {
		total += c.Questions
	}
	if total != 2000 {
		t.Errorf("%d counted, want 2000", total)
	}
	if n := testing.AllocsPerRun(100, func() {
		in := sms.Message{Operator: "jazz", From: from, Text: onRoll, Received: noon}
		s.HandleSMS(&in, make([]byte, 0, 500))
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
