package voterinfo

import (
	"fmt"
	"time"
	"unicode/utf8"

	"intikhab/domain/geography"
	"intikhab/platform/sms/gsm"
	"intikhab/systems/voterinfo/rollindex"
)

// Sample is a text as a telephone would get it.
type Sample struct {
	Name     string   // of the text in the wording files
	Language Language //
	Case     string   // "usual", "with station", or "longest"
	Text     string
	Plain    Size // at an operator that takes the default alphabet and UCS-2
	Tables   Size // at one that takes the Urdu tables too
}

// Size is what a text takes.
type Size struct {
	Encoding   gsm.Encoding
	Characters int
	Segments   int
}

// Preview gives every text of the configured wording, filled in with usual names
// and numbers and with the longest there are, and what it takes as SMS.
func Preview(cfg Config) ([]Sample, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("voterinfo: %w", err)
	}
	all, err := loadWording(cfg.Wording)
	if err != nil {
		return nil, err
	}
	usual, longest := usualEntry(), longestEntry()
	office := ""
	for _, office = range cfg.Offices { // any: they are all as long
		break
	}
	var samples []Sample
	for _, l := range Languages {
		for t := range texts {
			add := func(name string, f facts) {
				f.language, f.helpline = l, cfg.Helpline
				f.have |= always
				if f.helpline != "" {
					f.have |= setOf(fieldHelpline)
				}
				if f.office != "" {
					f.have |= setOf(fieldOffice)
				}
				text := string(all[l][t].append(nil, &f))
				samples = append(samples, Sample{textKinds[t].name, l, name, text,
					sizeOf(text, gsm.Allowed{}), sizeOf(text, gsm.Allowed{UrduTables: true})})
			}
			at := time.Date(2027, 2, 8, 10, 5, 0, 0, Pakistan)
			switch t {
			case textFound:
				station := setOf(fieldStation)
				add("usual", facts{entry: &usual, lastFour: 1, office: office})
				add("with station", facts{entry: &usual, lastFour: 1, office: office, have: station})
				add("longest", facts{entry: &longest, lastFour: 1, office: office, have: station})
			case textTooOften:
				add("usual", facts{at: at, retry: at.Add(time.Minute)})
				add("longest", facts{at: at, retry: at.Add(24 * time.Hour)})
			default:
				add("usual", facts{digits: 12})
			}
		}
	}
	return samples, nil
}

func sizeOf(text string, allowed gsm.Allowed) Size {
	e, characters, segments := gsm.Count(text, allowed)
	return Size{e, characters, segments}
}

// usualEntry has names of the length that most areas' and stations' names have.
func usualEntry() rollindex.Entry {
	station := &rollindex.Station{
		NameEn: "Government Girls Primary School Basti Rehmanpura",
		NameUr: "گورنمنٹ گرلز پرائمری سکول بستی رحمان پورہ",
	}
	area := &rollindex.Area{
		Block: 440160404, NA: "NA-245", PA: "PS-110",
		NameEn: "Mohalla Rehmanpura, Charge No. 2, Circle No. 4", NameUr: "محلہ رحمان پورہ، چارج نمبر 2، سرکل نمبر 4",
		TehsilEn: "Chakwal", TehsilUr: "چکوال", DistrictEn: "Chakwal", DistrictUr: "چکوال",
	}
	return rollindex.Entry{Block: area.Block, Serial: 226, Household: 158, Area: area, Station: station}
}

// longestEntry has the longest names of tehsils and districts, and names of an
// area and a station as long as the polling schemes have them.
func longestEntry() rollindex.Entry {
	station := &rollindex.Station{
		NameEn: "Government Girls Community Model Elementary School Sindhi Muslim Cooperative Housing Society Block A",
		NameUr: "گورنمنٹ گرلز کمیونٹی ماڈل ایلیمنٹری سکول سندھی مسلم کوآپریٹو ہاؤسنگ سوسائٹی بلاک اے",
	}
	area := &rollindex.Area{
		Block: 440160404, NA: "NA-245", PA: "PS-110",
		NameEn: "Sindhi Muslim Cooperative Housing Society Block A, Charge No. 16, Circle No. 14",
		NameUr: "سندھی مسلم کوآپریٹو ہاؤسنگ سوسائٹی بلاک اے، چارج نمبر 16، سرکل نمبر 14",
	}
	for _, t := range geography.Tehsils() {
		area.TehsilEn, area.TehsilUr = longer(area.TehsilEn, t.NameEn), longer(area.TehsilUr, t.NameUr)
	}
	for _, d := range geography.Districts() {
		area.DistrictEn, area.DistrictUr = longer(area.DistrictEn, d.NameEn), longer(area.DistrictUr, d.NameUr)
	}
	return rollindex.Entry{Block: area.Block, Serial: 1642, Household: 1013, Area: area, Station: station}
}

func longer(a, b string) string {
	if utf8.RuneCountInString(b) > utf8.RuneCountInString(a) {
		return b
	}
	return a
}
