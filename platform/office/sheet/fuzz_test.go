package sheet

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"intikhab/platform/office"
)

// FuzzOfficers: whatever the bytes, reading ends, problems name lines that there are,
// and what was read without one is in order.
func FuzzOfficers(f *testing.F) {
	head := "cnic,name_en,name_ur,office,email,telephone,role,areas,from,to\n"
	for _, s := range []string{"", head, head + "35202-0000000-1,Ayesha Bibi,عائشہ بی بی,district-kasur,a@example.org,03001234567,registration-officer,,2026-04-01,\n",
		"\xef\xbb\xbfsep=;\r\n" + strings.ReplaceAll(head, ",", ";"), "\xff\xfec\x00n\x00", head + "\"", head + "3.5E+12,a,ا,x\n", "sep=,", "cnic\tname_en\n1\t2"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		lines, problems := readTable(text, officerColumns, officerOptional)
		most := bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) + 1
		for _, l := range lines {
			if l.number < 1 || l.number > most {
				t.Errorf("line %d of %d", l.number, most)
			}
			before := len(problems)
			o := readOfficer(l, &problems)
			l.readAreas("areas", &problems)
			l.readDay("from", &problems)
			if len(problems) == before && o.Check() == nil && o.Personal.CNIC.Reveal() == "" {
				t.Error("an officer without a CNIC was taken")
			}
		}
		if len(problems) > maxProblems+1 {
			t.Errorf("%d problems", len(problems))
		}
		for _, p := range problems {
			if p.Line < 0 || p.Line > most || !office.Texts.Has(p.Say.Key) {
				t.Errorf("%+v of %d lines", p, most)
			}
		}
	})
}

// FuzzOffices: an office that is read without a problem is written and read back as
// the same.
func FuzzOffices(f *testing.F) {
	head := "id,kind,parent,name_en,name_ur,area,opened,closed,extra_areas\n"
	for _, s := range []string{head, head + "d-1,display-centre,district-kasur,A,ا,district:kasur,2026-01-01,,block:440160404\n",
		head + "d-1,returning,district-kasur,\"A \"\"b\"\", c\",ا,constituency:NA-131,2026-01-01,2026-02-01,\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		lines, problems := readTable(text, officeColumns, officeOptional)
		for _, l := range lines {
			before := len(problems)
			o := readOffice(l, &problems)
			if len(problems) > before || o.Check() != nil {
				continue
			}
			var out bytes.Buffer
			if err := WriteOffices(&out, []office.Office{o}); err != nil {
				t.Fatal(err)
			}
			if rows, err := csv.NewReader(bytes.NewReader(out.Bytes())).ReadAll(); err != nil || len(rows) != 2 {
				t.Fatalf("%q: %v", out.String(), err)
			}
			again, faults := readTable(out.Bytes(), officeColumns, officeOptional)
			if len(faults) > 0 || len(again) != 1 || !sameOffice(readOffice(again[0], &faults), o) {
				t.Errorf("%+v comes back as %q", o, out.String())
			}
		}
	})
}
