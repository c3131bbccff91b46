package synth

import (
	"fmt"
	"strings"

	"intikhab/domain/geography"
)

// pair is a word in English and Urdu.
type pair struct{ en, ur string }

// Names of places are put together from these; all are in common use and none
// is meant.
var (
	stems = []pair{
		{"Rehman", "رحمان"}, {"Islam", "اسلام"}, {"Noor", "نور"}, {"Farooq", "فاروق"}, {"Usman", "عثمان"}, {"Ali", "علی"},
		{"Iqbal", "اقبال"}, {"Habib", "حبیب"}, {"Karim", "کریم"}, {"Aziz", "عزیز"}, {"Latif", "لطیف"}, {"Sadiq", "صادق"},
		{"Nazim", "ناظم"}, {"Fazal", "فضل"}, {"Qadir", "قادر"}, {"Rasul", "رسول"}, {"Bilal", "بلال"}, {"Rashid", "رشید"},
		{"Saeed", "سعید"}, {"Anwar", "انور"}, {"Akbar", "اکبر"}, {"Sultan", "سلطان"}, {"Mehr", "مہر"}, {"Hussain", "حسین"},
		{"Hassan", "حسن"}, {"Murad", "مراد"}, {"Ghazi", "غازی"}, {"Khalid", "خالد"}, {"Tariq", "طارق"}, {"Yusuf", "یوسف"},
		{"Ibrahim", "ابراہیم"}, {"Ismail", "اسماعیل"}, {"Nawaz", "نواز"}, {"Shah", "شاہ"}, {"Jamal", "جمال"}, {"Kamal", "کمال"},
		{"Fateh", "فتح"}, {"Nusrat", "نصرت"}, {"Madina", "مدینہ"}, {"Gulshan", "گلشن"},
	}
	ends = []pair{
		{"pura", "پورہ"}, {"abad", "آباد"}, {"nagar", "نگر"}, {"garh", "گڑھ"}, {" Colony", "کالونی"}, {" Town", "ٹاؤن"},
	}
	rustic = 4 // so many of the ends are names of villages too
	urban  = []pair{{"Mohalla", "محلہ"}, {"Mohalla", "محلہ"}, {"Basti", "بستی"}}
	rural  = map[string][]pair{"PB": {{"Mauza", "موضع"}, {"Basti", "بستی"}}, "SD": {{"Deh", "دیہہ"}, {"Goth", "گوٹھ"}}, "BA": {{"Killi", "کلی"}, {"Goth", "گوٹھ"}}}
	hills  = []pair{{"Village", "گاؤں"}, {"Mohalla", "محلہ"}}
	levels = []pair{{"Primary", "پرائمری"}, {"Primary", "پرائمری"}, {"Middle", "مڈل"}, {"High", "ہائی"}}
)

// place gives the name of the place with this number in the cell's tehsil.
func (p *plan) place(cellNo, number int32) pair {
	c := &p.cells[cellNo]
	n := int(number)
	stem := stems[n%len(stems)]
	t := c.home.tehsil
	province := t.District.Division.Province.Code
	town := t.NameEn == t.District.NameEn || strings.HasSuffix(t.NameEn, "City") || strings.HasSuffix(t.NameEn, "Town") || strings.HasSuffix(t.NameEn, "Cantt")
	kinds, end := urban, ends[n/64%len(ends)]
	if !town {
		end = ends[n/64%rustic]
		if province == "PB" && n/1024%3 == 0 {
			k := n/4096%200 + 1
			return pair{fmt.Sprintf("Chak No. %d", k), fmt.Sprintf("چک نمبر %d", k)}
		}
		if kinds = rural[province]; kinds == nil {
			kinds = hills
		}
	}
	kind := kinds[n/1024%len(kinds)]
	return pair{kind.en + " " + stem.en + end.en, kind.ur + " " + stem.ur + " " + end.ur}
}

func (p *plan) areaName(b *block) (en, ur string) {
	at := p.place(b.cell, b.place)
	circle := geography.CircleOf(b.code)
	return at.en + ", " + circle.String(), fmt.Sprintf("%s، چارج نمبر %d، سرکل نمبر %d", at.ur, circle.Charge.Number, circle.Number)
}

func (p *plan) stationName(s *station) (en, ur string) {
	at := p.place(s.cell, s.place)
	if s.kind == geography.CombinedStation && s.place%16 == 0 {
		return "Union Council Office " + at.en, "دفتر یونین کونسل " + at.ur
	}
	who := pair{"", ""}
	switch s.kind {
	case geography.MaleStation:
		who = pair{"Boys ", "بوائز "}
	case geography.FemaleStation:
		who = pair{"Girls ", "گرلز "}
	}
	level := levels[s.place/7%int32(len(levels))]
	return "Government " + who.en + level.en + " School " + at.en, "گورنمنٹ " + who.ur + level.ur + " سکول " + at.ur
}
