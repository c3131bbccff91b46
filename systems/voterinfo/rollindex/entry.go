package rollindex

import (
	"time"

	"intikhab/domain/geography"
)

// Entry is what the frozen roll says of one voter: where in the roll he or she
// stands. It holds no name and no number of the voter's own.
type Entry struct {
	Block     geography.BlockCode
	Gender    geography.Gender
	Serial    uint32   // silsila: place in the block's list of this gender
	Household uint32   // gharana: household within the block
	Area      *Area    // never nil for an entry that was found
	Station   *Station // nil where the scheme gives the voter's list no station
}

// Area is one electoral area (census block) and what the roll says of it in
// both languages.
type Area struct {
	Block                  geography.BlockCode
	NameEn, NameUr         string
	TehsilEn, TehsilUr     string
	DistrictEn, DistrictUr string
	NA, PA                 geography.Constituency
	StationM, StationF     *Station // nil while none is given
}

// Station is one polling station of the scheme.
type Station struct {
	ID             geography.StationID
	Kind           string // as the scheme has it: male, female, combined
	NameEn, NameUr string
	Lat, Lon       float64 // degrees, WGS 84; both 0 where the scheme gives none
}

// Info is what a roll says of itself in its header.
type Info struct {
	Name            string    // "General election 2027"
	Frozen          time.Time // date of freezing, midnight UTC
	Voters          uint64
	Areas, Stations int
	Root            string // root hash of the content, 64 hexadecimal digits
}
