package audit

import (
	"strings"
	"testing"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/test/databases"
)

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "no number": "no number",
		"of 42301-1234567-1, who": "of 42•••-•••••••-•, who", "4230112345671": "42•••••••••••", "42301 1234567 1": "42••• ••••••• •",
		"۴۲۳۰۱-۱۲۳۴۵۶۷-۱": "۴۲•••-•••••••-•", "٤٢٣٠١١٢٣٤٥٦٧١": "٤٢•••••••••••",
		"call 0300-1234567.": "call 03••-•••••••.", "+92 300 1234567": "+92 ••• •••••••", "00923001234567": "00••••••••••••", "923001234567": "92••••••••••",
		"42301-1234567-1 03001234567":                "42•••-•••••••-• 03•••••••••",
		"2026-03-01 04:05:06 to 2026-03-02 04:05:06": "2026-03-01 04:05:06 to 2026-03-02 04:05:06",
		"block 259010101, 12345678901234567890":      "block 259010101, 12345678901234567890", "018f3c1a-0001-7000-8000-123456789012": "018f3c1a-0001-7000-8000-123456789012",
	} {
		if got := maskNumbers(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := Masked("عائشہ"); got != "ع•••" || Masked("") != "" {
		t.Errorf("Masked: %q", got)
	}
}

func FuzzMask(f *testing.F) {
	f.Add("42301-1234567-1 and +923001234567")
	f.Add("\xff۴۲۳۰۱-۱۲۳۴۵۶۷-۱۲")
	f.Fuzz(func(t *testing.T, s string) {
		masked := maskNumbers(clean(s))
		if again := maskNumbers(masked); again != masked {
			t.Errorf("%q, then %q", masked, again)
		}
		if _, err := cnic.ParseStrict([]byte(masked)); err == nil {
			t.Errorf("%q is a CNIC", masked)
		}
	})
}

// TestNothingPersonal: what a careless caller gives away stands in no column.
func TestNothingPersonal(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		first, _ := cnic.Parse("42301-1234567-1")
		second, _ := cnic.Parse("42301-7654321-1")
		update(t, db, func(tx *database.Tx) error {
			e := Entry{Officer: "o", Act: "roll.correct", On: "voter:1", Reason: "Told by 42301-1234567-1 from 03001234567", Request: "r"}
			e.Change("cnic", first, second)
			e.Change("name", Personal("Ahmad"), Personal("Asif"))
			e.Change("email", nil, Personal("a@b.pk"))
			e.Change("careless", "4230112345671", "4230176543211")
			e.Change("same", []int{1}, []int{1})
			return Write(tx, began, e)
		})
		row := page1(t, db, Query{})
		text := row.changes + row.Reason + row.ChangesText()
		for _, secret := range []string{"1234567", "7654321", "hmad", "sif", "b.pk", "same"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q in %s", secret, text)
			}
		}
		for _, told := range []string{"cnic: ", "name: A••• → A••• (another)", "email: a•••"} {
			if !strings.Contains(row.ChangesText(), told) {
				t.Errorf("no %q in %s", told, row.ChangesText())
			}
		}
	})
}
