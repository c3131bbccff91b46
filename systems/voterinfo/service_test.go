package voterinfo

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/systems/voterinfo/limits"
	"intikhab/systems/voterinfo/rollindex"
)

// testRoll has the numbers that end in 1.
type testRoll struct{ area *rollindex.Area }

func newTestRoll() testRoll {
	e := usualEntry()
	e.Area.StationM, e.Area.StationF = e.Station, e.Station
	return testRoll{e.Area}
}

const (
	onRoll  = "4230149640001"
	offRoll = "4230149640003"
)

func (r testRoll) Lookup(n cnic.Number) (rollindex.Entry, bool) {
	if n.RevealUint64()%10 != 1 {
		return rollindex.Entry{}, false
	}
	return rollindex.Entry{Block: r.area.Block, Gender: geography.Female, Serial: 226, Household: 158,
		Area: r.area, Station: r.area.StationF}, true
}

func (testRoll) Info() rollindex.Info { return rollindex.Info{Name: "test", Voters: 7} }

var noon = time.Date(2027, 2, 8, 12, 0, 0, 0, Pakistan)

func newService(t testing.TB, cfg Config) *Service {
	t.Helper()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(t.Context()) })
	s.Publish(newTestRoll())
	return s
}

func TestOutcomesAndLanguages(t *testing.T) {
	s := newService(t, Config{})
	for i, c := range []struct {
		text     string
		outcome  Outcome
		language Language
		reason   cnic.Reason
		contains string
	}{
		{onRoll, Found, Urdu, 0, "سلسلہ 226 گھرانہ 158"},
		{"42301-4964000-1", Found, Urdu, 0, "بلاک 440160404"},
		{"۴۲۳۰۱۴۹۶۴۰۰۰۱", Found, Urdu, 0, "آخر 0001"},
		{onRoll + " EN", Found, English, 0, "Serial 226, household 158"},
		{"en " + onRoll, Found, English, 0, "Block code 440160404"},
		{"Eng:" + onRoll, Found, English, 0, "NA-245, PS-110"},
		{"RO" + onRoll, Found, RomanUrdu, 0, "Silsila 226"},
		{"roman urdu " + onRoll, Found, RomanUrdu, 0, "Halqa NA-245"},
		{"urdu " + onRoll, Found, Urdu, 0, "حلقہ NA-245"},
		{"انگریزی ۴۲۳۰۱۴۹۶۴۰۰۰۱", Found, English, 0, "Chakwal"},
		{"انگريزي " + onRoll, Found, English, 0, "Chakwal"}, // Arabic yeh
		{"رومن " + onRoll, Found, RomanUrdu, 0, "Chakwal"},
		{"my cnic is " + onRoll + " please", Found, Urdu, 0, "چکوال"},
		{"میرا نمبر " + onRoll, Found, Urdu, 0, "چکوال"},
		{offRoll, NotOnRoll, Urdu, 0, "ووٹر لسٹ میں نہیں"},
		{offRoll + " english", NotOnRoll, English, 0, "District Election Commissioner"},
		{offRoll + " roman", NotOnRoll, RomanUrdu, 0, "0003"},
		{"423014964000 en", NotUnderstood, English, cnic.TooFewDigits, "has 12 digits"},
		{"42301496400011 en", NotUnderstood, English, cnic.TooManyDigits, "has 14 digits"},
		{"42301-4964O00-1 en", NotUnderstood, English, cnic.Letters, "letters"},
		{onRoll + " " + offRoll + " en", NotUnderstood, English, cnic.TwoNumbers, "two numbers"},
		{"en where do I vote?", NotUnderstood, English, cnic.NoNumber, Example},
		{"hello", NotUnderstood, Urdu, cnic.NoNumber, "13 ہندسے"},
		{"", NotUnderstood, Urdu, cnic.NoNumber, Example},
		{"423014964000", NotUnderstood, Urdu, cnic.TooFewDigits, "12 ہندسے"},
		{"HELP", Help, Urdu, 0, "EN"},
		{"help en", Help, English, 0, "13 digits"},
		{"مدد", Help, Urdu, 0, "13 ہندسے"},
		{"madad", Help, Urdu, 0, ""},
		{"info", Help, Urdu, 0, ""},
		{" ? ", Help, Urdu, 0, ""},
		{"؟", Help, Urdu, 0, ""},
		{"HELP 8300", Help, Urdu, 0, ""},
		{"help " + onRoll, Found, Urdu, 0, ""},
		{"help 42301496400", NotUnderstood, Urdu, cnic.TooFewDigits, ""},
		{"EN", LanguageChosen, English, 0, "English"},
		{"english please", LanguageChosen, English, 0, "English"},
		{"اردو", LanguageChosen, Urdu, 0, "اردو"},
		{"اُردُو", LanguageChosen, Urdu, 0, "اردو"},
		{"Ro", LanguageChosen, RomanUrdu, 0, "Roman Urdu"},
	} {
		asker := fmt.Sprint(923001234000 + i) // who has chosen nothing before
		a := s.Answer(Question{Asker: asker, Channel: SMS, Operator: "jazz", Text: c.text, At: noon.Add(time.Duration(i) * time.Hour)})
		if a.Outcome != c.outcome || a.Language != c.language || a.Reason != c.reason || !strings.Contains(a.Text, c.contains) || a.Text == "" {
			t.Errorf("%q: %v in %v (%v), %q; want %v in %v (%v) with %q",
				c.text, a.Outcome, a.Language, a.Reason, a.Text, c.outcome, c.language, c.reason, c.contains)
		}
	}
}

