package words

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/domain/cnic"
)

func TestFormats(t *testing.T) {
	at := time.Date(2027, 2, 7, 20, 12, 7, 0, time.UTC) // the eighth in Pakistan
	number, err := cnic.Parse("4230112345671")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ got, want string }{
		{Date(English, at), "8 February 2027"},
		{Date(Urdu, at), "8 فروری 2027"},
		{Clock(English, at), "1:12 am"},
		{Clock(Urdu, at), "رات 1:12"},
		{Clock(Urdu, at.Add(14*time.Hour)), "سہ پہر 3:12"},
		{Instant(English, at), "8 February 2027, 1:12 am"},
		{Exact(at), "2027-02-08 01:12:07 PKT"},
		{Number(English, 128585760), "128,585,760"},
		{Number(Urdu, 999), "999"},
		{Number(English, -1234), "-1,234"},
		{Number(English, ^uint64(0)), "18,446,744,073,709,551,615"},
		{Decimal(English, 1234.5, 2), "1,234.50"},
		{Percent(English, 1, 8), "12.5%"},
		{Percent(Urdu, 1, 8), "12.5 فیصد"},
		{Percent(English, 1, 0), "0.0%"},
		{Bytes(English, 12), "12 bytes"},
		{Bytes(English, 12_300_000), "12.3 MB"},
		{Duration(English, time.Minute), "1 minute"},
		{Duration(English, 47*time.Hour), "47 hours"},
		{Duration(Urdu, 49*time.Hour), "2 دن"},
		{Ago(English, at, at.Add(3*time.Minute)), "3 minutes ago"},
		{Ago(English, at, at.Add(-2*time.Hour)), "in 2 hours"},
		{Ago(Urdu, at, at), "ابھی"},
		{Telephone("923001234567"), "0300 1234567"},
		{Telephone("92300*******"), "0300 *******"},
		{Telephone("442071234567"), "+442071234567"},
		{Telephone("8300"), "8300"},
		{CNIC(number), "42301-*******-*"},
		{Digits("۰۳۰۰ ١٢٣ x"), "0300 123 x"},
		{Both{"Lahore", ""}.In(Urdu), "Lahore"},
		{Both{"Lahore", "لاہور"}.In(Urdu), "لاہور"},
		{Both{"", "لاہور"}.In(English), "لاہور"},
		{own.Say(English, Say("words.minutes", "n", 3)), "3 minutes"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// Ensure that no two hours of a day have the same name.
func TestClockTellsHoursApart(t *testing.T) {
	for _, lang := range Languages {
		seen := map[string]bool{}
		for h := range 24 {
			name := Clock(lang, time.Date(2027, 2, 8, h, 30, 0, 0, Zone))
			if seen[name] {
				t.Errorf("%s: %q is said of two hours", lang, name)
			}
			seen[name] = true
		}
	}
}

func TestDays(t *testing.T) {
	for text, ok := range map[string]bool{"2028-02-29": true, "2027-02-29": false, "27-02-01": false, "2027-2-1": false, "": false, "2027-02-08x": false} {
		if _, err := ParseDay(text); (err == nil) != ok {
			t.Errorf("ParseDay(%q): %v", text, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := DayOf(time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "second"), 0))
		back, err := ParseDay(d.String())
		if err != nil || back != d {
			t.Fatalf("%s read back is %s, %v", d, back, err)
		}
		if made, ok := MakeDay(d.Year, int(d.Month), d.Day); !ok || made != d {
			t.Fatalf("%s made again is %s", d, made)
		}
		n := rapid.IntRange(-5000, 5000).Draw(t, "days")
		if e := d.Add(n); e.Add(-n) != d || n > 0 && !d.Before(e) {
			t.Fatalf("%s and %d days is %s", d, n, e)
		}
	})
	for _, c := range [][3]int{{2027, 2, 30}, {2027, 13, 1}, {2027, 0, 1}, {0, 1, 1}, {2027, 4, 31}} {
		if d, ok := MakeDay(c[0], c[1], c[2]); ok {
			t.Errorf("%v is taken as %s", c, d)
		}
	}
}

func TestNumberKeepsItsDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		text := Number(English, n)
		if !regexp.MustCompile(`^-?\d{1,3}(,\d{3})*$`).MatchString(text) {
			t.Fatalf("%d is written %q", n, text)
		}
	})
}

// Ensure that every text of this package's own is used.
func TestOwnWords(t *testing.T) {
	for _, key := range own.Keys() {
		used := strings.HasPrefix(key, "words.month.") || strings.HasPrefix(key, "words.clock.") ||
			slices.Contains([]string{"words.date", "words.instant", "words.ago", "words.ahead", "words.now", "words.percent",
				"words.bytes", "words.kb", "words.mb", "words.gb"}, key) ||
			regexp.MustCompile(`^words\.(second|minute|hour|day)s?$`).MatchString(key)
		if !used {
			t.Errorf("nothing uses %q", key)
		}
	}
}
