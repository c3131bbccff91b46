package door

import (
	"net/url"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/sms"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
)

// answered gives the checked answers of a step. It is called when all are right.
func (t *turn) answered(step string) *form.Filled {
	values := t.v.Answers.Steps[step]
	if values == nil {
		values = url.Values{}
	}
	return t.questions(step).Recheck(values)
}

// filing makes the claim of the answers, all but its documents.
func (t *turn) filing(telephone sms.MSISDN) claim.Filing {
	a := &t.v.Answers
	name := t.answered("name")
	number, _ := t.answered("card").CNIC("cnic")
	f := claim.Filing{Form: a.Form, Source: claim.Web, Claimant: claim.Claimant{
		CNIC: number, NameEn: name.Text("name_en"), NameUr: name.Text("name_ur"),
		Telephone: telephone, Confirmed: true, Language: t.lang, Agent: name.Text("agent")}}
	switch a.Purpose.kind() {
	case claim.Enrolment:
		f.Card = t.card(number, name)
	case claim.Correction:
		// The claimant's own entry, wherever it is; the area is where he believes it to be, and
		// has the claim come somewhere if there is none.
		f.Wishes, f.Against = wishes(t.answered("wishes")), claim.Against{CNIC: number, Block: a.block()}
	case claim.Objection:
		f.Against, f.Ground, f.GroundText = t.against()
	}
	return f
}

func (t *turn) card(number cnic.Number, name *form.Filled) rolls.Card {
	birth, address := t.answered("birth"), t.answered("address")
	c := rolls.Card{Kind: rolls.NIC, Valid: true, Service: rolls.Service(address.Text("service"))}
	c.CNIC, c.NameEn, c.NameUr, c.ParentEn, c.ParentUr = number, name.Text("name_en"), name.Text("name_ur"), name.Text("parent_en"), name.Text("parent_ur")
	c.Relation = relations[name.Text("relation")]
	born := birth.Day("born")
	c.Born = rolls.Date{Year: born.Year, Month: int(born.Month), Day: born.Day}
	c.List, _ = geography.ParseGender(birth.Text("sex"))
	at := rolls.Address{Block: t.v.Answers.block(), En: oneLine(address.Text("address_en")), Ur: oneLine(address.Text("address_ur"))}
	c.Chosen = addressKinds[address.Text("which")]
	switch c.Chosen {
	case rolls.PermanentAddress:
		c.Permanent = at
	case rolls.TemporaryAddress:
		c.Temporary = at
	case rolls.PostingAddress:
		c.Posting = at
	}
	return c
}

var relations = map[string]rolls.Relation{"father": rolls.Father, "husband": rolls.Husband, "mother": rolls.Mother, "guardian": rolls.Guardian}

func oneLine(text string) string { return form.Clean(text, false) }

func (t *turn) against() (claim.Against, claim.Ground, string) {
	f := t.answered("against")
	a := claim.Against{Block: t.v.Answers.block()}
	a.CNIC, _ = f.CNIC("their_cnic")
	if n, ok := f.Number("serial"); ok {
		a.Serial = uint32(n)
		a.List, _ = geography.ParseGender(f.Text("list"))
	}
	return a, claim.Ground(f.Text("ground")), oneLine(f.Text("ground_text"))
}

// wishes are the particulars that somebody wants corrected.
func wishes(f *form.Filled) (all []claim.Wish) {
	for _, w := range claim.Fields() {
		value := ""
		switch w {
		case claim.FieldCNIC:
			if n, ok := f.CNIC(string(w)); ok {
				value = n.Reveal()
			}
		case claim.FieldBorn:
			if d := f.Day(string(w)); d != (words.Day{}) {
				value = d.String()
			}
		default:
			value = f.Text(string(w))
		}
		if value != "" {
			all = append(all, claim.Wish{Field: w, Value: value})
		}
	}
	return all
}