func TestLanguageIsRemembered(t *testing.T) {
	s := newService(t, Config{Language: RomanUrdu})
	at := noon
	ask := func(asker, text string, page Language) Language {
		at = at.Add(time.Minute)
		return s.Answer(Question{Asker: asker, Channel: SMS, Text: text, At: at, Language: page}).Language
	}
	const ali, sara = "923001234567", "+923331234567"
	for i, c := range []struct {
		asker, text string
		page        Language
		want        Language
	}{
		{ali, onRoll, 0, RomanUrdu}, // as configured
		{ali, onRoll + " en", 0, English},
		{ali, onRoll, 0, English},         // remembered
		{"03001234567", "hi", 0, English}, // the same number
		{sara, onRoll, 0, RomanUrdu},      // another one
		{ali, "۴۲۳۰۱۴۹۶۴۰۰۰۱", 0, Urdu},   // by script
		{ali, onRoll, 0, Urdu},
		{ali, onRoll, English, English}, // by the door, for this time
		{ali, onRoll, 0, Urdu},
		{ali, "RO", 0, RomanUrdu},
		{ali, onRoll, 0, RomanUrdu},
		{"192.0.2.1", onRoll + " en", 0, English},
		{"192.0.2.1", onRoll, 0, RomanUrdu}, // an address is not remembered
	} {
		if got := ask(c.asker, c.text, c.page); got != c.want {
			t.Errorf("%d: %q answered in %v, want %v", i, c.text, got, c.want)
		}
	}
}

func TestStationOnlyWhenFinal(t *testing.T) {
	from, err := ParseDate("2027-01-29")
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t, Config{StationsFrom: from})
	never := newService(t, Config{})
	q := Question{Asker: "1.2.3.4", Text: onRoll + " en", At: time.Date(2027, 1, 28, 18, 59, 59, 0, time.UTC)}
	if a := s.Answer(q); strings.Contains(a.Text, "station") || a.Entry.Station != nil {
		t.Errorf("a second before: %q", a.Text)
	}
	q.At = q.At.Add(time.Second) // midnight in Pakistan
	if a := s.Answer(q); !strings.Contains(a.Text, "Polling station: Government Girls") || a.Entry.Station == nil {
		t.Errorf("from then on: %q", a.Text)
	}
	if a := never.Answer(q); strings.Contains(a.Text, "station") || a.Entry.Station != nil {
		t.Errorf("without a date: %q", a.Text)
	}
	if _, err := ParseDate("29.1.2027"); err == nil {
		t.Error("29.1.2027 was accepted")
	}
}

func TestHelplineAndOffice(t *testing.T) {
	s := newService(t, Config{Helpline: "05199", Offices: map[string]string{"Chakwal": "0543111"}})
	a := s.Answer(Question{Text: onRoll + " EN", At: noon})
	if !strings.HasSuffix(a.Text, "\nElection office 0543111\nHelpline 05199") {
		t.Errorf("%q", a.Text)
	}
	if a = newService(t, Config{}).Answer(Question{Text: onRoll + " EN", At: noon}); strings.Contains(a.Text, "elpline") || strings.Contains(a.Text, "ffice") {
		t.Errorf("without numbers: %q", a.Text)
	}
}

