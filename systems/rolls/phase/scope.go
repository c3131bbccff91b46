package phase

import (
	"slices"

	"intikhab/domain/geography"
	"intikhab/platform/office/area"
)

// Meet tells whether two areas may have a block in common, by the tables of geography:
// one lies in the other, or a constituency has voters in a district that does. Of a
// polling station and a block it says yes only within the country, since the tables do
// not place them.
func Meet(a, b area.Area) bool {
	if area.Within(a, b) || area.Within(b, a) {
		return true
	}
	if a.Kind() == area.Constituency && b.Kind() == area.Constituency {
		return share(a.Seat(), b.Seat())
	}
	return reaches(a, b) || reaches(b, a)
}

func anyMeet(these, those []area.Area) bool {
	return slices.ContainsFunc(these, func(a area.Area) bool {
		return slices.ContainsFunc(those, func(b area.Area) bool { return Meet(a, b) })
	})
}

// reaches tells whether a constituency has voters in a district that lies in the other
// area, or of which the other is a part.
func reaches(constituency, other area.Area) bool {
	seat, ok := geography.SeatOf(constituency.Seat())
	return ok && slices.ContainsFunc(seat.Districts(), func(d *geography.District) bool {
		in := area.OfDistrict(d)
		return area.Within(in, other) || area.Within(other, in)
	})
}

// share tells whether a seat of the National Assembly and one of a Provincial Assembly
// have voters in common.
func share(a, b geography.Constituency) bool {
	return slices.ContainsFunc(geography.Portions(), func(p *geography.Portion) bool {
		return p.NA == a && p.PA == b || p.NA == b && p.PA == a
	})
}
