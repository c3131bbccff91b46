package design

import (
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/sms"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

// A value is one row of the table of values: what it is, and how pages write it.
type value struct {
	What  words.Message
	Shown any
}

// values are one of each kind of value that pages write. The numbers are made up.
func values(now time.Time) []value {
	number, err := cnic.Parse("4230112345671")
	if err != nil {
		panic(err)
	}
	telephone, err := sms.ParseMSISDN("03001234567")
	if err != nil {
		panic(err)
	}
	return []value{
		{words.Say("design.value.number"), 128585760},
		{words.Say("design.value.day"), words.DayOf(now)},
		{words.Say("design.value.instant"), now},
		{words.Say("design.value.both"), words.Both{En: "Karachi East", Ur: "کراچی شرقی"}},
		{words.Say("design.value.one"), words.Both{En: "Sindhi Muslim Housing Society"}},
		{words.Say("design.value.cnic"), number},
		{words.Say("design.value.telephone"), telephone},
		{words.Say("design.value.tag"), web.Tag{Kind: web.Good, Text: words.Say("design.tag.good")}},
		{words.Say("design.value.text"), "NA-245 (کراچی)"},
	}
}