func TestAskedTooOften(t *testing.T) {
	var log bytes.Buffer
	s := newService(t, Config{
		Limits: limits.Settings{Number: limits.Rate{Burst: 2, Refill: 90 * time.Second}, DifferentCNICs: 3},
		Log:    slog.New(slog.NewTextHandler(&log, nil)),
	})
	ask := func(after time.Duration, text string) Answer {
		return s.Answer(Question{Asker: "923001234567", Channel: SMS, Operator: "jazz", Text: text, At: noon.Add(after)})
	}
	ask(0, "EN")
	ask(0, onRoll)
	a := ask(time.Second, onRoll)
	if a.Outcome != TooOften || a.Text != "You have asked very often. Ask again after 12:02." || !a.RetryAt.Equal(noon.Add(90*time.Second)) {
		t.Errorf("third: %v %q %v", a.Outcome, a.Text, a.RetryAt)
	}
	if a = ask(2*time.Second, onRoll); a.Outcome != Silent || a.Text != "" {
		t.Errorf("fourth: %v %q", a.Outcome, a.Text)
	}
	if a = ask(2*time.Minute, onRoll); a.Outcome != Found {
		t.Errorf("at the time named: %v", a.Outcome)
	}
	// Different numbers, slowly: the day is named too.
	var told Answer
	for i := range 20 {
		a := ask(time.Duration(i+1)*time.Hour/2, fmt.Sprint(3520100000000+7919*i))
		if a.Outcome == TooOften {
			told = a
		}
	}
	if told.Text != "You have asked very often. Ask again after 09/02/2027 00:00." {
		t.Errorf("listing: %q", told.Text)
	}
	if !strings.Contains(log.String(), "limit=too_many_cnics") || strings.Contains(log.String(), "1234567") || strings.Contains(log.String(), "35201") {
		t.Errorf("log: %s", log.String())
	}
	if !strings.Contains(log.String(), s.LogName("0300 1234567", noon)) {
		t.Error("the asker's line cannot be found by his number")
	}
	snap := s.Snapshot()
	if snap.Refused["too_fast"] != 2 || snap.Refused["too_many_cnics"] == 0 || snap.Roll.Name != "test" {
		t.Errorf("%+v", snap)
	}
}

func TestNoRoll(t *testing.T) {
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	if a := s.Answer(Question{Text: onRoll + " en"}); a.Outcome != NoRoll || a.Text == "" {
		t.Errorf("%v %q", a.Outcome, a.Text)
	}
	if s.Snapshot().Roll != nil {
		t.Error("a roll out of nothing")
	}
}

func TestConfigFaults(t *testing.T) {
	for want, cfg := range map[string]Config{
		"helpline":         {Helpline: "051-111"},
		"offices: Karachi": {Offices: map[string]string{"Karachi East": "x"}},
		"language":         {Language: 9},
		"flush_every":      {FlushEvery: -1},
		"limits: cnic":     {Limits: limits.Settings{CNIC: limits.Rate{Burst: -5}}},
		"no such file":     {Wording: "testdata/none"},
	} {
		s, err := New(cfg)
		if err == nil {
			s.Close(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

func TestAnswersMakeNoGarbage(t *testing.T) {
	s := newService(t, Config{Limits: limits.Off(), Helpline: "05199"})
	buf := make([]byte, 0, 1024)
	for _, text := range []string{onRoll, "42301-4964000-1 EN", "۴۲۳۰۱۴۹۶۴۰۰۰۱", offRoll} {
		q := Question{Asker: "923001234567", Channel: SMS, Operator: "jazz", Text: text, At: noon}
		s.AppendAnswer(buf, &q)
		if n := testing.AllocsPerRun(200, func() { s.AppendAnswer(buf[:0], &q) }); n != 0 {
			t.Errorf("%q: %v allocations", text, n)
		}
	}
}

func BenchmarkAnswer(b *testing.B) {
	s := newService(b, Config{Limits: limits.Off()})
	for _, text := range []string{onRoll, offRoll, "my id " + onRoll + " EN"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			buf := make([]byte, 0, 1024)
			q := Question{Asker: "923001234567", Channel: SMS, Operator: "jazz", Text: text, At: noon}
			for b.Loop() {
				s.AppendAnswer(buf[:0], &q)
			}
		})
	}
}
