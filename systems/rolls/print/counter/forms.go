package counter

import (
	"intikhab/domain/geography"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/print/copies"
)

// blockField asks for a block by its code.
var blockField = form.Field{Name: "block", Label: words.Say("counter.block"), Hint: words.Say("counter.block_hint"), Most: 20, Short: true,
	Check: func(f *form.Filled) words.Message {
		if _, err := geography.ParseBlockCode(words.Digits(f.Text("block"))); err != nil {
			return words.Say("counter.block_wrong")
		}
		return words.Message{}
	}}

var reasonField = form.Field{Name: "reason", Kind: form.Long, Label: words.Say("counter.reason"), Hint: words.Say("counter.reason_hint"), Most: 500}

var languageField = form.Field{Name: "language", Kind: form.Radios, Label: words.Say("counter.language"), Options: []form.Option{
	{Value: string(words.Urdu), Text: words.Say("counter.urdu")}, {Value: string(words.English), Text: words.Say("counter.english")}}}

const (
	withPhotographs = "photographs"
	withSupplement  = "supplement"
)

var blockForm = question{"counter.print", "counter.print_lead", &form.Form{Name: "print.block", Submit: words.Say("counter.print_do"), Fields: []form.Field{
	blockField,
	{Name: "purpose", Kind: form.Radios, Label: words.Say("counter.purpose"), Options: purposes()},
	languageField,
	{Name: "with", Kind: form.Checks, Optional: true, Label: words.Say("counter.with"), Options: []form.Option{
		{Value: withPhotographs, Text: words.Say("counter.photographs")}, {Value: withSupplement, Text: words.Say("counter.supplement_only")}}},
	reasonField,
}}}

// purposes are those that one officer prints for.
func purposes() (all []form.Option) {
	for _, p := range print.Purposes() {
		if p != print.Candidate {
			all = append(all, form.Option{Value: string(p), Text: words.Say("print.purpose." + string(p))})
		}
	}
	return all
}

var supplementForm = question{"counter.supplement", "counter.supplement_lead", &form.Form{Name: "print.supplement", Submit: words.Say("counter.supplement_do"),
	Cancel: "/rolls/print", Fields: []form.Field{blockField, reasonField}}}

var askForm = question{"counter.ask", "counter.ask_lead", &form.Form{Name: "print.ask", Submit: words.Say("counter.ask_do"), Cancel: "/rolls/print/copies", Fields: []form.Field{
	{Name: "seat", Label: words.Say("counter.seat"), Hint: words.Say("counter.seat_hint"), Most: 10, Short: true, Check: func(f *form.Filled) words.Message {
		if c, err := geography.ParseConstituency(f.Text("seat")); err != nil || !known(c) {
			return words.Say("counter.no_seat")
		}
		return words.Message{}
	}},
	{Name: "kind", Kind: form.Radios, Label: words.Say("counter.kind"), Options: kinds()},
	{Name: "recipient", Label: words.Say("counter.recipient"), Hint: words.Say("counter.recipient_hint"), Most: copies.MostRecipient},
	{Name: "languages", Kind: form.Checks, Label: words.Say("counter.languages"), Options: languageField.Options},
	{Name: "with", Kind: form.Checks, Optional: true, Label: words.Say("counter.with"), Options: []form.Option{{Value: withPhotographs, Text: words.Say("counter.photographs")}}},
	reasonField,
}}}

func known(c geography.Constituency) bool { _, ok := geography.SeatOf(c); return ok }

func kinds() (all []form.Option) {
	for _, k := range []copies.Kind{copies.ForCandidate, copies.ForAgent, copies.ForParty} {
		all = append(all, form.Option{Value: string(k), Text: words.Say("counter.kind." + string(k))})
	}
	return all
}

var traceForm = question{"counter.trace", "counter.trace_lead", &form.Form{Name: "print.trace", Submit: words.Say("counter.trace_do"), Cancel: "/rolls/print/copies", Fields: []form.Field{
	{Name: "scan", Kind: form.File, Label: words.Say("counter.scan"), Hint: words.Say("counter.scan_hint"), Most: mostScan, Types: []string{"image/png", "image/jpeg"}},
	reasonField,
}}}

var handForm = question{"counter.hand", "counter.hand_lead", &form.Form{Name: "print.hand", Submit: words.Say("counter.hand_do"), Fields: []form.Field{reasonField}}}
