package area

import (
	"fmt"
	"sync"

	"intikhab/domain/geography"
)

// Links gives the areas that a polling station or a census block lies in, for
// whoever knows a polling scheme or a roll that says so. The tables of geography do
// not: without links a station and a block lie only in themselves and the country.
type Links func(Area) []Area

// Within tells whether inner lies wholly in outer, by the tables of geography
// alone:
//
//   - every area lies in itself and in the country;
//   - a tehsil lies in its district, a district in its division, a division in its
//     province, and in what those lie in;
//   - a constituency lies in a district, division or province when all the
//     districts in which it has voters do: one that two districts share is in
//     neither of them, but may be in their division;
//   - nothing else lies in a constituency, though geography would have it so: not a
//     district with a single seat, nor a Provincial Assembly seat in a National
//     Assembly seat. Whoever answers for a seat answers for its poll and not for
//     the land;
//   - a polling station and a census block lie in nothing further; see [Links].
func Within(inner, outer Area) bool { return Links(nil).Within(inner, outer) }

// Within is the rule of [Within], with what the links know of stations and blocks.
func (l Links) Within(inner, outer Area) bool {
	switch {
	case inner.IsZero() || outer.IsZero():
		return false
	case inner == outer || outer == Country:
		return true
	case inner.kind == Station || inner.kind == Block:
		if l == nil {
			return false
		}
		for _, in := range l(inner) { // no further links: a wrong one can't go round in circles
			if Within(in, outer) {
				return true
			}
		}
		return false
	}
	p, ok := places()[inner]
	if !ok || len(p.in) == 0 {
		return false
	}
	for _, in := range p.in {
		if !Within(in, outer) {
			return false
		}
	}
	return true
}

// A place is what the tables say of an area: its names, and in which areas it lies
// together: it is within another area when all of these are.
type place struct {
	en, ur string
	in     []Area
}

// places are all areas that have a name. Two with one key would be a fault of the
// tables, found by every test: it panics.
var places = sync.OnceValue(func() map[Area]place {
	all := map[Area]place{Country: {en: "Pakistan", ur: "پاکستان"}}
	add := func(a Area, p place) {
		if _, twice := all[a]; twice {
			panic(fmt.Sprintf("area: %s stands for two places", a))
		}
		all[a] = p
	}
	for _, p := range geography.Provinces() {
		if votes(p) {
			add(OfProvince(p), place{p.NameEn, p.NameUr, []Area{Country}})
		}
	}
	for _, d := range geography.Divisions() {
		if votes(d.Province) {
			add(OfDivision(d), place{d.NameEn, d.NameUr, []Area{OfProvince(d.Province)}})
		}
	}
	for _, d := range geography.Districts() {
		if votes(d.Division.Province) {
			add(OfDistrict(d), place{d.NameEn, d.NameUr, []Area{OfDivision(d.Division)}})
		}
	}
	for _, t := range geography.Tehsils() {
		add(OfTehsil(t), place{t.NameEn, t.NameUr, []Area{OfDistrict(t.District)}})
	}
	for _, s := range geography.Constituencies() {
		p := place{en: string(s.Code) + " " + s.NameEn, ur: string(s.Code) + " " + s.NameUr}
		for _, d := range s.Districts() {
			p.in = append(p.in, OfDistrict(d))
		}
		add(OfConstituency(s.Code), p)
	}
	return all
})

// elsewhere are areas of the tables in which this commission keeps no roll.
var elsewhere = sync.OnceValue(func() map[Area]string {
	all := map[Area]string{}
	for _, p := range geography.Provinces() {
		if !votes(p) {
			all[OfProvince(p)] = p.NameEn
		}
	}
	for _, d := range geography.Divisions() {
		if !votes(d.Province) {
			all[OfDivision(d)] = d.Province.NameEn
		}
	}
	for _, d := range geography.Districts() {
		if !votes(d.Division.Province) {
			all[OfDistrict(d)] = d.Division.Province.NameEn
		}
	}
	return all
})

func votes(p *geography.Province) bool { return p.Voters > 0 }

// All gives every area that has a name, in no order: all but stations and blocks.
func All() []Area {
	all := make([]Area, 0, len(places()))
	for a := range places() {
		all = append(all, a)
	}
	return all
}
