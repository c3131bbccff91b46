package voterinfo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func shippedText(t testing.TB, name string) string {
	t.Helper()
	b, err := shipped.ReadFile("wording/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Whatever an officer gets wrong is told with file, line and what was meant.
func TestWordingFaults(t *testing.T) {
	whole := shippedText(t, "en.txt")
	replace := func(old, new string) string {
		if !strings.Contains(whole, old) {
			t.Fatalf("%q is not in en.txt", old)
		}
		return strings.Replace(whole, old, new, 1)
	}
	for name, c := range map[string]struct {
		content string
		want    string
	}{
		"unknown placeholder": {replace("{serial}", "{seriel}"), "own.txt:6: {seriel} is unknown: is it {serial}?"},
		"placeholder of another text": {replace("Ask again after {retry}", "Ask again after {block}"),
			"{block} has no value in [too_often]; there may stand {helpline}, {retry}"},
		"unknown text":   {replace("[help]", "[halp]"), "no text is called [halp]: is it [help]?"},
		"missing text":   {replace("[help]", "[halp]"), "the text [help] is missing"},
		"text twice":     {replace("[no_roll]", "[too_often]"), "[too_often] stands a second time, first in line"},
		"unclosed brace": {replace("{block}", "{block"), "own.txt:5: a { without a }"},
		"lone brace":     {replace("{block}", "block}"), "own.txt:5: a } without a {"},
		"empty brace":    {replace("{block}", "{}"), "own.txt:5: {} is unknown"},
		"before a text":  {"Dear voter\n" + whole, "own.txt:1: this line stands before the first text"},
		"tab":            {replace("Block code", "Block\tcode"), "control character U+0009"},
		"not UTF-8":      {replace("Block code", "Block \xff"), "own.txt:5: not UTF-8"},
		"too long":       {replace("Block code", strings.Repeat("long ", 300)), "[found] has more than 1000 characters"},
		"never sent": {replace("You have asked very often. Ask again after {retry}.", "{helpline}"),
			"[too_often] must have a line that is never left out"},
		"empty": {"", "the text [found] is missing"},
	} {
		_, err := parseWording("own.txt", c.content)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q in it", name, err, c.want)
		}
	}
}

func TestWordingFolder(t *testing.T) {
	dir := t.TempDir()
	own := strings.Replace(shippedText(t, "en.txt"), "CNIC ending {cnic}", "Dear voter {cnic}", 1)
	own = "\ufeff" + strings.ReplaceAll(own, "\n", "\r\n") // as Windows saves it
	if err := os.WriteFile(filepath.Join(dir, "en.txt"), []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newService(t, Config{Wording: dir})
	a := s.Answer(Question{Asker: "1", Text: onRoll + " EN", At: noon})
	if want := "Dear voter 0001\nBlock code 440160404\nSerial 226, household 158\nMohalla Rehmanpura, Charge No. 2, Circle No. 4\nChakwal, Chakwal\nNA-245, PS-110"; a.Text != want {
		t.Errorf("%q\nwant %q", a.Text, want)
	}
	if a = s.Answer(Question{Asker: "1", Text: onRoll + " UR", At: noon}); !strings.Contains(a.Text, "بلاک") {
		t.Errorf("a language not in the folder: %q", a.Text)
	}
	os.WriteFile(filepath.Join(dir, "urdu.txt"), nil, 0o600)
	if _, err := New(Config{Wording: dir}); err == nil || !strings.Contains(err.Error(), "is it ur.txt?") {
		t.Errorf("a file of no language: %v", err)
	}
}

func TestLinesAndBlanks(t *testing.T) {
	content := strings.Replace(shippedText(t, "en.txt"), "[help]\n", "[help]\n\n\nFirst\n# a note\n\n{helpline}\n\n", 1)
	w, err := parseWording("x", content)
	if err != nil {
		t.Fatal(err)
	}
	without := string(w[textHelp].append(nil, &facts{have: always}))
	if !strings.HasPrefix(without, "First\n\n\nTo see where") || strings.HasSuffix(without, "\n") {
		t.Errorf("%q", without)
	}
}

func FuzzWording(f *testing.F) {
	for _, name := range []string{"en.txt", "ur.txt", "ro.txt"} {
		f.Add(shippedText(f, name))
	}
	f.Add("[found]\n{cnic}{")
	f.Fuzz(func(t *testing.T, content string) {
		w, err := parseWording("x", content)
		if err != nil {
			return
		}
		entry := usualEntry()
		for i := range w {
			if text := w[i].append(nil, &facts{have: always, entry: &entry}); len(text) == 0 {
				t.Errorf("[%s] can be empty", textKinds[i].name)
			}
		}
	})
}
