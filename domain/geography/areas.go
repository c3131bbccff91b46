package geography

import "fmt"

// Province is a province or territory. Those without an assembly and without
// voters (Azad Jammu and Kashmir, Gilgit-Baltistan) have rolls of their own and
// stand here for their names only.
type Province struct {
	Code           string // PB, SD, KP, BA, IS, JK, GB
	NameEn, NameUr string
	Assembly       Assembly // "" where no Provincial Assembly of these is elected
	FirstDigit     int      // of identity cards first given there; it stays when the holder moves
	Voters, Men    int      // on the roll of the general election of 2024
	XPerMillion    int      // voters recorded as X, of a million, October 2020
}

// Division is a group of districts under one commissioner.
type Division struct {
	NameEn, NameUr string
	Province       *Province
}

// District is the area of one district election commissioner.
type District struct {
	NameEn, NameUr string
	Division       *Division
	Voters         int // estimate: the sum of its portions of constituencies
	Tehsils        []*Tehsil
}

// Tehsil is a part of a district: a taluka in Sindh, a town in Karachi, a
// sub-division elsewhere.
type Tehsil struct {
	NameEn, NameUr string
	District       *District
	Lat, Lon       float64 // about its middle, degrees of WGS 84
}

// UnionCouncil is the smallest area of local government, of some ten to thirty
// thousand people. Rural electoral areas are named by it and by village.
type UnionCouncil struct {
	NameEn, NameUr string
	Tehsil         *Tehsil
}

// Charge is a census supervisor's area of about five to seven circles.
type Charge struct{ CensusDistrict, Number int }

// Circle is a census enumerators' area of about five to seven blocks.
type Circle struct {
	Charge Charge
	Number int
}

// CircleOf gives the circle that a block lies in.
func CircleOf(c BlockCode) Circle {
	return Circle{Charge: Charge{CensusDistrict: c.District(), Number: c.Charge()}, Number: c.Circle()}
}

// String gives the circle as areas are named: "Charge No. 4, Circle No. 2".
func (c Circle) String() string {
	return fmt.Sprintf("Charge No. %d, Circle No. %d", c.Charge.Number, c.Number)
}

// StationKind says whose lists vote at a polling station.
type StationKind string

// The kinds, as the polling scheme calls them.
const (
	MaleStation     StationKind = "male"
	FemaleStation   StationKind = "female"
	CombinedStation StationKind = "combined"
)

// ParseStationKind reads male, female or combined.
func ParseStationKind(text string) (StationKind, error) {
	switch k := StationKind(text); k {
	case MaleStation, FemaleStation, CombinedStation:
		return k, nil
	}
	return "", fmt.Errorf("geography: kind of polling station %q: male, female or combined is needed", clip(text))
}

// PollingStation is one polling station of the scheme.
type PollingStation struct {
	ID             StationID
	Kind           StationKind
	NameEn, NameUr string
	Lat, Lon       float64 // degrees of WGS 84
	Booths         []Booth
}

// Booth is one screened compartment with its own table and list at a polling
// station. A booth serves one list, at a combined station too.
type Booth struct {
	Number int
	Serves Gender
}

// Basis says where the number of a constituency's voters comes from.
type Basis string

const (
	Declared Basis = "declared" // reported with the result of 2024
	Shared   Basis = "shared"   // the rest of the province's voters, spread evenly over such seats
	Derived  Basis = "derived"  // from the National Assembly seats in which it lies
)

// Seat is one constituency.
type Seat struct {
	Code           Constituency
	NameEn, NameUr string
	Voters         int
	Basis          Basis
	Portions       []*Portion
}

// Districts gives the districts in which the constituency has voters.
func (s *Seat) Districts() []*District {
	var ds []*District
	for _, p := range s.Portions {
		if len(ds) == 0 || ds[len(ds)-1] != p.District {
			ds = append(ds, p.District)
		}
	}
	return ds
}

// Portion is what a National Assembly constituency, a Provincial Assembly
// constituency and a district have in common. Its voters are an estimate.
type Portion struct {
	NA, PA   Constituency // PA is "" in the capital territory, which has no Provincial Assembly
	District *District
	Voters   int
}
