package door

import (
	"intikhab/domain/geography"
	"intikhab/platform/office/area"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
)

func field(name string) words.Message { return words.Say("door.field." + name) }
func hint(name string) words.Message  { return words.Say("door.hint." + name) }

func options(prefix string, values ...string) (all []form.Option) {
	for _, v := range values {
		all = append(all, form.Option{Value: v, Text: words.Say(prefix + v)})
	}
	return all
}

// questions is the form of a step whose questions are always the same.
func (t *turn) questions(step string) *form.Form {
	f := &form.Form{Name: "door." + step}
	switch step {
	case "place":
		f.Fields = placeFields()
	case "card":
		f.Fields = []form.Field{
			{Name: "cnic", Kind: form.CNIC, Label: field("cnic"), Hint: words.Say("door.hint.cnic", "example", "42301-1234567-1")},
			{Name: "telephone", Kind: form.Telephone, Label: field("telephone"), Hint: words.Say("door.hint.telephone", "example", "0300 1234567"), Auto: "tel"},
		}
		f.Submit = words.Say("door.card.send")
	case "code":
		f.Fields = []form.Field{{Name: "code", Kind: form.Code, Label: field("code"), Hint: hint("code"), Auto: "one-time-code"}}
	case "name":
		f.Fields = nameFields(t.v.Answers.Purpose)
		f.Check = eitherName
	case "birth":
		today := words.DayOf(t.cfg.Now())
		f.Fields = []form.Field{
			{Name: "born", Kind: form.Date, Label: field("born"), Hint: hint("born"), Latest: today, Earliest: words.Day{Year: today.Year - 130, Month: 1, Day: 1}},
			{Name: "sex", Kind: form.Radios, Label: field("sex"), Hint: hint("sex"), Options: options("door.sex.", "M", "F", "X")},
		}
	case "address":
		addressQuestions(f)
	case "wishes":
		wishQuestions(f, words.DayOf(t.cfg.Now()))
	case "against":
		againstQuestions(f)
	}
	return f
}

func placeFields() []form.Field {
	var districts []form.Option
	for _, d := range geography.Districts() {
		districts = append(districts, form.Option{Value: area.OfDistrict(d).String(), Text: words.Named(words.Both{En: d.NameEn, Ur: d.NameUr})})
	}
	return []form.Field{
		{Name: "district", Kind: form.Select, Label: field("district"), Options: districts},
		{Name: "near", Label: field("near"), Hint: words.Say("door.hint.near", "example", "440160404"), Optional: true, Most: 60},
	}
}

func nameFields(p purpose) []form.Field {
	fields := []form.Field{
		{Name: "name_ur", Label: field("name_ur"), Hint: hint("name"), Optional: true, Most: 80},
		{Name: "name_en", Label: field("name_en"), Optional: true, Most: 80},
	}
	if p.kind() == claim.Enrolment {
		fields = append(fields,
			form.Field{Name: "relation", Kind: form.Radios, Label: field("relation"), Options: options("door.relation.", "father", "husband", "mother", "guardian")},
			form.Field{Name: "parent_ur", Label: field("parent_ur"), Optional: true, Most: 80},
			form.Field{Name: "parent_en", Label: field("parent_en"), Optional: true, Most: 80})
	}
	return append(fields, form.Field{Name: "agent", Label: field("agent"), Hint: hint("agent"), Optional: true, Most: 80})
}

func eitherName(f *form.Filled) {
	if f.Text("name_en") == "" && f.Text("name_ur") == "" {
		f.Wrong("name_ur", words.Say("door.wrong.name"))
	}
}

// addressKinds are the words of package rolls.
var addressKinds = map[string]rolls.AddressKind{"permanent": rolls.PermanentAddress, "temporary": rolls.TemporaryAddress, "posting": rolls.PostingAddress}

