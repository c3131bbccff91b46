package paper

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/test/need"
)

var made = time.Date(2026, 11, 25, 6, 0, 0, 0, time.UTC)

func number(n int) cnic.Number {
	number, err := cnic.FromUint64(3510200000000 + uint64(n))
	if err != nil {
		panic(err)
	}
	return number
}

func sittings() []claim.Sitting {
	block := rolls.Block{Code: 176010101, NameEn: "Kot Murad Khan", NameUr: "کوٹ مراد خان"}
	s := claim.Sitting{Day: words.Day{Year: 2026, Month: 12, Day: 1}, Officer: words.Both{En: "Muhammad Aslam", Ur: "محمد اسلم"}, Place: words.Both{En: "Tehsil office, Kasur", Ur: "تحصیل دفتر، قصور"}}
	for i := range 40 {
		c := claim.Case{Number: receipt.New(22), Form: claim.Form22, Asked: claim.ToRemove, At: made.Add(time.Duration(i) * 10 * time.Minute), Block: block,
			Against: words.Both{En: fmt.Sprintf("Ghulam Fatima %d", i), Ur: "غلام فاطمہ"}, OtherCNIC: number(i)}
		if i%2 == 0 {
			c.Form, c.Asked, c.Claimant, c.CNIC, c.Against, c.OtherCNIC = claim.Form21, claim.ToEnrol, c.Against, c.OtherCNIC, words.Both{}, cnic.Number{}
		}
		s.Cases = append(s.Cases, c)
	}
	return []claim.Sitting{s, {Day: s.Day, Officer: words.Both{En: "Rukhsana Bibi", Ur: "رخسانہ بی بی"}, Place: s.Place, Cases: s.Cases[:1]}}
}

func read(t *testing.T, file []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(need.Program(t, "poppler-utils", "pdftotext"), "-layout", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// shown is how pdftotext gives a masked CNIC: on a line of Urdu it puts the signs in an
// order of its own, whatever is drawn.
var shown = map[words.Language]string{words.English: "35102-*******-*", words.Urdu: "35102"}

func TestCauseList(t *testing.T) {
	all := sittings()
	for _, lang := range words.Languages {
		var b bytes.Buffer
		if err := CauseList(&b, lang, made, all); err != nil {
			t.Fatal(err)
		}
		text := read(t, b.Bytes())
		for _, c := range all[0].Cases {
			if !strings.Contains(text, string(c.Number)) {
				t.Errorf("%s: %s is not on it", lang, c.Number)
			}
		}
		if !strings.Contains(text, shown[lang]) || strings.Contains(text, "000001") {
			t.Errorf("%s: the CNIC is not masked", lang)
		}
		if want := Texts.Text(lang, "claimpaper.receipt"); !strings.Contains(text, want) {
			t.Errorf("%s: no %q", lang, want)
		}
	}
	var b bytes.Buffer
	if err := CauseList(&b, words.English, made, nil); err != nil || !strings.Contains(read(t, b.Bytes()), "No claim is listed") {
		t.Errorf("an empty day: %v", err)
	}
}

func TestReceipt(t *testing.T) {
	s := claim.Slip{Name: words.Both{En: "Ghulam Fatima", Ur: "غلام فاطمہ"}, CNIC: number(1), Block: sittings()[0].Cases[0].Block}
	s.Number, s.Form, s.Asked, s.Received = receipt.New(21), claim.Form21, claim.ToEnrol, made
	s.Track = "https://roll.example.org/claim/" + string(s.Number)
	for _, lang := range words.Languages {
		var b bytes.Buffer
		if err := Receipt(&b, lang, s); err != nil {
			t.Fatal(err)
		}
		text := read(t, b.Bytes())
		for _, want := range []string{string(s.Number), s.Track, shown[lang], "176010101"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s", lang, want)
			}
		}
	}
}
