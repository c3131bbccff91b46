package office

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"intikhab/platform/office/area"
	"intikhab/platform/words"
)

// OfficeID names an office for ever: small letters, digits and hyphens, chosen by
// whoever opens it. Examples: "secretariat", "district-kasur", "returning-na-118".
type OfficeID string

// Kind is what kind of office it is.
type Kind string

// The kinds, from the top of the tree.
const (
	Secretariat   Kind = "secretariat"
	Provincial    Kind = "provincial"
	Regional      Kind = "regional"
	District      Kind = "district"
	Returning     Kind = "returning"      // of a Returning Officer, for one constituency
	DisplayCentre Kind = "display-centre" // where a roll is shown and claims are taken
)

// Kinds gives the kinds of office from the top of the tree.
func Kinds() []Kind {
	return []Kind{Secretariat, Provincial, Regional, District, Returning, DisplayCentre}
}

// Key is the key of the kind's name in the catalogue.
func (k Kind) Key() string { return "office.kind." + string(k) }

// parents says of which kind the office above may be. The secretariat has none.
var parents = map[Kind][]Kind{
	Provincial:    {Secretariat},
	Regional:      {Provincial},
	District:      {Regional, Provincial},
	Returning:     {District, Regional, Provincial},
	DisplayCentre: {District},
}

// areaKinds says for which kinds of area an office of the kind is.
var areaKinds = map[Kind][]area.Kind{
	Secretariat:   {area.CountryKind},
	Provincial:    {area.Province},
	Regional:      {area.Division, area.Province},
	District:      {area.District},
	Returning:     {area.Constituency},
	DisplayCentre: {area.Tehsil, area.District, area.Block, area.Constituency},
}

// An Office is a place of the commission with an area that it answers for.
type Office struct {
	ID             OfficeID
	Kind           Kind
	Parent         OfficeID // "" of the secretariat
	NameEn, NameUr string
	Area           area.Area
	Extra          []area.Area // listed beside Area, as stations and blocks that no table places
	Open           Span        // from the first day to the last; without a last while it stands
}

// Areas is the office's jurisdiction: its area and the extra ones.
func (o Office) Areas() []area.Area { return append([]area.Area{o.Area}, o.Extra...) }

// Name is the name in both languages.
func (o Office) Name() words.Both { return words.Both{En: o.NameEn, Ur: o.NameUr} }

// Target is the office as that which an act is about. Stations and blocks that it
// lists are left out: no officer above it could show that they lie in his area, and
// they were listed by one who need not, since he may change offices everywhere.
func (o Office) Target() Target {
	t := Target{Office: o.ID, Areas: []area.Area{o.Area}}
	for _, a := range o.Extra {
		if a.Placed() {
			t.Areas = append(t.Areas, a)
		}
	}
	return t
}

var (
	officeID = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

	errNoName = errors.New("both names are needed, the English one in Latin and the Urdu one in Urdu letters")
)

// maxExtra bounds the areas listed for one office: a constituency has some 350
// polling stations, a display centre some blocks.
const maxExtra = 2000

// Check tells what is wrong with an office by itself; its place in the tree is
// checked against the parent by checkUnder.
func (o Office) Check() error {
	switch {
	case !officeID.MatchString(string(o.ID)) || len(o.ID) > 64:
		return fieldError("id", say("id", "id", clip(string(o.ID))), "office %q: the id must be small letters, digits and hyphens, as in district-kasur", clip(string(o.ID)))
	case !slices.Contains(Kinds(), o.Kind):
		return fieldError("kind", say("kind", "kind", clip(string(o.Kind))), "office %s: kind %q is none of %v", o.ID, clip(string(o.Kind)), Kinds())
	case !isEnglish(o.NameEn) || !isUrdu(o.NameUr):
		return fieldError("name_en", say("names"), "office %s: %w", o.ID, errNoName)
	case !slices.Contains(areaKinds[o.Kind], o.Area.Kind()):
		return fieldError("area", say("area_kind", "area", o.Area), "office %s: a %s office must have an area of kind %v, not %q", o.ID, o.Kind, areaKinds[o.Kind], o.Area)
	case len(o.Extra) > maxExtra:
		return fieldError("extra_areas", say("extra", "most", maxExtra), "office %s: more than %d extra areas", o.ID, maxExtra)
	case o.Open.From == "" || o.Open.To != "" && o.Open.To < o.Open.From:
		return fieldError("opened", say("days"), "office %s: the day of opening is needed, and the day of closing may not lie before it", o.ID)
	case (o.Kind == Secretariat) != (o.Parent == ""):
		return fieldError("parent", say("parent"), "office %s: the secretariat is the only office with none above it", o.ID)
	}
	return nil
}

// checkUnder tells whether the office may stand under the parent. Its area must lie
// in the parent's; its extra areas too, but for stations and blocks, whose place no
// table tells.
func (o Office) checkUnder(parent Office, links area.Links) error {
	if !slices.Contains(parents[o.Kind], parent.Kind) {
		return fieldError("parent", say("parent_kind", "office", parent.ID), "office %s: a %s office can't stand under a %s office", o.ID, o.Kind, parent.Kind)
	}
	for _, a := range o.Areas() {
		if a.Placed() && !coveredBy(a, parent.Areas(), links) {
			return fieldError("area", say("area_outside", "area", a, "office", parent.ID), "office %s: its area %s does not lie in the area of %s above it", o.ID, a, parent.ID)
		}
	}
	return nil
}

// coveredBy tells whether an area lies wholly in one of the others.
func coveredBy(a area.Area, in []area.Area, links area.Links) bool {
	return slices.ContainsFunc(in, func(outer area.Area) bool { return links.Within(a, outer) })
}

// A FieldError is a fault in one field of what somebody typed or brought in a file.
type FieldError struct {
	Field string        // as the columns of the files are called
	Say   words.Message // for a page
	err   error
}

func (e *FieldError) Error() string { return e.err.Error() }

// Unwrap gives the error behind it.
func (e *FieldError) Unwrap() error { return e.err }

func fieldError(field string, say words.Message, format string, args ...any) error {
	return &FieldError{field, say, fmt.Errorf(format, args...)}
}

// A Branch is an office with the offices under it.
type Branch struct {
	Office Office
	Under  []*Branch
}

// Tree puts offices under each other, in the order given. An office whose parent is
// not among them stands at the top.
func Tree(offices []Office) (top []*Branch) {
	branches := make(map[OfficeID]*Branch, len(offices))
	for _, o := range offices {
		branches[o.ID] = &Branch{Office: o}
	}
	for _, o := range offices {
		if above, ok := branches[o.Parent]; ok && o.Parent != o.ID {
			above.Under = append(above.Under, branches[o.ID])
		} else {
			top = append(top, branches[o.ID])
		}
	}
	return top
}
