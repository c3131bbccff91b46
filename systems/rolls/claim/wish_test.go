package claim

import (
	"testing"
	"time"

	"intikhab/systems/rolls"
)

// FuzzWish: whatever a form asks to be corrected is refused with its field, or is
// particulars that can be kept.
func FuzzWish(f *testing.F) {
	for _, field := range Fields() {
		f.Add(string(field), "1984-07-23")
		f.Add(string(field), "husband")
		f.Add(string(field), "۳۵۲۰۲-۱۲۳۴۵۶۷-۱")
	}
	f.Add("salary", "1")
	f.Fuzz(func(t *testing.T, field, value string) {
		filing := Filing{Form: Form23, Claimant: claimant(1), Wishes: []Wish{{Field(field), value}}}
		err := filing.tidy(time.Unix(0, 0), 14)
		if err != nil {
			if r, ok := err.(*Refused); !ok || r.Why != Incomplete || r.Field != field {
				t.Errorf("refused with %v", err)
			}
			return
		}
		p, err := corrected(card(1).Particulars, filing.Wishes, nil)
		if err != nil {
			t.Fatal(err)
		}
		var back rolls.Particulars
		if err := back.Decode(p.Encode(nil)); err != nil || back != p {
			t.Errorf("%v is read back as another: %v", field, err)
		}
	})
}
