package claim

import (
	"time"
	"unicode/utf8"

	"intikhab/platform/office"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim/attachment"
	"intikhab/systems/rolls/claim/receipt"
)

// A Filing is a form as it was filled in.
type Filing struct {
	Form   Form
	Source Source
	// Device is the id that the device gave the claim when it was filled in, at random
	// and once: the same id twice is one claim. "" from elsewhere.
	Device string
	Filled time.Time // by the device's clock; zero from elsewhere

	Claimant   Claimant
	Card       rolls.Card // of forms 15 and 21: who is to be enrolled or moved; without a CNIC it is the claimant's
	Against    Against    // of the others; for a correction the zero value is the claimant's own entry
	Ground     Ground     // of an objection
	GroundText string
	Wishes     []Wish // of a correction
	// Seen is the version of the entry that was looked at when the form was filled in, 0
	// if none was.
	Seen int64

	Documents []attachment.Document
}

// A Receipt is what whoever brings a claim gets.
type Receipt struct {
	Number    receipt.Number
	Form      Form
	Asked     Asked
	Received  time.Time
	Conflicts []Conflict // shown to an operator; a citizen is not told what the roll has of others
	Again     bool       // this very claim was received before
	Track     string     // address at which it is followed, with the number: what the QR code holds
}

// Most that a form holds, in bytes of UTF-8.
const (
	nameMost      = 200
	textMost      = 2000
	DocumentsMost = 6
	deviceLeast   = 16
	deviceMost    = 64
)

// tidy writes a form's texts in one way, and refuses what does not make a claim. It
// knows nothing of the roll.
func (f *Filing) tidy(now time.Time, most int) error {
	if f.Form.Kind() == "" {
		return incomplete("form")
	}
	if f.Device != "" && (len(f.Device) < deviceLeast || len(f.Device) > deviceMost) {
		return incomplete("device")
	}
	if f.Source == Centre {
		if f.Device == "" {
			return incomplete("device")
		}
		if f.Filled.After(now.Add(10*time.Minute)) || f.Filled.Before(days(now, -most)) {
			return refuse(BadClock)
		}
	} else {
		f.Filled = now
	}
	if len(f.Documents) > DocumentsMost {
		return refuse(ManyDocument)
	}
	if err := f.Claimant.tidy(); err != nil {
		return err
	}
	switch f.Form.Kind() {
	case Enrolment:
		return f.tidyCard()
	case Objection:
		return f.tidyObjection()
	}
	return f.tidyWishes()
}

func (c *Claimant) tidy() error {
	if c.CNIC == noNumber {
		return incomplete("claimant_cnic")
	}
	for _, name := range []*string{&c.NameEn, &c.NameUr, &c.Agent} {
		if *name = office.TidyName(*name); len(*name) > nameMost {
			return incomplete("claimant_name")
		}
	}
	if c.NameEn == "" && c.NameUr == "" {
		return incomplete("claimant_name")
	}
	if _, ok := words.ParseLanguage(string(c.Language)); !ok {
		c.Language = words.Urdu
	}
	return nil
}

func (f *Filing) tidyCard() error {
	c := &f.Card
	if c.CNIC == noNumber {
		c.CNIC = f.Claimant.CNIC
	}
	if c.Kind == "" {
		c.Kind = rolls.NIC
	}
	c.Valid = true // as far as the form can say; the officer looks at the card
	for _, text := range []*string{&c.NameEn, &c.NameUr, &c.ParentEn, &c.ParentUr, &c.Family} {
		if *text = office.TidyName(*text); len(*text) > nameMost {
			return incomplete("card")
		}
	}
	for _, a := range []*rolls.Address{&c.Permanent, &c.Temporary, &c.Posting} {
		a.En, a.Ur = office.TidyName(a.En), office.TidyName(a.Ur)
		if len(a.En) > textMost || len(a.Ur) > textMost {
			return incomplete("address")
		}
	}
	f.Against, f.Ground, f.Wishes = Against{}, "", nil
	return nil
}

func (f *Filing) tidyObjection() error {
	known := false
	for _, g := range Grounds() {
		known = known || f.Ground == g
	}
	f.GroundText = office.TidyName(f.GroundText)
	switch {
	case !known:
		return incomplete("ground")
	case f.Ground == OtherGround && f.GroundText == "":
		return incomplete("ground_text")
	case len(f.GroundText) > textMost || !utf8.ValidString(f.GroundText):
		return incomplete("ground_text")
	case f.Against.CNIC == noNumber && (f.Against.Block == 0 || f.Against.Serial == 0):
		return incomplete("against")
	}
	f.Card, f.Wishes = rolls.Card{}, nil
	return nil
}

func (f *Filing) tidyWishes() error {
	if f.Against.CNIC == noNumber && f.Against.Serial == 0 {
		f.Against.CNIC = f.Claimant.CNIC
	}
	if len(f.Wishes) == 0 {
		return incomplete("wishes")
	}
	seen := map[Field]bool{}
	for i := range f.Wishes {
		w := &f.Wishes[i]
		w.Value = office.TidyName(words.Digits(w.Value))
		if seen[w.Field] || len(w.Value) > textMost {
			return incomplete(string(w.Field))
		}
		seen[w.Field] = true
		if err := w.apply(new(rolls.Particulars)); err != nil {
			return err
		}
	}
	f.Card, f.Ground = rolls.Card{}, ""
	return nil
}
