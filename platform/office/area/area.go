// Package area is a part of the country that an office answers for, and the rule
// by which one part lies within another. The parts are those of package geography:
// provinces, divisions, districts and tehsils as the census has them, the
// constituencies delimited under sections 17 to 22 of the Elections Act 2017,
// polling stations and census blocks.
//
// The rule is conservative: what the tables do not say wholly lies within another
// area does not. TestConstituencyAcrossDistricts and TestWithinIsAnOrder show it.
package area

import (
	"fmt"
	"strings"

	"intikhab/domain/geography"
)

// Kind is what kind of part an area is, as its key begins.
type Kind string

// The kinds, from the whole country down.
const (
	CountryKind  Kind = "pk" // the whole area of the commission; its key is this word alone
	Province     Kind = "province"
	Division     Kind = "division"
	District     Kind = "district"
	Tehsil       Kind = "tehsil"
	Constituency Kind = "constituency"
	Station      Kind = "station"
	Block        Kind = "block"
)

// An Area is one part of the country. Its text is its key: "pk", "province:sindh",
// "division:lahore", "district:chitral-upper", "tehsil:attock/fateh-jang",
// "constituency:NA-118", "station:NA-245-0117", "block:440160404". Areas are equal
// (==) when they are the same part. The zero Area is none, and lies in nothing.
type Area struct {
	kind Kind
	name string
}

// Country is the whole area of the commission.
var Country = Area{kind: CountryKind}

// Kind is the area's kind, "" of none.
func (a Area) Kind() Kind { return a.kind }

// IsZero tells whether this is no area.
func (a Area) IsZero() bool { return a.kind == "" }

// Placed tells whether the tables of geography say where the area lies. Those of a
// polling station and a census block do not.
func (a Area) Placed() bool { return a.kind != Station && a.kind != Block && a.kind != "" }

// String gives the key, "" of none.
func (a Area) String() string {
	if a.name == "" {
		return string(a.kind)
	}
	return string(a.kind) + ":" + a.name
}

// Seat is the constituency that the area is, "" of another.
func (a Area) Seat() geography.Constituency {
	if a.kind != Constituency {
		return ""
	}
	return geography.Constituency(a.name)
}

// Names gives the area's name in English and in Urdu. A polling station and a block
// are named by their number, since the tables here know no other name of them.
func (a Area) Names() (en, ur string) {
	if p, ok := places()[a]; ok {
		return p.en, p.ur
	}
	return a.name, a.name
}

// MarshalText gives the key.
func (a Area) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads a key; nothing gives the zero Area.
func (a *Area) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*a = Area{}
		return nil
	}
	*a, err = Parse(string(text))
	return err
}

// OfConstituency, OfStation and OfBlock give the areas of what is already parsed.
func OfConstituency(c geography.Constituency) Area { return Area{Constituency, string(c)} }

// OfStation gives the area of a polling station.
func OfStation(s geography.StationID) Area { return Area{Station, string(s)} }

// OfBlock gives the area of a census block.
func OfBlock(b geography.BlockCode) Area { return Area{Block, b.String()} }

// OfDistrict gives the area of a district.
func OfDistrict(d *geography.District) Area { return Area{District, slug(d.NameEn)} }

// OfDivision gives the area of a division.
func OfDivision(d *geography.Division) Area { return Area{Division, slug(d.NameEn)} }

// OfProvince gives the area of a province.
func OfProvince(p *geography.Province) Area { return Area{Province, slug(p.NameEn)} }

// OfTehsil gives the area of a tehsil. Tehsils of two districts may have one name,
// so that the district's stands before it.
func OfTehsil(t *geography.Tehsil) Area {
	return Area{Tehsil, slug(t.District.NameEn) + "/" + slug(t.NameEn)}
}

// slug makes of a name what stands in a key: small letters, digits and hyphens.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}

// Join writes several areas in one text, as tables and files keep them: keys with a
// space between. No key has a space in it.
func Join(areas []Area) string {
	keys := make([]string, len(areas))
	for i, a := range areas {
		keys[i] = a.String()
	}
	return strings.Join(keys, " ")
}

// ParseList reads what Join wrote, or keys with commas or semicolons between them.
// A key that stands twice is taken once.
func ParseList(text string) (areas []Area, err error) {
	seen := map[Area]bool{}
	for _, key := range strings.FieldsFunc(text, func(r rune) bool {
		return r == ' ' || r == ',' || r == ';' || r == '\t' || r == '\n' || r == '\r'
	}) {
		a, err := Parse(key)
		if err != nil {
			return nil, err
		}
		if !seen[a] {
			seen[a] = true
			areas = append(areas, a)
		}
	}
	return areas, nil
}

// GoString gives the key, for tests that print areas.
func (a Area) GoString() string { return fmt.Sprintf("area(%s)", a.String()) }
