package centre

import (
	"strings"

	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
)

// view is the page: the questions of all three forms, of which the script shows those of
// the one that is chosen.
type view struct {
	Forms   []claim.Form
	Parts   []part
	Whats   []attachment.What
	Texts   []string // keys of what the scripts say
	Wishes  string   // fields that can be corrected
	Most    int      // documents
	Largest int      // bytes of one
}

// A part is questions that some of the forms have.
type part struct {
	For   string // numbers of forms
	Title words.Message
	Form  *form.Filled
}

func newView() view {
	v := view{Forms: claim.Forms(), Whats: attachment.Whats(), Texts: texts(), Most: claim.DocumentsMost, Largest: attachment.BytesMost}
	var corrected []string
	for _, f := range claim.Fields() {
		corrected = append(corrected, string(f))
	}
	v.Wishes = strings.Join(corrected, " ")
	v.Parts = []part{
		{"15 16 17 21 22 23", words.Say("centre.part.claimant"), ask(claimantQuestions()...)},
		{"15 21", words.Say("centre.part.card"), ask(cardQuestions()...)},
		{"16 17 22 23", words.Say("centre.part.entry"), ask(entryQuestions()...)},
		{"16 22", words.Say("centre.part.against"), ask(againstQuestions()...)},
		{"17 23", words.Say("centre.part.wishes"), ask(wishQuestions()...)},
	}
	return v
}

func ask(fields ...form.Field) *form.Filled {
	return (&form.Form{Name: "centre", Fields: fields}).Empty()
}

func field(name string) words.Message { return words.Say("centre.field." + name) }

func choice(name, prefix string, optional bool, values ...string) form.Field {
	f := form.Field{Name: name, Kind: form.Select, Label: field(name), Optional: optional}
	for _, v := range values {
		f.Options = append(f.Options, form.Option{Value: v, Text: words.Say(prefix + v)})
	}
	return f
}

func text(name string, optional bool) form.Field {
	return form.Field{Name: name, Label: field(name), Optional: optional, Most: 80}
}

func claimantQuestions() []form.Field {
	language := choice("language", "centre.language.", true, "ur", "en")
	return []form.Field{
		{Name: "cnic", Kind: form.CNIC, Label: field("cnic"), Hint: words.Say("centre.hint.cnic", "example", "42301-1234567-1")},
		text("name_ur", true), text("name_en", true),
		{Name: "telephone", Kind: form.Telephone, Label: field("telephone"), Hint: words.Say("centre.hint.telephone"), Optional: true},
		language, text("agent", true),
	}
}

func cardQuestions() []form.Field {
	return []form.Field{
		choice("relation", "centre.relation.", false, "father", "husband", "mother", "guardian"),
		text("parent_ur", true), text("parent_en", true),
		{Name: "born", Kind: form.Date, Label: field("born"), Hint: words.Say("centre.hint.born")},
		choice("sex", "centre.sex.", false, "M", "F", "X"),
		choice("which", "centre.which.", false, "permanent", "temporary", "posting"),
		choice("service", "centre.service.", true, "servant", "spouse", "child"),
		{Name: "block", Kind: form.Code, Label: field("block"), Hint: words.Say("centre.hint.block")},
		{Name: "address_ur", Label: field("address_ur"), Optional: true, Most: 300}, {Name: "address_en", Label: field("address_en"), Optional: true, Most: 300},
	}
}

func entryQuestions() []form.Field {
	return []form.Field{{Name: "at_block", Kind: form.Code, Label: field("at_block"), Hint: words.Say("centre.hint.block")}}
}

func againstQuestions() []form.Field {
	grounds := form.Field{Name: "ground", Kind: form.Select, Label: field("ground")}
	for _, g := range claim.Grounds() {
		grounds.Options = append(grounds.Options, form.Option{Value: string(g), Text: words.Say(g.Key())})
	}
	return []form.Field{
		{Name: "their_cnic", Kind: form.CNIC, Label: field("their_cnic"), Optional: true},
		choice("list", "centre.list.", true, "M", "F", "X"),
		{Name: "serial", Kind: form.Number, Label: field("serial"), Hint: words.Say("centre.hint.serial"), Optional: true},
		grounds,
		{Name: "ground_text", Kind: form.Long, Label: field("ground_text"), Optional: true, Most: 500},
	}
}

func wishQuestions() (all []form.Field) {
	for _, w := range claim.Fields() {
		q := form.Field{Name: "wish_" + string(w), Label: words.Say(w.Key()), Optional: true, Most: 300}
		switch w {
		case claim.FieldCNIC:
			q.Kind = form.CNIC
		case claim.FieldBorn:
			q.Kind = form.Date
		case claim.FieldRelation:
			q.Kind = form.Select
			for _, r := range []string{"father", "husband", "mother", "guardian"} {
				q.Options = append(q.Options, form.Option{Value: r, Text: words.Say("centre.relation." + r)})
			}
		}
		all = append(all, q)
	}
	return all
}