func addressQuestions(f *form.Form) {
	choices := options("door.which.", "permanent", "temporary", "posting")
	for i := range choices {
		choices[i].Hint = words.Say("door.which_hint." + choices[i].Value)
	}
	f.Fields = []form.Field{
		{Name: "which", Kind: form.Radios, Label: field("which"), Hint: hint("which"), Options: choices},
		{Name: "service", Kind: form.Select, Label: field("service"), Hint: hint("service"), Optional: true, Options: options("door.service.", "servant", "spouse", "child")},
		{Name: "address_ur", Kind: form.Long, Label: field("address_ur"), Hint: hint("address"), Optional: true, Most: 300},
		{Name: "address_en", Kind: form.Long, Label: field("address_en"), Optional: true, Most: 300},
	}
	f.Check = func(f *form.Filled) {
		if f.Text("address_en") == "" && f.Text("address_ur") == "" {
			f.Wrong("address_ur", words.Say("door.wrong.address"))
		}
		if f.Text("which") == "posting" && f.Text("service") == "" {
			f.Wrong("service", words.Say("door.wrong.service"))
		}
	}
}

func wishQuestions(f *form.Form, today words.Day) {
	for _, w := range claim.Fields() {
		q := form.Field{Name: string(w), Label: words.Say(w.Key()), Optional: true, Most: 200}
		switch w {
		case claim.FieldCNIC:
			q.Kind = form.CNIC
		case claim.FieldRelation:
			q.Kind, q.Options = form.Select, options("door.relation.", "father", "husband", "mother", "guardian")
		case claim.FieldBorn:
			q.Kind, q.Latest = form.Date, today
		}
		f.Fields = append(f.Fields, q)
	}
	f.Check = func(f *form.Filled) {
		if len(wishes(f)) == 0 {
			f.Wrong(string(claim.FieldNameUr), words.Say("door.wrong.wishes"))
		}
	}
}

func againstQuestions(f *form.Form) {
	var grounds []form.Option
	for _, g := range claim.Grounds() {
		grounds = append(grounds, form.Option{Value: string(g), Text: words.Say(g.Key())})
	}
	f.Fields = []form.Field{
		{Name: "their_cnic", Kind: form.CNIC, Label: field("their_cnic"), Hint: hint("their_cnic"), Optional: true},
		{Name: "list", Kind: form.Select, Label: field("list"), Optional: true, Options: options("door.list.", "M", "F", "X")},
		{Name: "serial", Kind: form.Number, Label: field("serial"), Hint: hint("serial"), Low: 1, High: 99_999, Optional: true},
		{Name: "ground", Kind: form.Radios, Label: field("ground"), Options: grounds},
		{Name: "ground_text", Kind: form.Long, Label: field("ground_text"), Hint: hint("ground_text"), Optional: true, Most: 500},
	}
	f.Check = func(f *form.Filled) {
		_, byNumber := f.CNIC("their_cnic")
		_, bySerial := f.Number("serial")
		switch {
		case !byNumber && !bySerial:
			f.Wrong("their_cnic", words.Say("door.wrong.against"))
		case !byNumber && f.Text("list") == "":
			f.Wrong("list", words.Say("door.wrong.list"))
		}
		if f.Text("ground") == string(claim.OtherGround) && f.Text("ground_text") == "" {
			f.Wrong("ground_text", words.Say("door.wrong.ground"))
		}
	}
}

// documentForm asks for one document.
func documentForm() *form.Form {
	var whats []form.Option
	for _, w := range attachment.Whats() {
		whats = append(whats, form.Option{Value: string(w), Text: words.Say(w.Key())})
	}
	return &form.Form{Name: "door.document", Action: "/voters/documents", Submit: words.Say("door.documents.add"), Fields: []form.Field{
		{Name: "what", Kind: form.Select, Label: field("what"), Options: whats},
		{Name: "file", Kind: form.File, Label: field("file"), Hint: hint("file"), Most: attachment.BytesMost,
			Types: []string{string(attachment.JPEG), string(attachment.PNG), string(attachment.PDF)}},
	}}
}
