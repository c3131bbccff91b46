package office

import (
	"intikhab/domain/geography"
	"intikhab/platform/office/area"
)

// Commission is the commission's own tree as the tables of geography give it: the
// Secretariat, the offices of the Provincial Election Commissioners and the one for
// the capital territory, a regional office for each division, a district office for
// each district. They are a proposal, which an administrator reads, changes and
// takes in at the first start (package sheet): whether a division has a regional
// office is for the commission to say.
func Commission(opened Day) []Office {
	top := Office{ID: "secretariat", Kind: Secretariat, NameEn: "Election Commission Secretariat", NameUr: "الیکشن کمیشن سیکرٹریٹ",
		Area: area.Country, Open: Span{From: opened}}
	all := []Office{top}
	for _, p := range geography.Provinces() {
		if p.Voters > 0 {
			all = append(all, Office{ID: provincial(p), Kind: Provincial, Parent: top.ID,
				NameEn: "Provincial Election Commissioner, " + p.NameEn, NameUr: "صوبائی الیکشن کمشنر، " + p.NameUr,
				Area: area.OfProvince(p), Open: Span{From: opened}})
		}
	}
	for _, d := range geography.Divisions() {
		if d.Province.Voters > 0 {
			all = append(all, Office{ID: regional(d), Kind: Regional, Parent: provincial(d.Province),
				NameEn: "Regional Election Commissioner, " + d.NameEn, NameUr: "ریجنل الیکشن کمشنر، " + d.NameUr,
				Area: area.OfDivision(d), Open: Span{From: opened}})
		}
	}
	for _, d := range geography.Districts() {
		if d.Division.Province.Voters > 0 {
			all = append(all, Office{ID: district(d), Kind: District, Parent: regional(d.Division),
				NameEn: "District Election Commissioner, " + d.NameEn, NameUr: "ضلعی الیکشن کمشنر، " + d.NameUr,
				Area: area.OfDistrict(d), Open: Span{From: opened}})
		}
	}
	return all
}

// ReturningOffices are the offices of the Returning Officers of the constituencies
// of an assembly, under the lowest office of Commission in whose area each lies
// wholly. They open for an election and close after it.
func ReturningOffices(a geography.Assembly, open Span) (all []Office) {
	for _, s := range geography.Constituencies() {
		if s.Code.Assembly() != a {
			continue
		}
		here := area.OfConstituency(s.Code)
		first := s.Districts()[0]
		parent := provincial(first.Division.Province)
		if area.Within(here, area.OfDivision(first.Division)) {
			parent = regional(first.Division)
		}
		if area.Within(here, area.OfDistrict(first)) {
			parent = district(first)
		}
		en, ur := here.Names()
		all = append(all, Office{ID: OfficeID("returning-" + lower(string(s.Code))), Kind: Returning, Parent: parent,
			NameEn: "Returning Officer, " + en, NameUr: "ریٹرننگ افسر، " + ur, Area: here, Open: open})
	}
	return all
}

func provincial(p *geography.Province) OfficeID { return named("provincial-", area.OfProvince(p)) }
func regional(d *geography.Division) OfficeID   { return named("regional-", area.OfDivision(d)) }
func district(d *geography.District) OfficeID   { return named("district-", area.OfDistrict(d)) }

// named gives the office's id from its area's key.
func named(begin string, a area.Area) OfficeID {
	key := a.String()
	return OfficeID(begin + key[len(a.Kind())+1:])
}
