package voterinfo

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"intikhab/platform/sms/gsm"
)

var update = flag.Bool("update", false, "write testdata/preview.txt anew")

// The shipped texts and what they take, for a reader of a change to see.
func TestPreview(t *testing.T) {
	samples, err := Preview(Config{})
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, s := range samples {
		fmt.Fprintf(&got, "%s [%s] %s: %d characters, %d in %v, with Urdu tables %d in %v\n", s.Language, s.Name, s.Case,
			s.Plain.Characters, s.Plain.Segments, s.Plain.Encoding, s.Tables.Segments, s.Tables.Encoding)
		fmt.Fprintf(&got, "%s\n\n", s.Text)
	}
	const file = "testdata/preview.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the texts are not those of %s; if that is meant, run go test with -update. Now:\n%s", file, got.String())
	}
}

func TestShippedTextsAreShort(t *testing.T) {
	samples, err := Preview(Config{Helpline: "051111111111", Offices: map[string]string{"Chakwal": "0543111111"}})
	if err != nil {
		t.Fatal(err)
	}
	bare, err := Preview(Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(samples, bare...) {
		if s.Plain.Segments == 0 || s.Tables.Segments > s.Plain.Segments {
			t.Errorf("%v [%s] %s: %+v, %+v with the Urdu tables", s.Language, s.Name, s.Case, s.Plain, s.Tables)
		}
		if s.Language != Urdu && s.Plain.Encoding != gsm.GSM7 {
			t.Errorf("%v [%s] has a character outside the default alphabet: %q", s.Language, s.Name,
				string(gsm.Outside(s.Text, gsm.GSM7)))
		}
	}
	for _, s := range bare {
		most := 1
		switch {
		case s.Name != "found":
		case s.Case == "longest":
			most = 5
		case s.Language == Urdu:
			most = 2
			if s.Case == "with station" {
				most = 3
			}
		case s.Case == "with station":
			most = 2
		}
		if s.Plain.Segments > most {
			t.Errorf("%v [%s] %s takes %d segments, want %d at most", s.Language, s.Name, s.Case, s.Plain.Segments, most)
		}
		// One letter outside the Urdu tables makes a text twice as long.
		if s.Name != "found" {
			if out := gsm.Outside(s.Text, gsm.UrduBoth); s.Language == Urdu && len(out) > 0 {
				t.Errorf("[%s] has %q, which the Urdu tables lack", s.Name, string(out))
			}
		}
	}
}
