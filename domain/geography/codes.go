package geography

// StationID is the number by which the polling scheme names a polling station,
// unique in the whole roll. Example: "NA-245-0117".
type StationID string

// Constituency is the code of a National or Provincial Assembly constituency.
// Examples: "NA-245", "PS-110".
type Constituency string

// BlockCode is the nine-digit code of a census block, which is the electoral
// area of the rolls. Example: 440160404.
type BlockCode uint32

// Gender is the gender a roll's list is kept for: men, women, and X.
type Gender uint8

// The lists of a roll, in the order in which a block keeps them.
const (
	Male Gender = iota
	Female
	X
)
